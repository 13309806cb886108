//! A table's columns, as a program without a reader of tables gives them, and the inputs that they become.

use std::collections::BTreeSet;

use mlp_data::table::{OneHot, TableFormat, Unknown};
use mlp_train::Model;

use super::source::identifier;

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

/// Words of Rust, C and C++ that no field can be called.
const KEYWORDS: &[&str] = &[
    "abstract",
    "alignas",
    "alignof",
    "and",
    "and_eq",
    "as",
    "asm",
    "async",
    "auto",
    "await",
    "become",
    "bitand",
    "bitor",
    "bool",
    "box",
    "break",
    "case",
    "catch",
    "char",
    "class",
    "compl",
    "concept",
    "const",
    "consteval",
    "constexpr",
    "constinit",
    "continue",
    "crate",
    "decltype",
    "default",
    "delete",
    "do",
    "double",
    "dyn",
    "else",
    "enum",
    "explicit",
    "export",
    "extern",
    "false",
    "final",
    "float",
    "fn",
    "for",
    "friend",
    "gen",
    "goto",
    "if",
    "impl",
    "in",
    "inline",
    "int",
    "let",
    "long",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "mutable",
    "namespace",
    "new",
    "noexcept",
    "not",
    "not_eq",
    "nullptr",
    "operator",
    "or",
    "or_eq",
    "override",
    "priv",
    "private",
    "protected",
    "pub",
    "public",
    "ref",
    "register",
    "requires",
    "restrict",
    "return",
    "self",
    "short",
    "signed",
    "sizeof",
    "static",
    "struct",
    "super",
    "switch",
    "template",
    "this",
    "thread_local",
    "throw",
    "trait",
    "true",
    "try",
    "type",
    "typedef",
    "typeid",
    "typename",
    "typeof",
    "union",
    "unsafe",
    "unsigned",
    "unsized",
    "use",
    "using",
    "virtual",
    "void",
    "volatile",
    "wchar_t",
    "where",
    "while",
    "xor",
    "xor_eq",
    "yield",
    "linux",
    "unix",
];

/// A name for a column that no other has.
fn field(name: &str, taken: &mut BTreeSet<String>) -> String {
    let plain = identifier(name);
    let plain = match KEYWORDS.contains(&plain.as_str()) {
        true => format!("{plain}_"),
        false => plain,
    };
    let mut field = plain.clone();
    let mut number = 2;
    while !taken.insert(field.clone()) {
        field = format!("{plain}_{number}");
        number += 1;
    }
    field
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_names_in_every_language_and_unlike() {
        let mut taken = BTreeSet::new();
        let names = ["Age", "age", "type", "2nd", "größe", "age_2", "Type"];
        let fields = names.map(|name| field(name, &mut taken));
        assert_eq!(
            fields,
            [
                "age",
                "age_2",
                "type_",
                "model_2nd",
                "gr__e",
                "age_2_2",
                "type__2"
            ]
        );
    }
}
