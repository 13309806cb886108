//! From a value to its position on an axis.

/// How an axis maps its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// Logarithmic where all values are positive and span more than a factor of fifty (an axis of
    /// given positions: where these grow geometrically), else linear.
    #[default]
    Auto,
    /// Linear.
    Linear,
    /// Logarithmic; zero gets a position of its own before the axis begins, negative values are gaps.
    Log,
}

impl Scale {
    /// Logarithmic where the values are non-negative and the positive ones span more than two decades; else linear.
    #[must_use]
    pub fn over_decades(values: impl Iterator<Item = f64> + Clone) -> Self {
        /// Two decades.
        const SPAN: f64 = 100.0;
        let below = values.clone().any(|v| v < 0.0);
        match range(values.filter(|v| *v > 0.0)) {
            Some((low, high)) if !below && high / low > SPAN => Scale::Log,
            _ => Scale::Linear,
        }
    }
}

/// Values beyond this are drawn at the edge, so that no difference overflows.
const LIMIT: f64 = 1e300;
/// The position of zero within the part of a logarithmic axis that is kept for it.
const ZERO_AT: f64 = 0.35;
/// The part of the axis for zero, unless few positions leave more room.
const ZERO_PART: f64 = 0.1;

/// A fitted axis: values to fractions of its length.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mapping {
    Linear {
        low: f64,
        high: f64,
    },
    /// Bounds as decimal logarithms; `zero` is the part of the axis kept for zero at the start.
    Log {
        low: f64,
        high: f64,
        zero: f64,
    },
    /// This many positions of equal width, value i in the middle of position i.
    Slots(usize),
}

fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let mut found: Option<(f64, f64)> = None;
    for v in values.filter(|v| v.is_finite()) {
        let v = v.clamp(-LIMIT, LIMIT);
        found = Some(match found {
            None => (v, v),
            Some((low, high)) => (
                if v < low { v } else { low },
                if v > high { v } else { high },
            ),
        });
    }
    found
}

/// Whether sorted positive values (apart from a leading zero) grow geometrically.
fn grows_geometrically(values: &[f64]) -> bool {
    let positive: Vec<f64> = values.iter().copied().filter(|v| *v > 0.0).collect();
    if positive.len() < 3 || values.iter().any(|v| *v < 0.0) {
        return false;
    }
    let (first, last) = (positive[0], positive[positive.len() - 1]);
    let middle = positive[positive.len() / 2];
    // On a linear axis the middle value would stand at the mean of the ends.
    last / first > 20.0 && middle < first + 0.25 * (last - first)
}

impl Mapping {
    /// An axis over all finite values with a margin of `pad` (a fraction of the span) at both ends.
    pub(crate) fn fit(values: impl Iterator<Item = f64> + Clone, scale: Scale, pad: f64) -> Self {
        let log = match scale {
            Scale::Linear => false,
            Scale::Log => true,
            Scale::Auto => matches!(range(values.clone()),
                Some((low, high)) if low > 0.0 && high / low > 50.0),
        };
        if log {
            Self::logarithmic(values, pad)
        } else {
            Self::linear(values, pad)
        }
    }

    /// An axis over given positions in ascending order, such as recorded steps.
    pub(crate) fn fit_places(values: &[f64], scale: Scale, pad: f64) -> Self {
        let scale = match scale {
            Scale::Auto if grows_geometrically(values) => Scale::Log,
            Scale::Auto => Scale::Linear,
            given => given,
        };
        let mut found = Self::fit(values.iter().copied(), scale, pad);
        if let Mapping::Log { zero, .. } = &mut found
            && *zero > 0.0
        {
            // Few places have wide labels or cells, which need room beside the zero.
            *zero = (1.2 / values.len() as f64).clamp(ZERO_PART, 0.22);
        }
        found
    }

    fn linear(values: impl Iterator<Item = f64>, pad: f64) -> Self {
        let (mut low, mut high) = range(values).unwrap_or((0.0, 1.0));
        let size = low.abs().max(high.abs());
        if high - low <= size * 1e-9 || high - low < 1e-300 {
            // A constant: give it room, so that the labels tell its size.
            let room = if size > 1e-300 { size * 0.1 } else { 1.0 };
            (low, high) = (low - room, high + room);
        }
        let pad = (high - low) * pad;
        Mapping::Linear {
            low: low - pad,
            high: high + pad,
        }
    }

    fn logarithmic(values: impl Iterator<Item = f64> + Clone, pad: f64) -> Self {
        let zero = values.clone().any(|v| v == 0.0);
        let (low, high) = range(values.filter(|v| *v > 0.0)).unwrap_or((1.0, 10.0));
        let (mut low, mut high) = (low.log10(), high.log10());
        if high - low < 0.02 {
            (low, high) = (low - 0.2, high + 0.2);
        }
        let pad = (high - low) * pad;
        Mapping::Log {
            low: low - if zero { 0.0 } else { pad },
            high: high + pad,
            zero: if zero { ZERO_PART } else { 0.0 },
        }
    }

