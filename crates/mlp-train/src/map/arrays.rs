//! The outcome of every cell of a map, as arrays in a file.

use std::sync::Arc;

use mlp_npy::{Array, Arrays, Data};

use super::{
    MapAxes,
    block::{Block, Records},
    event,
    layout::{Layout, Run},
    over_seeds::over_seeds,
};
use crate::{
    data::part::Part,
    error::Error,
    metrics::{
        event::{CONVERGED, EVENTS, SHADE},
        exploded::EXPLODED,
        metric::Metric,
    },
    resolve::resolved::ResolvedExperiment,
    results::sinks::ArraySink,
    run::{network_rows::NetworkRows, number_columns::NumberColumn, outcome::Status},
};

/// Networks are put into the arrays in groups up to a multiple of this many cells: their values at one
/// step are one write of a few pages, which costs little more than a single page.
const TOGETHER: u64 = 4096;

/// Networks with this many bytes are put into the arrays earlier.
const TOGETHER_BYTES: usize = 18 << 20;

/// Collects outcomes into arrays `[step, seed, facet, y, x]` of a map.
pub struct MapArrays<'a, A: ArraySink> {
    layout: Layout<'a>,
    /// The metric by which seeds are compared.
    metric: Metric,
    /// Networks with a training loss below it are solved.
    target: f64,
    /// Cells differ in their recorded steps, and only the last is kept.
    last_only: bool,
    archive: A,
    /// The columns of the records, followed by the gap.
    columns: Vec<MetricArray<A::Planes>>,
    /// Test loss and training loss, where there are both.
    losses: Option<(usize, usize)>,
    /// The metrics of the records.
    metrics: Vec<Metric>,
    /// The network after the last one whose places in the arrays are filled.
    filled: u64,
    /// Networks that are put into the arrays together, since neighbours are adjacent in each.
    waiting: Vec<Arc<NetworkRows>>,
    waiting_bytes: usize,
    /// [`EVENTS`], `[seed, facet, y, x]`; without y over steps.
    events: Vec<Vec<f64>>,
    /// Which cells are computed, `[facet, y, x]`, where not all are.
    computed: Option<Vec<bool>>,
}

/// A metric being written to the archive.
#[derive(Debug)]
struct MetricArray<P> {
    name: String,
    /// None until a network has a number.
    planes: Option<P>,
}

impl<'a, A: ArraySink> MapArrays<'a, A> {
    /// Starts the arrays of a map, which go into `archive`.
    ///
    /// # Errors
    /// Recipes that cannot be resolved; an experiment that is not a map; [`Error::Storage`].
    pub fn new(
        experiment: &'a ResolvedExperiment,
        metrics: Vec<Metric>,
        mut archive: A,
    ) -> Result<Self, Error> {
        let spec = experiment.experiment();
        let Some(axes) = MapAxes::of(experiment) else {
            return Err(Error::Conflict(format!(
                "a map has one to three axes, not {}",
                experiment.axes().len()
            )));
        };
        let seeds = experiment.seeds_per_cell();
        let first = experiment.recipe(0)?;
        let mut steps: Vec<u64> = first.record.to_vec();
        let mut alike = true;
        // Without one of these keys every cell records the same steps, so none has to be resolved.
        let training = &spec.training;
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
        let last_only = !alike && axes.y.is_some();
        if last_only {
            steps = vec![*steps.last().unwrap_or(&0)];
        }
        let networks = usize::try_from(experiment.networks()).ok();
        let bytes = networks
            .and_then(|networks| networks.checked_mul(steps.len()))
            .and_then(|values| values.checked_mul(8 * (metrics.len() + 1)));
        let (Some(networks), Some(_)) = (networks, bytes.filter(|&all| all < isize::MAX as usize))
        else {
            return Err(Error::key(
                "record",
                "the map has more values than a file can hold; record fewer steps",
            ));
        };
        let layout = Layout {
            axes,
            steps,
            seeds: usize::try_from(seeds).unwrap_or(usize::MAX),
            first_seed: first.seed,
        };
        for (name, array) in layout.arrays().iter() {
            archive.push(name, array)?;
        }
        let place = |part| {
            let loss = Metric::Loss(part);
            metrics.iter().position(|metric| *metric == loss)
        };
        let losses = place(Part::Test).zip(place(Part::Train));
        let columns = metrics.iter().copied().chain(losses.map(|_| Metric::Gap));
        Ok(Self {
            layout,
            metric: spec.map.shown(),
            target: training.target_loss.unwrap_or(0.01),
            last_only,
            archive,
            columns: columns
                .map(|metric| MetricArray {
                    name: metric.to_string(),
                    planes: None,
                })
                .collect(),
            losses,
            metrics,
            filled: 0,
            waiting: Vec::new(),
            waiting_bytes: 0,
            events: vec![vec![f64::NAN; networks]; EVENTS.len()],
            computed: None,
        })
    }

