//! One curve, with the ranges around it.

use mlp_statistics::{Moments, Quantiles};

/// A shaded range around a series.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Band {
    /// Which range it is, such as `25–75 %`.
    pub name: String,
    /// Lower edge, one value per position of the series.
    pub lower: Vec<f64>,
    /// Upper edge.
    pub upper: Vec<f64>,
}

/// The line drawn for a population.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Center {
    /// The arithmetic mean.
    Mean,
    /// The median.
    Median,
}

/// One curve. Series with the same name share a colour and a legend entry across panels.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// Name in the legend.
    pub name: String,
    /// Steps or epochs, ascending.
    pub x: Vec<f64>,
    /// Values; anything non-finite is a gap.
    pub y: Vec<f64>,
    /// Shaded ranges, widest first.
    pub bands: Vec<Band>,
    /// Whether the line is dashed, which distinguishes test from training without colour.
    pub dashed: bool,
}

impl Series {
    /// A plain curve.
    #[must_use]
    pub fn new(name: impl Into<String>, x: Vec<f64>, y: Vec<f64>) -> Self {
        Series {
            name: name.into(),
            x,
            y,
            ..Series::default()
        }
    }

    /// The same curve, dashed.
    #[must_use]
    pub fn dashed(mut self) -> Self {
        self.dashed = true;
        self
    }

    /// The centre of a population with its 5-95 % and 25-75 % bands. `curves[i]` holds the values of
    /// network i at the positions `x`; missing or non-finite values are omitted.
    #[must_use]
    pub fn of_population(
        name: impl Into<String>,
        x: Vec<f64>,
        curves: &[Vec<f64>],
        center: Center,
    ) -> Self {
        let column = |i: usize| curves.iter().filter_map(move |c| c.get(i).copied());
        let quantiles: Vec<Quantiles> = (0..x.len()).map(|i| Quantiles::of(column(i))).collect();
        let mean = |i| column(i).collect::<Moments>().mean().unwrap_or(f64::NAN);
        let means = (center == Center::Mean).then(|| (0..x.len()).map(mean));
        let means = means.map(Iterator::collect);
        let series = Series::of_quantiles(name, x, &quantiles);
        match means {
            Some(y) => Series { y, ..series },
            None => series,
        }
    }

    /// The median of a population with its 5-95 % and 25-75 % bands, one summary per position.
    #[must_use]
    pub fn of_quantiles(name: impl Into<String>, x: Vec<f64>, quantiles: &[Quantiles]) -> Self {
        let all = |of: fn(&Quantiles) -> f64| quantiles.iter().map(of).collect();
        let band = |name: &str, lower, upper| Band {
            name: name.to_owned(),
            lower: all(lower),
            upper: all(upper),
        };
        Series {
            name: name.into(),
            x,
            y: all(|q| q.p50),
            bands: vec![
                band("5–95 %", |q| q.p5, |q| q.p95),
                band("25–75 %", |q| q.p25, |q| q.p75),
            ],
            dashed: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_population_has_its_median_inside_nested_bands() {
        let curves: Vec<Vec<f64>> = (0..101).map(|i| vec![f64::from(i), f64::NAN]).collect();
        let series = Series::of_population("loss", vec![0.0, 1.0], &curves, Center::Median);
        assert_eq!(series.y[0], 50.0);
        assert_eq!(
            (series.bands[0].lower[0], series.bands[0].upper[0]),
            (5.0, 95.0)
        );
        assert_eq!(
            (series.bands[1].lower[0], series.bands[1].upper[0]),
            (25.0, 75.0)
        );
        assert!(series.y[1].is_nan());
        let mean = Series::of_population("loss", vec![0.0], &[vec![1.0], vec![4.0]], Center::Mean);
        assert_eq!(mean.y, [2.5]);
    }
}
