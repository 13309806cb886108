//! Checks for setters: out-of-range values are refused with text that continues "learning_rate: ...".

use mlp_core::Batch;
use mlp_data::{Expansion, names::did_you_mean};

use crate::{
    metrics::{
        diagnostic::{GROUPS, group::Group},
        score::{SCORES, definition::Score},
    },
    settings::{spelled::Spelled, value::Value},
};

pub(super) fn number(value: &Value) -> Result<f64, String> {
    value.as_f64().ok_or_else(|| "must be a number".to_owned())
}

pub(super) fn not_negative(value: &Value) -> Result<f64, String> {
    match number(value)? {
        number if number >= 0.0 && number.is_finite() => Ok(number),
        number => Err(format!("must be 0 or more, not {number}")),
    }
}

pub(super) fn positive(value: &Value) -> Result<f64, String> {
    match number(value)? {
        number if number > 0.0 && number.is_finite() => Ok(number),
        number => Err(format!("must be above 0, not {number}")),
    }
}

pub(super) fn not_zero(value: &Value) -> Result<f64, String> {
    match number(value)? {
        number if number != 0.0 && number.is_finite() => Ok(number),
        number => Err(format!(
            "must be a finite number other than 0, not {number}"
        )),
    }
}

pub(super) fn below_one(value: &Value) -> Result<f64, String> {
    match number(value)? {
        number if (0.0..1.0).contains(&number) => Ok(number),
        number => Err(format!("must be at least 0 and below 1, not {number}")),
    }
}

pub(super) fn whole(value: &Value) -> Result<u64, String> {
    value
        .as_whole()
        .ok_or_else(|| "must be a whole number, 0 or more".to_owned())
}

pub(super) fn count(value: &Value) -> Result<usize, String> {
    match whole(value)? {
        0 => Err("must be at least 1, not 0".to_owned()),
        count => usize::try_from(count).map_err(|_| format!("{count} is too large")),
    }
}

pub(super) fn index(value: &Value) -> Result<usize, String> {
    let index = whole(value)?;
    usize::try_from(index).map_err(|_| format!("{index} is too large"))
}

/// Rows of three parts: `350:175:174`.
pub(super) fn ranges(value: &Value) -> Result<[usize; 3], String> {
    let text = text(value)?;
    let counts: Option<Vec<usize>> = text
        .split(':')
        .map(|count| count.trim().parse().ok())
        .collect();
    let counts = counts.and_then(|counts| <[usize; 3]>::try_from(counts).ok());
    counts.ok_or_else(|| {
        format!(
            "\"{text}\" does not give the rows of three parts; write training:validation:test, as in 350:175:174"
        )
    })
}

pub(super) fn at_least_one(value: &Value) -> Result<u64, String> {
    count(value).map(|count| count as u64)
}

pub(super) fn at_least_two(value: &Value) -> Result<u64, String> {
    match whole(value)? {
        few @ (0 | 1) => Err(format!("must be at least 2, not {few}")),
        count => Ok(count),
    }
}

pub(super) fn text(value: &Value) -> Result<&str, String> {
    value.as_text().ok_or_else(|| "must be a word".to_owned())
}

pub(super) fn owned(value: &Value) -> Result<String, String> {
    text(value).map(str::to_owned)
}

pub(super) fn flag(value: &Value) -> Result<bool, String> {
    match value {
        Value::Flag(flag) => Ok(*flag),
        _ => Err("must be true or false".to_owned()),
    }
}

pub(super) fn column(value: &Value) -> Result<String, String> {
    match value.entries() {
        [one] => text(one).map(str::to_owned),
        _ => Err("must be one column".to_owned()),
    }
}

/// Scores by name, each once.
pub(super) fn scores(value: &Value) -> Result<Vec<&'static Score>, String> {
    known_names(value, SCORES, |score| score.name, "metric", "metrics")
}

/// Groups of diagnostics by name, each once.
pub(super) fn groups(value: &Value) -> Result<Vec<&'static Group>, String> {
    known_names(
        value,
        GROUPS,
        |group| group.name,
        "group of diagnostics",
        "diagnostics",
    )
}

fn known_names<T>(
    value: &Value,
    known: &'static [T],
    name_of: fn(&T) -> &'static str,
    what: &str,
    list: &str,
) -> Result<Vec<&'static T>, String> {
    let mut found: Vec<&'static T> = Vec::new();
    for name in texts(value)? {
        let Some(one) = known.iter().find(|one| name_of(one) == name) else {
            let meant = did_you_mean(&name, known.iter().map(name_of));
            return Err(format!(
                "there is no {what} \"{name}\"{meant} (mlp list {list})"
            ));
        };
        if found.iter().all(|other| name_of(other) != name) {
            found.push(one);
        }
    }
    Ok(found)
}

