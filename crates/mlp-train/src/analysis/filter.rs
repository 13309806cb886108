//! Conditions on the rows of a table: `test_accuracy > 0.9 and status == completed`, alternatives joined by `or`.

use mlp_data::names::did_you_mean;

use crate::{
    error::Error,
    results::{
        columns::{Cell, Table, Values},
        table_source::TableSource,
    },
};

/// Why no networks are selected.
#[derive(Debug)]
pub enum Unselected {
    /// The condition cannot be asked of this table, or no network meets it: in words.
    Condition(String),
    /// The table cannot be read.
    Table(Error),
}

impl From<Error> for Unselected {
    fn from(error: Error) -> Self {
        Self::Table(error)
    }
}

/// The networks of a table that meet a condition, at least one. `withheld` says that the run kept the test part from them.
///
/// # Errors
/// What is no condition on this table; one that no network meets; a table that cannot be read.
pub fn networks_that_meet(
    condition: &str,
    table: &dyn TableSource,
    withheld: bool,
) -> Result<Vec<u64>, Unselected> {
    let filter = Filter::parse(condition, table.names()).map_err(Unselected::Condition)?;
    let mut columns = vec!["net"];
    columns.extend(filter.comparisons().map(|own| own.column.as_str()));
    let mut empty: Vec<bool> = filter.comparisons().map(|_| true).collect();
    let (mut misfit, mut met) = (None, Vec::new());
    table.scan(Some(&columns), &mut |part| {
        for (own, empty) in filter.comparisons().zip(&mut empty) {
            let Some(values) = part.column(&own.column) else {
                continue;
            };
            *empty &= (0..part.rows()).all(|row| values.cell(row) == Cell::Null);
            misfit = misfit.take().or_else(|| own.misfit(values));
        }
        let nets = part.integers("net").unwrap_or_default();
        let rows = nets.into_iter().enumerate();
        let rows = rows.filter(|&(row, _)| filter.holds(part, row));
        met.extend(rows.filter_map(|(_, net)| u64::try_from(net).ok()));
        Ok(())
    })?;
    if let Some(reason) = misfit {
        return Err(Unselected::Condition(reason));
    }
    if !met.is_empty() {
        return Ok(met);
    }
    let without = filter.comparisons().zip(empty).find(|(_, empty)| *empty);
    let why = without.map_or_else(String::new, |(own, _)| {
        let column = &own.column;
        match column.strip_prefix("test_").filter(|_| withheld) {
            Some(score) => format!(
                ": --select withholds the test part from the networks, so that {column} has no values; ask for validation_{score}"
            ),
            None => format!(": {column} has no values"),
        }
    });
    let reason = format!("no network meets {condition}{why}");
    Err(Unselected::Condition(reason))
}

/// Alternatives, of which one must hold: comparisons that must all be true.
#[derive(Clone, Debug, PartialEq)]
struct Filter {
    alternatives: Vec<Vec<Comparison>>,
}

/// A column compared with a value.
#[derive(Clone, Debug, PartialEq)]
struct Comparison {
    column: String,
    relation: Relation,
    value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Below,
    AtMost,
    Above,
    AtLeast,
    Equal,
    Different,
}

/// Operators, longer ones first where one is a prefix of another.
const RELATIONS: [(&str, Relation); 7] = [
    ("<=", Relation::AtMost),
    (">=", Relation::AtLeast),
    ("==", Relation::Equal),
    ("!=", Relation::Different),
    ("<", Relation::Below),
    (">", Relation::Above),
    ("=", Relation::Equal),
];

