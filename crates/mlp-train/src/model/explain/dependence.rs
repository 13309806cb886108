//! Partial dependence (Friedman 2001, "Greedy function approximation"): the mean prediction over all rows when one or
//! two columns have the same value in each of them.

use mlp_core::Level;
use mlp_data::Dataset;
use mlp_statistics::quantile;
use ndarray::Array2;

use super::rows::{ModelRows, TableColumn};
use crate::{
    error::Error,
    model::{Model, OutputMeaning, Prediction},
};

/// A value that a column is set to.
#[derive(Clone, Debug, PartialEq)]
pub enum GridValue {
    /// For a column of numbers.
    Number(f64),
    /// For a column of categories.
    Category(String),
}

/// The mean prediction over a grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Dependence {
    /// One or two columns.
    pub columns: Vec<String>,
    /// The values of each, ascending; categories in the model's order.
    pub grid: Vec<Vec<GridValue>>,
    /// Names of the predictions: classes, labels or targets.
    pub answers: Vec<String>,
    /// Mean probabilities (scores, where the loss provides none) or mean numbers `[points, answers]`; for two columns
    /// the second varies faster.
    pub means: Array2<f64>,
}

/// The fractions of the rows below and above the grid, as in scikit-learn.
const EDGES: (f64, f64) = (0.05, 0.95);

impl Dependence {
    /// Sets one column, or two, to at most `points` values each: the existing values if they are that few, else equal
    /// steps from the 5 % to the 95 % quantile. Rows count by their weights.
    ///
    /// # Errors
    /// Data that do not match the model; a column that it does not have; a column without values.
    ///
    /// # Panics
    /// If there are neither one nor two columns, or fewer than two points.
    pub fn of(
        model: &Model,
        dataset: &Dataset,
        columns: &[String],
        points: usize,
        level: Level,
    ) -> Result<Self, Error> {
        assert!(matches!(columns.len(), 1 | 2) && points >= 2);
        let rows = ModelRows::of(model, dataset, level)?;
        let columns = columns.iter().map(|name| rows.column(name));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let grids = columns.iter().map(|column| grid(&rows, column, points));
        let grids = grids.collect::<Result<Vec<_>, _>>()?;
        let answers = match model.answers() {
            OutputMeaning::Classes(names) | OutputMeaning::Labels(names) => names.clone(),
            OutputMeaning::Values { names, .. } => names.clone(),
        };
        let mut values = rows.values.clone();
        let mut means = Vec::new();
        let second: &[GridValue] = grids.get(1).map_or(&[], |grid| grid);
        for first in &grids[0] {
            set(&mut values, columns[0], first);
            if second.is_empty() {
                means.extend(mean(&rows, &values)?);
            }
            for second in second {
                set(&mut values, columns[1], second);
                means.extend(mean(&rows, &values)?);
            }
        }
        let shape = (means.len() / answers.len(), answers.len());
        Ok(Self {
            columns: columns.iter().map(|column| column.name.clone()).collect(),
            grid: grids,
            means: Array2::from_shape_vec(shape, means).map_err(|error| {
                Error::Model(format!(
                    "has predictions that do not match its names: {error}"
                ))
            })?,
            answers,
        })
    }
}

/// The values that a column is set to.
fn grid(
    rows: &ModelRows<'_>,
    column: &TableColumn<'_>,
    points: usize,
) -> Result<Vec<GridValue>, Error> {
    if let Some(known) = column.categories {
        let names = known.categories.iter().cloned();
        return Ok(names.map(GridValue::Category).collect());
    }
    let values = rows.values.column(column.places[0]);
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    let mut distinct = sorted.clone();
    distinct.dedup();
    let (Some(low), Some(high)) = (quantile(&sorted, EDGES.0), quantile(&sorted, EDGES.1)) else {
        let name = &column.name;
        return Err(Error::Model(format!("finds no value in column `{name}`")));
    };
    if distinct.len() <= points || low == high {
        return Ok(distinct.into_iter().map(GridValue::Number).collect());
    }
    let step = (high - low) / (points - 1) as f64;
    let value = |point: usize| match point + 1 == points {
        true => high,
        false => low + step * point as f64,
    };
    Ok((0..points)
        .map(|point| GridValue::Number(value(point)))
        .collect())
}

/// Gives every row a value of a column.
fn set(values: &mut Array2<f64>, column: &TableColumn<'_>, value: &GridValue) {
    match (value, column.categories) {
        (GridValue::Category(name), Some(known)) => {
            let features = known.feature_names().zip(&known.categories);
            for (&place, (_, category)) in column.places.iter().zip(features) {
                let held = f64::from(u8::from(category == name));
                values.column_mut(place).fill(held);
            }
        }
        (GridValue::Number(number), _) => {
            for &place in &column.places {
                values.column_mut(place).fill(*number);
            }
        }
        (GridValue::Category(_), None) => unreachable!("a grid of categories is of such a column"),
    }
}

/// The mean prediction.
fn mean(rows: &ModelRows<'_>, values: &Array2<f64>) -> Result<Vec<f64>, Error> {
    let answers = match rows.answer(&values.view())? {
        Prediction::Classes { probabilities, .. } | Prediction::Labels { probabilities, .. } => {
            probabilities
        }
        Prediction::Scores { scores, .. } => scores,
        Prediction::Values(values) => values,
    };
    let mut total = 0.0;
    let mut sums = vec![0.0; answers.ncols()];
    for (row, answer) in answers.rows().into_iter().enumerate() {
        let weight = rows.weight(row);
        total += weight;
        for (sum, value) in sums.iter_mut().zip(answer) {
            *sum += weight * value;
        }
    }
    sums.iter_mut().for_each(|sum| *sum /= total);
    Ok(sums)
}
