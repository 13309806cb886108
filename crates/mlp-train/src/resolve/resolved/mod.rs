//! A resolved experiment: its cells, its networks, and its file.

mod alone;
mod axis;
mod ended;
mod network_summary;
mod rates;

use std::{collections::BTreeSet, path::Path, sync::Arc};

use mlp_core::seed::{Purpose, Stream};

pub use self::{axis::Axis, network_summary::NetworkSummary};
use self::{
    axis::{axes, check_map},
    rates::Rates,
};
use super::{data_recipe::DataRecipe, recipe::Recipe};
use crate::{
    data::{
        provider::{DataInMemory, DataProvider},
        source::Sources,
    },
    error::Error,
    map::{MapAxes, Refinement},
    resolve::{ResolvedCell, resolve_cell},
    settings::{
        experiment::Experiment,
        experiment_file,
        key::{info::Key, keys},
        kind::Kind,
        range::Range,
        value::Value,
    },
};

/// Up to this many cells are resolved in advance, more only when needed.
const KEPT_CELLS: usize = 16_384;

/// Bytes that a network leaves at the least, in its row and in the journal.
const BYTES_A_NETWORK: f64 = 100.0;

/// The most networks that one experiment may have.
const MAXIMUM_NETWORKS: u64 = 10_000_000_000;

/// The key of the test fold.
pub const FOLD: &str = "data.fold";

/// An experiment with every default filled in. It knows the recipe of each of its networks.
///
/// Networks are counted cell after cell: network `n` belongs to cell `n / seeds_per_cell` and has
/// the seed of the cell plus `n % seeds_per_cell`. Cells are counted with the last axis of
/// [`axes`](Self::axes) running fastest; a map's axes are y (unless it is `step`), then x.
///
/// In a population with draws, every cell takes a random value of each axis, and network `n` has the seed plus
/// `n`, so that draws differ in their networks too. Draw `d` of axis `a` is computed from the 64 bits at word
/// `a * 2^48 + 2 d` of the stream [`Purpose::Draws`] of the experiment's seed, so that more draws, or
/// another axis at the end, leave the others unchanged.
#[derive(Debug)]
pub struct ResolvedExperiment {
    spelled: Experiment,
    axes: Vec<Axis>,
    cells: u64,
    /// The seed under which cells are drawn, where they are.
    draws: Option<u64>,
    seeds: u64,
    kept: Vec<Recipe>,
    /// Where cells differ only in rates.
    rates: Option<Rates>,
    sources: Sources,
    /// The cells that are computed, where not all are.
    refinement: Option<Refinement>,
}

impl ResolvedExperiment {
    /// Resolves an experiment. `data` provides data other than built-in data sets, and anything to start
    /// from.
    ///
    /// # Errors
    /// Data that cannot be read or generated, settings that conflict, in any cell.
    pub fn new(author: &Experiment, data: Option<Arc<dyn DataProvider>>) -> Result<Self, Error> {
        let author = &with_folds(author)?;
        let axes = axes(author)?;
        check_map(author)?;
        let seeds = match author.kind {
            Kind::Train => 1,
            Kind::Population => author.population.nets_a_cell(),
            Kind::Map => author.map.seeds.unwrap_or(1),
        };
        let draws = author
            .population
            .draws
            .filter(|_| author.kind == Kind::Population);
        if draws.is_some() && axes.is_empty() {
            return Err(Error::keys(
                "draws",
                "sweep",
                "need keys to draw, as in --sweep learning_rate=log:1e-3:1e1",
            ));
        }
        let count = draws.or_else(|| {
            axes.iter().try_fold(1u64, |count, axis| {
                count.checked_mul(axis.values.len() as u64)
            })
        });
        let networks = count
            .and_then(|cells| cells.checked_mul(seeds))
            .filter(|networks| *networks <= MAXIMUM_NETWORKS);
        let (Some(cells), Some(_)) = (count, networks) else {
            return Err(too_many(&axes, draws, seeds));
        };
        author.check_selecting(&axes, cells * seeds)?;
        let mut resolved = Self {
            spelled: author.clone(),
            axes,
            cells,
            draws: draws.map(|_| author.training.seed.unwrap_or(0)),
            seeds,
            kept: Vec::new(),
            rates: None,
            sources: Sources::new(
                data.unwrap_or_else(|| Arc::new(DataInMemory::default())),
                author.population.select.is_some(),
            ),
            refinement: None,
        };
        resolved.spell_out()?;
        if let Some(text) = &author.map.cells {
            let refinement = Refinement::coarse(MapAxes::of(&resolved))?.read(text)?;
            resolved.refinement = Some(refinement);
        }
        Ok(resolved)
    }

