//! Where data come from: generators, embedded tables, files, standard input; each read once and
//! shared by all networks that train on it.

mod parts;

use std::{
    collections::HashMap,
    fmt::Write,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use mlp_data::{
    Dataset, DatasetInfo, GeneratorOptions, Origin, ScaleKind, Task,
    table::{CsvOptions, MissingPolicy, TaskChoice, read_csv},
};
use sha2::{Digest, Sha256};

use self::parts::FileRows;
use crate::{
    batch_order::BatchOrder,
    continuation::Start,
    error::Error,
    experiment::{DataSpec, Experiment},
    experiment_file,
    given::Given,
    kind::Kind,
    recipe::DataRecipe,
    resolve::task_choice,
};

/// So many data sets are held at once; more can only come from a sweep over data.
const HELD: usize = 4096;

/// The data sets of one experiment.
#[derive(Debug)]
pub(crate) struct Sources {
    standard_input: Option<Vec<u8>>,
    datasets: Mutex<HashMap<String, Loaded>>,
    recipes: Mutex<HashMap<String, (DataSpec, Arc<DataRecipe>)>>,
    /// What was spelled out last: cells that share their data ask for it again and again, and
    /// comparing is cheaper than writing the settings as a text.
    last: Mutex<Option<Spelled>>,
    given: Mutex<HashMap<String, Arc<Given>>>,
    starts: Mutex<HashMap<String, Arc<Start>>>,
    orders: Mutex<HashMap<String, Arc<BatchOrder>>>,
}

/// Settings as they were given, and what they came to.
#[derive(Debug)]
struct Spelled {
    given: DataSpec,
    spelled: DataSpec,
    recipe: Arc<DataRecipe>,
}

/// A data set as it was loaded, with the settings that loading spells out.
#[derive(Clone, Debug)]
struct Loaded {
    spec: DataSpec,
    name: String,
    dataset: Arc<Dataset>,
    /// Rows that come from files of their own.
    files: FileRows,
}

impl Sources {
    pub(crate) fn new(standard_input: Option<Vec<u8>>) -> Self {
        Self {
            standard_input,
            datasets: Mutex::default(),
            recipes: Mutex::default(),
            last: Mutex::default(),
            given: Mutex::default(),
            starts: Mutex::default(),
            orders: Mutex::default(),
        }
    }

    pub(crate) fn standard_input(&self) -> Option<&[u8]> {
        self.standard_input.as_deref()
    }

    /// The parameters of a file, read once.
    pub(crate) fn given(&self, name: &str) -> Result<Arc<Given>, Error> {
        once(&self.given, name, Given::read)
    }

    /// The state of a training, read once.
    pub(crate) fn start(&self, name: &str) -> Result<Arc<Start>, Error> {
        once(&self.starts, name, Start::read)
    }

    /// The samples of every batch out of a file, read once.
    pub(crate) fn batch_order(&self, name: &str) -> Result<Arc<BatchOrder>, Error> {
        once(&self.orders, name, BatchOrder::read)
    }

    /// Spells the data's settings out and gives the data.
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

    /// [`resolve`](Self::resolve) of settings that are not the last.
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
        let split = parts::split(&mut spelled, &dataset, files)?;
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
            return Err(Error::Conflict(format!(
                "scale_target is for regression, and {name} is {task}; use none"
            )));
        }
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
            impute,
            scale,
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

    /// Loads a data set, or finds it among those loaded: splitting and scaling make no difference.
    fn load(&self, spec: &DataSpec) -> Result<Loaded, Error> {
        let mut wanted = DataSpec {
            split: None,
            folds: None,
            fold: None,
            test_fraction: None,
            validation_fraction: None,
            scale: None,
            scale_target: None,
            ..spec.clone()
        };
        let Some(name) = spec.name.as_deref() else {
            return Err(Error::Conflict(
                "no data are named; give a data set (mlp list datasets) or a file".to_owned(),
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
                let new = match known {
                    Ok(info) => built_in(info, &wanted)?,
                    Err(unknown) if !looks_like_a_file(name) => return Err(unknown.into()),
                    Err(_) => self.file(name, &wanted)?,
                };
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
            scale: spec.scale,
            scale_target: spec.scale_target,
            data_seed: spec.data_seed,
            ..loaded
        };
        Ok(Loaded {
            spec: spelled,
            name,
            dataset,
            files,
        })
    }

    /// Reads a file, or what standard input held.
    fn file(&self, name: &str, spec: &DataSpec) -> Result<Loaded, Error> {
        if spec.options != GeneratorOptions::default() && !only_features(&spec.options) {
            return Err(Error::Conflict(format!(
                "{name} is a file, and samples, noise and the like are options of generators"
            )));
        }
        let options = csv_options(spec);
        let mut spelled = spec.clone();
        let (stem, dataset, digest) = if name == "-" {
            let bytes = self.standard_input.as_deref().ok_or_else(|| {
                Error::Conflict("the data come from standard input, which was not read".to_owned())
            })?;
            (
                // As the copy in the run directory is called, so that both give the same names.
                "data".to_owned(),
                read_csv(bytes, "standard input", &options)?,
                digest(bytes, Path::new("-"))?,
            )
        } else {
            let (path, found) = identified(name)?;
            spelled.name = Some(path.to_string_lossy().into_owned());
            let stem = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            (stem, mlp_data::read_file(Path::new(name), &options)?, found)
        };
        unchanged(name, spec.sha256.as_deref(), &digest)?;
        spelled.sha256 = Some(digest);
        let (dataset, files) = parts::with_files(dataset, &mut spelled, &options)?;
        let dataset = expand(dataset, spec)?;
        Ok(Loaded {
            spec: spelled,
            name: stem,
            dataset: Arc::new(dataset),
            files,
        })
    }
}

/// What `read` makes of a name, made where it is not held.
fn once<V>(
    held: &Mutex<HashMap<String, Arc<V>>>,
    name: &str,
    read: impl Fn(&str) -> Result<V, Error>,
) -> Result<Arc<V>, Error> {
    let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = held.get(name) {
        return Ok(Arc::clone(found));
    }
    let made = Arc::new(read(name)?);
    held.insert(name.to_owned(), Arc::clone(&made));
    Ok(made)
}

/// A file as an absolute path, with its digest.
pub(crate) fn identified(name: &str) -> Result<(PathBuf, String), Error> {
    let read = |source| Error::Read {
        path: PathBuf::from(name),
        source,
    };
    let path = std::path::absolute(name).map_err(read)?;
    check_is_file(Path::new(name))?;
    let found = digest(File::open(&path).map_err(read)?, &path)?;
    Ok((path, found))
}

/// Refuses what can be read only once (a pipe, a device): a run names its files, so that it can be had
/// again. Data from such a place are read by the caller, as standard input is.
pub(crate) fn check_is_file(path: &Path) -> Result<(), Error> {
    let metadata = path.metadata().map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    match metadata.is_file() || metadata.is_dir() {
        true => Ok(()),
        false => Err(Error::Conflict(format!(
            "{} is no regular file, and only the data themselves can be piped; write it to a file first",
            path.display()
        ))),
    }
}

/// Refuses a file that is not the one that the experiment was resolved with.
pub(crate) fn unchanged(name: &str, expected: Option<&str>, found: &str) -> Result<(), Error> {
    match expected {
        Some(expected) if expected != found => Err(Error::DataChanged {
            path: PathBuf::from(name),
            found: found.to_owned(),
            expected: expected.to_owned(),
        }),
        _ => Ok(()),
    }
}

/// A name that is no data set's may be a file: it has a dot or a separator, or there is one.
fn looks_like_a_file(name: &str) -> bool {
    name == "-" || name.contains(['.', '/', '\\']) || Path::new(name).exists()
}

/// Generates or unpacks a data set that comes with the program.
fn built_in(info: &'static DatasetInfo, spec: &DataSpec) -> Result<Loaded, Error> {
    let of_files = [
        ("target", spec.target.is_some()),
        ("sample_weight", spec.sample_weight.is_some()),
        (
            "features",
            spec.columns.is_some() && info.origin() == Origin::Generated,
        ),
        ("sha256", spec.sha256.is_some()),
        ("missing", spec.missing.is_some()),
        ("categories", spec.categories.is_some()),
        ("rare", spec.rare.is_some()),
        ("validation_file", spec.validation_file.is_some()),
        ("test_file", spec.test_file.is_some()),
        (
            "exclude",
            spec.exclude.is_some() && info.origin() == Origin::Generated,
        ),
    ];
    let of_files = of_files
        .into_iter()
        .filter_map(|(key, given)| given.then_some(key));
    if let Some(key) = of_files.chain(spec.format.given()).next() {
        return Err(Error::Conflict(format!(
            "{key} is for files, and {} is a data set by name",
            info.name
        )));
    }
    let options = info.resolve(&spec.options)?;
    let mut dataset = mlp_data::generate(info.name, &options, spec.data_seed.unwrap_or(0))?;
    if spec.columns.is_some() || spec.exclude.is_some() {
        let kept = kept_columns(&dataset, spec)?;
        dataset = dataset.select_features(&kept)?;
    }
    let found = task_choice(dataset.task());
    if spec
        .task
        .is_some_and(|task| task != TaskChoice::Auto && task != found)
    {
        return Err(Error::Conflict(format!(
            "{} is a {found} data set; leave task out",
            info.name
        )));
    }
    let dataset = expand(dataset, spec)?;
    let spec = DataSpec {
        name: Some(info.name.to_owned()),
        options,
        ..spec.clone()
    };
    Ok(Loaded {
        spec,
        name: info.name.to_owned(),
        dataset: Arc::new(dataset),
        files: FileRows::default(),
    })
}

/// The feature columns of an embedded table that are named, or not excluded.
fn kept_columns(dataset: &Dataset, spec: &DataSpec) -> Result<Vec<String>, Error> {
    let exclude = spec.exclude.as_deref().unwrap_or_default();
    // Selecting refuses a name that no column has, with the nearest.
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

/// `features = 3` of a file is the column 3.
fn only_features(options: &GeneratorOptions) -> bool {
    *options
        == GeneratorOptions {
            features: options.features,
            ..GeneratorOptions::default()
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
        missing: spec.missing.unwrap_or_default(),
        categorical: spec.categories.unwrap_or_default(),
        rare: spec
            .rare
            .map_or(0, |rows| usize::try_from(rows).unwrap_or(usize::MAX)),
        ..CsvOptions::default()
    }
}

/// The sha256 of what a reader gives, in hexadecimal.
pub(crate) fn digest(mut reader: impl Read, path: &Path) -> Result<String, Error> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => hasher.update(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(source) => {
                return Err(Error::Read {
                    path: path.to_owned(),
                    source,
                });
            }
        }
    }
    Ok(hasher
        .finalize()
        .iter()
        .fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }))
}

/// The section `data` as a file writes it: equal for equal settings.
fn text(spec: &DataSpec) -> String {
    experiment_file::write(&Experiment {
        data: spec.clone(),
        ..Experiment::new(Kind::Train)
    })
}
