//! Limits of an axis or of a colour scale that a few far values do not decide.
//!
//! At either end a tenth of the values (none of fewer than ten) may lie beyond the limits. The rest is the *core*. A value
//! is *far* where its distance from the core exceeds 1.5 times the core's width, or 1.5 times the core's largest
//! magnitude if that is more (on a logarithmic axis: 1.5 times three decades). Far values are left beyond the limits
//! where the others would otherwise have less than a tenth of the axis (a quarter of a logarithmic one; of named values,
//! each of which is looked for, a fiftieth); else too little is gained and every value is within.
//! Quantiles of a tenth withstand a share of exploded networks that the usual hundredth does not: 3 of 60 are 5 %.

/// The share of values at either end that may lie beyond the limits.
const SHARE: usize = 10;
/// Distance of far values in widths of the core.
const FENCE: f64 = 1.5;
/// The least width of a core on a logarithmic axis, in decades: a loss that falls by a thousandth in its first steps is no
/// outlier of its curve.
const DECADES: f64 = 3.0;
/// The part of the axis that the others keep without a cut: of a linear axis, of one of named values, of a logarithmic one.
const FLAT: f64 = 0.1;
const FLAT_OF_NAMED: f64 = 0.02;
const FLAT_OF_DECADES: f64 = 0.25;

/// Where an axis begins and ends, in its own coordinate, and how many values lie beyond.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Limits {
    pub low: f64,
    pub high: f64,
    pub below: usize,
    pub above: usize,
}

impl Limits {
    /// The limits of values on a linear axis; `None` without a finite one.
    pub(crate) fn linear(values: Vec<f64>) -> Option<Self> {
        Self::of(values, FLAT, |core| core.0.abs().max(core.1.abs()))
    }

    /// The limits of values each of which has a name, on a linear axis.
    pub(crate) fn named(values: Vec<f64>) -> Option<Self> {
        Self::of(values, FLAT_OF_NAMED, |core| core.0.abs().max(core.1.abs()))
    }

    /// The limits of decimal logarithms.
    pub(crate) fn decades(logarithms: Vec<f64>) -> Option<Self> {
        Self::of(logarithms, FLAT_OF_DECADES, |_| DECADES)
    }

    fn of(mut values: Vec<f64>, flat: f64, least: impl Fn((f64, f64)) -> f64) -> Option<Self> {
        values.retain(|value| value.is_finite());
        let (count, spare) = (values.len(), values.len() / SHARE);
        let ends = |values: &mut dyn Iterator<Item = f64>| {
            let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
            for value in values {
                low = if value < low { value } else { low };
                high = if value > high { value } else { high };
            }
            (low, high)
        };
        let (lowest, highest) = ends(&mut values.iter().copied());
        if count == 0 {
            return None;
        }
        let mut nth = |place: usize| *values.select_nth_unstable_by(place, f64::total_cmp).1;
        let core = (nth(spare), nth(count - 1 - spare));
        // Halves, since the widest range exceeds the largest number.
        let reach = FENCE * (core.1 / 2.0 - core.0 / 2.0).max(least(core) / 2.0) * 2.0;
        let far_below = |value: f64| core.0 - value > reach;
        let far_above = |value: f64| value - core.1 > reach;
        let near = values.iter().copied();
        let (low, high) = ends(&mut near.filter(|v| !far_below(*v) && !far_above(*v)));
        let below = values.iter().filter(|value| far_below(**value)).count();
        let above = values.iter().filter(|value| far_above(**value)).count();
        let gained = (high / 2.0 - low / 2.0) < flat * (highest / 2.0 - lowest / 2.0);
        // A core without extent at zero has no size to measure a distance by.
        Some(match gained && reach > 0.0 {
            true => Self {
                low,
                high,
                below,
                above,
            },
            false => Self {
                low: lowest,
                high: highest,
                below: 0,
                above: 0,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[f64]) -> (f64, f64, usize, usize) {
        let found = Limits::linear(values.to_vec()).unwrap();
        (found.low, found.high, found.below, found.above)
    }

    #[test]
    fn a_few_exploded_values_do_not_decide() {
        let usual: Vec<f64> = (0..57).map(|i| 1.0 + f64::from(i) / 57.0).collect();
        let last = usual[56];
        let with = |far: &[f64]| of(&[&usual[..], far].concat());
        assert_eq!(with(&[1e34, 3e34, f64::INFINITY]), (1.0, last, 0, 2));
        assert_eq!(with(&[-1e34, 3e34, f64::NAN]), (1.0, last, 1, 1));
        assert_eq!(with(&[f64::MAX, f64::MIN]), (1.0, last, 1, 1));
    }

    #[test]
    fn nothing_is_cut_where_nothing_is_gained() {
        let usual: Vec<f64> = (0..57).map(|i| 1.0 + f64::from(i) / 57.0).collect();
        // The others keep a tenth of the axis, and where each has a name a fiftieth.
        assert_eq!(of(&[&usual[..], &[10.8]].concat()).1, 10.8);
        assert_eq!(of(&[&usual[..], &[11.2]].concat()).3, 1);
        let named = |far: f64| Limits::named([&usual[..], &[far]].concat()).unwrap().above;
        assert_eq!((named(40.0), named(60.0)), (0, 1));
        // Solved networks among those at a plateau, and the failures of those at 1.
        let plateau = [vec![0.69; 57], vec![0.2; 3]].concat();
        assert_eq!(of(&plateau), (0.2, 0.69, 0, 0));
        assert_eq!(of(&[vec![0.0; 57], vec![1.0; 3]].concat()).3, 0);
        // Many far values are no outliers, and few values have none.
        assert_eq!(of(&[vec![1.0; 50], vec![1e34; 10]].concat()).3, 0);
        assert_eq!(of(&[1.0, 2.0, 3.0, 1e34]), (1.0, 1e34, 0, 0));
        assert_eq!(of(&[5.0]), (5.0, 5.0, 0, 0));
        assert_eq!(of(&[5e-324; 40]), (5e-324, 5e-324, 0, 0));
        assert!(Limits::linear(vec![f64::NAN]).is_none());
    }

    #[test]
    fn decades_are_cut_where_they_are_empty() {
        let usual = (0..40).map(|i| f64::from(i) / 20.0);
        let found = Limits::decades(usual.clone().chain([-40.0]).collect()).unwrap();
        assert_eq!((found.low, found.below, found.above), (0.0, 1, 0));
        // A loss that begins at a thousand times its last value.
        let found = Limits::decades(usual.map(|v| v / 20.0).chain([3.0]).collect()).unwrap();
        assert_eq!((found.high, found.above), (3.0, 0));
    }
}
