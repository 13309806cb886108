//! The error for a table that cannot be read.

use std::path::Path;

use mlp_train::Error;

pub(super) fn corrupt(path: &Path, reason: impl std::fmt::Display) -> Error {
    Error::Corrupt {
        path: path.to_owned(),
        what: "table",
        reason: reason.to_string(),
    }
}
