//! From a value to its position on an axis.

mod limits;

use self::limits::Limits;

/// How an axis maps its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// Logarithmic where no value is negative and the positive ones span more than a factor of fifty (an axis of
    /// given positions: where these grow geometrically); logarithmic on either side of zero where the values have both signs
    /// and the largest is more than a thousand times the median one; else linear. Few far values do not count.
    #[default]
    Auto,
    /// Linear.
    Linear,
    /// Logarithmic; zero gets a position of its own before the axis begins, negative values are gaps.
    Log,
    /// Linear around zero, logarithmic further out, on both sides.
    Symlog,
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

    /// The scale of a cloud of points: linear, unless some of the values are so much larger than the others that these
    /// would overlap, a hundred times the median. Few far values do not count.
    #[must_use]
    pub fn of_cloud(values: impl Iterator<Item = f64> + Clone) -> Self {
        const FAR: f64 = 100.0;
        let signed = values.clone().any(|v| v < 0.0);
        let kept = Limits::linear(values.clone().collect());
        match (kept, median(values)) {
            (Some(kept), Some(usual)) if kept.high > FAR * usual || -kept.low > FAR * usual => {
                match signed {
                    true => Scale::Symlog,
                    false => Scale::Log,
                }
            }
            _ => Scale::Linear,
        }
    }

    /// The scale of these values, which is not [`Scale::Auto`].
    pub(crate) fn settled(self, values: impl Iterator<Item = f64> + Clone) -> Self {
        /// Factor between the lowest and the highest positive value.
        const SPAN: f64 = 50.0;
        /// The largest value of either sign in medians.
        const FAR: f64 = 1000.0;
        if self != Scale::Auto {
            return self;
        }
        if !values.clone().any(|v| v < 0.0) {
            let positive = values.filter(|v| *v > 0.0);
            return match Limits::decades(positive.map(f64::log10).collect()) {
                Some(kept) if kept.high - kept.low > SPAN.log10() => Scale::Log,
                _ => Scale::Linear,
            };
        }
        match (Limits::linear(values.clone().collect()), median(values)) {
            (Some(kept), Some(usual)) if kept.high.max(-kept.low) > FAR * usual => Scale::Symlog,
            _ => Scale::Linear,
        }
    }
}

/// The range of values but for few that are far from the others; `None` without a finite one.
#[must_use]
pub fn usual_range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let limits = Limits::linear(values.collect())?;
    Some((limits.low, limits.high))
}

/// The median magnitude of the finite values that are not zero.
fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    mlp_statistics::median(values.filter(|v| v.is_finite() && *v != 0.0).map(f64::abs))
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
    /// Bounds in the coordinate sign(v) log10(1 + |v| / unit).
    Symlog {
        unit: f64,
        low: f64,
        high: f64,
    },
    /// This many positions of equal width, value i in the middle of position i.
    Slots(usize),
}

/// A fitted axis, and how many finite values lie beyond its ends.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fitted {
    pub mapping: Mapping,
    pub below: usize,
    pub above: usize,
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

/// The size within which a scale that is logarithmic on either side of zero is linear: the power of ten below the
/// median magnitude.
fn unit(values: impl Iterator<Item = f64>) -> f64 {
    let exponent = median(values).map_or(0.0, |usual| usual.log10().floor());
    10f64.powf(exponent.clamp(-290.0, 290.0))
}

