//! The data of an experiment: generators, embedded tables and what a provider has; each made or read once
//! and shared by all networks that train on it.

mod parts;
mod points;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use mlp_data::{
    Dataset, DatasetInfo, GeneratorOption, GeneratorOptions, Origin, ScaleKind, TargetTransform,
    Targets, Task,
    table::{CsvOptions, MissingPolicy, TaskChoice},
};

use self::{parts::FileRows, points::PointFiles};
use super::task::task_choice;
use super::{
    batch_order::BatchOrder, initial_parameters::InitialParameters, provider::DataProvider,
    sha256::unchanged,
};
use crate::{
    error::Error,
    resolve::data_recipe::DataRecipe,
    run::saved_state::Start,
    settings::{
        experiment::{DataSpec, Experiment, NetworkSpec, TrainingSpec},
        experiment_file,
        kind::Kind,
    },
};

/// Number of data sets held at once; more can only come from a sweep over data.
const HELD: usize = 4096;

/// The data sets of one experiment.
#[derive(Debug)]
pub(crate) struct Sources {
    provider: Arc<dyn DataProvider>,
    datasets: Mutex<HashMap<String, Loaded>>,
    recipes: Mutex<HashMap<String, (DataSpec, Arc<DataRecipe>)>>,
    /// The last settings that were resolved: cells that share their data ask for it repeatedly, and
    /// comparing is cheaper than writing the settings as a text.
    last: Mutex<Option<Spelled>>,
    given: Mutex<HashMap<String, Arc<InitialParameters>>>,
    starts: Mutex<HashMap<String, Arc<Start>>>,
    orders: Mutex<HashMap<String, Arc<BatchOrder>>>,
    points: PointFiles,
    /// Whether no network is to see a test part.
    withholds_test: bool,
}

/// Settings as given, and their resolution.
#[derive(Debug)]
struct Spelled {
    given: DataSpec,
    spelled: DataSpec,
    recipe: Arc<DataRecipe>,
}

/// A data set as it was loaded, with the settings that loading determines.
#[derive(Clone, Debug)]
struct Loaded {
    spec: DataSpec,
    name: String,
    dataset: Arc<Dataset>,
    /// Rows from separate files.
    files: FileRows,
}

impl Sources {
    /// What a provider gives. The test part may be withheld: then it is no part of any data.
    pub(crate) fn new(provider: Arc<dyn DataProvider>, withholds_test: bool) -> Self {
        Self {
            provider,
            withholds_test,
            points: PointFiles::default(),
            datasets: Mutex::default(),
            recipes: Mutex::default(),
            last: Mutex::default(),
            given: Mutex::default(),
            starts: Mutex::default(),
            orders: Mutex::default(),
        }
    }

    /// Who gives what no data set by name is.
    pub(crate) fn provider(&self) -> Arc<dyn DataProvider> {
        Arc::clone(&self.provider)
    }

    pub(crate) fn standard_input(&self) -> Option<&[u8]> {
        self.provider.standard_input()
    }

    /// The initial parameters, read once, if they come from a file.
    pub(crate) fn given(
        &self,
        network: &NetworkSpec,
    ) -> Result<Option<Arc<InitialParameters>>, Error> {
        let named = (network.init_from.as_deref(), network.init_sha256.as_deref());
        self.once(&self.given, named, |name| self.provider.parameters(name))
    }

    /// The state that a training continues from, read once, if it does.
    pub(crate) fn start(&self, training: &TrainingSpec) -> Result<Option<Arc<Start>>, Error> {
        let named = (
            training.continue_from.as_deref(),
            training.continue_sha256.as_deref(),
        );
        self.once(&self.starts, named, |name| self.provider.state(name))
    }

    /// The samples of every batch, read once, if they come from a file.
    pub(crate) fn batch_order(
        &self,
        training: &TrainingSpec,
    ) -> Result<Option<Arc<BatchOrder>>, Error> {
        let named = (
            training.batch_order.as_deref(),
            training.batch_order_sha256.as_deref(),
        );
        self.once(&self.orders, named, |name| self.provider.batch_order(name))
    }

    /// The result of `read` for a file, cached. A file that cannot be read and differs, by its sha256, from the one
    /// that the experiment was resolved with has changed, whatever else is wrong with it.
    fn once<V>(
        &self,
        held: &Mutex<HashMap<String, Arc<V>>>,
        (name, expected): (Option<&str>, Option<&str>),
        read: impl Fn(&str) -> Result<V, Error>,
    ) -> Result<Option<Arc<V>>, Error> {
        let Some(name) = name else {
            return Ok(None);
        };
        let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = held.get(name) {
            return Ok(Some(Arc::clone(found)));
        }
        let made = read(name).map_err(|error| match self.provider.source(name) {
            Ok(source) => unchanged(name, expected, &source.sha256)
                .err()
                .unwrap_or(error),
            Err(_) => error,
        })?;
        let made = Arc::new(made);
        held.insert(name.to_owned(), Arc::clone(&made));
        Ok(Some(made))
    }

