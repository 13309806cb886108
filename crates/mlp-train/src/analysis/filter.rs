//! Conditions on the rows of a table: `test_accuracy > 0.9 and status == completed`, alternatives joined by `or`.

use mlp_data::names::did_you_mean;

use crate::{
    error::Error,
    results::{
        columns::{Cell, Table},
        table_source::TableSource,
    },
};

/// Alternatives, of which one must hold: comparisons that must all be true.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
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
    ///
    /// # Errors
    /// What is not a comparison; a column that does not exist, with the nearest one that does.
    pub fn parse(text: &str, columns: &[String]) -> Result<Self, String> {
        // Spaces more, so that an "and" or "or" that nothing follows or precedes is seen.
        let text = format!(" {text} ");
        let alternatives = text.split(" or ").map(|alternative| {
            // Also where "and" stands right before "or".
            let alternative = format!(" {alternative} ");
            let parts = alternative.split(" and ").flat_map(|part| part.split("&&"));
            let comparisons = parts.map(|part| Comparison::parse(part.trim(), columns));
            comparisons.collect::<Result<Vec<_>, _>>()
        });
        Ok(Self {
            alternatives: alternatives.collect::<Result<_, _>>()?,
        })
    }

    /// The rows of a table that match, as `pick` reads them from a part and a row in it.
    ///
    /// # Errors
    /// A table that cannot be read.
    pub fn select<V>(
        &self,
        table: &dyn TableSource,
        beside: &[&str],
        pick: impl Fn(&Table, usize) -> V,
    ) -> Result<Vec<V>, Error> {
        let mut columns = beside.to_vec();
        columns.extend((self.alternatives.iter().flatten()).map(|c| c.column.as_str()));
        let mut picked = Vec::new();
        table.scan(Some(&columns), &mut |part| {
            let rows = (0..part.rows()).filter(|&row| self.holds(part, row));
            picked.extend(rows.map(|row| pick(part, row)));
            Ok(())
        })?;
        Ok(picked)
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
    fn parse(text: &str, columns: &[String]) -> Result<Self, String> {
        let split = text.find(['<', '>', '=', '!']).and_then(|at| {
            let (column, rest) = text.split_at(at);
            let mut relations = RELATIONS.iter();
            let (sign, relation) = relations.find(|(sign, _)| rest.starts_with(sign))?;
            Some((column.trim(), *relation, rest[sign.len()..].trim()))
        });
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
        Ok(Self {
            column: column.to_owned(),
            relation,
            value: value.trim_matches(['"', '\'']).to_owned(),
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
    use crate::results::columns::Values;

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
