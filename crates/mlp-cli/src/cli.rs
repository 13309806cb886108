//! The command line: what is the same for all commands, and errors of one or two lines.

mod explain;
mod short_help;

use std::ffi::OsString;

use clap::{CommandFactory, Parser, error::ErrorKind};

use self::{explain::explain, short_help::short_help};
use crate::{
    commands::{self, Command},
    failure::{CommandResult, Failure},
    terminal,
};

const AFTER_HELP: &str = "\
Without a command, mlp runs a short tour: one network, a small population, a small map, one report.

Examples:
  mlp                                                  the tour
  mlp train moons                                      one network, its curves and its boundary
  mlp train my.csv --hidden 32,32 --epochs 200         a table of your own
  mlp population moons --sweep weight_decay=0,1e-3     norms over many networks
  mlp map moons --x learning_rate=log:1e-3:1e2:96      loss against learning rate and step
  mlp resume runs/population-moons-001                 continue after an interruption
  mlp replay runs/population-moons-001 17              retrain network 17 with everything recorded
  mlp list datasets                                    what there is to train on";

/// Trains small neural networks and shows what training does to them.
#[derive(Parser)]
#[command(
    name = "mlp",
    version,
    about = "Trains small neural networks and shows what training does to them.",
    after_help = AFTER_HELP,
    max_term_width = 110,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// no progress, notes or summaries; requested output is still printed
    #[arg(long, short, global = true, help_heading = "Running")]
    quiet: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

impl Cli {
    /// Reads the command line. Help and version are printed here; then nothing is left to do.
    pub fn parse_from(
        arguments: impl IntoIterator<Item = OsString>,
    ) -> CommandResult<Option<Self>> {
        let arguments: Vec<_> = arguments.into_iter().collect();
        let error = match Self::try_parse_from(&arguments) {
            Ok(cli) => return Ok(Some(cli)),
            Err(error) => error,
        };
        match error.kind() {
            ErrorKind::DisplayHelp if arguments.iter().any(|argument| argument == "-h") => {
                terminal::print(&short_help(Self::command(), &error, &arguments))?;
                Ok(None)
            }
            ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => match error.print() {
                Ok(()) => Ok(None),
                Err(error) => Err(Failure::io("cannot print the help", error)),
            },
            _ => Err(Failure::usage(explain(
                &error,
                &Self::command(),
                &arguments,
            ))),
        }
    }

    /// Runs the command, or the tour.
    pub fn run(&self) -> CommandResult {
        match &self.command {
            Some(command) => command.run(self.quiet),
            None => commands::tour(self.quiet),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuse(arguments: &[&str]) -> String {
        let arguments = std::iter::once("mlp")
            .chain(arguments.iter().copied())
            .map(Into::into);
        match Cli::parse_from(arguments) {
            Ok(_) => panic!("must be refused"),
            Err(failure) => failure.to_string(),
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_has_help_and_examples() {
        for command in Cli::command().get_subcommands() {
            let name = command.get_name();
            let examples = command
                .get_after_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            assert!(examples.contains(&format!("mlp {name}")), "{name}");
            assert!(command.get_about().is_some(), "{name}");
            for argument in command.get_arguments() {
                assert!(
                    argument.get_help().is_some(),
                    "{name} {}",
                    argument.get_id()
                );
            }
        }
    }

    #[test]
    fn what_a_short_help_shows_exists_and_fits_a_screen() {
        let mut cli = Cli::command();
        cli.build();
        let exists = |id: &&str| {
            cli.get_subcommands()
                .any(|command| command.get_arguments().any(|arg| arg.get_id() == *id))
        };
        let shown = short_help::SHOWN.iter();
        assert!(shown.chain(&short_help::SHOWN_BESIDE).all(exists));
        for name in ["train", "population", "map"] {
            let mut short = short_help::shortened(cli.find_subcommand(name).unwrap()).unwrap();
            let text = short.render_help().to_string();
            assert!(text.contains("--learning-rate"), "{text}");
            assert!(!text.contains("--huber-delta"), "{text}");
            assert!((20..=45).contains(&text.lines().count()), "{text}");
        }
        for name in ["importance", "predict", "analyze", "evaluate"] {
            let mut short = short_help::shortened(cli.find_subcommand(name).unwrap()).unwrap();
            let text = short.render_help().to_string();
            assert!((20..=36).contains(&text.lines().count()), "{text}");
        }
        assert!(short_help::shortened(cli.find_subcommand("verify").unwrap()).is_none());
    }

    #[test]
    fn wrong_arguments_get_one_line() {
        assert_eq!(
            refuse(&["trian"]),
            "there is no command \"trian\"; did you mean \"train\"? (mlp --help)"
        );
        assert_eq!(
            refuse(&["train", "moons", "--learnig-rate", "1"]),
            "unknown option --learnig-rate; did you mean --learning-rate? (mlp train --help)"
        );
        assert_eq!(
            refuse(&["predict", "model"]),
            "<DATA> is missing (mlp predict --help)"
        );
        assert!(refuse(&["train", "moons", "--lr"]).contains("needs a value"));
        assert!(refuse(&["train", "a", "b"]).contains("unexpected argument \"b\""));
        assert_eq!(
            refuse(&["verify", "run", "--nets", "few"]),
            "--nets: must be a whole number, 0 or more, not \"few\""
        );
    }
}
