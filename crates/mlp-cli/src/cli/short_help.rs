//! `-h`: the options that most uses need; `--help` has all.

use std::ffi::OsString;

use clap::Command;

/// Commands with more arguments have a short help.
const MANY: usize = 15;

/// Those with more have the keys of an experiment, of which few are shown.
const OF_EXPERIMENTS: usize = 40;

/// The arguments that the short help of such commands shows, as far as they have them.
pub(super) const SHOWN: [&str; 22] = [
    "data.target",
    "data.test_fraction",
    "network.hidden",
    "network.activation",
    "training.loss",
    "training.optimizer",
    "training.learning_rate",
    "training.weight_decay",
    "training.batch",
    "training.steps",
    "training.epochs",
    "training.seed",
    "training.patience",
    "population.nets",
    "sweep",
    "map.x",
    "map.y",
    "config",
    "set",
    "dry_run",
    "out",
    "threads",
];

/// Further ones, of commands that train no new experiment.
pub(super) const SHOWN_BESIDE: [&str; 20] = [
    "way",
    "keep",
    "missing",
    "intervals",
    "csv_safe",
    "score",
    "repeats",
    "dependence",
    "scatter",
    "color",
    "records",
    "condition",
    "most",
    "compare",
    "json",
    "only",
    "format",
    "width",
    "theme",
    "data.decimal",
];

/// The help that `-h` prints: that of the command of `cli` named in `arguments` with its most used options, or `full` where
/// there are few.
pub fn short_help(mut cli: Command, full: &clap::Error, arguments: &[OsString]) -> String {
    cli.build();
    let mut named = arguments.iter().skip(1).filter_map(|text| text.to_str());
    let Some(command) = named.find_map(|name| cli.find_subcommand(name)) else {
        return full.to_string();
    };
    shortened(command).map_or_else(
        || full.to_string(),
        |mut short| short.render_help().to_string(),
    )
}

/// A command without its rarer arguments; `None` where it has few.
pub(super) fn shortened(command: &Command) -> Option<Command> {
    let all = command.get_arguments().count();
    if all <= MANY {
        return None;
    }
    let name = command.get_name().to_owned();
    let examples = command.get_after_help().map(ToString::to_string);
    let examples = examples.unwrap_or_default();
    // What is said before the examples belongs to the long help.
    let examples = examples.find("Examples:").map_or("", |at| &examples[at..]);
    Some(
        command
            .clone()
            .mut_args(|arg| {
                let id = arg.get_id().as_str();
                let beside = all <= OF_EXPERIMENTS && SHOWN_BESIDE.contains(&id);
                let shown = arg.is_positional() || SHOWN.contains(&id) || beside;
                let help = arg.get_help().map(|help| first_clause(&help.to_string()));
                arg.hide(!shown)
                    .help_heading(None::<&str>)
                    .help(help.unwrap_or_default())
            })
            .after_help(format!(
                "All {all} options: mlp {name} --help. Keys, data sets and other names: mlp list.\n\n{examples}"
            )),
    )
}

/// A line of help as far as its first clause, and its default where that is short.
fn first_clause(help: &str) -> String {
    /// What fits beside an option on most terminals.
    const SHORT: usize = 72;
    let (text, default) = help.split_once(" [default: ").unwrap_or((help, ""));
    let text = text.split([';', ':']).next().unwrap_or(text);
    let default = default.split([';', ':', ']']).next().unwrap_or(default);
    let default = default.split(", ").next().unwrap_or(default);
    match format!("{text} [default: {default}]") {
        whole if !default.is_empty() && whole.len() <= SHORT => whole,
        _ => text.to_owned(),
    }
}
