//! The momentum that Muon orthogonalises.

use super::rule::{UpdateRule, settings};
use crate::Element;
use crate::element::flush;
use crate::math::v_flush;
use crate::simd::{Simd, Vector};

/// Muon's momentum (Jordan et al. 2024): `m += share (g - m)`, and the direction `u = share g + momentum m` in Nesterov's form, else `u = m`.
/// The direction is written in place of the parameters, whose old values are not used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MuonMomentum<T> {
    /// Decay of the running mean.
    pub momentum: T,
    /// `1 - momentum`.
    pub share: T,
    /// Whether the direction is Nesterov's.
    pub nesterov: bool,
}

impl<T: Element> UpdateRule<T, 1> for MuonMomentum<T> {
    settings!(MuonMomentum: momentum, share; nesterov);

    #[inline(always)]
    fn vector<S: Simd<T>>(
        rule: Self::Of<S::V>,
        s: S,
        _: S::V,
        g: S::V,
        [m]: [S::V; 1],
    ) -> (S::V, [S::V; 1]) {
        let share = rule.share;
        let m = v_flush::<T, S>(s, share.fma(g - m, m));
        let u = if rule.nesterov {
            rule.momentum.fma(m, share * g)
        } else {
            m
        };
        (u, [m])
    }

    fn scalar(&self, _: T, g: T, [m]: [T; 1]) -> (T, [T; 1]) {
        let m = flush(self.share.mul_add(g - m, m));
        let u = if self.nesterov {
            self.momentum.mul_add(m, self.share * g)
        } else {
            m
        };
        (u, [m])
    }
}
