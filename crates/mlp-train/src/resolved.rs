//! A resolved experiment: its cells, its networks, and its file.

use std::{path::Path, sync::Arc};

use mlp_core::seed::{Purpose, Stream};

use crate::{
    error::Error,
    experiment::{Experiment, MapAxis},
    experiment_file,
    key::{Key, keys},
    kind::Kind,
    outcome::Outcome,
    range::Range,
    recipe::{DataRecipe, Recipe},
    resolve::{ResolvedCell, resolve_cell},
    source::Sources,
    stopping::time_budget,
    value::Value,
};

/// Up to this many cells are spelled out when the experiment is resolved, more only when asked for.
const KEPT_CELLS: usize = 16_384;

/// The most networks that one experiment may have.
const MAXIMUM_NETWORKS: u64 = 1 << 40;

/// The key of the fold that is the test part.
pub(crate) const FOLD: &str = "data.fold";

/// One key of the grid and its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The key.
    pub key: Key,
    /// The range as written.
    pub range: Range,
    /// Its values in the key's own form, in order; none where any value between two ends is drawn.
    pub values: Vec<Value>,
}

impl Axis {
    fn new(key: Key, range: &Range, drawn: bool) -> Result<Self, Error> {
        let values = key.info().form.values(range);
        let mut values = values.map_err(|reason| Error::Conflict(format!("{key}: {reason}")))?;
        if matches!(range, Range::Between { .. }) {
            if !drawn {
                return Err(Error::Conflict(format!(
                    "{key}: {range} names no values; write {range}:COUNT, or draw some at random by --draws"
                )));
            }
            values.clear();
        }
        Ok(Self {
            key,
            range: range.clone(),
            values,
        })
    }

    /// Values that stand for all in their type: the values, or the ends between which they are drawn.
    pub fn sample(&self) -> Vec<Value> {
        if self.values.is_empty() {
            return self.key.info().form.values(&self.range).unwrap_or_default();
        }
        self.values.clone()
    }

    /// Whether any value between two ends is drawn.
    pub fn is_continuous(&self) -> bool {
        self.values.is_empty()
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
        let numbers: Option<Vec<f64>> = self.sample().iter().map(Value::as_f64).collect();
        let numbers = numbers.unwrap_or_default();
        let low = numbers
            .iter()
            .copied()
            .fold(f64::INFINITY, |a, b| if b < a { b } else { a });
        let high = numbers
            .iter()
            .copied()
            .fold(0.0, |a, b| if b > a { b } else { a });
        self.range.is_log() || (!numbers.is_empty() && low > 0.0 && high / low > 100.0)
    }
}

/// An experiment with everything spelled out. It knows the recipe of each of its networks.
///
/// Networks are counted cell after cell: network `n` belongs to cell `n / seeds_per_cell` and has
/// the seed of the cell plus `n % seeds_per_cell`. Cells are counted with the last axis of
/// [`axes`](Self::axes) running fastest; a map's axes are y (unless it is `step`), then x.
///
/// Of a population with draws, every cell takes a value of each axis at random, and network `n` has
/// the seed plus `n`, so that draws differ in their networks, too. Draw `d` of axis `a` is made of the
/// 64 bits at word `a * 2^48 + 2 d` of the stream [`Purpose::Draws`] under the experiment's seed, so
/// more draws, or an axis more at the end, leave the others as they are.
#[derive(Debug)]
pub struct ResolvedExperiment {
    spelled: Experiment,
    axes: Vec<Axis>,
    cells: u64,
    /// The seed under which cells are drawn, where they are.
    draws: Option<u64>,
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
        let author = &with_folds(author)?;
        let axes = axes(author)?;
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
            return Err(Error::Conflict(
                "draws need keys to draw, as in --sweep learning_rate=log:1e-3:1e1".to_owned(),
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
            return Err(Error::Conflict(format!(
                "the grid has more than {MAXIMUM_NETWORKS} networks; sweep fewer values"
            )));
        };
        let mut resolved = Self {
            spelled: author.clone(),
            axes,
            cells,
            draws: draws.map(|_| author.training.seed.unwrap_or(0)),
            seeds,
            kept: Vec::new(),
            sources: Sources::new(standard_input),
        };
        resolved.spell_out()?;
        Ok(resolved)
    }

