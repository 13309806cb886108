//! Performance maps: what came of every cell, as arrays.

use crate::{
    error::Error,
    experiment::MapAxis,
    journal::NetworkRows,
    metric,
    npz::{Array, Data, Npz},
    outcome::Status,
    resolved::{Axis, ResolvedExperiment},
};

/// The best cell of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct BestCell {
    /// The metric that was compared: the mean over the cell's seeds.
    pub metric: String,
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
}

/// Collects outcomes into arrays `[step, seed, y, x]`.
#[derive(Debug)]
pub(crate) struct MapArrays {
    x: Axis,
    y: Option<Axis>,
    metric: String,
    steps: Vec<u64>,
    /// Cells differ in their recorded steps, and only the last is kept.
    last_only: bool,
    seeds: usize,
    first_seed: u64,
    names: Vec<String>,
    arrays: Vec<Vec<f64>>,
    converged: Vec<bool>,
}

impl MapArrays {
    /// Arrays without values for a map.
    ///
    /// # Errors
    /// Recipes that cannot be resolved; an experiment that is no map.
    pub(crate) fn new(experiment: &ResolvedExperiment, names: Vec<String>) -> Result<Self, Error> {
        let spec = &experiment.experiment().map;
        let over_steps = !matches!(spec.y, Some(MapAxis::Key(..)));
        let (x, y) = match experiment.axes() {
            [x] => (x.clone(), None),
            [y, x] => (x.clone(), Some(y.clone())),
            axes => {
                return Err(Error::Conflict(format!(
                    "a map has one or two axes, not {}",
                    axes.len()
                )));
            }
        };
        let seeds = experiment.seeds_per_cell();
        let first = experiment.recipe(0)?;
        let mut steps: Vec<u64> = first.record.to_vec();
        let mut alike = true;
        for cell in 1..experiment.cells() {
            let recipe = experiment.recipe(cell * seeds)?;
            if recipe.record != first.record {
                alike = false;
                steps.extend_from_slice(&recipe.record);
                // Kept short while many cells add theirs.
                steps.sort_unstable();
                steps.dedup();
            }
        }
        let last_only = !alike && !over_steps;
        if last_only {
            steps = vec![*steps.last().unwrap_or(&0)];
        }
        let seeds = usize::try_from(seeds).unwrap_or(usize::MAX);
        let cells = usize::try_from(experiment.cells()).unwrap_or(usize::MAX);
        let size = steps
            .len()
            .checked_mul(seeds)
            .and_then(|size| size.checked_mul(cells));
        let size = size.filter(|size| {
            size.checked_mul(8 * names.len())
                .is_some_and(|bytes| bytes < isize::MAX as usize)
        });
        let Some(size) = size else {
            return Err(Error::Conflict(
                "the map has more values than memory can hold; record fewer steps".to_owned(),
            ));
        };
        Ok(Self {
            x,
            y,
            metric: spec
                .metric
                .clone()
                .unwrap_or_else(|| "test_loss".to_owned()),
            steps,
            last_only,
            seeds,
            first_seed: first.seed,
            arrays: names.iter().map(|_| vec![f64::NAN; size]).collect(),
            names,
            converged: vec![false; seeds * cells],
        })
    }

    fn cells(&self) -> usize {
        self.x.values.len() * self.y.as_ref().map_or(1, |y| y.values.len())
    }

    /// Puts a network in its place.
    pub(crate) fn insert(&mut self, rows: &NetworkRows) {
        let cells = self.cells();
        let (cell, seed) = (
            (rows.network / self.seeds as u64) as usize,
            (rows.network % self.seeds as u64) as usize,
        );
        self.converged[seed * cells + cell] = rows.converged;
        let mut put = |step: usize, values: &[Option<f64>]| {
            let place = (step * self.seeds + seed) * cells + cell;
            for (value, array) in values.iter().zip(&mut self.arrays) {
                if let Some(value) = value {
                    array[place] = *value;
                }
            }
        };
        if !self.last_only {
            for (step, values) in rows.records() {
                if let Ok(step) = self.steps.binary_search(&step) {
                    put(step, values);
                }
            }
        }
        // The last step stands for the end, also of a network that stopped before it; a diverged
        // one has none. Where steps are an axis, they are nothing but steps.
        let ends = self.last_only || self.y.is_some();
        if ends
            && rows.status != Status::Diverged
            && let Some(values) = rows.last()
        {
            put(self.steps.len() - 1, values);
        }
    }

