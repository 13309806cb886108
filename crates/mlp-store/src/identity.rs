//! The digest of an experiment's [identity](mlp_train::ResolvedExperiment::identity), which distinguishes
//! stored results.

/// As journals and checkpoints have it.
pub(crate) fn digest(identity: &str) -> [u8; 32] {
    *blake3::hash(identity.as_bytes()).as_bytes()
}

/// As a manifest has it.
pub(crate) fn hexadecimal(identity: &str) -> String {
    blake3::Hash::from_bytes(digest(identity))
        .to_hex()
        .to_string()
}
