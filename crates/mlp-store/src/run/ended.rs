//! What a clock decided of a run that it has ended, as the files of the run tell.
//!
//! The experiment's own file has it, and so has every result but CSV tables: each says the whole experiment. So a run that
//! has lost some of them is made again to the same bytes, without a clock.

use std::{fs, path::Path};

use crate::{
    manifest::{FileDigest, Manifest},
    model_file, npz,
    run_directory::{EXPERIMENT, MAP, MODEL, NETS, SERIES},
    table,
};
use mlp_train::{ResolvedExperiment, experiment::TableFormat};

/// Looks into the files of a folder for what a clock decided of this experiment, which takes that over. Tells whether
/// all that decides its results is known now.
pub(crate) fn recall(experiment: &mut ResolvedExperiment, folder: &Path) -> bool {
    let manifest = Manifest::read(folder).unwrap_or_default();
    // What was changed since the run wrote it tells nothing.
    let sound = |name: &str| {
        let listed = manifest.as_ref().and_then(|run| run.files.get(name));
        listed.is_none_or(|listed| FileDigest::of(&folder.join(name)).is_ok_and(|is| is == *listed))
    };
    if sound(MODEL)
        && let Ok(model) = model_file::read(&folder.join(MODEL))
    {
        let origin = model.origin();
        // One that says no step came to its end before the clock did.
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
