//! One picture of a map: a metric at one step, or over all of them where they are an axis.

use mlp_statistics::quantile;

use mlp_npy::{Arrays, Data};

use crate::metrics::{
    exploded::{EXPLODED, FACTOR},
    metric::{BIAS_NORM, Metric, WEIGHT_NORM},
};

/// Values of one metric, and their statistics over the seeds of a cell.
///
/// Seeds are common random numbers: network r of every cell has the same seed, so that cells differ only
/// by their settings.
#[derive(Clone, Debug, PartialEq)]
pub struct MapSlice {
    /// Networks a cell.
    pub seeds: usize,
    /// Values of the facet, 1 without one.
    pub facets: usize,
    /// Rows; of a map over steps, the recorded steps.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// `[seed, facet, row, column]`; NaN where a network diverged or has no value.
    pub values: Vec<f64>,
    /// Which networks exploded, `[seed, facet, row, column]`; empty where none did, and for an event
    /// of trainings, where all networks count.
    pub exploded: Vec<bool>,
}

impl MapSlice {
    /// A metric from the arrays of a map; for a map with a step axis, at the recorded step with the index
    /// `step`, by default the last. `None` where the map has no such metric or step. An array with one
    /// number per network has one row in a map over steps.
    pub fn of(npz: &Arrays, name: &str, step: Option<usize>) -> Option<Self> {
        let mut slice = Self::without_flags(npz, name, step)?;
        if !matches!(Metric::find(name), Some(Metric::Event(_)))
            && let Some(ends) = Self::without_flags(npz, EXPLODED, None)
        {
            slice.exploded = slice.spread_over_rows(&ends);
        }
        Some(slice)
    }

    /// The same where a network counts as exploded only at the steps at which its norms already were beyond all bounds: a
    /// network that explodes is sound before. For pictures; what is stored of a map leaves such networks out throughout.
    pub fn since_exploded(npz: &Arrays, name: &str) -> Option<Self> {
        let mut slice = Self::of(npz, name, None)?;
        let norms = [WEIGHT_NORM, BIAS_NORM].map(|norm| Self::without_flags(npz, norm, None));
        if let [Some(weights), Some(biases)] = norms
            && weights.values.len() == slice.values.len()
            && biases.values.len() == slice.values.len()
        {
            // What a network is judged by is at least 1, and it is beyond that many times as much in the end.
            let within = |norm: f64| norm <= FACTOR;
            for (place, exploded) in slice.exploded.iter_mut().enumerate() {
                *exploded &= !(within(weights.values[place]) && within(biases.values[place]));
            }
        }
        Some(slice)
    }

    fn without_flags(npz: &Arrays, name: &str, step: Option<usize>) -> Option<Self> {
        let array = npz.get(name)?;
        let axes = match &npz.get("axes")?.data {
            Data::Text(axes) => axes.clone(),
            _ => return None,
        };
        let by_step = axes.iter().any(|axis| axis == "step");
        let ends: Vec<&String> = axes.iter().filter(|axis| *axis != "step").collect();
        let over_steps = matches!(&npz.get("y_key")?.data, Data::Text(key) if key[0] == "step");
        // An array without steps is that of a number per network.
        let shape = &array.shape;
        let plain = shape.len() == axes.len();
        let names: Vec<&str> = match (plain, over_steps) {
            (true, _) => axes.iter().map(String::as_str).collect(),
            (false, true) => ends
                .iter()
                .map(|axis| axis.as_str())
                .filter(|axis| *axis != "y")
                .collect(),
            (false, false) => ends.iter().map(|axis| axis.as_str()).collect(),
        };
        if names.len() != shape.len() {
            return None;
        }
        let length = |name: &str| {
            let place = names.iter().position(|axis| *axis == name);
            place.map_or(1, |place| shape[place])
        };
        let size = length("seed") * length("facet") * length("y") * length("x");
        let values = if plain && by_step {
            let steps = length("step");
            let step = step.unwrap_or(steps - 1);
            array.numbers_of(step * size..(step + 1) * size)?
        } else {
            array.numbers()?
        };
        if values.len() != size {
            return None;
        }
        Some(Self {
            seeds: length("seed"),
            facets: length("facet"),
            rows: length("y"),
            columns: length("x"),
            values,
            exploded: Vec::new(),
        })
    }

    /// The flags of another slice in the layout of this one, also where it has a single row: over steps a
    /// training has one end. Empty where they are not of the same networks, or none is set.
    fn spread_over_rows(&self, flags: &Self) -> Vec<bool> {
        let same = (flags.seeds, flags.facets, flags.columns)
            == (self.seeds, self.facets, self.columns)
            && (flags.rows == self.rows || flags.rows == 1);
        if !same || !flags.values.contains(&1.0) {
            return Vec::new();
        }
        let of = |place: usize| {
            let (column, row) = (place % self.columns, place / self.columns % self.rows);
            let rest = place / self.columns / self.rows;
            let row = if flags.rows == 1 { 0 } else { row };
            flags.values[(rest * flags.rows + row) * flags.columns + column] == 1.0
        };
        (0..self.values.len()).map(of).collect()
    }