    /// Resolves cells, checks them, and fills in every key in which they agree.
    fn spell_out(&mut self) -> Result<(), Error> {
        // With rates only, the cells along the axes have every value, and each is checked on its own.
        self.rates = Rates::of(&self.axes, &self.resolve(0)?.recipe);
        let keep = self.rates.is_none() && self.cells <= KEPT_CELLS as u64;
        let sample: Vec<u64> = if keep {
            (0..self.cells).collect()
        } else {
            self.representative_cells()
        };
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
            // What the cells differ in stays as written; the swept value itself is removed.
            if swept || !agree {
                (key.clear)(&mut spelled);
                if !swept && let Some(value) = (key.get)(&author) {
                    let set = (key.set)(&mut spelled, &value);
                    set.map_err(|reason| Error::key(key.path, reason))?;
                }
            }
        }
        // Widths that differ between cells, or are swept, may be repeated by a depth.
        if spelled.network.hidden.is_none()
            && !self
                .axes
                .iter()
                .any(|axis| axis.key.info().path == "network.depth")
        {
            spelled.network.depth = author.network.depth;
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
                    let set = (info.set)(&mut spelled, &value);
                    set.map_err(|reason| Error::key(axis.key, reason))?;
                }
            }
        }
        for (key, value) in &author.layers {
            if (key.info().get)(&spelled) == (key.info().get)(&author)
                && !self.axes.iter().any(|axis| axis.key == *key)
            {
                spelled.layers.push((*key, value.clone()));
            }
        }
        self.spelled = spelled;
        self.kept = kept;
        Ok(())
    }

    /// Cells that cover every listed value of every axis.
    pub fn representative_cells(&self) -> Vec<u64> {
        if self.draws.is_some() {
            return self.representative_draws();
        }
        let mut stride = 1;
        let mut cells = vec![0];
        for axis in self.axes.iter().rev() {
            cells.extend((1..axis.values.len() as u64).map(|index| index * stride));
            stride *= axis.values.len() as u64;
        }
        cells
    }

    /// The first few draws, and the first that takes each listed value.
    fn representative_draws(&self) -> Vec<u64> {
        const FIRST: u64 = 64;
        let mut cells: Vec<u64> = (0..self.cells.min(FIRST)).collect();
        for (index, axis) in self.axes.iter().enumerate() {
            let mut unseen = vec![true; axis.values.len()];
            let mut left = unseen.len();
            for cell in 0..self.cells {
                if left == 0 {
                    break;
                }
                if let Some(place) = self.place(cell, index)
                    && std::mem::take(&mut unseen[place])
                {
                    left -= 1;
                    cells.push(cell);
                }
            }
        }
        cells.sort_unstable();
        cells.dedup();
        cells
    }

    /// The fraction in `[0, 1)` that a drawn cell has of an axis.
    fn share(&self, seed: u64, cell: u64, axis: usize) -> f64 {
        let mut stream = Stream::new(seed, Purpose::Draws);
        stream.set_position(((axis as u128) << 48) + 2 * u128::from(cell));
        stream.uniform()
    }

    /// The index of a cell among the listed values of an axis; `None` where values between two ends are
    /// drawn.
    pub fn place(&self, cell: u64, axis: usize) -> Option<usize> {
        let count = self.axes[axis].values.len();
        if count == 0 {
            return None;
        }
        let place = match self.draws {
            Some(seed) => (self.share(seed, cell, axis) * count as f64) as usize,
            None => {
                let faster = self.axes[axis + 1..].iter();
                let stride: u64 = faster.map(|axis| axis.values.len() as u64).product();
                (cell / stride % count as u64) as usize
            }
        };
        Some(place.min(count - 1))
    }

    fn resolve(&self, cell: u64) -> Result<ResolvedCell, Error> {
        let overrides = self.cell(cell);
        let experiment = || {
            let mut experiment = self.spelled.clone();
            for (key, value) in &overrides {
                let applied = key.apply(&mut experiment, value.clone());
                applied.map_err(|reason| Error::key(key, reason))?;
            }
            Ok::<_, Error>(experiment)
        };
        resolve_cell(experiment()?, &self.sources).map_err(|error| {
            if overrides.is_empty() {
                return error;
            }
            let shared = |cell| self.sources.shared_fault(&self.spelled, &cell);
            if let Some(fault) = experiment().ok().and_then(shared) {
                return fault;
            }
            // What is wrong without the values of the cell too is wrong everywhere.
            let anywhere = resolve_cell(self.spelled.clone(), &self.sources).err();
            if anywhere.is_some_and(|fault| fault.to_string() == error.to_string()) {
                return error;
            }
            let names: Vec<String> = overrides
                .iter()
                .map(|(key, value)| format!("{key} = {value}"))
                .collect();
            Error::InCell {
                cell: names.join(", "),
                source: Box::new(error),
            }
        })
    }

    /// The experiment with every default that holds for all cells filled in.
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

    /// Networks per cell.
    pub fn seeds_per_cell(&self) -> u64 {
        self.seeds
    }

    /// Total number of networks.
    pub fn networks(&self) -> u64 {
        self.cells * self.seeds
    }

    /// The cell of a network.
    pub fn cell_of(&self, network: u64) -> u64 {
        network / self.seeds
    }

    /// Whether cells are drawn at random.
    pub fn is_drawn(&self) -> bool {
        self.draws.is_some()
    }

    /// The values that a cell has on the axes, in their order.
    pub fn cell(&self, cell: u64) -> Vec<(Key, Value)> {
        let axes = self.axes.iter().enumerate();
        axes.map(|(index, axis)| {
            let listed = self
                .place(cell, index)
                .map(|place| axis.values[place].clone());
            let value = listed.or_else(|| {
                let share = self.share(self.draws?, cell, index);
                axis.key.info().form.between(&axis.range, share)
            });
            // Both ends of a range were checked when it was read, so any value between them is valid.
            (axis.key, value.unwrap_or(Value::Number(f64::NAN)))
        })
        .collect()
    }

    /// The recipe of a network.
    ///
    /// # Errors
    /// Only in grids too large to be checked when they were resolved.
    ///
    /// # Panics
    /// If there is no such network.
    pub fn recipe(&self, network: u64) -> Result<Recipe, Error> {
        assert!(
            network < self.networks(),
            "network {network} of {}",
            self.networks()
        );
        if let Some(rates) = &self.rates {
            let mut recipe = rates.first().clone();
            if self.renew(&mut recipe, network) {
                return Ok(recipe);
            }
        }
        let cell = self.cell_of(network);
        let mut recipe = match self.kept.get(cell as usize) {
            Some(recipe) => recipe.clone(),
            None => self.resolve(cell)?.recipe,
        };
        recipe.seed += self.seed_offset(network);
        Ok(recipe)
    }

    /// Turns the [recipe](Self::recipe) of one network into that of another in place, if all networks differ
    /// only in learning rates, weight decays and seeds. Returns whether it did; if not, the recipe must not be
    /// used any more.
    pub fn renew(&self, recipe: &mut Recipe, network: u64) -> bool {
        let Some(rates) = &self.rates else {
            return false;
        };
        let renewed = rates.renew(recipe, &self.cell(self.cell_of(network)));
        recipe.seed += self.seed_offset(network);
        renewed.is_some()
    }

    /// The offset of a network's seed from that of its cell's recipe.
    fn seed_offset(&self, network: u64) -> u64 {
        match self.draws {
            Some(_) => network,
            None => network % self.seeds,
        }
    }

    /// The data of the first network; of all, unless data are swept.
    ///
    /// # Errors
    /// As [`recipe`](Self::recipe).
    pub fn data(&self) -> Result<Arc<DataRecipe>, Error> {
        Ok(self.recipe(0)?.data)
    }

    /// How many recipes are held, where cells differ in more than rates.
    pub fn kept_recipes(&self) -> usize {
        self.kept.len()
    }

    /// The content of standard input, where the data came from there. It must be kept in a file that
    /// [`data_is_kept_in`](Self::data_is_kept_in) names.
    pub fn standard_input(&self) -> Option<&[u8]> {
        self.sources.standard_input()
    }

    /// Records the file in which the data from standard input are kept, so that the experiment can be run
    /// again.
    pub fn data_is_kept_in(&mut self, file: &Path) {
        if self.spelled.data.name.as_deref() == Some("-") {
            self.spelled.data.name = Some(file.to_string_lossy().into_owned());
        }
    }

    /// Renames the files that the experiment reads; their content is the same.
    ///
    /// # Errors
    /// Whatever `rename` returns.
    pub fn rename_files(
        &mut self,
        rename: impl FnOnce(&mut Experiment) -> Result<(), Error>,
    ) -> Result<(), Error> {
        rename(&mut self.spelled)
    }

    /// The experiment as a portable file: the files that it reads by name, without folders.
    pub fn to_toml_without_folders(&self) -> String {
        experiment_file::write(&self.spelled.clone().without_folders())
    }

    /// The experiment as a file. Running the file gives the same experiment, and the same bytes.
    pub fn to_toml(&self) -> String {
        experiment_file::write(&self.spelled)
    }

    /// The part of the file that determines the numbers: two runs with equal identity are the same
    /// experiment, whatever figures they draw.
    pub fn identity(&self) -> String {
        identity(self.spelled.clone())
    }

    /// The identity as earlier versions had it, with the paths of files in it.
    pub fn former_identity(&self) -> String {
        experiment_file::write_to_digest(&self.spelled.clone().deciding())
    }

    /// The blocks of a map that are refined, where not every cell is computed.
    pub fn refinement(&self) -> Option<&Refinement> {
        self.refinement.as_ref()
    }

    /// The cells of a map that are computed, ascending, where not all are. The others show the
    /// result of another cell of their block.
    pub fn computed_cells(&self) -> Option<BTreeSet<u64>> {
        self.refinement.as_ref().map(Refinement::cells)
    }
}

