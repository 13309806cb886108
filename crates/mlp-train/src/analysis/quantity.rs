//! Quantities of a network as axes: `|W|^2`, `|b_1|`, `|W_0|^2+|b_0|^2-|W_1|^2`, `ln(step)`.

use std::fmt;

use mlp_core::math;

use mlp_data::names::did_you_mean;

use crate::results::columns::Table;

/// A sum of powers of columns, or the logarithm of one.
///
/// `|W|` and `|b|` are the norms of all weights and all biases, `|W_0|` and `|b_0|` those of a layer,
/// `|W_out|` and `|b_out|` those of the last layer; any other name is a column. `^2` is a power, `^L`
/// the power of the number of layers with weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    text: String,
    /// Sign and term.
    terms: Vec<(f64, Term)>,
    logarithm: bool,
}

#[derive(Clone, Debug, PartialEq)]
struct Term {
    base: Base,
    power: Power,
}

#[derive(Clone, Debug, PartialEq)]
enum Base {
    /// A column by its name.
    Column(String),
    /// The last layer's norm, by the prefix of its column's name.
    Output(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Power {
    Fixed(u64),
    /// The number of layers with weights.
    Layers,
}

/// The largest power allowed in an axis.
const MOST_POWER: u64 = 64;

const WEIGHTS: &str = "weight_norm";
const BIASES: &str = "bias_norm";

impl Quantity {
    /// Reads a quantity of a table with these columns.
    ///
    /// # Errors
    /// What is not a quantity; a column that does not exist, with the nearest one that does.
    pub fn parse(text: &str, columns: &[String]) -> Result<Self, String> {
        let text = text.trim();
        let inner = text
            .strip_prefix("ln(")
            .and_then(|rest| rest.strip_suffix(')'));
        let mut terms = Vec::new();
        let mut sign = 1.0;
        let mut rest = inner.unwrap_or(text);
        loop {
            let end = rest.find(['+', '-']).unwrap_or(rest.len());
            terms.push((sign, Term::parse(rest[..end].trim(), columns)?));
            if end == rest.len() {
                break;
            }
            sign = if rest[end..].starts_with('-') {
                -1.0
            } else {
                1.0
            };
            rest = &rest[end + 1..];
        }
        Ok(Self {
            text: text.to_owned(),
            terms,
            logarithm: inner.is_some(),
        })
    }

    /// The columns that it needs, out of the existing ones.
    pub fn columns<'a>(&'a self, all: &'a [String]) -> Vec<&'a str> {
        let mut needed: Vec<&str> = Vec::new();
        for (_, term) in &self.terms {
            if let Base::Column(name) = &term.base {
                needed.push(name);
            }
            if let Base::Output(norm) = &term.base {
                needed.extend(all.iter().map(String::as_str).filter(|c| is_layer(c, norm)));
            }
            if term.power == Power::Layers || matches!(term.base, Base::Output(_)) {
                needed.extend(
                    all.iter()
                        .map(String::as_str)
                        .filter(|c| is_layer(c, WEIGHTS)),
                );
            }
        }
        needed.sort_unstable();
        needed.dedup();
        needed
    }

    /// Its value in every row of a part of the table, NaN where a value is missing.
    pub fn values(&self, part: &Table) -> Vec<f64> {
        let mut values = vec![0.0; part.rows()];
        let counted = self
            .terms
            .iter()
            .any(|(_, term)| term.power == Power::Layers || matches!(term.base, Base::Output(_)));
        let layers = match counted {
            true => layers(part),
            false => Vec::new(),
        };
        for (sign, term) in &self.terms {
            let base = term.base.numbers(part, &layers);
            for (row, (value, base)) in values.iter_mut().zip(base).enumerate() {
                let power = match term.power {
                    Power::Fixed(power) => power,
                    Power::Layers => layers[row] as u64,
                };
                *value += sign * math::power(base, power);
            }
        }
        if self.logarithm {
            let finite = |v: f64| if v > 0.0 { math::ln(v) } else { f64::NAN };
            values.iter_mut().for_each(|v| *v = finite(*v));
        }
        values
    }

    /// A name for files: letters, digits and dashes.
    pub fn file_name(&self) -> String {
        let words = self.text.replace(['^', '|'], "");
        let plain = words.replace('+', " plus ").replace('-', " minus ");
        let parts = plain.split(|c: char| !c.is_ascii_alphanumeric());
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        parts.join("-")
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Term {
    fn parse(text: &str, columns: &[String]) -> Result<Self, String> {
        let (base, power) = match text.split_once('^') {
            None => (text, Power::Fixed(1)),
            Some((base, "L")) => (base, Power::Layers),
            Some((base, power)) => match power.trim().parse() {
                Ok(power @ 1..=MOST_POWER) => (base, Power::Fixed(power)),
                _ => {
                    return Err(format!(
                        "\"{power}\" is not a power; write a whole number up to {MOST_POWER}, or L for the number of layers"
                    ));
                }
            },
        };
        Ok(Self {
            base: Base::parse(base.trim(), columns)?,
            power,
        })
    }
}

impl Base {
    fn parse(text: &str, columns: &[String]) -> Result<Self, String> {
        let example = "write a column, or a norm as in |W|^2, |b_0|, |b_out|";
        if text.is_empty() {
            return Err(format!("a term is missing; {example}"));
        }
        let name = match text.strip_prefix('|').map(|rest| rest.strip_suffix('|')) {
            None => text.to_owned(),
            Some(inner) => {
                let inner = inner.unwrap_or_default();
                let (letter, layer) = inner.split_once('_').unwrap_or((inner, ""));
                let norm = match letter {
                    "W" => WEIGHTS,
                    "b" => BIASES,
                    _ => return Err(format!("\"{text}\" is not a norm; {example}")),
                };
                match layer {
                    "" => norm.to_owned(),
                    "out" => return Ok(Self::Output(norm)),
                    layer => format!("{norm}_{layer}"),
                }
            }
        };
        if columns.contains(&name) {
            return Ok(Self::Column(name));
        }
        let meant = did_you_mean(&name, columns.iter().map(String::as_str));
        Err(format!("there is no column \"{name}\"{meant}"))
    }

    fn numbers(&self, part: &Table, layers: &[usize]) -> Vec<f64> {
        match self {
            Self::Column(name) => part
                .numbers(name)
                .unwrap_or_else(|| vec![f64::NAN; part.rows()]),
            Self::Output(norm) => {
                let mut last = vec![f64::NAN; part.rows()];
                for layer in 0.. {
                    let Some(numbers) = part.numbers(&format!("{norm}_{layer}")) else {
                        break;
                    };
                    for (row, last) in last.iter_mut().enumerate() {
                        if layers[row] == layer + 1 {
                            *last = numbers[row];
                        }
                    }
                }
                last
            }
        }
    }
}

/// Whether a column is a layer's norm of this kind.
fn is_layer(column: &str, norm: &str) -> bool {
    let rest = column.strip_prefix(norm).and_then(|r| r.strip_prefix('_'));
    rest.is_some_and(|index| index.parse::<usize>().is_ok())
}

/// The number of layers with weights of the network in each row.
fn layers(part: &Table) -> Vec<usize> {
    let mut layers = vec![0; part.rows()];
    for layer in 0.. {
        let Some(numbers) = part.numbers(&format!("{WEIGHTS}_{layer}")) else {
            break;
        };
        for (count, number) in layers.iter_mut().zip(numbers) {
            *count += usize::from(!number.is_nan());
        }
    }
    layers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{
        columns::{Cell, Column, ColumnKind},
        in_memory::MemoryTable,
    };

    const NAMES: [&str; 6] = [
        "weight_norm",
        "bias_norm",
        "weight_norm_0",
        "weight_norm_1",
        "bias_norm_0",
        "bias_norm_1",
    ];

    fn names() -> Vec<String> {
        NAMES.map(str::to_owned).to_vec()
    }

    /// A network with two layers of weights and one with a single one.
    fn table() -> Table {
        let columns = NAMES.map(|name| Column::new(name, ColumnKind::Number));
        let mut table = MemoryTable::new(columns.to_vec());
        let rows = [
            [5.0, 2.0, 3.0, 4.0, 1.5, 0.5].map(Some),
            [Some(2.0), Some(7.0), Some(2.0), None, Some(7.0), None],
        ];
        for row in rows {
            table.add(row.map(Cell::from));
        }
        table.finish()
    }

    #[test]
    fn quantities_are_computed() {
        let nan = f64::NAN;
        for (text, expected) in [
            ("|W|^2", [25.0, 4.0]),
            ("|W|^L", [25.0, 2.0]),
            ("|b|", [2.0, 7.0]),
            ("|b_out|", [0.5, 7.0]),
            ("|W_out|^2", [16.0, 4.0]),
            ("|W_1|", [4.0, nan]),
            ("|W_0|^2 + |b_0|^2-|W_1|^2", [9.0 + 2.25 - 16.0, nan]),
            ("bias_norm^3", [8.0, 343.0]),
            ("ln(weight_norm)", [math::ln(5.0), math::ln(2.0)]),
        ] {
            let quantity = Quantity::parse(text, &names()).unwrap();
            let found = quantity.values(&table());
            let same = found
                .iter()
                .zip(expected)
                .all(|(a, b)| *a == b || (a.is_nan() && b.is_nan()));
            assert!(same, "{text}: {found:?}");
        }
    }

    #[test]
    fn only_the_needed_columns_are_read() {
        let all = names();
        let columns = |text| Quantity::parse(text, &all).unwrap().columns(&all).len();
        assert_eq!(columns("|W|^2"), 1);
        assert_eq!(columns("|W|^L"), 3);
        assert_eq!(columns("|b_out|"), 4);
    }

    #[test]
    fn what_is_no_quantity_is_refused() {
        let refused = |text| Quantity::parse(text, &names()).unwrap_err();
        assert!(refused("weigth_norm").contains("did you mean \"weight_norm\""));
        assert!(refused("|W_7|").contains("weight_norm_7"));
        assert!(refused("|x|").contains("is not a norm"));
        assert!(refused("|W|^x").contains("is not a power"));
        assert!(refused("|W|+").contains("missing"));
        assert!(refused("").contains("missing"));
    }

    #[test]
    fn names_of_files_are_plain() {
        let name = |text| Quantity::parse(text, &names()).unwrap().file_name();
        assert_eq!(name("|W|^2"), "W2");
        assert_eq!(name("|W_0|^2-|b_0|^2"), "W-02-minus-b-02");
        assert_eq!(name("ln(bias_norm)"), "ln-bias-norm");
    }
}
