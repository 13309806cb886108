//! How a command ends when it does not succeed.

use std::fmt;

use anyhow::Error;

/// Why a command stops short, which decides the exit code.
#[derive(Debug)]
pub enum Failure {
    /// Wrong input or usage: exit code 2.
    Usage(Error),
    /// Anything else that went wrong: exit code 1.
    Failed(Error),
    /// Interrupted from the keyboard: exit code 130.
    Interrupted,
    /// Nobody reads standard output any more (`mlp list | head`): quietly done.
    PipeClosed,
}

/// What commands give back.
pub type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// Wrong input or usage, in words that fit behind "error: ".
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Usage(Error::msg(message.into()))
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Self::PipeClosed => 0,
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::Interrupted => 130,
        }
    }

    /// A failure to read or write: the reader of standard output may have left.
    pub fn io(what: &str, error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::PipeClosed,
            _ => Self::Failed(Error::new(error).context(what.to_owned())),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(error) | Self::Failed(error) => write!(f, "{error:#}"),
            Self::Interrupted => f.write_str("interrupted"),
            Self::PipeClosed => Ok(()),
        }
    }
}

/// What is wrong with settings and data is the user's to mend; what fails while it is written is
/// not.
impl From<mlp_train::Error> for Failure {
    fn from(error: mlp_train::Error) -> Self {
        use mlp_train::Error as E;
        match error {
            E::UnknownKey { .. }
            | E::MisplacedKey { .. }
            | E::BadValue { .. }
            | E::BadOption { .. }
            | E::Toml { .. }
            | E::Read { .. }
            | E::Conflict(_)
            | E::InCell { .. }
            | E::DataChanged { .. }
            | E::NotARunDirectory { .. }
            | E::OtherExperiment { .. }
            | E::Corrupt { .. }
            | E::Missing { .. }
            | E::Model(_)
            | E::Core(_) => Self::Usage(error.into()),
            E::Data(error) => error.into(),
            other => Self::Failed(other.into()),
        }
    }
}

/// Figures and reports: whatever is wrong with stored results or a picture is no question of usage.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error.downcast::<mlp_train::Error>() {
            Ok(error) => error.into(),
            Err(error) => Self::Failed(error),
        }
    }
}

impl From<mlp_data::Error> for Failure {
    fn from(error: mlp_data::Error) -> Self {
        match error {
            mlp_data::Error::Write { source } => Self::io("cannot write the data", source),
            error => Self::Usage(error.into()),
        }
    }
}
