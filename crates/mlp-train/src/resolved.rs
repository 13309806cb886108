//! A resolved experiment: its cells, its networks, and its file.

use std::{path::Path, sync::Arc};

use crate::{
    error::Error,
    experiment::{Experiment, MapAxis},
    experiment_file,
    key::{Key, keys},
    kind::Kind,
    range::Range,
    recipe::{DataRecipe, Recipe},
    resolve::{ResolvedCell, resolve_cell},
    source::Sources,
    value::Value,
};

/// Up to this many cells are spelled out when the experiment is resolved, more only when asked for.
const KEPT_CELLS: usize = 16_384;

/// The most networks that one experiment may have.
const MAXIMUM_NETWORKS: u64 = 1 << 40;

/// One key of the grid and its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The key.
    pub key: Key,
    /// The range as written.
    pub range: Range,
    /// Its values in the key's own form, in order.
    pub values: Vec<Value>,
}

impl Axis {
    fn new(key: Key, range: &Range) -> Result<Self, Error> {
        let values = key.info().form.values(range);
        let values = values.map_err(|reason| Error::Conflict(format!("{key}: {reason}")))?;
        Ok(Self { key, range: range.clone(), values })
    }

    /// The values as numbers, if all are.
    pub fn numbers(&self) -> Option<Vec<f64>> {
        self.values.iter().map(Value::as_f64).collect()
    }

    /// The values as text.
    pub fn labels(&self) -> Vec<String> {
        self.values.iter().map(Value::to_string).collect()
    }

    /// Whether a chart's axis is logarithmic: the range is, or its numbers are positive and span
    /// more than two decades.
    pub fn is_log(&self) -> bool {
        let numbers = self.numbers().unwrap_or_default();
        let low = numbers.iter().copied().fold(f64::INFINITY, |a, b| if b < a { b } else { a });
        let high = numbers.iter().copied().fold(0.0, |a, b| if b > a { b } else { a });
        self.range.is_log() || (!numbers.is_empty() && low > 0.0 && high / low > 100.0)
    }
}

/// An experiment with everything spelled out. It knows the recipe of each of its networks.
///
/// Networks are counted cell after cell: network `n` belongs to cell `n / seeds_per_cell` and has
/// the seed of the cell plus `n % seeds_per_cell`. Cells are counted with the last axis of
/// [`axes`](Self::axes) running fastest; a map's axes are y (unless it is `step`), then x.
#[derive(Debug)]
pub struct ResolvedExperiment {
    spelled: Experiment,
    axes: Vec<Axis>,
    cells: u64,
    seeds: u64,
    kept: Vec<Recipe>,
    sources: Sources,
}

impl ResolvedExperiment {
    /// Resolves an experiment. Standard input is given by the caller where the data are `-`.
    ///
    /// # Errors
    /// Data that cannot be read or generated, settings that do not go together, in any cell.
    pub fn new(author: &Experiment, standard_input: Option<Vec<u8>>) -> Result<Self, Error> {
        let axes = axes(author)?;
        let seeds = match author.kind {
            Kind::Train => 1,
            Kind::Population => author.population.nets.unwrap_or(100),
            Kind::Map => author.map.seeds.unwrap_or(1),
        };
        let count = axes.iter().try_fold(1u64, |count, axis| count.checked_mul(axis.values.len() as u64));
        let networks = count.and_then(|cells| cells.checked_mul(seeds)).filter(|networks| *networks <= MAXIMUM_NETWORKS);
        let (Some(cells), Some(_)) = (count, networks) else {
            return Err(Error::Conflict(format!("the grid has more than {MAXIMUM_NETWORKS} networks; sweep fewer values")));
        };
        let mut resolved =
            Self { spelled: author.clone(), axes, cells, seeds, kept: Vec::new(), sources: Sources::new(standard_input) };
        resolved.spell_out()?;
        Ok(resolved)
    }

