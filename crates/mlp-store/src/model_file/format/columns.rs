//! A table's columns, as a program without a reader of tables gives them, and the inputs that they become.

use std::collections::BTreeSet;

use mlp_data::table::{OneHot, TableFormat, Unknown};
use mlp_train::Model;

use super::identifier::field;

/// The columns of a row, where they are not the model's features themselves: some are categories or dates.
pub(super) struct Columns {
    /// In the order of the features.
    pub(super) all: Vec<Column>,
    /// What becomes of a category that the model does not know.
    pub(super) unknown: Unknown,
    /// Whether missing values are filled in.
    pub(super) fills: bool,
}

/// A column of the table.
pub(super) struct Column {
    /// As the table calls it.
    pub(super) name: String,
    /// As a program calls it, unlike those of the others.
    pub(super) field: String,
    /// The first of the features that it gives.
    pub(super) first: usize,
    pub(super) kind: ColumnKind,
}

/// What a column holds.
pub(super) enum ColumnKind {
    /// Numbers.
    Number,
    /// Days since 1970-01-01.
    Date,
    /// Texts that are categories, a feature for each.
    Category(Categories),
}

/// The texts of a column of categories.
pub(super) struct Categories {
    /// How many features they are.
    pub(super) count: usize,
    /// Every text that is known, and its category; none for a missing one. The categories' own names come first.
    pub(super) words: Vec<(String, Option<usize>)>,
    /// The category that takes unknown ones.
    pub(super) pool: Option<usize>,
}

impl Columns {
    /// Those of a model; `None` where its features are the columns.
    ///
    /// # Errors
    /// Features of a category that do not stand together.
    pub(super) fn of(model: &Model, unknown: Unknown) -> Result<Option<Self>, String> {
        let usual = TableFormat::default();
        let format = model.table_format().unwrap_or(&usual);
        let features = model.features();
        let is_date = |name: &String| format.date_columns.contains(name);
        let all_numbers = model.one_hot().is_empty() && !features.iter().any(is_date);
        if model.expansion().is_some() || all_numbers {
            return Ok(None);
        }
        let mut all = Vec::new();
        let mut taken = BTreeSet::new();
        let mut first = 0;
        while let Some(feature) = features.get(first) {
            let known = (model.one_hot().iter())
                .find(|known| known.feature_names().any(|name| name == *feature));
            let (name, kind, width) = match known {
                None if is_date(feature) => (feature, ColumnKind::Date, 1),
                None => (feature, ColumnKind::Number, 1),
                Some(known) => {
                    let names = known.feature_names();
                    if !names.eq(features[first..]
                        .iter()
                        .take(known.categories.len())
                        .cloned())
                    {
                        return Err(format!(
                            "the features of the column {} do not stand together",
                            known.column
                        ));
                    }
                    let categories = Categories::of(known, format);
                    let width = categories.count;
                    (&known.column, ColumnKind::Category(categories), width)
                }
            };
            all.push(Column {
                name: name.clone(),
                field: field(name, &mut taken),
                first,
                kind,
            });
            first += width;
        }
        Ok(Some(Self {
            all,
            unknown,
            fills: model.imputer().is_some(),
        }))
    }

    /// Whether some column holds dates.
    pub(super) fn has_dates(&self) -> bool {
        (self.all.iter()).any(|column| matches!(column.kind, ColumnKind::Date))
    }

    /// The columns of categories.
    pub(super) fn categories(&self) -> impl Iterator<Item = (&Column, &Categories)> {
        self.all.iter().filter_map(|column| match &column.kind {
            ColumnKind::Category(categories) => Some((column, categories)),
            ColumnKind::Number | ColumnKind::Date => None,
        })
    }

    /// What is said of a row that is not predicted.
    pub(super) fn refusals(&self) -> &'static str {
        match (self.unknown, self.fills) {
            (Unknown::Zero, true) => "a number is infinite",
            (Unknown::Zero, false) => "a value is missing or infinite",
            (_, true) => "a category is unknown or a number infinite",
            (_, false) => "a category is unknown, or a value missing or infinite",
        }
    }
}

impl Column {
    /// What a program gives for it.
    pub(super) fn about(&self) -> String {
        match self.kind {
            ColumnKind::Number => "a number".to_owned(),
            ColumnKind::Date => "a date, in days since 1970-01-01".to_owned(),
            ColumnKind::Category(_) => "a category, by its name".to_owned(),
        }
    }
}

impl Categories {
    fn of(known: &OneHot, format: &TableFormat) -> Self {
        Self {
            count: known.categories.len(),
            words: known.spellings(format),
            pool: known.pool(),
        }
    }
}
