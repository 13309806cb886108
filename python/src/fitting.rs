//! What the estimators of `mlp_lab.sklearn` are built on: data as arrays, starts from a network, single epochs.

use std::{path::PathBuf, sync::Arc};

use mlp_core::{Batch, Level, Samples, Scalar, Trainer};
use mlp_data::{Dataset, Targets, table::CsvOptions};
use mlp_train::{
    AnyNetwork, DataProvider, DataSource, Error, Experiment, Key, Kind, Model, Options, Origin,
    Parameters, Precision, RecordSchedule, ResolvedExperiment, Setting, SystemClock, Value,
    storing::{InitialParameters, StateNumbers, tensors_of},
};
use numpy::{PyReadonlyArray1, PyReadonlyArray2};
use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict},
};

use crate::{
    error,
    network::RawNetwork,
    results::RawResults,
    running::{self, Watch},
    settings::{Texts, layer},
};

/// The name of passed data.
const DATA: &str = "data";
/// The name of a passed start.
const START: &str = "start";

/// Data and a start in memory.
#[derive(Debug)]
struct Passed {
    dataset: Arc<Dataset>,
    start: Option<Arc<Model>>,
}

impl DataProvider for Passed {
    fn ready(&self, name: &str) -> Option<Arc<Dataset>> {
        (name == DATA).then(|| Arc::clone(&self.dataset))
    }

    fn knows(&self, _name: &str) -> bool {
        false
    }

    fn source(&self, name: &str) -> Result<DataSource, Error> {
        Err(nothing(name))
    }

    fn dataset(&self, name: &str, _options: &CsvOptions) -> Result<Dataset, Error> {
        Err(nothing(name))
    }

    fn parameters(&self, name: &str) -> Result<InitialParameters, Error> {
        let Some(start) = self.start.as_ref().filter(|_| name == START) else {
            return Err(nothing(name));
        };
        let tensors = tensors_of(start.network());
        Ok(InitialParameters::new(
            PathBuf::from(START),
            String::new(),
            tensors,
            None,
        ))
    }
}

fn nothing(name: &str) -> Error {
    Error::Conflict(format!(
        "an estimator has its data, and nothing called {name}"
    ))
}

/// The rows that an estimator is fitted to.
#[derive(FromPyObject)]
pub struct Rows<'py> {
    #[pyo3(attribute("inputs"))]
    inputs: PyReadonlyArray2<'py, f64>,
    /// Classes by their place in `names`.
    #[pyo3(attribute("labels"))]
    labels: Option<PyReadonlyArray1<'py, i64>>,
    /// Numbers, or labels that are 0 or 1.
    #[pyo3(attribute("values"))]
    values: Option<PyReadonlyArray2<'py, f64>>,
    /// Names of the classes or outputs.
    #[pyo3(attribute("names"))]
    names: Vec<String>,
    #[pyo3(attribute("multilabel"))]
    multilabel: bool,
    #[pyo3(attribute("weights"))]
    weights: Option<Vec<f64>>,
}

impl Rows<'_> {
    fn dataset(&self) -> Result<Dataset, mlp_data::Error> {
        let inputs = self.inputs.as_array().to_owned();
        let features = (0..inputs.ncols()).map(|place| format!("x{place}"));
        let names = self.names.clone();
        let targets = match (&self.labels, &self.values) {
            (Some(labels), _) => Targets::Classes {
                labels: labels
                    .as_array()
                    .iter()
                    .map(|&label| label as u32)
                    .collect(),
                names,
            },
            (None, Some(values)) => Targets::Values {
                values: values.as_array().to_owned(),
                names,
            },
            (None, None) => unreachable!("an estimator has targets"),
        };
        let mut dataset = Dataset::new(DATA, features.collect(), inputs, targets)?;
        if self.multilabel {
            dataset = dataset.with_labels()?;
        }
        match &self.weights {
            Some(weights) => dataset.with_weights("sample_weight", weights.clone()),
            None => Ok(dataset),
        }
    }
}

