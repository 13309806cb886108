//! The forms of keys' values, and how text becomes a value.

use mlp_data::names::names_in;

use crate::settings::{range::Range, schedule::RecordSchedule, value::Value};

/// The form of a key's values.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// True or false; on the command line an option without value.
    Flag,
    /// True or false; on the command line two options, `--no-NAME` and `--NAME`.
    Switch,
    /// A whole number, not negative.
    Whole,
    /// A finite number.
    Number,
    /// A finite number, or one per layer.
    Numbers,
    /// A word from a list, optionally with settings after colons.
    Word(fn() -> Vec<&'static str>),
    /// A finite number, or a word from a list, optionally with settings after colons.
    NumberOrWord(fn() -> Vec<&'static str>),
    /// A word, or one per layer.
    Words(fn() -> Vec<&'static str>),
    /// Any text.
    Text,
    /// Any text verbatim, even a space.
    Verbatim,
    /// Texts: `a,b`.
    Texts,
    /// Layer widths: `16,16`, `16x16`, `none`.
    Widths,
    /// A number above 0, or `none`.
    Limit,
    /// `full` or a whole number.
    Batch,
    /// Columns, by name or position.
    Columns,
    /// Columns by name, or the number of features of a generator.
    Features,
    /// A record schedule.
    Record,
    /// An axis of a map: `KEY=RANGE`, or `step`.
    Axis,
}

impl Form {
    /// The allowed words, for forms that have a list.
    pub fn words(&self) -> Option<Vec<&'static str>> {
        match self {
            Self::Word(words) | Self::Words(words) | Self::NumberOrWord(words) => Some(words()),
            _ => None,
        }
    }

    /// Reads the text of an option.
    pub fn read(&self, text: &str) -> Result<Value, String> {
        let text = match self {
            Self::Verbatim => text,
            _ => text.trim(),
        };
        if text.is_empty() {
            return Err("the value is empty".to_owned());
        }
        let list = |text: &str| Value::List(text.split(',').map(Value::from_word).collect());
        let words = |text: &str| Value::List(names_in(text).into_iter().map(Value::Text).collect());
        let value = match self {
            Self::Word(_) | Self::Text | Self::Verbatim | Self::Axis | Self::Record => {
                Value::Text(text.to_owned())
            }
            Self::Words(_) if text.contains(',') => words(text),
            Self::Words(_) => Value::Text(text.to_owned()),
            Self::Columns | Self::Texts => words(text),
            Self::Features => match Value::from_word(text) {
                whole @ Value::Integer(_) => whole,
                _ => words(text),
            },
            Self::Numbers if text.contains(',') => list(text),
            Self::Widths if text == "none" => Value::List(Vec::new()),
            Self::Widths => list(&text.replace('x', ",")),
            _ => Value::from_word(text),
        };
        self.accept(value)
    }

    /// Converts a value to the form's own shape, or says why it is invalid.
    pub fn accept(&self, value: Value) -> Result<Value, String> {
        match (self, value) {
            (Self::Flag | Self::Switch, value @ Value::Flag(_)) => Ok(value),
            (Self::Flag | Self::Switch, other) => {
                Err(format!("must be true or false, not {}", quoted(&other)))
            }
            (Self::Whole, value) => whole(&value).map(Value::Integer),
            (Self::Number, value) => finite(&value).map(Value::Number),
            (Self::Numbers, Value::List(entries)) => {
                let numbers: Result<_, _> = entries
                    .iter()
                    .map(|entry| finite(entry).map(Value::Number))
                    .collect();
                nonempty(numbers?)
            }
            (Self::Numbers, value) => finite(&value).map(Value::Number),
            (Self::NumberOrWord(_), value @ Value::Text(_)) => Ok(value),
            (Self::NumberOrWord(_), value) => finite(&value)
                .map(Value::Number)
                .map_err(|_| format!("must be a number or a word, not {}", quoted(&value))),
            (
                Self::Word(_) | Self::Words(_) | Self::Text | Self::Verbatim,
                value @ Value::Text(_),
            ) => Ok(value),
            (Self::Words(_), Value::List(entries)) => {
                match entries.iter().find(|entry| entry.as_text().is_none()) {
                    Some(other) => Err(format!("must be a list of names, not {}", quoted(other))),
                    None => nonempty(entries),
                }
            }
            (Self::Word(_) | Self::Words(_) | Self::Text | Self::Verbatim, other) => {
                Err(format!("must be a word, not {}", quoted(&other)))
            }
            (Self::Widths, Value::Text(text)) => self.read(&text),
            (Self::Widths, value) => {
                let widths: Result<_, _> = value
                    .entries()
                    .iter()
                    .map(|entry| whole(entry).map(Value::Integer))
                    .collect();
                Ok(Value::List(widths?))
            }
            (Self::Limit, Value::Text(text)) if text == "none" => Ok(Value::Text(text)),
            (Self::Limit, value) => match value.as_f64().filter(|number| number.is_finite()) {
                Some(number) => Ok(Value::Number(number)),
                None => Err(format!(
                    "must be none or a number above 0, not {}",
                    quoted(&value)
                )),
            },
            (Self::Batch, Value::Text(text)) if text == "full" => Ok(Value::Text(text)),
            (Self::Batch, value) => match value.as_whole() {
                Some(_) => whole(&value).map(Value::Integer),
                None => Err(format!(
                    "must be full or a number of samples, not {}",
                    quoted(&value)
                )),
            },
            (Self::Features, value @ Value::Integer(_)) => whole(&value).map(Value::Integer),
            (Self::Features | Self::Columns, Value::Text(text)) => {
                Ok(Value::List(vec![Value::Text(text)]))
            }
            (Self::Columns, Value::Integer(column)) => {
                Ok(Value::List(vec![Value::Text(column.to_string())]))
            }
            (Self::Features | Self::Columns, Value::List(entries)) => nonempty(
                entries
                    .into_iter()
                    .map(|entry| Value::Text(entry.to_string()))
                    .collect(),
            ),
            (Self::Features | Self::Columns, other) => {
                Err(format!("must be columns as in a,b, not {}", quoted(&other)))
            }
            (Self::Texts, value @ (Value::Text(_) | Value::Integer(_) | Value::Number(_))) => {
                Ok(Value::List(vec![Value::Text(value.to_string())]))
            }
            (Self::Texts, Value::List(entries)) => nonempty(
                entries
                    .into_iter()
                    .map(|entry| Value::Text(entry.to_string()))
                    .collect(),
            ),
            (Self::Texts, other) => Err(format!("must be words as in a,b, not {}", quoted(&other))),
            (Self::Record, Value::Text(text)) => {
                let schedule: RecordSchedule = text.parse()?;
                Ok(Value::Text(schedule.to_string()))
            }
            (Self::Record, value) => {
                let steps: Option<Vec<u64>> = value.entries().iter().map(Value::as_whole).collect();
                let steps = steps.ok_or_else(|| {
                    format!(
                        "must be last, log:N, every:N or steps, not {}",
                        quoted(&value)
                    )
                })?;
                Ok(Value::Text(RecordSchedule::from_steps(steps)?.to_string()))
            }
            (Self::Axis, value @ Value::Text(_)) => Ok(value),
            (Self::Axis, other) => Err(format!(
                "must be KEY=RANGE as in learning_rate=log:1e-3:1e1:32, not {}",
                quoted(&other)
            )),
        }
    }

    /// Whether values between two ends are whole numbers.
    fn counts(&self) -> bool {
        matches!(
            self,
            Self::Whole | Self::Batch | Self::Features | Self::Widths
        )
    }

    /// The value of a range between two ends at a fraction `share` of the way; `None` for ranges of
    /// single values.
    pub(crate) fn between(&self, range: &Range, share: f64) -> Option<Value> {
        let number = range.between(share, self.counts())?;
        let value = match self.counts() {
            true => Value::Integer(number as i64),
            false => Value::Number(number),
        };
        self.accept(value).ok()
    }

    /// The values of a range in this form. Spaced values of a whole number are rounded to the
    /// nearest, and duplicates are removed.
    pub fn values(&self, range: &Range) -> Result<Vec<Value>, String> {
        let values = range.values();
        if self.counts() && !matches!(range, Range::List(_)) {
            let mut wholes: Vec<i64> = values
                .iter()
                .map(|value| {
                    value
                        .as_f64()
                        .map_or(0, |number| (number + 0.5).floor() as i64)
                })
                .collect();
            wholes.dedup();
            return wholes
                .into_iter()
                .map(|whole| self.accept(Value::Integer(whole)))
                .collect();
        }
        values.into_iter().map(|value| self.accept(value)).collect()
    }
}

/// A value as errors show it.
fn quoted(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("\"{text}\""),
        Value::List(_) => format!("the list {}", value.to_toml()),
        other => other.to_string(),
    }
}

