//! Results of a run, in memory or in a run directory.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use mlp_npy::{Arrays, Data};
use mlp_store::{RunDirectory, table};
use mlp_train::{
    BestCell, Counts, DataProvider, Error, Model, NetworkParameters, Outcome, Parameters,
    ResolvedExperiment, RunResults, RunTables, Table, TableSource, cross_validation,
};
use numpy::{PyArray1, PyArrayMethods};
use pyo3::{prelude::*, types::PyDict};

use crate::{error, network::RawNetwork, table::RawTable};

/// Results of a run.
#[pyclass(frozen, module = "mlp_lab._mlp_lab")]
pub struct RawResults {
    pub experiment: Arc<ResolvedExperiment>,
    /// What gave its data, for networks that are trained again.
    pub provider: Arc<dyn DataProvider>,
    pub directory: Option<RunDirectory>,
    pub interrupted: bool,
    pub counts: Counts,
    outcome: Option<Outcome>,
    best: Option<BestCell>,
    tables: BTreeMap<&'static str, Py<RawTable>>,
    map: Option<Py<PyDict>>,
    model: Option<Arc<Model>>,
    parameters: Vec<NetworkParameters>,
}

/// The arrays of a map by name.
fn arrays<'py>(py: Python<'py>, arrays: &Arrays) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, array) in arrays.iter() {
        let shape = array.shape.clone();
        let made = match &array.data {
            Data::F64(values) => PyArray1::from_slice(py, values).reshape(shape)?.into_any(),
            Data::F32(values) => PyArray1::from_slice(py, values).reshape(shape)?.into_any(),
            Data::I64(values) => PyArray1::from_slice(py, values).reshape(shape)?.into_any(),
            Data::Bool(values) => PyArray1::from_slice(py, values).reshape(shape)?.into_any(),
            Data::Text(words) if shape.is_empty() => words.first().into_pyobject(py)?,
            Data::Text(words) => words.into_pyobject(py)?,
        };
        dict.set_item(name, made)?;
    }
    Ok(dict)
}

impl RawResults {
    /// Of a run in memory.
    pub fn in_memory(
        py: Python<'_>,
        mut results: RunResults,
        provider: Arc<dyn DataProvider>,
        interrupted: bool,
    ) -> PyResult<Self> {
        let selection = results.selection.take().map(|selected| selected.table());
        let named = [
            ("nets", Some(results.nets)),
            ("series", Some(results.series)),
            ("stats", results.statistics),
            ("folds", results.folds),
            ("predict_on", results.predict_on),
            ("out_of_fold", results.out_of_fold),
            ("rows", results.rows),
            ("selection", selection),
        ];
        let mut tables = BTreeMap::new();
        for (name, table) in named {
            if let Some(table) = table {
                let table = py.detach(|| RawTable::of(&table));
                tables.insert(name, Py::new(py, table)?);
            }
        }
        let map = results.map.as_ref().map(|map| arrays(py, map));
        Ok(Self {
            map: map.transpose()?.map(Bound::unbind),
            model: results.model.map(Arc::new),
            interrupted: interrupted || results.interrupted,
            counts: results.counts,
            outcome: results.outcome,
            best: results.best,
            parameters: results.parameters,
            experiment: Arc::new(results.experiment),
            directory: None,
            provider,
            tables,
        })
    }

    /// Of a run directory.
    pub fn in_directory(
        directory: RunDirectory,
        experiment: ResolvedExperiment,
        provider: Arc<dyn DataProvider>,
    ) -> Self {
        let manifest = directory.manifest();
        Self {
            interrupted: !directory.is_complete(),
            counts: manifest.map_or_else(Counts::default, |manifest| manifest.counts),
            experiment: Arc::new(experiment),
            directory: Some(directory),
            provider,
            outcome: None,
            best: None,
            tables: BTreeMap::new(),
            map: None,
            model: None,
            parameters: Vec::new(),
        }
    }

