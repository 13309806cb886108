//! The best cell of a map, and the region of cells around it that are about as good.

use std::{collections::BTreeSet, fmt};

use mlp_npy::{Array, Arrays};

use super::{MapAxes, MapSlice};
use crate::{
    metrics::metric::Metric,
    resolve::resolved::{Axis, ResolvedExperiment},
};

/// The best cell of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct BestCell {
    /// The metric that was compared: the mean over the cell's seeds.
    pub metric: Metric,
    /// Its value.
    pub value: f64,
    /// Position along x.
    pub x_index: usize,
    /// Position along y; of a map over steps, in the recorded steps.
    pub y_index: usize,
    /// The x value as text.
    pub x: String,
    /// The y value as text; of a map over steps, the step.
    pub y: String,
    /// The value of the facet as text, where there is one.
    pub facet: Option<String>,
    /// The first network of the cell.
    pub network: u64,
    /// The cells around it that are about as good.
    pub region: Region,
}

/// The cells connected to the best one, edge to edge, whose values are within a
/// tolerance of its own: |value - best| <= tolerance * |best|.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// The tolerance.
    pub tolerance: f64,
    /// Its cells, the best one included.
    pub cells: usize,
    /// Those of them that were computed; the others repeat a neighbour that stands for them.
    pub computed: usize,
    /// Cells of the facet, or of the whole map without one.
    pub of: usize,
    /// The values along x of what was computed of it.
    pub x: Span,
    /// The values along y of what was computed of it.
    pub y: Span,
    /// Computed cells of all facets within the tolerance, in the region or not.
    pub within: usize,
}

/// The extent of a region along an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// The first and last of numbers.
    Between(String, String),
    /// Names, each.
    Among(Vec<String>),
}

impl Span {
    /// From ascending indices along an axis.
    fn of(labels: &[String], numbers: bool, places: &BTreeSet<usize>) -> Option<Self> {
        let label = |place: &usize| labels[*place].clone();
        Some(match numbers {
            true => Self::Between(label(places.first()?), label(places.last()?)),
            false => Self::Among(places.iter().map(label).collect()),
        })
    }

    /// The values: two for numbers.
    pub fn values(&self) -> Vec<&str> {
        match self {
            Self::Between(first, last) => vec![first, last],
            Self::Among(names) => names.iter().map(String::as_str).collect(),
        }
    }
}

impl fmt::Display for Span {
    /// `0.1 to 1`, `tanh, sine`; a single value alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Between(first, last) if first != last => write!(f, "{first} to {last}"),
            Self::Between(one, _) => f.write_str(one),
            Self::Among(names) => f.write_str(&names.join(", ")),
        }
    }
}

impl BestCell {
    /// The cell with the best mean over seeds: over all recorded steps where they are the y axis, else
    /// after the last; cells with exploded networks are excluded. `None` where no cell has a value, or neither end of the metric is
    /// better.
    pub fn of(experiment: &ResolvedExperiment, npz: &Arrays) -> Option<Self> {
        let spec = &experiment.experiment().map;
        let metric = spec.shown();
        let larger = metric.larger_is_better()?;
        let axes = MapAxes::of(experiment)?;
        let slice = MapSlice::of(npz, &metric.to_string(), None)?;
        let mut means = slice.mean();
        // As with a diverged network, a cell with an exploded network cannot be the best.
        for (mean, exploded) in means.iter_mut().zip(slice.exploded_networks()) {
            if exploded > 0 {
                *mean = f64::NAN;
            }
        }
        let (cell, value) = best(&means, larger)?;
        let reading = Reading {
            slice: &slice,
            means: &means,
        };
        let tolerance = spec.tolerance.unwrap_or(0.0);
        let near = |value: f64, best: f64| (value - best).abs() <= tolerance * best.abs();
        // Of a map that was refined step by step, most cells are copies.
        let known = npz.get("computed").and_then(Array::numbers);
        // Over steps a network is a whole column.
        let network = |cell: usize| match axes.y {
            Some(_) => cell,
            None => cell / (slice.rows * slice.columns) * slice.columns + cell % slice.columns,
        };
        let computed = |cell: usize| {
            known
                .as_ref()
                .is_none_or(|known| known[network(cell)] != 0.0)
        };
        let within = (0..means.len()).filter(|&cell| computed(cell) && near(means[cell], value));
        let within = within.count();
        let mut region = reading.around(cell, |mean| near(mean, value));
        let cells = region.len();
        region.retain(|&cell| computed(cell));
        let place = |cell: usize| (cell / slice.columns % slice.rows, cell % slice.columns);
        let (y_index, x_index) = place(cell);
        let x = axes.x.labels();
        let y = match axes.y {
            Some(y) => y.labels(),
            None => {
                let steps = npz.get("y")?.numbers()?;
                steps.iter().map(ToString::to_string).collect()
            }
        };
        let facet = cell / (slice.rows * slice.columns);
        let numbers = |axis: &Axis| axis.numbers().is_some();
        let span = |of: fn((usize, usize)) -> usize, labels: &[String], numbers: bool| {
            let places = region.iter().map(|cell| of(place(*cell))).collect();
            Span::of(labels, numbers, &places)
        };
        let grid_cell = match axes.y {
            Some(_) => cell,
            None => facet * slice.columns + x_index,
        };
        Some(Self {
            metric,
            value,
            x_index,
            y_index,
            x: x[x_index].clone(),
            y: y.get(y_index)?.clone(),
            facet: axes.facet.map(|axis| axis.values[facet].to_string()),
            network: grid_cell as u64 * experiment.seeds_per_cell(),
            region: Region {
                tolerance,
                cells,
                computed: region.len(),
                of: slice.rows * slice.columns,
                x: span(|(_, x)| x, &x, numbers(axes.x))?,
                y: span(|(y, _)| y, &y, axes.y.is_none_or(numbers))?,
                within,
            },
        })
    }
}