fn nonempty(entries: Vec<Value>) -> Result<Value, String> {
    if entries.is_empty() {
        return Err("the list is empty".to_owned());
    }
    Ok(Value::List(entries))
}

fn whole(value: &Value) -> Result<i64, String> {
    let whole = value.as_whole().and_then(|whole| i64::try_from(whole).ok());
    whole.ok_or_else(|| format!("must be a whole number, 0 or more, not {}", quoted(value)))
}

fn finite(value: &Value) -> Result<f64, String> {
    let number = value.as_f64().filter(|number| number.is_finite());
    number.ok_or_else(|| format!("must be a finite number, not {}", quoted(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_read_in_every_spelling() {
        let sixteens = Value::List(vec![Value::Integer(16), Value::Integer(16)]);
        assert_eq!(Form::Widths.read("16,16"), Ok(sixteens.clone()));
        assert_eq!(Form::Widths.read("16x16"), Ok(sixteens.clone()));
        assert_eq!(
            Form::Widths.accept(Value::Text("16x16".to_owned())),
            Ok(sixteens)
        );
        assert_eq!(Form::Widths.read("none"), Ok(Value::List(vec![])));
        assert_eq!(
            Form::Widths.accept(Value::Integer(8)),
            Ok(Value::List(vec![Value::Integer(8)]))
        );
        for bad in ["16,,16", "wide", "-3", "1.5", ""] {
            assert!(Form::Widths.read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_are_finite() {
        assert_eq!(Form::Number.read("1e-3"), Ok(Value::Number(1e-3)));
        assert_eq!(
            Form::Number.read("nan"),
            Err("must be a finite number, not \"nan\"".to_owned())
        );
        assert!(Form::Number.accept(Value::Number(f64::NAN)).is_err());
        assert_eq!(Form::Whole.read("1e3"), Ok(Value::Integer(1000)));
        assert!(Form::Whole.read("0.5").is_err() && Form::Whole.read("-1").is_err());
    }

    #[test]
    fn spaced_whole_numbers_are_rounded_and_taken_once() {
        let range: Range = "log:1:8:7".parse().unwrap();
        let wholes: Vec<u64> = Form::Whole
            .values(&range)
            .unwrap()
            .iter()
            .filter_map(Value::as_whole)
            .collect();
        // 1, 1.41, 2, 2.83, 4, 5.66, 8
        assert_eq!(wholes, [1, 2, 3, 4, 6, 8]);
        assert!(Form::Whole.values(&"1,2.5".parse().unwrap()).is_err());
    }
}
