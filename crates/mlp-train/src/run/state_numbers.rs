//! The numbers of a training between two updates, as they are stored.

use mlp_core::{Scalar, ScheduleState, State, Status};
use serde::{Deserialize, Serialize};

use crate::{model::Numbers, settings::precision::Precision};

/// The numbers of a [`State`], as they are stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StateNumbers {
    pub(crate) seed: u64,
    pub(crate) steps: u64,
    batches: u128,
    pub(crate) diverged: bool,
    pub(crate) parameters: Numbers,
    moments: Numbers,
    statistics: Numbers,
    /// The optimizer's state in f64.
    scalars: Vec<f64>,
    /// The schedule's state: the best loss, how many losses since then and how many ignored, how often the
    /// rate was lowered, and the sum of the current epoch.
    schedule: (f64, u64, u64, u64, f64),
    /// Whether the schedule has ended the training.
    ended: bool,
}

impl StateNumbers {
    /// Number of updates so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// From a state.
    pub fn of<T: Scalar>(state: State<T>) -> Self {
        // Every field is named, so that a new one is not forgotten.
        let State {
            seed,
            steps,
            parameters,
            moments,
            statistics,
            scalars,
            schedule,
            batches,
            status,
        } = state;
        let ScheduleState {
            best,
            waited,
            cooldown,
            reductions,
            sum,
        } = schedule;
        let precision = Precision::of::<T>();
        let numbers = |values: &[T]| Numbers::of(precision, values);
        Self {
            seed,
            steps,
            batches,
            diverged: status == Status::Diverged,
            parameters: numbers(&parameters),
            moments: numbers(&moments),
            statistics: numbers(&statistics),
            scalars,
            schedule: (best, waited, cooldown, reductions, sum),
            ended: status == Status::Stopped,
        }
    }

    /// The state in the precision of a training.
    pub fn to_state<T: Scalar>(&self) -> State<T> {
        let (best, waited, cooldown, reductions, sum) = self.schedule;
        State {
            seed: self.seed,
            steps: self.steps,
            parameters: self.parameters.to_scalars(),
            moments: self.moments.to_scalars(),
            statistics: self.statistics.to_scalars(),
            scalars: self.scalars.clone(),
            batches: self.batches,
            schedule: ScheduleState {
                best,
                waited,
                cooldown,
                reductions,
                sum,
            },
            status: match (self.diverged, self.ended) {
                (true, _) => Status::Diverged,
                (false, true) => Status::Stopped,
                (false, false) => Status::Running,
            },
        }
    }
}
