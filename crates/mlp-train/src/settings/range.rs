//! Ranges of values: `log:1e-3:1e1:128`, `lin:0:1:11`, `1,2,5`, `tanh,relu`; for random draws also
//! `log:1e-3:1e1` and `lin:0:1`, any value between.

use std::{fmt, str::FromStr};

use mlp_core::math;

use super::value::{Value, shortest};

/// The most values that one range may have.
pub const MAXIMUM: usize = 10_000_000;

/// The values that a swept key takes, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Range {
    /// `log:from:to:count`: evenly spaced logarithms, both ends included.
    Log {
        /// First value, positive.
        from: f64,
        /// Last value, positive.
        to: f64,
        /// How many values.
        count: usize,
    },
    /// `lin:from:to:count`: evenly spaced values, both ends included.
    Lin {
        /// First value.
        from: f64,
        /// Last value.
        to: f64,
        /// How many values.
        count: usize,
    },
    /// `log:from:to` and `lin:from:to`: any value between, for random draws.
    Between {
        /// Smallest value.
        from: f64,
        /// Largest value.
        to: f64,
        /// Whether values are drawn uniformly on a logarithmic scale.
        log: bool,
    },
    /// Listed values.
    List(Vec<Value>),
}

impl Range {
    /// A list, if it is not empty and has no duplicates.
    pub fn list(values: Vec<Value>) -> Result<Self, RangeError> {
        if values.is_empty() {
            return Err(RangeError(
                "it has no values; give some, as in 1,2,5".to_owned(),
            ));
        }
        if values.len() > 10_000 {
            return Err(RangeError(format!(
                "{} listed values are too many (10000 at most)",
                values.len()
            )));
        }
        for (index, value) in values.iter().enumerate() {
            let twice =
                values[..index]
                    .iter()
                    .any(|earlier| match (earlier.as_f64(), value.as_f64()) {
                        (Some(a), Some(b)) => a == b,
                        _ => earlier == value,
                    });
            if twice {
                return Err(RangeError(format!("{value} is listed twice")));
            }
        }
        Ok(Self::List(values))
    }

    /// The number of values; for a range between two ends, only the ends.
    pub fn count(&self) -> usize {
        match self {
            Self::Log { count, .. } | Self::Lin { count, .. } => *count,
            Self::Between { .. } => 2,
            Self::List(values) => values.len(),
        }
    }

    /// Whether the values are evenly spaced on a logarithmic axis.
    pub fn is_log(&self) -> bool {
        matches!(self, Self::Log { .. } | Self::Between { log: true, .. })
    }

    /// All values in order; for a range between two ends, only the ends. Spaced values are rounded to 15 significant digits, so that decades
    /// are exact; so are the ends.
    pub fn values(&self) -> Vec<Value> {
        match self {
            Self::Log { from, to, count } => {
                let (low, high) = (math::ln(*from), math::ln(*to));
                spaced(*from, *to, *count, |share| {
                    math::exp(low + (high - low) * share)
                })
            }
            Self::Lin { from, to, count } => {
                spaced(*from, *to, *count, |share| from + (to - from) * share)
            }
            Self::Between { from, to, .. } => vec![Value::Number(*from), Value::Number(*to)],
            Self::List(values) => values.clone(),
        }
    }

    /// The value at a fraction `share` in `[0, 1)` between two ends, rounded to 15 significant digits,
    /// or if `whole`, a whole number with the ends as likely as the numbers between. `None` for
    /// ranges of single values.
    pub(crate) fn between(&self, share: f64, whole: bool) -> Option<f64> {
        let Self::Between { from, to, log } = self else {
            return None;
        };
        let top = if whole { to + 1.0 } else { *to };
        let value = match log {
            true => {
                let (low, high) = (math::ln(*from), math::ln(top));
                math::exp(low + (high - low) * share)
            }
            false => from + (top - from) * share,
        };
        let value = match whole {
            true => value.floor(),
            false => fifteen_digits(value),
        };
        Some(value.clamp(*from, *to))
    }
}

/// `count` values from `from` to `to`, where `at(share)` is the value at a fraction of the way.
fn spaced(from: f64, to: f64, count: usize, at: impl Fn(f64) -> f64) -> Vec<Value> {
    let last = count - 1;
    (0..count)
        .map(|index| {
            Value::Number(match index {
                0 => from,
                _ if index == last => to,
                _ => fifteen_digits(at(index as f64 / last as f64)),
            })
        })
        .collect()
}

/// The nearest number of 15 significant decimal digits.
fn fifteen_digits(value: f64) -> f64 {
    format!("{value:.14e}").parse().unwrap_or(value)
}

/// Why a text is not a range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RangeError(String);

impl FromStr for Range {
    type Err = RangeError;

