//! The meaning of outputs, by the loss that a network was trained with.

use ndarray::{Array2, ArrayView2};

use super::{Loss, Outputs};
use crate::{Error, Scalar, math};

impl Loss {
    /// Estimates of the targets `[samples, outputs]` from a network's outputs: the outputs themselves, or
    /// their exponentials where they are logarithms of rates.
    ///
    /// ```
    /// use mlp_core::{Loss, ndarray::array};
    /// let logarithms = array![[0.0f32]];
    /// let poisson: Loss = "poisson".parse()?;
    /// assert_eq!(poisson.estimates(logarithms.view())?, array![[1.0]]);
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// A loss that does not estimate numbers.
    pub fn estimates<T: Scalar>(self, outputs: ArrayView2<'_, T>) -> Result<Array2<f64>, Error> {
        match self.outputs() {
            Outputs::Estimates => Ok(outputs.mapv(T::to_f64)),
            Outputs::LogEstimates => Ok(outputs.mapv(|y| math::exp(y.to_f64()))),
            Outputs::Logits | Outputs::ClassLogits | Outputs::Scores => {
                Err(self.lacks("numbers", "a regression loss", outputs.ncols()))
            }
        }
    }

    /// Probabilities `[samples, classes]` from a network's outputs: their softmax, or for binary
    /// cross-entropy with one output the columns 1 - p and p (with several outputs, each output's own
    /// p).
    ///
    /// ```
    /// use mlp_core::{Loss, ndarray::array};
    /// let logits = array![[1.0f32, 1.0]];
    /// let halves = Loss::SoftmaxCrossEntropy.probabilities(logits.view())?;
    /// assert_eq!(halves, array![[0.5, 0.5]]);
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// A loss without probabilities.
    pub fn probabilities<T: Scalar>(
        self,
        outputs: ArrayView2<'_, T>,
    ) -> Result<Array2<f64>, Error> {
        match self.outputs() {
            Outputs::Estimates | Outputs::LogEstimates | Outputs::Scores => {
                Err(self.lacks("probabilities", "a cross-entropy loss", outputs.ncols()))
            }
            Outputs::Logits if outputs.ncols() == 1 => Ok(Array2::from_shape_fn(
                (outputs.nrows(), 2),
                |(row, class)| {
                    let logit = outputs[[row, 0]].to_f64();
                    math::sigmoid(if class == 1 { logit } else { -logit })
                },
            )),
            Outputs::Logits => Ok(outputs.mapv(|y| math::sigmoid(y.to_f64()))),
            Outputs::ClassLogits => {
                let mut probabilities = outputs.mapv(T::to_f64);
                for mut row in probabilities.rows_mut() {
                    let top = row
                        .iter()
                        .fold(f64::NEG_INFINITY, |a, &b| if b > a { b } else { a });
                    row.mapv_inplace(|logit| math::exp(logit - top));
                    let sum = row.iter().fold(0.0, |a, b| a + b);
                    row.mapv_inplace(|e| e / sum);
                }
                Ok(probabilities)
            }
        }
    }

    fn lacks(self, targets: &str, expected: &'static str, outputs: usize) -> Error {
        Error::TargetMismatch {
            loss: self.to_string(),
            outputs,
            targets: targets.to_owned(),
            expected,
        }
    }
}
