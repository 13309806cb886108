//! The files that a complete run must have, which depends on its experiment, whatever its manifest lists.

use std::collections::BTreeSet;

use super::{MAP, MODEL, NETS, PREDICT_ON, ROWS, SELECTION, SERIES, STATE, STATISTICS};
use mlp_train::{Kind, ResolvedExperiment, analysis::cross_validation, experiment::TableFormat};

/// The files of a complete run of an experiment, except for saved parameters and out-of-fold predictions, which
/// older runs lack.
pub(crate) fn expected_files(experiment: &ResolvedExperiment) -> BTreeSet<String> {
    let format = experiment
        .experiment()
        .output
        .format
        .unwrap_or(TableFormat::Parquet);
    let table = |stem: &str| format!("{stem}.{format}");
    let mut files = BTreeSet::from([table(NETS), table(SERIES)]);
    match experiment.kind() {
        Kind::Train => files.extend([MODEL, STATE].map(str::to_owned)),
        Kind::Population => {
            files.insert(table(STATISTICS));
        }
        Kind::Map => {
            files.insert(MAP.to_owned());
        }
    }
    if cross_validation::fold_axis(experiment).is_some() {
        files.insert(table(cross_validation::FOLDS));
    }
    let author = experiment.experiment();
    if author.population.select.is_some() {
        files.extend([MODEL.to_owned(), table(SELECTION)]);
    }
    if author.population.rows == Some(true) {
        files.insert(table(ROWS));
    }
    if author.data.predict_on.is_some() {
        files.insert(table(PREDICT_ON));
    }
    files
}
