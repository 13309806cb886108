//! Points at which networks are asked: rows of features alone.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use mlp_data::{
    Dataset,
    table::{FeatureOptions, MissingPolicy, TableFormat, Unknown},
};
use ndarray::Array2;

use crate::{
    data::{data_read::left_out, provider::DataProvider, sha256::unchanged},
    error::Error,
    settings::experiment::DataSpec,
};

/// The points of every file that was read.
#[derive(Debug, Default)]
pub(super) struct Points(Mutex<HashMap<String, Arc<Array2<f64>>>>);

impl Points {
    /// The points of a file, `[points, features]` in the units and the order of a data set's features, read once; `None`
    /// where none are named. The file is spelled out.
    pub(super) fn of(
        &self,
        provider: &dyn DataProvider,
        spec: &mut DataSpec,
        dataset: &Dataset,
    ) -> Result<Option<Arc<Array2<f64>>>, Error> {
        let Some(name) = spec.predict_on.as_deref() else {
            return Ok(None);
        };
        if name == "-" || !provider.knows(name) {
            return Err(Error::key(
                "predict_on",
                format!("{name} is not a file; name one with the columns of the data"),
            ));
        }
        let source = provider.source(name)?;
        unchanged(name, spec.predict_on_sha256.as_deref(), &source.sha256)?;
        let options = options(spec, dataset);
        let key = format!("{name} {options:?} {:?}", spec.inputs);
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let points = match held.get(&key) {
            Some(known) => Arc::clone(known),
            None => {
                let rows = provider.points(name, &options)?;
                let rows = match &spec.inputs {
                    Some(expansion) => expansion.apply(&rows.view())?,
                    None => rows,
                };
                let rows = Arc::new(rows);
                held.insert(key, Arc::clone(&rows));
                rows
            }
        };
        spec.predict_on = Some(source.name);
        spec.predict_on_sha256 = Some(source.sha256);
        Ok(Some(points))
    }
}

/// Reads the columns of a data set as its table was read.
fn options(spec: &DataSpec, dataset: &Dataset) -> FeatureOptions {
    FeatureOptions {
        features: match &spec.inputs {
            Some(_) => vec!["x".to_owned(), "y".to_owned()],
            None => dataset.feature_names().to_vec(),
        },
        keep: Vec::new(),
        // As other files of the same columns are.
        format: TableFormat {
            decimal: None,
            thousands: None,
            dates: None,
            ..spec.format.clone()
        },
        like: Some(dataset.table_format().cloned().unwrap_or_default()),
        ignored: left_out(dataset),
        one_hot: dataset.one_hot().to_vec(),
        missing: matches!(spec.missing, Some(MissingPolicy::Impute(_))),
        unknown: Unknown::default(),
    }
}