/// The coordinate of such a scale.
fn signed_log(v: f64, unit: f64) -> f64 {
    v.signum() * (v.abs() / unit).min(f64::MAX).ln_1p() * std::f64::consts::LOG10_E
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
        match scale.settled(values.clone()) {
            Scale::Log => Self::logarithmic(values, pad),
            Scale::Symlog => Self::symlog(values, pad),
            _ => Self::linear(values, pad),
        }
    }

    /// An axis over the finite values within their [`Limits`], with a margin of `pad` at both ends.
    pub(crate) fn within_limits(
        values: impl Iterator<Item = f64> + Clone,
        scale: Scale,
        pad: f64,
    ) -> Fitted {
        let clamped = values.map(|v| match v.is_finite() {
            true => v.clamp(-LIMIT, LIMIT),
            false => v,
        });
        let scale = scale.settled(clamped.clone());
        let limits = match scale {
            Scale::Log => {
                let positive = clamped.clone().filter(|v| *v > 0.0);
                Limits::decades(positive.map(f64::log10).collect())
            }
            Scale::Symlog => {
                let unit = unit(clamped.clone());
                Limits::decades(clamped.clone().map(|v| signed_log(v, unit)).collect())
            }
            _ => Limits::linear(clamped.clone().collect()),
        };
        Self::within(clamped, scale, limits, pad)
    }

    /// The same on a linear axis for values each of which has a name and is looked for: fewer lie beyond.
    pub(crate) fn within_limits_of_named(values: &[f64], pad: f64) -> Mapping {
        let clamped = values.iter().map(|v| v.clamp(-LIMIT, LIMIT));
        let limits = Limits::named(clamped.clone().collect());
        Self::within(clamped, Scale::Linear, limits, pad).mapping
    }

    fn within(
        clamped: impl Iterator<Item = f64> + Clone,
        scale: Scale,
        limits: Option<Limits>,
        pad: f64,
    ) -> Fitted {
        let Some(limits) = limits.filter(|limits| limits.below + limits.above > 0) else {
            return Fitted {
                mapping: Self::fit(clamped, scale, pad),
                below: 0,
                above: 0,
            };
        };
        let unit = unit(clamped.clone());
        let coordinate = |v: f64| match scale {
            // Zero has a place of its own.
            Scale::Log if v == 0.0 => limits.low,
            Scale::Log => v.log10(),
            Scale::Symlog => signed_log(v, unit),
            _ => v,
        };
        let kept = clamped.filter(move |v| (limits.low..=limits.high).contains(&coordinate(*v)));
        Fitted {
            mapping: Self::fit(kept, scale, pad),
            below: limits.below,
            above: limits.above,
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
            (low, high) = (if low == 0.0 { 0.0 } else { low - room }, high + room);
        }
        let room = (high - low) * pad;
        // Of values of one sign, none of the other is shown: no norm is negative.
        Mapping::Linear {
            low: if low >= 0.0 {
                (low - room).max(0.0)
            } else {
                low - room
            },
            high: if high <= 0.0 && low < 0.0 {
                (high + room).min(0.0)
            } else {
                high + room
            },
        }
    }

    fn symlog(values: impl Iterator<Item = f64> + Clone, pad: f64) -> Self {
        let unit = unit(values.clone());
        let Mapping::Linear { low, high } = Self::linear(values.map(|v| signed_log(v, unit)), pad)
        else {
            return Self::linear([].into_iter(), pad);
        };
        Mapping::Symlog { unit, low, high }
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

    /// The same kind of axis between other bounds, in its own coordinate.
    pub(crate) fn with_bounds(self, low: f64, high: f64) -> Self {
        match self {
            Mapping::Linear { .. } => Mapping::Linear { low, high },
            Mapping::Log { zero, .. } => Mapping::Log { low, high, zero },
            Mapping::Symlog { unit, .. } => Mapping::Symlog { unit, low, high },
            Mapping::Slots(count) => Mapping::Slots(count),
        }
    }

    /// A value in the coordinate that the bounds are in; `None` where it has none.
    pub(crate) fn coordinate(&self, v: f64) -> Option<f64> {
        match *self {
            _ if !v.is_finite() => None,
            Mapping::Linear { .. } => Some(v.clamp(-LIMIT, LIMIT)),
            Mapping::Log { .. } => (v > 0.0).then(|| v.log10()),
            Mapping::Symlog { unit, .. } => Some(signed_log(v, unit)),
            Mapping::Slots(_) => Some(v),
        }
    }

    /// Position of a value: 0 at the start of the axis, 1 at its end, outside [0, 1] beyond them;
    /// `None` where it has no position (NaN, infinity, below zero on a logarithmic axis).
    pub(crate) fn fraction(&self, v: f64) -> Option<f64> {
        let at = match *self {
            Mapping::Log { zero, .. } if v == 0.0 => (zero > 0.0).then_some(zero * ZERO_AT),
            Mapping::Slots(count) => self.coordinate(v).map(|v| (v + 0.5) / count.max(1) as f64),
            Mapping::Linear { low, high } | Mapping::Symlog { low, high, .. } => {
                self.coordinate(v).map(|v| (v - low) / (high - low))
            }
            Mapping::Log { low, high, zero } => {
                let within = self.coordinate(v).map(|v| (v - low) / (high - low));
                within.map(|at| zero + at * (1.0 - zero))
            }
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
    fn zeros_have_a_place_beside_many_decades() {
        let fit = |v: &[f64]| Mapping::fit(v.iter().copied(), Scale::Auto, 0.0);
        assert!(matches!(fit(&[0.0, 1e-3, 1.0]), Mapping::Log { zero, .. } if zero > 0.0));
        assert!(matches!(fit(&[0.0, 1.0]), Mapping::Linear { .. }));
    }

    #[test]
    fn both_signs_over_decades_have_a_scale_of_their_own() {
        let values = [-1e6, -3e4, -1.0, -0.5, 0.0, 0.2, 0.5, 1.0, 2.0, 5e5];
        let axis = Mapping::fit(values.into_iter(), Scale::Auto, 0.0);
        assert!(matches!(axis, Mapping::Symlog { .. }), "{axis:?}");
        let at: Vec<f64> = values.iter().filter_map(|v| axis.fraction(*v)).collect();
        assert!(at.is_sorted() && at[0] == 0.0 && at[9] == 1.0);
        // Values around one are apart, too.
        assert!(at[7] - at[5] > 0.01, "{at:?}");
    }

    #[test]
    fn no_axis_of_one_sign_crosses_zero() {
        for values in [vec![0.0, 3.0], vec![0.01, 9.0], vec![0.0; 3], vec![2.0]] {
            let axis = Mapping::fit(values.iter().copied(), Scale::Linear, 0.05);
            assert!(
                matches!(axis, Mapping::Linear { low, .. } if low >= 0.0),
                "{axis:?}"
            );
        }
        let axis = Mapping::fit([-3.0, 0.0].into_iter(), Scale::Linear, 0.05);
        assert!(matches!(axis, Mapping::Linear { low, high } if low < -3.0 && high == 0.0));
    }

    #[test]
    fn far_values_lie_beyond_the_axis() {
        let usual: Vec<f64> = (0..60).map(|i| 1.0 + f64::from(i) / 60.0).collect();
        for (far, scale) in [
            (vec![1e34, 2e34], Scale::Linear),
            (vec![1e34, -1e34], Scale::Auto),
            (vec![1e34, 1e-34], Scale::Log),
            (vec![1e300, -1e300], Scale::Symlog),
        ] {
            let all = [&usual[..], &far].concat();
            let found = Mapping::within_limits(all.iter().copied(), scale, 0.04);
            assert_eq!(found.below + found.above, 2, "{far:?} {found:?}");
            let inside = |v: &f64| (0.0..=1.0).contains(&found.mapping.fraction(*v).unwrap());
            assert!(
                usual.iter().all(inside) && !far.iter().any(inside),
                "{found:?}"
            );
        }
        let none = Mapping::within_limits([f64::NAN].into_iter(), Scale::Auto, 0.04);
        assert_eq!((none.below, none.above), (0, 0));
    }

    #[test]
    fn a_norm_far_beyond_the_others_does_not_flatten_a_cloud() {
        let of = |norms: &[f64]| Scale::of_cloud(norms.iter().copied());
        assert_eq!(of(&[1.0, 2.0, 3.0, 90.0]), Scale::Linear);
        assert_eq!(of(&[1.0, 2.0, f64::NAN, 3.0, 6e5]), Scale::Log);
        assert_eq!(of(&[-1.0, 2.0, 1.0, 3.0, 6e5]), Scale::Symlog);
        assert_eq!(of(&[0.0, 0.0, 5.0]), Scale::Linear);
        assert_eq!(of(&[f64::NAN]), Scale::Linear);
        let many = [vec![1.0; 60], vec![1e34]].concat();
        assert_eq!(of(&many), Scale::Linear);
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
            for scale in [Scale::Auto, Scale::Linear, Scale::Log, Scale::Symlog] {
                let axis = Mapping::fit(values.iter().copied(), scale, 0.05);
                for v in values.iter().chain(&[1.0, f64::MAX]) {
                    assert!(axis.fraction(*v).is_none_or(f64::is_finite), "{values:?}");
                }
            }
        }
    }
}
