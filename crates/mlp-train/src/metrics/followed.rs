//! What maps of events ask of every step of a training, not of the recorded ones alone.
//!
//! The loss is always that of the whole training part before an update, as a record tells it; with
//! full batches it comes with the update's own pass. A loss that is not finite ends the training.

use serde::{Deserialize, Serialize};

/// Which losses are looked at between records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Follow {
    /// None: events are those of the records.
    #[default]
    Nothing,
    /// That of the training part.
    Training,
    /// That of the test part, where there is one, too.
    Test,
}

/// The events so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Followed {
    target: f64,
    /// Whether every loss of the test part is seen, where there is one.
    tests: bool,
    /// The first step with a training loss below the target.
    pub reached: Option<u64>,
    /// The least training loss.
    pub least: Option<f64>,
    /// The first step with the least loss of the test part, or of the training part without one;
    /// `None` where the test part is not followed.
    pub best_step: Option<u64>,
    best: f64,
}

impl Followed {
    /// Before the first step.
    pub(crate) fn new(target: f64, follow: Follow) -> Self {
        Self {
            target,
            tests: follow == Follow::Test,
            reached: None,
            least: None,
            best_step: None,
            best: f64::INFINITY,
        }
    }

    /// Takes the losses of a step in, that of the training part finite.
    pub(crate) fn push(&mut self, step: u64, train: f64, test: Option<f64>) {
        if train < self.target {
            self.reached.get_or_insert(step);
        }
        if self.least.is_none_or(|least| train < least) {
            self.least = Some(train);
        }
        let loss = test.unwrap_or(train);
        if self.tests && loss < self.best {
            self.best = loss;
            self.best_step = Some(step);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_equals_counts_and_what_is_no_number_does_not() {
        let mut followed = Followed::new(0.5, Follow::Test);
        for (step, train, test) in [
            (0, 0.9, Some(0.7)),
            (1, 0.4, Some(0.6)),
            (2, 0.45, Some(0.6)),
            (3, 0.3, Some(f64::NAN)),
            (4, 0.35, Some(0.9)),
        ] {
            followed.push(step, train, test);
        }
        assert_eq!(followed.reached, Some(1));
        assert_eq!(followed.least, Some(0.3));
        assert_eq!(followed.best_step, Some(1));
    }
}
