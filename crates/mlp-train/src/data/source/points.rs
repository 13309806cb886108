//! Points at which networks are asked: rows of features alone.

use std::sync::{Arc, PoisonError};

use mlp_data::{
    Dataset,
    table::{FeatureOptions, MissingPolicy, TableFormat, Unknown},
};
use ndarray::Array2;

use super::Sources;
use crate::{
    data::{data_read::left_out, sha256::unchanged},
    error::Error,
    settings::experiment::DataSpec,
};

impl Sources {
    /// The points of a file, `[points, features]` in the units and the order of a data set's features, read once; `None`
    /// where none are named. The file is spelled out.
    pub(super) fn points(
        &self,
        spec: &mut DataSpec,
        dataset: &Dataset,
    ) -> Result<Option<Arc<Array2<f64>>>, Error> {
        let Some(name) = spec.predict_on.as_deref() else {
            return Ok(None);
        };
        if name == "-" || !self.provider.knows(name) {
            return Err(Error::Conflict(format!(
                "predict_on: {name} is no file; name one with the columns of the data"
            )));
        }
        let source = self.provider.source(name)?;
        unchanged(name, spec.predict_on_sha256.as_deref(), &source.sha256)?;
        let options = options(spec, dataset);
        let key = format!("{name} {options:?} {:?}", spec.inputs);
        let mut held = self.points.lock().unwrap_or_else(PoisonError::into_inner);
        let points = match held.get(&key) {
            Some(known) => Arc::clone(known),
            None => {
                let rows = self.provider.points(name, &options)?;
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
