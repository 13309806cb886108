//! What a clock decided in a run that it has ended, recovered from the files of the run.
//!
//! The experiment's own file has it, and so has every result except CSV tables: each contains the whole experiment. So a run that
//! has lost some of them can be repeated with the same bytes, without a clock.

use std::{fs, path::Path};

use crate::{
    manifest::{FileDigest, Manifest},
    model_file, npz,
    run_directory::{EXPERIMENT, MAP, MODEL, NETS, SERIES},
    table,
};
use mlp_train::{ResolvedExperiment, experiment::TableFormat};

/// Searches the files of a folder for what a clock decided in this experiment, which takes it over. Returns whether
/// everything that determines its results is now known.
pub(crate) fn recall(experiment: &mut ResolvedExperiment, folder: &Path) -> bool {
    let manifest = Manifest::read(folder).unwrap_or_default();
    // A file that was changed since the run wrote it proves nothing.
    let sound = |name: &str| {
        let listed = manifest.as_ref().and_then(|run| run.files.get(name));
        listed.is_none_or(|listed| FileDigest::of(&folder.join(name)).is_ok_and(|is| is == *listed))
    };
    if sound(MODEL)
        && let Ok(model) = model_file::read(&folder.join(MODEL))
    {
        let origin = model.origin();
        // A file without a step ended before the clock did.
        if let Some(known) = experiment.ends_as(&origin.experiment)
            && (known || !origin.unfinished)
        {
            return true;
        }
    }
    let tables = [NETS, SERIES].map(|stem| format!("{stem}.{}", TableFormat::Parquet));
    let said = [
        (MAP, npz::said as fn(&Path) -> Option<String>),
        (&tables[0], table::said),
        (&tables[1], table::said),
        (EXPERIMENT, |path| fs::read_to_string(path).ok()),
    ];
    said.into_iter().any(|(name, said)| {
        let path = folder.join(name);
        sound(name) && said(&path).is_some_and(|said| experiment.ends_as(&said) == Some(true))
    })
}