    /// The metric by which seeds are compared, and the training loss below which a network is solved.
    pub fn judged_by(&self) -> (Metric, f64) {
        (self.metric, self.target)
    }

    /// Adds the next network, in the order of their indices; some may be skipped.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn insert(&mut self, rows: Arc<NetworkRows>) -> Result<(), Error> {
        let next = rows.network + 1;
        self.waiting_bytes += rows.bytes();
        self.waiting.push(rows);
        let whole = next.is_multiple_of(TOGETHER * self.layout.seeds as u64);
        if whole || self.waiting_bytes >= TOGETHER_BYTES {
            self.settle(next)?;
        }
        Ok(())
    }

    /// Puts the waiting networks in their places. Others before `end` have no values.
    fn settle(&mut self, end: u64) -> Result<(), Error> {
        let mut waiting = std::mem::take(&mut self.waiting);
        self.waiting_bytes = 0;
        // However few their records are, each network has a number at every step here.
        let most = (TOGETHER_BYTES / 8 / self.layout.steps.len()).max(1) as u64;
        let mut rest = &waiting[..];
        while self.filled < end {
            let next = end.min(self.filled + most);
            let (here, behind) = rest.split_at(rest.partition_point(|rows| rows.network < next));
            self.settle_part(here, next)?;
            rest = behind;
        }
        waiting.clear();
        self.waiting = waiting;
        Ok(())
    }

    /// Puts networks in their places; the others before `end` have no values.
    fn settle_part(&mut self, waiting: &[Arc<NetworkRows>], end: u64) -> Result<(), Error> {
        let range = std::mem::replace(&mut self.filled, end)..end;
        let first = range.start;
        let mut rows = waiting.iter().peekable();
        let members = range.map(|network| {
            let rows = rows.next_if(|rows| rows.network == network);
            rows.map_or(Records::Nothing, |rows| self.records(rows))
        });
        let block = Block::new(first, self.layout.seeds, members.collect());
        let column = |index: usize| -> Vec<Option<NumberColumn<'_>>> {
            let rows = block.rows();
            rows.map(|rows| Some(rows?.metrics.column(index)).filter(|values| !values.is_empty()))
                .collect()
        };
        for index in 0..self.metrics.len() {
            let values = column(index);
            self.put(index, &block, |network, record| {
                values[network]?.get(record)
            })?;
        }
        if let Some((test, train)) = self.losses {
            let (test, train) = (column(test), column(train));
            self.put(self.metrics.len(), &block, |network, record| {
                Some(test[network]?.get(record)? - train[network]?.get(record)?)
            })?;
        }
        for rows in waiting {
            let seeds = self.layout.seeds as u64;
            let (cell, seed) = (rows.network / seeds, rows.network % seeds);
            let place = seed as usize * self.layout.cells() + cell as usize;
            let found = event::events(rows, &self.metrics, self.target);
            for (value, array) in found.into_iter().zip(&mut self.events) {
                array[place] = value;
            }
        }
        Ok(())
    }

    /// Puts the values of the networks of a block into an array that has room for them from its
    /// first number on.
    fn put(
        &mut self,
        index: usize,
        block: &Block<'_>,
        value: impl Fn(usize, usize) -> Option<f64>,
    ) -> Result<(), Error> {
        let Self {
            layout, archive, ..
        } = self;
        let column = &mut self.columns[index];
        let steps = layout.steps.len();
        let planes = match &mut column.planes {
            Some(planes) => planes,
            None if !block.has_numbers(steps, &value) => return Ok(()),
            None => {
                let planes = archive.reserve(&column.name, &layout.shape(), layout.planes())?;
                let planes = column.planes.insert(planes);
                for (step, seed) in each_of(steps, layout.seeds) {
                    let before = vec![f64::NAN; block.cell(seed)];
                    let run = Run {
                        step,
                        seed,
                        cell: 0,
                        values: &before,
                    };
                    layout.cut(run, |place, values| archive.append(planes, place, values))?;
                }
                planes
            }
        };
        block.runs(steps, value, |run| {
            layout.cut(run, |place, values| archive.append(planes, place, values))
        })
    }

    /// Which records of a network belong to which steps.
    fn records<'r>(&self, rows: &'r NetworkRows) -> Records<'r> {
        let steps = &self.layout.steps;
        if !self.last_only && rows.best_step.is_none() && rows.steps == *steps {
            return Records::Every(rows);
        }
        let mut records = Vec::with_capacity(rows.steps.len() + 1);
        if !self.last_only {
            for (record, step) in rows.steps.iter().enumerate() {
                if let Ok(step) = steps.binary_search(step) {
                    records.push((record, step));
                }
            }
        }
        // The last step stands for the end, also for a network that stopped before it; a diverged
        // network has no value there. Where steps are an axis, they are only steps.
        let ends = self.last_only || !self.layout.over_steps();
        if ends
            && rows.status != Status::Diverged
            && let Some(record) = rows.last_record()
        {
            records.push((record, steps.len() - 1));
        }
        Records::Some(rows, records)
    }

    /// Gives every cell the value of the cell that represents it.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn fill(&mut self, sources: &[usize]) -> Result<(), Error> {
        self.settle(self.layout.networks())?;
        let Self {
            layout, archive, ..
        } = self;
        for planes in self
            .columns
            .iter_mut()
            .filter_map(|column| column.planes.as_mut())
        {
            for (step, seed) in each_of(layout.steps.len(), layout.seeds) {
                let mut cells = Vec::with_capacity(layout.cells());
                for part in 0..layout.cells() / layout.plane() {
                    let place = layout.place(step, seed, part);
                    cells.append(&mut archive.read(planes, place..place + 1)?);
                }
                fill(&mut cells, sources);
                for (part, values) in cells.chunks(layout.plane()).enumerate() {
                    archive.replace(planes, layout.place(step, seed, part), values)?;
                }
            }
        }
        for array in &mut self.events {
            fill(array, sources);
        }
        let own = sources.iter().enumerate();
        self.computed = Some(own.map(|(cell, source)| cell == *source).collect());
        Ok(())
    }

    /// Finishes the archive. Returns what it returns, and the final state of the map: the
    /// arrays that [`MapSlice`](super::MapSlice) needs, without the steps before the last.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn finish(mut self) -> Result<(A::Done, Arrays), Error> {
        self.settle(self.layout.networks())?;
        let Self {
            layout,
            mut archive,
            ..
        } = self;
        let mut end = layout.arrays();
        for MetricArray { name, planes } in &self.columns {
            let asked = [self.metric, Metric::Loss(Part::Train)]
                .iter()
                .any(|metric| metric.to_string() == *name);
            if let Some(planes) = planes.as_ref().filter(|_| asked) {
                let values = archive.read(planes, layout.last_planes())?;
                end.insert(name, Array::new(layout.last_shape(), Data::F64(values)));
            }
        }
        let mut push = |end: &mut Arrays, name: &str, array: Array| {
            archive.push(name, &array)?;
            end.insert(name, array);
            Ok::<_, Error>(())
        };
        for (event, values) in EVENTS.iter().zip(self.events) {
            let tells = match event.name {
                SHADE => values.iter().any(|value| !value.is_nan()),
                EXPLODED => self.metric == Metric::Event(event) || values.contains(&1.0),
                _ => true,
            };
            if !tells {
                continue;
            }
            let data = match event.name {
                CONVERGED | EXPLODED => {
                    Data::Bool(values.iter().map(|value| *value == 1.0).collect())
                }
                _ => Data::F64(values),
            };
            let array = Array::new(layout.shape_of_networks(), data);
            push(&mut end, event.name, array)?;
        }
        if let Some(computed) = self.computed {
            let array = Array::new(layout.shape_of_cells(), Data::Bool(computed));
            push(&mut end, "computed", array)?;
        }
        if layout.seeds > 1 {
            let shape = layout.shape_over_seeds();
            let size = shape.iter().product();
            for (name, data) in over_seeds(&end, self.metric, self.target, size) {
                push(&mut end, name, Array::new(shape.clone(), data))?;
            }
        }
        let planes = self.columns.into_iter().filter_map(|column| column.planes);
        Ok((archive.finish(planes.collect())?, end))
    }
}

/// Every step with every seed.
fn each_of(steps: usize, seeds: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..steps).flat_map(move |step| (0..seeds).map(move |seed| (step, seed)))
}

/// Copies values `[.., cell]` from the cells that represent others.
fn fill(values: &mut [f64], sources: &[usize]) {
    for cells in values.chunks_exact_mut(sources.len()) {
        for (cell, &source) in sources.iter().enumerate() {
            cells[cell] = cells[source];
        }
    }
}

#[cfg(test)]
mod tests;
