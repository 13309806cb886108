//! Standard input, standard output and the environment.

use std::io::{self, BufWriter, IsTerminal, Read, Write};

use mlp_core::Level;
use mlp_train::Experiment;

use crate::failure::{Failure, Outcome};

/// Standard output, written in large pieces. Whoever writes flushes.
pub fn stdout() -> impl Write {
    BufWriter::new(io::stdout().lock())
}

/// Prints a result, unless nobody reads it any more.
pub fn print(text: &str) -> Outcome {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(|error| Failure::io("cannot write to standard output", error))
}

/// Says something on standard error. Nobody may be there to hear it (a closed or full standard error),
/// which changes nothing about what the command does.
pub fn say(text: &str) {
    // In one piece, so that lines of several threads do not mix.
    let _ = io::stderr().lock().write_all(format!("{text}\n").as_bytes());
}

/// What standard input holds, if the experiment's data come from there.
pub fn standard_input(experiment: &Experiment) -> Outcome<Option<Vec<u8>>> {
    if experiment.data.name.as_deref() != Some("-") {
        return Ok(None);
    }
    if io::stdin().is_terminal() {
        return Err(Failure::usage(
            "the data are -, but nothing is piped into standard input",
        ));
    }
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::io("cannot read standard input", error))?;
    Ok(Some(bytes))
}

/// The SIMD level: the best that the machine has, or what `MLP_SIMD` names.
pub fn level() -> Outcome<Level> {
    let Ok(name) = std::env::var("MLP_SIMD") else {
        return Ok(Level::best());
    };
    let level: Level = name.parse().map_err(|_| {
        Failure::usage(format!(
            "MLP_SIMD: \"{name}\" is no level; it is portable, avx2 or avx512"
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

/// How many threads to train on: all cores, or what was asked for.
pub fn threads(asked: Option<&String>) -> Outcome<usize> {
    let Some(text) = asked else {
        return Ok(std::thread::available_parallelism().map_or(1, usize::from));
    };
    match text.parse() {
        Ok(0) | Err(_) => Err(Failure::usage(format!(
            "--threads: must be a whole number, 1 or more, not \"{text}\""
        ))),
        Ok(threads) if threads > 4096 => Err(Failure::usage(format!(
            "--threads: {threads} is too many (4096 at most)"
        ))),
        Ok(threads) => Ok(threads),
    }
}

/// A whole number out of an option, or its default.
pub fn whole(option: &str, asked: Option<&String>, default: u64) -> Outcome<u64> {
    let Some(text) = asked else {
        return Ok(default);
    };
    text.parse().map_err(|_| {
        Failure::usage(format!(
            "{option}: must be a whole number, 0 or more, not \"{text}\""
        ))
    })
}