    /// Resolves the settings of the data and returns the data.
    pub(crate) fn resolve(&self, spec: &mut DataSpec) -> Result<Arc<DataRecipe>, Error> {
        let last = || self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = last().as_ref().filter(|last| last.given == *spec) {
            spec.clone_from(&last.spelled);
            return Ok(Arc::clone(&last.recipe));
        }
        let given = spec.clone();
        let recipe = self.spell_out(spec)?;
        *last() = Some(Spelled {
            given,
            spelled: spec.clone(),
            recipe: Arc::clone(&recipe),
        });
        Ok(recipe)
    }

    /// [`resolve`](Self::resolve) for settings that are not the last ones.
    fn spell_out(&self, spec: &mut DataSpec) -> Result<Arc<DataRecipe>, Error> {
        let author = text(spec);
        let held = self
            .recipes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&author)
            .cloned();
        if let Some((spelled, recipe)) = held {
            *spec = spelled;
            return Ok(recipe);
        }
        let Loaded {
            spec: loaded,
            name,
            dataset,
            files,
        } = self.load(spec)?;
        let mut spelled = loaded;
        let task = dataset.task();
        spelled.task = Some(dataset.task_choice());
        let mut split = parts::split(&mut spelled, &dataset, files)?;
        let withholds = self.withholds_test || spelled.withhold_test == Some(true);
        let withheld = match withholds {
            true => std::mem::take(&mut split.test),
            false => Vec::new(),
        };
        let points = (self.points).of(
            self.provider.as_ref(),
            &mut spelled,
            (&dataset, &split.train),
        )?;
        let real = dataset.provenance().origin != Origin::Generated;
        let usual = if real {
            ScaleKind::Standard
        } else {
            ScaleKind::None
        };
        let scale = *spelled.scale.get_or_insert(usual);
        let regression = matches!(task, Task::Regression { .. });
        let scale_target =
            *spelled
                .scale_target
                .get_or_insert(if regression { usual } else { ScaleKind::None });
        if !regression && scale_target != ScaleKind::None {
            let reason = format!("is for regression, and {name} is {task}; use none");
            return Err(Error::keys("scale_target", "data", reason));
        }
        let target_transform = spelled.target_transform.unwrap_or_default();
        check_transform(target_transform, &name, &dataset)?;
        let expansion = spelled.inputs.clone();
        let impute = match spelled.missing {
            Some(MissingPolicy::Impute(kind)) => Some(kind),
            _ => None,
        };
        let recipe = DataRecipe {
            key: text(&spelled),
            name,
            dataset,
            task,
            split,
            withheld,
            points,
            impute,
            scale,
            target_transform,
            scale_target,
            expansion,
        };
        let recipe = Arc::new(recipe);
        *spec = spelled.clone();
        let mut recipes = self.recipes.lock().unwrap_or_else(PoisonError::into_inner);
        if recipes.len() >= HELD {
            recipes.clear();
        }
        recipes.insert(author, (spelled, Arc::clone(&recipe)));
        Ok(recipe)
    }

    /// The error of a file that every cell of a grid reads in the same way as the one of `cell`.
    pub(crate) fn shared_fault(&self, all: &Experiment, cell: &Experiment) -> Option<Error> {
        let fault = self.given(&all.network).err();
        let fault = fault.or_else(|| self.start(&all.training).err());
        let fault = fault.or_else(|| self.batch_order(&all.training).err());
        fault.or_else(|| match loaded(&all.data) == loaded(&cell.data) {
            true => self.load(&all.data).err(),
            false => None,
        })
    }

    /// Loads a data set, or finds it among those loaded: splitting and scaling make no difference.
    fn load(&self, spec: &DataSpec) -> Result<Loaded, Error> {
        let mut wanted = loaded(spec);
        let Some(name) = spec.name.as_deref() else {
            return Err(Error::Conflict(
                "no data are given; give a data set (mlp list datasets) or a file".to_owned(),
            ));
        };
        let known = mlp_data::find(name);
        if known
            .as_ref()
            .is_ok_and(|info| info.origin() == Origin::Embedded)
        {
            wanted.data_seed = None;
        }
        let author = text(&wanted);
        let held = self
            .datasets
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&author)
            .cloned();
        let Loaded {
            spec: loaded,
            name,
            dataset,
            files,
        } = match held {
            Some(held) => held,
            None => {
                let mut new = match (self.provider.ready(name), known) {
                    (Some(dataset), _) => at_hand(name, &dataset, &wanted)?,
                    (None, Ok(info)) => built_in(info, &wanted)?,
                    (None, Err(_)) if self.provider.knows(name) => self.table(name, &wanted)?,
                    (None, Err(unknown)) => return Err(unknown.into()),
                };
                if let Some(class) = wanted.positive.as_deref() {
                    new.dataset =
                        Arc::new(with_positive(Arc::unwrap_or_clone(new.dataset), class)?);
                }
                let mut datasets = self.datasets.lock().unwrap_or_else(PoisonError::into_inner);
                if datasets.len() >= HELD {
                    datasets.clear();
                }
                datasets.insert(author, new.clone());
                new
            }
        };
        let spelled = DataSpec {
            split: spec.split,
            folds: spec.folds,
            fold: spec.fold,
            test_fraction: spec.test_fraction,
            validation_fraction: spec.validation_fraction,
            withhold_test: spec.withhold_test,
            scale: spec.scale,
            scale_target: spec.scale_target,
            data_seed: spec.data_seed,
            predict_on: spec.predict_on.clone(),
            predict_on_sha256: spec.predict_on_sha256.clone(),
            unknown: spec.unknown,
            ..loaded
        };
        Ok(Loaded {
            spec: spelled,
            name,
            dataset,
            files,
        })
    }

    /// Reads a table that the provider has.
    fn table(&self, name: &str, spec: &DataSpec) -> Result<Loaded, Error> {
        // `features = 3` for a file is column 3.
        let options = GeneratorOptions {
            features: None,
            ..spec.options.clone()
        };
        refuse_of_generators(&format!("{name} is a file"), &options)?;
        let options = csv_options(spec);
        let source = self.provider.source(name)?;
        // A file that differs from the one trained on is not an error of single cells.
        unchanged(name, spec.sha256.as_deref(), &source.sha256)?;
        let dataset = self.provider.dataset(name, &options)?;
        let mut spelled = DataSpec {
            name: Some(source.name),
            sha256: Some(source.sha256),
            ..spec.clone()
        };
        let (dataset, files) = parts::with_files(dataset, &mut spelled, &options, &*self.provider)?;
        let dataset = expand(dataset, spec)?;
        Ok(Loaded {
            spec: spelled,
            name: source.title,
            dataset: Arc::new(dataset),
            files,
        })
    }
}

