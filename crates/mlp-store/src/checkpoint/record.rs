//! Records as they are stored until a training has ended.

use mlp_core::{Evaluation, Norms};
use serde::{Deserialize, Serialize};

use mlp_train::{Metric, Record};

/// Loss, accuracy, R2 and RMSE, and the number of samples.
type Scores = (f64, Option<f64>, Option<f64>, Option<f64>, u64);

/// A [`Record`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct StoredRecord {
    step: u64,
    train: Scores,
    test: Option<Scores>,
    validation: Option<Scores>,
    /// All weights, all biases, and both by layer.
    norms: (f64, f64, Vec<f64>, Vec<f64>),
    grad_norm: f64,
    further: Vec<(String, f64)>,
}

fn stored(evaluation: &Evaluation) -> Scores {
    let Evaluation {
        loss,
        accuracy,
        r2,
        rmse,
        samples,
    } = *evaluation;
    (loss, accuracy, r2, rmse, samples as u64)
}

fn evaluation((loss, accuracy, r2, rmse, samples): Scores) -> Evaluation {
    Evaluation {
        loss,
        accuracy,
        r2,
        rmse,
        samples: samples as usize,
    }
}

impl From<&Record> for StoredRecord {
    fn from(record: &Record) -> Self {
        // Every field is named, so that a new one is not forgotten.
        let Record {
            step,
            train,
            test,
            validation,
            norms,
            grad_norm,
            further,
        } = record;
        let Norms {
            weight,
            bias,
            weights,
            biases,
        } = norms;
        Self {
            step: *step,
            train: stored(train),
            test: test.as_ref().map(stored),
            validation: validation.as_ref().map(stored),
            norms: (*weight, *bias, weights.clone(), biases.clone()),
            grad_norm: *grad_norm,
            further: further
                .iter()
                .map(|(metric, value)| (metric.to_string(), *value))
                .collect(),
        }
    }
}

impl From<StoredRecord> for Record {
    fn from(stored: StoredRecord) -> Self {
        let (weight, bias, weights, biases) = stored.norms;
        Self {
            step: stored.step,
            train: evaluation(stored.train),
            test: stored.test.map(evaluation),
            validation: stored.validation.map(evaluation),
            norms: Norms {
                weight,
                bias,
                weights,
                biases,
            },
            grad_norm: stored.grad_norm,
            further: stored
                .further
                .into_iter()
                .filter_map(|(name, value)| Some((Metric::find(&name)?, value)))
                .collect(),
        }
    }
}
