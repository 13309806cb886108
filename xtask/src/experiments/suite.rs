//! A published result, and its numbers beside ours.

use anyhow::Result;

use super::laboratory::Laboratory;

/// A published result.
pub struct Suite {
    pub id: &'static str,
    pub title: &'static str,
    pub run: fn(&Laboratory) -> Result<Vec<Row>>,
}

/// A number beside the published one.
pub struct Row {
    pub what: String,
    pub paper: String,
    pub ours: String,
    pub holds: bool,
}

impl Row {
    /// A row.
    pub fn new(
        what: impl Into<String>,
        paper: impl Into<String>,
        ours: String,
        holds: bool,
    ) -> Self {
        Self {
            what: what.into(),
            paper: paper.into(),
            ours,
            holds,
        }
    }
}
