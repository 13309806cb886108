//! Categories of a table for a model that the model knows no name of: those that it takes for the pool of rare ones,
//! and others.

use super::category::OneHot;
use super::cell::shortened;
use super::unknown::Unknown;

/// What was met of such categories in a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pooled {
    /// Rows with such a category.
    rows: u64,
    /// The first of the categories.
    shown: Vec<String>,
    /// Whether there are others.
    more: bool,
}

impl Pooled {
    /// Counts a row.
    pub fn take(&mut self, category: &str) {
        const SHOWN: usize = 3;
        self.rows += 1;
        let category = shortened(category);
        if !self.shown.contains(&category) {
            match self.shown.len() < SHOWN {
                true => self.shown.push(category),
                false => self.more = true,
            }
        }
    }

    /// What is said of it; nothing where there was none.
    pub fn note(&self, known: &OneHot) -> Option<String> {
        self.said(
            &known.column,
            &format!("it reads them as `{}`", known.pool_name()),
        )
    }

    /// What is said of categories that no pool took; nothing where there was none.
    pub fn note_of_unknown(&self, known: &OneHot, unknown: Unknown) -> Option<String> {
        self.said(&known.column, unknown.outcome())
    }

    pub fn said(&self, column: &str, outcome: &str) -> Option<String> {
        if self.rows == 0 {
            return None;
        }
        let rows = match self.rows {
            1 => "1 row".to_owned(),
            rows => format!("{rows} rows"),
        };
        let shown: Vec<String> = self.shown.iter().map(|name| format!("`{name}`")).collect();
        let more = if self.more { ", ..." } else { "" };
        Some(format!(
            "column `{column}` has categories in {rows} that the model does not know by name ({}{more}); {outcome}",
            shown.join(", ")
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_and_the_first_categories_named() {
        let mut pooled = Pooled::default();
        let known = |categories: &[&str]| OneHot {
            column: "c".to_owned(),
            categories: categories.iter().map(|&name| name.to_owned()).collect(),
            pooled: true,
            untrained: Vec::new(),
        };
        let usual = known(&["a", "other"]);
        assert_eq!(pooled.note(&usual), None);
        pooled.take("x");
        assert!(pooled.note(&usual).unwrap().contains("in 1 row that"));
        for category in ["x", "y", "z", "w"] {
            pooled.take(category);
        }
        assert_eq!(
            pooled.note(&usual).unwrap(),
            "column `c` has categories in 5 rows that the model does not know by name (`x`, `y`, `z`, ...); it reads them as `other`"
        );
        let own = known(&["a", "other", "other (rare)"]);
        assert!(pooled.note(&own).unwrap().ends_with("as `other (rare)`"));
    }
}
