//! The confusion matrix, and the scores derived from it: accuracy, balanced accuracy, precision, recall,
//! F1. Definitions are those of scikit-learn's `confusion_matrix`, `balanced_accuracy_score`,
//! `precision_recall_fscore_support` (`zero_division=0`), `f1_score` (`average="macro"`): a mean over classes is over
//! those that occur among the samples or the predictions, not over all that the model knows.

use super::{
    Predicted,
    definition::{Score, Subject},
};

pub(super) const ACCURACY: Score = Score {
    name: "accuracy",
    description: "fraction of samples whose class, or all of whose labels, are predicted correctly",
    subject: Subject::Classes,
    larger_is_better: Some(true),
    value: |predicted| match predicted.as_labels() {
        Some((labels, said)) => {
            let right = |sample: usize| labels.row(sample) == said.row(sample);
            Some(predicted.mean(|sample| f64::from(u8::from(right(sample)))))
        }
        None => Some(Confusion::of(predicted)?.accuracy()),
    },
};

pub(super) const BALANCED_ACCURACY: Score = Score {
    name: "balanced_accuracy",
    description: "mean over classes of the fraction of its samples that are predicted correctly",
    subject: Subject::Classes,
    larger_is_better: Some(true),
    value: |predicted| Some(Confusion::of(predicted)?.balanced_accuracy()),
};

pub(super) const F1: Score = Score {
    name: "f1",
    description: "mean over the classes that occur or are predicted of the harmonic mean of precision and recall (macro F1)",
    subject: Subject::Classes,
    larger_is_better: Some(true),
    value: |predicted| Some(Confusion::of(predicted)?.f1_macro()),
};

/// How many samples of each class were predicted as each class, weighted.
#[derive(Clone, Debug, PartialEq)]
pub struct Confusion {
    classes: usize,
    /// `[true class, predicted class]`, row-major.
    counts: Vec<f64>,
    /// Whether each class occurs or is predicted, whatever the weights of such samples.
    present: Vec<bool>,
}

impl Confusion {
    /// Counts the samples; `None` where numbers were predicted.
    pub fn of(predicted: &Predicted) -> Option<Self> {
        let found = predicted.as_classes()?;
        let mut counts = vec![0.0; found.classes * found.classes];
        let mut present = vec![false; found.classes];
        for (sample, (&label, &answer)) in found.labels.iter().zip(found.predicted).enumerate() {
            counts[label as usize * found.classes + answer as usize] += predicted.weight(sample);
            present[label as usize] = true;
            present[answer as usize] = true;
        }
        Some(Self {
            classes: found.classes,
            counts,
            present,
        })
    }

    /// How many classes there are.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The weight of the samples of class `label` that were predicted as `answer`.
    pub fn count(&self, label: usize, answer: usize) -> f64 {
        self.counts[label * self.classes + answer]
    }

    /// The weight of the samples of a class.
    pub fn support(&self, label: usize) -> f64 {
        sum((0..self.classes).map(|answer| self.count(label, answer)))
    }

    fn answered(&self, answer: usize) -> f64 {
        sum((0..self.classes).map(|label| self.count(label, answer)))
    }

    /// Fraction of the samples that are correct.
    pub fn accuracy(&self) -> f64 {
        let right = sum((0..self.classes).map(|class| self.count(class, class)));
        right / sum(self.counts.iter().copied())
    }

    /// Mean recall over the classes that occur.
    pub fn balanced_accuracy(&self) -> f64 {
        let there = (0..self.classes).filter(|&class| self.support(class) > 0.0);
        let recalls: Vec<f64> = there.map(|class| self.recall(class)).collect();
        sum(recalls.iter().copied()) / recalls.len() as f64
    }

    /// Fraction of the samples of a class that are predicted as it; 0 where there is none.
    pub fn recall(&self, class: usize) -> f64 {
        ratio(self.count(class, class), self.support(class))
    }

    /// Fraction of the samples predicted as a class that are of it; 0 where there is none.
    pub fn precision(&self, class: usize) -> f64 {
        ratio(self.count(class, class), self.answered(class))
    }

    /// [`recall`](Self::recall) where the class has samples.
    pub fn known_recall(&self, class: usize) -> Option<f64> {
        (self.support(class) > 0.0).then(|| self.recall(class))
    }

    /// [`precision`](Self::precision) where samples are predicted as the class.
    pub fn known_precision(&self, class: usize) -> Option<f64> {
        (self.answered(class) > 0.0).then(|| self.precision(class))
    }

    /// Fraction of the samples of other classes that are not predicted as a class; 0 where there is none.
    pub fn specificity(&self, class: usize) -> f64 {
        let all = sum(self.counts.iter().copied());
        let others = all - self.support(class);
        let taken = self.answered(class) - self.count(class, class);
        ratio(others - taken, others)
    }

    /// 2 TP / (2 TP + FP + FN) of a class; 0 where it neither occurs nor is predicted.
    pub fn f1(&self, class: usize) -> f64 {
        let right = self.count(class, class);
        ratio(2.0 * right, self.support(class) + self.answered(class))
    }

    /// Whether a class occurs or was predicted: others count in no mean over classes.
    pub fn is_present(&self, class: usize) -> bool {
        self.present[class]
    }

    /// Mean of [`f1`](Self::f1) over the classes that [are present](Self::is_present).
    pub fn f1_macro(&self) -> f64 {
        let there = (0..self.classes).filter(|&class| self.is_present(class));
        let scores: Vec<f64> = there.map(|class| self.f1(class)).collect();
        sum(scores.iter().copied()) / scores.len() as f64
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

fn sum(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |sum, value| sum + value)
}
