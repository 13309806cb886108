//! The state of rules, written to a checkpoint and restored.

/// Numbers that are passed one after the other: either collected, or replaced by restored ones.
#[derive(Debug, Default)]
pub(crate) struct RuleState {
    taken: Vec<f64>,
    given: Option<std::vec::IntoIter<f64>>,
}

impl RuleState {
    /// Restores these numbers.
    pub(super) fn of(numbers: Vec<f64>) -> Self {
        Self {
            taken: Vec::new(),
            given: Some(numbers.into_iter()),
        }
    }

    /// A number.
    pub(super) fn number(&mut self, number: &mut f64) {
        match &mut self.given {
            None => self.taken.push(*number),
            Some(given) => *number = given.next().unwrap_or(*number),
        }
    }

    /// A count of checks, which f64 holds exactly.
    pub(super) fn count(&mut self, count: &mut u64) {
        let mut number = *count as f64;
        self.number(&mut number);
        *count = number as u64;
    }

    /// The collected numbers.
    pub(super) fn into_numbers(self) -> Vec<f64> {
        self.taken
    }
}
