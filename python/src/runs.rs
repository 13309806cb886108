//! What can be run: experiments, networks of a run once more, and a run that was interrupted.

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
};

use mlp_core::Level;
use mlp_store::{
    DataFiles, DirectoryChoice, Execution, Replayed, RunDirectory, Verifying, execute,
    execute_replay,
};
use mlp_train::{
    Experiment, Key, Kind, Options, Origin, RecordSchedule, ResolvedExperiment, RunResults,
    Setting, SettingsLayer, SystemClock, Value,
    analysis::{Request, analyze},
    experiment::KeptWeights,
    experiment_file,
    preset::Preset,
};
use pyo3::{prelude::*, types::PyDict};

use crate::{
    error,
    results::RawResults,
    running::{self, Watch},
    settings::{Texts, layer},
    table::{RawTable, of_rows},
};

/// Parameters that a replay keeps at most: of large networks fewer steps are recorded.
const MOST_PARAMETERS: u64 = 1 << 23;
/// The fewest and most records of a replay.
const RECORDS: (u64, u64) = (16, 1000);

/// Where results go, and how they are computed; nothing here changes one.
struct How {
    out: Option<PathBuf>,
    force: bool,
    threads: Option<NonZeroUsize>,
    replayed: Option<Replayed>,
}

/// What a run leaves.
enum Left {
    Memory(Box<RunResults>),
    Directory(RunDirectory, Box<ResolvedExperiment>),
}

