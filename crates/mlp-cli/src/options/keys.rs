//! Options from the registry of keys, and their given values.

use std::marker::PhantomData;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use mlp_train::{
    Experiment, Kind, SettingsLayer,
    key::{Form, KeyInfo, keys},
};

use crate::failure::{CommandResult, Failure};

/// Which keys of the registry have options in a command.
pub trait Selection {
    /// All that the experiments of these kinds have.
    const KINDS: &'static [Kind] = &[];
    /// Further ones by their paths.
    const PATHS: &'static [&'static [&'static str]] = &[];
}

/// The options of a selection of keys, and their given values.
pub struct Keys<S> {
    given: Vec<(&'static KeyInfo, Argument)>,
    sweeps: Vec<String>,
    selection: PhantomData<S>,
}

/// How a key was given.
enum Argument {
    Flag,
    /// By its opposite option.
    Opposite,
    Value(String),
}

impl<S: Selection> Keys<S> {
    /// The keys that have an option here, with its name.
    fn selected() -> impl Iterator<Item = (&'static KeyInfo, &'static str)> {
        let selects = |key: &KeyInfo| {
            S::KINDS.iter().any(|kind| key.kinds.contains(kind))
                || S::PATHS.iter().any(|paths| paths.contains(&key.path))
        };
        keys()
            .filter(move |key| selects(key))
            .filter_map(|key| Some((key, key.option?)))
    }

    fn has_sweeps() -> bool {
        S::KINDS.contains(&Kind::Population)
    }

    /// The given values as settings.
    pub fn layer(&self) -> CommandResult<SettingsLayer> {
        let mut layer = SettingsLayer::new();
        for (key, given) in &self.given {
            match given {
                Argument::Flag => layer.flag(key),
                Argument::Opposite => layer.opposite(key),
                Argument::Value(text) => layer.option(key, text)?,
            }
        }
        for sweep in &self.sweeps {
            layer.sweep(sweep)?;
        }
        Ok(layer)
    }
}

impl<S: Selection> Args for Keys<S> {
    fn augment_args(command: Command) -> Command {
        let command = Self::selected().fold(command, |command, (key, option)| {
            command.args(args(key, option))
        });
        if !Self::has_sweeps() {
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

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<S: Selection> FromArgMatches for Keys<S> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut given = Vec::new();
        for (key, _) in Self::selected() {
            if key.opposite().is_some_and(|other| matches.get_flag(other)) {
                given.push((key, Argument::Opposite));
            }
            match key.form {
                Form::Flag | Form::Switch if matches.get_flag(key.path) => {
                    given.push((key, Argument::Flag));
                }
                Form::Flag | Form::Switch => {}
                _ => {
                    let text = matches.get_one::<String>(key.path);
                    given.extend(text.map(|text| (key, Argument::Value(text.clone()))));
                }
            }
        }
        let sweeps = match Self::has_sweeps() {
            true => matches
                .get_many("sweep")
                .unwrap_or_default()
                .cloned()
                .collect(),
            false => Vec::new(),
        };
        Ok(Self {
            given,
            sweeps,
            selection: PhantomData,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Settings beneath the options.
#[derive(Args)]
pub struct Base {
    /// built-in experiment (mlp list presets), overridden by files and options
    #[arg(long, value_name = "NAME", help_heading = "Experiment")]
    pub preset: Option<String>,
    /// experiment file, overridden by options
    #[arg(long, value_name = "FILE", help_heading = "Experiment")]
    pub config: Option<String>,
}

impl Base {
    /// Refuses these where another argument gives the base settings.
    pub fn refuse(&self, other: &str) -> CommandResult {
        for (name, given) in [("config", &self.config), ("preset", &self.preset)] {
            if given.is_some() {
                return Err(Failure::usage(format!(
                    "{other} and --{name} both say what is trained; give one of them"
                )));
            }
        }
        Ok(())
    }
}

/// Keys by name, overriding options and files.
#[derive(Args)]
pub struct Sets {
    /// set any key (mlp list keys), overriding options and files; repeatable
    #[arg(long, value_name = "KEY=VALUE", help_heading = "Experiment")]
    set: Vec<String>,
}

impl Sets {
    /// The given values as settings.
    pub fn layer(&self) -> CommandResult<SettingsLayer> {
        let mut layer = SettingsLayer::new();
        for set in &self.set {
            layer.set(set)?;
        }
        Ok(layer)
    }
}

/// An experiment of these layers alone, the last one above the others.
pub fn experiment<'a>(
    kind: Kind,
    layers: impl IntoIterator<Item = &'a SettingsLayer>,
) -> CommandResult<Experiment> {
    let mut experiment = Experiment::new(kind);
    for layer in layers {
        layer.apply(&mut experiment)?;
    }
    Ok(experiment)
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
    // Spellings of keys that are not options (`--path` for `--data`) stay out of the command line.
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

#[cfg(test)]
mod tests {
    use super::*;

    struct OfTrain;
    impl Selection for OfTrain {
        const KINDS: &'static [Kind] = &[Kind::Train];
    }

    struct OfPopulation;
    impl Selection for OfPopulation {
        const KINDS: &'static [Kind] = &[Kind::Population];
    }

    struct OfMap;
    impl Selection for OfMap {
        const KINDS: &'static [Kind] = &[Kind::Map];
    }

    fn has_every_option<S: Selection>() {
        let command = Keys::<S>::augment_args(Command::new("test"));
        command.clone().debug_assert();
        for key in keys().filter(|key| key.option.is_some()) {
            let found = command.get_arguments().any(|arg| arg.get_id() == key.path);
            assert_eq!(found, key.kinds.contains(&S::KINDS[0]), "{}", key.path);
        }
    }

    #[test]
    fn every_option_of_the_registry_is_on_the_command_line() {
        has_every_option::<OfTrain>();
        has_every_option::<OfPopulation>();
        has_every_option::<OfMap>();
    }

    #[test]
    fn what_is_given_becomes_a_layer() {
        let command = Sets::augment_args(Keys::<OfPopulation>::augment_args(Command::new("test")));
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
        let keys = Keys::<OfPopulation>::from_arg_matches(&matches).unwrap();
        let (options, sets) = (
            keys.layer().unwrap(),
            Sets::from_arg_matches(&matches).unwrap().layer().unwrap(),
        );
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
