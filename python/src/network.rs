//! Trained networks.

use std::{path::PathBuf, sync::Arc};

use mlp_data::table::{FeatureOptions, FeatureReader, Unknown};
use mlp_store::{Format, WholeFile, model_file};
use mlp_train::{
    Model, OutputMeaning, Prediction,
    storing::{Numbers, Tensor},
};
use numpy::{IntoPyArray, PyArray1, PyArrayMethods, PyReadonlyArray2};
use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict},
};

use crate::error;

/// Rows of a table that are read at once.
const ROWS: usize = 65_536;

/// A trained network, of an ensemble all of them.
#[pyclass(frozen, module = "mlp_lab._mlp_lab")]
pub struct RawNetwork {
    pub model: Arc<Model>,
}

/// The numbers of a tensor with its shape, in a type that the network has.
fn array<'py>(py: Python<'py>, tensor: Tensor) -> PyResult<Bound<'py, PyAny>> {
    let shape = tensor.shape;
    Ok(match tensor.numbers {
        Numbers::F32(values) => PyArray1::from_vec(py, values).reshape(shape)?.into_any(),
        Numbers::F64(values) => PyArray1::from_vec(py, values).reshape(shape)?.into_any(),
    })
}

#[pymethods]
impl RawNetwork {
    /// The network of a model file, or of a run directory.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let model = py
            .detach(|| model_file::open(&path))
            .map_err(|fault| error::of_store(py, &fault))?;
        Ok(Self {
            model: Arc::new(model),
        })
    }

    /// The network in the bytes of a safetensors file.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, bytes: &[u8]) -> PyResult<Self> {
        let model = model_file::from_bytes(bytes)
            .map_err(|fault| error::of_storage(py, &format!("not a model: {fault}")))?;
        Ok(Self {
            model: Arc::new(model),
        })
    }

    /// As a safetensors file.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &model_file::to_bytes(&self.model))
    }

    /// Writes it in the format of the file's extension, or the named one.
    #[pyo3(signature = (path, format = None))]
    fn save(&self, py: Python<'_>, path: PathBuf, format: Option<&str>) -> PyResult<()> {
        let format = match format {
            Some(name) => Format::named(name).map_err(|fault| error::of_train(py, &fault))?,
            None => Format::of_path(&path).ok_or_else(|| {
                let known = mlp_store::FORMATS.iter().map(|format| format.name);
                let known = known.collect::<Vec<_>>().join(", ");
                let told = format!(
                    "format: {} has no extension of a known format; give one of {known}",
                    path.display()
                );
                error::of_key(py, "format", &told)
            })?,
        };
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let name = stem.unwrap_or(self.model.data());
        py.detach(|| {
            let bytes = format.write(&self.model, name)?;
            WholeFile::write(&path, &bytes)
        })
        .map_err(|fault: mlp_store::Error| error::of_store(py, &fault))
    }

    /// `classification`, `multilabel` or `regression`.
    #[getter]
    fn task(&self) -> &'static str {
        match self.model.answers() {
            OutputMeaning::Classes(_) => "classification",
            OutputMeaning::Labels(_) => "multilabel",
            OutputMeaning::Values { .. } => "regression",
        }
    }

    /// Names of the classes, labels or outputs.
    #[getter]
    fn outputs(&self) -> Vec<String> {
        match self.model.answers() {
            OutputMeaning::Classes(names) | OutputMeaning::Labels(names) => names.clone(),
            OutputMeaning::Values { names, .. } => names.clone(),
        }
    }

    /// Names of the columns of a row in original units.
    #[getter]
    fn features(&self) -> Vec<String> {
        self.model.columns()
    }

    /// Whether text columns became several features each, so that rows come as a table.
    #[getter]
    fn has_categories(&self) -> bool {
        !self.model.one_hot().is_empty()
    }

    /// The architecture, as `2-16-16-1`.
    #[getter]
    fn architecture(&self) -> String {
        self.model.network().architecture().to_string()
    }

    /// The activation of each layer.
    #[getter]
    fn activations(&self) -> Vec<String> {
        let layers = self.model.network().architecture().layers.iter();
        layers.map(|layer| layer.activation.to_string()).collect()
    }

    /// Number of networks: more than one of an ensemble.
    #[getter]
    fn members(&self) -> usize {
        self.model.members()
    }

    /// Number of updates.
    #[getter]
    fn steps(&self) -> u64 {
        self.model.origin().steps
    }

    /// The seed.
    #[getter]
    fn seed(&self) -> u64 {
        self.model.origin().seed
    }

    /// The experiment that it is of, as a file.
    #[getter]
    fn experiment(&self) -> &str {
        &self.model.origin().experiment
    }

    /// The loss that it was trained with.
    #[getter]
    fn loss(&self) -> String {
        self.model.loss().to_string()
    }

    /// What inputs are shifted and multiplied by before the network sees them.
    #[getter]
    fn scaling(&self) -> (Vec<f64>, Vec<f64>) {
        let scaler = self.model.feature_scaler();
        (scaler.offset().to_vec(), scaler.factor().to_vec())
    }

    /// Parameters by name, `layers.N.weight` `[out, in]` and `layers.N.bias` `[out]`; of an ensemble behind `members.I.`.
    fn parameters<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let parameters = PyDict::new(py);
        let tensors = match self.model.members() {
            1 => mlp_train::storing::tensors_of(self.model.network()),
            _ => self.model.tensors(),
        };
        for tensor in tensors {
            parameters.set_item(tensor.name.clone(), array(py, tensor)?)?;
        }
        Ok(parameters)
    }

    /// Predictions for rows in original units, `[rows, features]`: labels or `None`, and probabilities, scores or values.
    fn predict<'py>(
        &self,
        py: Python<'py>,
        rows: PyReadonlyArray2<'py, f64>,
    ) -> PyResult<Answer<'py>> {
        let rows = rows.as_array().to_owned();
        self.is_usable(py)?;
        let said = py
            .detach(|| self.model.predict(&rows.view()))
            .map_err(|fault| error::of_train(py, &fault))?;
        Ok(answer(py, said))
    }

    /// Predictions for the rows of a table, whose columns are matched by name.
    #[pyo3(signature = (text, unknown = "refuse"))]
    fn predict_table<'py>(
        &self,
        py: Python<'py>,
        text: &[u8],
        unknown: &str,
    ) -> PyResult<Answer<'py>> {
        let model = &self.model;
        self.is_usable(py)?;
        let unknown: Unknown = unknown
            .parse()
            .map_err(|fault| error::of_key(py, "unknown", &format!("unknown: {fault}")))?;
        let options = FeatureOptions {
            features: model.columns(),
            like: model.table_format().cloned(),
            ignored: model.left_out().to_vec(),
            one_hot: model.one_hot().to_vec(),
            missing: model.imputer().is_some(),
            could_fill: model.imputer().is_some(),
            unknown,
            ..FeatureOptions::default()
        };
        let said = py.detach(|| -> Result<Prediction, mlp_train::Error> {
            let mut reader = FeatureReader::open(text, "the table", &options)?;
            let mut all: Option<ndarray::Array2<f64>> = None;
            while let Some(chunk) = reader.next_chunk(ROWS)? {
                match &mut all {
                    None => all = Some(chunk.inputs),
                    Some(all) => all
                        .append(ndarray::Axis(0), chunk.inputs.view())
                        .expect("every chunk has the features"),
                }
            }
            let none = || ndarray::Array2::zeros((0, options.features.len()));
            model.predict(&all.unwrap_or_else(none).view())
        });
        Ok(answer(
            py,
            said.map_err(|fault| error::of_train(py, &fault))?,
        ))
    }
}