/// Runs an experiment with data from files or from these bytes.
fn run_author(
    py: Python<'_>,
    author: Experiment,
    data: Option<Vec<u8>>,
    how: How,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<(RawResults, Vec<String>)> {
    let provider = Arc::new(DataFiles::new(data));
    let own = Arc::clone(&provider);
    let job = move |watch: &Watch| carry_out(&author, own, &how, watch);
    let ended = running::run(py, progress, job)?;
    let left = ended.value.map_err(|fault| error::of_store(py, &fault))?;
    let results = match left {
        Left::Memory(results) => RawResults::in_memory(py, *results, provider, ended.interrupted)?,
        Left::Directory(directory, experiment) => {
            RawResults::in_directory(directory, *experiment, provider)
        }
    };
    Ok((results, ended.warnings))
}

fn carry_out(
    author: &Experiment,
    data: Arc<DataFiles>,
    how: &How,
    watch: &Watch,
) -> Result<Left, mlp_store::Error> {
    let Some(out) = &how.out else {
        let clock = SystemClock::start();
        let options = Options {
            data: Some(data),
            observer: watch,
            interrupt: &watch.interrupt,
            clock: Some(&clock),
            threads: how.threads,
            ..Options::default()
        };
        return Ok(Left::Memory(Box::new(mlp_train::run(author, &options)?)));
    };
    let mut experiment = ResolvedExperiment::new(author, Some(data))?;
    let execution = Execution {
        place: DirectoryChoice::Folder {
            path: out,
            force: how.force,
        },
        level: Level::best(),
        threads: how.threads,
        packs: true,
    };
    let done = match &how.replayed {
        None => execute(&mut experiment, execution, watch, &watch.interrupt)?,
        Some(of) => execute_replay(&mut experiment, of, execution, watch, &watch.interrupt)?,
    };
    let directory = RunDirectory::open(&done.directory)?;
    Ok(Left::Directory(directory, Box::new(experiment)))
}

/// Runs an experiment: settings in keys, above those of a table, a file or a text, above a preset.
#[pyfunction]
#[pyo3(signature = (*, keys, kind = None, preset = None, table = None, path = None, text = None, data = None, out = None, force = false, threads = None, progress = None))]
#[expect(clippy::too_many_arguments, reason = "they are keywords")]
pub fn run(
    py: Python<'_>,
    keys: &Bound<'_, PyDict>,
    kind: Option<&str>,
    preset: Option<&str>,
    table: Option<&Bound<'_, PyDict>>,
    path: Option<PathBuf>,
    text: Option<&str>,
    data: Option<Vec<u8>>,
    out: Option<PathBuf>,
    force: bool,
    threads: Option<NonZeroUsize>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<(RawResults, Vec<String>)> {
    let of_train = |fault: mlp_train::Error| error::of_train(py, &fault);
    let mut own = layer(keys, Texts::AsTyped)?;
    if data.is_some() {
        let key = Key::parse("data.name").expect("a key of the registry");
        own.settings.push(Setting {
            key,
            value: Value::Text("-".to_owned()),
            origin: Origin::Option("data".to_owned()),
        });
    }
    let mut base = match (table, path, text) {
        (Some(table), ..) => experiment_file::ExperimentFile {
            kind: None,
            layer: layer(table, Texts::AsInFiles)?,
        },
        (_, Some(path), _) => {
            mlp_store::read_experiment(&path).map_err(|fault| error::of_store(py, &fault))?
        }
        (.., Some(text)) => {
            experiment_file::parse(text, Path::new("experiment.toml")).map_err(of_train)?
        }
        _ => experiment_file::ExperimentFile {
            kind: None,
            layer: SettingsLayer::new(),
        },
    };
    let own_kind = kind
        .map(|kind| {
            kind.parse::<Kind>().map_err(|()| {
                let told = format!("kind: must be train, population or map, not \"{kind}\"");
                error::of_key(py, "kind", &told)
            })
        })
        .transpose()?;
    let Some(kind) = own_kind.or(base.kind) else {
        let told = "kind: an experiment needs one: train, population or map";
        return Err(error::of_key(py, "kind", told));
    };
    if let Some(continued) = continued(py, &own)? {
        base.layer = continued;
    }
    let beneath = match preset {
        None => SettingsLayer::new(),
        Some(name) => {
            let preset = Preset::find(name).map_err(of_train)?;
            let file = preset.beneath(&[&base.layer, &own]).map_err(of_train)?;
            if let Some(other) = file.kind.filter(|other| *other != kind) {
                let told = format!("preset: {name} is a {other}, and this is a {kind}");
                return Err(error::of_key(py, "preset", &told));
            }
            file.layer
        }
    };
    let mut author = Experiment::new(kind);
    for layer in [beneath, base.layer, own] {
        layer.apply(&mut author).map_err(of_train)?;
    }
    if let Some(out) = &out {
        mlp_store::start_as_before(&mut author, out);
    }
    let how = How {
        out,
        force,
        threads,
        replayed: None,
    };
    run_author(py, author, data, how, progress)
}

/// The settings of the training that is continued, as the command has them.
fn continued(py: Python<'_>, own: &SettingsLayer) -> PyResult<Option<SettingsLayer>> {
    let mut settings = own.settings.iter();
    let given = settings.find(|setting| setting.key.info().path == "training.continue");
    let Some(given) = given else {
        return Ok(None);
    };
    let name = given.value.to_string();
    let path = Path::new(&name);
    let folder = match path.is_dir() {
        true => path,
        false => path.parent().unwrap_or(path),
    };
    let file = RunDirectory::open(folder).and_then(|directory| directory.experiment());
    let file = file.map_err(|fault| error::of_store(py, &fault))?;
    if file.kind != Some(Kind::Train) {
        let told =
            format!("continue: {name} is no run of train, and only such a run can be continued");
        return Err(error::of_key(py, "continue", &told));
    }
    let mut layer = file.layer;
    // How far its time let that training come; the time of this one counts from its own start.
    layer
        .settings
        .retain(|setting| setting.key.info().path != "training.stop_after");
    Ok(Some(layer))
}

/// Opens a run directory.
#[pyfunction]
pub fn open(py: Python<'_>, folder: PathBuf) -> PyResult<RawResults> {
    let opened = py.detach(|| {
        let directory = RunDirectory::open(&folder)?;
        let data = Arc::new(DataFiles::default());
        let provider = Arc::clone(&data);
        let experiment = ResolvedExperiment::new(&directory.author()?, Some(provider))?;
        Ok(RawResults::in_directory(directory, experiment, data))
    });
    opened.map_err(|fault: mlp_store::Error| error::of_store(py, &fault))
}

/// Continues an interrupted run.
#[pyfunction]
#[pyo3(signature = (folder, *, threads = None, progress = None))]
pub fn resume(
    py: Python<'_>,
    folder: PathBuf,
    threads: Option<NonZeroUsize>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<(RawResults, Vec<String>)> {
    let author = RunDirectory::open(&folder).and_then(|directory| directory.author());
    let author = author.map_err(|fault| error::of_store(py, &fault))?;
    let how = How {
        out: Some(folder),
        force: false,
        threads,
        replayed: None,
    };
    run_author(py, author, None, how, progress)
}

/// Trains a network of a run once more, with more records.
#[pyfunction]
#[pyo3(signature = (run, net, *, keys, out = None, force = false, progress = None))]
pub fn replay(
    py: Python<'_>,
    run: &RawResults,
    net: u64,
    keys: &Bound<'_, PyDict>,
    out: Option<PathBuf>,
    force: bool,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<(RawResults, Vec<String>)> {
    let of_train = |fault: mlp_train::Error| error::of_train(py, &fault);
    let experiment = &run.experiment;
    let networks = experiment.networks();
    if net >= networks {
        let told = format!(
            "net: must be a network of the run, 0 to {}, not {net}",
            networks - 1
        );
        return Err(error::of_key(py, "net", &told));
    }
    let mut author = experiment.alone(net).map_err(of_train)?;
    author.training.record = Some(schedule(experiment, net).map_err(of_train)?);
    author.output.save_weights = Some(KeptWeights::Recorded);
    author.output.figures = None;
    // A training that ended before the clock did must not be ended by it now that there is more to record.
    if !run.interrupted && author.training.stopping.stop_after.is_none() {
        author.training.stopping.time_budget = None;
    }
    layer(keys, Texts::AsTyped)?
        .apply(&mut author)
        .map_err(of_train)?;
    let replayed = run.directory.as_ref().map(|directory| {
        let path = directory.path();
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let cell = experiment.cell(experiment.cell_of(net)).into_iter();
        let swept = cell.map(|(key, value)| (key.to_string(), value.to_string()));
        let seed = experiment.recipe(net).map(|recipe| recipe.seed);
        let seed = seed.map(|seed| ("seed".to_owned(), seed.to_string()));
        Replayed {
            run: path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            network: net,
            settings: swept.chain(seed).collect(),
        }
    });
    let how = How {
        out,
        force,
        threads: NonZeroUsize::new(1),
        replayed,
    };
    let data = run.provider.standard_input().map(<[u8]>::to_vec);
    run_author(py, author, data, how, progress)
}

/// As many records as the network's size allows: every step, or geometrically spaced ones.
fn schedule(
    experiment: &ResolvedExperiment,
    network: u64,
) -> Result<RecordSchedule, mlp_train::Error> {
    let recipe = experiment.recipe(network)?;
    let parameters = recipe.architecture().parameter_count().max(1) as u64;
    let records = (MOST_PARAMETERS / parameters).clamp(RECORDS.0, RECORDS.1);
    Ok(match recipe.steps < records {
        true => RecordSchedule::Every(1),
        false => RecordSchedule::Log(records),
    })
}

/// Trains networks of a run directory again and compares them with what it holds.
#[pyfunction]
#[pyo3(signature = (run, *, nets = 20, seed = 0, threads = None, progress = None))]
pub fn verify<'py>(
    py: Python<'py>,
    run: &RawResults,
    nets: u64,
    seed: u64,
    threads: Option<NonZeroUsize>,
    progress: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let Some(directory) = run.directory.clone() else {
        return Err(error::other(
            py,
            "these results are in memory, and verify reads a run directory; keep one with out=",
        ));
    };
    let experiment = Arc::clone(&run.experiment);
    let how = Verifying {
        networks: nets.max(1),
        seed,
        only: None,
        level: Level::best(),
        threads,
    };
    let job = move |watch: &Watch| {
        mlp_store::verify(&directory, &experiment, how, watch, &watch.interrupt)
    };
    let ended = running::run(py, progress, job)?;
    if ended.interrupted {
        return Err(pyo3::exceptions::PyKeyboardInterrupt::new_err(()));
    }
    let found = ended.value.map_err(|fault| error::of_store(py, &fault))?;
    let dict = PyDict::new(py);
    dict.set_item("passed", found.passed())?;
    dict.set_item("nets", &found.networks)?;
    dict.set_item("compared", &found.compared)?;
    dict.set_item("differences", &found.differences)?;
    dict.set_item("difference_count", found.difference_count)?;
    dict.set_item("engine", &found.manifest.engine)?;
    dict.set_item("this_engine", mlp_core::ENGINE)?;
    Ok(dict)
}

/// Analyses the networks of a run: counts, and tables by name.
#[pyfunction]
#[pyo3(signature = (run, *, scatters = Vec::new(), color = None, records = false, after = 0, condition = None, comparisons = Vec::new()))]
#[expect(clippy::too_many_arguments, reason = "they are keywords")]
pub fn analysis<'py>(
    py: Python<'py>,
    run: &RawResults,
    scatters: Vec<String>,
    color: Option<String>,
    records: bool,
    after: u64,
    condition: Option<String>,
    comparisons: Vec<String>,
) -> PyResult<(Bound<'py, PyDict>, Bound<'py, PyDict>)> {
    if run.experiment.kind() == Kind::Map {
        let told = "analyze is for populations and single runs, and this is a map";
        return Err(error::other(py, told));
    }
    if after > 0 && !records {
        let told = "after: only records have steps; add records=True";
        return Err(error::of_key(py, "after", told));
    }
    let request = Request {
        scatters,
        color,
        records,
        after,
        condition,
        comparisons,
    };
    let tables = run.tables(py)?;
    let experiment = Arc::clone(&run.experiment);
    let job = move |_: &Watch| analyze(&*tables, &experiment, &request);
    let found = running::run(py, None, job)?.value;
    let found = found.map_err(|fault| error::of_train(py, &fault))?;
    let (counts, tables) = (PyDict::new(py), PyDict::new(py));
    counts.set_item("networks", found.networks)?;
    counts.set_item("seeds", found.seeds)?;
    counts.set_item("diverged", found.diverged)?;
    counts.set_item("exploded", found.exploded)?;
    for table in found.tables() {
        if !table.rows.is_empty() {
            let name = table.name.to_string();
            tables.set_item(name, Py::<RawTable>::new(py, of_rows(&table))?)?;
        }
    }
    Ok((counts, tables))
}
