//! What is measured at a recorded step.

use mlp_core::{Evaluation, Norms};

use crate::data::part::Part;

/// A network at one step: means over whole parts without penalties, in evaluation mode, after
/// `step` updates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// Updates made.
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
    /// Further measures and diagnostics by their columns (`test_f1`, `sharpness`), as far as they
    /// apply.
    pub scores: Vec<(String, f64)>,
}

impl Record {
    /// A metric by its column's name; `None` where it does not apply.
    pub fn metric(&self, name: &str) -> Option<f64> {
        self.read(&Reading::of(name))
    }

    /// A metric by its column, as [`metric`](Self::metric) gives it.
    pub fn read(&self, reading: &Reading<'_>) -> Option<f64> {
        match *reading {
            Reading::WeightNorm => Some(self.norms.weight),
            Reading::BiasNorm => Some(self.norms.bias),
            Reading::GradNorm => Some(self.grad_norm),
            Reading::WeightNormOf(layer) => self.norms.weights.get(layer).copied(),
            Reading::BiasNormOf(layer) => self.norms.biases.get(layer).copied(),
            Reading::Of(Part::Train, place) => recorded(&self.train)[place],
            Reading::Of(Part::Test, place) => recorded(self.test.as_ref()?)[place],
            Reading::Of(Part::Validation, place) => recorded(self.validation.as_ref()?)[place],
            Reading::Further(name) => {
                let mut scores = self.scores.iter();
                scores.find_map(|(column, value)| (column == name).then_some(*value))
            }
        }
    }
}

/// Where a record holds the number of a column: what is asked of many records is looked up once.
#[derive(Clone, Copy, Debug)]
pub enum Reading<'a> {
    /// The norm of all weights.
    WeightNorm,
    /// The norm of all biases.
    BiasNorm,
    /// The norm of the gradient.
    GradNorm,
    /// The norm of a layer's weights.
    WeightNormOf(usize),
    /// The norm of a layer's biases.
    BiasNormOf(usize),
    /// A place among the losses and scores that every record has of a part.
    Of(Part, usize),
    /// Among the further measures and diagnostics.
    Further(&'a str),
}

impl<'a> Reading<'a> {
    /// Of every column.
    pub fn all(columns: &'a [String]) -> Vec<Self> {
        columns.iter().map(|column| Self::of(column)).collect()
    }

    /// Of a column.
    pub fn of(column: &'a str) -> Self {
        let layer = |prefix: &str| column.strip_prefix(prefix)?.parse().ok();
        match column {
            "weight_norm" => return Self::WeightNorm,
            "bias_norm" => return Self::BiasNorm,
            "grad_norm" => return Self::GradNorm,
            _ => {}
        }
        if let Some(layer) = layer("weight_norm_") {
            return Self::WeightNormOf(layer);
        }
        if let Some(layer) = layer("bias_norm_") {
            return Self::BiasNormOf(layer);
        }
        let parts = [Part::Train, Part::Test, Part::Validation];
        let recorded = parts.into_iter().find_map(|part| {
            let name = column.strip_prefix(part.name())?.strip_prefix('_')?;
            Some(Self::Of(part, place_of(name)?))
        });
        recorded.unwrap_or(Self::Further(column))
    }
}

/// A loss or score of a part by its name; `None` where it does not apply.
pub fn score(evaluation: &Evaluation, name: &str) -> Option<f64> {
    recorded(evaluation)[place_of(name)?]
}

/// Losses and scores that every record has of each part.
pub const RECORDED: [&str; 4] = ["loss", "accuracy", "r2", "rmse"];

/// The numbers of [`RECORDED`].
fn recorded(evaluation: &Evaluation) -> [Option<f64>; RECORDED.len()] {
    let Evaluation {
        loss,
        accuracy,
        r2,
        rmse,
        ..
    } = *evaluation;
    [Some(loss), accuracy, r2, rmse]
}

/// Where [`RECORDED`] has a name.
fn place_of(name: &str) -> Option<usize> {
    RECORDED.iter().position(|recorded| *recorded == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::columns::metric_columns;

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
        let record = Record {
            step: 3,
            train,
            test: Some(test),
            validation: None,
            norms,
            grad_norm: 9.0,
            scores: vec![("test_f1".to_owned(), 10.0)],
        };
        let f1 = crate::measures::metric::measure("f1").unwrap();
        let columns = metric_columns(2, true, &[f1], &[]);
        let numbers: Vec<Option<f64>> = columns.iter().map(|name| record.metric(name)).collect();
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
        for ((number, column), (value, name)) in numbers.iter().zip(&columns).zip(expected) {
            assert_eq!((*number, column.as_str()), (value, name));
        }
        assert!(
            columns
                .iter()
                .all(|name| crate::measures::metric::exists(name))
        );
        assert_eq!(record.metric("loss"), None);
        assert!(!metric_columns(1, false, &[], &[]).contains(&"validation_loss".to_owned()));
    }
}