impl<'a> MapAxes<'a> {
    /// The axes of an experiment; `None` where it is not a map.
    pub fn of(experiment: &'a ResolvedExperiment) -> Option<Self> {
        Self::among(experiment.axes(), experiment.spelled.map.facet.is_some())
    }
}

/// A cross-validation has its folds as an axis: for one network it is a population of one network
/// per fold.
fn with_folds(author: &Experiment) -> Result<Experiment, Error> {
    let mut experiment = author.clone();
    let key = Key::from(
        keys()
            .find(|key| key.path == FOLD)
            .expect("a key of the registry"),
    );
    let swept = author
        .population
        .sweep
        .iter()
        .any(|(swept, _)| *swept == key);
    let Some(folds) = author.data.folds else {
        return Ok(experiment);
    };
    if swept || author.data.fold.is_some() || author.kind == Kind::Map {
        return Ok(experiment);
    }
    if author.population.draws.is_some() {
        return Err(Error::keys(
            "folds",
            "draws",
            "are a grid, and draws are not; sweep fold=0,1,... to draw the folds, too",
        ));
    }
    if author.kind == Kind::Train {
        if author.training.stopping.time_budget.is_some() {
            return Err(Error::keys(
                "time_budget",
                "folds",
                "is for one network, but folds train several; give fold too, or leave one out",
            ));
        }
        if author.training.interval_folds.is_some() {
            return Err(Error::keys(
                "interval_folds",
                "folds",
                "is for the model of one network, and folds keep none; give fold too, or leave one out",
            ));
        }
        experiment.kind = Kind::Population;
        experiment.population.nets = Some(1);
    }
    let all = (0..folds as i64).map(Value::Integer).collect();
    experiment.population.sweep.push((key, Range::List(all)));
    Ok(experiment)
}

/// Refuses a grid by the product that is too large.
fn too_many(axes: &[Axis], draws: Option<u64>, seeds: u64) -> Error {
    let of_axes = axes.iter().map(|axis| axis.values.len() as u64);
    let factors: Vec<u64> = match draws {
        Some(draws) => vec![draws, seeds],
        None => of_axes.chain([seeds]).collect(),
    };
    let networks: f64 = factors.iter().map(|factor| *factor as f64).product();
    let factors: Vec<String> = factors.iter().map(u64::to_string).collect();
    Error::Conflict(format!(
        "{} = {networks:.1e} networks (each key's values, and the seeds of a cell), which leave at least {:.0} TB; \
         at most {MAXIMUM_NETWORKS} are trained: sweep fewer values, or train fewer seeds",
        factors.join(" x "),
        networks * BYTES_A_NETWORK / 1e12
    ))
}

/// The part of an experiment that determines its numbers, as in [`ResolvedExperiment::identity`].
pub fn identity(experiment: Experiment) -> String {
    experiment_file::write_to_digest(&experiment.deciding().files_by_digest())
}

#[cfg(test)]
mod tests;
