//! The definition of a score.

use super::predicted::Predicted;

/// A number that measures how good predictions are.
#[derive(Debug)]
pub struct Score {
    /// Its name; with a part before it, that of its column.
    pub name: &'static str,
    /// What it is, in one line.
    pub description: &'static str,
    /// What it judges.
    pub subject: Subject,
    /// Whether a larger value is better.
    pub larger_is_better: Option<bool>,
    /// The value; `None` where it does not apply to such predictions.
    pub value: fn(&Predicted) -> Option<f64>,
}

impl Score {
    /// Whether it has no value but for two classes, one of which is to be found.
    pub fn is_of_the_positive_class(&self) -> bool {
        self.name.starts_with("positive_")
    }
}

/// Scores are compared by name.
impl PartialEq for Score {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// What a score judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// Classes.
    Classes,
    /// Probabilities of classes, which not every loss provides.
    Probabilities,
    /// Numbers.
    Values,
}