    /// Resolves cells, checks them, and spells out every key in which they agree.
    fn spell_out(&mut self) -> Result<(), Error> {
        let keep = self.cells <= KEPT_CELLS as u64;
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

    /// Cells that take every listed value of every axis that any cell takes.
    pub(crate) fn representative_cells(&self) -> Vec<u64> {
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

    /// The share in `[0, 1)` that a drawn cell has of an axis.
    fn share(&self, seed: u64, cell: u64, axis: usize) -> f64 {
        let mut stream = Stream::new(seed, Purpose::Draws);
        stream.set_position(((axis as u128) << 48) + 2 * u128::from(cell));
        stream.uniform()
    }

    /// The position of a cell among the listed values of an axis; `None` where it has any value
    /// between two ends.
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
        let mut experiment = self.spelled.clone();
        let overrides = self.cell(cell);
        for (key, value) in &overrides {
            key.apply(&mut experiment, value.clone())
                .map_err(|reason| Error::Conflict(format!("{key}: {reason}")))?;
        }
        resolve_cell(&experiment, &self.sources).map_err(|error| match overrides.is_empty() {
            true => error,
            false => {
                let names: Vec<String> = overrides
                    .iter()
                    .map(|(key, value)| format!("{key} = {value}"))
                    .collect();
                Error::InCell {
                    cell: names.join(", "),
                    source: Box::new(error),
                }
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
            // Both ends of a range were tried when it was read, so what lies between is a value.
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
        let cell = self.cell_of(network);
        let mut recipe = match self.kept.get(cell as usize) {
            Some(recipe) => recipe.clone(),
            None => self.resolve(cell)?.recipe,
        };
        recipe.seed += match self.draws {
            Some(_) => network,
            None => network % self.seeds,
        };
        Ok(recipe)
    }

    /// The experiment that trains one network of this one alone: its recipe, bit for bit.
    ///
    /// # Errors
    /// As [`recipe`](Self::recipe).
    ///
    /// # Panics
    /// If there is no such network.
    pub fn alone(&self, network: u64) -> Result<Experiment, Error> {
        let seed = self.recipe(network)?.seed;
        let mut alone = self.resolve(self.cell_of(network))?.experiment;
        alone.kind = Kind::Train;
        alone.population = Default::default();
        alone.map = Default::default();
        alone.training.seed = Some(seed);
        Ok(alone)
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
        identity(self.spelled.clone())
    }

    /// The identity with the step that a time budget came to, if it ended this network.
    pub(crate) fn identity_of(&self, outcome: &Outcome) -> String {
        let mut experiment = self.spelled.clone();
        experiment.output.figures = None;
        if outcome.stopped_by == Some(time_budget::NAME) {
            experiment.training.stopping.stop_after = Some(outcome.last_step);
        }
        experiment_file::write(&experiment)
    }

    /// Says at which step the time budget ended the network, so that running the experiment again
    /// ends it there.
    pub(crate) fn stops_after(&mut self, step: u64) {
        self.spelled.training.stopping.stop_after = Some(step);
    }
}

/// A cross-validation has its folds as an axis: that of one network is a population of one network
/// for each fold.
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
        return Err(Error::Conflict(
            "folds are a grid and draws are none; sweep fold=0,1,... to draw the folds, too"
                .to_owned(),
        ));
    }
    if author.kind == Kind::Train {
        if author.training.stopping.time_budget.is_some() {
            return Err(Error::Conflict(
                "time_budget is for one network, and folds train several; give fold too, or leave one out"
                    .to_owned(),
            ));
        }
        experiment.kind = Kind::Population;
        experiment.population.nets = Some(1);
    }
    let all = (0..folds as i64).map(Value::Integer).collect();
    experiment.population.sweep.push((key, Range::List(all)));
    Ok(experiment)
}

/// The part of an experiment that decides its numbers, as [`ResolvedExperiment::identity`] has it.
pub(crate) fn identity(mut experiment: Experiment) -> String {
    experiment.output.figures = None;
    if experiment.training.stopping.time_budget.is_some() {
        // What came of the time is a result.
        experiment.training.stopping.stop_after = None;
    }
    experiment_file::write(&experiment)
}

fn axes(experiment: &Experiment) -> Result<Vec<Axis>, Error> {
    let axes: Vec<Axis> = match experiment.kind {
        Kind::Train => Vec::new(),
        Kind::Population => {
            let sweep = experiment.population.sweep.iter();
            let drawn = experiment.population.draws.is_some();
            sweep
                .map(|(key, range)| Axis::new(*key, range, drawn))
                .collect::<Result<_, _>>()?
        }
        Kind::Map => {
            let Some((x, range)) = &experiment.map.x else {
                return Err(Error::Conflict(
                    "a map needs a horizontal axis, as in --x learning_rate=log:1e-3:1e1:32"
                        .to_owned(),
                ));
            };
            let x = Axis::new(*x, range, false)?;
            match &experiment.map.y {
                Some(MapAxis::Key(y, range)) => vec![Axis::new(*y, range, false)?, x],
                Some(MapAxis::Step) | None => vec![x],
            }
        }
    };
    for (index, axis) in axes.iter().enumerate() {
        for other in &axes[..index] {
            let voids = |a: &Axis, b: &Axis| a.key.info().voids.contains(&b.key.info().path);
            if axis.key == other.key || voids(axis, other) && voids(other, axis) {
                return Err(Error::Conflict(format!(
                    "{} and {} cannot both be swept",
                    other.key, axis.key
                )));
            }
        }
    }
    Ok(axes)
}

#[cfg(test)]
mod tests {
    use mlp_core::{Activation, Batch, Init, Loss, Optimizer};

    use super::*;
    use crate::layers::Layer;

    fn author(kind: Kind, texts: &[&str]) -> Experiment {
        let mut layer = Layer::new();
        texts.iter().for_each(|text| layer.set(text).unwrap());
        let mut experiment = Experiment::new(kind);
        layer.apply(&mut experiment).unwrap();
        experiment
    }

    fn resolved(kind: Kind, texts: &[&str]) -> ResolvedExperiment {
        ResolvedExperiment::new(&author(kind, texts), None).unwrap()
    }

    fn refused(kind: Kind, texts: &[&str]) -> String {
        ResolvedExperiment::new(&author(kind, texts), None)
            .unwrap_err()
            .to_string()
    }

    /// Resolves the written file again.
    fn again(first: &ResolvedExperiment) -> ResolvedExperiment {
        let text = first.to_toml();
        let file = experiment_file::parse(&text, Path::new("e.toml")).unwrap();
        let mut experiment = Experiment::new(file.kind.unwrap());
        file.layer.apply(&mut experiment).unwrap();
        ResolvedExperiment::new(&experiment, None).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    #[test]
    fn defaults_of_generated_classes() {
        let recipe = resolved(Kind::Train, &["data=moons"]).recipe(0).unwrap();
        let spec = &recipe.spec;
        assert_eq!(spec.architecture.to_string(), "2-16-16-1");
        assert_eq!(spec.architecture.layers[0].activation, Activation::Tanh);
        assert_eq!(
            (spec.loss, spec.loss_scale),
            (Loss::BinaryCrossEntropy, 1.0)
        );
        assert_eq!((&spec.init, spec.bias_init), (&Init::GlorotUniform, 0.0));
        assert_eq!(spec.optimizer, "sgd".parse::<Optimizer>().unwrap());
        assert_eq!(
            (spec.learning_rate, spec.weight_decay, spec.decay_bias),
            (0.1, 0.0, false)
        );
        assert_eq!((spec.batch, spec.shuffle), (Batch::Full, true));
        assert_eq!(
            (recipe.seed, recipe.steps, recipe.precision),
            (0, 1000, crate::Precision::F32)
        );
        assert_eq!((recipe.record[0], recipe.record.last()), (0, Some(&1000)));
        // 256 samples, 0.2 noise, a quarter for the test, nothing scaled.
        assert_eq!(
            (recipe.data.split.train.len(), recipe.data.split.test.len()),
            (192, 64)
        );
        assert_eq!(recipe.data.scale, mlp_data::ScaleKind::None);
        let text = resolved(Kind::Train, &["data=moons"]).to_toml();
        assert!(text.contains("\nsamples = 256\nnoise = 0.2\n"), "{text}");
    }

    #[test]
    fn defaults_of_real_tables() {
        let iris = resolved(
            Kind::Train,
            &["data=iris", "activation=relu", "optimizer=adam"],
        )
        .recipe(0)
        .unwrap();
        assert_eq!(iris.spec.architecture.to_string(), "4-16-16-3");
        assert_eq!(
            (iris.spec.loss, &iris.spec.init),
            (Loss::SoftmaxCrossEntropy, &Init::HeNormal)
        );
        assert_eq!(iris.spec.learning_rate, 1e-3);
        assert_eq!(iris.data.scale, mlp_data::ScaleKind::Standard);
        assert_eq!(iris.data.scale_target, mlp_data::ScaleKind::None);
        let diabetes = resolved(
            Kind::Train,
            &["data=diabetes", "hidden=none", "activation=relu"],
        )
        .recipe(0)
        .unwrap();
        assert_eq!(diabetes.spec.architecture.to_string(), "10-1");
        assert_eq!(
            (diabetes.spec.loss, &diabetes.spec.init),
            (Loss::SquaredError, &Init::GlorotUniform)
        );
        assert_eq!(diabetes.data.scale_target, mlp_data::ScaleKind::Standard);
    }

    #[test]
    fn draws_are_spread_and_stay_as_they_are() {
        let settings = [
            "data=moons",
            "seed=5",
            "sweep.learning_rate=log:1e-3:1e1",
            "sweep.hidden=4,8x8,none",
            "sweep.batch=lin:1:4",
        ];
        let drawn = |draws: &str| resolved(Kind::Population, &[&settings[..], &[draws]].concat());
        let many = drawn("draws=3000");
        assert_eq!((many.networks(), many.cells()), (3000, 3000));
        let cells: Vec<Vec<Value>> = (0..3000)
            .map(|cell| {
                many.cell(cell)
                    .into_iter()
                    .map(|(_, value)| value)
                    .collect()
            })
            .collect();
        // Half of the draws lie below the geometric mean, a third have each shape, a quarter each batch.
        let share = |is: &dyn Fn(&[Value]) -> bool| {
            cells.iter().filter(|cell| is(cell)).count() as f64 / 3000.0
        };
        let near = |share: f64, expected: f64| (share - expected).abs() < 0.03;
        assert!(near(share(&|cell| cell[0].as_f64().unwrap() < 0.1), 0.5));
        assert!(near(
            share(&|cell| cell[1] == Value::List(vec![])),
            1.0 / 3.0
        ));
        for batch in 1..=4 {
            assert!(near(share(&|cell| cell[2] == Value::Integer(batch)), 0.25));
        }
        let recipe = many.recipe(17).unwrap();
        assert_eq!(recipe.seed, 22);
        assert_eq!(Some(recipe.spec.learning_rate), cells[17][0].as_f64());
        // Fewer draws are the first of them, and the file gives them again.
        let few = drawn("draws=20");
        assert_eq!(few.cell(17), many.cell(17));
        assert_eq!(again(&few).cell(17), few.cell(17));
        assert!(
            few.to_toml()
                .contains("draws = 20\nsweep.learning_rate = \"log:0.001:10\"")
        );
        let text = refused(Kind::Population, &settings);
        assert!(
            text.contains("log:0.001:10:COUNT") && text.contains("--draws"),
            "{text}"
        );
        assert!(refused(Kind::Population, &["data=moons", "draws=3"]).contains("--sweep"));
    }

    /// Draws of one seed, so that a change of any rule is seen.
    #[test]
    fn drawn_values_never_change() {
        let settings = [
            "data=moons",
            "draws=4",
            "sweep.lr=log:1e-3:1e1",
            "sweep.wd=0,1e-3,1e-2",
        ];
        let drawn = resolved(Kind::Population, &settings);
        let values: Vec<String> = (0..4)
            .map(|cell| {
                let cell = drawn.cell(cell);
                format!("{} {}", cell[0].1, cell[1].1)
            })
            .collect();
        let expected = [
            "8.67088914683351 0.01",
            "0.00494671157778933 0.01",
            "0.00140254000442084 0.01",
            "0.0108072660672332 0",
        ];
        assert_eq!(values, expected);
    }

    #[test]
    fn the_four_corners_of_xor_all_train() {
        let recipe = resolved(Kind::Train, &["data=xor", "samples=4", "noise=0"])
            .recipe(0)
            .unwrap();
        assert_eq!(
            (recipe.data.split.train.len(), recipe.data.split.test.len()),
            (4, 0)
        );
    }

    #[test]
    fn schedules_take_their_defaults_from_the_run() {
        let text = |texts: &[&str]| resolved(Kind::Train, texts).to_toml();
        let plain = text(&["data=iris"]);
        assert!(plain.contains("schedule = \"constant\""), "{plain}");
        assert!(!plain.contains("[schedule]"), "{plain}");
        let cosine = text(&[
            "data=iris",
            "schedule=cosine",
            "schedule.warm_up=40",
            "steps=300",
        ]);
        let expected = "\n[schedule]\nwarm_up = 40\nwarm_up_from = 0.1\nsteps = 260\nminimum = 0.0\n\
                        restarts = false\nstretch = 1\n";
        assert!(cosine.contains(expected), "{cosine}");
        // 112 training samples in batches of 50, 50 and 12: three updates an epoch.
        let plateau = text(&["data=iris", "schedule=plateau", "batch=50"]);
        assert!(plateau.contains("every = 3\n"), "{plateau}");
        let cycle = |optimizer: &str| text(&["data=iris", "schedule=one-cycle", optimizer]);
        assert!(cycle("optimizer=sgd").contains("cycle_momentum = false"));
        assert!(cycle("optimizer=momentum:0.9").contains("cycle_momentum = true"));
    }

    #[test]
    fn epochs_become_steps() {
        let recipe = resolved(Kind::Train, &["data=iris", "epochs=3", "batch=50"])
            .recipe(0)
            .unwrap();
        // 112 training samples in batches of 50, 50 and 12.
        assert_eq!((recipe.data.split.train.len(), recipe.steps), (112, 9));
        let text = resolved(Kind::Train, &["data=iris", "epochs=3", "batch=50"]).to_toml();
        assert!(
            text.contains("steps = 9") && !text.contains("epochs"),
            "{text}"
        );
    }

    #[test]
    fn networks_are_counted_cell_after_cell() {
        let population = resolved(
            Kind::Population,
            &[
                "data=moons",
                "nets=10",
                "seed=5",
                "sweep.wd=0,1e-3",
                "sweep.hidden=8,4x4,none",
            ],
        );
        assert_eq!((population.cells(), population.networks()), (6, 60));
        let recipe = population.recipe(43).unwrap();
        // Cell 4: decay 1e-3 and hidden 4x4; network 3 of it.
        assert_eq!((recipe.seed, recipe.spec.weight_decay), (8, 1e-3));
        assert_eq!(recipe.architecture().to_string(), "2-4-4-1");
        assert!(Arc::ptr_eq(
            &recipe.data,
            &population.recipe(0).unwrap().data
        ));
        assert_eq!(population.cell(4)[1].1.to_string(), "4x4");
        let alone = resolved(
            Kind::Train,
            &["data=moons", "seed=8", "wd=1e-3", "hidden=4,4"],
        )
        .recipe(0)
        .unwrap();
        assert_eq!(*alone.spec, *recipe.spec);
        assert_eq!((alone.seed, alone.steps), (recipe.seed, recipe.steps));
    }

    #[test]
    fn a_map_against_steps_trains_each_rate_once() {
        let map = resolved(
            Kind::Map,
            &[
                "data=moons",
                "x=learning_rate=log:1e-3:1e2:96",
                "y=step",
                "steps=2000",
            ],
        );
        assert_eq!((map.cells(), map.networks()), (96, 96));
        assert_eq!(map.recipe(95).unwrap().spec.learning_rate, 100.0);
        assert!(map.axes()[0].is_log());
        let two = resolved(
            Kind::Map,
            &["data=moons", "x=lr=1,2,3", "y=wd=0,1", "seeds=2"],
        );
        // x runs fastest, seeds within the cell.
        let recipe = two.recipe((3 + 2) * 2 + 1).unwrap();
        assert_eq!(
            (
                recipe.spec.learning_rate,
                recipe.spec.weight_decay,
                recipe.seed
            ),
            (3.0, 1.0, 1)
        );
        assert!(refused(Kind::Map, &["data=moons"]).contains("--x"));
        assert!(
            refused(Kind::Map, &["data=moons", "x=lr=1,2", "y=lr=1,2"]).contains("both be swept")
        );
    }

    #[test]
    fn a_written_experiment_gives_the_same_recipes_and_bytes() {
        for (kind, texts) in [
            (
                Kind::Train,
                &[
                    "data=moons",
                    "lr=0.1,0.2,0.3",
                    "learning_rate.1=0.7",
                    "optimizer=momentum:0.8",
                ][..],
            ),
            (
                Kind::Train,
                &[
                    "data=iris",
                    "epochs=7",
                    "batch=32",
                    "optimizer=adam:0.8",
                    "inputs=x,y",
                ][..3],
            ),
            (
                Kind::Train,
                &[
                    "data=playground-xor",
                    "inputs=x,y,xy",
                    "optimizer=momentum:0.9:0.5",
                    "record=1,5,9",
                    "no-shuffle=false",
                ][..4],
            ),
            (
                Kind::Train,
                &[
                    "data=moons",
                    "schedule=one-cycle",
                    "optimizer=adam",
                    "warm-up=50",
                    "clip_norm=1",
                    "weight_decay=0,1e-3,0.1",
                    "l1.1=1e-4",
                ],
            ),
            (
                Kind::Population,
                &[
                    "data=moons",
                    "nets=1",
                    "sweep.schedule=constant,step,cosine,plateau",
                    "sweep.steps=30,60",
                    "batch=40",
                    "sweep.max_norm=none,2",
                ],
            ),
            (
                Kind::Population,
                &[
                    "data=moons",
                    "nets=1",
                    "schedule=adaptive",
                    "sweep.schedule.tolerance=0.1,0.01",
                    "sweep.weight_decay.0=0,1",
                    "alpha=1e-3",
                ],
            ),
            (
                Kind::Population,
                &[
                    "data=moons",
                    "nets=2",
                    "sweep.optimizer=sgd,adam,nesterov",
                    "sweep.batch=full,8",
                    "epochs=2",
                ],
            ),
            (
                Kind::Population,
                &[
                    "nets=2",
                    "sweep.data=moons,iris,diabetes",
                    "sweep.activation=tanh,relu",
                ],
            ),
            (
                Kind::Population,
                &[
                    "data=moons",
                    "nets=2",
                    "sweep.learning_rate.0=0.1",
                    "learning_rate.2=5",
                    "hidden=4,4",
                ],
            ),
            (
                Kind::Population,
                &[
                    "data=moons",
                    "sweep.learning_rate.0=0.1,0.2",
                    "learning_rate.1=5",
                    "sweep.hidden=8,4x4",
                    "sweep.seed=0,100",
                ],
            ),
            (
                Kind::Population,
                &[
                    "data=teacher",
                    "nets=1",
                    "sweep.data.hidden=2,3",
                    "sweep.samples=lin:10:40:3",
                    "sweep.data_seed=1,2",
                ],
            ),
            (
                Kind::Map,
                &[
                    "data=circles",
                    "x=lr=log:1e-3:1:3",
                    "y=hidden=8x8,4,none",
                    "metric=weight_norm_0",
                ],
            ),
            (
                Kind::Map,
                &["data=xor", "samples=4", "noise=0", "x=epochs=1,10,100"],
            ),
        ] {
            let first = resolved(kind, texts);
            let second = again(&first);
            assert_eq!(first.to_toml(), second.to_toml());
            assert_eq!(first.networks(), second.networks());
            for network in 0..first.networks() {
                let (a, b) = (
                    first.recipe(network).unwrap(),
                    second.recipe(network).unwrap(),
                );
                assert_eq!(*a.spec, *b.spec, "{}", first.to_toml());
                assert_eq!(
                    (a.seed, a.steps, &a.record, &a.data.key),
                    (b.seed, b.steps, &b.record, &b.data.key),
                    "{}",
                    first.to_toml()
                );
                assert_eq!(a.data.dataset, b.data.dataset);
            }
        }
    }

    #[test]
    fn settings_that_do_not_go_together_are_refused() {
        let train = |texts: &[&str]| refused(Kind::Train, texts);
        assert!(train(&[]).contains("no data"));
        assert!(train(&["data=mons"]).contains("`moons`"));
        assert!(train(&["data=no/such.csv"]).contains("no/such.csv"));
        assert!(
            train(&["data=moons", "lr=1,2"]).contains("2 values, but the network has 3 layers")
        );
        assert!(train(&["data=moons", "wd=1,2"]).contains("weight_decay has 2 values"));
        assert_eq!(
            train(&["data=moons", "schedule=cosine", "schedule.power=1"]),
            "power is no setting of the schedule cosine; it has steps, minimum, restarts, stretch"
        );
        assert!(train(&["data=moons", "schedule=step", "schedule.every=0"]).contains("at least 1"));
        assert!(
            train(&[
                "data=moons",
                "schedule=one-cycle",
                "schedule.cycle_momentum=true"
            ])
            .contains("optimizer sgd has none")
        );
        assert!(train(&["data=moons", "activation=tanh,tanh,tanh"]).contains("activation names 3"));
        assert!(
            train(&["data=moons", "optimizer=adam", "momentum=0.9"])
                .contains("no setting of the optimizer adam")
        );
        assert!(
            train(&["data=moons", "optimizer=momentum:0.5", "momentum=0.9"])
                .contains("choose one place")
        );
        assert!(train(&["data=iris", "loss=bce"]).contains("use softmax-cross-entropy"));
        assert!(train(&["data=moons", "target=y"]).contains("target is for files"));
        assert!(train(&["data=moons", "record=1,5000"]).contains("beyond the last step, 1000"));
        assert!(train(&["data=moons", "learning_rate.3=1"]).contains("no layer 3"));
        let swept = refused(
            Kind::Population,
            &["data=moons", "sweep.optimizer=sgd,adam", "momentum=0.5"],
        );
        assert!(swept.starts_with("at optimizer = adam: "), "{swept}");
        let grid = refused(
            Kind::Population,
            &["data=moons", "nets=1e12", "sweep.seed=1,2"],
        );
        assert!(grid.contains("networks"), "{grid}");
    }

    #[test]
    fn a_file_is_named_absolutely_and_watched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("my.csv");
        std::fs::write(
            &path,
            "a,b,kind\n1,2,x\n2,1,y\n3,4,x\n4,3,y\n5,6,x\n6,5,y\n7,8,x\n8,7,y\n",
        )
        .unwrap();
        let data = format!("data={}", path.display());
        let first = resolved(Kind::Train, &[&data, "exclude=b"]);
        let text = first.to_toml();
        assert!(
            text.contains(&format!("name = \"{}\"", path.display())) && text.contains("sha256 = "),
            "{text}"
        );
        assert_eq!(
            first.recipe(0).unwrap().spec.architecture.to_string(),
            "1-16-16-1"
        );
        assert_eq!(again(&first).to_toml(), text);
        std::fs::write(
            &path,
            "a,b,kind\n1,2,x\n2,1,y\n3,4,x\n4,3,y\n5,6,x\n6,5,y\n7,8,x\n8,9,y\n",
        )
        .unwrap();
        let file = experiment_file::parse(&text, Path::new("e.toml")).unwrap();
        let mut experiment = Experiment::new(Kind::Train);
        file.layer.apply(&mut experiment).unwrap();
        let error = ResolvedExperiment::new(&experiment, None).unwrap_err();
        assert!(matches!(error, Error::DataChanged { .. }), "{error}");
    }

    #[test]
    fn standard_input_is_kept_in_a_file() {
        let author = author(Kind::Train, &["data=-"]);
        let bytes = b"a,y\n1,0\n2,1\n3,0\n4,1\n5,0\n6,1\n7,0\n8,1\n".to_vec();
        let mut resolved = ResolvedExperiment::new(&author, Some(bytes.clone())).unwrap();
        assert_eq!(resolved.standard_input(), Some(&bytes[..]));
        resolved.data_is_kept_in(Path::new("/run/data.csv"));
        assert!(resolved.to_toml().contains("name = \"/run/data.csv\""));
        assert!(
            ResolvedExperiment::new(&author, None)
                .unwrap_err()
                .to_string()
                .contains("standard input")
        );
    }
}
