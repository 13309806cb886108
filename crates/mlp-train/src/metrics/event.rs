//! Events of a training: metrics of maps in addition to the columns of records, one number per network.

use super::{
    event_tracker::{EventTracker, FollowedLosses},
    exploded::EXPLODED,
};
use crate::run::number_columns::NumberColumns;

/// A metric of maps in addition to the columns of records.
#[derive(Debug)]
pub struct Event {
    /// Its name, and that of its array.
    pub name: &'static str,
    /// What it is, in one line.
    pub description: &'static str,
    /// Whether a larger value is the better one.
    pub larger_is_better: Option<bool>,
    /// What is evaluated between the records where a map shows it.
    pub(crate) follow: FollowedLosses,
    /// The value, if the network has it.
    pub(crate) value: fn(&Training<'_>) -> Option<f64>,
}

/// Events are compared by name.
impl PartialEq for Event {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// A finished training, for the events.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Training<'a> {
    /// The recorded steps, ascending.
    pub(crate) steps: &'a [u64],
    /// The values at these steps, one column per metric.
    pub(crate) numbers: &'a NumberColumns,
    /// The column of the training loss, where there is one.
    pub(crate) train_loss: Option<usize>,
    /// The column of the test loss.
    pub(crate) test_loss: Option<usize>,
    /// The target training loss.
    pub(crate) target: f64,
    /// The number of updates after which a value was not finite, if any.
    pub(crate) diverged_at: Option<u64>,
    /// The events of every step, where requested.
    pub(crate) followed: Option<&'a EventTracker>,
    pub(crate) shade: Option<f64>,
    pub(crate) converged: bool,
    pub(crate) exploded: bool,
}

impl Training<'_> {
    /// The loss in a column at every recorded step where it applies.
    fn curve(&self, column: Option<usize>) -> Option<impl Iterator<Item = (u64, f64)>> {
        let values = self.numbers.column(column?).iter();
        let records = self.steps.iter().zip(values);
        Some(records.filter_map(|(step, value)| Some((*step, value?))))
    }
}

/// Every event, one line each.
pub const EVENTS: &[Event] = &[
    Event {
        name: "steps_to_target",
        description: "first step with a train_loss below target_loss, of all steps where this is the metric, else of the recorded ones; empty if there is none",
        larger_is_better: Some(false),
        follow: FollowedLosses::Training,
        value: |training| {
            if let Some(followed) = training.followed {
                return followed.reached.map(|step| step as f64);
            }
            let mut curve = training.curve(training.train_loss)?;
            let reached = curve.find(|(_, loss)| *loss < training.target)?;
            Some(reached.0 as f64)
        },
    },
    Event {
        name: "divergence_step",
        description: "number of updates after which a value was no longer finite; empty if none was",
        larger_is_better: None,
        follow: FollowedLosses::Training,
        value: |training| training.diverged_at.map(|step| step as f64),
    },
    Event {
        name: "best_step",
        description: "step with the lowest test_loss (train_loss without a test part), of all steps where this is the metric, else of the recorded ones; the first of ties",
        larger_is_better: None,
        follow: FollowedLosses::Test,
        value: |training| {
            if let Some(step) = training.followed.and_then(|followed| followed.best_step) {
                return Some(step as f64);
            }
            let least = |column| {
                let curve = training.curve(column)?;
                curve.reduce(|best, next| if next.1 < best.1 { next } else { best })
            };
            let best = least(training.test_loss).or_else(|| least(training.train_loss))?;
            Some(best.0 as f64)
        },
    },
    Event {
        name: BEST_TRAIN_LOSS,
        description: "lowest train_loss, of all steps where this is the metric, else of the recorded ones",
        larger_is_better: Some(false),
        follow: FollowedLosses::Training,
        value: |training| match training.followed {
            Some(followed) => followed.least,
            None => least(training.curve(training.train_loss)?.map(|(_, loss)| loss)),
        },
    },
    Event {
        name: SHADE,
        description: "-sum of v over all steps if the mean of the last 20 is below 1, else sum of 1/v; v = train_loss / first, clipped at 1e6",
        larger_is_better: None,
        follow: FollowedLosses::Nothing,
        value: |training| training.shade,
    },
    Event {
        name: CONVERGED,
        description: "1 if the last loss is finite and below the first, else 0",
        larger_is_better: None,
        follow: FollowedLosses::Nothing,
        value: |training| Some(f64::from(u8::from(training.converged))),
    },
    Event {
        name: EXPLODED,
        description: "1 if the network exploded (docs/statistics.md), else 0; present where any did",
        larger_is_better: None,
        follow: FollowedLosses::Nothing,
        value: |training| Some(f64::from(u8::from(training.exploded))),
    },
];

/// Whether a training converged, which `map.npz` stores as flags.
pub(crate) const CONVERGED: &str = "converged";

/// The shade of a fractal map, which only trainings that sum it have.
pub(crate) const SHADE: &str = "shade";

/// The lowest training loss of a network.
pub const BEST_TRAIN_LOSS: &str = "best_train_loss";

/// The lowest of some losses.
pub(crate) fn least(losses: impl Iterator<Item = f64>) -> Option<f64> {
    losses.reduce(|least, loss| if loss < least { loss } else { least })
}
