//! Precision, recall, specificity and F1 of a decision. For two classes they are those of the second, the
//! positive one, as scikit-learn's default (`average="binary"`); for several the plain mean over the classes that
//! occur or are predicted (`average="macro"`, `zero_division=0`).

use super::{
    Confusion, Predicted,
    definition::{Score, Subject},
};

/// The scores of two classes that are those of the positive one, by name.
pub const OF_POSITIVE: [&str; 5] = [
    "precision",
    "recall",
    "specificity",
    "positive_f1",
    "average_precision",
];

pub(super) const PRECISION: Score = Score {
    name: "precision",
    description: "fraction of the samples predicted as the second of two classes that are of it; for several classes the mean over them",
    subject: Subject::Classes,
    larger_is_better: Some(true),
    value: |predicted| of_positive_or_mean(predicted, Confusion::precision),
};

pub(super) const RECALL: Score = Score {
    name: "recall",
    description: "fraction of the samples of the second of two classes that are predicted as it; for several classes the mean over them",
    subject: Subject::Classes,
    larger_is_better: Some(true),
    value: |predicted| of_positive_or_mean(predicted, Confusion::recall),
};

pub(super) const SPECIFICITY: Score = Score {
    name: "specificity",
    description: "fraction of the samples not of the second of two classes that are not predicted as it; for several classes the mean over them",
    subject: Subject::Classes,
    larger_is_better: Some(true),
    value: |predicted| of_positive_or_mean(predicted, Confusion::specificity),
};

pub(super) const POSITIVE_F1: Score = Score {
    name: "positive_f1",
    description: "harmonic mean of precision and recall of the second of two classes",
    subject: Subject::Classes,
    larger_is_better: Some(true),
    value: |predicted| {
        let confusion = Confusion::of(predicted)?;
        (confusion.classes() == 2).then(|| confusion.f1(1))
    },
};

/// The value of a score; `None` also where its denominator is nothing, for which scikit-learn has 0: a precision of two
/// classes without a sample that is predicted as the second, a recall or specificity without a sample of its class.
pub fn known_value(score: &Score, predicted: &Predicted) -> Option<f64> {
    let value = (score.value)(predicted)?;
    let binary = Confusion::of(predicted).filter(|confusion| confusion.classes() == 2);
    let unknown = binary.is_some_and(|confusion| match score.name {
        "precision" => confusion.known_precision(1).is_none(),
        "recall" => confusion.known_recall(1).is_none(),
        "specificity" => confusion.known_recall(0).is_none(),
        _ => false,
    });
    (!unknown).then_some(value)
}

fn of_positive_or_mean(
    predicted: &Predicted,
    of_class: fn(&Confusion, usize) -> f64,
) -> Option<f64> {
    let confusion = Confusion::of(predicted)?;
    if confusion.classes() == 2 {
        return Some(of_class(&confusion, 1));
    }
    let there = (0..confusion.classes()).filter(|&class| confusion.is_present(class));
    let (sum, count) = there.fold((0.0, 0.0), |(sum, count), class| {
        (sum + of_class(&confusion, class), count + 1.0)
    });
    Some(sum / count)
}
