//! The Brier score: the mean squared difference between probabilities and outcomes (Brier 1950).
//!
//! For two classes it is the mean of (p - y)^2 with p the second class's probability, for several the
//! mean of the sum of such squares over all classes: scikit-learn's `brier_score_loss` with its
//! default for two classes and `scale_by_half=False` for several.

use super::{
    Predicted,
    definition::{Score, Subject},
};

pub(super) const INFO: Score = Score {
    name: "brier",
    description: "mean squared difference between probabilities and true classes",
    subject: Subject::Probabilities,
    larger_is_better: Some(false),
    value: brier,
};

fn brier(predicted: &Predicted) -> Option<f64> {
    let (found, probabilities) = predicted.as_probabilities()?;
    let first = usize::from(found.classes == 2);
    Some(predicted.mean(|sample| {
        let label = found.labels[sample] as usize;
        (first..found.classes).fold(0.0, |sum, class| {
            let truth = f64::from(u8::from(class == label));
            let error = probabilities[[sample, class]] - truth;
            sum + error * error
        })
    }))
}
