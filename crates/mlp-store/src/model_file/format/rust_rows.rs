//! What a Rust source says of a table's rows: a struct with a field a column, and the functions that take it.

use std::fmt::Write;

use mlp_data::table::Unknown;

use super::{
    columns::{ColumnKind, Columns},
    program::Program,
};

/// Struct and functions.
pub(super) fn rows(program: &Program<'_>, columns: &Columns) -> String {
    let (of_row, row) = match columns.categories().next() {
        Some(_) => ("Row<'a>", "Row<'_>"),
        None => ("Row", "Row"),
    };
    let mut text = format!(
        "\n/// A row of the table. Of numbers and dates NaN is missing, of categories \"\" and other words for nothing.\n\
         #[derive(Clone, Copy, Debug)]\npub struct {of_row} {{\n"
    );
    for column in &columns.all {
        let kind = match column.kind {
            ColumnKind::Category(_) => "&'a str",
            ColumnKind::Number | ColumnKind::Date => "f64",
        };
        let _ = writeln!(
            text,
            "    /// {:?}: {}.\n    pub {}: {kind},",
            column.name,
            column.about(),
            column.field
        );
    }
    text.push_str("}\n");
    if columns.has_dates() {
        text.push_str(DAYS);
    }
    for (index, (_, categories)) in columns.categories().enumerate() {
        let words: Vec<String> = (categories.words.iter())
            .map(|(word, place)| match place {
                Some(place) => format!("    ({word:?}, Some({place})),\n"),
                None => format!("    ({word:?}, None),\n"),
            })
            .collect();
        let _ = write!(
            text,
            "\n// Texts, and which category each is; none for a missing one.\n\
             static WORDS_{index}: [(&str, Option<usize>); {}] = [\n{}];\n",
            words.len(),
            words.concat()
        );
    }
    let _ = write!(
        text,
        "\n/// The inputs of `predict` for a row.\n///\n/// # Errors\n\
         /// The name of the column that keeps it from being predicted: {}.\n\
         pub fn inputs(row: &{row}) -> Result<[f64; INPUTS], &'static str> {{\n    \
         let mut x = [0.0; INPUTS];\n",
        columns.refusals()
    );
    let mut index = 0;
    for column in &columns.all {
        let (first, field, name) = (column.first, &column.field, &column.name);
        match &column.kind {
            ColumnKind::Number | ColumnKind::Date => {
                let bad = match columns.fills {
                    true => "is_infinite()",
                    false => "is_finite()",
                };
                let not = if columns.fills { "" } else { "!" };
                let _ = write!(
                    text,
                    "    if {not}row.{field}.{bad} {{\n        return Err({name:?});\n    }}\n    \
                     x[{first}] = row.{field};\n"
                );
            }
            ColumnKind::Category(categories) => {
                let unknown = match (categories.pool, columns.unknown) {
                    (Some(pool), _) => format!("x[{first} + {pool}] = 1.0"),
                    (None, Unknown::Zero) => "{}".to_owned(),
                    (None, Unknown::Refuse | Unknown::Row) => format!("return Err({name:?})"),
                };
                let missing = match columns.fills {
                    true => format!("x[{first}..{}].fill(f64::NAN)", first + categories.count),
                    false => format!("return Err({name:?})"),
                };
                let _ = write!(
                    text,
                    "    match WORDS_{index}.iter().find(|(word, _)| *word == row.{field}.trim()) {{\n        \
                     Some((_, Some(place))) => x[{first} + place] = 1.0,\n        \
                     Some((_, None)) => {missing},\n        \
                     None => {unknown},\n    }}\n"
                );
                index += 1;
            }
        }
    }
    let _ = write!(
        text,
        "    Ok(x)\n}}\n\n/// {}, of a row.\n///\n/// # Errors\n/// As [`inputs`].\n\
         pub fn predict_row(row: &{row}) -> Result<[f64; OUTPUTS], &'static str> {{\n    \
         Ok(predict(&inputs(row)?))\n}}\n",
        program.numbers()
    );
    if program.classes().is_some() {
        let _ = write!(
            text,
            "\n/// {}, an index into `CLASSES`.\n///\n/// # Errors\n/// As [`inputs`].\n\
             pub fn predict_class_of_row(row: &{row}) -> Result<usize, &'static str> {{\n    \
             Ok(predict_class(&inputs(row)?))\n}}\n",
            program.decision()
        );
    }
    text
}

const DAYS: &str = "
/// The days from 1970-01-01 to a date of the Gregorian calendar.
pub fn days(year: i32, month: i32, day: i32) -> f64 {
    // Years that begin in March, in eras of 400.
    let y = if month > 2 { year } else { year - 1 };
    let (era, of_era) = (y.div_euclid(400), y.rem_euclid(400));
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let of_all = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    f64::from(of_all - 719_468)
}
";
