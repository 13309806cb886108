//! The registry of keys: all settings, each with the same name everywhere.
//!
//! The line of a key here defines its option on the command line, its place in the experiment file, its
//! axis in sweeps and maps, its column in tables, and the suggestion for its misspellings. To add a
//! key: its field in [`Experiment`], its line in the file of its section, and its
//! use in the module `resolve`.

mod access;
mod check;
mod data;
mod form;
pub(crate) mod info;
mod network;
mod optimizer;
mod output;
mod schedule;
mod stopping;
mod table;
mod training;
mod unknown;

use std::fmt;

use mlp_data::names::nearest;

pub(crate) use self::unknown::first_path;
pub use self::{
    form::Form,
    info::{Key, KeyInfo},
    output::{check_range, parse_assignment},
    unknown::{UnknownKey, renamed},
};
use super::{experiment::Experiment, value::Value};

impl KeyInfo {
    /// The name after the section.
    pub fn name(&self) -> &'static str {
        self.path.rsplit('.').next().unwrap_or(self.path)
    }

    /// The section.
    pub fn section(&self) -> &'static str {
        self.path.split('.').next().unwrap_or(self.path)
    }

    /// The value of the option of a flag: `--no-shuffle` is false.
    pub fn flag_value(&self) -> bool {
        !self.option.unwrap_or_default().starts_with("no-")
    }

    /// The opposite option of a [switch](Form::Switch): `header` for `no-header`.
    pub fn opposite(&self) -> Option<&'static str> {
        match self.form {
            Form::Switch => self.option?.strip_prefix("no-"),
            _ => None,
        }
    }

    /// Other spellings of the key: its option, unless that is an opposite, and aliases.
    fn spellings(&self) -> impl Iterator<Item = &'static str> {
        self.option
            .into_iter()
            .filter(|_| self.flag_value())
            .chain(self.aliases.iter().copied())
    }

    /// Whether the option contains the section's name, as in `--schedule-steps`: then the key is
    /// written with its section everywhere.
    fn is_qualified(&self) -> bool {
        let rest = self
            .option
            .and_then(|option| option.strip_prefix(self.section())?.strip_prefix('-'));
        rest.is_some_and(|rest| rest.replace('-', "_") == self.name())
    }

    /// Whether the name without its section means this key. Where two sections share a
    /// name, it is the one with an option.
    fn owns_name(&self) -> bool {
        !self.is_qualified() && self.option.is_some()
            || !self.is_qualified()
                && keys().filter(|other| other.name() == self.name()).count() == 1
    }

    /// Reads the text of an option.
    pub fn read(&self, text: &str) -> Result<Value, String> {
        match self.unset && text.trim() == NONE {
            true => Ok(Value::Text(NONE.to_owned())),
            false => self.form.read(text),
        }
    }

    /// Converts a value to the form of the key's values, or says why it is invalid.
    pub fn accept(&self, value: Value) -> Result<Value, String> {
        match self.unset && value.as_text() == Some(NONE) {
            true => Ok(value),
            false => self.form.accept(value),
        }
    }

    /// Sets the value and clears the keys that it voids.
    pub fn apply(&self, experiment: &mut Experiment, value: Value) -> Result<(), String> {
        let value = self.accept(value)?;
        match self.unset && value.as_text() == Some(NONE) {
            true => (self.clear)(experiment),
            false => (self.set)(experiment, &value)?,
        }
        for path in self.voids {
            if let Some(void) = keys().find(|key| key.path == *path) {
                (void.clear)(experiment);
            }
        }
        Ok(())
    }
}

/// The word for a key's default, where it may be taken back ([`KeyInfo::unset`]).
const NONE: &str = "none";

/// Every key, section by section.
pub fn keys() -> impl Iterator<Item = &'static KeyInfo> {
    [
        data::KEYS,
        table::KEYS,
        network::KEYS,
        training::KEYS,
        optimizer::keys(),
        schedule::KEYS,
        stopping::KEYS,
        output::POPULATION,
        output::MAP,
        output::KEYS,
    ]
    .into_iter()
    .flatten()
}

impl Key {
    /// The key written as `training.learning_rate`, `learning_rate`, `learning-rate`, `lr` or, for
    /// one layer, `learning_rate.0`.
    pub fn parse(text: &str) -> Result<Self, UnknownKey> {
        let plain = text.trim().replace('-', "_");
        if let Some(info) = find(&plain) {
            return Ok(Self { info, layer: None });
        }
        if let Some((stem, index)) = plain.rsplit_once('.')
            && let (Some(info), Ok(layer)) = (find(stem), index.parse())
            && info.layered
        {
            return Ok(Self {
                info,
                layer: Some(layer),
            });
        }
        Err(UnknownKey {
            key: text.trim().to_owned(),
            now: renamed(&plain),
            nearest: nearest_key(&plain),
        })
    }

    /// The registry's line.
    pub fn info(&self) -> &'static KeyInfo {
        self.info
    }

    /// The layer, if it is for one.
    pub fn layer(&self) -> Option<usize> {
        self.layer
    }

    /// Its column in tables and its name on axes: `weight_decay`, `learning_rate.0`.
    pub fn column(&self) -> String {
        let name = if self.info.owns_name() {
            self.info.name()
        } else {
            self.info.path
        };
        match self.layer {
            Some(layer) => format!("{name}.{layer}"),
            None => name.to_owned(),
        }
    }

    /// Sets the key, or its one layer, in an experiment.
    pub fn apply(&self, experiment: &mut Experiment, value: Value) -> Result<(), String> {
        let Some(_) = self.layer else {
            return self.info.apply(experiment, value);
        };
        let value = self.info.form.accept(value)?;
        if matches!(value, Value::List(_)) {
            return Err("one layer takes one value".to_owned());
        }
        // Tried on a copy, so that an invalid value is refused here.
        (self.info.set)(&mut Experiment::new(experiment.kind), &value)?;
        experiment.layers.retain(|(key, _)| key != self);
        experiment.layers.push((*self, value));
        Ok(())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

/// The name that means this key, as [`Key::column`].
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.column())
    }
}

