//! What a C header says of a table's rows: a struct with a field a column, and the functions that take it.

use std::fmt::Write;

use mlp_data::table::Unknown;

use super::{
    columns::{Categories, Column, ColumnKind, Columns},
    program::Program,
    source::comment,
};

/// Struct and functions; `quoted` makes a literal of a text.
pub(super) fn rows(
    program: &Program<'_>,
    columns: &Columns,
    name: &str,
    quoted: impl Fn(&str) -> String,
) -> String {
    let upper = name.to_ascii_uppercase();
    let mut text = format!(
        "\n/* A row of the table. Of numbers and dates NaN is missing, of categories NULL{}. */\ntypedef struct {{\n",
        match columns.categories().next() {
            Some(_) => " or a word for nothing, as \"\"",
            None => "",
        }
    );
    for column in &columns.all {
        let kind = match column.kind {
            ColumnKind::Category(_) => "const char *",
            ColumnKind::Number | ColumnKind::Date => "double ",
        };
        let _ = writeln!(
            text,
            "    /* {}: {}. */\n    {kind}{};",
            comment(&column.name),
            column.about(),
            column.field
        );
    }
    let _ = writeln!(text, "}} {name}_row;");
    if columns.has_dates() {
        text.push_str(&DAYS.replace('@', &format!("{name}_")));
    }
    for (index, (_, categories)) in columns.categories().enumerate() {
        let words: Vec<String> = (categories.words.iter())
            .map(|(word, _)| format!("    {},\n", quoted(word)))
            .collect();
        let places: Vec<String> = (categories.words.iter())
            .map(|(_, place)| place.map_or("-1".to_owned(), |place| place.to_string()))
            .collect();
        let count = words.len();
        let _ = write!(
            text,
            "\nstatic const char *const {name}_words_{index}[{count}] = {{\n{}}};\n\
             /* Which category each of them is; -1 for a missing one. */\n\
             static const int {name}_places_{index}[{count}] = {{{}}};\n",
            words.concat(),
            places.join(", ")
        );
    }
    if columns.categories().next().is_some() {
        text.push_str(&FIND.replace('@', &format!("{name}_")));
    }
    let _ = write!(
        text,
        "\n/* The inputs of {name}_predict for a row: 0, or the number of the column, from 1, that keeps it from being predicted: {}. */\n\
         static inline int {name}_inputs(const {name}_row *row, double x[{upper}_INPUTS]) {{\n",
        columns.refusals()
    );
    if columns.categories().next().is_some() {
        text.push_str("    int i, place;\n");
    }
    if columns.fills && columns.categories().next().is_some() {
        text.push_str("    const double zero = 0.0;\n");
    }
    let mut category = 0;
    for (position, column) in columns.all.iter().enumerate() {
        let refuse = format!("return {}", position + 1);
        match &column.kind {
            ColumnKind::Number | ColumnKind::Date => {
                let (first, field) = (column.first, &column.field);
                let bad = match columns.fills {
                    true => "- x[@] != 0.0 && x[@] == x[@]",
                    false => "- x[@] != 0.0",
                };
                let bad = bad.replace('@', &first.to_string());
                let _ = write!(
                    text,
                    "    x[{first}] = row->{field};\n    if (x[{first}] {bad}) {refuse};\n"
                );
            }
            ColumnKind::Category(categories) => {
                text.push_str(&of_category(
                    column,
                    categories,
                    columns,
                    (name, category),
                    &refuse,
                ));
                category += 1;
            }
        }
    }
    text.push_str("    return 0;\n}\n");
    let _ = write!(
        text,
        "\n/* {}, of a row: 0, or what {name}_inputs gives, and then no answer. */\n\
         static inline int {name}_predict_row(const {name}_row *row, double answer[{upper}_OUTPUTS]) {{\n    \
         double x[{upper}_INPUTS];\n    int refused = {name}_inputs(row, x);\n    \
         if (!refused) {name}_predict(x, answer);\n    return refused;\n}}\n",
        program.numbers()
    );
    if program.classes().is_some() {
        let _ = write!(
            text,
            "\n/* {}, an index into {name}_classes; -1 where the row is not predicted. */\n\
             static inline int {name}_predict_class_of_row(const {name}_row *row) {{\n    \
             double x[{upper}_INPUTS];\n    return {name}_inputs(row, x) ? -1 : {name}_predict_class(x);\n}}\n",
            program.decision()
        );
    }
    text
}

/// The lines that make a category's features of its text.
fn of_category(
    column: &Column,
    categories: &Categories,
    columns: &Columns,
    (name, index): (&str, usize),
    refuse: &str,
) -> String {
    let (field, first, count) = (&column.field, column.first, categories.count);
    let unknown = match (categories.pool, columns.unknown) {
        (Some(pool), _) => format!("place = {pool}"),
        (None, Unknown::Zero) => "place = -2".to_owned(),
        (None, Unknown::Refuse | Unknown::Row) => refuse.to_owned(),
    };
    let missing = match columns.fills {
        // Not a number, so that the stand-ins come in.
        true => format!(
            "    for (i = 0; i < {count}; i++) x[{first} + i] = place == -1 ? zero / zero : i == place;\n"
        ),
        false => format!(
            "    if (place == -1) {refuse};\n    for (i = 0; i < {count}; i++) x[{first} + i] = i == place;\n"
        ),
    };
    format!(
        "    place = {name}_find(row->{field}, {name}_words_{index}, {words});\n    \
         if (place < 0) {unknown};\n    else place = {name}_places_{index}[place];\n{missing}",
        words = categories.words.len(),
    )
}

const DAYS: &str = "
/* The days from 1970-01-01 to a date of the Gregorian calendar. */
static inline double @days(int year, int month, int day) {
    /* Years that begin in March, in eras of 400. */
    int y = month > 2 ? year : year - 1;
    int era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
    int of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097.0 + (of_era * 365 + of_era / 4 - of_era / 100 + of_year) - 719468.0;
}
";

const FIND: &str = "
/* The position of a text among words, or -1. Blanks around it do not count. */
static inline int @find(const char *text, const char *const *words, int count) {
    int i, k, length = 0;
    if (!text) text = \"\";
    while (*text == ' ' || (*text >= '\\t' && *text <= '\\r')) text++;
    while (text[length]) length++;
    while (length > 0 && (text[length - 1] == ' ' || (text[length - 1] >= '\\t' && text[length - 1] <= '\\r'))) length--;
    for (i = 0; i < count; i++) {
        for (k = 0; k < length && words[i][k] == text[k]; k++) {}
        if (k == length && !words[i][k]) return i;
    }
    return -1;
}
";
