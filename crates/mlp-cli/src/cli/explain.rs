//! Errors of the command line, in one line.

use std::error::Error;

use clap::{
    Command,
    error::{ContextKind, ContextValue, ErrorKind},
};
use mlp_data::names::{choice, did_you_mean, known_elsewhere, nearest};
use mlp_train::key::renamed;

/// One line saying what is wrong with the arguments of the command line `whole`, and what would be right.
pub fn explain(error: &clap::Error, whole: &Command, arguments: &[std::ffi::OsString]) -> String {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => Some(texts.join(", ")),
        _ => None,
    };
    let named = arguments
        .iter()
        .skip(1)
        .filter_map(|argument| argument.to_str());
    let called = named.clone().find_map(|name| {
        whole
            .get_subcommands()
            .find(|command| command.get_name() == name)
    });
    let help = match called {
        Some(command) => format!("mlp {} --help", command.get_name()),
        None => "mlp --help".to_owned(),
    };
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let name = text(ContextKind::InvalidSubcommand).unwrap_or_default();
            let meant = did_you_mean(&name, whole.get_subcommands().map(Command::get_name));
            format!("there is no command \"{name}\"{meant} ({help})")
        }
        ErrorKind::UnknownArgument => {
            let argument = text(ContextKind::InvalidArg).unwrap_or_default();
            let Some(option) = argument.strip_prefix("--") else {
                return format!("unexpected argument \"{argument}\" ({help})");
            };
            let options = options_of(called.unwrap_or(whole));
            if let Some(now) = renamed(option)
                && options.iter().any(|option| option == now)
            {
                return format!("--{option} is now called --{now} ({help})");
            }
            let option_of_many = OF_MANY.contains(&option).then_some("nets");
            if let Some(known) = option_of_many.filter(|known| options.iter().any(|o| o == known)) {
                return format!("unknown option --{option}; did you mean --{known}? ({help})");
            }
            if let Some(known) = known_elsewhere(option, options.iter().map(String::as_str)) {
                return format!("unknown option --{option}; did you mean --{known}? ({help})");
            }
            let wanted = option_of_many.unwrap_or(option);
            if let Some(other) = other_with(whole, called, wanted) {
                if called.is_some_and(|called| called.get_name() == "resume") {
                    let instead = match wanted {
                        "figures" => "; mlp plot DIR draws its figures anew",
                        _ => "",
                    };
                    return format!(
                        "unknown option --{option}; a run goes on with the settings that it was begun with{instead} ({help})"
                    );
                }
                return format!("unknown option --{option}; mlp {other} has --{wanted} ({help})");
            }
            match nearest(option, options.iter().map(String::as_str)) {
                Some(nearest) => {
                    format!("unknown option --{option}; did you mean --{nearest}? ({help})")
                }
                None => format!("unknown option --{option} ({help})"),
            }
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = text(ContextKind::InvalidArg).unwrap_or_default();
            format!("{missing} is missing ({help})")
        }
        ErrorKind::ArgumentConflict => {
            let option = text(ContextKind::InvalidArg).unwrap_or_default();
            match text(ContextKind::PriorArg) {
                Some(other) if other != option => {
                    format!("{option} and {other} contradict each other; give one of them")
                }
                _ => format!("{option} is given twice; give it once"),
            }
        }
        // The reason is that of the option's own parser.
        ErrorKind::ValueValidation => {
            let option = text(ContextKind::InvalidArg).unwrap_or_default();
            let option = option.split_whitespace().next().unwrap_or_default();
            let reason = error.source().map(ToString::to_string).unwrap_or_default();
            format!("{option}: {reason}")
        }
        ErrorKind::InvalidValue | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            let option = text(ContextKind::InvalidArg).unwrap_or_default();
            let value = text(ContextKind::InvalidValue).filter(|value| !value.is_empty());
            match (value, error.get(ContextKind::ValidValue)) {
                (Some(value), Some(ContextValue::Strings(known))) => {
                    let option = option.split_whitespace().next().unwrap_or_default();
                    let known = choice(known.iter().map(String::as_str));
                    format!("{option}: must be {known}, not \"{value}\"")
                }
                _ => format!("{option} needs a value ({help})"),
            }
        }
        _ => error
            .to_string()
            .lines()
            .next()
            .unwrap_or_default()
            .trim_start_matches("error: ")
            .to_owned(),
    }
}

/// Other words for how many networks there are.
const OF_MANY: [&str; 4] = ["networks", "seeds", "number", "nets"];

/// Another command that has an option of this very name.
fn other_with<'c>(whole: &'c Command, called: Option<&Command>, option: &str) -> Option<&'c str> {
    let called = called?.get_name();
    let mut others = whole
        .get_subcommands()
        .filter(|other| other.get_name() != called);
    let has = |other: &&Command| options_of(other).iter().any(|known| known == option);
    others.find(has).map(Command::get_name)
}

/// Every spelling of every option of a command.
fn options_of(command: &Command) -> Vec<String> {
    let mut options = vec!["help".to_owned(), "quiet".to_owned()];
    for arg in command.get_arguments() {
        options.extend(arg.get_long().map(str::to_owned));
        options.extend(
            arg.get_visible_aliases()
                .into_iter()
                .flatten()
                .map(str::to_owned),
        );
    }
    options
}
