//! Optimizer updates over one segment of parameters, the test for finiteness fused.
//!
//! A [`Rule`] is the arithmetic of one optimizer on one parameter, its gradient and what is
//! remembered of it; its settings are the fields of its struct, already rounded to the type. One
//! loop serves every rule. To add one: a file here with the struct, its body on vectors and on one
//! number, and its line in the table of [`Kernels`].
//!
//! `decay` adds the L2 penalty's gradient, `g' = g + decay w`; `keep` is what decoupled decay leaves
//! of a parameter, `1 - rate decay` (one for none).

mod adadelta;
mod adagrad;
mod adam;
mod adamax;
mod asgd;
mod direction;
mod lion;
mod moments;
mod momentum;
mod muon;
mod nadam;
mod rmsprop;
mod rprop;
mod sgd;

pub use self::{
    adadelta::Adadelta,
    adagrad::Adagrad,
    adam::{Adam, AmsGrad},
    adamax::Adamax,
    asgd::Asgd,
    direction::{AddScaled, Direction},
    lion::Lion,
    moments::Moments,
    momentum::{Momentum, Nesterov},
    muon::MuonMomentum,
    nadam::Nadam,
    rmsprop::RmsProp,
    rprop::{IRpropPlus, Rprop},
    sgd::Sgd,
};
use crate::Element;
use crate::kernels::{Kernels, Table};
use crate::simd::{Simd, Vector};
use crate::slices::{load, store};

/// The arithmetic of one optimizer on one parameter, with `K` numbers remembered of it (sealed).
pub trait Rule<T: Element, const K: usize>: Copy + 'static {
    /// The table's entry of this rule.
    fn entry(table: &Table<T>) -> unsafe fn(Step<'_, T, Self, K>) -> bool;

    /// The new parameters and memory from parameters, gradients and memory. The memory is flushed,
    /// the parameters are not yet canonical.
    fn vector<S: Simd<T>>(&self, s: S, w: S::V, g: S::V, memory: [S::V; K]) -> (S::V, [S::V; K]);

    /// The same for one parameter: what defines the bits.
    fn scalar(&self, w: T, g: T, memory: [T; K]) -> (T, [T; K]);
}

/// The arguments of an update, as [`Kernels::update`] has checked them.
pub struct Step<'a, T, R, const K: usize> {
    pub(crate) rule: R,
    pub(crate) params: &'a mut [T],
    pub(crate) grad: &'a [T],
    pub(crate) memory: [&'a mut [T]; K],
}

/// Applies a rule. A check vector collects `0 * w`, which is NaN from the first parameter on that
/// is not finite.
#[inline(always)]
pub(crate) fn apply<T: Element, S: Simd<T>, R: Rule<T, K>, const K: usize>(
    s: S,
    a: Step<'_, T, R, K>,
) -> bool {
    let (w, g, n) = (a.params.as_mut_ptr(), a.grad.as_ptr(), a.params.len());
    let memory = a.memory.map(<[T]>::as_mut_ptr);
    let mut check = s.splat(T::ZERO);
    let mut i = 0;
    while i < n {
        let left = n - i;
        // SAFETY: equal lengths, as `Kernels::update` asserts.
        unsafe {
            let mut old = [s.splat(T::ZERO); K];
            for (old, &p) in old.iter_mut().zip(&memory) {
                *old = load(s, p.add(i), left);
            }
            let (new, kept) =
                a.rule
                    .vector(s, load(s, w.add(i), left), load(s, g.add(i), left), old);
            let new = crate::math::v_canonical::<T, S>(s, new);
            check = new.fma(s.splat(T::ZERO), check);
            for (&kept, &p) in kept.iter().zip(&memory) {
                store(s, p.add(i), left, kept);
            }
            store(s, w.add(i), left, new);
        }
        i += S::LANES;
    }
    !S::V::any(check.is_nan())
}

impl<T: Element> Kernels<T> {
    /// Updates `params` by `grad` and what is remembered of them; returns whether every parameter is
    /// finite.
    ///
    /// ```
    /// use mlp_kernels::{Kernels, Level, update::Momentum};
    ///
    /// let kernels = Kernels::<f64>::new(Level::best())?;
    /// let rule = Momentum { rate: 0.5, decay: 0.0, momentum: 0.9, share: 1.0 };
    /// let (mut w, mut v) = ([1.0], [0.0]);
    /// assert!(kernels.update(rule, &mut w, &[0.25], [&mut v]));
    /// assert_eq!((w, v), ([0.875], [0.25]));
    /// # Ok::<(), mlp_kernels::UnsupportedLevel>(())
    /// ```
    ///
    /// # Panics
    /// If the slices have not the same length.
    pub fn update<R: Rule<T, K>, const K: usize>(
        &self,
        rule: R,
        params: &mut [T],
        grad: &[T],
        memory: [&mut [T]; K],
    ) -> bool {
        assert_eq!(grad.len(), params.len(), "gradients");
        for slot in &memory {
            assert_eq!(slot.len(), params.len(), "memory");
        }
        let step = Step {
            rule,
            params,
            grad,
            memory,
        };
        // SAFETY: `new` found the level supported.
        unsafe { R::entry(self.table)(step) }
    }
}

/// -1, 0 or 1; NaN for NaN.
#[inline(always)]
fn v_sign<T: Element, S: Simd<T>>(s: S, x: S::V) -> S::V {
    let zero = s.splat(T::ZERO);
    let negative = S::V::select(x.lt(zero), s.splat(-T::ONE), zero);
    let sign = S::V::select(zero.lt(x), s.splat(T::ONE), negative);
    S::V::select(x.is_nan(), x, sign)
}

fn sign<T: Element>(x: T) -> T {
    if x > T::ZERO {
        T::ONE
    } else if x < T::ZERO {
        -T::ONE
    } else if x == T::ZERO {
        T::ZERO
    } else {
        x
    }
}

/// The greater; `a` where either is NaN.
#[inline(always)]
fn v_greater<T: Element, S: Simd<T>>(a: S::V, b: S::V) -> S::V {
    S::V::select(a.lt(b), b, a)
}

fn greater<T: Element>(a: T, b: T) -> T {
    if a < b { b } else { a }
}

/// Absolute value by the sign bit.
fn magnitude<T: Element>(x: T) -> T {
    if x.to_f64().is_sign_negative() { -x } else { x }
}
