//! The decision threshold at which a score of two classes is best.

use mlp_core::Level;

use super::{Model, Prediction};
use crate::{
    error::Error,
    metrics::score::{Predicted, Score},
    resolve::data_recipe::DataRecipe,
    settings::threshold::Threshold,
};

/// The threshold of the more likely of two classes.
pub(super) const USUAL: f64 = 0.5;

impl Model {
    /// The same model with the threshold that the recipe requests, if any: a score chooses it on the
    /// validation part of the data that the network was trained on.
    pub(crate) fn with_threshold(
        mut self,
        threshold: Option<Threshold>,
        data: &DataRecipe,
        level: Level,
    ) -> Result<Self, Error> {
        // The parameters of a training that diverged cannot decide anything.
        let asked = threshold.filter(|asked| matches!(asked, Threshold::At(_)) || self.is_finite());
        self.parts.threshold = chosen(asked, || {
            let rows = &data.split.validation;
            Ok(Some(
                self.judge_at(&data.dataset.select_rows(rows)?, level)?,
            ))
        })?;
        Ok(self)
    }

    /// For two classes, the probability of the second above which it is predicted: 0.5 by default. `None` for other
    /// models, and for those without probabilities.
    pub fn threshold(&self) -> Option<f64> {
        let decides = self.task() == mlp_data::Task::Classification { classes: 2 }
            && self.parts.loss.gives_probabilities();
        decides.then(|| self.parts.threshold.unwrap_or(USUAL))
    }
}

impl Prediction {
    /// The same predictions with the second of two classes wherever its probability is above a threshold; without one,
    /// the more likely class. Every class that is decided by a threshold is decided here.
    pub(crate) fn decided(mut self, threshold: Option<f64>) -> Self {
        if let Some(threshold) = threshold
            && let Self::Classes {
                labels,
                probabilities,
            } = &mut self
        {
            let second = probabilities.column(1);
            *labels = second.iter().map(|&p| u32::from(p > threshold)).collect();
        }
        self
    }
}

/// The threshold that was asked for: a number, or the one that a score chooses on what is `judged`, the validation part.
/// `None` for the more likely class.
pub(super) fn chosen(
    asked: Option<Threshold>,
    judged: impl FnOnce() -> Result<Option<Predicted>, Error>,
) -> Result<Option<f64>, Error> {
    let threshold = match asked {
        None => None,
        Some(Threshold::At(number)) => Some(number),
        Some(Threshold::Best(score)) => judged()?.and_then(|judged| {
            let (classes, numbers) = judged.as_probabilities()?;
            best(classes.labels, &numbers.column(1).to_vec(), score)
        }),
    };
    Ok(threshold.filter(|threshold| (threshold - USUAL).abs() > 0.0))
}

/// The threshold, above 0 and below 1, at which a score of the predicted classes is best, each sample counting once;
/// of ties the nearest to 0.5. Candidates are 0.5 and the midpoints between neighbouring probabilities.
/// `None` where the score does not apply.
///
/// A classification score depends only on the four counts of the confusion matrix, so four weighted samples represent all.
fn best(labels: &[u32], second: &[f64], score: &Score) -> Option<f64> {
    let mut samples: Vec<(f64, u32)> = second.iter().copied().zip(labels.iter().copied()).collect();
    samples.sort_by(|a, b| a.0.total_cmp(&b.0));
    let below = |threshold: f64| samples.partition_point(|(p, _)| *p <= threshold);
    // How many of the first samples are of each class.
    let mut of_class = vec![[0usize; 2]];
    for (_, label) in &samples {
        let mut counts = *of_class.last()?;
        counts[*label as usize] += 1;
        of_class.push(counts);
    }
    let all = *of_class.last()?;
    let value = |threshold: f64| {
        let first = of_class[below(threshold)];
        let cells = [0, 1].map(|label| [first[label], all[label] - first[label]]);
        let (mut labels, mut taken, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for (label, row) in (0u32..).zip(cells) {
            for (answer, count) in (0u32..).zip(row) {
                if count > 0 {
                    labels.push(label);
                    taken.push(answer);
                    weights.push(count as f64);
                }
            }
        }
        let predicted = Predicted::classes(labels, taken, 2, None).with_weights(weights);
        (score.value)(&predicted)
    };
    let ends = std::iter::once(0.0)
        .chain(samples.iter().map(|(p, _)| *p))
        .chain(std::iter::once(1.0));
    let ends: Vec<f64> = ends.collect();
    let middles = ends
        .windows(2)
        .map(|pair| pair[0] + (pair[1] - pair[0]) / 2.0);
    let mut found: Option<(f64, f64)> = None;
    for threshold in std::iter::once(USUAL).chain(middles) {
        if !(threshold > 0.0 && threshold < 1.0) {
            continue;
        }
        let value = value(threshold)?;
        let apart = |threshold: f64| (threshold - USUAL).abs();
        let better = found.is_none_or(|(best, at)| {
            value > best || (value >= best && apart(threshold) < apart(at))
        });
        if better {
            found = Some((value, threshold));
        }
    }
    found.map(|(_, threshold)| threshold)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::score::{SCORES, find};

    #[test]
    fn the_best_threshold_lies_in_the_middle_between_two_probabilities() {
        let second = [0.1, 0.2, 0.25, 0.3, 0.35];
        let labels = [0, 0, 1, 0, 1];
        // Taken: the last alone (F1 2/3), the last three (4/5), the last four (2/3), all (4/7).
        let at = best(&labels, &second, find("positive_f1").unwrap()).unwrap();
        assert!((at - 0.225).abs() < 1e-12, "{at}");
        // As good between 0.3 and 0.35 and between 0.2 and 0.25: the nearer to 0.5.
        let at = best(&labels, &second, find("accuracy").unwrap()).unwrap();
        assert!((at - 0.325).abs() < 1e-12, "{at}");
    }

    #[test]
    fn nothing_better_leaves_one_half() {
        let at = best(&[0, 0, 1], &[0.1, 0.2, 0.9], find("positive_f1").unwrap());
        assert_eq!(at, Some(0.5));
        // Probabilities of 0 and 1 leave no end to step outside of.
        let at = best(&[0, 1], &[0.0, 1.0], find("recall").unwrap());
        assert_eq!(at, Some(0.5));
    }

    #[test]
    fn four_counts_are_as_good_as_all_samples() {
        let count = 97;
        let second: Vec<f64> = (0..count)
            .map(|i| f64::from(i * 37 % count) / 101.0)
            .collect();
        let labels: Vec<u32> = (0..count).map(|i| u32::from(i * i % 7 < 2)).collect();
        for name in Threshold::scores() {
            let score = SCORES.iter().find(|score| score.name == name).unwrap();
            let of = |threshold: f64| {
                let taken = second.iter().map(|p| u32::from(*p > threshold)).collect();
                (score.value)(&Predicted::classes(labels.clone(), taken, 2, None)).unwrap()
            };
            let found = of(best(&labels, &second, score).unwrap());
            let most = (1..1000).map(|i| of(f64::from(i) / 1000.0));
            assert!(most.fold(0.0f64, f64::max) <= found + 1e-12, "{name}");
        }
    }
}
