//! Errors of predicted numbers in the units of the data.

use mlp_core::{Evaluation, Level, Network, Samples, Scalar};
use mlp_data::{Scaler, TargetTransform};
use ndarray::Array2;

use crate::{
    error::Error,
    metrics::score::{Predicted, R2, RMSE},
};

/// Puts errors and R2 of scaled targets into the units of the data. Where targets have a transform, both are taken anew of
/// what is predicted beside the `truth` `[samples, outputs]`; else R2 is the same in all units.
///
/// # Errors
/// None that an evaluation of the same samples has not met already.
pub fn original_errors<T: Scalar>(
    evaluation: &mut Evaluation,
    scaler: &Scaler,
    samples: &Samples<T>,
    truth: impl FnOnce() -> Array2<f64>,
    level: Level,
    network: impl FnOnce() -> Network<T>,
) -> Result<(), Error> {
    let Some(rmse) = evaluation.rmse else {
        return Ok(());
    };
    if scaler.transform_of_values() == TargetTransform::None {
        evaluation.rmse = Some(original_rmse(rmse, scaler, samples, level, network)?);
        return Ok(());
    }
    let outputs = network().forward_at(samples.inputs(), level)?;
    let predicted = scaler.inverse(&outputs.mapv(T::to_f64).view())?;
    let predicted = Predicted::values(truth(), predicted);
    evaluation.rmse = (RMSE.value)(&predicted);
    evaluation.r2 = (R2.value)(&predicted);
    Ok(())
}

/// Whether that takes the network.
pub fn takes_network(scaler: &Scaler) -> bool {
    scaler.columns() > 1 || scaler.transform_of_values() != TargetTransform::None
}

/// The root mean squared error in the units of the data, averaged over outputs, from the one in
/// scaled units.
fn original_rmse<T: Scalar>(
    scaled: f64,
    scaler: &Scaler,
    samples: &Samples<T>,
    level: Level,
    network: impl FnOnce() -> Network<T>,
) -> Result<f64, Error> {
    let factors = scaler.factor();
    if factors.iter().all(|&factor| factor == factors[0]) {
        return Ok(scaled * factors[0]);
    }
    // The outputs' errors were averaged in scaled units, so they are taken once more, one by one.
    let mlp_core::Targets::Values(targets) = samples.targets() else {
        return Ok(scaled);
    };
    let outputs = network().forward_at(samples.inputs(), level)?;
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
