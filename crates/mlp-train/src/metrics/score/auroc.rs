//! The area under the receiver operating characteristic: scikit-learn's `roc_auc_score`; for several
//! classes one against the rest with the plain mean over classes (`multi_class="ovr"`, `"macro"`).
//!
//! The area is the probability that a sample of the class gets a higher score than one of another
//! class, a tie counting half (Hanley and McNeil 1982).

use super::{
    Predicted,
    definition::{Score, Subject},
};

pub(super) const INFO: Score = Score {
    name: "auroc",
    description: "area under the ROC curve; for several classes the mean of one against the rest",
    subject: Subject::Probabilities,
    larger_is_better: Some(true),
    value: auroc,
};

/// `None` where a class does not occur, or no other class does.
fn auroc(predicted: &Predicted) -> Option<f64> {
    let (found, probabilities) = predicted.as_probabilities()?;
    let of_class = |class: usize| {
        let samples = found
            .labels
            .iter()
            .enumerate()
            .map(|(sample, &label)| Scored {
                score: probabilities[[sample, class]],
                positive: label as usize == class,
                weight: predicted.weight(sample),
            });
        area(samples.collect())
    };
    if found.classes == 2 {
        return of_class(1);
    }
    let areas: Option<Vec<f64>> = (0..found.classes).map(of_class).collect();
    let areas = areas?;
    Some(areas.iter().fold(0.0, |sum, area| sum + area) / areas.len() as f64)
}

struct Scored {
    score: f64,
    positive: bool,
    weight: f64,
}

fn area(mut samples: Vec<Scored>) -> Option<f64> {
    samples.sort_by(|a, b| a.score.total_cmp(&b.score));
    let (mut negatives, mut positives, mut area) = (0.0, 0.0, 0.0);
    for tied in samples.chunk_by(|a, b| a.score == b.score) {
        let weight = |positive: bool| {
            let own = tied.iter().filter(|sample| sample.positive == positive);
            own.fold(0.0, |sum, sample| sum + sample.weight)
        };
        let (negative, positive) = (weight(false), weight(true));
        area += positive * (negatives + negative / 2.0);
        negatives += negative;
        positives += positive;
    }
    let pairs = negatives * positives;
    (pairs > 0.0).then(|| area / pairs)
}
