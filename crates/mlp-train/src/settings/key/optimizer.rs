//! Settings of optimizers: keys derived from the registry of `mlp-core`, one for each name.

use std::sync::LazyLock;

use mlp_core::{Optimizer, Setting, SettingForm, SettingValue};

use super::{
    Form,
    access::{whole, word},
    info::{Access, KeyInfo},
};
use crate::settings::{experiment::Experiment, value::Value};

/// A setting and the names of the optimizers that have it, with its default in each.
type Entry = (Setting, Vec<(&'static str, SettingValue)>);

static SETTINGS: LazyLock<Vec<Entry>> = LazyLock::new(Optimizer::all_settings);

/// The texts of the keys, which live as long as the program.
static TEXTS: LazyLock<Vec<[String; 4]>> = LazyLock::new(|| {
    let texts = |(setting, owners): &Entry| {
        let path = format!("training.{}", setting.name);
        let option = setting.name.replace('_', "-");
        [path, option, help(setting, owners), default(owners)]
    };
    SETTINGS.iter().map(texts).collect()
});

static KEYS: LazyLock<Vec<KeyInfo>> = LazyLock::new(|| {
    let keys = SETTINGS.iter().zip(TEXTS.iter()).zip(ACCESS);
    keys.map(
        |(((setting, _), [path, option, help, default]), (words, access))| {
            let (takes, form) = match setting.form {
                SettingForm::Number(_) => ("X", Form::Number),
                SettingForm::Whole(_) => ("N", Form::Whole),
                SettingForm::Flag => ("", Form::Flag),
                SettingForm::Word(_) => ("NAME", Form::Word(*words)),
                SettingForm::Optimizer => ("NAME", Form::Text),
                SettingForm::Numbers(_) => ("X,...", Form::Numbers),
                SettingForm::Layers => ("N,...", Form::Widths),
            };
            KeyInfo::new(path, form, *access)
                .help(help)
                .option(option)
                .takes(takes)
                .default(default)
        },
    )
    .collect()
});

/// The keys, in the order of help.
pub(super) fn keys() -> &'static [KeyInfo] {
    &KEYS
}

/// The words of a setting, and how its key accesses it.
type SettingAccess = (fn() -> Vec<&'static str>, Access);

const fn access<const INDEX: usize>() -> SettingAccess {
    let access = Access {
        set: set::<INDEX>,
        get: get::<INDEX>,
        clear: clear::<INDEX>,
    };
    (words::<INDEX>, access)
}

macro_rules! accesses {
    ($($index:literal)+) => {
        [$(access::<$index>()),+]
    };
}

/// One for each setting of the registry.
const ACCESS: &[SettingAccess] = &accesses!(
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34
);

fn words<const INDEX: usize>() -> Vec<&'static str> {
    match SETTINGS[INDEX].0.form {
        SettingForm::Word(words) => words.to_vec(),
        _ => Vec::new(),
    }
}

/// Sets a value that is valid for some optimizer; for which one is known later.
fn set<const INDEX: usize>(experiment: &mut Experiment, value: &Value) -> Result<(), String> {
    let (setting, owners) = &SETTINGS[INDEX];
    let value = read(setting, value)?;
    let mut reason = None;
    for (name, _) in owners {
        let mut optimizer: Optimizer = name.parse().map_err(|e: mlp_core::Error| e.to_string())?;
        match optimizer.set(setting.name, &value) {
            Ok(()) => {
                experiment.training.settings.insert(setting.name, value);
                return Ok(());
            }
            Err(mlp_core::Error::BadSetting {
                value, expected, ..
            }) => {
                reason.get_or_insert(format!("must be {expected}, not {value}"));
            }
            Err(other) => {
                reason.get_or_insert(other.to_string());
            }
        }
    }
    Err(reason.unwrap_or_default())
}

fn get<const INDEX: usize>(experiment: &Experiment) -> Option<Value> {
    let value = experiment.training.settings.get(SETTINGS[INDEX].0.name)?;
    Some(match value {
        SettingValue::Number(number) => Value::Number(*number),
        SettingValue::Whole(number) => whole(*number),
        SettingValue::Flag(flag) => Value::Flag(*flag),
        SettingValue::Word(text) => word(text),
        SettingValue::Numbers(numbers) => {
            Value::List(numbers.iter().copied().map(Value::Number).collect())
        }
        SettingValue::Layers(layers) => {
            Value::List(layers.iter().map(|&layer| whole(layer as u64)).collect())
        }
    })
}

fn clear<const INDEX: usize>(experiment: &mut Experiment) {
    experiment.training.settings.remove(SETTINGS[INDEX].0.name);
}

/// Converts a value, already in the key's form, for the optimizers.
fn read(setting: &Setting, value: &Value) -> Result<SettingValue, String> {
    let wrong = || format!("must be {}", setting.expected());
    let numbers = || {
        let numbers: Option<Vec<f64>> = value.entries().iter().map(Value::as_f64).collect();
        numbers.ok_or_else(wrong)
    };
    Ok(match setting.form {
        SettingForm::Number(_) => SettingValue::Number(value.as_f64().ok_or_else(wrong)?),
        SettingForm::Whole(_) => SettingValue::Whole(value.as_whole().ok_or_else(wrong)?),
        SettingForm::Flag => match value {
            Value::Flag(flag) => SettingValue::Flag(*flag),
            _ => return Err(wrong()),
        },
        SettingForm::Word(_) | SettingForm::Optimizer => {
            SettingValue::Word(value.as_text().ok_or_else(wrong)?.to_owned())
        }
        SettingForm::Numbers(_) => SettingValue::Numbers(numbers()?),
        SettingForm::Layers => {
            let layers = numbers()?.into_iter().map(|layer| layer as usize);
            SettingValue::Layers(layers.collect())
        }
    })
}

/// What the setting does, and the optimizers that have it.
fn help(setting: &Setting, owners: &[(&'static str, SettingValue)]) -> String {
    const SHOWN: usize = 4;
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in owners {
        if !names.contains(name) {
            names.push(*name);
        }
    }
    let more = if names.len() > SHOWN { " ..." } else { "" };
    names.truncate(SHOWN);
    format!("{} ({}{more})", setting.meaning, names.join(", "))
}

/// The usual default, then the others with their optimizers.
fn default(owners: &[(&'static str, SettingValue)]) -> String {
    let mut groups: Vec<(&SettingValue, Vec<&str>)> = Vec::new();
    for (name, value) in owners {
        match groups.iter_mut().find(|(other, _)| *other == value) {
            Some((_, names)) => names.push(*name),
            None => groups.push((value, vec![*name])),
        }
    }
    let most = groups.iter().map(|(_, names)| names.len()).max();
    let usual = groups
        .iter()
        .position(|(_, names)| Some(names.len()) == most)
        .unwrap_or(0);
    if groups.is_empty() {
        return String::new();
    }
    let (value, _) = groups.remove(usual);
    let others = groups
        .iter()
        .map(|(value, names)| format!("; {value} for {}", names.join(" and ")));
    std::iter::once(value.to_string()).chain(others).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{
        ResolvedExperiment, SettingsLayer,
        settings::{experiment_file, kind::Kind},
    };

    fn resolved(texts: &[&str]) -> Result<ResolvedExperiment, String> {
        let mut layer = SettingsLayer::new();
        for text in texts {
            layer.set(text).map_err(|error| error.to_string())?;
        }
        let mut experiment = Experiment::new(Kind::Train);
        layer
            .apply(&mut experiment)
            .map_err(|error| error.to_string())?;
        ResolvedExperiment::new(&experiment, None).map_err(|error| error.to_string())
    }

    fn optimizer(texts: &[&str]) -> Optimizer {
        let resolved = resolved(&[&["data=moons"], texts].concat()).unwrap();
        resolved.recipe(0).unwrap().spec.optimizer.clone()
    }

    #[test]
    fn every_setting_has_its_key() {
        assert_eq!(SETTINGS.len(), ACCESS.len());
        for (setting, _) in SETTINGS.iter() {
            let key = crate::settings::key::info::Key::parse(setting.name).unwrap();
            assert_eq!(key.info().name(), setting.name);
        }
    }

    #[test]
    fn every_optimizer_is_spelled_out_and_read_back() {
        for known in Optimizer::ALL.concat() {
            let text = format!("optimizer={}", known.name);
            let first = resolved(&["data=moons", &text]).unwrap();
            let written = first.to_toml();
            let spec = first.recipe(0).unwrap().spec;
            for (setting, _) in spec.optimizer.settings() {
                let line = format!("\n{} = ", setting.name);
                assert!(written.contains(&line), "{}:\n{written}", setting.name);
            }
            let file = experiment_file::parse(&written, Path::new("e.toml")).unwrap();
            let mut experiment = Experiment::new(Kind::Train);
            file.layer.apply(&mut experiment).unwrap();
            let again = ResolvedExperiment::new(&experiment, None).unwrap();
            assert_eq!(again.recipe(0).unwrap().spec, spec, "{written}");
            assert_eq!(again.to_toml(), written);
        }
    }

    #[test]
    fn settings_are_the_optimizers() {
        let spelt = |text: &str| text.parse::<Optimizer>().unwrap();
        assert_eq!(
            optimizer(&["optimizer=sgd", "momentum=0.9", "nesterov=true"]),
            spelt("nesterov:0.9")
        );
        assert_eq!(
            optimizer(&["optimizer=irprop+", "eta_plus=1.1", "step_max=2"]),
            spelt("irprop+:0.5:1.1:1e-6:2")
        );
        assert_eq!(
            optimizer(&["optimizer=adam", "form=sklearn", "epsilon=1e-3"]),
            spelt("adam:epsilon=1e-3:form=sklearn")
        );
        let muon = [
            "optimizer=muon",
            "muon_layers=0,1",
            "coefficients=2,-1.5,0.5",
            "rest=momentum:0.8",
            "iterations=3",
            "rest-rate=0.2",
        ];
        assert_eq!(
            optimizer(&muon).to_string(),
            "muon:coefficients=2,-1.5,0.5:iterations=3:muon_layers=0,1:rest=momentum/0.8:rest_rate=0.2"
        );
        let adamw = resolved(&["data=moons", "optimizer=adamw"]).unwrap();
        assert_eq!(adamw.recipe(0).unwrap().spec.weight_decay, 0.01);
    }

    #[test]
    fn what_an_optimizer_lacks_is_refused_with_what_it_has() {
        let refused = |texts: &[&str]| resolved(&[&["data=moons"], texts].concat()).unwrap_err();
        assert_eq!(
            refused(&["optimizer=lion", "momentum=0.9"]),
            "momentum is not a setting of the optimizer lion, which has beta1, beta2"
        );
        assert!(refused(&["optimizer=lbfgs", "batch=8"]).contains("use full batches"));
        assert!(refused(&["optimizer=adam", "beta1=1"]).contains("at least 0 and below 1, not 1"));
        assert!(refused(&["optimizer=adam", "form=keras"]).contains("pytorch or sklearn"));
        assert!(refused(&["optimizer=muon", "rest=lbfgs"]).contains("element-wise"));
        assert!(refused(&["optimizer=sgd", "nesterov=true"]).contains("above 0"));
    }

    #[test]
    fn defaults_say_whose_they_are() {
        let default = |name: &str| {
            let key = keys().iter().find(|key| key.name() == name).unwrap();
            key.default
        };
        assert_eq!(default("beta1"), "0.9");
        assert_eq!(
            default("momentum"),
            "0; 0.9 for momentum and nesterov; 0.95 for muon"
        );
    }
}
