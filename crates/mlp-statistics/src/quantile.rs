//! The definition of quantiles.

/// The quantile of ascending numbers at a probability between 0 and 1, linear between neighbours (type 7 of
/// Hyndman and Fan 1996, "Sample quantiles in statistical packages"; NumPy's default). `None` if empty.
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let (below, part) = place(sorted.len() as u64, share)?;
    let at = below as usize;
    let above = sorted[(at + 1).min(sorted.len() - 1)];
    Some(between(sorted[at], above, part))
}

/// The position of a quantile among this many numbers: the index of the number below it and the fraction to
/// the next one.
pub(crate) fn place(count: u64, share: f64) -> Option<(u64, f64)> {
    let last = count.checked_sub(1)? as f64;
    let place = share.clamp(0.0, 1.0) * last;
    Some((place.floor() as u64, place - place.floor()))
}

/// Linear interpolation between a number and one that is not smaller.
pub(crate) fn between(a: f64, b: f64, part: f64) -> f64 {
    let way = b - a;
    if part == 0.0 || a == b {
        a
    } else if part == 0.5 {
        a / 2.0 + b / 2.0
    } else if !way.is_finite() {
        a * (1.0 - part) + b * part
    } else if part < 0.5 {
        a + way * part
    } else {
        b - way * (1.0 - part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Quantiles;

    /// numpy.quantile(X, [0, .05, .1, .25, .4, .5, .75, .9, .95, 1])
    #[test]
    fn quantiles_are_those_of_numpy() {
        let mut x = [3.1, -2.0, 0.5, 7.25, 7.25, 1e3, -0.125, 4.0];
        x.sort_by(f64::total_cmp);
        for (share, expected) in [
            (0.0, -2.0),
            (0.05, -1.34375),
            (0.1, -0.6875),
            (0.25, 0.34375),
            (0.4, 2.58),
            (0.5, 3.55),
            (0.75, 7.25),
            (0.9, 305.075_000_000_000_05),
            (0.95, 652.5375),
            (1.0, 1e3),
        ] {
            let found = quantile(&x, share).unwrap();
            assert!(
                (found - expected).abs() <= 1e-12 * expected.abs(),
                "{share}: {found}"
            );
        }
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[2.5], 0.9), Some(2.5));
    }

    #[test]
    fn nothing_overflows_and_equal_numbers_stay() {
        assert_eq!(quantile(&[-f64::MAX, f64::MAX], 0.5), Some(0.0));
        assert!(quantile(&[-f64::MAX, f64::MAX], 0.7).is_some_and(f64::is_finite));
        for share in [0.1, 0.3, 0.5, 0.77] {
            assert_eq!(quantile(&[0.1, 0.1, 0.1], share), Some(0.1));
        }
        assert_eq!(quantile(&[1.0, f64::INFINITY], 0.5), Some(f64::INFINITY));
    }

    #[test]
    fn bands_leave_out_what_is_not_finite() {
        let q = Quantiles::of([16.0, f64::NAN, 1.0, 4.0, 8.0, f64::INFINITY, 2.0]);
        assert_eq!((q.p25, q.p50, q.p75, q.count), (2.0, 4.0, 8.0, 5));
        assert!((q.p5 - 1.2).abs() < 1e-12 && (q.p95 - 14.4).abs() < 1e-12);
        assert!(Quantiles::of([]).p50.is_nan());
    }
}