/// The settings that matter before data are split and scaled.
fn loaded(spec: &DataSpec) -> DataSpec {
    DataSpec {
        split: None,
        folds: None,
        fold: None,
        test_fraction: None,
        validation_fraction: None,
        withhold_test: None,
        scale: None,
        scale_target: None,
        predict_on: None,
        predict_on_sha256: None,
        unknown: None,
        ..spec.clone()
    }
}

/// Refuses settings for reading files; columns of a table may be chosen.
fn refuse_of_files(name: &str, is_table: bool, spec: &DataSpec) -> Result<(), Error> {
    let of_files = [
        ("target", spec.target.is_some()),
        ("sample_weight", spec.sample_weight.is_some()),
        ("features", spec.columns.is_some() && !is_table),
        ("sha256", spec.sha256.is_some()),
        ("missing", spec.missing.is_some()),
        ("categories", spec.categories.is_some()),
        ("rare", spec.rare.is_some()),
        ("validation_file", spec.validation_file.is_some()),
        ("test_file", spec.test_file.is_some()),
        ("exclude", spec.exclude.is_some() && !is_table),
    ];
    let of_files = of_files
        .into_iter()
        .filter_map(|(key, given)| given.then_some(key));
    match of_files.chain(spec.format.given()).next() {
        Some(key) => Err(Error::keys(
            key,
            "data",
            format!("is for files, but {name} is a built-in data set"),
        )),
        None => Ok(()),
    }
}

/// Refuses options of generators for data that are not generated.
fn refuse_of_generators(what: &str, options: &GeneratorOptions) -> Result<(), Error> {
    let mut all = GeneratorOption::ALL.into_iter();
    match all.find(|option| options.get(*option).is_some()) {
        Some(option) => Err(Error::keys(
            option,
            "data",
            format!("is an option of generators, and {what}; leave it out"),
        )),
        None => Ok(()),
    }
}

/// A built-in or given data set, with the requested columns.
fn by_name(
    name: &str,
    mut dataset: Dataset,
    options: GeneratorOptions,
    spec: &DataSpec,
) -> Result<Loaded, Error> {
    if spec.columns.is_some() || spec.exclude.is_some() {
        let kept = kept_columns(&dataset, spec)?;
        dataset = dataset.select_features(&kept)?;
    }
    let found = task_choice(dataset.task());
    if spec
        .task
        .is_some_and(|task| task != TaskChoice::Auto && task != found)
    {
        return Err(Error::key(
            "task",
            format!("{name} is a {found} data set; leave it out"),
        ));
    }
    let dataset = expand(dataset, spec)?;
    let spec = DataSpec {
        name: Some(name.to_owned()),
        options,
        ..spec.clone()
    };
    Ok(Loaded {
        spec,
        name: name.to_owned(),
        dataset: Arc::new(dataset),
        files: FileRows::default(),
    })
}