/// The key of a path, a name or an alias, written with underscores.
fn find(plain: &str) -> Option<&'static KeyInfo> {
    // A schedule's settings may be given where its name is.
    let inner = plain.strip_prefix("training.");
    let plain = inner
        .filter(|inner| inner.starts_with("schedule."))
        .unwrap_or(plain);
    keys().find(|key| key.path == plain).or_else(|| {
        let (section, name) = plain.split_once('.').unwrap_or(("", plain));
        keys().find(|key| {
            (section.is_empty() || section == key.section())
                && (key.name() == name && key.owns_name()
                    || key
                        .spellings()
                        .any(|spelling| spelling.replace('-', "_") == name))
        })
    })
}

/// The nearest key to a misspelt one: its path where a section was written, else its name.
fn nearest_key(plain: &str) -> Option<&'static str> {
    let sectioned = plain.contains('.');
    let own = |key: &'static KeyInfo| match sectioned || !key.owns_name() {
        true => key.path,
        false => key.name(),
    };
    // Only the section is wrong.
    let stem = plain.rsplit('.').next().filter(|_| sectioned);
    if let Some(elsewhere) = stem.and_then(find) {
        return Some(elsewhere.path);
    }
    let names = keys().flat_map(|key| std::iter::once(own(key)).chain(key.aliases.iter().copied()));
    let meant = nearest(plain, names)?;
    keys()
        .find(|key| own(key) == meant || key.aliases.contains(&meant))
        .map(own)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_key_is_complete_and_no_spelling_means_two() {
        let mut options = HashSet::new();
        let mut paths = HashSet::new();
        for key in keys() {
            assert!(
                !key.help.is_empty() && !key.value_name.is_empty()
                    || matches!(key.form, Form::Flag | Form::Switch),
                "{}",
                key.path
            );
            assert!(
                !key.help.ends_with('.') && key.help.len() < 100,
                "{}",
                key.path
            );
            assert!(!key.kinds.is_empty(), "{}", key.path);
            assert_eq!(key.path.matches('.').count(), 1, "{}", key.path);
            assert!(paths.insert(key.path), "{}", key.path);
            for spelling in key.option.iter().chain(key.aliases) {
                assert!(options.insert(*spelling), "{spelling}");
                assert!(!spelling.contains('_'), "{spelling}");
            }
            for void in key.voids {
                assert!(keys().any(|other| other.path == *void), "{void}");
            }
        }
    }

    #[test]
    fn an_option_is_the_last_part_of_its_key() {
        for key in keys() {
            let Some(option) = key.option else { continue };
            let plain = option.strip_prefix("no-").unwrap_or(option);
            let plain = match key.is_qualified() {
                true => &plain[key.section().len() + 1..],
                false => plain,
            };
            let plain = plain.replace('-', "_");
            // The data set is `--data`, for it may as well be a file.
            assert!(
                plain == key.name() || key.path == "data.name",
                "{} {option}",
                key.path
            );
        }
    }

    #[test]
    fn every_spelling_finds_its_key() {
        for key in keys() {
            assert_eq!(Key::parse(key.path).unwrap(), Key::from(key));
            assert_eq!(
                Key::parse(&Key::from(key).column()).unwrap(),
                Key::from(key),
                "{}",
                key.path
            );
            for alias in key.aliases {
                assert_eq!(Key::parse(alias).unwrap(), Key::from(key));
            }
        }
        assert_eq!(Key::parse("lr").unwrap().column(), "learning_rate");
        assert_eq!(Key::parse("hidden").unwrap().info().path, "network.hidden");
        assert_eq!(Key::parse("data.hidden").unwrap().column(), "data.hidden");
        let layer = Key::parse("learning_rate.1").unwrap();
        assert_eq!(
            (layer.layer(), layer.column().as_str()),
            (Some(1), "learning_rate.1")
        );
        assert_eq!(Key::parse("training.lr.1").unwrap(), layer);
        assert_eq!(
            Key::parse("schedule.steps").unwrap().column(),
            "schedule.steps"
        );
        assert_eq!(Key::parse("steps").unwrap().info().path, "training.steps");
        assert_eq!(
            Key::parse("warm-up").unwrap().info().path,
            "schedule.warm_up"
        );
        assert!(Key::parse("momentum.0").is_err());
        assert!(Key::parse("network.learning_rate").is_err());
    }

    #[test]
    fn a_misspelt_key_is_answered_with_the_nearest() {
        let nearest = |text: &str| Key::parse(text).unwrap_err().nearest.unwrap_or_default();
        assert_eq!(nearest("learning_rat"), "learning_rate");
        assert_eq!(nearest("learnig-rate"), "learning_rate");
        assert_eq!(nearest("hiden"), "hidden");
        assert_eq!(nearest("training.wieght_decay"), "training.weight_decay");
        assert_eq!(nearest("network.learning_rate"), "training.learning_rate");
        assert_eq!(nearest("seeed"), "seed");
        assert_eq!(nearest("zebra"), "");
    }
}
