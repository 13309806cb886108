//! Valid targets, and the meaning of outputs.

use crate::Targets;

/// The meaning of a network's outputs, by its loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outputs {
    /// Estimates of the targets; for classes these are 1 for the right one and 0 for the others.
    Estimates,
    /// Logarithms of estimates of the targets.
    LogEstimates,
    /// Log-odds: their logistic function is the probability of the target 1.
    Logits,
    /// Logits of classes: their softmax is the probabilities.
    ClassLogits,
    /// Scores: the larger, the more likely, but not probabilities.
    Scores,
}

/// The form of the targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// This many numbers per sample.
    Values(usize),
    /// One of this many classes.
    Classes(usize),
}

impl Shape {
    pub(crate) fn of<T>(targets: &Targets<T>) -> Self {
        match targets {
            Targets::Values(values) => Self::Values(values.ncols()),
            Targets::Classes { classes, .. } => Self::Classes(*classes),
        }
    }

    /// Numbers, one per output; classes, one per output.
    pub(crate) fn one_an_output(self, outputs: usize) -> Result<(), &'static str> {
        match self {
            Self::Values(found) if found != outputs => Err("one output for each target column"),
            Self::Classes(found) if found != outputs => Err("one output for each class"),
            _ => Ok(()),
        }
    }

    /// As [`Shape::one_an_output`], or two classes with one output.
    pub(crate) fn labels(self, outputs: usize) -> Result<(), &'static str> {
        match self {
            Self::Classes(2) if outputs == 1 => Ok(()),
            _ => self.one_an_output(outputs),
        }
    }
}

/// The set of valid target values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Domain {
    /// Any.
    Reals,
    /// In `[0, 1]`.
    Unit,
    /// 0 or 1.
    Binary,
    /// In `[0, 1]`, each sample's adding up to 1.
    Distribution,
    /// Counts: 0 or more.
    NotNegative,
}

impl Domain {
    /// Every domain that excludes some numbers.
    pub(crate) const LIMITED: [Self; 4] = [
        Self::Unit,
        Self::Binary,
        Self::Distribution,
        Self::NotNegative,
    ];

    /// Whether the domain contains the targets of one sample.
    pub(crate) fn holds(self, mut targets: impl Iterator<Item = f64>) -> bool {
        /// Rounding error of a sum of shares given in f32 or to three digits.
        const SUM: f64 = 1e-3;
        match self {
            Self::Reals => true,
            Self::Unit => targets.all(|t| (0.0..=1.0).contains(&t)),
            Self::Binary => targets.all(|t| t == 0.0 || t == 1.0),
            Self::NotNegative => targets.all(|t| t >= 0.0),
            Self::Distribution => {
                let mut sum = 0.0f64;
                let inside = targets.all(|t| {
                    sum += t;
                    (0.0..=1.0).contains(&t)
                });
                inside && (sum - 1.0).abs() <= SUM
            }
        }
    }

    /// In words.
    pub(crate) fn expected(self) -> &'static str {
        match self {
            Self::Reals => "targets that are numbers",
            Self::Unit => "targets in [0, 1]",
            Self::Binary => "targets that are 0 or 1",
            Self::NotNegative => "targets that are 0 or more",
            Self::Distribution => "targets in [0, 1] that add up to 1 in each sample",
        }
    }
}
