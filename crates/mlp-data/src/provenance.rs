//! Where data come from.

use std::borrow::Cow;

use crate::ReadSummary;

/// Where data come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Drawn from a formula and a seed.
    Generated,
    /// A real table that comes with this crate.
    Embedded,
    /// A table of the user's own.
    #[default]
    File,
}

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