    /// Cells of all facets.
    pub fn cells(&self) -> usize {
        self.facets * self.rows * self.columns
    }

    /// The indices of a cell's networks, seed by seed.
    fn places(&self, cell: usize) -> impl Iterator<Item = usize> + Clone {
        let cells = self.cells();
        (0..self.seeds).map(move |seed| seed * cells + cell)
    }

    /// A function of the networks of every cell that did not explode, `[facet, row, column]`.
    fn each<R>(&self, of: impl Fn(&mut dyn Iterator<Item = f64>) -> R) -> Vec<R> {
        let sound = |place: &usize| self.exploded.get(*place) != Some(&true);
        let values = |cell| {
            let places = self.places(cell).filter(sound);
            of(&mut places.map(|place| self.values[place]))
        };
        (0..self.cells()).map(values).collect()
    }

    /// How many networks of each cell exploded.
    pub fn exploded_networks(&self) -> Vec<usize> {
        let of = |place: &usize| self.exploded.get(*place) == Some(&true);
        let cells = 0..self.cells();
        cells
            .map(|cell| self.places(cell).filter(of).count())
            .collect()
    }

    /// Means over the seeds whose networks did not explode; NaN where any of these has no value, or all
    /// exploded.
    pub fn mean(&self) -> Vec<f64> {
        self.each(|values| {
            let sum = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
            sum.0 / sum.1
        })
    }

    /// Medians over the seeds whose networks did not explode, where those without a value count as worse
    /// than any other; NaN where half of them or more have none. For an even count, the mean of the middle
    /// two.
    pub fn median(&self, larger_is_better: bool) -> Vec<f64> {
        let worst = if larger_is_better {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        };
        self.each(|values| {
            let mut sorted: Vec<f64> = values
                .map(|value| if value.is_nan() { worst } else { value })
                .collect();
            sorted.sort_by(f64::total_cmp);
            let median = quantile(&sorted, 0.5).filter(|median| median.is_finite());
            median.unwrap_or(f64::NAN)
        })
    }

    /// Sample standard deviations over the seeds with a value whose networks did not explode (with divisor
    /// n - 1); NaN where there are fewer than two.
    pub fn spread(&self) -> Vec<f64> {
        self.each(|values| {
            let finite: Vec<f64> = values.filter(|value| value.is_finite()).collect();
            variance(&finite, finite.len() as f64 - 1.0).sqrt()
        })
    }

    /// Cells in which some networks have a value and others have none.
    pub fn mixed(&self) -> Vec<bool> {
        let lost = |place: &usize| !self.values[*place].is_finite();
        let of = |cell| {
            let lost = self.places(cell).filter(lost).count();
            lost > 0 && lost < self.seeds
        };
        (0..self.cells()).map(of).collect()
    }

    /// How many networks of each cell did not explode and have a value below a limit.
    pub fn below(&self, limit: f64) -> Vec<usize> {
        self.each(|values| values.filter(|value| *value < limit).count())
    }

    /// Luck: the variance of ranks within a cell divided by the variance of the ranks of all networks of the
    /// slice. 0 where all seeds have the same outcome, 1 where the seeds of one cell differ as much as
    /// networks from anywhere on the map, more where they differ more. Ties share ranks, and networks without
    /// a value are tied last; so neither scale nor outliers matter. NaN for one seed, and where all networks
    /// are equal.
    pub fn luck(&self) -> Vec<f64> {
        let ranks = ranks(&self.values);
        let all = variance(&ranks, ranks.len() as f64);
        let cells = self.cells();
        (0..cells)
            .map(|cell| {
                let of_cell: Vec<f64> = (0..self.seeds)
                    .map(|seed| ranks[seed * cells + cell])
                    .collect();
                let within = variance(&of_cell, self.seeds as f64 - 1.0);
                if all > 0.0 { within / all } else { f64::NAN }
            })
            .collect()
    }
}

/// The sum of squared deviations from the mean divided by `divisor`; NaN where that is not positive.
fn variance(values: &[f64], divisor: f64) -> f64 {
    if divisor <= 0.0 {
        return f64::NAN;
    }
    let mean = values.iter().fold(0.0, |sum, value| sum + value) / values.len() as f64;
    values
        .iter()
        .fold(0.0, |sum, value| sum + (value - mean) * (value - mean))
        / divisor
}

