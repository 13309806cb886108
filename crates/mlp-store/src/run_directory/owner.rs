//! The experiment that the contents of a run directory belong to, without its experiment file.

use std::path::Path;

use mlp_train::ResolvedExperiment;

use crate::{checkpoint, identity::hexadecimal, journal::Journal, manifest::Manifest};

/// Whether a folder holds what a run of the experiment with this identity left: by the manifest, or else
/// by the journal or a checkpoint.
pub(super) fn is_of(folder: &Path, identity: &str) -> bool {
    let manifest = Manifest::read(folder).unwrap_or_default();
    match manifest.and_then(|manifest| manifest.experiment) {
        Some(of) => of == hexadecimal(identity),
        None => Journal::is_of(folder, identity) || checkpoint::is_of(folder, identity),
    }
}

/// The identity by which a run of this experiment in a folder is known: that of an earlier version, if one left it there.
pub(crate) fn identity_in(folder: &Path, experiment: &ResolvedExperiment) -> String {
    let (now, former) = (experiment.identity(), experiment.former_identity());
    match former != now && is_of(folder, &former) {
        true => former,
        false => now,
    }
}
