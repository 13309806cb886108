//! A table of answers, called as `mlp predict` calls them, with the truth beside them where it is known. Networks on several
//! data sets have the columns of all.

use mlp_data::{Targets, Task};

use super::{
    columns::{Cell, Column, ColumnKind},
    sinks::{Sinks, TableSink},
};
use crate::{
    error::Error,
    resolve::{data_recipe::DataRecipe, recipe::Recipe},
    run::answer_rows::AnswerRows,
};

/// A table of answers: some columns of whole numbers, then what cells may have of the others.
pub(super) struct AnswerTable<T> {
    pub(super) table: T,
    columns: Vec<Column>,
}

impl<T: TableSink> AnswerTable<T> {
    pub(super) fn new<S: Sinks<Table = T>>(
        sinks: &S,
        stem: &str,
        first: &[&str],
        columns: Vec<Column>,
    ) -> Result<Self, Error> {
        let first = first
            .iter()
            .map(|name| Column::new(*name, ColumnKind::Integer));
        let all = first.chain(columns.iter().cloned()).collect();
        Ok(Self {
            table: sinks.table(stem, all)?,
            columns,
        })
    }

    pub(super) fn push(&mut self, first: &[Cell], told: &[(String, Cell)]) -> Result<(), Error> {
        let others = self.columns.iter().enumerate().map(|(at, column)| {
            // As a rule the columns are those of every cell, in their order.
            let found = told.get(at).filter(|(name, _)| *name == column.name);
            let found = found.or_else(|| told.iter().find(|(name, _)| *name == column.name));
            match (found, column.kind) {
                (None | Some((_, Cell::Null)), _) => Cell::Null,
                (Some((_, cell)), ColumnKind::Text) => Cell::Text(cell.to_text()),
                (Some((_, cell)), _) => cell.clone(),
            }
        });
        self.table.push(first.iter().cloned().chain(others))
    }
}

/// Adds the columns that are new; one that two have otherwise holds text.
pub(super) fn unite(all: &mut Vec<Column>, more: Vec<Column>) {
    for column in more {
        match all.iter_mut().find(|known| known.name == column.name) {
            Some(known) if known.kind != column.kind => known.kind = ColumnKind::Text,
            Some(_) => {}
            None => all.push(column),
        }
    }
}

/// `prediction`, or one column for each of several names.
fn named(what: &str, names: &[String], several: bool) -> Vec<String> {
    match several {
        false => vec![what.to_owned()],
        true => names.iter().map(|name| format!("{what}_{name}")).collect(),
    }
}

/// What the classes, labels or numbers of the data are called, and whether each has a column of its own.
fn target_names(data: &DataRecipe) -> (&[String], bool) {
    match data.dataset.targets() {
        Targets::Classes { names, .. } => (names, false),
        Targets::Values { names, .. } => (
            names,
            names.len() > 1 || matches!(data.task, Task::Multilabel { .. }),
        ),
    }
}

/// The type of a class, a label or a number.
fn target_kind(data: &DataRecipe) -> ColumnKind {
    match data.task {
        Task::Classification { .. } => ColumnKind::Text,
        Task::Multilabel { .. } => ColumnKind::Integer,
        Task::Regression { .. } => ColumnKind::Number,
    }
}

pub(super) fn truth_columns(data: &DataRecipe) -> Vec<Column> {
    let (names, several) = target_names(data);
    let columns = named("truth", names, several).into_iter();
    columns
        .map(|name| Column::new(name, target_kind(data)))
        .collect()
}

/// Where a row stands in its file, in words: `line 2`; null for data without lines.
pub(super) fn place(data: &DataRecipe, row: usize) -> Cell {
    let place = data.dataset.place(row);
    place.map_or(Cell::Null, |place| Cell::Text(place.to_string()))
}

/// What is true of a row of the data.
pub(super) fn truth(data: &DataRecipe, row: usize) -> Vec<(String, Cell)> {
    let (names, several) = target_names(data);
    let columns = named("truth", names, several).into_iter();
    match data.dataset.targets() {
        Targets::Classes { labels, .. } => {
            let class = &names[labels[row] as usize];
            columns
                .map(|name| (name, Cell::Text(class.clone())))
                .collect()
        }
        Targets::Values { values, .. } => {
            let of = |value: &f64| match target_kind(data) {
                ColumnKind::Integer => Cell::Integer(i64::from(*value > 0.5)),
                _ => Cell::Number(*value),
            };
            columns.zip(values.row(row).iter().map(of)).collect()
        }
    }
}

/// The columns of answers, called as `mlp predict` calls them.
pub(super) fn answer_columns(recipe: &Recipe) -> Vec<Column> {
    let data = &recipe.data;
    let (names, several) = target_names(data);
    let predictions = named("prediction", names, several).into_iter();
    let predictions = predictions.map(|name| Column::new(name, target_kind(data)));
    let numbers = match number_prefix(recipe) {
        Some(prefix) => named(prefix, names, true),
        None => Vec::new(),
    };
    let numbers = numbers.into_iter();
    predictions
        .chain(numbers.map(|name| Column::new(name, ColumnKind::Number)))
        .collect()
}

/// What the columns of the numbers behind classes and labels begin with.
fn number_prefix(recipe: &Recipe) -> Option<&'static str> {
    match recipe.data.task {
        Task::Regression { .. } => None,
        Task::Multilabel { .. } => Some("p"),
        Task::Classification { .. } if recipe.spec.loss.gives_probabilities() => Some("p"),
        Task::Classification { .. } => Some("score"),
    }
}

/// What a network says of one row of those that it was asked of.
pub(super) fn answer(recipe: &Recipe, said: &AnswerRows, row: usize) -> Vec<(String, Cell)> {
    let columns = answer_columns(recipe).into_iter().map(|column| column.name);
    let (names, _) = target_names(&recipe.data);
    let numbers = &said.numbers[row * names.len()..(row + 1) * names.len()];
    let numbers = numbers.iter().map(|&number| Cell::Number(number));
    let cells: Vec<Cell> = match recipe.data.task {
        Task::Classification { .. } => {
            let class = names[said.labels[row] as usize].clone();
            std::iter::once(Cell::Text(class)).chain(numbers).collect()
        }
        Task::Multilabel { .. } => {
            let labels = &said.labels[row * names.len()..(row + 1) * names.len()];
            let labels = labels.iter().map(|&on| Cell::Integer(on.into()));
            labels.chain(numbers).collect()
        }
        Task::Regression { .. } => numbers.collect(),
    };
    columns.zip(cells).collect()
}
