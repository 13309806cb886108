//! Permutation importance (Breiman 2001, "Random forests"; in this form scikit-learn's `permutation_importance`): how
//! far a score falls when the values of a column are permuted among the rows.

use mlp_core::Level;
use mlp_data::Dataset;
use mlp_statistics::Mean;

use super::{Permutations, rows::ModelRows};
use crate::{error::Error, metrics::score::Predicted, model::Model};

/// How much a score depends on each column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Importances {
    /// The score of the rows as they are.
    pub score: f64,
    /// The columns in the order of the model.
    pub columns: Vec<Importance>,
}

/// How much a score depends on one column.
#[derive(Clone, Debug, PartialEq)]
pub struct Importance {
    /// The column's name in the table.
    pub column: String,
    /// Whether any permutation changed a value: none does where all rows have the same one. Nothing is known then of what the
    /// column would do elsewhere.
    pub changed: bool,
    /// How far the score falls, for each permutation; negative where it rises.
    pub falls: Vec<f64>,
    /// Their mean. Its interval is over permutations: it says nothing about other rows or other trainings. There
    /// is none where all falls are equal, which does not tell how far others would be apart.
    pub mean: Mean,
}

impl Importances {
    /// Permutes the values of each column in turn, all columns by the same `permutations`, and computes the
    /// score, for which more must be better. Columns that were encoded as categories are permuted as a whole. Rows count
    /// by their weights, where the data set has some.
    ///
    /// # Errors
    /// Data that do not match the model; a score that does not apply to its predictions; permutations of another number of rows.
    pub fn of(
        model: &Model,
        dataset: &Dataset,
        score: &dyn Fn(&Predicted) -> Option<f64>,
        permutations: &Permutations,
        level: Level,
    ) -> Result<Self, Error> {
        let rows = ModelRows::of(model, dataset, level)?;
        let score = |predicted: Predicted| {
            score(&predicted).ok_or_else(|| {
                Error::Model("has no such score: it does not apply to its predictions".to_owned())
            })
        };
        let whole = score(rows.judge(&rows.values.view())?)?;
        let mut columns = Vec::with_capacity(rows.columns.len());
        let mut dealt = rows.values.clone();
        for column in &rows.columns {
            let mut falls = Vec::with_capacity(permutations.orders().len());
            let mut changed = false;
            for order in permutations.orders() {
                if order.len() != rows.values.nrows() {
                    return Err(Error::Conflict(format!(
                        "the permutations are of {} rows, but the data have {}",
                        order.len(),
                        rows.values.nrows()
                    )));
                }
                for &place in &column.places {
                    for (row, &from) in order.iter().enumerate() {
                        let (own, dealt_to) =
                            (rows.values[[row, place]], rows.values[[from, place]]);
                        changed |= own.to_bits() != dealt_to.to_bits();
                        dealt[[row, place]] = dealt_to;
                    }
                }
                falls.push(whole - score(rows.judge(&dealt.view())?)?);
            }
            for &place in &column.places {
                dealt.column_mut(place).assign(&rows.values.column(place));
            }
            let mut mean = Mean::of(&falls).ok_or_else(|| {
                Error::Model(format!(
                    "has a score that is not finite once `{}` is permuted",
                    column.name
                ))
            })?;
            if mean.deviation == Some(0.0) {
                mean.interval = None;
            }
            columns.push(Importance {
                column: column.name.clone(),
                changed,
                falls,
                mean,
            });
        }
        Ok(Self {
            score: whole,
            columns,
        })
    }
}
