//! Everything that a training needs to resume exactly where it stopped.

use crate::ScheduleState;

/// The state of a training, as plain data: [`Trainer::state`](crate::Trainer::state) returns it
/// and [`Trainer::restore`](crate::Trainer::restore) takes it. Resuming from it gives the same bits as
/// never having stopped. The random numbers of dropout and noise depend on the seed and the step.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct State<T> {
    /// The seed of the training.
    pub seed: u64,
    /// Number of updates so far.
    pub steps: u64,
    /// The flat parameter slice.
    pub parameters: Vec<T>,
    /// The state of the optimizer: its slots one after the other, each as long as the parameters.
    ///
    /// Optimizers that store less than a number per parameter, or state per tensor, describe its layout in their own
    /// documentation.
    pub moments: Vec<T>,
    /// Additional state of the optimizer, in f64 whatever the training's precision.
    pub scalars: Vec<f64>,
    /// Running statistics of batch normalization, as laid out by
    /// [`Architecture::statistics`](crate::Architecture::statistics); empty without.
    pub statistics: Vec<T>,
    /// Position of the stream of batch orders (at the start of the current epoch, if that has
    /// started), in 32-bit words.
    pub batches: u128,
    /// The schedule's state.
    pub schedule: ScheduleState,
    /// Whether training has diverged, or its schedule has stopped it.
    pub status: Status,
}

/// The status of a training.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Status {
    /// Every parameter is finite, and training continues.
    Running,
    /// A parameter has become infinite or NaN; further steps do nothing.
    Diverged,
    /// The schedule has ended the training ([`Adaptive`](crate::Adaptive)); further steps do
    /// nothing.
    Stopped,
}
