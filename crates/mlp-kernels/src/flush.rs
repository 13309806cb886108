//! How numbers are stored.

use crate::Element;

/// One NaN for all.
pub(crate) fn canonical<T: Element>(x: T) -> T {
    if x.partial_cmp(&x).is_none() {
        T::CANONICAL_NAN
    } else {
        x
    }
}

/// One NaN for all, and +0 for everything below the smallest normal number.
pub(crate) fn flush<T: Element>(x: T) -> T {
    if x > -T::MIN_NORMAL && x < T::MIN_NORMAL {
        T::ZERO
    } else {
        canonical(x)
    }
}
