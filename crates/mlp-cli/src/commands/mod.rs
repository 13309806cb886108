//! The commands, one per file: its arguments, its help and what it does.

mod analyze;
mod bench;
pub mod compare;
mod data;
mod evaluate;
mod experiment;
mod export;
mod importance;
mod labelled;
mod list;
mod map;
mod overflow;
mod plot;
mod population;
mod predict;
mod replay;
mod resume;
mod run;
mod runs;
mod tour;
mod train;
mod verify;
mod zoom;

use clap::Subcommand;

pub use self::tour::run as tour;
use crate::failure::CommandResult;

/// Declares the commands in the order of the help, each by the name of its type.
macro_rules! commands {
    ($($module:ident::$name:ident),* $(,)?) => {
        /// A command with its arguments.
        #[derive(Subcommand)]
        pub enum Command {
            $($name($module::$name),)*
        }

        impl Command {
            /// Runs the command; with `quiet` it prints only results and errors.
            pub fn run(&self, quiet: bool) -> CommandResult {
                match self {
                    $(Self::$name(command) => command.run(quiet),)*
                }
            }
        }
    };
}

commands!(
    train::Train,
    population::Population,
    map::Map,
    run::Run,
    resume::Resume,
    replay::Replay,
    verify::Verify,
    predict::Predict,
    evaluate::Evaluate,
    importance::Importance,
    export::Export,
    data::Data,
    list::List,
    analyze::Analyze,
    compare::Compare,
    plot::Plot,
    bench::Bench,
);
