//! Log loss: the mean of -ln p of the true class, scikit-learn's `log_loss`. Probabilities are clipped
//! to one f64 epsilon away from 0 and 1, as there.

use mlp_core::math;

use super::{
    Predicted,
    definition::{Score, Subject},
};

pub(super) const INFO: Score = Score {
    name: "log_loss",
    description: "mean of minus the logarithm of the true class's probability",
    subject: Subject::Probabilities,
    larger_is_better: Some(false),
    value: log_loss,
};

fn log_loss(predicted: &Predicted) -> Option<f64> {
    let (found, probabilities) = predicted.as_probabilities()?;
    Some(predicted.mean(|sample| {
        let p = probabilities[[sample, found.labels[sample] as usize]];
        -math::ln(p.clamp(f64::EPSILON, 1.0 - f64::EPSILON))
    }))
}