    /// A linear axis from `low` to `high` exactly.
    pub(crate) fn exactly(low: f64, high: f64) -> Self {
        if low.is_finite() && high.is_finite() && low < high {
            Mapping::Linear {
                low: low.clamp(-LIMIT, LIMIT),
                high: high.clamp(-LIMIT, LIMIT),
            }
        } else {
            Self::linear([low, high].into_iter(), 0.0)
        }
    }

    /// Position of a value: 0 at the start of the axis, 1 at its end, outside [0, 1] beyond them;
    /// `None` where it has no position (NaN, infinity, below zero on a logarithmic axis).
    pub(crate) fn fraction(&self, v: f64) -> Option<f64> {
        if !v.is_finite() {
            return None;
        }
        let at = match *self {
            Mapping::Linear { low, high } => Some((v.clamp(-LIMIT, LIMIT) - low) / (high - low)),
            Mapping::Log { low, high, zero } => {
                if v > 0.0 {
                    Some(zero + (v.log10() - low) / (high - low) * (1.0 - zero))
                } else {
                    (v == 0.0 && zero > 0.0).then_some(zero * ZERO_AT)
                }
            }
            Mapping::Slots(count) => Some((v + 0.5) / count.max(1) as f64),
        };
        // What lies far outside stays there; its distance need not be kept.
        at.map(|at| at.clamp(-1e4, 1e4))
    }

    /// Where a logarithmic axis is broken between zero and its beginning.
    pub(crate) fn break_at(&self) -> Option<f64> {
        let start = self.start();
        (start > 0.0).then_some(start * (1.0 + ZERO_AT) / 2.0)
    }

    /// Where the fractions of positive values begin.
    pub(crate) fn start(&self) -> f64 {
        match self {
            Mapping::Log { zero, .. } => *zero,
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_stands_before_a_log_axis() {
        let steps = [0.0, 1.0, 10.0, 100.0, 1000.0];
        let axis = Mapping::fit_places(&steps, Scale::Auto, 0.0);
        let at: Vec<f64> = steps.iter().filter_map(|s| axis.fraction(*s)).collect();
        assert_eq!(at.len(), 5);
        let start = axis.start();
        assert_eq!((at[0], at[1], at[4]), (start * ZERO_AT, start, 1.0));
        assert!(at[0] > 0.0 && (at[2] - (start + (1.0 - start) / 3.0)).abs() < 1e-12);
        assert_eq!(axis.fraction(-1.0), None);
    }

    #[test]
    fn auto_is_logarithmic_over_decades_only() {
        let fit = |v: &[f64]| Mapping::fit(v.iter().copied(), Scale::Auto, 0.0);
        assert!(matches!(fit(&[1e-4, 1.0]), Mapping::Log { .. }));
        assert!(matches!(fit(&[0.3, 0.7]), Mapping::Linear { .. }));
        assert!(matches!(fit(&[-1.0, 1e6]), Mapping::Linear { .. }));
        let evenly: Vec<f64> = (0..100).map(f64::from).collect();
        assert!(matches!(
            Mapping::fit_places(&evenly, Scale::Auto, 0.0),
            Mapping::Linear { .. }
        ));
    }

    #[test]
    fn more_than_two_decades_are_logarithmic_beside_zeros_too() {
        let of = |values: &[f64]| Scale::over_decades(values.iter().copied());
        assert_eq!(of(&[0.0, 1e-3, 1.0]), Scale::Log);
        assert_eq!(of(&[f64::NAN, 1e-3, 1.0, f64::INFINITY]), Scale::Log);
        assert_eq!(of(&[0.01, 1.0]), Scale::Linear);
        assert_eq!(of(&[-1.0, 1e-3, 1.0]), Scale::Linear);
        assert_eq!(of(&[0.0]), Scale::Linear);
        assert_eq!(of(&[]), Scale::Linear);
    }

    #[test]
    fn extreme_and_constant_values_keep_finite_places() {
        for values in [
            vec![f64::MIN, f64::MAX],
            vec![5.0],
            vec![5e-324],
            vec![0.0, 1e-310],
            vec![0.0, 0.0],
            vec![f64::MIN_POSITIVE, f64::MAX],
            vec![f64::NAN, f64::INFINITY],
            vec![],
        ] {
            for scale in [Scale::Auto, Scale::Linear, Scale::Log] {
                let axis = Mapping::fit(values.iter().copied(), scale, 0.05);
                for v in values.iter().chain(&[1.0, f64::MAX]) {
                    assert!(axis.fraction(*v).is_none_or(f64::is_finite), "{values:?}");
                }
            }
        }
    }
}
