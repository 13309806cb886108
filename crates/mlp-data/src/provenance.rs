//! Where data come from.

mod origin;
mod read_summary;

use std::borrow::Cow;

pub use origin::Origin;
pub use read_summary::{ColumnKinds, LeftOut, ReadSummary, TargetBy};

/// What is known of a data set beside its figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// Where the data come from.
    pub origin: Origin,
    /// What they are, in a sentence.
    pub description: Cow<'static, str>,
    /// Who made them: a paper, an archive.
    pub source: Cow<'static, str>,
    /// On which terms they may be used; empty where unknown or not applicable.
    pub licence: Cow<'static, str>,
    /// What was read of each file: of the data, and of those whose rows stand behind them.
    pub read: Vec<ReadSummary>,
}