/// The experiment of an estimator, and what provides its data.
fn author(
    py: Python<'_>,
    rows: &Rows<'_>,
    keys: &Bound<'_, PyDict>,
    start: Option<&RawNetwork>,
) -> PyResult<(Experiment, Arc<Passed>)> {
    let mut layer = layer(keys, Texts::AsInFiles)?;
    let mut set = |key: &str, value: &str| {
        layer.settings.push(Setting {
            key: Key::parse(key).expect("a key of the registry"),
            value: Value::Text(value.to_owned()),
            origin: Origin::Option(key.to_owned()),
        });
    };
    set("data.name", DATA);
    if start.is_some() {
        set("network.init_from", START);
    }
    let mut author = Experiment::new(Kind::Train);
    layer
        .apply(&mut author)
        .map_err(|fault| error::of_train(py, &fault))?;
    let dataset = rows
        .dataset()
        .map_err(|fault| error::of_data(py, &fault.to_string()))?;
    let passed = Passed {
        dataset: Arc::new(dataset),
        start: start.map(|start| Arc::clone(&start.model)),
    };
    Ok((author, Arc::new(passed)))
}

/// Trains a network on arrays with a record after each epoch; the results, and the updates of an epoch.
#[pyfunction]
#[pyo3(signature = (rows, keys, start = None))]
pub fn fit(
    py: Python<'_>,
    rows: Rows<'_>,
    keys: &Bound<'_, PyDict>,
    start: Option<&RawNetwork>,
) -> PyResult<(RawResults, u64)> {
    let (author, passed) = author(py, &rows, keys, start)?;
    let provider = Arc::clone(&passed);
    let job = move |watch: &Watch| {
        let clock = SystemClock::start();
        let options = Options {
            data: Some(provider),
            observer: watch,
            interrupt: &watch.interrupt,
            clock: Some(&clock),
            ..Options::default()
        };
        let mut author = author;
        let epoch = steps_per_epoch(&author, options.data.clone())?;
        author
            .training
            .record
            .get_or_insert(RecordSchedule::Every(epoch));
        Ok((mlp_train::run(&author, &options)?, epoch))
    };
    let ended = running::run(py, None, job)?;
    let (results, epoch) = ended
        .value
        .map_err(|fault: Error| error::of_train(py, &fault))?;
    let results = RawResults::in_memory(py, results, passed, ended.interrupted)?;
    Ok((results, epoch))
}

fn steps_per_epoch(author: &Experiment, data: Option<Arc<dyn DataProvider>>) -> Result<u64, Error> {
    let recipe = ResolvedExperiment::new(author, data)?.recipe(0)?;
    let rows = recipe.data.split.train.len() as u64;
    Ok(match recipe.spec.batch {
        Batch::Full => 1,
        Batch::Size(size) => rows.div_ceil((size as u64).clamp(1, rows)),
    })
}

/// The state of a training between two epochs.
#[pyclass(frozen, module = "mlp_lab._mlp_lab")]
pub struct RawState {
    numbers: StateNumbers,
}

#[pymethods]
impl RawState {
    /// Number of updates so far.
    #[getter]
    fn steps(&self) -> u64 {
        self.numbers.steps()
    }

    /// As bytes, for pickles.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = mlp_store::state_to_bytes(&self.numbers).map_err(|fault| {
            error::other(py, &format!("a state that cannot be written: {fault}"))
        })?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// From bytes.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, bytes: &[u8]) -> PyResult<Self> {
        let numbers = mlp_store::state_from_bytes(bytes).map_err(|fault| {
            error::of_storage(py, &format!("not a state of a training: {fault}"))
        })?;
        Ok(Self { numbers })
    }
}

