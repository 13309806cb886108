//! Events of maps that are followed at every step of a training, not only at the recorded ones.
//!
//! The loss is always that of the whole training part before an update, as in a record; with full batches
//! it is a by-product of the update's own pass. A loss that is not finite ends the training.

use serde::{Deserialize, Serialize};

/// Which losses are evaluated between records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FollowedLosses {
    /// None: events are those of the records.
    #[default]
    Nothing,
    /// The loss on the training part.
    Training,
    /// Also the loss on the test part, where there is one.
    Test,
}

/// The events so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventTracker {
    target: f64,
    /// Whether the test loss is evaluated at every step, where there is a test part.
    tests: bool,
    /// The first step with a training loss below the target.
    pub reached: Option<u64>,
    /// The lowest training loss.
    pub least: Option<f64>,
    /// The first step with the lowest loss of the test part, or of the training part without one;
    /// `None` where the test part is not followed.
    pub best_step: Option<u64>,
    best: f64,
}

impl EventTracker {
    /// Before the first step.
    pub(crate) fn new(target: f64, follow: FollowedLosses) -> Self {
        Self {
            target,
            tests: follow == FollowedLosses::Test,
            reached: None,
            least: None,
            best_step: None,
            best: f64::INFINITY,
        }
    }

    /// Adds the losses of a step; the training loss is finite.
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
        let mut followed = EventTracker::new(0.5, FollowedLosses::Test);
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
