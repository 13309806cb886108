//! Categories of a table for a model that the model knows no name of, and takes as `other`.

use super::cell::shortened;

/// What was taken as `other` in a column.
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
    pub fn note(&self, column: &str) -> Option<String> {
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
            "column `{column}` has categories in {rows} that the model does not know by name ({}{more}); it takes them as `other`",
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
        assert_eq!(pooled.note("c"), None);
        pooled.take("x");
        assert!(pooled.note("c").unwrap().contains("in 1 row that"));
        for category in ["x", "y", "z", "w"] {
            pooled.take(category);
        }
        assert_eq!(
            pooled.note("c").unwrap(),
            "column `c` has categories in 5 rows that the model does not know by name (`x`, `y`, `z`, ...); it takes them as `other`"
        );
    }
}
