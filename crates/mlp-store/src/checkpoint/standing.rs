//! The position of the run of a state.

use mlp_train::{Parameters, storing::AuxiliaryState};
use serde::{Deserialize, Serialize};

use crate::files::frame::FrameKind;

/// The frame after a state.
pub(crate) const STANDING: FrameKind = FrameKind {
    magic: *b"mlp-stnd",
    version: 2,
};

/// The position of the run of a state.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Standing {
    /// Digest of the experiment's identity.
    pub(super) experiment: [u8; 32],
    pub(super) records: FilePrefix,
    /// Where only the last parameters are saved, these.
    pub(super) last: Option<(u64, Parameters)>,
    pub(super) memory: AuxiliaryState,
}

/// How much of the file belongs to a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FilePrefix {
    /// Bytes.
    pub(super) length: u64,
    /// BLAKE3 of these bytes.
    pub(super) digest: [u8; 32],
    pub(super) records: u64,
    pub(super) weights: u64,
}