    /// Resolves cells, checks them, and spells out every key in which they agree.
    fn spell_out(&mut self) -> Result<(), Error> {
        let keep = self.cells <= KEPT_CELLS as u64;
        let sample: Vec<u64> = if keep { (0..self.cells).collect() } else { self.cells_along_the_axes() };
        let mut agreed: Option<(Experiment, Vec<bool>)> = None;
        let mut kept = Vec::new();
        for cell in sample {
            let ResolvedCell { experiment, recipe } = self.resolve(cell)?;
            if keep {
                kept.push(recipe);
            }
            match &mut agreed {
                None => agreed = Some((experiment, vec![true; keys().count()])),
                Some((first, agree)) => {
                    for (agree, key) in agree.iter_mut().zip(keys()) {
                        *agree = *agree && (key.get)(first) == (key.get)(&experiment);
                    }
                }
            }
        }
        let Some((first, agree)) = agreed else {
            return Ok(());
        };
        let author = self.spelled.clone();
        let mut spelled = first;
        for (agree, key) in agree.into_iter().zip(keys()) {
            let swept = self.axes.iter().any(|axis| axis.key == Key::from(key));
            // What the cells differ in stays as its author left it; the swept value itself goes.
            if swept || !agree {
                (key.clear)(&mut spelled);
                if !swept && let Some(value) = (key.get)(&author) {
                    let set = (key.set)(&mut spelled, &value);
                    set.map_err(|reason| Error::Conflict(format!("{}: {reason}", key.path)))?;
                }
            }
        }
        // Steps that differ between cells come from epochs; a layer's rate goes with its list.
        if spelled.training.steps.is_none() {
            spelled.training.epochs = author.training.epochs;
        }
        for axis in &self.axes {
            // One layer is swept: the list that the first cell has is not the author's.
            if axis.key.layer().is_some() {
                let info = axis.key.info();
                (info.clear)(&mut spelled);
                if let Some(value) = (info.get)(&author) {
                    (info.set)(&mut spelled, &value).map_err(Error::Conflict)?;
                }
            }
        }
        for (key, value) in &author.layers {
            if (key.info().get)(&spelled) == (key.info().get)(&author) && !self.axes.iter().any(|axis| axis.key == *key) {
                spelled.layers.push((*key, value.clone()));
            }
        }
        self.spelled = spelled;
        self.kept = kept;
        Ok(())
    }

    /// Cells that take every value of every axis at least once.
    fn cells_along_the_axes(&self) -> Vec<u64> {
        let mut stride = 1;
        let mut cells = vec![0];
        for axis in self.axes.iter().rev() {
            cells.extend((1..axis.values.len() as u64).map(|index| index * stride));
            stride *= axis.values.len() as u64;
        }
        cells
    }

    fn resolve(&self, cell: u64) -> Result<ResolvedCell, Error> {
        let mut experiment = self.spelled.clone();
        let overrides = self.cell(cell);
        for (key, value) in &overrides {
            key.apply(&mut experiment, value.clone()).map_err(|reason| Error::Conflict(format!("{key}: {reason}")))?;
        }
        resolve_cell(&experiment, &self.sources).map_err(|error| match overrides.is_empty() {
            true => error,
            false => {
                let names: Vec<String> = overrides.iter().map(|(key, value)| format!("{key} = {value}")).collect();
                Error::InCell { cell: names.join(", "), source: Box::new(error) }
            }
        })
    }

    /// What the experiment is, with every default that holds for all cells spelled out.
    pub fn experiment(&self) -> &Experiment {
        &self.spelled
    }

    /// Train, population or map.
    pub fn kind(&self) -> Kind {
        self.spelled.kind
    }

    /// The axes of the grid; none for a single network or a population without a sweep.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// How many cells the grid has, at least one.
    pub fn cells(&self) -> u64 {
        self.cells
    }

    /// Networks a cell.
    pub fn seeds_per_cell(&self) -> u64 {
        self.seeds
    }

