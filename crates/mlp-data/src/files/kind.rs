//! A data file format: its extensions and its reader.

use super::source::Source;
use crate::table::RowDestination;
use crate::{Dataset, Error};

/// A data file format.
#[derive(Clone, Copy, Debug)]
pub struct FileKind {
    /// The format's name.
    pub name: &'static str,
    /// Extensions of its files, in lower case; for a format that is read sequentially `.gz` may follow.
    pub endings: &'static [&'static str],
    /// What it is, in one line.
    pub description: &'static str,
    /// Whether the names of its columns come from the file; otherwise they are numbered.
    pub(super) named: bool,
    pub(super) read: ReadKind,
}

/// Reads an open file: a data set, or none for rows to predict, which are passed on.
pub(super) type ReadKind = fn(Source<'_>, &RowDestination<'_>) -> Result<Option<Dataset>, Error>;

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

    /// The format, with columns that have no names in the file.
    pub(crate) const fn without_names(mut self) -> Self {
        self.named = false;
        self
    }

    /// Whether a file's name, in lower case and without `.gz`, has one of the extensions.
    pub(super) fn ends(&self, name: &str) -> bool {
        let has = |ending: &&str| {
            let rest = name.strip_suffix(ending);
            rest.is_some_and(|rest| rest.ends_with(['.', '-']))
        };
        self.endings.iter().any(has)
    }
}
