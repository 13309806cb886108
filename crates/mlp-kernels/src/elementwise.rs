//! Activations and their gradients, element by element.

use crate::Element;
use crate::activation::{ActivationFunction, Visitor};
use crate::kernels::args;
use crate::math::{Function, v_canonical, v_flush, v_sigmoid, v_softplus};
use crate::simd::Simd;
use crate::slices::{load, store};

/// `y = phi(z)`; the numbers may be the same.
struct Activate<T, S> {
    s: S,
    map: args::Map<T>,
}

impl<T: Element, S: Simd<T>> Visitor for Activate<T, S> {
    type Output = ();

    #[inline(always)]
    fn visit<A: ActivationFunction>(self, phi: A) {
        let Self { s, map } = self;
        let (z, y, n) = (map.z, map.y, map.n);
        let mut i = 0;
        // SAFETY: the pointers are valid for `n` numbers, as `Kernels` promises.
        unsafe {
            if A::BY_FOUR {
                while i + 4 * S::LANES <= n {
                    activate::<T, S, A, 4>(s, phi, z.add(i), y.add(i));
                    i += 4 * S::LANES;
                }
            }
            // Two vectors at once, for the long chains of the functions.
            while i + 2 * S::LANES <= n {
                activate::<T, S, A, 2>(s, phi, z.add(i), y.add(i));
                i += 2 * S::LANES;
            }
            while i < n {
                let v = load(s, z.add(i), n - i);
                let v = v_canonical::<T, S>(s, phi.value::<T, S>(s, v));
                store(s, y.add(i), n - i, v);
                i += S::LANES;
            }
        }
    }
}

/// N vectors at once.
///
/// # Safety
/// `z` and `y` are valid for N vectors.
#[inline(always)]
unsafe fn activate<T: Element, S: Simd<T>, A: ActivationFunction, const N: usize>(
    s: S,
    phi: A,
    z: *const T,
    y: *mut T,
) {
    let mut values = [s.splat(T::ZERO); N];
    // SAFETY: the caller's promise.
    unsafe {
        for (q, value) in values.iter_mut().enumerate() {
            *value = s.load(z.add(q * S::LANES));
        }
        let values = phi.values::<T, S, N>(s, values);
        for (q, value) in values.into_iter().enumerate() {
            s.store(y.add(q * S::LANES), value);
        }
    }
}

#[inline(always)]
pub(crate) fn activation<T: Element, S: Simd<T>>(s: S, map: args::Map<T>) {
    map.phi.with(Activate { s, map });
}

/// `dz = dy * phi'`; `dz` may be `dy`.
struct Differentiate<T, S> {
    s: S,
    map: args::MapGradient<T>,
}

impl<T: Element, S: Simd<T>> Visitor for Differentiate<T, S> {
    type Output = ();

    #[inline(always)]
    fn visit<A: ActivationFunction>(self, phi: A) {
        let Self { s, map } = self;
        let mut i = 0;
        while i < map.n {
            let left = map.n - i;
            // SAFETY: the pointers are valid for `n` numbers, as `Kernels` promises.
            unsafe {
                let (z, y, dy) = (
                    load(s, map.z.add(i), left),
                    load(s, map.y.add(i), left),
                    load(s, map.dy.add(i), left),
                );
                let dz = v_flush::<T, S>(s, phi.gradient::<T, S>(s, z, y, dy));
                store(s, map.dz.add(i), left, dz);
            }
            i += S::LANES;
        }
    }
}

#[inline(always)]
pub(crate) fn activation_gradient<T: Element, S: Simd<T>>(s: S, map: args::MapGradient<T>) {
    map.phi.with(Differentiate { s, map });
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