    /// A table of a run directory; `None` where this run has none of it.
    fn read(
        &self,
        directory: &RunDirectory,
        name: &str,
    ) -> Result<Option<Table>, mlp_store::Error> {
        let found = match name {
            "nets" => directory.nets(),
            "series" => directory.series(),
            "stats" => directory.statistics(),
            "selection" => directory.selection(),
            "folds" => {
                let nets = directory.nets()?;
                return Ok(cross_validation::table(&self.experiment, &nets));
            }
            "out_of_fold" => return directory.out_of_fold(),
            other => {
                let paths = ["parquet", "csv"]
                    .map(|ending| directory.path().join(format!("{other}.{ending}")));
                return paths
                    .iter()
                    .find(|path| path.is_file())
                    .map(|path| table::read(path))
                    .transpose();
            }
        };
        match found {
            Err(mlp_store::Error::Missing { .. }) if matches!(name, "stats" | "selection") => {
                Ok(None)
            }
            found => found.map(Some),
        }
    }

    /// Its tables, for an analysis.
    pub fn tables(&self, py: Python<'_>) -> PyResult<Box<dyn RunTables + Send + Sync>> {
        if let Some(directory) = &self.directory {
            return Ok(Box::new(directory.clone()));
        }
        let table = |name: &str| self.tables.get(name).map(|table| table.get().table());
        let none = || error::other(py, "the results have no tables");
        Ok(Box::new(TablesInMemory {
            nets: table("nets").ok_or_else(none)?,
            series: table("series").ok_or_else(none)?,
            statistics: table("stats"),
        }))
    }
}

