//! Activations and their gradients, element by element.

use crate::activation::{gradient, value};
use crate::kernels::args;
use crate::math::{Function, tanh_all, v_canonical, v_flush, v_sigmoid, v_softplus};
use crate::simd::Simd;
use crate::slices::{load, store};
use crate::{Activation, Element};

/// Matches once, so that each loop holds one activation.
macro_rules! for_each_activation {
    ($phi:expr, $run:ident($($arg:expr),*)) => {
        match $phi {
            Activation::Identity => $run($($arg,)* Activation::Identity),
            Activation::Tanh => $run($($arg,)* Activation::Tanh),
            Activation::Sigmoid => $run($($arg,)* Activation::Sigmoid),
            Activation::Relu => $run($($arg,)* Activation::Relu),
            Activation::LeakyRelu(slope) => $run($($arg,)* Activation::LeakyRelu(slope)),
            Activation::Softsign => $run($($arg,)* Activation::Softsign),
            Activation::Softplus => $run($($arg,)* Activation::Softplus),
            Activation::Elu(alpha) => $run($($arg,)* Activation::Elu(alpha)),
            Activation::Gelu => $run($($arg,)* Activation::Gelu),
            Activation::Silu => $run($($arg,)* Activation::Silu),
            Activation::Sine => $run($($arg,)* Activation::Sine),
        }
    };
}

/// `y = phi(z)`; `y` may be `z`.
///
/// # Safety
/// `z` and `y` are valid for `n` numbers.
#[inline(always)]
unsafe fn activate<T: Element, S: Simd<T>>(
    s: S,
    phi: Activation,
    z: *const T,
    y: *mut T,
    n: usize,
) {
    // SAFETY: the caller's promise.
    unsafe { for_each_activation!(phi, activate_with(s, z, y, n)) }
}

/// # Safety
/// As for [`activate`].
#[inline(always)]
unsafe fn activate_with<T: Element, S: Simd<T>>(
    s: S,
    z: *const T,
    y: *mut T,
    n: usize,
    phi: Activation,
) {
    let mut i = 0;
    if phi == Activation::Tanh {
        while i + 4 * S::LANES <= n {
            // SAFETY: the caller's promise.
            unsafe {
                let p = z.add(i);
                let z = [
                    s.load(p),
                    s.load(p.add(S::LANES)),
                    s.load(p.add(2 * S::LANES)),
                    s.load(p.add(3 * S::LANES)),
                ];
                for (q, v) in tanh_all::<T, S, 4>(s, z).into_iter().enumerate() {
                    s.store(y.add(i + q * S::LANES), v);
                }
            }
            i += 4 * S::LANES;
        }
    }
    // Two vectors at once, for the long chains of the functions.
    while i + 2 * S::LANES <= n {
        // SAFETY: the caller's promise.
        unsafe {
            let (a, b) = (s.load(z.add(i)), s.load(z.add(i + S::LANES)));
            let (a, b) = (value::<T, S>(s, phi, a), value::<T, S>(s, phi, b));
            s.store(y.add(i), v_canonical::<T, S>(s, a));
            s.store(y.add(i + S::LANES), v_canonical::<T, S>(s, b));
        }
        i += 2 * S::LANES;
    }
    while i < n {
        // SAFETY: the caller's promise.
        unsafe {
            let v = load(s, z.add(i), n - i);
            store(
                s,
                y.add(i),
                n - i,
                v_canonical::<T, S>(s, value::<T, S>(s, phi, v)),
            );
        }
        i += S::LANES;
    }
}

/// `dz = dy * phi'`; `dz` may be `dy`.
///
/// # Safety
/// All are valid for `n` numbers.
#[inline(always)]
unsafe fn differentiate<T: Element, S: Simd<T>>(
    s: S,
    phi: Activation,
    z: *const T,
    y: *const T,
    dy: *const T,
    dz: *mut T,
    n: usize,
) {
    // SAFETY: the caller's promise.
    unsafe { for_each_activation!(phi, differentiate_with(s, z, y, dy, dz, n)) }
}

/// # Safety
/// As for [`differentiate`].
#[inline(always)]
unsafe fn differentiate_with<T: Element, S: Simd<T>>(
    s: S,
    z: *const T,
    y: *const T,
    dy: *const T,
    dz: *mut T,
    n: usize,
    phi: Activation,
) {
    let mut i = 0;
    while i < n {
        let left = n - i;
        // SAFETY: the caller's promise.
        unsafe {
            let (z, y, dy) = (
                load(s, z.add(i), left),
                load(s, y.add(i), left),
                load(s, dy.add(i), left),
            );
            store(
                s,
                dz.add(i),
                left,
                v_flush::<T, S>(s, gradient::<T, S>(s, phi, z, y, dy)),
            );
        }
        i += S::LANES;
    }
}

#[inline(always)]
pub(crate) fn activation<T: Element, S: Simd<T>>(s: S, a: args::Map<T>) {
    // SAFETY: the pointers are valid for `n` numbers, as `Kernels` promises.
    unsafe { activate(s, a.phi, a.z, a.y, a.n) }
}

#[inline(always)]
pub(crate) fn activation_gradient<T: Element, S: Simd<T>>(s: S, a: args::MapGradient<T>) {
    // SAFETY: the pointers are valid for `n` numbers, as `Kernels` promises.
    unsafe { differentiate(s, a.phi, a.z, a.y, a.dy, a.dz, a.n) }
}

/// One loop a function; a macro, because function values are not inlined into functions with more target features.
macro_rules! apply {
    ($s:ident, $a:ident, $f:expr) => {{
        let (x, y, n) = ($a.x.as_ptr(), $a.y.as_mut_ptr(), $a.y.len());
        let mut i = 0;
        while i < n {
            // SAFETY: equal lengths, as `Kernels` asserts.
            unsafe {
                let v = $f($s, load($s, x.add(i), n - i));
                store($s, y.add(i), n - i, v_canonical::<T, S>($s, v));
            }
            i += S::LANES;
        }
    }};
}

#[inline(always)]
pub(crate) fn function<T: Element, S: Simd<T>>(s: S, a: args::Apply<'_, T>) {
    match a.function {
        Function::Exp => apply!(s, a, T::v_exp),
        Function::Expm1 => apply!(s, a, T::v_expm1),
        Function::Ln => apply!(s, a, T::v_ln),
        Function::Log1p => apply!(s, a, T::v_log1p),
        Function::Tanh => apply!(s, a, T::v_tanh),
        Function::Sigmoid => apply!(s, a, v_sigmoid::<T, S>),
        Function::Softplus => apply!(s, a, v_softplus::<T, S>),
        Function::Erf => apply!(s, a, T::v_erf),
        Function::Sin => apply!(s, a, T::v_sin),
        Function::Cos => apply!(s, a, T::v_cos),
    }
}
