//! What the registry says of a key, and what its lines are made of.

use std::hash;

use super::form::Form;
use crate::settings::{experiment::Experiment, kind::Kind, value::Value};

/// One thing that can be set.
#[derive(Debug)]
pub struct KeyInfo {
    /// Section and name: `training.learning_rate`.
    pub path: &'static str,
    /// The option without its dashes, where there is one.
    pub option: Option<&'static str>,
    /// Other spellings of the option and of the key.
    pub aliases: &'static [&'static str],
    /// What help shows for the value.
    pub value_name: &'static str,
    /// What values look like.
    pub form: Form,
    /// One line of help.
    pub help: &'static str,
    /// The default in words; empty where there is none.
    pub default: &'static str,
    /// Kinds of experiment that it applies to.
    pub kinds: &'static [Kind],
    /// Whether it can be swept and be an axis of a map.
    pub sweep: bool,
    /// Whether a single layer can be addressed (`learning_rate.0`).
    pub layered: bool,
    /// Keys that a new value of this one makes void.
    pub voids: &'static [&'static str],
    /// Puts a value, already in the key's form, into an experiment.
    pub set: fn(&mut Experiment, &Value) -> Result<(), String>,
    /// The value in an experiment, if it is given.
    pub get: fn(&Experiment) -> Option<Value>,
    /// Takes the value out of an experiment.
    pub clear: fn(&mut Experiment),
}

/// How a key reaches its value in an experiment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Access {
    /// Puts a value, already in the key's form, in.
    pub(super) set: fn(&mut Experiment, &Value) -> Result<(), String>,
    /// The value, if it is given.
    pub(super) get: fn(&Experiment) -> Option<Value>,
    /// Takes the value out.
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
            voids: &[],
            set: access.set,
            get: access.get,
            clear: access.clear,
        }
    }

    /// With this line of help.
    pub(super) const fn help(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }

    /// With an option on the command line.
    pub(super) const fn option(mut self, option: &'static str) -> Self {
        self.option = Some(option);
        self
    }

    /// Set in files and by `--set` alone.
    pub(super) const fn without_option(mut self) -> Self {
        self.option = None;
        self
    }

    /// With what help shows for the value.
    pub(super) const fn takes(mut self, value_name: &'static str) -> Self {
        self.value_name = value_name;
        self
    }

    /// With a default in words.
    pub(super) const fn default(mut self, default: &'static str) -> Self {
        self.default = default;
        self
    }

    /// With other spellings.
    pub(super) const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// For experiments of these kinds alone.
    pub(super) const fn only(mut self, kinds: &'static [Kind]) -> Self {
        self.kinds = kinds;
        self
    }

    /// The same in every cell: it cannot be swept.
    pub(super) const fn fixed(mut self) -> Self {
        self.sweep = false;
        self
    }

    /// A single layer can be addressed.
    pub(super) const fn layered(mut self) -> Self {
        self.layered = true;
        self
    }

    /// A new value makes these keys void.
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
