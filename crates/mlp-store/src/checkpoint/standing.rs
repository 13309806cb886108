//! Where the run of a state stands.

use mlp_train::{Parameters, storing::Memory};
use serde::{Deserialize, Serialize};

use crate::files::frame::FrameKind;

/// The frame behind a state.
pub(crate) const STANDING: FrameKind = FrameKind {
    magic: *b"mlp-stnd",
    version: 2,
};

/// Where the run of a state stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Standing {
    /// Digest of the experiment's identity.
    pub(super) experiment: [u8; 32],
    pub(super) records: Extent,
    /// Where only the last parameters are kept, these.
    pub(super) last: Option<(u64, Parameters)>,
    pub(super) memory: Memory,
}

/// How far the file belongs to a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Extent {
    /// Bytes.
    pub(super) length: u64,
    /// BLAKE3 of these bytes.
    pub(super) digest: [u8; 32],
    pub(super) records: u64,
    pub(super) weights: u64,
}
