//! Everything that a training needs to go on exactly where it stood.

use crate::ScheduleState;

/// A training at one moment, as plain data: what [`Trainer::state`](crate::Trainer::state) gives
/// and [`Trainer::restore`](crate::Trainer::restore) takes. Going on from it gives the same bits as
/// never having stopped. What dropout and noise draw follows from the seed and the step.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct State<T> {
    /// The seed of the training.
    pub seed: u64,
    /// Updates made so far.
    pub steps: u64,
    /// The flat parameter slice.
    pub parameters: Vec<T>,
    /// What the optimizer remembers: its slots one after the other, each as long as the parameters.
    ///
    /// Optimizers that remember less than a number per parameter, or by tensor, say in their own
    /// documentation what stands there.
    pub moments: Vec<T>,
    /// What the optimizer remembers besides, in f64 whatever the training's type is.
    pub scalars: Vec<f64>,
    /// Running statistics of batch normalisation, as
    /// [`Architecture::statistics`](crate::Architecture::statistics) lays them out; empty without.
    pub statistics: Vec<T>,
    /// Where the stream of batch orders stands (at the start of the epoch at hand, if that has
    /// begun), in 32-bit words.
    pub batches: u128,
    /// What the schedule remembers of the losses.
    pub schedule: ScheduleState,
    /// Whether training has diverged, or its schedule has stopped it.
    pub status: Status,
}

/// How a training stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Status {
    /// Every parameter is finite, and training goes on.
    Running,
    /// A parameter has become infinite or NaN; further steps do nothing.
    Diverged,
    /// The schedule has ended the training ([`Adaptive`](crate::Adaptive)); further steps do
    /// nothing.
    Stopped,
}
