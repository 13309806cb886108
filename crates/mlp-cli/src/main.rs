//! The `mlp` command: trains small neural networks and shows what training does to them.
//!
//! Raw arguments become a validated plan, then it is run; everything else lies in the libraries.
#![forbid(unsafe_code)]
// They panic where nobody reads; `terminal` prints.
#![deny(clippy::print_stderr, clippy::print_stdout)]

mod cli;
mod commands;
mod data_read;
mod execute;
mod failure;
mod fates;
mod figures;
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
mod watching;
mod words;

use std::process::ExitCode;

use crate::{cli::Cli, failure::Outcome};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let text = failure.to_string();
            if !text.is_empty() {
                terminal::say(&format!("error: {text}"));
            }
            ExitCode::from(failure.code())
        }
    }
}

fn run() -> Outcome {
    interrupt::watch();
    match Cli::parse_from(std::env::args_os())? {
        Some(cli) => cli.run(),
        None => Ok(()),
    }
}
