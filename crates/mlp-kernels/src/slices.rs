//! Whole and partial vectors at the end of a slice.

use crate::Element;
use crate::simd::Simd;

/// Loads `left` numbers, at most a vector; the other lanes are +0.
///
/// # Safety
/// `p` is valid for reading `min(left, LANES)` numbers.
#[inline(always)]
pub(crate) unsafe fn load<T: Element, S: Simd<T>>(s: S, p: *const T, left: usize) -> S::V {
    // SAFETY: the caller's promise.
    unsafe {
        if left >= S::LANES {
            s.load(p)
        } else {
            s.load_part(p, left)
        }
    }
}

/// Stores the first `left` lanes, at most all.
///
/// # Safety
/// `p` is valid for writing `min(left, LANES)` numbers.
#[inline(always)]
pub(crate) unsafe fn store<T: Element, S: Simd<T>>(s: S, p: *mut T, left: usize, v: S::V) {
    // SAFETY: the caller's promise.
    unsafe {
        if left >= S::LANES {
            s.store(p, v);
        } else {
            s.store_part(p, left, v);
        }
    }
}
