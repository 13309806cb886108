//! What a run's experiment sets beyond the defaults, as options of a command.

use std::path::Path;

use mlp_train::{
    Experiment, Kind, ResolvedExperiment, Value,
    key::{Form, KeyInfo, keys},
};

use crate::formatting;

/// Sections of keys that say what is trained.
const SECTIONS: [&str; 4] = ["data", "network", "training", "schedule"];

/// Keys that are beside the point in another experiment: the data, which a command names first, what belongs to
/// one run, and what a stopping rule found.
const LEFT_OUT: [&str; 6] = [
    "data.name",
    "data.sha256",
    "data.validation_sha256",
    "data.test_sha256",
    "training.record",
    "training.stop_after",
];

/// Keys of a cross-validation.
const FOLDS: [&str; 2] = ["data.folds", "data.fold"];

/// The options that set, in a command of this kind, what `experiment` sets and an experiment on the same data without
/// settings does not.
pub fn own_settings(experiment: &ResolvedExperiment, kind: Kind) -> String {
    let own = experiment.experiment();
    let mut plain = Experiment::new(own.kind);
    plain.data.name.clone_from(&own.data.name);
    plain.data.target.clone_from(&own.data.target);
    // Defaults of other settings follow from these.
    let named = [
        "network.activation",
        "training.loss",
        "training.optimizer",
        "training.schedule",
        "training.batch",
        "training.stopping",
        "training.patience",
        "training.tolerance",
        "training.until",
        "training.generalization_loss",
        "training.progress_quotient",
        "training.min_progress",
        // By whose part stopping rules choose.
        "data.split",
        "data.validation_fraction",
        "data.validation_file",
    ];
    let decides = |key: &&KeyInfo| named.contains(&key.path);
    let Ok(usual) = mlp_store::resolve(&plain, None) else {
        return String::new();
    };
    for key in keys().filter(decides) {
        if let Some(value) = (key.get)(own) {
            // A value of the run itself is valid.
            let _ = (key.set)(&mut plain, &value);
        }
    }
    let Ok(plain) = mlp_store::resolve(&plain, None) else {
        return String::new();
    };
    let plain = plain.experiment();
    let mut options = Vec::new();
    for key in keys().filter(|key| concerns(key, kind)) {
        let given = (key.get)(own);
        let than = match decides(&key) {
            true => usual.experiment(),
            false => plain,
        };
        let differs = given != (key.get)(than) || key.path == "data.target" && is_table(own);
        match given {
            Some(value) if differs => options.push(option(key, &value)),
            _ => {}
        }
    }
    for (key, value) in &own.layers {
        options.push(format!("--set {}", shell(&format!("{key}={value}"))));
    }
    match options.is_empty() {
        true => String::new(),
        false => format!(" {}", options.join(" ")),
    }
}

/// Whether a key can be said in a command of this kind, and says what is trained.
fn concerns(key: &KeyInfo, kind: Kind) -> bool {
    // A single training of what folds were trained on has the usual parts.
    let of_folds = kind == Kind::Train && FOLDS.contains(&key.path);
    key.kinds.contains(&kind)
        && SECTIONS.contains(&key.section())
        && !LEFT_OUT.contains(&key.path)
        && !of_folds
}

/// Whether the data are a file, whose target may be given.
fn is_table(experiment: &Experiment) -> bool {
    let name = experiment.data.name.as_deref().unwrap_or_default();
    mlp_data::find(name).is_err()
}

/// A key's value as a command takes it.
fn option(key: &KeyInfo, value: &Value) -> String {
    let set = || format!("--set {}", shell(&format!("{}={value}", key.path)));
    let Some(option) = key.option else {
        return set();
    };
    match (key.form, value) {
        (Form::Flag | Form::Switch, Value::Flag(flag)) if *flag == key.flag_value() => {
            format!("--{option}")
        }
        (Form::Flag | Form::Switch, _) => match key.opposite() {
            Some(opposite) => format!("--{opposite}"),
            None => set(),
        },
        _ => format!("--{option} {}", shell(&value.to_string())),
    }
}

fn shell(text: &str) -> String {
    formatting::shell(Path::new(text))
}

#[cfg(test)]
mod tests {
    use mlp_train::SettingsLayer;

    use super::*;

    fn of(settings: &str) -> String {
        let mut layer = SettingsLayer::new();
        for setting in settings.split(' ') {
            layer.set(setting).unwrap();
        }
        let mut author = Experiment::new(Kind::Train);
        layer.apply(&mut author).unwrap();
        let experiment = mlp_store::resolve(&author, None).unwrap();
        own_settings(&experiment, Kind::Population)
    }

    #[test]
    fn what_is_not_a_default_is_said_as_it_can_be_typed() {
        assert_eq!(of("data=moons"), "");
        assert_eq!(
            of("data=moons optimizer=adam activation=relu"),
            " --activation relu --optimizer adam"
        );
        assert_eq!(
            of("data=moons hidden=8,4 learning_rate=0.5 shuffle=false steps=20 seed=3"),
            " --hidden 8x4 --learning-rate 0.5 --no-shuffle --steps 20 --seed 3"
        );
        assert_eq!(
            of("data=moons learning_rate.0=0.2 dropout=0.1"),
            " --dropout 0.1 --learning-rate 0.2,0.1,0.1"
        );
        assert_eq!(
            of("data=moons patience=5 validation_fraction=0.2 batch=16"),
            " --validation-fraction 0.2 --batch 16 --patience 5"
        );
        assert_eq!(
            of("data=moons patience=5 restore_best=false"),
            " --patience 5 --no-restore-best"
        );
    }
}
