//! How a key accesses its value in an experiment: the third entry of a key's line, alike for most keys.

use std::fmt::Display;

use crate::settings::value::Value;

/// The access to an optional field: `field!(training.seed, check::seed, number_of)` sets it to the checked value,
/// and shows it with the function; instead of the check, `|v| EXPRESSION` is allowed.
macro_rules! field {
    ($($name:ident).+, |$value:ident| $checked:expr, $show:expr) => {
        Access {
            set: |experiment, $value| put(&mut experiment.$($name).+, $checked),
            get: |experiment| experiment.$($name).+.as_ref().map($show),
            clear: |experiment| experiment.$($name).+ = None,
        }
    };
    ($($name:ident).+, $check:path, $show:expr) => {
        field!($($name).+, |value| $check(value), $show)
    };
}

/// The access to a list of texts, which is empty by default.
macro_rules! texts_field {
    ($($name:ident).+) => {
        Access {
            set: |experiment, value| {
                experiment.$($name).+ = check::texts(value)?;
                Ok(())
            },
            get: |experiment| {
                let texts = &experiment.$($name).+;
                (!texts.is_empty()).then(|| words(texts))
            },
            clear: |experiment| experiment.$($name).+.clear(),
        }
    };
}

pub(super) use {field, texts_field};

/// Sets a checked value.
pub(super) fn put<T>(field: &mut Option<T>, checked: Result<T, String>) -> Result<(), String> {
    *field = Some(checked?);
    Ok(())
}

pub(super) fn flag(flag: &bool) -> Value {
    Value::Flag(*flag)
}

pub(super) fn number(number: &f64) -> Value {
    Value::Number(*number)
}

/// A limit; infinite means none.
pub(super) fn limit(limit: &f64) -> Value {
    match limit.is_finite() {
        true => Value::Number(*limit),
        false => word("none"),
    }
}

pub(super) fn whole(number: u64) -> Value {
    i64::try_from(number).map_or(Value::Number(number as f64), Value::Integer)
}

pub(super) fn number_of(number: &u64) -> Value {
    whole(*number)
}

pub(super) fn count(count: &usize) -> Value {
    whole(*count as u64)
}

pub(super) fn word(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(super) fn words(texts: impl AsRef<[String]>) -> Value {
    Value::List(texts.as_ref().iter().map(|text| word(text)).collect())
}

/// As it displays itself.
pub(super) fn spelled(value: &impl Display) -> Value {
    Value::Text(value.to_string())
}

/// An axis in the form of an option.
pub(super) fn assignment((key, range): &(impl Display, impl Display)) -> Value {
    Value::Text(format!("{key}={range}"))
}

/// One value for all layers, or one per layer.
pub(super) fn one_or_list(values: impl Iterator<Item = Value>) -> Value {
    let mut values: Vec<Value> = values.collect();
    if values.len() == 1 {
        values.remove(0)
    } else {
        Value::List(values)
    }
}

/// One number, or one per layer.
pub(super) fn numbers(numbers: impl AsRef<[f64]>) -> Value {
    one_or_list(numbers.as_ref().iter().map(number))
}

/// One choice, or one per layer.
pub(super) fn spellings<T: Display>(list: impl AsRef<[T]>) -> Value {
    one_or_list(list.as_ref().iter().map(spelled))
}
