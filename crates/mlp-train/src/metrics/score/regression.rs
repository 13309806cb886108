//! Errors of predicted numbers, in original units: scikit-learn's `r2_score`,
//! `root_mean_squared_error`, `mean_absolute_error`, `max_error`. Of several outputs the plain mean
//! over outputs is taken (`multioutput="uniform_average"`), of the largest error the largest.

use ndarray::ArrayView1;

use super::{
    Predicted,
    definition::{Score, Subject},
};

pub(super) const R2: Score = Score {
    name: "r2",
    description: "coefficient of determination: share of the targets' variance that is explained",
    subject: Subject::Values,
    larger_is_better: Some(true),
    value: |predicted| over_outputs(predicted, r2),
};

pub(super) const RMSE: Score = Score {
    name: "rmse",
    description: "root of the mean squared error",
    subject: Subject::Values,
    larger_is_better: Some(false),
    value: |predicted| over_outputs(predicted, |p, y, z| squared_error(p, y, z).sqrt()),
};

pub(super) const MAE: Score = Score {
    name: "mae",
    description: "mean absolute error",
    subject: Subject::Values,
    larger_is_better: Some(false),
    value: |predicted| {
        over_outputs(predicted, |p, y, z| {
            p.mean(|sample| (z[sample] - y[sample]).abs())
        })
    },
};

pub(super) const MAX_ERROR: Score = Score {
    name: "max_error",
    description: "largest absolute error",
    subject: Subject::Values,
    larger_is_better: Some(false),
    value: |predicted| {
        let (targets, predictions) = predicted.as_values()?;
        let errors = targets.iter().zip(predictions).map(|(y, z)| (z - y).abs());
        Some(errors.fold(0.0, |most, error| if error > most { error } else { most }))
    },
};

/// An error of one output, from its targets and predictions.
type OfOutput = fn(&Predicted, &ArrayView1<'_, f64>, &ArrayView1<'_, f64>) -> f64;

fn over_outputs(predicted: &Predicted, error: OfOutput) -> Option<f64> {
    let (targets, predictions) = predicted.as_values()?;
    let columns = targets.columns().into_iter().zip(predictions.columns());
    let sum = columns.fold(0.0, |sum, (y, z)| sum + error(predicted, &y, &z));
    Some(sum / targets.ncols() as f64)
}

fn squared_error(predicted: &Predicted, y: &ArrayView1<'_, f64>, z: &ArrayView1<'_, f64>) -> f64 {
    predicted.mean(|sample| {
        let error = z[sample] - y[sample];
        error * error
    })
}

/// Targets that are all the same are explained fully if met exactly, else not at all.
fn r2(predicted: &Predicted, y: &ArrayView1<'_, f64>, z: &ArrayView1<'_, f64>) -> f64 {
    let centre = predicted.mean(|sample| y[sample]);
    let spread = predicted.mean(|sample| (y[sample] - centre) * (y[sample] - centre));
    match (squared_error(predicted, y, z), spread) {
        (0.0, 0.0) => 1.0,
        (_, 0.0) => 0.0,
        (error, spread) => 1.0 - error / spread,
    }
}
