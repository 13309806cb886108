//! What rules remember, on its way into a checkpoint and back.

/// Numbers that are shown one after the other: taken down, or replaced by those of before.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    taken: Vec<f64>,
    given: Option<std::vec::IntoIter<f64>>,
}

impl Memory {
    /// One that puts these numbers back.
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

    /// The numbers that were taken down.
    pub(super) fn into_numbers(self) -> Vec<f64> {
        self.taken
    }
}
