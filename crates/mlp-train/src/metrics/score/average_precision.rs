//! The area under the precision-recall curve as a step function: scikit-learn's `average_precision_score`; for several
//! classes one against the rest with the plain mean over classes. Unlike the area under the ROC curve it ignores the
//! many easy negatives of a rare class; an uninformative classifier reaches the frequency of the class.

use super::{
    Predicted,
    definition::{Score, Subject},
};

pub(super) const INFO: Score = Score {
    name: "average_precision",
    description: "area under the precision-recall curve of the second of two classes; for several classes the mean of one against the rest",
    subject: Subject::Probabilities,
    larger_is_better: Some(true),
    value: average_precision,
};

/// `None` where a class does not occur.
fn average_precision(predicted: &Predicted) -> Option<f64> {
    let (found, probabilities) = predicted.as_probabilities()?;
    let of_class = |class: usize| {
        let mut samples: Vec<usize> = (0..found.labels.len()).collect();
        let score = |sample: usize| probabilities[[sample, class]];
        samples.sort_by(|&a, &b| score(b).total_cmp(&score(a)));
        let positive = |sample: usize| match found.labels[sample] as usize == class {
            true => predicted.weight(sample),
            false => 0.0,
        };
        let all = samples
            .iter()
            .fold(0.0, |sum, &sample| sum + positive(sample));
        let (mut taken, mut right, mut area) = (0.0, 0.0, 0.0);
        for tied in samples.chunk_by(|&a, &b| score(a) == score(b)) {
            let before = right;
            for &sample in tied {
                taken += predicted.weight(sample);
                right += positive(sample);
            }
            if taken > 0.0 {
                area += (right - before) / all * (right / taken);
            }
        }
        (all > 0.0).then_some(area)
    };
    if found.classes == 2 {
        return of_class(1);
    }
    let areas: Option<Vec<f64>> = (0..found.classes).map(of_class).collect();
    let areas = areas?;
    Some(areas.iter().fold(0.0, |sum, area| sum + area) / areas.len() as f64)
}
