//! The experiment that the contents of a run directory belong to, without its experiment file.

use std::path::Path;

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
