//! Errors of predicted numbers, in original units: scikit-learn's `r2_score`,
//! `root_mean_squared_error`, `mean_absolute_error`, `median_absolute_error`, `mean_absolute_percentage_error`, `max_error`. For several outputs,
//! the plain mean over outputs (`multioutput="uniform_average"`), and for the largest error the largest.

use ndarray::ArrayView1;

use super::{
    Predicted,
    definition::{Score, Subject},
};

pub(crate) const R2: Score = Score {
    name: "r2",
    description: "coefficient of determination: fraction of the targets' variance that is explained",
    subject: Subject::Values,
    larger_is_better: Some(true),
    value: |predicted| over_outputs(predicted, r2),
};

pub(crate) const RMSE: Score = Score {
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

pub(super) const MEDIAN_ERROR: Score = Score {
    name: "median_error",
    description: "median absolute error, robust to a few large ones",
    subject: Subject::Values,
    larger_is_better: Some(false),
    value: |predicted| over_outputs(predicted, median_error),
};

pub(super) const MAPE: Score = Score {
    name: "mape",
    description: "mean absolute error relative to the target (0.1 is ten percent); none where a target is 0",
    subject: Subject::Values,
    larger_is_better: Some(false),
    value: |predicted| {
        let (targets, _) = predicted.as_values()?;
        if targets.iter().any(|&target| target == 0.0) {
            return None;
        }
        over_outputs(predicted, |p, y, z| {
            p.mean(|sample| ((z[sample] - y[sample]) / y[sample]).abs())
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

/// Constant targets are explained fully if predicted exactly, else not at all.
fn r2(predicted: &Predicted, y: &ArrayView1<'_, f64>, z: &ArrayView1<'_, f64>) -> f64 {
    let centre = predicted.mean(|sample| y[sample]);
    let spread = predicted.mean(|sample| (y[sample] - centre) * (y[sample] - centre));
    match (squared_error(predicted, y, z), spread) {
        (0.0, 0.0) => 1.0,
        (_, 0.0) => 0.0,
        (error, spread) => 1.0 - error / spread,
    }
}

/// The weighted median of the errors; where half the weight is exactly at or below one of them, the mean of that one and
/// the next.
fn median_error(predicted: &Predicted, y: &ArrayView1<'_, f64>, z: &ArrayView1<'_, f64>) -> f64 {
    let error = |sample: usize| ((z[sample] - y[sample]).abs(), predicted.weight(sample));
    let errors = (0..predicted.samples()).map(error);
    let mut errors: Vec<(f64, f64)> = errors.filter(|(_, weight)| *weight > 0.0).collect();
    errors.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = errors.iter().fold(0.0, |sum, (_, weight)| sum + weight) / 2.0;
    let mut below = 0.0;
    for (place, (error, weight)) in errors.iter().enumerate() {
        below += weight;
        if below < half {
            continue;
        }
        return match errors.get(place + 1) {
            Some((next, _)) if below - half <= f64::EPSILON => (error + next) / 2.0,
            _ => *error,
        };
    }
    f64::NAN
}
