//! Predictions that are no finite numbers: rows far from the training data, at which a network or the inverse of a target's transform overflows.

use mlp_data::TargetTransform;
use mlp_train::{Model, OutputMeaning};

use crate::formatting;

/// How many rows have such a prediction, and which is the first, from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overflow {
    first: usize,
    count: usize,
    rows: usize,
}

impl Overflow {
    /// Takes the prediction of the next row.
    pub fn take(&mut self, prediction: impl IntoIterator<Item = f64>) {
        self.rows += 1;
        if prediction.into_iter().all(f64::is_finite) {
            return;
        }
        self.count += 1;
        if self.count == 1 {
            self.first = self.rows;
        }
    }

    /// How many rows there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The first row, from 1.
    pub fn first(&self) -> usize {
        self.first
    }

    /// What is said of the rows; `None` where all predictions are finite.
    pub fn text(&self, model: &Model) -> Option<String> {
        if self.count == 0 {
            return None;
        }
        let transform = match model.answers() {
            OutputMeaning::Values { scaler, .. } => scaler.transform_of_values(),
            OutputMeaning::Classes(_) | OutputMeaning::Labels(_) => TargetTransform::None,
        };
        let why = match transform {
            TargetTransform::None => {
                "what the network computes there is beyond the largest number".to_owned()
            }
            transform => format!(
                "undoing --target-transform {} there gives a number beyond the largest, far above any target of the training part",
                transform.name()
            ),
        };
        Some(format!(
            "{} of {} {} a prediction that is not finite (inf or NaN), the first of them row {}: {why}; compare the features of such rows with those that the model was trained on",
            formatting::count(self.count as f64),
            formatting::so_many(self.rows, "row"),
            if self.count == 1 { "has" } else { "have" },
            self.first
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_from_the_first() {
        let mut found = Overflow::default();
        for row in [
            [1.0, 2.0],
            [1.0, f64::INFINITY],
            [f64::NAN, 0.0],
            [0.0, 0.0],
        ] {
            found.take(row);
        }
        assert_eq!((found.first(), found.count(), found.rows), (2, 2, 4));
    }
}