#[pymethods]
impl RawResults {
    /// `train`, `population` or `map`.
    #[getter]
    fn kind(&self) -> &'static str {
        self.experiment.kind().name()
    }

    /// The experiment as a file, with every default spelled out.
    #[getter]
    fn experiment(&self) -> String {
        self.experiment.to_toml()
    }

    /// The run directory.
    #[getter]
    fn folder(&self) -> Option<PathBuf> {
        self.directory
            .as_ref()
            .map(|directory| directory.path().to_owned())
    }

    /// Whether it ended before all networks had.
    #[getter]
    fn interrupted(&self) -> bool {
        self.interrupted
    }

    /// Networks by outcome.
    #[getter]
    fn counts(&self) -> BTreeMap<&'static str, u64> {
        let counts = &self.counts;
        BTreeMap::from([
            ("networks", counts.networks),
            ("completed", counts.completed),
            ("stopped", counts.stopped),
            ("diverged", counts.diverged),
            ("exploded", counts.exploded),
        ])
    }

    /// A table; `None` where this run has none of it.
    fn table(&self, py: Python<'_>, name: &str) -> PyResult<Option<Py<RawTable>>> {
        let Some(directory) = &self.directory else {
            return Ok(self.tables.get(name).map(|table| table.clone_ref(py)));
        };
        let read = || -> Result<_, mlp_store::Error> {
            let table = self.read(directory, name)?;
            Ok(table.as_ref().map(RawTable::of))
        };
        let table = py
            .detach(read)
            .map_err(|fault| error::of_store(py, &fault))?;
        table.map(|table| Py::new(py, table)).transpose()
    }

    /// The arrays of a map; `None` of other runs.
    fn map(&self, py: Python<'_>) -> PyResult<Option<Py<PyDict>>> {
        let (Some(directory), mlp_train::Kind::Map) = (&self.directory, self.experiment.kind())
        else {
            return Ok(self.map.as_ref().map(|map| map.clone_ref(py)));
        };
        let map = py
            .detach(|| directory.map())
            .map_err(|fault| error::of_store(py, &fault))?;
        arrays(py, &map).map(|map| Some(map.unbind()))
    }

    /// The best cell of a map in memory.
    fn best<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        let read;
        let best = match (&self.best, &self.directory) {
            (None, Some(directory)) if self.experiment.kind() == mlp_train::Kind::Map => {
                let map = py
                    .detach(|| directory.map_at(None))
                    .map_err(|fault| error::of_store(py, &fault))?;
                read = BestCell::of(&self.experiment, &map);
                &read
            }
            (best, _) => best,
        };
        let Some(best) = best else {
            return Ok(None);
        };
        let dict = PyDict::new(py);
        dict.set_item("metric", best.metric.to_string())?;
        dict.set_item("value", best.value)?;
        dict.set_item("x", &best.x)?;
        dict.set_item("y", &best.y)?;
        dict.set_item("x_index", best.x_index)?;
        dict.set_item("y_index", best.y_index)?;
        dict.set_item("facet", &best.facet)?;
        dict.set_item("net", best.network)?;
        Ok(Some(dict))
    }

    /// How a single training in memory ended.
    fn outcome<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        let Some(outcome) = &self.outcome else {
            return Ok(None);
        };
        let dict = PyDict::new(py);
        dict.set_item("status", outcome.status().name())?;
        dict.set_item("stopped_by", outcome.stopped_by())?;
        dict.set_item("steps", outcome.last_step)?;
        dict.set_item("best_step", outcome.best_step)?;
        dict.set_item("seed", outcome.seed)?;
        dict.set_item("exploded", outcome.exploded)?;
        Ok(Some(dict))
    }

    /// The network of a single run, or what was selected of many.
    fn network(&self, py: Python<'_>) -> PyResult<Option<RawNetwork>> {
        if let Some(model) = &self.model {
            return Ok(Some(RawNetwork {
                model: Arc::clone(model),
            }));
        }
        let Some(directory) = &self.directory else {
            return Ok(None);
        };
        match py.detach(|| directory.model()) {
            Ok(model) => Ok(Some(RawNetwork {
                model: Arc::new(model),
            })),
            Err(mlp_store::Error::Missing { .. }) => Ok(None),
            Err(fault) => Err(error::of_store(py, &fault)),
        }
    }

    /// The steps whose parameters were kept of a single training in memory.
    #[getter]
    fn kept_steps(&self) -> Vec<u64> {
        match self.model {
            Some(_) => self.parameters.iter().map(|kept| kept.step).collect(),
            None => Vec::new(),
        }
    }

    /// The network of a single training as it was at a kept step.
    fn network_at(&self, py: Python<'_>, step: u64) -> PyResult<Option<RawNetwork>> {
        let kept = self.parameters.iter().find(|kept| kept.step == step);
        let (Some(model), Some(kept)) = (&self.model, kept) else {
            return Ok(None);
        };
        let model = model
            .at_step(step, kept.parameters.clone())
            .map_err(|fault| error::of_train(py, &fault))?;
        Ok(Some(RawNetwork {
            model: Arc::new(model),
        }))
    }

    /// The kept parameters in memory: network, step, and a flat array, layer after layer, weights `[out, in]`, then biases.
    fn weights<'py>(&self, py: Python<'py>) -> Vec<(u64, u64, Bound<'py, PyAny>)> {
        let kept = self.parameters.iter().map(|kept| {
            let values = match &kept.parameters {
                Parameters::Single(values) => PyArray1::from_slice(py, values).into_any(),
                Parameters::Double(values) => PyArray1::from_slice(py, values).into_any(),
            };
            (kept.network, kept.step, values)
        });
        kept.collect()
    }
}

/// The tables of a run in memory.
struct TablesInMemory {
    nets: Table,
    series: Table,
    statistics: Option<Table>,
}

/// A table that is read as one part.
struct OnePart<'a> {
    table: &'a Table,
    names: Vec<String>,
}

impl<'a> OnePart<'a> {
    fn of(table: &'a Table) -> Box<dyn TableSource + 'a> {
        let names = table.columns().map(|(name, _)| name.to_owned()).collect();
        Box::new(Self { table, names })
    }
}

impl TableSource for OnePart<'_> {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn scan(
        &self,
        _columns: Option<&[&str]>,
        each: &mut dyn FnMut(&Table) -> Result<(), Error>,
    ) -> Result<(), Error> {
        each(self.table)
    }
}

impl RunTables for TablesInMemory {
    fn nets_source(&self) -> Result<Box<dyn TableSource + '_>, Error> {
        Ok(OnePart::of(&self.nets))
    }

    fn series_source(&self) -> Result<Box<dyn TableSource + '_>, Error> {
        Ok(OnePart::of(&self.series))
    }

    fn statistics_table(&self) -> Result<Table, Error> {
        self.statistics.clone().ok_or_else(|| {
            Error::Conflict("only a population has statistics of its networks".to_owned())
        })
    }
}
