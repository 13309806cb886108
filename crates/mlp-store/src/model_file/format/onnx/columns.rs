//! A table's columns as inputs of a graph, one each.

use mlp_data::table::Unknown;

use super::{
    graph::{Attribute, Graph, Value},
    messages::{DOUBLE, INT64, STRING},
};
use crate::model_file::format::columns::{Categories, Column, ColumnKind, Columns};
use mlp_train::storing::Numbers;

/// The features `[batch, features]` in f64 that the columns become, NaN where they are missing, and, where rows of unknown
/// categories are not predicted, whether each row is, `[batch, 1]`.
pub(super) fn features(graph: &mut Graph, columns: &Columns) -> (Value, Option<Value>) {
    let mut values = Vec::new();
    let mut known: Option<Value> = None;
    for (position, column) in columns.all.iter().enumerate() {
        let about = format!("column {}: {}", column.name, column.about());
        let name = match is_identifier(&column.name) {
            true => &column.name,
            false => &column.field,
        };
        let ColumnKind::Category(categories) = &column.kind else {
            values.push(graph.input_of(name, DOUBLE, 1, about));
            continue;
        };
        let word = graph.input_of(name, STRING, 1, about);
        let (value, is_known) = one_hot(graph, (position, column), categories, columns, &word);
        values.push(value);
        known = match (known, is_known) {
            (Some(before), Some(now)) => Some(graph.node("And", &[&before, &now], &[])),
            (before, now) => before.or(now),
        };
    }
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    let mut x = graph.node("Concat", &values, &[("axis", Attribute::Int(1))]);
    if !columns.fills {
        // An index that there is not, so that whoever computes the graph refuses it.
        let missing = graph.node("IsNaN", &[&x], &[]);
        let index = graph.cast(&missing, INT64);
        let zero = graph.doubles("no_value", &[0.0]);
        let zeros = graph.named_node(
            "a value is missing, and the model fills none in",
            "Gather",
            &[&zero, &index],
            &[],
        );
        x = graph.node("Add", &[&x, &zeros], &[]);
    }
    (x, known)
}

/// Whether a name is one that ONNX has for values.
fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    letters
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The features of a category `[batch, categories]`, by its name `[batch, 1]`: a row of a table of zeros and ones.
fn one_hot(
    graph: &mut Graph,
    (position, column): (usize, &Column),
    categories: &Categories,
    columns: &Columns,
    word: &Value,
) -> (Value, Option<Value>) {
    let count = categories.count;
    // Behind the categories: the missing one, the unknown one, and what is out of the table.
    let (missing, zeros, refused) = (count, count + 1, count + 2);
    let (unknown, is_asked) = match (categories.pool, columns.unknown) {
        (Some(pool), _) => (pool, false),
        (None, Unknown::Refuse) => (refused, false),
        (None, Unknown::Zero) => (zeros, false),
        (None, Unknown::Row) => (zeros, true),
    };
    let words = (categories.words.iter()).map(|(word, _)| word.clone());
    let places = (categories.words.iter()).map(|(_, place)| place.unwrap_or(missing) as i64);
    let index = graph.labels(word, words.collect(), places.collect(), unknown as i64);
    let mut rows = vec![0.0; (count + 2) * count];
    for category in 0..count {
        rows[category * count + category] = 1.0;
    }
    rows[missing * count..zeros * count].fill(f64::NAN);
    let name = format!("categories_{position}");
    let table = graph.tensor(&name, &[count + 2, count], &Numbers::F64(rows));
    let name = format!("column {}: the category must be known", column.name);
    let row = graph.named_node(&name, "Gather", &[&table, &index], &[]);
    let features = graph.node("Flatten", &[&row], &[("axis", Attribute::Int(1))]);
    let known = is_asked.then(|| {
        let unknown = graph.integers(&format!("unknown_{position}"), &[zeros as i64]);
        let is_unknown = graph.node("Equal", &[&index, &unknown], &[]);
        graph.node("Not", &[&is_unknown], &[])
    });
    (features, known)
}
