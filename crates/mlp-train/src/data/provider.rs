//! Providers of data and initial parameters other than built-in data sets.

use std::{collections::BTreeMap, fmt, sync::Arc};

use mlp_data::{
    Dataset,
    table::{CsvOptions, FeatureOptions},
};

use super::{batch_order::BatchOrder, initial_parameters::InitialParameters, points::Points};
use crate::{error::Error, run::saved_state::Start};

/// The name of the file in which a run keeps piped data.
pub const PIPED_DATA: &str = "data.csv";

/// Provides what an experiment names but this crate does not have: it opens no file itself.
pub trait DataProvider: fmt::Debug + Send + Sync {
    /// A data set in memory whose columns need no reading.
    fn ready(&self, _name: &str) -> Option<Arc<Dataset>> {
        None
    }

    /// Whether the provider has data for a name that is not a built-in data set.
    fn knows(&self, name: &str) -> bool;

    /// The source that a name refers to.
    ///
    /// # Errors
    /// [`Error::Storage`].
    fn source(&self, name: &str) -> Result<DataSource, Error>;

    /// A data set, read as the options say.
    ///
    /// # Errors
    /// [`Error::Data`].
    fn dataset(&self, name: &str, options: &CsvOptions) -> Result<Dataset, Error>;

    /// Rows of features alone, read as the options say.
    ///
    /// # Errors
    /// [`Error::Data`].
    fn points(&self, name: &str, _options: &FeatureOptions) -> Result<Points, Error> {
        Err(nothing("predict_on", name))
    }

    /// Initial parameters.
    ///
    /// # Errors
    /// [`Error::Storage`].
    fn parameters(&self, name: &str) -> Result<InitialParameters, Error> {
        Err(nothing("init_from", name))
    }

    /// The samples of every batch.
    ///
    /// # Errors
    /// [`Error::Storage`]; [`Error::Key`] where it is none.
    fn batch_order(&self, name: &str) -> Result<BatchOrder, Error> {
        Err(nothing("batch_order", name))
    }

    /// The state of a training to continue.
    ///
    /// # Errors
    /// [`Error::Storage`].
    fn state(&self, name: &str) -> Result<Start, Error> {
        Err(nothing("continue", name))
    }

    /// The content of standard input, where the data came from there.
    fn standard_input(&self) -> Option<&[u8]> {
        None
    }
}

fn nothing(key: &str, name: &str) -> Error {
    Error::key(
        key,
        format!("there is nothing called {name} here; pass a DataProvider that has it"),
    )
}

/// The source of data with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataSource {
    /// An unambiguous name for the same data, valid anywhere.
    pub name: String,
    /// The name for titles and folders.
    pub title: String,
    /// The sha256 of the bytes that are read.
    pub sha256: String,
}

/// Data sets in memory, by name.
///
/// ```
/// use mlp_train::DataInMemory;
/// let iris = mlp_data::load_embedded("iris")?;
/// let mine = DataInMemory::default().with("mine", iris);
/// # Ok::<(), mlp_data::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct DataInMemory {
    datasets: BTreeMap<String, Arc<Dataset>>,
}

impl DataInMemory {
    /// These data sets and one more; it hides another of the same name.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, dataset: Dataset) -> Self {
        self.datasets.insert(name.into(), Arc::new(dataset));
        self
    }
}

impl DataProvider for DataInMemory {
    fn ready(&self, name: &str) -> Option<Arc<Dataset>> {
        self.datasets.get(name).cloned()
    }

    fn knows(&self, _name: &str) -> bool {
        false
    }

    fn source(&self, name: &str) -> Result<DataSource, Error> {
        Err(nothing("data", name))
    }

    fn dataset(&self, name: &str, _options: &CsvOptions) -> Result<Dataset, Error> {
        Err(nothing("data", name))
    }
}
