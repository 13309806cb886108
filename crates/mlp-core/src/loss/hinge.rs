//! Hinge losses.

use super::{Domain, LossDefinition, Outputs, SampleRow, Shape};
use crate::{
    Error,
    spelling::{Known, Spelling},
};

/// max(0, 1 - margin), the loss of support vector machines.
///
/// ```text
/// two classes, one output            margin = s y, s = -1 for class 0 and 1 for class 1
/// classes, one output each           margin = y_right - best y_wrong (Crammer and Singer 2001)
/// the same with `all_pairs`          the sum over the wrong classes of max(0, 1 - y_right + y_wrong),
///                                    divided by the number of classes (Weston and Watkins 1998):
///                                    PyTorch's `multi_margin_loss`
/// values 0 and 1, one per output      as two classes, for each output
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hinge {
    /// Every wrong class counts, not only the best.
    pub all_pairs: bool,
}

/// max(0, 1 - margin)^2, the margins as in [`Hinge`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SquaredHinge {
    /// Every wrong class counts, not only the best.
    pub all_pairs: bool,
}

/// The kernel's name for the margins.
fn margin(all_pairs: bool) -> mlp_kernels::Margin {
    match all_pairs {
        true => mlp_kernels::Margin::AllPairs,
        false => mlp_kernels::Margin::Best,
    }
}

/// The textbook form; `power` gives max(0, m)^p and its derivative.
fn textbook(
    row: &SampleRow<'_>,
    all_pairs: bool,
    power: impl Fn(f64) -> (f64, f64),
) -> (f64, Vec<f64>) {
    let Some(right) = row.class else {
        return row.each(|y, t| {
            let sign = 2.0 * t - 1.0;
            let (value, slope) = power(1.0 - sign * y);
            (value, -sign * slope)
        });
    };
    let wrong = (0..row.y.len()).filter(|&class| class != right);
    let mut slopes = vec![0.0; row.y.len()];
    let mut total = 0.0;
    let mut count = |class: usize, share: f64| {
        let (value, slope) = power(1.0 - row.y[right] + row.y[class]);
        total += value * share;
        slopes[class] += slope * share;
        slopes[right] -= slope * share;
    };
    if all_pairs {
        wrong.for_each(|class| count(class, 1.0 / row.y.len() as f64));
    } else if let Some(best) = wrong.reduce(|a, b| if row.y[b] > row.y[a] { b } else { a }) {
        count(best, 1.0);
    }
    (total, slopes)
}

/// The Hessian of a power of the margins with the second derivative `bend` where they are positive,
/// times `direction`.
fn bend(row: &SampleRow<'_>, direction: &[f64], all_pairs: bool, bend: f64) -> Vec<f64> {
    let above = |margin: f64| if margin > 0.0 { bend } else { 0.0 };
    let Some(right) = row.class else {
        return row.bend_each(direction, |y, t| above(1.0 - (2.0 * t - 1.0) * y));
    };
    let wrong = (0..row.y.len()).filter(|&class| class != right);
    let mut product = vec![0.0; row.y.len()];
    let mut count = |class: usize, share: f64| {
        let along = direction[class] - direction[right];
        let term = above(1.0 - row.y[right] + row.y[class]) * share * along;
        product[class] += term;
        product[right] -= term;
    };
    if all_pairs {
        wrong.for_each(|class| count(class, 1.0 / row.y.len() as f64));
    } else if let Some(best) = wrong.reduce(|a, b| if row.y[b] > row.y[a] { b } else { a }) {
        count(best, 1.0);
    }
    product
}

macro_rules! hinge {
    ($name:ident, $squared:literal, $short:literal, $long:literal, $formula:literal, $power:expr, $bend:literal) => {
        impl $name {
            pub(crate) const DEFAULT: Self = Self { all_pairs: false };

            pub(crate) const NAMES: &'static [Known] = &[
                Known::new(
                    $short,
                    concat!(
                        $formula,
                        "; with several classes, against the best wrong one"
                    ),
                ),
                Known::new($long, concat!($formula, ", summed over all wrong classes")),
            ];

            pub(crate) fn parse(spelling: &Spelling<'_>) -> Result<Self, Error> {
                let all_pairs = spelling.name == $long;
                spelling.plain(Self { all_pairs })
            }
        }

        impl LossDefinition for $name {
            fn names(&self) -> &'static [Known] {
                Self::NAMES
            }

            fn spelling(&self) -> String {
                Self::NAMES[usize::from(self.all_pairs)].name.to_owned()
            }

            fn kernel(&self) -> mlp_kernels::Loss {
                mlp_kernels::Loss::Hinge {
                    squared: $squared,
                    margin: margin(self.all_pairs),
                }
            }

            fn outputs(&self) -> Outputs {
                Outputs::Scores
            }

            fn fits(&self, targets: Shape, outputs: usize) -> Result<(), &'static str> {
                targets.labels(outputs)
            }

            fn values(&self) -> Domain {
                Domain::Binary
            }

            fn textbook(&self, row: &SampleRow<'_>) -> (f64, Vec<f64>) {
                textbook(row, self.all_pairs, $power)
            }

            fn bend(&self, row: &SampleRow<'_>, direction: &[f64]) -> Vec<f64> {
                bend(row, direction, self.all_pairs, $bend)
            }
        }
    };
}

hinge!(
    Hinge,
    false,
    "hinge",
    "hinge-all-pairs",
    "max(0, 1 - margin)",
    |m| if m > 0.0 { (m, 1.0) } else { (0.0, 0.0) },
    0.0
);
hinge!(
    SquaredHinge,
    true,
    "squared-hinge",
    "squared-hinge-all-pairs",
    "max(0, 1 - margin)^2",
    |m| if m > 0.0 {
        (m * m, 2.0 * m)
    } else {
        (0.0, 0.0)
    },
    2.0
);
