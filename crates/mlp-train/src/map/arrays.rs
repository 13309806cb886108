//! What came of every cell of a map, as arrays.

use std::sync::Arc;

use super::{
    MapAxes, MapSlice,
    event::{self, CONVERGED, EVENTS, GAP, SHADE},
    scatter::{Member, Records, make_room, scatter},
};
use crate::{
    analysis::Proportion,
    error::Error,
    journal::NetworkRows,
    metric,
    npz::{Array, Data, Npz},
    number_columns::NumberColumn,
    outcome::Status,
    resolved::{Axis, ResolvedExperiment},
};

/// Networks are put into the arrays together up to a multiple of so many cells, whose values at one
/// step fill a page of memory: a page that was long not touched is dear.
const TOGETHER: u64 = 512;

/// Networks with so many bytes are put into the arrays before that.
const TOGETHER_BYTES: usize = 1 << 22;

/// Collects outcomes into arrays `[step, seed, facet, y, x]`.
#[derive(Debug)]
pub(crate) struct MapArrays {
    x: Axis,
    y: Option<Axis>,
    facet: Option<Axis>,
    metric: String,
    /// Networks with a training loss below it are solved.
    target: f64,
    steps: Vec<u64>,
    /// Cells differ in their recorded steps, and only the last is kept.
    last_only: bool,
    seeds: usize,
    first_seed: u64,
    /// Columns of the records.
    names: Vec<String>,
    /// Values a column.
    size: usize,
    /// The columns; without memory where none of the networks has a value.
    arrays: Vec<Vec<f64>>,
    /// Test loss less training loss, where there are both.
    gap: Option<(usize, usize, Vec<f64>)>,
    /// The network after the last one whose places in the arrays are filled.
    filled: u64,
    /// Networks that are put into the arrays together, since neighbours lie side by side in each.
    waiting: Vec<Arc<NetworkRows>>,
    waiting_bytes: usize,
    /// [`EVENTS`], `[seed, facet, y, x]`; without y over steps.
    events: Vec<Vec<f64>>,
    /// Which cells are computed, `[facet, y, x]`, where not all are.
    computed: Option<Vec<bool>>,
}