/// Trains one epoch on arrays, from the initial parameters, those of a network, or a state of any other number of rows.
///
/// Returns the network, the state, and the loss of the rows after it.
#[pyfunction]
#[pyo3(signature = (rows, keys, start = None, state = None))]
pub fn fit_epoch(
    py: Python<'_>,
    rows: Rows<'_>,
    keys: &Bound<'_, PyDict>,
    start: Option<&RawNetwork>,
    state: Option<&RawState>,
) -> PyResult<(RawNetwork, RawState, f64)> {
    let (author, provider) = author(py, &rows, keys, start)?;
    let numbers = state.map(|state| state.numbers.clone());
    let done = running::run(py, None, move |_: &Watch| epoch(&author, provider, numbers))?;
    let (model, numbers, loss) = done.value.map_err(|fault| error::of_train(py, &fault))?;
    let network = RawNetwork {
        model: Arc::new(model),
    };
    Ok((network, RawState { numbers }, loss))
}

/// The parameters of a network in one slice.
fn flat<T: Scalar>(model: &Model) -> Vec<T> {
    match model.network() {
        AnyNetwork::F32(network) => network
            .parameters()
            .iter()
            .map(|&p| T::from_f64(f64::from(p)))
            .collect(),
        AnyNetwork::F64(network) => network
            .parameters()
            .iter()
            .map(|&p| T::from_f64(p))
            .collect(),
    }
}

fn epoch(
    author: &Experiment,
    provider: Arc<Passed>,
    state: Option<StateNumbers>,
) -> Result<(Model, StateNumbers, f64), Error> {
    // A training without updates has the network's names and scaling.
    let options = Options {
        data: Some(Arc::clone(&provider) as Arc<dyn DataProvider>),
        threads: std::num::NonZeroUsize::new(1),
        ..Options::default()
    };
    let mut still = author.clone();
    (still.training.steps, still.training.epochs) = (Some(0), None);
    let results = mlp_train::run(&still, &options)?;
    let model = results.model.expect("a single training has a network");
    match results.experiment.recipe(0)?.precision {
        Precision::F32 => epoch_in::<f32>(&results.experiment, &model, state),
        Precision::F64 => epoch_in::<f64>(&results.experiment, &model, state),
    }
}

fn epoch_in<T: Scalar>(
    experiment: &ResolvedExperiment,
    model: &Model,
    state: Option<StateNumbers>,
) -> Result<(Model, StateNumbers, f64), Error> {
    let recipe = experiment.recipe(0)?;
    let dataset = &recipe.data.dataset;
    let inputs = dataset.inputs().mapv(T::from_f64);
    let targets = match dataset.targets() {
        Targets::Classes { labels, names } => mlp_core::Targets::Classes {
            labels: labels.clone(),
            classes: names.len(),
        },
        Targets::Values { values, .. } => mlp_core::Targets::Values(values.mapv(T::from_f64)),
    };
    let mut samples = Samples::new(inputs.view(), &targets)?;
    if let Some(weights) = dataset.weights() {
        samples = samples.with_weights(weights)?;
    }
    let mut trainer = Trainer::with_valid_spec(&recipe.spec, &samples, recipe.seed, Level::best())?;
    let epoch = trainer.steps_per_epoch();
    if state.is_none() {
        // Those of a start, where there is one.
        let mut first = trainer.state();
        first.parameters = flat(model);
        trainer.restore(&first)?;
    }
    if let Some(state) = state {
        let mut state = state.to_state::<T>();
        // An epoch of these rows begins where one of theirs ended.
        state.steps = state.steps.next_multiple_of(epoch);
        trainer.restore(&state)?;
    }
    for _ in 0..epoch {
        trainer.step();
    }
    if !trainer.statistics().is_empty() {
        return Err(Error::Conflict(
            "partial_fit keeps no running statistics; leave normalization out, or use fit"
                .to_owned(),
        ));
    }
    let loss = trainer.evaluate(&samples)?.loss;
    let model = model.at_step(trainer.steps_done(), Parameters::of(trainer.parameters()))?;
    Ok((model, StateNumbers::of(trainer.state()), loss))
}
