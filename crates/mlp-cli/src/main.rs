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
mod figures;
mod interrupt;
mod nets;
mod options;
mod output;
mod plan;
mod progress;
mod runs;
mod scores;
mod summary;
mod terminal;
mod watching;
mod words;

use std::process::ExitCode;

use mlp_train::Kind;

use crate::failure::Outcome;

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
    let Some(matches) = cli::parse(std::env::args_os())? else {
        return Ok(());
    };
    match matches.subcommand() {
        Some(("train", matches)) => commands::experiment::run(Kind::Train, matches),
        Some(("population", matches)) => commands::experiment::run(Kind::Population, matches),
        Some(("map", matches)) => commands::experiment::run(Kind::Map, matches),
        Some(("run", matches)) => commands::experiment::run_file(matches),
        Some(("predict", matches)) => commands::predict::run(matches),
        Some(("evaluate", matches)) => commands::evaluate::run(matches),
        Some(("export", matches)) => commands::export::run(matches),
        Some(("data", matches)) => commands::data::run(matches),
        Some(("list", matches)) => commands::list::run(matches),
        Some(("analyze", matches)) => commands::analyze::run(matches),
        Some(("plot", matches)) => commands::plot::run(matches),
        Some(("resume", matches)) => commands::resume::run(matches),
        Some(("replay", matches)) => commands::replay::run(matches),
        Some(("verify", matches)) => commands::verify::run(matches),
        Some(("bench", matches)) => commands::bench::run(matches),
        _ => commands::tour::run(matches.get_flag("quiet")),
    }
}