impl RawNetwork {
    fn is_usable(&self, py: Python<'_>) -> PyResult<()> {
        match self.model.is_finite() {
            true => Ok(()),
            false => Err(error::of_data(
                py,
                "the network has parameters that are not finite, because its training diverged; train it again at a smaller learning_rate",
            )),
        }
    }
}

/// Labels or `None`, and probabilities, scores or values.
type Answer<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>, &'static str);

fn answer(py: Python<'_>, said: Prediction) -> Answer<'_> {
    let labels = |labels: Vec<u32>| {
        let labels = labels.into_iter().map(i64::from).collect::<Vec<_>>();
        PyArray1::from_vec(py, labels).into_any()
    };
    match said {
        Prediction::Classes {
            labels: chosen,
            probabilities,
        } => (
            labels(chosen),
            probabilities.into_pyarray(py).into_any(),
            "probabilities",
        ),
        Prediction::Scores {
            labels: chosen,
            scores,
        } => (labels(chosen), scores.into_pyarray(py).into_any(), "scores"),
        Prediction::Labels {
            labels,
            probabilities,
        } => (
            labels.into_pyarray(py).into_any(),
            probabilities.into_pyarray(py).into_any(),
            "probabilities",
        ),
        Prediction::Values(values) => (
            py.None().into_bound(py),
            values.into_pyarray(py).into_any(),
            "values",
        ),
    }
}
