//! One kind of data file: its endings and its reader.

use super::source::Source;
use crate::table::Intake;
use crate::{Dataset, Error};

/// A kind of data file.
#[derive(Clone, Copy, Debug)]
pub struct FileKind {
    /// The kind's name.
    pub name: &'static str,
    /// Endings of its files, in lower case; a kind that is read from front to back may be followed by `.gz`.
    pub endings: &'static [&'static str],
    /// What it is, in one line.
    pub description: &'static str,
    /// Whether the names of its columns come from the file; else they are counted through.
    pub(super) named: bool,
    pub(super) read: ReadKind,
}

/// Reads an open file: a data set, or none where the rows are to be predicted and were handed on.
pub(super) type ReadKind = fn(Source<'_>, &Intake<'_>) -> Result<Option<Dataset>, Error>;

impl FileKind {
    pub(crate) const fn new(
        name: &'static str,
        endings: &'static [&'static str],
        description: &'static str,
        read: ReadKind,
    ) -> Self {
        Self {
            name,
            endings,
            description,
            named: true,
            read,
        }
    }

    /// The kind, whose columns have no names in the file.
    pub(crate) const fn without_names(mut self) -> Self {
        self.named = false;
        self
    }

    /// Whether a file's name, in lower case and without `.gz`, has one of the endings.
    pub(super) fn ends(&self, name: &str) -> bool {
        let has = |ending: &&str| {
            let rest = name.strip_suffix(ending);
            rest.is_some_and(|rest| rest.ends_with(['.', '-']))
        };
        self.endings.iter().any(has)
    }
}
