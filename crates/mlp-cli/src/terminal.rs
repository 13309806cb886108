//! Standard input, standard output and the environment.

use std::{
    borrow::Cow,
    fs::File,
    io::{self, BufWriter, IsTerminal, Read, Write},
    path::Path,
};

use mlp_core::Level;
use mlp_train::Experiment;

use crate::failure::{Failure, Outcome};

/// Standard output, buffered. The caller flushes.
pub fn stdout() -> impl Write {
    BufWriter::new(io::stdout().lock())
}

/// Prints a result, unless the output is closed.
pub fn print(text: &str) -> Outcome {
    let mut out = io::stdout().lock();
    let written = out
        .write_all(plain(text).as_bytes())
        .and_then(|()| out.flush());
    written.map_err(|error| Failure::io("cannot write to standard output", error))
}

/// Prints to standard error. Failure (a closed or full standard error)
/// does not affect the command.
pub fn say(text: &str) {
    // In one write, so that lines of several threads do not mix.
    let _ = io::stderr()
        .lock()
        .write_all(format!("{}\n", plain(text)).as_bytes());
}

/// A text with its control characters written out but ends of lines and tabs: a cell or a name of a file may hold any, and a
/// terminal would obey them.
fn plain(text: &str) -> Cow<'_, str> {
    let obeyed = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if !text.contains(obeyed) {
        return Cow::Borrowed(text);
    }
    let shown = |c: char| match obeyed(c) {
        true => c.escape_default().to_string(),
        false => c.to_string(),
    };
    Cow::Owned(text.chars().map(shown).collect())
}

/// What standard input holds, if the experiment's data come from there; or a pipe or a device that is
/// named as a file is, which is read here once, and from now on stands for standard input.
pub fn standard_input(experiment: &mut Experiment) -> Outcome<Option<Vec<u8>>> {
    let Some(name) = experiment.data.name.as_deref() else {
        return Ok(None);
    };
    let mut bytes = Vec::new();
    if name != "-" {
        if !is_read_once(Path::new(name)) {
            return Ok(None);
        }
        File::open(name)
            .and_then(|mut file| file.read_to_end(&mut bytes))
            .map_err(|source| mlp_train::Error::Read {
                path: name.into(),
                source,
            })?;
        experiment.data.name = Some("-".to_owned());
        return Ok(Some(bytes));
    }
    if io::stdin().is_terminal() {
        return Err(Failure::usage(
            "the data are -, but nothing is piped into standard input",
        ));
    }
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::io("cannot read standard input", error))?;
    Ok(Some(bytes))
}

/// Whether a name refers to something that can be read only once: a pipe (`<(command)` is one), a device,
/// or a file that is open here under a name that another process has for another one.
fn is_read_once(path: &Path) -> bool {
    let Ok(metadata) = path.metadata() else {
        return false;
    };
    let opened = ["/dev", "/proc"].iter().any(|root| path.starts_with(root));
    !metadata.is_dir() && (opened || !metadata.is_file())
}

/// The SIMD level: the best that the machine has, or what `MLP_SIMD` names.
pub fn level() -> Outcome<Level> {
    let Ok(name) = std::env::var("MLP_SIMD") else {
        return Ok(Level::best());
    };
    let level: Level = name.parse().map_err(|_| {
        Failure::usage(format!(
            "MLP_SIMD: \"{name}\" is not a level; it must be portable, avx2 or avx512"
        ))
    })?;
    if !level.is_supported() {
        return Err(Failure::usage(format!(
            "MLP_SIMD: this processor does not support {level}; its best level is {}",
            Level::best()
        )));
    }
    Ok(level)
}

/// How many threads to train on: the requested number, or all cores.
pub fn threads(asked: Option<usize>) -> usize {
    asked.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}
