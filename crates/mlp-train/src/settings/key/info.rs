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

/// Puts what a check lets through.
pub(super) fn put<T>(field: &mut Option<T>, checked: Result<T, String>) -> Result<(), String> {
    *field = Some(checked?);
    Ok(())
}

pub(super) fn whole(number: u64) -> Value {
    i64::try_from(number).map_or(Value::Number(number as f64), Value::Integer)
}

pub(super) fn word(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(super) fn words(texts: &[String]) -> Value {
    Value::List(texts.iter().map(|text| word(text)).collect())
}

pub(super) fn one_or_list(values: impl Iterator<Item = Value>) -> Value {
    let mut values: Vec<Value> = values.collect();
    if values.len() == 1 {
        values.remove(0)
    } else {
        Value::List(values)
    }
}
