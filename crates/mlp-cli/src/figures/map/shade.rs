//! Shades of a fractal map as the published pictures show them: by their rank among those of their sign.

/// Between the two signs a stretch of the colours is left out, so that the boundary shows.
const GAP: f64 = 0.25;

/// Ranks within each sign, spread evenly: negative shades over -1 to -0.25, others over 0.25 to 1. Equal
/// shades share their mean rank; what is not a number stays so.
pub fn ranks(shades: &[f64]) -> Vec<f64> {
    let mut ranks = vec![f64::NAN; shades.len()];
    for (negative, from, to) in [(true, -1.0, -GAP), (false, GAP, 1.0)] {
        let mut order: Vec<usize> = (0..shades.len())
            .filter(|cell| !shades[*cell].is_nan() && (shades[*cell] < 0.0) == negative)
            .collect();
        order.sort_by(|a, b| shades[*a].total_cmp(&shades[*b]));
        let last = order.len().saturating_sub(1).max(1) as f64;
        let mut start = 0;
        for equal in order.chunk_by(|a, b| shades[*a] == shades[*b]) {
            let middle = start as f64 + (equal.len() - 1) as f64 / 2.0;
            for cell in equal {
                ranks[*cell] = from + (to - from) * middle / last;
            }
            start += equal.len();
        }
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sign_is_spread_over_its_own_colours() {
        let found = ranks(&[
            -500.0,
            3.0,
            f64::NAN,
            -2.0,
            -40.0,
            9.0,
            1.0,
            f64::INFINITY,
            1.0,
        ]);
        let expected = [
            -1.0,
            0.625,
            f64::NAN,
            -0.25,
            -0.625,
            0.8125,
            0.34375,
            1.0,
            0.34375,
        ];
        for (found, expected) in found.iter().zip(expected) {
            assert!(
                found.is_nan() && expected.is_nan() || (found - expected).abs() < 1e-12,
                "{found} {expected}"
            );
        }
        assert_eq!(ranks(&[-1.0]), [-1.0]);
        assert!(ranks(&[]).is_empty());
    }
}
