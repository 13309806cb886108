//! What is measured at a recorded step.

use mlp_core::{Evaluation, Norms};

use super::metric::Metric;
use crate::data::part::Part;

/// A network at one step: means over whole parts without penalties, in evaluation mode, after
/// `step` updates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// Number of updates.
    pub step: u64,
    /// On the training part.
    pub train: Evaluation,
    /// On the test part, where there is one.
    pub test: Option<Evaluation>,
    /// On the validation part, where there is one.
    pub validation: Option<Evaluation>,
    /// L2 norms of the parameters.
    pub norms: Norms,
    /// L2 norm of the training loss's gradient over the whole training part.
    pub grad_norm: f64,
    /// Additional scores and diagnostics (`test_f1`, `sharpness`), where they apply.
    pub further: Vec<(Metric, f64)>,
}

impl Record {
    /// A metric by its column's name; `None` where it does not apply.
    pub fn metric(&self, name: &str) -> Option<f64> {
        self.get(Metric::find(name)?)
    }

    /// A metric; `None` where it does not apply.
    pub fn get(&self, metric: Metric) -> Option<f64> {
        match metric {
            Metric::Loss(part) => score(self.part(part)?, "loss"),
            Metric::Score(part, named) if metric.is_usual() => score(self.part(part)?, named.name),
            Metric::WeightNorm(None) => Some(self.norms.weight),
            Metric::BiasNorm(None) => Some(self.norms.bias),
            Metric::WeightNorm(Some(layer)) => self.norms.weights.get(layer).copied(),
            Metric::BiasNorm(Some(layer)) => self.norms.biases.get(layer).copied(),
            Metric::GradNorm => Some(self.grad_norm),
            further => {
                let mut all = self.further.iter();
                all.find_map(|(known, value)| (*known == further).then_some(*value))
            }
        }
    }

    /// A part's losses and scores, where there is such a part.
    fn part(&self, part: Part) -> Option<&Evaluation> {
        match part {
            Part::Train => Some(&self.train),
            Part::Test => self.test.as_ref(),
            Part::Validation => self.validation.as_ref(),
        }
    }
}

/// A loss or score of a part that every record has; `None` where it does not apply.
pub fn score(evaluation: &Evaluation, name: &str) -> Option<f64> {
    match name {
        "loss" => Some(evaluation.loss),
        "accuracy" => evaluation.accuracy,
        "r2" => evaluation.r2,
        "rmse" => evaluation.rmse,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{columns::recorded_metrics, score::find};

    #[test]
    fn every_column_finds_its_number() {
        let train = Evaluation {
            loss: 1.0,
            accuracy: Some(0.5),
            r2: None,
            rmse: None,
            samples: 2,
        };
        let test = Evaluation {
            loss: 2.0,
            accuracy: None,
            r2: Some(-1.0),
            rmse: Some(3.0),
            samples: 2,
        };
        let norms = Norms {
            weight: 5.0,
            bias: 6.0,
            weights: vec![7.0],
            biases: vec![8.0],
        };
        let f1 = find("f1").unwrap();
        let record = Record {
            step: 3,
            train,
            test: Some(test),
            validation: None,
            norms,
            grad_norm: 9.0,
            further: vec![(Metric::Score(Part::Test, f1), 10.0)],
        };
        let columns = recorded_metrics(2, true, &[f1], &[]);
        let expected = [
            (Some(1.0), "train_loss"),
            (Some(2.0), "test_loss"),
            (None, "validation_loss"),
            (Some(0.5), "train_accuracy"),
            (None, "test_accuracy"),
            (None, "validation_accuracy"),
            (None, "train_r2"),
            (Some(-1.0), "test_r2"),
            (None, "validation_r2"),
            (None, "train_rmse"),
            (Some(3.0), "test_rmse"),
            (None, "validation_rmse"),
            (Some(5.0), "weight_norm"),
            (Some(6.0), "bias_norm"),
            (Some(7.0), "weight_norm_0"),
            (None, "weight_norm_1"),
            (Some(8.0), "bias_norm_0"),
            (None, "bias_norm_1"),
            (Some(9.0), "grad_norm"),
            (None, "train_f1"),
            (Some(10.0), "test_f1"),
            (None, "validation_f1"),
        ];
        assert_eq!(columns.len(), expected.len());
        for (column, (value, name)) in columns.iter().zip(expected) {
            assert_eq!((record.get(*column), &*column.to_string()), (value, name));
            assert_eq!(name.parse(), Ok(*column));
        }
        let usual: Vec<Metric> = Metric::usual().collect();
        assert!(usual.iter().all(|metric| columns.contains(metric)));
        let without = recorded_metrics(1, false, &[], &[]);
        assert!(!without.contains(&Metric::Loss(Part::Validation)));
    }
}