    /// The cell with the best mean over seeds: over all recorded steps where they are the y axis,
    /// else after the last. `None` where no cell has a value, or neither end of the metric is the
    /// better one.
    pub(crate) fn best(&self) -> Option<BestCell> {
        let larger = metric::larger_is_better(&self.metric)?;
        let array = &self.arrays[self.names.iter().position(|name| *name == self.metric)?];
        let (columns, cells) = (self.x.values.len(), self.cells());
        let mut best: Option<(f64, usize, usize)> = None;
        let steps = match self.y {
            None => 0..self.steps.len(),
            Some(_) => self.steps.len() - 1..self.steps.len(),
        };
        for step in steps {
            for cell in 0..cells {
                let sum = (0..self.seeds).fold(0.0, |sum, seed| {
                    sum + array[(step * self.seeds + seed) * cells + cell]
                });
                let mean = sum / self.seeds as f64;
                let better =
                    best.is_none_or(|(value, ..)| if larger { mean > value } else { mean < value });
                if mean.is_finite() && better {
                    best = Some((mean, step, cell));
                }
            }
        }
        let (value, step, cell) = best?;
        let (x_index, row) = (cell % columns, cell / columns);
        let (y_index, y) = match &self.y {
            None => (step, self.steps[step].to_string()),
            Some(axis) => (row, axis.values[row].to_string()),
        };
        let x = self.x.values[x_index].to_string();
        Some(BestCell {
            metric: self.metric.clone(),
            value,
            x_index,
            y_index,
            x,
            y,
        })
    }

    /// The archive.
    pub(crate) fn into_npz(self) -> Npz {
        let mut npz = Npz::new();
        let rows = self.y.as_ref().map(|y| y.values.len());
        axis(&mut npz, "x", &self.x);
        match &self.y {
            Some(y) => axis(&mut npz, "y", y),
            None => {
                let steps = self.steps.iter().map(|&step| step as f64).collect();
                npz.insert("y", Array::list(Data::F64(steps)));
            }
        }
        npz.insert("x_key", Array::word(&self.x.key.column()));
        npz.insert(
            "y_key",
            Array::word(
                &self
                    .y
                    .as_ref()
                    .map_or("step".to_owned(), |y| y.key.column()),
            ),
        );
        let several_seeds = self.seeds > 1;
        let several_steps = self.y.is_some() && self.steps.len() > 1;
        // Steps that are the y axis come after the seeds.
        let mut axes = vec!["y".to_owned(), "x".to_owned()];
        let mut shape = vec![rows.unwrap_or(self.steps.len()), self.x.values.len()];
        if several_seeds {
            axes.insert(0, "seed".to_owned());
            shape.insert(0, self.seeds);
            let seeds = (0..self.seeds as u64).map(|seed| (self.first_seed + seed) as i64);
            npz.insert("seed", Array::list(Data::I64(seeds.collect())));
        }
        if several_steps {
            axes.insert(0, "step".to_owned());
            shape.insert(0, self.steps.len());
            npz.insert(
                "step",
                Array::list(Data::I64(
                    self.steps.iter().map(|&step| step as i64).collect(),
                )),
            );
        }
        npz.insert("axes", Array::list(Data::Text(axes)));
        let (seeds, steps, columns) = (self.seeds, self.steps.len(), self.x.values.len());
        let over_steps = self.y.is_none();
        for (name, values) in self.names.into_iter().zip(self.arrays) {
            // A metric that applies nowhere is left out.
            if values.iter().all(|value| value.is_nan()) {
                continue;
            }
            let values = match over_steps && seeds > 1 {
                true => steps_behind_seeds(&values, steps, seeds, columns),
                false => values,
            };
            npz.insert(name, Array::new(shape.clone(), Data::F64(values)));
        }
        let mut ends = vec![columns];
        if let Some(rows) = rows {
            ends.insert(0, rows);
        }
        if several_seeds {
            ends.insert(0, seeds);
        }
        npz.insert("converged", Array::new(ends, Data::Bool(self.converged)));
        npz
    }
}

/// An axis by its numbers, or by indices and labels.
fn axis(npz: &mut Npz, name: &str, axis: &Axis) {
    match axis.numbers() {
        Some(numbers) => npz.insert(name, Array::list(Data::F64(numbers))),
        None => {
            npz.insert(
                name,
                Array::list(Data::F64(
                    (0..axis.values.len()).map(|index| index as f64).collect(),
                )),
            );
            npz.insert(
                format!("{name}_labels"),
                Array::list(Data::Text(axis.labels())),
            );
        }
    }
}

/// `[step, seed, x]` as `[seed, step, x]`.
fn steps_behind_seeds(values: &[f64], steps: usize, seeds: usize, columns: usize) -> Vec<f64> {
    let mut turned = Vec::with_capacity(values.len());
    for seed in 0..seeds {
        for step in 0..steps {
            let start = (step * seeds + seed) * columns;
            turned.extend_from_slice(&values[start..start + columns]);
        }
    }
    turned
}
