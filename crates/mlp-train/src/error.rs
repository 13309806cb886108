//! Errors.

use std::{fmt, path::PathBuf};

use crate::settings::key::UnknownKey;

/// Where a setting came from, so that an error can point at it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A built-in default.
    Default,
    /// A line of an experiment file.
    File {
        /// The file as it was given.
        path: PathBuf,
        /// Line, counted from 1.
        line: usize,
    },
    /// An option of the command line, with its dashes.
    Option(String),
    /// `--set key=value`.
    Set,
    /// A value of a sweep or of an axis of a map.
    Sweep,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Option(option) => f.write_str(option),
            Self::Set => f.write_str("--set"),
            Self::Sweep => f.write_str("sweep"),
        }
    }
}

/// Every error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A key that does not exist.
    #[error("{origin}: {unknown}")]
    UnknownKey {
        /// Where it was written.
        origin: Origin,
        /// The key, and a suggestion.
        unknown: UnknownKey,
    },

    /// A key without its section although several sections have it, or that belongs to
    /// another section or another kind of experiment.
    #[error("{origin}: {key} {reason}")]
    MisplacedKey {
        /// Where it was written.
        origin: Origin,
        /// The key.
        key: String,
        /// What is wrong, continuing "learning_rate ...".
        reason: String,
    },

    /// A value that a key does not accept.
    #[error("{origin}: {key}: {reason}")]
    BadValue {
        /// Where it was written.
        origin: Origin,
        /// The key.
        key: String,
        /// What is wrong and what would be right.
        reason: String,
    },

    /// A value that an option does not accept.
    #[error("{option}: {reason}")]
    BadOption {
        /// The option, with its dashes.
        option: String,
        /// What is wrong and what would be right.
        reason: String,
    },

    /// An experiment file that is not TOML.
    #[error("{path}:{line}:{column}: {message}", path = path.display())]
    Toml {
        /// The file as it was given.
        path: PathBuf,
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1, in characters.
        column: usize,
        /// The parser's message.
        message: String,
    },

    /// What cannot be done with these data, this network or this machine, where no key is at fault.
    #[error("{0}")]
    Conflict(String),

    /// A key whose value is right alone but not with the data, the network or what else there is.
    #[error("{key}: {reason}")]
    Key {
        /// The key.
        key: String,
        /// Why, and what would be right.
        reason: String,
    },

    /// Two keys with values that are valid alone but not together.
    #[error("{key} {reason}")]
    Keys {
        /// The key whose value conflicts.
        key: String,
        /// The key that it conflicts with.
        other: String,
        /// Why, and what would be right, continuing "depth ...".
        reason: String,
    },

    /// A cell of a grid that cannot be trained.
    #[error("at {cell}: {source}")]
    InCell {
        /// The values of the swept keys.
        cell: String,
        /// What is wrong there.
        source: Box<Error>,
    },

    /// A data file that is not the one that the experiment was resolved with.
    #[error("{path} has changed: its sha256 is {found}, but the experiment has {expected}", path = path.display())]
    DataChanged {
        /// The data file.
        path: PathBuf,
        /// Its current digest.
        found: String,
        /// The digest in the experiment.
        expected: String,
    },

    /// A data set that cannot be generated, read or split.
    #[error(transparent)]
    Data(#[from] mlp_data::Error),

    /// A network or training that mlp-core refuses.
    #[error(transparent)]
    Core(#[from] mlp_core::Error),

    /// Interrupted by the interrupt flag.
    #[error("interrupted")]
    Interrupted,

    /// Rows that a model cannot use.
    #[error("the model {0}")]
    Model(String),

    /// Worker threads that cannot be started.
    #[error("cannot start {threads} threads: {reason}")]
    Threads {
        /// How many were requested.
        threads: usize,
        /// The cause.
        reason: String,
    },

    /// An error of the storage: of a data provider, a network store or a sink.
    #[error(transparent)]
    Storage(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// An option with a value that it does not accept.
    pub fn option(option: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::BadOption {
            option: option.into(),
            reason: reason.into(),
        }
    }

    /// A key with a value that does not fit to what else there is.
    pub(crate) fn key(key: impl fmt::Display, reason: impl Into<String>) -> Self {
        Self::Key {
            key: key.to_string(),
            reason: reason.into(),
        }
    }

    /// A key with a value that is valid alone but not with that of another key.
    pub(crate) fn keys(
        key: impl fmt::Display,
        other: impl fmt::Display,
        reason: impl Into<String>,
    ) -> Self {
        Self::Keys {
            key: key.to_string(),
            other: other.to_string(),
            reason: reason.into(),
        }
    }
}
