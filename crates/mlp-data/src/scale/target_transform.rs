//! What is taken of targets before they are scaled, and taken back of what a network predicts.

use mlp_core::math;

use crate::names::words::words;

/// A function of targets that a network is trained on in their stead; a prediction is its inverse.
///
/// The inverse of a mean of logarithms is the geometric mean: a network trained on squared errors of logarithms predicts
/// about the median of a target whose logarithm is symmetric, which lies below its mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TargetTransform {
    /// The targets themselves.
    #[default]
    None,
    /// `ln(y)`, of targets above 0.
    Log,
    /// `ln(1 + y)`, of targets above -1, as counts with zeros among them.
    Log1p,
}

words!(TargetTransform, "the transform of targets": None = "none", Log = "log", Log1p = "log1p");

impl TargetTransform {
    /// What the transform does, in one line.
    pub fn description(self) -> &'static str {
        match self {
            Self::None => "the targets themselves",
            Self::Log => "the natural logarithm of targets above 0",
            Self::Log1p => "the natural logarithm of 1 + y of targets above -1",
        }
    }

    /// What a network is trained on for a target.
    pub fn apply(self, target: f64) -> f64 {
        match self {
            Self::None => target,
            Self::Log => math::ln(target),
            Self::Log1p => math::log1p(target),
        }
    }

    /// The target that is predicted by what a network says.
    pub fn inverse(self, said: f64) -> f64 {
        match self {
            Self::None => said,
            Self::Log => math::exp(said),
            Self::Log1p => math::expm1(said),
        }
    }

    /// What is wrong with a target that has no such logarithm, and what would be right.
    pub fn problem(self, target: f64) -> Option<String> {
        match self {
            Self::Log if target.is_nan() || target <= 0.0 => {
                let other = match target > -1.0 {
                    true => "log1p takes targets above -1",
                    false => "--target-transform none takes it",
                };
                Some(format!("has no logarithm, which is of numbers above 0; {other}"))
            }
            Self::Log1p if target.is_nan() || target <= -1.0 => Some(
                "has no logarithm of 1 + y, which is of numbers above -1; --target-transform none takes it".to_owned(),
            ),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_gives_targets_back() {
        for transform in TargetTransform::ALL {
            for target in [1e-300, 1e-9, 0.5, 1.0, 12345.678, 1e300] {
                let back = transform.inverse(transform.apply(target));
                // A logarithm of 700 has an error of 1e-13.
                let bound = 1e-15 * (4.0 + 2.0 * transform.apply(target).abs()) * target + 1e-300;
                assert!(
                    transform == TargetTransform::None || (back - target).abs() <= bound,
                    "{transform} {target}: {back}"
                );
            }
            assert_eq!(
                transform.name().parse::<TargetTransform>().unwrap(),
                transform
            );
        }
        assert!(
            TargetTransform::Log1p
                .inverse(TargetTransform::Log1p.apply(0.0))
                .abs()
                < 1e-300
        );
    }

    #[test]
    fn what_has_no_logarithm_is_refused() {
        assert!(TargetTransform::Log.problem(0.0).unwrap().contains("log1p"));
        assert!(TargetTransform::Log.problem(-1.5).unwrap().contains("none"));
        assert!(TargetTransform::Log.problem(1e-9).is_none());
        assert!(TargetTransform::Log1p.problem(0.0).is_none());
        assert!(TargetTransform::Log1p.problem(-1.0).is_some());
        assert!(TargetTransform::None.problem(-1.0).is_none());
    }
}
