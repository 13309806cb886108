//! Resilient propagation: steps by the signs of gradients alone.

use super::rule::{MOST, UpdateRule, greater, settings, sign, v_greater, v_sign};
use crate::Element;
use crate::element::flush;
use crate::math::v_flush;
use crate::simd::{Simd, Vector};

/// iRprop- (Igel and Huesken 2000), PyTorch's Rprop: the step of a parameter grows by `plus` where its last two gradients
/// `g' = g + decay w` have the same sign, shrinks by `minus` where they do not, and stays between `least` and `most`; `w -= step sign(g')`.
/// After a change of sign the gradient counts as zero.
///
/// The state is the last gradient and the step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rprop<T> {
    /// L2 coefficient.
    pub decay: T,
    /// Factor of a step after a change of sign.
    pub minus: T,
    /// Factor of a step after the same sign.
    pub plus: T,
    /// The smallest step.
    pub least: T,
    /// The largest step.
    pub most: T,
}

impl<V: Copy> Rprop<V> {
    /// What is below zero after a change of sign, the step, and the gradient that counts.
    #[inline(always)]
    fn v_adapted<T: Element, S: Simd<T, V = V>>(
        self,
        s: S,
        w: V,
        g: V,
        [last, step]: [V; 2],
    ) -> [V; 3]
    where
        V: Vector<T>,
    {
        let zero = s.splat(T::ZERO);
        let g = self.decay.fma(w, g);
        // The product of the signs, since that of the gradients may vanish.
        let product = v_sign::<T, S>(s, g) * v_sign::<T, S>(s, last);
        let shrunk = V::select(product.lt(zero), self.minus, s.splat(T::ONE));
        let factor = V::select(zero.lt(product), self.plus, shrunk);
        let step = v_greater::<T, S>(step * factor, self.least);
        let step = V::select(self.most.lt(step), self.most, step);
        let g = V::select(product.lt(zero), zero, v_flush::<T, S>(s, g));
        [product, step, g]
    }
}

impl<T: Element> Rprop<T> {
    fn adapted(&self, w: T, g: T, [last, step]: [T; 2]) -> [T; 3] {
        let g = self.decay.mul_add(w, g);
        let product = sign(g) * sign(last);
        let factor = if product > T::ZERO {
            self.plus
        } else if product < T::ZERO {
            self.minus
        } else {
            T::ONE
        };
        let step = greater(step * factor, self.least);
        let step = if self.most < step { self.most } else { step };
        let g = if product < T::ZERO { T::ZERO } else { flush(g) };
        [product, step, g]
    }
}

impl<T: Element> UpdateRule<T, 2> for Rprop<T> {
    settings!(Rprop: decay, minus, plus, least, most);

    #[inline(always)]
    fn vector<S: Simd<T>>(
        rule: Self::Of<S::V>,
        s: S,
        w: S::V,
        g: S::V,
        memory: [S::V; 2],
    ) -> (S::V, [S::V; 2]) {
        let [_, step, g] = rule.v_adapted::<T, S>(s, w, g, memory);
        let back = s.splat(T::ZERO) - v_sign::<T, S>(s, g);
        (back.fma(step, w), [g, v_flush::<T, S>(s, step)])
    }

    fn scalar(&self, w: T, g: T, memory: [T; 2]) -> (T, [T; 2]) {
        let [_, step, g] = self.adapted(w, g, memory);
        ((T::ZERO - sign(g)).mul_add(step, w), [g, flush(step)])
    }
}

/// iRprop+ (Igel and Huesken 2000) and Rprop+ (Riedmiller and Braun 1993): the steps of [`Rprop`]; after a change of sign the last
/// change may be undone.
///
/// The state is the last gradient, the step and the last change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IRpropPlus<T> {
    /// How steps grow and shrink.
    pub steps: Rprop<T>,
    /// Whether it is undone: in iRprop+ if the loss has risen, in Rprop+ always.
    pub takes_back: bool,
}

impl<T: Element> UpdateRule<T, 3> for IRpropPlus<T> {
    type Of<V: Copy> = IRpropPlus<V>;
    const SETTINGS: usize = <Rprop<T> as UpdateRule<T, 2>>::SETTINGS;

    #[inline(always)]
    fn settings(&self) -> [T; MOST] {
        self.steps.settings()
    }

    #[inline(always)]
    fn with<V: Copy>(&self, settings: [V; MOST]) -> IRpropPlus<V> {
        IRpropPlus {
            steps: self.steps.with(settings),
            takes_back: self.takes_back,
        }
    }

    #[inline(always)]
    fn vector<S: Simd<T>>(
        rule: Self::Of<S::V>,
        s: S,
        w: S::V,
        g: S::V,
        [last, step, change]: [S::V; 3],
    ) -> (S::V, [S::V; 3]) {
        let zero = s.splat(T::ZERO);
        let [product, step, g] = rule.steps.v_adapted::<T, S>(s, w, g, [last, step]);
        let forth = (zero - v_sign::<T, S>(s, g)) * step;
        let back = if rule.takes_back { zero - change } else { zero };
        let change = v_flush::<T, S>(s, S::V::select(product.lt(zero), back, forth));
        (w + change, [g, v_flush::<T, S>(s, step), change])
    }

    fn scalar(&self, w: T, g: T, [last, step, change]: [T; 3]) -> (T, [T; 3]) {
        let [product, step, g] = self.steps.adapted(w, g, [last, step]);
        let change = if product < T::ZERO {
            if self.takes_back {
                T::ZERO - change
            } else {
                T::ZERO
            }
        } else {
            (T::ZERO - sign(g)) * step
        };
        let change = flush(change);
        (w + change, [g, flush(step), change])
    }
}