impl MapArrays {
    /// Arrays without values for a map.
    ///
    /// # Errors
    /// Recipes that cannot be resolved; an experiment that is no map.
    pub(crate) fn new(experiment: &ResolvedExperiment, names: Vec<String>) -> Result<Self, Error> {
        let spec = experiment.experiment();
        let Some(axes) = MapAxes::of(experiment) else {
            return Err(Error::Conflict(format!(
                "a map has one to three axes, not {}",
                experiment.axes().len()
            )));
        };
        let over_steps = axes.y.is_none();
        let seeds = experiment.seeds_per_cell();
        let first = experiment.recipe(0)?;
        let mut steps: Vec<u64> = first.record.to_vec();
        let mut alike = true;
        // Without one of these keys every cell records the same steps, and none has to be asked.
        let training = &experiment.experiment().training;
        let decide = ["training.steps", "training.epochs", "training.record"];
        let varies = training.epochs.is_some()
            || (experiment.axes().iter()).any(|axis| decide.contains(&axis.key.info().path));
        let asked = if varies { experiment.cells() } else { 1 };
        for cell in 1..asked {
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
            size.checked_mul(8 * (names.len() + 1))
                .is_some_and(|bytes| bytes < isize::MAX as usize)
        });
        let Some(size) = size else {
            return Err(Error::Conflict(
                "the map has more values than memory can hold; record fewer steps".to_owned(),
            ));
        };
        let place = |column: &str| names.iter().position(|name| name == column);
        let losses = place("test_loss").zip(place("train_loss"));
        Ok(Self {
            x: axes.x.clone(),
            y: axes.y.cloned(),
            facet: axes.facet.cloned(),
            metric: spec
                .map
                .metric
                .clone()
                .unwrap_or_else(|| "test_loss".to_owned()),
            target: spec.training.target_loss.unwrap_or(0.01),
            steps,
            last_only,
            seeds,
            first_seed: first.seed,
            size,
            arrays: names.iter().map(|_| Vec::new()).collect(),
            gap: losses.map(|(test, train)| (test, train, Vec::new())),
            filled: 0,
            waiting: Vec::new(),
            waiting_bytes: 0,
            events: EVENTS
                .iter()
                .map(|_| vec![f64::NAN; seeds * cells])
                .collect(),
            names,
            computed: None,
        })
    }

    fn cells(&self) -> usize {
        let rows = self.y.as_ref().map_or(1, |y| y.values.len());
        self.x.values.len() * rows * self.facets()
    }

    fn facets(&self) -> usize {
        self.facet.as_ref().map_or(1, |facet| facet.values.len())
    }

    /// The metric that seeds are compared by, and the training loss below which a network is solved.
    pub(crate) fn judged_by(&self) -> (String, f64) {
        (self.metric.clone(), self.target)
    }

    /// Takes the next network in, in the order of their indices; some may be left out.
    pub(crate) fn insert(&mut self, rows: Arc<NetworkRows>) {
        let next = rows.network + 1;
        self.waiting_bytes += rows.bytes();
        self.waiting.push(rows);
        let whole = next.is_multiple_of(TOGETHER * self.seeds as u64);
        if whole || self.waiting_bytes >= TOGETHER_BYTES {
            self.settle(next);
        }
    }

    /// Puts the waiting networks in their places. Others before `end` have no values.
    fn settle(&mut self, end: u64) {
        let waiting = std::mem::take(&mut self.waiting);
        self.waiting_bytes = 0;
        let range = std::mem::replace(&mut self.filled, end)..end;
        let fresh = range.start == 0;
        let mut rows = waiting.iter().peekable();
        let group: Vec<Member<'_>> = range
            .map(|network| {
                let (cell, seed) = self.cell_and_seed(network);
                let rows = rows.next_if(|rows| rows.network == network);
                Member {
                    first: seed * self.cells() + cell,
                    records: rows.map_or(Records::Nothing, |rows| self.records(rows)),
                }
            })
            .collect();
        let column = |index: usize| -> Vec<Option<NumberColumn<'_>>> {
            let rows = group.iter().map(|member| member.records.rows());
            rows.map(|rows| Some(rows?.metrics.column(index)).filter(|values| !values.is_empty()))
                .collect()
        };
        let stride = self.size / self.steps.len();
        for (index, array) in self.arrays.iter_mut().enumerate() {
            let values = column(index);
            let there = values.iter().any(Option::is_some);
            if make_room(array, self.size, fresh, there) {
                scatter(array, stride, &group, |network, record| {
                    values[network]?.get(record)
                });
            }
        }
        if let Some((test, train, gap)) = &mut self.gap {
            let (test, train) = (column(*test), column(*train));
            let there = test.iter().any(Option::is_some);
            if make_room(gap, self.size, fresh, there) {
                scatter(gap, stride, &group, |network, record| {
                    Some(test[network]?.get(record)? - train[network]?.get(record)?)
                });
            }
        }
        for rows in &waiting {
            let (cell, seed) = self.cell_and_seed(rows.network);
            let place = seed * self.cells() + cell;
            let found = event::events(rows, &self.names, self.target);
            for (value, array) in found.into_iter().zip(&mut self.events) {
                array[place] = value;
            }
        }
        self.waiting = waiting;
        self.waiting.clear();
    }

    fn cell_and_seed(&self, network: u64) -> (usize, usize) {
        let seeds = self.seeds as u64;
        ((network / seeds) as usize, (network % seeds) as usize)
    }

    fn networks(&self) -> u64 {
        (self.cells() * self.seeds) as u64
    }

    /// Which records of a network belong to which steps.
    fn records<'r>(&self, rows: &'r NetworkRows) -> Records<'r> {
        if !self.last_only && rows.best_step.is_none() && rows.steps == self.steps {
            return Records::Every(rows);
        }
        let mut records = Vec::with_capacity(rows.steps.len() + 1);
        if !self.last_only {
            for (record, step) in rows.steps.iter().enumerate() {
                if let Ok(step) = self.steps.binary_search(step) {
                    records.push((record, step));
                }
            }
        }
        // The last step stands for the end, also of a network that stopped before it; a diverged
        // one has none. Where steps are an axis, they are nothing but steps.
        let ends = self.last_only || self.y.is_some();
        if ends
            && rows.status != Status::Diverged
            && let Some(record) = rows.last_record()
        {
            records.push((record, self.steps.len() - 1));
        }
        Records::Some(rows, records)
    }

    /// Gives every cell what the cell came to that stands for it.
    pub(crate) fn fill(&mut self, sources: &[usize]) {
        self.settle(self.networks());
        let gap = self.gap.as_mut().map(|(.., gap)| gap);
        for array in self.arrays.iter_mut().chain(&mut self.events).chain(gap) {
            fill(array, sources);
        }
        let own = sources
            .iter()
            .enumerate()
            .map(|(cell, source)| cell == *source);
        self.computed = Some(own.collect());
    }

    /// The archive.
    pub(crate) fn into_npz(mut self) -> Npz {
        self.settle(self.networks());
        let mut npz = Npz::new();
        axis(&mut npz, "x", &self.x);
        match &self.y {
            Some(y) => axis(&mut npz, "y", y),
            None => {
                let steps = self.steps.iter().map(|&step| step as f64).collect();
                npz.insert("y", Array::list(Data::F64(steps)));
            }
        }
        npz.insert("x_key", Array::word(&self.x.key.column()));
        let y_key = self.y.as_ref().map(|y| y.key.column());
        npz.insert("y_key", Array::word(y_key.as_deref().unwrap_or("step")));
        if let Some(facet) = &self.facet {
            axis(&mut npz, "facet", facet);
            npz.insert("facet_key", Array::word(&facet.key.column()));
        }
        let several_seeds = self.seeds > 1;
        let several_steps = self.y.is_some() && self.steps.len() > 1;
        let (seeds, facets, columns) = (self.seeds, self.facets(), self.x.values.len());
        // Steps that are the y axis come after the seeds.
        let rows = self.y.as_ref().map(|y| y.values.len());
        let axes = [
            ("step", self.steps.len(), several_steps),
            ("seed", seeds, several_seeds),
            ("facet", facets, self.facet.is_some()),
            ("y", rows.unwrap_or(self.steps.len()), true),
            ("x", columns, true),
        ];
        let axes: Vec<(&str, usize)> = axes
            .into_iter()
            .filter(|(.., there)| *there)
            .map(|(name, length, _)| (name, length))
            .collect();
        let shape_of = |left_out: &[&str]| -> Vec<usize> {
            let kept = axes.iter().filter(|(name, _)| !left_out.contains(name));
            kept.map(|(_, length)| *length).collect()
        };
        if several_seeds {
            let numbers = (0..seeds as u64).map(|seed| (self.first_seed + seed) as i64);
            npz.insert("seed", Array::list(Data::I64(numbers.collect())));
        }
        if several_steps {
            let steps = self.steps.iter().map(|&step| step as i64);
            npz.insert("step", Array::list(Data::I64(steps.collect())));
        }
        let names = axes.iter().map(|(name, _)| (*name).to_owned());
        npz.insert("axes", Array::list(Data::Text(names.collect())));
        let shape = shape_of(&[]);
        let ends = match rows {
            Some(_) => shape_of(&["step"]),
            None => shape_of(&["y"]),
        };
        let steps = self.steps.len();
        let over_steps = rows.is_none();
        if let Some((.., gap)) = self.gap.take() {
            self.names.push(GAP.to_owned());
            self.arrays.push(gap);
        }
        for (name, values) in self.names.into_iter().zip(self.arrays) {
            // A metric that applies nowhere is left out.
            if values.iter().all(|value| value.is_nan()) {
                continue;
            }
            let values = match over_steps && seeds * facets > 1 {
                true => steps_behind(&values, steps, seeds * facets, columns),
                false => values,
            };
            npz.insert(name, Array::new(shape.clone(), Data::F64(values)));
        }
        for (event, values) in EVENTS.iter().zip(self.events) {
            if event.name == SHADE && values.iter().all(|value| value.is_nan()) {
                continue;
            }
            let data = match event.name {
                CONVERGED => Data::Bool(values.iter().map(|value| *value == 1.0).collect()),
                _ => Data::F64(values),
            };
            npz.insert(event.name, Array::new(ends.clone(), data));
        }
        if let Some(computed) = self.computed {
            let shape = match rows {
                Some(_) => shape_of(&["step", "seed"]),
                None => shape_of(&["seed", "y"]),
            };
            npz.insert("computed", Array::new(shape, Data::Bool(computed)));
        }
        if several_seeds {
            let shape = shape_of(&["step", "seed"]);
            let size = shape.iter().product();
            for (name, data) in over_seeds(&npz, &self.metric, self.target, size) {
                npz.insert(name, Array::new(shape.clone(), data));
            }
        }
        npz
    }
}

