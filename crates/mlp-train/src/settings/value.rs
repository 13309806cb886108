//! Values of keys, before a key interprets them.

use std::fmt;

use mlp_data::names::in_list;

/// A value as an experiment file, an option or a sweep holds it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// A word, a path, a spelling such as `leaky-relu:0.01`.
    Text(String),
    /// Several values.
    List(Vec<Value>),
}

impl Value {
    /// Reads one number or word as it is written on the command line. Whole numbers may be written
    /// `1e6` or `10_000`.
    pub fn from_word(word: &str) -> Self {
        let word = word.trim();
        let plain = word.replace('_', "");
        if let Ok(integer) = plain.parse::<i64>() {
            return Self::Integer(integer);
        }
        // `inf`, `nan` and the like stay words here; a numeric key then quotes them in its error.
        let numeric = word.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
        match plain.parse::<f64>() {
            Ok(number) if numeric && number.is_finite() => Self::Number(number),
            _ => match word {
                "true" => Self::Flag(true),
                "false" => Self::Flag(false),
                _ => Self::Text(word.to_owned()),
            },
        }
    }

    /// The number, if it is one.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Integer(integer) => Some(*integer as f64),
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The whole number, if it is one (`1e6` is).
    pub fn as_whole(&self) -> Option<u64> {
        match self {
            Self::Integer(integer) => u64::try_from(*integer).ok(),
            // Below 2^53 every whole f64 is exact.
            Self::Number(number) if *number >= 0.0 && *number < 9e15 && number.fract() == 0.0 => {
                Some(*number as u64)
            }
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The entries of a list, or the value itself as a list of one.
    pub fn entries(&self) -> &[Self] {
        match self {
            Self::List(entries) => entries,
            single => std::slice::from_ref(single),
        }
    }

    /// The value as TOML writes it.
    pub fn to_toml(&self) -> String {
        match self {
            Self::Flag(flag) => flag.to_string(),
            Self::Integer(integer) => integer.to_string(),
            // `{:?}` is the shortest text that reads back as the same bits.
            Self::Number(number) => format!("{number:?}"),
            Self::Text(text) => toml::Value::String(text.clone()).to_string(),
            Self::List(entries) => {
                let entries: Vec<String> = entries.iter().map(Self::to_toml).collect();
                format!("[{}]", entries.join(", "))
            }
        }
    }
}

/// As a person writes it: lists of whole numbers as widths (`16x16`), other lists with commas.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Integer(integer) => write!(f, "{integer}"),
            Self::Number(number) => write!(f, "{}", shortest(*number)),
            Self::Text(text) => f.write_str(text),
            Self::List(entries) if entries.is_empty() => f.write_str("none"),
            Self::List(entries) => {
                let whole = entries
                    .iter()
                    .all(|entry| matches!(entry, Self::Integer(_)));
                let separator = if whole { "x" } else { "," };
                for (index, entry) in entries.iter().enumerate() {
                    if index > 0 {
                        f.write_str(separator)?;
                    }
                    match entry {
                        Self::Text(text) => f.write_str(&in_list(text))?,
                        _ => write!(f, "{entry}")?,
                    }
                }
                Ok(())
            }
        }
    }
}

/// The shortest text of a number that reads back as the same bits: `0.001`, `1e-5`, `12`.
pub fn shortest(number: f64) -> String {
    let magnitude = number.abs();
    if number == 0.0 || (1e-4..1e7).contains(&magnitude) || !number.is_finite() {
        format!("{number}")
    } else {
        format!("{number:e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_the_narrowest_value() {
        assert_eq!(Value::from_word("12"), Value::Integer(12));
        assert_eq!(Value::from_word("10_000"), Value::Integer(10_000));
        assert_eq!(Value::from_word("1e-3"), Value::Number(1e-3));
        assert_eq!(Value::from_word(".5"), Value::Number(0.5));
        assert_eq!(Value::from_word("1e6").as_whole(), Some(1_000_000));
        assert_eq!(Value::from_word("true"), Value::Flag(true));
        for word in ["nan", "inf", "1e999", "tanh", "relu:0.1", "-", ""] {
            assert_eq!(Value::from_word(word), Value::Text(word.to_owned()));
        }
    }

    #[test]
    fn whole_numbers_are_never_rounded() {
        assert_eq!(Value::Number(2.5).as_whole(), None);
        assert_eq!(Value::Integer(-1).as_whole(), None);
        assert_eq!(Value::Number(f64::NAN).as_whole(), None);
        assert_eq!(Value::Number(1e300).as_whole(), None);
    }

    #[test]
    fn toml_text_reads_back_as_the_same_value() {
        let value = Value::List(vec![
            Value::Number(1e-7),
            Value::Number(1.0),
            Value::Integer(-3),
            Value::Text("a \"b\"\n\\".to_owned()),
            Value::Flag(true),
        ]);
        let table: toml::Table = format!("v = {}", value.to_toml()).parse().unwrap();
        assert_eq!(table["v"][0].as_float(), Some(1e-7));
        assert_eq!(table["v"][1].as_float(), Some(1.0));
        assert_eq!(table["v"][2].as_integer(), Some(-3));
        assert_eq!(table["v"][3].as_str(), Some("a \"b\"\n\\"));
        assert_eq!(table["v"][4].as_bool(), Some(true));
    }

    #[test]
    fn people_read_short_numbers() {
        assert_eq!(shortest(0.001), "0.001");
        assert_eq!(shortest(1e-5), "1e-5");
        assert_eq!(shortest(12.0), "12");
        assert_eq!(
            Value::List(vec![Value::Integer(16), Value::Integer(8)]).to_string(),
            "16x8"
        );
        assert_eq!(Value::List(vec![]).to_string(), "none");
    }
}
