//! What there is by name: data sets and keys.

use mlp_data::{Dataset, GeneratorOptions, Targets, Task};
use mlp_train::key;
use numpy::{IntoPyArray, PyArray1, ToPyArray};
use pyo3::{
    prelude::*,
    types::{PyDict, PyList},
};

use crate::error;

/// The built-in data sets, a dictionary each.
#[pyfunction]
pub fn datasets(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let list = PyList::empty(py);
    for info in mlp_data::datasets() {
        let dict = PyDict::new(py);
        dict.set_item("name", info.name)?;
        dict.set_item("description", info.description)?;
        let task = match info.task {
            Task::Classification { .. } => "classification",
            Task::Multilabel { .. } => "multilabel",
            Task::Regression { .. } => "regression",
        };
        dict.set_item("task", task)?;
        dict.set_item("samples", info.samples)?;
        dict.set_item("features", info.features)?;
        dict.set_item("generated", info.origin() == mlp_data::Origin::Generated)?;
        dict.set_item("source", info.source)?;
        dict.set_item("licence", info.licence)?;
        list.append(dict)?;
    }
    Ok(list)
}

/// A built-in data set: inputs, targets, names of features, names of classes or outputs, and whether targets are classes.
#[pyfunction]
#[pyo3(signature = (name, samples = None, noise = None, data_seed = 0))]
pub fn dataset<'py>(
    py: Python<'py>,
    name: &str,
    samples: Option<usize>,
    noise: Option<f64>,
    data_seed: u64,
) -> PyResult<(
    Bound<'py, PyAny>,
    Bound<'py, PyAny>,
    Vec<String>,
    Vec<String>,
    bool,
)> {
    let options = GeneratorOptions {
        samples,
        noise,
        ..GeneratorOptions::default()
    };
    let made = py.detach(|| mlp_data::generate(name, &options, data_seed));
    let dataset: Dataset = made.map_err(|fault| error::of_data(py, &fault.to_string()))?;
    let inputs = dataset.inputs().to_pyarray(py).into_any();
    let features = dataset.feature_names().to_vec();
    Ok(match dataset.targets() {
        Targets::Classes { labels, names } => {
            let labels = labels.iter().copied().map(i64::from).collect();
            let labels = PyArray1::<i64>::from_vec(py, labels).into_any();
            (inputs, labels, features, names.clone(), true)
        }
        Targets::Values { values, names } => {
            let values = values.clone().into_pyarray(py).into_any();
            (inputs, values, features, names.clone(), false)
        }
    })
}

/// The registry of keys, a dictionary each.
#[pyfunction]
pub fn keys(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let list = PyList::empty(py);
    for info in key::keys() {
        let dict = PyDict::new(py);
        dict.set_item("path", info.path)?;
        dict.set_item("name", mlp_train::Key::from(info).column())?;
        dict.set_item(
            "aliases",
            info.aliases
                .iter()
                .map(|alias| alias.replace('-', "_"))
                .collect::<Vec<_>>(),
        )?;
        dict.set_item("help", info.help)?;
        dict.set_item("default", info.default)?;
        dict.set_item(
            "kinds",
            info.kinds
                .iter()
                .map(|kind| kind.name())
                .collect::<Vec<_>>(),
        )?;
        dict.set_item("sweep", info.sweep)?;
        dict.set_item("words", info.form.words())?;
        list.append(dict)?;
    }
    Ok(list)
}
