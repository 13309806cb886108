//! Who is told what happens while networks train.

use std::{ops::ControlFlow, path::Path};

use crate::{outcome::Outcome, record::Record, resolved::ResolvedExperiment};

/// Watches a run. Calls come from the worker threads, in no fixed order between networks; those
/// about one network come in order. `()` watches nothing.
pub trait Observer: Send + Sync {
    /// The run begins; its results will lie in `directory`.
    fn on_start(&self, _experiment: &ResolvedExperiment, _directory: &Path) {}

    /// A network was recorded. [`ControlFlow::Break`] stops it here, with status `stopped`.
    fn on_record(&self, _network: u64, _record: &Record) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    /// A network has ended.
    fn on_network(&self, _outcome: &Outcome) {}
}

impl Observer for () {}
