//! Points at which networks are asked: rows of features alone.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use mlp_data::{
    Dataset, TableProblem,
    table::{FeatureOptions, MissingPolicy, TableFormat},
};

use crate::{
    data::{data_read::left_out, points::Points, provider::DataProvider, sha256::unchanged},
    error::Error,
    settings::experiment::DataSpec,
};

/// The points of every file that was read.
#[derive(Debug, Default)]
pub(super) struct PointFiles(Mutex<HashMap<String, Arc<Points>>>);

impl PointFiles {
    /// The points of a file, in the units and the order of a data set's features, read once; `None` where none are named. The
    /// file is spelled out.
    pub(super) fn of(
        &self,
        provider: &dyn DataProvider,
        spec: &mut DataSpec,
        (dataset, training): (&Dataset, &[usize]),
    ) -> Result<Option<Arc<Points>>, Error> {
        let Some(name) = spec.predict_on.as_deref() else {
            return match spec.unknown {
                Some(_) => Err(Error::keys(
                    "unknown",
                    "predict_on",
                    "is for categories in a file of points; give --predict-on FILE",
                )),
                None => Ok(None),
            };
        };
        if name == "-" || !provider.knows(name) {
            return Err(Error::key(
                "predict_on",
                format!("{name} is not a file; name one with the columns of the data"),
            ));
        }
        let source = provider.source(name)?;
        unchanged(name, spec.predict_on_sha256.as_deref(), &source.sha256)?;
        let options = options(spec, dataset, training);
        let key = format!("{name} {options:?} {:?}", spec.inputs);
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let points = match held.get(&key) {
            Some(known) => Arc::clone(known),
            None => {
                let points = provider.points(name, &options);
                let mut points = points.map_err(or_unknown)?;
                if let Some(expansion) = &spec.inputs {
                    points.inputs = expansion.apply(&points.inputs.view())?;
                }
                let points = Arc::new(points);
                held.insert(key, Arc::clone(&points));
                points
            }
        };
        spec.predict_on = Some(source.name);
        spec.predict_on_sha256 = Some(source.sha256);
        Ok(Some(points))
    }
}

/// The error, with the option that allows unknown categories if it is about one.
fn or_unknown(error: Error) -> Error {
    match error {
        Error::Data(mlp_data::Error::Table { ref problem, .. })
            if matches!(**problem, TableProblem::UnknownCategory { .. }) =>
        {
            let ways = "--unknown row leaves such rows out, --unknown zero sets the column's features to 0";
            Error::key("predict_on", format!("{error}; {ways}"))
        }
        error => error,
    }
}

/// Reads the columns of a data set as its table was read.
fn options(spec: &DataSpec, dataset: &Dataset, training: &[usize]) -> FeatureOptions {
    FeatureOptions {
        features: match &spec.inputs {
            Some(_) => vec!["x".to_owned(), "y".to_owned()],
            None => dataset.feature_names().to_vec(),
        },
        keep: Vec::new(),
        could_fill: false,
        // As other files of the same columns are.
        format: TableFormat {
            decimal: None,
            thousands: None,
            dates: None,
            ..spec.format.clone()
        },
        like: Some(dataset.table_format().cloned().unwrap_or_default()),
        ignored: left_out(dataset),
        one_hot: dataset.one_hot_of(training),
        missing: matches!(spec.missing, Some(MissingPolicy::Impute(_))),
        leave_missing: false,
        unknown: spec.unknown.unwrap_or_default(),
    }
}
