//! RMSprop: learning rates by the running mean of squared gradients.

use super::rule::{MOST, UpdateRule, minus, padded};
use crate::Element;
use crate::element::flush;
use crate::math::v_flush;
use crate::simd::{Simd, Vector};

/// RMSprop (Hinton 2012) in PyTorch's form: `g' = g + decay w; a = smoothing a + share g'^2; d = g' / (sqrt(a) + epsilon)`;
/// `w -= rate d`, or with `MOMENTUM` `v = momentum v + d; w -= rate v`. `CENTERED` (Graves 2013) takes `a - m^2` for `a`
/// under the root, with `m += share (g' - m)`; what rounding makes negative there is zero.
///
/// The state is a, then m if centered, then v if there is momentum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RmsProp<T, const CENTERED: bool, const MOMENTUM: bool> {
    /// Learning rate.
    pub rate: T,
    /// L2 coefficient.
    pub decay: T,
    /// Decay of the running mean square.
    pub smoothing: T,
    /// `1 - smoothing`.
    pub share: T,
    /// Added to the denominator.
    pub epsilon: T,
    /// Factor of the velocity.
    pub momentum: T,
}

macro_rules! rule {
    ($centered:literal, $momentum:literal, $k:literal, mean at $mean:literal) => {
        impl<T: Element> UpdateRule<T, $k> for RmsProp<T, $centered, $momentum> {
            type Of<V: Copy> = RmsProp<V, $centered, $momentum>;
            const SETTINGS: usize = 6;

            #[inline(always)]
            fn settings(&self) -> [T; MOST] {
                padded([
                    self.rate,
                    self.decay,
                    self.smoothing,
                    self.share,
                    self.epsilon,
                    self.momentum,
                ])
            }

            #[inline(always)]
            fn with<V: Copy>(&self, settings: [V; MOST]) -> Self::Of<V> {
                let [rate, decay, smoothing, share, epsilon, momentum, ..] = settings;
                RmsProp {
                    rate,
                    decay,
                    smoothing,
                    share,
                    epsilon,
                    momentum,
                }
            }

            #[inline(always)]
            fn vector<S: Simd<T>>(
                rule: Self::Of<S::V>,
                s: S,
                w: S::V,
                g: S::V,
                mut memory: [S::V; $k],
            ) -> (S::V, [S::V; $k]) {
                let share = rule.share;
                let g = rule.decay.fma(w, g);
                let a = rule.smoothing * memory[0];
                memory[0] = v_flush::<T, S>(s, (share * g).fma(g, a));
                let mut variance = memory[0];
                if $centered {
                    let m = memory[$mean];
                    let m = v_flush::<T, S>(s, share.fma(g - m, m));
                    memory[$mean] = m;
                    let zero = s.splat(T::ZERO);
                    let difference = (zero - m).fma(m, variance);
                    variance = S::V::select(difference.lt(zero), zero, difference);
                }
                let mut direction = g / (variance.sqrt() + rule.epsilon);
                if $momentum {
                    direction = rule.momentum.fma(memory[$k - 1], direction);
                    direction = v_flush::<T, S>(s, direction);
                    memory[$k - 1] = direction;
                }
                (minus::<T, S>(s, rule.rate).fma(direction, w), memory)
            }

            fn scalar(&self, w: T, g: T, mut memory: [T; $k]) -> (T, [T; $k]) {
                let g = self.decay.mul_add(w, g);
                memory[0] = flush((self.share * g).mul_add(g, self.smoothing * memory[0]));
                let mut variance = memory[0];
                if $centered {
                    let m = memory[$mean];
                    let m = flush(self.share.mul_add(g - m, m));
                    memory[$mean] = m;
                    let difference = (T::ZERO - m).mul_add(m, variance);
                    variance = if difference < T::ZERO {
                        T::ZERO
                    } else {
                        difference
                    };
                }
                let mut direction = g / (variance.sqrt_value() + self.epsilon);
                if $momentum {
                    direction = flush(self.momentum.mul_add(memory[$k - 1], direction));
                    memory[$k - 1] = direction;
                }
                ((-self.rate).mul_add(direction, w), memory)
            }
        }
    };
}

rule!(false, false, 1, mean at 0);
rule!(false, true, 2, mean at 0);
rule!(true, false, 2, mean at 1);
rule!(true, true, 3, mean at 1);
