//! Failures of commands.

use std::{env, fmt};

use anyhow::Error;

use mlp_store::{Manifest, run_directory};

use crate::{
    formatting,
    interrupt::{remaining::Remaining, signal},
    options::keys_by_option,
};

/// Why a command failed, which determines the exit code.
#[derive(Debug)]
pub enum Failure {
    /// Wrong input or usage: exit code 2.
    Usage(Error),
    /// Anything else that went wrong: exit code 1.
    Failed(Error),
    /// Interrupted by a signal: exit code 130, 143 or 129.
    Interrupted(Remaining),
    /// Standard output is closed (`mlp list | head`): ends quietly.
    PipeClosed,
}

/// The result of a command.
pub type CommandResult<T = ()> = Result<T, Failure>;

impl Failure {
    /// Wrong input or usage, with a message that follows "error: ".
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Usage(Error::msg(message.into()))
    }

    /// The same, with what was done before it appended to the message.
    pub fn behind(self, done: &str) -> Self {
        let with = |error: Error| Error::msg(format!("{}; {done}", told_once(&error)));
        match self {
            Self::Usage(error) => Self::Usage(with(error)),
            Self::Failed(error) => Self::Failed(with(error)),
            other => other,
        }
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Self::PipeClosed => 0,
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::Interrupted(_) => signal::code(),
        }
    }

    /// A failure to read or write, including a closed standard output.
    pub fn io(what: &str, error: std::io::Error) -> Self {
        if is_broken_pipe(&error) {
            Self::PipeClosed
        } else {
            Self::Failed(Error::new(error).context(what.to_owned()))
        }
    }
}

/// Whether the output is closed; libraries wrap such an error in another one.
fn is_broken_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            if io.kind() == std::io::ErrorKind::BrokenPipe {
                return true;
            }
            // The source of a wrapping error is that of the wrapped one, so this goes in first.
            if let Some(inner) = io.get_ref()
                && is_broken_pipe(inner)
            {
                return true;
            }
        }
        // Errors of the csv crate do not expose their cause as a source.
        if let Some(csv::ErrorKind::Io(io)) = error.downcast_ref().map(csv::Error::kind)
            && is_broken_pipe(io)
        {
            return true;
        }
        cause = error.source();
    }
    false
}

/// An error with its causes, each once: many messages already contain that of their cause.
fn told_once(error: &Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(error) | Self::Failed(error) => f.write_str(&told_once(error)),
            Self::Interrupted(Remaining::Nothing) => f.write_str("interrupted"),
            Self::Interrupted(Remaining::Run(folder)) => write!(
                f,
                "{}; finished work is kept; mlp resume {} continues from there",
                if signal::is_wished() {
                    "stopped"
                } else {
                    "interrupted"
                },
                formatting::shell(folder)
            ),
            Self::Interrupted(Remaining::Results(folder)) => write!(
                f,
                "interrupted; the results are complete, and only figures are missing; mlp plot {} draws them",
                formatting::shell(folder)
            ),
            Self::PipeClosed => Ok(()),
        }
    }
}

/// Errors in settings and data are for the user to fix.
impl From<mlp_train::Error> for Failure {
    fn from(error: mlp_train::Error) -> Self {
        use mlp_train::Error as E;
        match error {
            E::Conflict(_) | E::Core(_) | E::Key { .. } | E::Keys { .. } => by_option(&error),
            E::UnknownKey { .. }
            | E::MisplacedKey { .. }
            | E::BadValue { .. }
            | E::BadOption { .. }
            | E::Toml { .. }
            | E::InCell { .. }
            | E::DataChanged { .. }
            | E::Model(_) => Self::Usage(error.into()),
            E::Interrupted => Self::Interrupted(Remaining::Nothing),
            E::Data(error) => error.into(),
            E::Storage(error) => match error.downcast::<mlp_store::Error>() {
                Ok(error) => (*error).into(),
                Err(error) => Self::Failed(E::Storage(error).into()),
            },
            other => Self::Failed(other.into()),
        }
    }
}

/// So are those of files that are read; failures to write are not.
impl From<mlp_store::Error> for Failure {
    fn from(error: mlp_store::Error) -> Self {
        use mlp_store::Error as E;
        match error {
            E::Train(error) => error.into(),
            E::Corrupt {
                what: Manifest::WHAT,
                ref path,
                ..
            } => {
                let folder = path.parent().unwrap_or(path);
                let (file, folder) = (
                    formatting::shell(&folder.join(run_directory::EXPERIMENT)),
                    formatting::shell(folder),
                );
                Self::usage(format!(
                    "{error}\nthe command that started the run continues it, and so does mlp run {file} --out {folder}"
                ))
            }
            E::Memory { .. } | E::DiskSpace { .. } => by_option(&error),
            E::Write { .. } | E::InUse { .. } => Self::Failed(error.into()),
            error => Self::Usage(error.into()),
        }
    }
}

/// Wrong usage, with keys by the names of their options.
fn by_option(error: &impl fmt::Display) -> Failure {
    let arguments: Vec<String> = (env::args_os().skip(1))
        .filter_map(|argument| argument.into_string().ok())
        .collect();
    Failure::usage(keys_by_option(&error.to_string(), &arguments))
}

/// Figures and reports: errors in stored results or pictures are not usage errors.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let error = match error.downcast::<mlp_train::Error>() {
            Ok(error) => return error.into(),
            Err(error) => error,
        };
        let error = match error.downcast::<mlp_store::Error>() {
            Ok(error) => return error.into(),
            Err(error) => error,
        };
        match error.downcast::<Self>() {
            Ok(failure) => failure,
            Err(error) => Self::Failed(error),
        }
    }
}

impl std::error::Error for Failure {}

/// Writing into a text fails with the value that is written.
impl From<fmt::Error> for Failure {
    fn from(error: fmt::Error) -> Self {
        Self::Failed(error.into())
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