/// The best of some values, the first of ties.
fn best(values: &[f64], larger: bool) -> Option<(usize, f64)> {
    let finite = values
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, value)| value.is_finite());
    finite.reduce(|best, next| {
        let better = if larger {
            next.1 > best.1
        } else {
            next.1 < best.1
        };
        if better { next } else { best }
    })
}

struct Reading<'a> {
    slice: &'a MapSlice,
    means: &'a [f64],
}

impl Reading<'_> {
    /// The cells connected to one, edge to edge, through cells that are `good`, including itself.
    fn around(&self, cell: usize, good: impl Fn(f64) -> bool) -> Vec<usize> {
        let (rows, columns) = (self.slice.rows, self.slice.columns);
        let mut seen = vec![false; self.means.len()];
        seen[cell] = true;
        let mut found = vec![cell];
        let mut next = 0;
        while next < found.len() {
            let cell = found[next];
            next += 1;
            let (row, column) = (cell / columns % rows, cell % columns);
            let neighbours = [
                (row > 0).then(|| cell - columns),
                (row + 1 < rows).then(|| cell + columns),
                (column > 0).then(|| cell - 1),
                (column + 1 < columns).then(|| cell + 1),
            ];
            for neighbour in neighbours.into_iter().flatten() {
                if !seen[neighbour] && good(self.means[neighbour]) {
                    seen[neighbour] = true;
                    found.push(neighbour);
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_span_and_names_are_listed() {
        let labels = ["1", "2", "3", "4"].map(str::to_owned);
        let of = |numbers, places: &[usize]| {
            let places = places.iter().copied().collect();
            Span::of(&labels, numbers, &places).unwrap().to_string()
        };
        assert_eq!(of(true, &[3, 1]), "2 to 4");
        assert_eq!((of(true, &[2]), of(false, &[2])), ("3".into(), "3".into()));
        assert_eq!(of(false, &[3, 0]), "1, 4");
    }

    #[test]
    fn a_region_hangs_together() {
        // Two facets of two rows and four columns.
        let means = vec![
            1.0, 1.1, 5.0, 1.0, //
            1.0, 5.0, 5.0, 1.0, //
            1.0, 1.0, 1.0, 1.0, //
            1.0, 1.0, 1.0, 1.0,
        ];
        let slice = MapSlice {
            seeds: 1,
            facets: 2,
            rows: 2,
            columns: 4,
            values: means.clone(),
            exploded: Vec::new(),
        };
        let reading = Reading {
            slice: &slice,
            means: &means,
        };
        let mut region = reading.around(0, |mean| mean < 1.2);
        region.sort_unstable();
        assert_eq!(region, [0, 1, 4]);
        assert_eq!(reading.around(8, |mean| mean < 1.2).len(), 8);
        assert_eq!(best(&means, false), Some((0, 1.0)));
        assert_eq!(best(&[f64::NAN, 2.0, 3.0], true), Some((2, 3.0)));
        assert_eq!(best(&[f64::NAN], true), None);
    }
}
