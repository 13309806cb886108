//! What a score is.

use super::predicted::Predicted;

/// A number that tells how good answers are.
#[derive(Debug)]
pub struct Score {
    /// Its name, which with a part before it is its column.
    pub name: &'static str,
    /// What it is, in one line.
    pub description: &'static str,
    /// What it judges.
    pub subject: Subject,
    /// Whether a larger value is the better one.
    pub larger_is_better: Option<bool>,
    /// The number; `None` where it does not apply to such answers.
    pub value: fn(&Predicted) -> Option<f64>,
}

/// Scores are told apart by their names.
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
    /// Probabilities of classes, which not every loss gives.
    Probabilities,
    /// Numbers.
    Values,
}
