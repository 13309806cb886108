//! Where the cells of a map lie along an axis.

use crate::chart::grid_axis::{GridAxis, Places};
use crate::panel::Axis;
use crate::scale::{Mapping, Scale};

/// Edges of the cells along one axis in ascending order, as fractions of its length.
pub(in crate::chart) struct Cells {
    pub(in crate::chart) axis: Axis,
    pub(super) spans: Vec<(f64, f64)>,
    pub(super) even: bool,
}

impl Cells {
    pub(in crate::chart) fn of(axis: &GridAxis) -> Self {
        if let Places::Numbers { values, scale } = &axis.places {
            let ascending = values.windows(2).all(|w| w[0] < w[1]);
            if ascending
                && values.iter().all(|v| v.is_finite())
                && !values.is_empty()
                && let Some(cells) = Self::of_numbers(&axis.label, values, *scale)
            {
                return cells;
            }
        }
        let names: Vec<String> = (0..axis.len()).map(|i| axis.place_name(i)).collect();
        let n = names.len() as f64;
        Cells {
            axis: Axis::of_names(&axis.label, &names),
            spans: (0..names.len())
                .map(|i| (i as f64 / n, (i + 1) as f64 / n))
                .collect(),
            even: true,
        }
    }

    fn of_numbers(label: &str, values: &[f64], scale: Scale) -> Option<Self> {
        let fitted = Mapping::fit_places(values, scale, 0.0);
        let zero = matches!(fitted, Mapping::Log { .. }) && values[0] == 0.0;
        let rest = if zero { &values[1..] } else { values };
        let at: Vec<f64> = (rest.iter())
            .map(|v| fitted.coordinate(*v))
            .collect::<Option<_>>()?;
        let last = at.len().checked_sub(1)?;
        let mut edges: Vec<f64> = at.windows(2).map(|w| w[0] / 2.0 + w[1] / 2.0).collect();
        let (first_half, last_half) = match (edges.is_empty(), &fitted) {
            (false, _) => (edges[0] - at[0], at[last] - edges[last - 1]),
            (true, Mapping::Linear { .. }) => {
                let half = (at[0].abs() * 0.5).max(0.5);
                (half, half)
            }
            (true, _) => (0.5, 0.5),
        };
        edges.insert(0, at[0] - first_half);
        edges.push(at[last] + last_half);
        let (low, high) = (edges[0], edges[last + 1]);
        if !(low.abs() < 1e300 && high.abs() < 1e300 && low < high) {
            return None;
        }
        let mapping = fitted.with_bounds(low, high);
        let start = mapping.start();
        let fraction = |edge: f64| start + (edge - low) / (high - low) * (1.0 - start);
        let mut spans: Vec<(f64, f64)> = edges
            .windows(2)
            .map(|w| (fraction(w[0]), fraction(w[1])))
            .collect();
        let mean = (1.0 - start) / spans.len() as f64;
        let even = !zero && spans.iter().all(|s| (s.1 - s.0 - mean).abs() < mean * 1e-3);
        if zero {
            // The cell of zero is centred on its tick.
            spans.insert(0, (0.0, 2.0 * mapping.fraction(0.0).unwrap_or(start / 2.0)));
        }
        Some(Cells {
            axis: Axis::new(label, mapping).whole_as(values.iter().copied()),
            spans,
            even,
        })
    }

    /// The cell of every pixel along the axis.
    pub(super) fn pixels(&self, length: f64) -> Vec<Option<usize>> {
        let wanted = (length * 2.0).ceil().max(1.0) as usize;
        let cells = self.spans.len();
        if self.even {
            let factor = wanted.div_ceil(cells).max(1);
            return (0..cells * factor).map(|p| Some(p / factor)).collect();
        }
        let count = wanted.max(cells);
        (0..count)
            .map(|p| {
                let at = (p as f64 + 0.5) / count as f64;
                let cell = self.spans.partition_point(|s| s.1 <= at).min(cells - 1);
                (self.spans[cell].0 <= at).then_some(cell)
            })
            .collect()
    }
}