    fn from_str(text: &str) -> Result<Self, RangeError> {
        let text = text.trim();
        let spacing = text.split(':').next().unwrap_or_default();
        if spacing != "log" && spacing != "lin" {
            if text.is_empty() {
                return Self::list(Vec::new());
            }
            return Self::list(text.split(',').map(Value::from_word).collect());
        }
        let parts: Vec<&str> = text.split(':').collect();
        let ([_, from, to] | [_, from, to, _]) = parts[..] else {
            return Err(RangeError(format!(
                "write {spacing}:FROM:TO:COUNT, as in {spacing}:1:100:9"
            )));
        };
        let number = |part: &str| {
            let number = Value::from_word(part)
                .as_f64()
                .filter(|number| number.is_finite());
            number.ok_or_else(|| RangeError(format!("\"{part}\" is not a number")))
        };
        let (from, to) = (number(from)?, number(to)?);
        if spacing == "log" && (from <= 0.0 || to <= 0.0) {
            return Err(RangeError(
                "the ends of a log range must be above 0 (lin ranges may start at 0)".to_owned(),
            ));
        }
        let Some(count) = parts.get(3) else {
            if from >= to {
                return Err(RangeError(format!(
                    "no value lies between {from} and {to}; the lower end comes first"
                )));
            }
            let log = spacing == "log";
            return Ok(Self::Between { from, to, log });
        };
        let count = match Value::from_word(count).as_whole() {
            Some(0) => {
                return Err(RangeError(
                    "a count of 0 gives no values; it must be at least 1".to_owned(),
                ));
            }
            Some(count) if count <= MAXIMUM as u64 => count as usize,
            Some(count) => {
                return Err(RangeError(format!(
                    "{count} values are too many ({MAXIMUM} at most)"
                )));
            }
            None => {
                return Err(RangeError(format!(
                    "the count \"{count}\" is not a whole number"
                )));
            }
        };
        if from == to && count > 1 {
            return Err(RangeError(format!(
                "{count} distinct values do not fit between {from} and {to}"
            )));
        }
        if from != to && count == 1 {
            return Err(RangeError(format!(
                "one value cannot be both {from} and {to}; give at least 2"
            )));
        }
        Ok(if spacing == "log" {
            Self::Log { from, to, count }
        } else {
            Self::Lin { from, to, count }
        })
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log { from, to, count } => {
                write!(f, "log:{}:{}:{count}", shortest(*from), shortest(*to))
            }
            Self::Lin { from, to, count } => {
                write!(f, "lin:{}:{}:{count}", shortest(*from), shortest(*to))
            }
            Self::Between { from, to, log } => {
                let spacing = if *log { "log" } else { "lin" };
                write!(f, "{spacing}:{}:{}", shortest(*from), shortest(*to))
            }
            Self::List(values) => {
                for (index, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if index > 0 { "," } else { "" })?;
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<f64> {
        text.parse::<Range>()
            .unwrap()
            .values()
            .iter()
            .map(|value| value.as_f64().unwrap())
            .collect()
    }

    #[test]
    fn log_ranges_hit_the_decades_exactly() {
        assert_eq!(numbers("log:1e-3:1e1:5"), [1e-3, 1e-2, 1e-1, 1.0, 10.0]);
        assert_eq!(
            numbers("log:1:256:9"),
            [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0]
        );
        let fine = numbers("log:1e-3:1e1:128");
        assert_eq!((fine.len(), fine[0], fine[127]), (128, 1e-3, 10.0));
        // The 64th of 128 points lies 63/127 of four decades above 1e-3.
        assert!((fine[63] - 0.096_438).abs() < 1e-6, "{}", fine[63]);
        assert!(fine.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn lin_ranges_hit_the_tenths_exactly() {
        assert_eq!(
            numbers("lin:0:1:11"),
            [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
        );
        assert_eq!(numbers("lin:1:-1:3"), [1.0, 0.0, -1.0]);
        assert_eq!(numbers("lin:7:7:1"), [7.0]);
    }

    #[test]
    fn values_between_two_ends_are_even_in_their_scale() {
        let between = |text: &str, share, whole| {
            let range: Range = text.parse().unwrap();
            range.between(share, whole).unwrap()
        };
        assert_eq!(between("log:1e-4:1e2", 0.5, false), 0.1);
        assert_eq!(between("log:1e-4:1e2", 0.0, false), 1e-4);
        assert_eq!(between("lin:-1:3", 0.25, false), 0.0);
        let below_one = 1.0 - f64::EPSILON / 2.0;
        assert!(between("log:1e-4:1e2", below_one, false) <= 1e2);
        // A thousand even shares of 1..=4 give a quarter each.
        let count = |value: f64| {
            (0..1000)
                .filter(|i| between("lin:1:4", f64::from(*i) / 1000.0, true) == value)
                .count()
        };
        assert_eq!([1.0, 2.0, 3.0, 4.0].map(count), [250; 4]);
        assert_eq!(between("log:1:8", below_one, true), 8.0);
        assert_eq!("1,2".parse::<Range>().unwrap().between(0.5, false), None);
    }

    #[test]
    fn lists_keep_numbers_and_words() {
        assert_eq!(numbers("0,1e-4,5"), [0.0, 1e-4, 5.0]);
        let words: Range = "tanh,leaky-relu:0.2".parse().unwrap();
        assert_eq!(
            words.values(),
            [
                Value::Text("tanh".to_owned()),
                Value::Text("leaky-relu:0.2".to_owned())
            ]
        );
    }

    #[test]
    fn impossible_ranges_are_refused() {
        for text in [
            "log:0:1:5",
            "log:-1:1:5",
            "log:1:10:0",
            "log:nan:1:3",
            "log:1:inf:3",
            "log:1",
            "log:10:1",
            "lin:1:1",
            "log:0:1",
            "log:1:10:3:4",
            "lin:0:1:2.5",
            "lin:0:1:1",
            "lin:1:1:3",
            "lin:0:1:1e18",
            "",
            "1,1",
            "1,1.0",
            "log",
        ] {
            assert!(text.parse::<Range>().is_err(), "{text}");
        }
    }

    #[test]
    fn ranges_are_written_as_they_are_read() {
        for text in [
            "log:0.001:10:128",
            "lin:0:1:11",
            "1,2,5",
            "tanh,relu",
            "log:1e-5:1e9:3",
            "log:0.001:10",
            "lin:-1:1",
        ] {
            assert_eq!(text.parse::<Range>().unwrap().to_string(), text);
        }
    }
}
