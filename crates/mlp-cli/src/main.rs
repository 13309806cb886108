//! The `mlp` command: trains small neural networks and shows what training does to them.
//!
//! Raw arguments become a validated plan, which is executed; everything else is in the libraries.
#![forbid(unsafe_code)]
// They panic where the output is closed; `terminal` prints.
#![deny(clippy::print_stderr, clippy::print_stdout)]

mod cli;
mod commands;
mod comparison;
mod data_read;
mod execute;
mod failure;
mod fates;
mod figures;
mod formatting;
mod interrupt;
mod nets;
mod options;
mod output;
mod plan;
mod progress;
mod scores;
mod selected;
mod summary;
mod terminal;

use std::{
    panic,
    process::ExitCode,
    sync::{Mutex, PoisonError},
};

use crate::{
    cli::Cli,
    failure::{CommandResult, Failure},
};

/// What a panic said, and where.
static PANICKED: Mutex<Option<String>> = Mutex::new(None);

fn main() -> ExitCode {
    // Readers of other crates panic on some damaged files, which is told as an error of the file, and so is told by nothing else.
    panic::set_hook(Box::new(|panicked| {
        let payload = panicked.payload();
        let message = (payload.downcast_ref::<&str>().copied())
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("a panic without a message");
        let place = panicked.location().map(ToString::to_string);
        let text = format!("{message} ({})", place.unwrap_or_default());
        *PANICKED.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
    }));
    let ended = panic::catch_unwind(run).unwrap_or_else(|_| {
        let said = PANICKED.lock().unwrap_or_else(PoisonError::into_inner).take();
        Err(Failure::Failed(anyhow::anyhow!(
            "a fault of this program, not of what it was given: {}\nplease report it with the command; what was finished is kept",
            said.unwrap_or_default()
        )))
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let text = failure.to_string();
            if !text.is_empty() {
                let head = if failure.code() == 0 { "" } else { "error: " };
                terminal::say(&format!("{head}{text}"));
            }
            ExitCode::from(failure.code())
        }
    }
}

fn run() -> CommandResult {
    interrupt::watch();
    match Cli::parse_from(std::env::args_os())? {
        Some(cli) => cli.run(),
        None => Ok(()),
    }
}