    /// Networks of all cells together.
    pub fn networks(&self) -> u64 {
        self.cells * self.seeds
    }

    /// The cell of a network.
    pub fn cell_of(&self, network: u64) -> u64 {
        network / self.seeds
    }

    /// The values that a cell has on the axes, in their order.
    pub fn cell(&self, cell: u64) -> Vec<(Key, Value)> {
        let mut rest = cell;
        let mut values: Vec<(Key, Value)> = self
            .axes
            .iter()
            .rev()
            .map(|axis| {
                let count = axis.values.len() as u64;
                let value = axis.values[(rest % count) as usize].clone();
                rest /= count;
                (axis.key, value)
            })
            .collect();
        values.reverse();
        values
    }

    /// The recipe of a network.
    ///
    /// # Errors
    /// Only in grids too large to be checked when they were resolved.
    ///
    /// # Panics
    /// If there is no such network.
    pub fn recipe(&self, network: u64) -> Result<Recipe, Error> {
        assert!(network < self.networks(), "network {network} of {}", self.networks());
        let cell = self.cell_of(network);
        let mut recipe = match self.kept.get(cell as usize) {
            Some(recipe) => recipe.clone(),
            None => self.resolve(cell)?.recipe,
        };
        recipe.seed += network % self.seeds;
        Ok(recipe)
    }

    /// The data of the first network; of all, unless data are swept.
    ///
    /// # Errors
    /// As [`recipe`](Self::recipe).
    pub fn data(&self) -> Result<Arc<DataRecipe>, Error> {
        Ok(self.recipe(0)?.data)
    }

    /// What standard input held, where the data came from there. It is to be kept in a file that
    /// [`data_is_kept_in`](Self::data_is_kept_in) names.
    pub fn standard_input(&self) -> Option<&[u8]> {
        self.sources.standard_input()
    }

    /// Says in which file the data from standard input are kept, so that the experiment can be run
    /// again.
    pub fn data_is_kept_in(&mut self, file: &Path) {
        if self.spelled.data.name.as_deref() == Some("-") {
            self.spelled.data.name = Some(file.to_string_lossy().into_owned());
        }
    }

    /// The experiment as a file. Running the file gives the same experiment, and the same bytes.
    pub fn to_toml(&self) -> String {
        experiment_file::write(&self.spelled)
    }

    /// The part of the file that decides the numbers: two runs with equal identity are the same
    /// experiment, whatever figures they draw.
    pub fn identity(&self) -> String {
        let mut experiment = self.spelled.clone();
        experiment.output.figures = None;
        experiment_file::write(&experiment)
    }
}

fn axes(experiment: &Experiment) -> Result<Vec<Axis>, Error> {
    let axes: Vec<Axis> = match experiment.kind {
        Kind::Train => Vec::new(),
        Kind::Population => {
            let sweep = experiment.population.sweep.iter();
            sweep.map(|(key, range)| Axis::new(*key, range)).collect::<Result<_, _>>()?
        }
        Kind::Map => {
            let Some((x, range)) = &experiment.map.x else {
                return Err(Error::Conflict("a map needs a horizontal axis, as in --x learning_rate=log:1e-3:1e1:32".to_owned()));
            };
            let x = Axis::new(*x, range)?;
            match &experiment.map.y {
                Some(MapAxis::Key(y, range)) => vec![Axis::new(*y, range)?, x],
                Some(MapAxis::Step) | None => vec![x],
            }
        }
    };
    for (index, axis) in axes.iter().enumerate() {
        for other in &axes[..index] {
            let voids = |a: &Axis, b: &Axis| a.key.info().voids.contains(&b.key.info().path);
            if axis.key == other.key || voids(axis, other) && voids(other, axis) {
                return Err(Error::Conflict(format!("{} and {} cannot both be swept", other.key, axis.key)));
            }
        }
    }
    Ok(axes)
}
