//! The provenance of data.

mod origin;
mod read_summary;

use std::borrow::Cow;

pub use origin::Origin;
pub use read_summary::{ColumnKinds, LeftOut, ReadSummary, TargetBy};

/// What is known about a data set besides its numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The origin of the data.
    pub origin: Origin,
    /// A description, in one sentence.
    pub description: Cow<'static, str>,
    /// The source: a paper, an archive.
    pub source: Cow<'static, str>,
    /// The terms of use; empty where unknown or not applicable.
    pub licence: Cow<'static, str>,
    /// What was read of each file: of the data, and of those whose rows follow them.
    pub read: Vec<ReadSummary>,
}