/// Ranks in ascending order from 0, with mean ranks for ties; NaN are tied last.
fn ranks(values: &[f64]) -> Vec<f64> {
    let worth = |index: usize| match values[index] {
        value if value.is_nan() => f64::INFINITY,
        value => value + 0.0,
    };
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| worth(*a).total_cmp(&worth(*b)));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    while start < order.len() {
        let same = |index: &&usize| worth(**index) == worth(order[start]);
        let end = start + order[start..].iter().take_while(same).count();
        for &index in &order[start..end] {
            ranks[index] = (start + end - 1) as f64 / 2.0;
        }
        start = end;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use mlp_npy::Array;

    const LOST: f64 = f64::NAN;

    /// Three cells of four seeds: alike, unlike, and one that half diverges.
    fn slice() -> MapSlice {
        let by_cell = [
            [1.0, 1.0, 1.0, 1.0],
            [2.0, 3.0, 4.0, 7.0],
            [0.5, LOST, LOST, 0.5],
        ];
        MapSlice {
            seeds: 4,
            facets: 1,
            rows: 1,
            columns: 3,
            values: (0..4)
                .flat_map(|seed| by_cell.map(|cell| cell[seed]))
                .collect(),
            exploded: Vec::new(),
        }
    }

    #[test]
    fn cells_with_unlike_outcomes_are_never_smoothed() {
        let slice = slice();
        let mean = slice.mean();
        assert_eq!(mean[..2], [1.0, 4.0]);
        assert!(mean[2].is_nan());
        assert_eq!(slice.mixed(), [false, false, true]);
        let median = slice.median(false);
        assert_eq!(median[..2], [1.0, 3.5]);
        assert!(median[2].is_nan());
        // 14 = 4 + 1 + 0 + 9 over 3.
        let spread = slice.spread();
        assert!((spread[1] - (14.0f64 / 3.0).sqrt()).abs() < 1e-15);
        assert_eq!((spread[0], spread[2]), (0.0, 0.0));
        assert_eq!(slice.below(1.5), [4, 0, 2]);
    }

    #[test]
    fn exploded_networks_are_set_apart() {
        let sound = slice();
        let mut slice = slice();
        // The last seed of the second cell, all of the first, and one of the third that has no value.
        slice.exploded = vec![false; 12];
        for (seed, cell) in [(3, 1), (0, 0), (1, 0), (2, 0), (3, 0), (1, 2)] {
            slice.exploded[seed * 3 + cell] = true;
        }
        assert_eq!(slice.exploded_networks(), [4, 1, 1]);
        assert_eq!(sound.exploded_networks(), [0, 0, 0]);
        let (mean, median) = (slice.mean(), slice.median(false));
        assert!(mean[0].is_nan() && median[0].is_nan() && mean[2].is_nan());
        assert_eq!((mean[1], median[1], median[2]), (3.0, 3.0, 0.5));
        assert_eq!(slice.spread()[1], 1.0);
        assert_eq!(slice.below(1.5), [0, 0, 2]);
        assert_eq!(slice.mixed(), sound.mixed());
    }

    /// A map over the steps 0, 10 and 100 with two columns, of which the second explodes between the first two.
    #[test]
    fn a_network_is_sound_before_it_explodes() {
        let mut npz = Arrays::new();
        let axes = ["seed", "y", "x"].map(str::to_owned).to_vec();
        npz.insert("axes", Array::list(Data::Text(axes)));
        npz.insert("y_key", Array::word("step"));
        let numbers = |shape: &[usize], numbers: Vec<f64>| Array::new(shape, Data::F64(numbers));
        let shape = [1, 3, 2];
        npz.insert(
            "train_loss",
            numbers(&shape, vec![0.7, 0.8, 0.5, 9.0, 0.3, 9.0]),
        );
        npz.insert(
            "weight_norm",
            numbers(&shape, vec![2.0, 3.0, 2.0, 1e9, 2.0, 1e34]),
        );
        npz.insert("bias_norm", numbers(&shape, vec![0.0; 6]));
        npz.insert(EXPLODED, numbers(&[1, 2], vec![0.0, 1.0]));
        let stored = MapSlice::of(&npz, "train_loss", None).unwrap();
        assert_eq!(stored.exploded_networks(), [0, 1, 0, 1, 0, 1]);
        let drawn = MapSlice::since_exploded(&npz, "train_loss").unwrap();
        assert_eq!(drawn.exploded_networks(), [0, 0, 0, 1, 0, 1]);
        assert_eq!(drawn.mean()[1], 0.8);
    }

    #[test]
    fn luck_compares_a_cell_with_the_whole_map() {
        let luck = slice().luck();
        // Ranks: 0.5 twice, 3.5 four times, 6, 7, 8, 9, and 10.5 twice; their mean is 5.5.
        let all = (2.0 * 25.0 + 4.0 * 4.0 + 0.25 + 2.25 + 6.25 + 12.25 + 2.0 * 25.0) / 12.0;
        assert_eq!(luck[0], 0.0);
        assert!((luck[1] - (5.0 / 3.0) / all).abs() < 1e-12);
        assert!((luck[2] - (100.0 / 3.0) / all).abs() < 1e-12);
        assert!(luck[2] > 1.0);
        // Whatever grows with the metric gives the same luck.
        let mut cubed = slice();
        cubed
            .values
            .iter_mut()
            .for_each(|value| *value = value.powi(3) * 1e6);
        assert_eq!(cubed.luck(), luck);
    }
}