/// The arrays that tell what the seeds of a cell make of the metric.
pub(crate) const OVER_SEEDS: [&str; 8] = [
    "mean",
    "median",
    "spread",
    "luck",
    "mixed",
    "success",
    "success_low",
    "success_high",
];

/// What the seeds of each of `cells` cells make of the metric, after the last step or over all: arrays
/// by name.
pub(crate) fn over_seeds(
    npz: &Npz,
    metric: &str,
    target: f64,
    cells: usize,
) -> Vec<(&'static str, Data)> {
    // Of a map over steps, what has no steps has one row, and says nothing of the others.
    let slice = MapSlice::of(npz, metric, None).filter(|slice| slice.cells() == cells);
    let Some(slice) = slice else {
        return Vec::new();
    };
    let larger = metric::larger_is_better(metric).unwrap_or(false);
    let mut arrays = vec![
        ("mean", Data::F64(slice.mean())),
        ("median", Data::F64(slice.median(larger))),
        ("spread", Data::F64(slice.spread())),
        ("luck", Data::F64(slice.luck())),
        ("mixed", Data::Bool(slice.mixed())),
    ];
    if let Some(losses) = MapSlice::of(npz, "train_loss", None) {
        let solved = losses.below(target).into_iter();
        let solved = solved.map(|count| Proportion {
            successes: count as u64,
            trials: losses.seeds as u64,
        });
        let solved: Vec<Proportion> = solved.collect();
        let number = |of: &dyn Fn(&Proportion) -> Option<f64>| {
            let numbers = solved.iter().map(|cell| of(cell).unwrap_or(f64::NAN));
            Data::F64(numbers.collect())
        };
        arrays.push(("success", number(&Proportion::share)));
        let low = |cell: &Proportion| cell.interval().map(|(low, _)| low);
        let high = |cell: &Proportion| cell.interval().map(|(_, high)| high);
        arrays.push(("success_low", number(&low)));
        arrays.push(("success_high", number(&high)));
    }
    debug_assert!(arrays.iter().all(|(name, _)| OVER_SEEDS.contains(name)));
    arrays
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

/// `[step, seed, x]` as `[seed, step, x]`; facets count as seeds do.
fn steps_behind(values: &[f64], steps: usize, seeds: usize, columns: usize) -> Vec<f64> {
    let mut turned = Vec::with_capacity(values.len());
    for seed in 0..seeds {
        for step in 0..steps {
            let start = (step * seeds + seed) * columns;
            turned.extend_from_slice(&values[start..start + columns]);
        }
    }
    turned
}

/// Copies values `[.., cell]` from the cells that stand for others.
fn fill<T: Copy>(values: &mut [T], sources: &[usize]) {
    for cells in values.chunks_exact_mut(sources.len()) {
        for (cell, &source) in sources.iter().enumerate() {
            cells[cell] = cells[source];
        }
    }
}
