//! Errors of predicted numbers in the units of the data.

use mlp_core::{Evaluation, Level, Network, Samples, Scalar};
use mlp_data::{Scaler, TargetTransform};
use ndarray::Array2;

use crate::{
    error::Error,
    metrics::score::{Predicted, R2, RMSE},
};

/// Scaled targets, and what leads from their errors to those in the units of the data.
#[derive(Clone, Copy, Debug)]
pub struct ScaledTargets<'a, T> {
    /// How the targets were scaled.
    pub scaler: &'a Scaler,
    /// The samples with scaled targets.
    pub samples: &'a Samples<T>,
    /// Whether they are [coarse](are_coarse).
    pub coarse: bool,
}

impl<'a, T: Scalar> ScaledTargets<'a, T> {
    /// The targets of these samples, all of which are read once.
    pub fn new(scaler: &'a Scaler, samples: &'a Samples<T>) -> Self {
        Self {
            scaler,
            samples,
            coarse: are_coarse(samples),
        }
    }

    /// Whether [`original_errors`](Self::original_errors) asks for the network.
    pub fn takes_network(&self) -> bool {
        self.scaler.columns() > 1 || self.is_transformed() || self.coarse
    }

    fn is_transformed(&self) -> bool {
        self.scaler.transform_of_values() != TargetTransform::None
    }

    /// Puts errors and R2 of scaled targets into the units of the data. Where targets have a transform, both are taken anew of
    /// what is predicted beside the `truth` `[samples, outputs]`, and so is R2 where the scaled targets are coarse; else R2 is the same in all units.
    ///
    /// # Errors
    /// None that an evaluation of the same samples has not met already.
    pub fn original_errors(
        &self,
        evaluation: &mut Evaluation,
        truth: impl FnOnce() -> Array2<f64>,
        level: Level,
        network: impl FnOnce() -> Network<T>,
    ) -> Result<(), Error> {
        let Some(rmse) = evaluation.rmse else {
            return Ok(());
        };
        let plain = !self.is_transformed();
        if plain && !self.coarse {
            evaluation.rmse = Some(self.original_rmse(rmse, level, network)?);
            return Ok(());
        }
        let (network, truth) = (network(), truth());
        let outputs = network.forward_at(self.samples.inputs(), level)?;
        let predicted = self.scaler.inverse(&outputs.mapv(T::to_f64).view())?;
        let mut columns = truth.columns().into_iter();
        let constant = columns.all(|column| column.iter().all(|value| *value == column[0]));
        let predicted = Predicted::values(truth, predicted);
        if plain {
            evaluation.rmse = Some(self.original_rmse(rmse, level, || network)?);
            if constant {
                return Ok(());
            }
        } else {
            evaluation.rmse = (RMSE.value)(&predicted);
        }
        evaluation.r2 = (R2.value)(&predicted);
        Ok(())
    }

    /// The root mean squared error in the units of the data, averaged over outputs, from the one in
    /// scaled units.
    fn original_rmse(
        &self,
        scaled: f64,
        level: Level,
        network: impl FnOnce() -> Network<T>,
    ) -> Result<f64, Error> {
        let factors = self.scaler.factor();
        if factors.iter().all(|&factor| factor == factors[0]) {
            return Ok(scaled * factors[0]);
        }
        // The outputs' errors were averaged in scaled units, so they are taken once more, one by one.
        let mlp_core::Targets::Values(targets) = self.samples.targets() else {
            return Ok(scaled);
        };
        let outputs = network().forward_at(self.samples.inputs(), level)?;
        let rows = targets.nrows() as f64;
        let mut sum = 0.0;
        for (column, factor) in factors.iter().enumerate() {
            let squares = outputs
                .column(column)
                .iter()
                .zip(targets.column(column))
                .fold(0.0, |sum, (&y, &t)| {
                    let error = y.to_f64() - t.to_f64();
                    sum + error * error
                });
            sum += (squares / rows).sqrt() * factor;
        }
        Ok(sum / factors.len() as f64)
    }
}

/// Whether the targets of an output differ by little more than the rounding of their precision: beside 1e30 among the
/// targets that scale them, all others are one number.
fn are_coarse<T: Scalar>(samples: &Samples<T>) -> bool {
    const ROUNDINGS: f64 = 64.0;
    let mlp_core::Targets::Values(values) = samples.targets() else {
        return false;
    };
    let epsilon = match size_of::<T>() {
        4 => f64::from(f32::EPSILON),
        _ => f64::EPSILON,
    };
    values.columns().into_iter().any(|column| {
        let numbers = || column.iter().map(|value| value.to_f64());
        let mean = numbers().fold(0.0, |sum, number| sum + number) / column.len() as f64;
        let (squares, largest) = numbers().fold((0.0, 0.0_f64), |(squares, largest), number| {
            let (off, size) = (number - mean, number.abs());
            let largest = if size > largest { size } else { largest };
            (squares + off * off, largest)
        });
        (squares / column.len() as f64).sqrt() <= ROUNDINGS * epsilon * largest
    })
}
