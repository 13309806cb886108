//! Tables that tell of rows: what networks say of points, of the folds that they were not trained on, and what becomes of
//! every row of the data.

use super::{
    answer_table::{AnswerTable, answer, answer_columns, place, truth, truth_columns, unite},
    columns::{Cell, Column, ColumnKind},
    fate_table::FateTable,
    rows::{cell, whole},
    sinks::{Sinks, TableSink},
};
use crate::{
    error::Error,
    resolve::{
        recipe::Recipe,
        resolved::{FOLD, ResolvedExperiment},
    },
    run::network_rows::NetworkRows,
    settings::{key::info::Key, value::Value},
};

/// One row a network and point that the experiment names.
pub const PREDICT_ON: &str = "predict_on";
/// One row a network and row of the fold that is its test part.
pub const OUT_OF_FOLD: &str = "out_of_fold";
/// One row a setting and row of the data.
pub const ROWS: &str = "rows";

/// The tables of rows of an experiment, which networks come into in the order of their indices.
pub struct ByRow<T> {
    points: Option<AnswerTable<T>>,
    out_of_fold: Option<AnswerTable<T>>,
    rows: Option<FateTable<T>>,
    /// The recipe of the last cell.
    recipe: Option<(u64, Recipe)>,
}

impl<T: TableSink> ByRow<T> {
    /// Starts the tables that an experiment has.
    ///
    /// # Errors
    /// [`Error::Storage`]; recipes that cannot be resolved.
    pub fn new<S: Sinks<Table = T>>(
        experiment: &ResolvedExperiment,
        sinks: &S,
    ) -> Result<Self, Error> {
        let cells = experiment.representative_cells().into_iter();
        let recipes = cells.map(|cell| experiment.recipe(cell * experiment.seeds_per_cell()));
        let mut points: Vec<Column> = Vec::new();
        let mut folds: Vec<Column> = Vec::new();
        let mut follows = false;
        for recipe in recipes {
            let recipe = recipe?;
            let answers = answer_columns(&recipe);
            if recipe.data.points.is_some() {
                unite(&mut points, answers.clone());
            }
            if recipe.out_of_fold && !recipe.data.split.test.is_empty() {
                unite(&mut folds, vec![Column::new("place", ColumnKind::Text)]);
                unite(&mut folds, truth_columns(&recipe.data));
                unite(&mut folds, answers);
            }
            follows |= recipe.rows;
        }
        let table = |stem: &str, first: &[&str], columns: Vec<Column>| {
            if columns.is_empty() {
                return Ok(None);
            }
            AnswerTable::new(sinks, stem, first, columns).map(Some)
        };
        Ok(Self {
            points: table(PREDICT_ON, &["net", "row"], points)?,
            out_of_fold: table(OUT_OF_FOLD, &["net", "fold", "row"], folds)?,
            rows: match follows {
                true => Some(FateTable::new(experiment, sinks, ROWS)?),
                false => None,
            },
            recipe: None,
        })
    }

    /// Takes the next network in, with the values of its cell.
    ///
    /// # Errors
    /// [`Error::Storage`]; recipes that cannot be resolved.
    pub fn push(
        &mut self,
        experiment: &ResolvedExperiment,
        rows: &NetworkRows,
        values: &[(Key, Value)],
    ) -> Result<(), Error> {
        if self.points.is_none() && self.out_of_fold.is_none() && self.rows.is_none() {
            return Ok(());
        }
        let index = experiment.cell_of(rows.network);
        let recipe = match &self.recipe {
            Some((known, recipe)) if *known == index => recipe,
            _ => {
                let recipe = experiment.recipe(rows.network)?;
                &self.recipe.insert((index, recipe)).1
            }
        };
        let net = whole(rows.network);
        let answers = rows.answers.as_deref();
        if let (Some(table), Some(said)) = (
            &mut self.points,
            answers.and_then(|answers| answers.points.as_ref()),
        ) {
            let points = recipe.data.points.iter();
            for (point, row) in points.flat_map(|points| &points.rows).enumerate() {
                table.push(
                    &[net.clone(), whole(*row as u64)],
                    &answer(recipe, said, point),
                )?;
            }
        }
        if let (Some(table), Some(said)) = (
            &mut self.out_of_fold,
            answers.and_then(|answers| answers.test.as_ref()),
        ) {
            let swept = values.iter().find(|(key, _)| key.info().path == FOLD);
            let fold = match swept {
                Some((_, fold)) => cell(fold, ColumnKind::Integer),
                None => {
                    let fold = experiment.experiment().data.fold;
                    fold.map_or(Cell::Null, |fold| whole(fold as u64))
                }
            };
            for (at, &row) in recipe.data.split.test.iter().enumerate() {
                let first = [net.clone(), fold.clone(), whole(row as u64)];
                let mut told = vec![("place".to_owned(), place(&recipe.data, row))];
                told.extend(truth(&recipe.data, row));
                told.extend(answer(recipe, said, at));
                table.push(&first, &told)?;
            }
        }
        if let Some(table) = &mut self.rows {
            table.push(index, rows, values, &recipe.data)?;
        }
        Ok(())
    }

    /// The tables by their names, which have all their rows.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn finish(self) -> Result<Vec<(&'static str, T)>, Error> {
        let mut tables = Vec::new();
        tables.extend(self.points.map(|table| (PREDICT_ON, table.table)));
        tables.extend(self.out_of_fold.map(|table| (OUT_OF_FOLD, table.table)));
        if let Some(rows) = self.rows {
            tables.push((ROWS, rows.finish()?));
        }
        Ok(tables)
    }
}

#[cfg(test)]
mod tests;
