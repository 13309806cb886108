//! The files that a complete run must have, which depends on its experiment, whatever its manifest lists.

use std::collections::BTreeSet;

use super::{MAP, MODEL, NETS, SERIES, STATE, STATISTICS};
use mlp_train::{Kind, ResolvedExperiment, analysis::cross_validation, experiment::TableFormat};

/// The files of a complete run of an experiment, except for saved parameters.
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
    files
}
