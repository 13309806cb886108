//! What the registry holds for a key, and builders for its lines.

use std::hash;

use super::form::Form;
use crate::settings::{experiment::Experiment, kind::Kind, value::Value};

/// A key.
#[derive(Debug)]
pub struct KeyInfo {
    /// Section and name: `training.learning_rate`.
    pub path: &'static str,
    /// The option without its dashes, if it has one.
    pub option: Option<&'static str>,
    /// Other spellings of the option and of the key.
    pub aliases: &'static [&'static str],
    /// The placeholder of the value in help.
    pub value_name: &'static str,
    /// The form of values.
    pub form: Form,
    /// One line of help.
    pub help: &'static str,
    /// The default in words; empty where there is none.
    pub default: &'static str,
    /// Kinds of experiment that it applies to.
    pub kinds: &'static [Kind],
    /// Whether it can be swept and be an axis of a map.
    pub sweep: bool,
    /// Whether it can be set for a single layer (`learning_rate.0`).
    pub layered: bool,
    /// Whether the word `none` stands for the default.
    pub unset: bool,
    /// Keys that a new value of this one clears.
    pub voids: &'static [&'static str],
    /// Sets a value, already in the key's form, in an experiment.
    pub set: fn(&mut Experiment, &Value) -> Result<(), String>,
    /// Returns the value in an experiment, if it is given.
    pub get: fn(&Experiment) -> Option<Value>,
    /// Removes the value from an experiment.
    pub clear: fn(&mut Experiment),
}

/// How a key accesses its value in an experiment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Access {
    /// Sets a value, already in the key's form.
    pub(super) set: fn(&mut Experiment, &Value) -> Result<(), String>,
    /// Returns the value, if it is given.
    pub(super) get: fn(&Experiment) -> Option<Value>,
    /// Removes the value.
    pub(super) clear: fn(&mut Experiment),
}

impl KeyInfo {
    /// A key of all kinds of experiment that can be swept, and has neither option nor default. Help shows an X
    /// for a number, an N for a whole one.
    pub(super) const fn new(path: &'static str, form: Form, access: Access) -> Self {
        Self {
            path,
            option: None,
            aliases: &[],
            value_name: match form {
                Form::Number | Form::Numbers | Form::Limit => "X",
                Form::Whole => "N",
                _ => "",
            },
            form,
            help: "",
            default: "",
            kinds: &Kind::ALL,
            sweep: true,
            layered: false,
            unset: false,
            voids: &[],
            set: access.set,
            get: access.get,
            clear: access.clear,
        }
    }

    /// Sets the line of help.
    pub(super) const fn help(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }

    /// Sets the option on the command line.
    pub(super) const fn option(mut self, option: &'static str) -> Self {
        self.option = Some(option);
        self
    }

    /// Set in files and by `--set` alone.
    pub(super) const fn without_option(mut self) -> Self {
        self.option = None;
        self
    }

    /// Sets the placeholder of the value in help.
    pub(super) const fn takes(mut self, value_name: &'static str) -> Self {
        self.value_name = value_name;
        self
    }

    /// Sets the default in words.
    pub(super) const fn default(mut self, default: &'static str) -> Self {
        self.default = default;
        self
    }

    /// Adds other spellings.
    pub(super) const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// Only for experiments of these kinds.
    pub(super) const fn only(mut self, kinds: &'static [Kind]) -> Self {
        self.kinds = kinds;
        self
    }

    /// The same in every cell: it cannot be swept.
    pub(super) const fn fixed(mut self) -> Self {
        self.sweep = false;
        self
    }

    /// It can be set for a single layer.
    pub(super) const fn layered(mut self) -> Self {
        self.layered = true;
        self
    }

    /// The word `none` takes back what a file or a preset sets.
    pub(super) const fn or_none(mut self) -> Self {
        self.unset = true;
        self
    }

    /// A new value clears these keys.
    pub(super) const fn voids(mut self, paths: &'static [&'static str]) -> Self {
        self.voids = paths;
        self
    }
}

/// A key, or one layer of it.
#[derive(Clone, Copy)]
pub struct Key {
    pub(super) info: &'static KeyInfo,
    pub(super) layer: Option<usize>,
}

impl From<&'static KeyInfo> for Key {
    fn from(info: &'static KeyInfo) -> Self {
        Self { info, layer: None }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        (self.info.path, self.layer) == (other.info.path, other.layer)
    }
}

impl hash::Hash for Key {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        (self.info.path, self.layer).hash(state);
    }
}

impl Eq for Key {}
