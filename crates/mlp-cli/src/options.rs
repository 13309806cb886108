//! Options out of the registry of keys, and what was given of them.

use clap::{Arg, ArgAction, ArgMatches, Command};
use mlp_train::{
    Experiment, Kind, Layer,
    key::{Form, KeyInfo, keys},
};

use crate::failure::Outcome;

/// The keys that have an option in a command for these kinds of experiment.
fn optional(kinds: &[Kind]) -> impl Iterator<Item = (&'static KeyInfo, &'static str)> {
    keys()
        .filter(|key| kinds.iter().any(|kind| key.kinds.contains(kind)))
        .filter_map(|key| Some((key, key.option?)))
}

/// Adds the options of all keys of these kinds, section by section.
pub fn add(command: Command, kinds: &[Kind]) -> Command {
    let command = optional(kinds).fold(command, |command, (key, option)| {
        command.args(args(key, option))
    });
    if !kinds.contains(&Kind::Population) {
        return command;
    }
    command.arg(
        Arg::new("sweep")
            .long("sweep")
            .value_name("KEY=RANGE")
            .action(ArgAction::Append)
            .help_heading("Population")
            .help("a key to sweep, as in weight_decay=0,1e-4,1e-3; repeat for a full grid"),
    )
}

/// Adds the options of the keys with these paths alone.
pub fn add_some(command: Command, paths: &[&str]) -> Command {
    optional(&Kind::ALL)
        .filter(|(key, _)| paths.contains(&key.path))
        .fold(command, |command, (key, option)| {
            command.args(args(key, option))
        })
}

/// Adds `--set`, `--config` and `--preset`.
pub fn add_layers(command: Command) -> Command {
    command
        .arg(
            Arg::new("preset")
                .long("preset")
                .value_name("NAME")
                .help_heading("Experiment")
                .help("experiment that comes with the program (mlp list presets), underneath files and options"),
        )
        .arg(
            Arg::new("config")
                .long("config")
                .value_name("FILE")
                .help_heading("Experiment")
                .help("experiment file underneath the options"),
        )
        .arg(set())
}

/// `--set key=value`.
pub fn set() -> Arg {
    Arg::new("set")
        .long("set")
        .value_name("KEY=VALUE")
        .action(ArgAction::Append)
        .help_heading("Experiment")
        .help("set any key (mlp list keys), above options and files; repeatable")
}

/// The option of a key, and its opposite where it has one.
fn args(key: &'static KeyInfo, option: &'static str) -> Vec<Arg> {
    let arg = arg(key, option);
    let Some(opposite) = key.opposite() else {
        return vec![arg];
    };
    let other = Arg::new(opposite)
        .long(opposite)
        .help(key.help)
        .help_heading(heading(key))
        .action(ArgAction::SetTrue);
    vec![other, arg.conflicts_with(opposite)]
}

fn arg(key: &'static KeyInfo, option: &'static str) -> Arg {
    let mut help = key.help.to_owned();
    if !key.default.is_empty() && !matches!(key.form, Form::Flag | Form::Switch) {
        help.push_str(&format!(" [default: {}]", key.default));
    }
    let arg = Arg::new(key.path)
        .long(option)
        .help(help)
        .help_heading(heading(key));
    // Spellings of keys that are no options (`--path` for `--data`) stay out of the command line.
    let arg = if key.path == "data.name" {
        arg
    } else {
        arg.visible_aliases(key.aliases.iter().copied())
    };
    match key.form {
        Form::Flag | Form::Switch => arg.action(ArgAction::SetTrue),
        _ => arg.value_name(key.value_name).allow_hyphen_values(true),
    }
}

fn heading(key: &KeyInfo) -> &'static str {
    match key.section() {
        "data" => "Data",
        "network" => "Network",
        "training" => "Training",
        "schedule" => "Schedule",
        "population" => "Population",
        "map" => "Map",
        _ => "Output",
    }
}

/// What was given of the options, and what of `--set`.
pub fn layers(matches: &ArgMatches) -> Outcome<[Layer; 2]> {
    let mut options = Layer::new();
    for (key, _) in optional(&Kind::ALL) {
        if let Some(opposite) = key.opposite()
            && matches!(matches.try_get_one::<bool>(opposite), Ok(Some(true)))
        {
            options.opposite(key);
        }
        if let Ok(given) = matches.try_contains_id(key.path)
            && given
        {
            match key.form {
                Form::Flag | Form::Switch if matches.get_flag(key.path) => options.flag(key),
                Form::Flag | Form::Switch => {}
                _ => {
                    if let Some(text) = matches.get_one::<String>(key.path) {
                        options.option(key, text)?;
                    }
                }
            }
        }
    }
    for sweep in many(matches, "sweep") {
        options.sweep(sweep)?;
    }
    let mut sets = Layer::new();
    for set in many(matches, "set") {
        sets.set(set)?;
    }
    Ok([options, sets])
}

/// An experiment of what was given alone, for commands that use a few settings of this kind.
pub fn experiment(kind: Kind, matches: &ArgMatches) -> Outcome<Experiment> {
    let mut experiment = Experiment::new(kind);
    for layer in layers(matches)? {
        layer.apply(&mut experiment)?;
    }
    Ok(experiment)
}

/// All values of a repeatable option, if the command has it.
fn many<'a>(matches: &'a ArgMatches, id: &str) -> impl Iterator<Item = &'a String> {
    matches
        .try_get_many::<String>(id)
        .ok()
        .flatten()
        .into_iter()
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_of_the_registry_is_on_the_command_line() {
        for kind in Kind::ALL {
            let command = add(Command::new("test"), &[kind]);
            command.clone().debug_assert();
            for key in keys().filter(|key| key.option.is_some()) {
                let found = command.get_arguments().any(|arg| arg.get_id() == key.path);
                assert_eq!(found, key.kinds.contains(&kind), "{} {kind}", key.path);
            }
        }
    }

    #[test]
    fn what_is_given_becomes_a_layer() {
        let command = add_layers(add(Command::new("test"), &[Kind::Population]));
        let matches = command
            .try_get_matches_from([
                "test",
                "--lr",
                "0.5",
                "--decay-bias",
                "--no-shuffle",
                "--sweep",
                "wd=0,1",
                "--set",
                "seed=3",
            ])
            .unwrap();
        let [options, sets] = layers(&matches).unwrap();
        assert_eq!(
            (
                options.settings.len(),
                options.sweeps.len(),
                sets.settings.len()
            ),
            (3, 1, 1)
        );
        let values: Vec<String> = options
            .settings
            .iter()
            .map(|setting| format!("{}={}", setting.key, setting.value))
            .collect();
        assert_eq!(
            values,
            ["learning_rate=0.5", "decay_bias=true", "shuffle=false"]
        );
    }
}
