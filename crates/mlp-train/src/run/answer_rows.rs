//! What a network says of rows, as it is kept beside its records.

use mlp_core::{Scalar, Trainer};
use serde::{Deserialize, Serialize};

use crate::{
    data::{part::Part, prepare::Prepared},
    error::Error,
    model::{CurrentNetwork, Prediction},
    resolve::recipe::Recipe,
};

/// What a network says of some rows, row after row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AnswerRows {
    /// The class of each row; of several labels whether each is on, 1 or 0; none where the answers are numbers.
    pub labels: Vec<u32>,
    /// Probabilities or scores of the classes or labels, or the numbers that are predicted.
    pub numbers: Vec<f64>,
}

/// What is kept of the answers of a network.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KeptAnswers {
    /// At the points that the experiment names.
    pub points: Option<AnswerRows>,
    /// To its test part, where that is a fold.
    pub test: Option<AnswerRows>,
}

impl From<Prediction> for AnswerRows {
    fn from(prediction: Prediction) -> Self {
        let (labels, numbers) = match prediction {
            Prediction::Classes {
                labels,
                probabilities: numbers,
            }
            | Prediction::Scores {
                labels,
                scores: numbers,
            } => (labels, numbers),
            Prediction::Labels {
                labels,
                probabilities,
            } => (
                labels.iter().map(|&on| u32::from(on)).collect(),
                probabilities,
            ),
            Prediction::Values(values) => (Vec::new(), values),
        };
        Self {
            labels,
            numbers: numbers.iter().copied().collect(),
        }
    }
}

impl KeptAnswers {
    /// What a network that has ended says of what its recipe asks for; `None` where that is nothing.
    pub(crate) fn of<T: Scalar>(
        trainer: &Trainer<'_, T>,
        prepared: &Prepared<T>,
        recipe: &Recipe,
    ) -> Result<Option<Box<Self>>, Error> {
        let points = prepared.points().map(|points| points.view());
        let test = prepared.part(Part::Test).filter(|_| recipe.out_of_fold);
        let test = test.map(|samples| samples.inputs());
        if points.is_none() && test.is_none() {
            return Ok(None);
        }
        let current = CurrentNetwork::of(trainer, prepared, recipe.threshold)?;
        let say = |inputs| current.answer(&inputs).map(AnswerRows::from);
        Ok(Some(Box::new(Self {
            points: points.map(say).transpose()?,
            test: test.map(say).transpose()?,
        })))
    }

    /// Bytes in memory, roughly.
    pub(crate) fn bytes(&self) -> usize {
        let rows = self.points.iter().chain(&self.test);
        rows.map(|rows| 4 * rows.labels.len() + 8 * rows.numbers.len())
            .sum()
    }
}