/// A data set that the provider has in memory.
fn at_hand(name: &str, dataset: &Dataset, spec: &DataSpec) -> Result<Loaded, Error> {
    refuse_of_files(name, true, spec)?;
    refuse_of_generators(
        &format!("{name} is a data set passed by the program"),
        &spec.options,
    )?;
    by_name(name, dataset.clone(), spec.options.clone(), spec)
}

/// Generates or unpacks a built-in data set.
fn built_in(info: &'static DatasetInfo, spec: &DataSpec) -> Result<Loaded, Error> {
    refuse_of_files(info.name, info.origin() == Origin::Embedded, spec)?;
    let options = info.resolve(&spec.options)?;
    let dataset = mlp_data::generate(info.name, &options, spec.data_seed.unwrap_or(0))?;
    by_name(info.name, dataset, options, spec)
}

/// The feature columns of an embedded table that are named, or not excluded.
fn kept_columns(dataset: &Dataset, spec: &DataSpec) -> Result<Vec<String>, Error> {
    let exclude = spec.exclude.as_deref().unwrap_or_default();
    // Selecting refuses an unknown column name, with the nearest one.
    dataset
        .select_features(exclude)
        .map(drop)
        .or_else(|error| {
            if exclude.is_empty() {
                Ok(())
            } else {
                Err(error)
            }
        })?;
    let columns = spec
        .columns
        .as_deref()
        .unwrap_or_else(|| dataset.feature_names());
    Ok(columns
        .iter()
        .filter(|column| !exclude.contains(column))
        .cloned()
        .collect())
}

fn expand(dataset: Dataset, spec: &DataSpec) -> Result<Dataset, Error> {
    match &spec.inputs {
        Some(expansion) => Ok(expansion.apply_to(&dataset)?),
        None => Ok(dataset),
    }
}

/// The same data with this class as the second of two, whose probability a threshold is compared with.
fn with_positive(dataset: Dataset, class: &str) -> Result<Dataset, Error> {
    let refuse = |reason: String| Err(Error::key("positive", reason));
    match dataset.class_names() {
        Some([_, second]) if second == class => Ok(dataset),
        Some([first, _]) if first == class => Ok(dataset.with_classes_swapped()),
        // What a file sets is taken back.
        _ if class == "none" => Ok(dataset),
        Some([first, second]) => refuse(format!(
            "must be one of the classes {first} and {second}, not \"{class}\""
        )),
        _ => refuse(format!(
            "is one of two classes, and {} is {}",
            dataset.name(),
            dataset.task()
        )),
    }
}

fn csv_options(spec: &DataSpec) -> CsvOptions {
    let by_number = spec.options.features.map(|column| vec![column.to_string()]);
    CsvOptions {
        target: spec.target.clone().unwrap_or_default(),
        sample_weight: spec.sample_weight.clone(),
        features: spec.columns.clone().or(by_number).unwrap_or_default(),
        exclude: spec.exclude.clone().unwrap_or_default(),
        format: spec.format.clone(),
        task: spec.task.unwrap_or_default(),
        target_transform: spec.target_transform.unwrap_or_default(),
        missing: spec.missing.unwrap_or_default(),
        categorical: spec.categories.unwrap_or_default(),
        rare: spec
            .rare
            .map_or(0, |rows| usize::try_from(rows).unwrap_or(usize::MAX)),
        ..CsvOptions::default()
    }
}

/// Refuses a transform of targets that are no numbers, or numbers that it does not take; tables of text were refused cell by
/// cell when they were read.
fn check_transform(transform: TargetTransform, name: &str, dataset: &Dataset) -> Result<(), Error> {
    if transform == TargetTransform::None {
        return Ok(());
    }
    let task = dataset.task();
    let (Targets::Values { values, names }, Task::Regression { .. }) = (dataset.targets(), task)
    else {
        return Err(Error::keys(
            "target_transform",
            "data",
            format!(
                "is for regression, and {name} is {task}; use none, or --task regression if the targets are numbers"
            ),
        ));
    };
    for ((sample, output), &value) in values.indexed_iter() {
        if let Some(problem) = transform.problem(value) {
            return Err(Error::key(
                "target_transform",
                format!(
                    "{name}: `{}` of sample {} is {value}, which {problem}",
                    names[output],
                    sample + 1
                ),
            ));
        }
    }
    Ok(())
}

/// The section `data` as a file has it: equal for equal settings.
fn text(spec: &DataSpec) -> String {
    experiment_file::write(&Experiment {
        data: spec.clone(),
        ..Experiment::new(Kind::Train)
    })
}
