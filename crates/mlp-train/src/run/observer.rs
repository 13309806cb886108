//! Observers, which are notified while networks train.

use std::{ops::ControlFlow, path::Path, sync::atomic::AtomicU64};

use super::outcome::Outcome;
use crate::{metrics::record::Record, model::Model, resolve::resolved::ResolvedExperiment};

/// Observes a run. Calls come from the worker threads, in no fixed order between networks; those
/// about one network come in order. `()` ignores everything.
pub trait Observer: Send + Sync {
    /// The run starts; its results go to `directory`, or stay in memory.
    fn on_start(&self, _experiment: &ResolvedExperiment, _directory: Option<&Path>) {}

    /// This many networks were finished by an earlier process and are not retrained.
    fn on_resume(&self, _finished: u64) {}

    /// A single training continues from its checkpoint after this many updates.
    fn on_continue(&self, _step: u64) {}

    /// Something was repaired that the user should know of, such as a torn end of the journal.
    fn on_warning(&self, _text: &str) {}

    /// A fault of this program (a panic) ended the training of a network, which is told of with its seed and swept values.
    /// It has no results; all others are trained.
    fn on_fault(&self, _network: u64, _text: &str) {}

    /// The network of a fold for prediction intervals, counted from 1 of so many, is trained next.
    fn on_interval_fold(&self, _fold: usize, _folds: usize) {}

    /// A network stands at a step that is recorded next. `model` makes a copy of it as it is, ready to predict, which costs
    /// time and memory only where it is called.
    fn on_model(&self, _network: u64, _step: u64, _model: &dyn Fn() -> Model) {}

    /// A network was recorded. [`ControlFlow::Break`] stops it here, with status `stopped`.
    fn on_record(&self, _network: u64, _record: &Record) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    /// Networks that are trained side by side have come this much further, counted in networks. Before one of them ends, what was told of it
    /// is taken back.
    fn on_part(&self, _networks: f64) {}

    /// Where the number of updates of a network that is trained alone is kept while they are made, for an observer that shows more than
    /// records.
    fn step_counter(&self) -> Option<&AtomicU64> {
        None
    }

    /// A network has ended.
    fn on_network(&self, _outcome: &Outcome) {}
}

impl Observer for () {}
