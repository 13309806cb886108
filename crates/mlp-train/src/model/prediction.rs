//! Predictions of a network, and the same with the true targets.

use mlp_core::{Level, Loss, Network, Outputs, Scalar};
use mlp_data::Scaler;
use ndarray::{Array2, ArrayView1, ArrayView2, Axis};

use crate::{error::Error, metrics::score::Predicted};

/// Predictions of a model for rows.
#[derive(Clone, Debug, PartialEq)]
pub enum Prediction {
    /// Classes.
    Classes {
        /// The most likely class of each row, an index into the names.
        labels: Vec<u32>,
        /// `[rows, classes]`.
        probabilities: Array2<f64>,
    },
    /// Classes, from a network that was trained on margins or squared errors and has no
    /// probabilities.
    Scores {
        /// The class of each row with the greatest score, an index into the names.
        labels: Vec<u32>,
        /// `[rows, classes]`, the outputs; for two classes with a single output its negative and
        /// itself.
        scores: Array2<f64>,
    },
    /// Labels, each yes or no independently.
    Labels {
        /// Whether each label is on, `[rows, labels]`.
        labels: Array2<bool>,
        /// The probability of each, `[rows, labels]`.
        probabilities: Array2<f64>,
    },
    /// Numbers in original units, `[rows, outputs]`.
    Values(Array2<f64>),
}

/// The meaning of a network's outputs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Meaning<'a> {
    /// Classes.
    Classes,
    /// Labels, each yes or no.
    Labels,
    /// Numbers, with their scaling.
    Values(&'a Scaler),
}

/// Predictions of a network for scaled inputs `[rows, inputs]`, in one forward pass at a level.
pub(crate) fn answer<T: Scalar>(
    network: &Network<T>,
    loss: Loss,
    inputs: &ArrayView2<'_, T>,
    meaning: Meaning<'_>,
    level: Level,
) -> Result<Prediction, Error> {
    // With one output there are the columns 1 - p and p.
    let last = |columns: &Array2<f64>, count: usize| {
        let first = columns.ncols().saturating_sub(count);
        columns.view().split_at(Axis(1), first).1.to_owned()
    };
    let outputs = network.forward_at(*inputs, level)?;
    match meaning {
        Meaning::Values(scaler) => {
            let values = match loss.outputs() {
                // Such a network outputs the logit of a fraction.
                Outputs::Logits => loss.probabilities(outputs.view())?,
                _ => loss.estimates(outputs.view())?,
            };
            let values = last(&values, scaler.columns());
            Ok(Prediction::Values(scaler.inverse(&values.view())?))
        }
        Meaning::Labels => {
            let probabilities = loss.probabilities(outputs.view())?;
            Ok(Prediction::Labels {
                labels: outputs.mapv(|y| y > T::ZERO),
                probabilities: last(&probabilities, outputs.ncols()),
            })
        }
        Meaning::Classes => {
            let labels = outputs
                .rows()
                .into_iter()
                .map(|row| likeliest(row.iter().map(|&y| y.to_f64())))
                .collect();
            if loss.gives_probabilities() {
                let probabilities = loss.probabilities(outputs.view())?;
                return Ok(Prediction::Classes {
                    labels,
                    probabilities,
                });
            }
            let scores = outputs.mapv(T::to_f64);
            let scores = match scores.ncols() {
                1 => ndarray::concatenate![Axis(1), -&scores, scores],
                _ => scores,
            };
            Ok(Prediction::Scores { labels, scores })
        }
    }
}

impl Prediction {
    /// With the true classes.
    ///
    /// # Panics
    /// If no classes were predicted, or for other samples.
    pub(crate) fn beside_classes(self, truth: Vec<u32>) -> Predicted {
        match self {
            Self::Classes {
                labels,
                probabilities,
            } => {
                let classes = probabilities.ncols();
                Predicted::classes(truth, labels, classes, Some(probabilities))
            }
            Self::Scores { labels, scores } => {
                Predicted::classes(truth, labels, scores.ncols(), None)
            }
            Self::Labels { .. } | Self::Values(_) => panic!("classes beside predicted numbers"),
        }
    }

    /// With the true numbers, `[rows, outputs]`, in original units; labels are 0 or 1.
    ///
    /// # Panics
    /// If classes were predicted, or for other samples.
    pub(crate) fn beside_numbers(self, truth: Array2<f64>) -> Predicted {
        match self {
            Self::Labels { labels, .. } => Predicted::labels(truth.mapv(|t| t > 0.5), labels),
            Self::Values(values) => Predicted::values(truth, values),
            Self::Classes { .. } | Self::Scores { .. } => {
                panic!("numbers beside predicted classes")
            }
        }
    }
}

/// The class of a row of logits: the first largest, or for a single logit whether it is positive.
fn likeliest(logits: impl Iterator<Item = f64>) -> u32 {
    let logits: Vec<f64> = logits.collect();
    if let [logit] = logits[..] {
        return u32::from(logit > 0.0);
    }
    let mut best = 0;
    for (class, logit) in logits.iter().enumerate() {
        if *logit > logits[best] {
            best = class;
        }
    }
    best as u32
}

/// The numbers of an answer.
pub(super) fn numbers(prediction: &Prediction) -> &Array2<f64> {
    match prediction {
        Prediction::Classes {
            probabilities: numbers,
            ..
        }
        | Prediction::Scores {
            scores: numbers, ..
        }
        | Prediction::Labels {
            probabilities: numbers,
            ..
        }
        | Prediction::Values(numbers) => numbers,
    }
}

/// The mean of several answers to the same rows, summed in their order.
///
/// # Panics
/// Without an answer.
pub(super) fn mean(each: &[Prediction]) -> Prediction {
    let count = each.len() as f64;
    let mut sum = Array2::zeros(numbers(&each[0]).dim());
    for one in each {
        sum += numbers(one);
    }
    let mean = sum / count;
    let largest = |mean: &Array2<f64>| {
        let of = |row: ArrayView1<'_, f64>| {
            let best = |best, class| if row[class] > row[best] { class } else { best };
            (1..row.len()).fold(0, best) as u32
        };
        mean.rows().into_iter().map(of).collect()
    };
    match &each[0] {
        Prediction::Classes { .. } => Prediction::Classes {
            labels: largest(&mean),
            probabilities: mean,
        },
        Prediction::Scores { .. } => Prediction::Scores {
            labels: largest(&mean),
            scores: mean,
        },
        Prediction::Labels { .. } => Prediction::Labels {
            labels: mean.mapv(|p| p > 0.5),
            probabilities: mean,
        },
        Prediction::Values(_) => Prediction::Values(mean),
    }
}