pub(super) fn texts(value: &Value) -> Result<Vec<String>, String> {
    value
        .entries()
        .iter()
        .map(|entry| text(entry).map(str::to_owned))
        .collect()
}

pub(super) fn widths(value: &Value) -> Result<Vec<usize>, String> {
    value
        .entries()
        .iter()
        .map(count)
        .collect::<Result<_, _>>()
        .map_err(|reason| format!("a layer's width {reason}"))
}

/// Names of mlp-core, one or several.
pub(super) fn all_named<T: std::str::FromStr<Err: Into<mlp_core::Error>>>(
    value: &Value,
) -> Result<Vec<T>, String> {
    let entries = value.entries().iter();
    entries.map(|entry| named(text(entry)?)).collect()
}

/// A limit above 0; `none` is an infinite one.
pub(super) fn limit(value: &Value) -> Result<f64, String> {
    match value {
        Value::Text(_) => Ok(f64::INFINITY),
        number => positive(number),
    }
}

/// One of the words that the key's form lists.
pub(super) fn listed(value: &Value, words: &[&'static str]) -> Result<&'static str, String> {
    let word = text(value)?;
    if let Some(known) = words.iter().find(|known| **known == word) {
        return Ok(known);
    }
    let meant = did_you_mean(word, words.iter().copied());
    Err(format!(
        "\"{word}\" is unknown{meant} (known: {})",
        words.join(", ")
    ))
}

pub(super) fn rates(value: &Value) -> Result<Vec<f64>, String> {
    value.entries().iter().map(not_negative).collect()
}

pub(super) fn weights(value: &Value) -> Result<Vec<f64>, String> {
    value.entries().iter().map(positive).collect()
}

pub(super) fn inside_unit(value: &Value) -> Result<f64, String> {
    match number(value)? {
        number if number > 0.0 && number < 1.0 => Ok(number),
        number => Err(format!("must be above 0 and below 1, not {number}")),
    }
}

/// A choice of mlp-core that keeps its spelling.
pub(super) fn choice_as_spelled<T: std::str::FromStr<Err: Into<mlp_core::Error>>>(
    value: &Value,
) -> Result<Spelled<T>, String> {
    let text = text(value)?;
    Ok(Spelled::new(text, named(text)?))
}

pub(super) fn batch(value: &Value) -> Result<Batch, String> {
    match value.as_text() {
        Some(_) => Ok(Batch::Full),
        None => count(value).map(Batch::Size),
    }
}

/// A seed that leaves room for the networks counted from it.
pub(super) fn seed(value: &Value) -> Result<u64, String> {
    match whole(value)? {
        seed if seed < 1 << 62 => Ok(seed),
        seed => Err(format!("must be below 2^62, not {seed}")),
    }
}

pub(super) fn expansion(value: &Value) -> Result<Expansion, String> {
    texts(value)?
        .join(",")
        .parse()
        .map_err(|error: mlp_data::Error| error.to_string())
}

/// What mlp-data reads from a word.
pub(super) fn parsed<T: std::str::FromStr<Err = mlp_data::Error>>(
    value: &Value,
) -> Result<T, String> {
    text(value)?
        .parse()
        .map_err(|error: mlp_data::Error| error.to_string())
}

pub(super) fn digest(value: &Value) -> Result<String, String> {
    let digest = text(value)?;
    if digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(digest.to_ascii_lowercase());
    }
    Err("must be 64 hexadecimal digits".to_owned())
}

/// The choice of a closed list that the word names.
pub(super) fn choice<T: Copy>(
    value: &Value,
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<T, String> {
    let word = text(value)?;
    all.iter()
        .copied()
        .find(|choice| name(*choice) == word)
        .ok_or_else(|| {
            let names: Vec<&str> = all.iter().map(|choice| name(*choice)).collect();
            format!("\"{word}\" is unknown; it is {}", either(&names))
        })
}

/// `a, b or c`.
fn either(names: &[&str]) -> String {
    match names {
        [head @ .., last] if !head.is_empty() => format!("{} or {last}", head.join(", ")),
        _ => names.concat(),
    }
}

/// A name of mlp-core, with the nearest known one where it is unknown.
pub(super) fn named<T: std::str::FromStr<Err: Into<mlp_core::Error>>>(
    word: &str,
) -> Result<T, String> {
    word.parse().map_err(|error: T::Err| match error.into() {
        mlp_core::Error::UnknownName { kind, name, known } => {
            let meant = did_you_mean(&name, known.iter().copied());
            format!(
                "there is no {kind} \"{name}\"{meant} (known: {})",
                known.join(", ")
            )
        }
        other => other.to_string(),
    })
}