impl Filter {
    /// Reads a condition on a table with these columns.
    fn parse(text: &str, columns: &[String]) -> Result<Self, String> {
        if text.contains(['(', ')']) {
            return Err(
                "conditions have no parentheses: and binds closer than or, as in a < 1 and b < 2 or a > 9"
                    .to_owned(),
            );
        }
        let spaced = text.replace("&&", " and ").replace("||", " or ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let is = |word: &&str, name: &str| word.eq_ignore_ascii_case(name);
        let alternatives = words.split(|word| is(word, "or")).map(|alternative| {
            let parts = alternative.split(|word| is(word, "and"));
            let comparisons = parts.map(|part| Comparison::parse(&part.join(" "), text, columns));
            comparisons.collect::<Result<Vec<_>, _>>()
        });
        Ok(Self {
            alternatives: alternatives.collect::<Result<_, _>>()?,
        })
    }

    fn comparisons(&self) -> impl Iterator<Item = &Comparison> {
        self.alternatives.iter().flatten()
    }

    fn holds(&self, table: &Table, row: usize) -> bool {
        self.alternatives.iter().any(|comparisons| {
            comparisons.iter().all(|comparison| {
                let cell = table.column(&comparison.column).map(|v| v.cell(row));
                cell.is_some_and(|cell| comparison.holds(&cell))
            })
        })
    }
}

impl Comparison {
    /// Reads one of the comparisons of a condition, `whole`.
    fn parse(text: &str, whole: &str, columns: &[String]) -> Result<Self, String> {
        const SIGNS: [char; 4] = ['<', '>', '=', '!'];
        if text.is_empty() {
            return Err(format!(
                "\"{}\" is not a condition: a comparison is missing; write one as in test_accuracy > 0.9",
                whole.trim()
            ));
        }
        if let Some((first, rest)) = text.split_once(' ')
            && first.eq_ignore_ascii_case("not")
        {
            return Err(format!(
                "conditions have no not: turn the comparison {rest} around (< and >=, > and <=, == and !=)"
            ));
        }
        let split = text.find(SIGNS).and_then(|at| {
            let (column, rest) = text.split_at(at);
            let mut relations = RELATIONS.iter();
            let (sign, relation) = relations.find(|(sign, _)| rest.starts_with(sign))?;
            let value = &rest[sign.len()..];
            if value.starts_with(SIGNS) {
                return Some(Err(format!(
                    "\"{text}\" is not a condition: comparisons are <, <=, >, >=, == and !="
                )));
            }
            Some(Ok((column.trim(), *relation, value.trim())))
        });
        let split = split.transpose()?;
        let Some((column, relation, value)) = split.filter(|(_, _, value)| !value.is_empty())
        else {
            return Err(format!(
                "\"{text}\" is not a condition; write one as in test_accuracy > 0.9, several joined by and, alternatives by or"
            ));
        };
        if !columns.iter().any(|known| known == column) {
            let meant = did_you_mean(column, columns.iter().map(String::as_str));
            return Err(format!("there is no column \"{column}\"{meant}"));
        }
        if value.contains(SIGNS) && !value.starts_with(['"', '\'']) {
            return Err(format!(
                "\"{text}\" is more than one comparison; join them by and, as in train_loss > 0.1 and train_loss < 0.3"
            ));
        }
        Ok(Self {
            column: column.to_owned(),
            relation,
            value: value.trim_matches(['"', '\'']).to_owned(),
        })
    }

    /// Why it cannot be asked of the values of its column: these are numbers, and it compares with none.
    fn misfit(&self, values: &Values) -> Option<String> {
        let mut cells = (0..values.len()).map(|row| values.cell(row));
        let numbers = cells.any(|cell| matches!(cell, Cell::Integer(_) | Cell::Number(_)));
        let fits = self.value.parse::<f64>().is_ok_and(|value| !value.is_nan());
        (numbers && !fits).then(|| {
            format!(
                "the column {} holds numbers, and \"{}\" is none; compare it with a number, as in {} < 0.5",
                self.column, self.value, self.column
            )
        })
    }

