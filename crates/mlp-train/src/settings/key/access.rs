//! How a key accesses its value in an experiment: the third entry of a key's line, alike for most keys.

use std::fmt::Display;

use crate::settings::value::Value;

/// A key that is an optional field: `key!(training.seed, Whole, check::seed, number_of)` is set to what the check
/// lets through, and shown by the function; in place of the check may stand `|v| EXPRESSION`. Its path is the
/// section and the field, its option the field's name with dashes; `training.continue_from as continue` has another
/// name. A closed choice is `key!(network.bias, OneOf(Biases))`.
macro_rules! key {
    ($section:ident.$name:ident as $key:ident, $($how:tt)+) => {
        key!(@ $section, $key, [$section.$name], $($how)+)
    };
    ($section:ident.$group:ident.$name:ident as $key:ident, $($how:tt)+) => {
        key!(@ $section, $key, [$section.$group.$name], $($how)+)
    };
    ($section:ident.$name:ident, $($how:tt)+) => {
        key!(@ $section, $name, [$section.$name], $($how)+)
    };
    ($section:ident.$group:ident.$name:ident, $($how:tt)+) => {
        key!(@ $section, $name, [$section.$group.$name], $($how)+)
    };
    (@ $section:ident, $name:ident, [$($field:tt)+], OneOf($choice:ident)) => {
        key!(
            @ $section, $name, [$($field)+], Word(|| $choice::ALL.map($choice::name).to_vec()),
            |value| check::choice(value, &$choice::ALL, $choice::name), |choice| word(choice.name())
        )
    };
    (@ $section:ident, $name:ident, [$($field:tt)+], $form:ident $(($words:expr))?, |$value:ident| $checked:expr, $show:expr) => {
        KeyInfo::new(concat!(stringify!($section), ".", stringify!($name)), Form::$form$(($words))?, Access {
            set: |experiment, $value| put(&mut experiment.$($field)+, $checked),
            get: |experiment| experiment.$($field)+.as_ref().map($show),
            clear: |experiment| experiment.$($field)+ = None,
        })
        .option(crate::settings::key::access::dashed!(stringify!($name)))
    };
    (@ $section:ident, $name:ident, [$($field:tt)+], $form:ident $(($words:expr))?, $check:path, $show:expr) => {
        key!(@ $section, $name, [$($field)+], $form$(($words))?, |value| $check(value), $show)
    };
}

/// A key that is a list of texts, which is empty where it is not given.
macro_rules! texts_key {
    ($section:ident.$group:ident.$name:ident, $form:ident) => {
        KeyInfo::new(
            concat!(stringify!($section), ".", stringify!($name)),
            Form::$form,
            Access {
                set: |experiment, value| {
                    experiment.$section.$group.$name = check::texts(value)?;
                    Ok(())
                },
                get: |experiment| {
                    let texts = &experiment.$section.$group.$name;
                    (!texts.is_empty()).then(|| words(texts))
                },
                clear: |experiment| experiment.$section.$group.$name.clear(),
            },
        )
        .option(crate::settings::key::access::dashed!(stringify!($name)))
    };
}

/// A name as an option has it: `loss-scale` of `loss_scale`.
macro_rules! dashed {
    ($name:expr) => {{
        const NAME: &str = $name;
        const BYTES: [u8; NAME.len()] = crate::settings::key::access::with_dashes(NAME);
        const OPTION: &str = match std::str::from_utf8(&BYTES) {
            Ok(option) => option,
            Err(_) => NAME,
        };
        OPTION
    }};
}

pub(super) use {dashed, key, texts_key};

pub(super) const fn with_dashes<const N: usize>(name: &str) -> [u8; N] {
    let mut bytes = [0; N];
    let mut at = 0;
    while at < N {
        bytes[at] = match name.as_bytes()[at] {
            b'_' => b'-',
            byte => byte,
        };
        at += 1;
    }
    bytes
}

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