    /// Numbers are compared as numbers, anything else as text. A missing value matches nothing.
    fn holds(&self, cell: &Cell) -> bool {
        let number = match cell {
            Cell::Null => return false,
            Cell::Integer(value) => Some(*value as f64),
            Cell::Number(value) => Some(*value),
            Cell::Text(_) | Cell::Flag(_) => None,
        };
        let order = match (number, self.value.parse::<f64>()) {
            (Some(number), Ok(value)) => number.partial_cmp(&value),
            _ => Some(cell.to_text().as_str().cmp(&self.value)),
        };
        let Some(order) = order else {
            return self.relation == Relation::Different;
        };
        match self.relation {
            Relation::Below => order.is_lt(),
            Relation::AtMost => order.is_le(),
            Relation::Above => order.is_gt(),
            Relation::AtLeast => order.is_ge(),
            Relation::Equal => order.is_eq(),
            Relation::Different => order.is_ne(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::table_source::Whole;

    fn columns() -> Vec<String> {
        ["net", "status", "test_accuracy"]
            .map(str::to_owned)
            .to_vec()
    }

    fn holds(condition: &str, cell: &Cell) -> bool {
        let filter = Filter::parse(condition, &columns()).unwrap();
        filter.alternatives[0][0].holds(cell)
    }

    #[test]
    fn numbers_and_words_are_compared() {
        for (condition, cell, expected) in [
            ("test_accuracy > 0.9", Cell::Number(0.91), true),
            ("test_accuracy>0.9", Cell::Number(0.9), false),
            ("test_accuracy >= 0.9", Cell::Number(0.9), true),
            ("test_accuracy != 1", Cell::Number(f64::NAN), true),
            ("test_accuracy < 1", Cell::Number(f64::NAN), false),
            ("test_accuracy < 1", Cell::Null, false),
            ("net = 3", Cell::Integer(3), true),
            ("net <= 3", Cell::Integer(4), false),
            (
                "status == diverged",
                Cell::Text("diverged".to_owned()),
                true,
            ),
            (
                "status != 'diverged'",
                Cell::Text("completed".to_owned()),
                true,
            ),
        ] {
            assert_eq!(holds(condition, &cell), expected, "{condition}");
        }
        let both = Filter::parse("net > 3 and test_accuracy < 0.5", &columns()).unwrap();
        assert_eq!(both.alternatives[0].len(), 2);
        assert_eq!(
            both,
            Filter::parse("net>3&&test_accuracy<0.5", &columns()).unwrap()
        );
    }

    #[test]
    fn one_alternative_is_enough() {
        let values = |values: &[i64]| Values::Integer(values.iter().map(|&v| Some(v)).collect());
        let columns = vec![("net".to_owned(), values(&[0, 1, 2, 3]))];
        let table = Table::new(columns).unwrap();
        let select = |condition: &str| {
            let filter = Filter::parse(condition, &["net".to_owned()]).unwrap();
            (0..4)
                .filter(|&row| filter.holds(&table, row))
                .collect::<Vec<_>>()
        };
        assert_eq!(select("net < 1 or net > 2"), [0, 3]);
        assert_eq!(select("net > 0 and net < 2 or net = 3"), [1, 3]);
        assert_eq!(select("net = 3 or net > 0 and net < 2"), [1, 3]);
    }

    /// The report's page reads conditions in JavaScript, by the same cases.
    #[test]
    fn conditions_select_what_the_page_selects() {
        let words = |words: [&str; 4]| words.map(|word| Some(word.to_owned())).to_vec();
        let table = Table::new(vec![
            (
                "net".to_owned(),
                Values::Integer((0..4).map(Some).collect()),
            ),
            (
                "status".to_owned(),
                Values::Text(words(["completed", "diverged", "completed", "stopped"])),
            ),
            (
                "test_accuracy".to_owned(),
                Values::Number(vec![Some(0.5), Some(0.9), None, Some(0.95)]),
            ),
            (
                "exploded".to_owned(),
                Values::Flag([false, true, false, false].map(Some).to_vec()),
            ),
        ])
        .unwrap();
        let cases = include_str!("conditions.txt").lines();
        for case in cases.filter(|line| !line.starts_with('#')) {
            let (condition, expected) = case.rsplit_once('|').unwrap();
            let selected = match networks_that_meet(condition, &Whole::of(&table), false) {
                Ok(nets) => nets
                    .iter()
                    .map(u64::to_string)
                    .collect::<Vec<_>>()
                    .join(" "),
                Err(Unselected::Condition(reason)) if reason.starts_with("no network") => {
                    String::new()
                }
                Err(_) => "-".to_owned(),
            };
            assert_eq!(selected, expected.trim(), "{condition}");
        }
    }

    #[test]
    fn a_column_of_numbers_is_compared_with_numbers_only() {
        let numbers = |value: f64| Values::Number(vec![Some(value), None]);
        let table = Table::new(vec![
            ("net".to_owned(), Values::Integer(vec![Some(0), Some(1)])),
            ("seed".to_owned(), Values::Integer(vec![Some(7), Some(8)])),
            ("train_loss".to_owned(), numbers(0.25)),
            ("weight_norm".to_owned(), numbers(3.0)),
            ("test_loss".to_owned(), Values::Number(vec![None, None])),
        ])
        .unwrap();
        let asked = |text: &str| networks_that_meet(text, &Whole::of(&table), true);
        let refused = |text: &str| match asked(text) {
            Err(Unselected::Condition(reason)) => reason,
            other => panic!("{text}: {other:?}"),
        };
        for (text, column, value) in [
            ("train_loss < 26%", "train_loss", "26%"),
            ("train_loss < 0,28", "train_loss", "0,28"),
            ("train_loss < abc", "train_loss", "abc"),
            ("train_loss < weight_norm", "train_loss", "weight_norm"),
            ("seed < 2O", "seed", "2O"),
            ("net < NaN", "net", "NaN"),
            ("net = 0 or seed == x", "seed", "x"),
        ] {
            let reason = refused(text);
            let said = format!("the column {column} holds numbers, and \"{value}\" is none");
            assert!(reason.starts_with(&said), "{text}: {reason}");
        }
        for (text, said) in [
            ("train_loss < 0.26, seed > 3", "is more than one comparison"),
            ("train_loss < 0.3 < 0.4", "is more than one comparison"),
            ("seed => 3", "comparisons are <, <=, >, >="),
            ("seed <> 3", "comparisons are <, <=, >, >="),
            ("not seed > 3", "conditions have no not"),
            ("NOT seed > 3", "conditions have no not"),
            ("(seed > 3)", "conditions have no parentheses"),
            ("test_loss < 1", "--select withholds the test part"),
            ("seed > 9", "no network meets seed > 9"),
        ] {
            let reason = refused(text);
            assert!(reason.contains(said), "{text}: {reason}");
        }
        for text in ["train_loss < 0.3 AND seed > 3", "seed > 9 Or net = 0"] {
            assert_eq!(asked(text).unwrap(), [0], "{text}");
        }
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        let refused = |text| Filter::parse(text, &columns()).unwrap_err();
        assert!(refused("test_acuracy > 0.9").contains("did you mean \"test_accuracy\""));
        for text in [
            "",
            "net",
            "net >",
            "net > 3 and",
            "net ~ 3",
            "net > 3 or",
            "or net > 3",
            "net > 3 and or net < 1",
        ] {
            assert!(refused(text).contains("is not a condition"), "{text}");
        }
    }
}
