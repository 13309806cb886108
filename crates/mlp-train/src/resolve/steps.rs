//! The number of updates of a training.

use mlp_core::Batch;

/// Number of updates where neither steps nor epochs are given.
pub(super) const DEFAULT_STEPS: u64 = 1000;

/// Updates in one pass over `samples` training samples; a short last batch counts.
pub(super) fn steps_per_epoch(samples: usize, batch: Batch) -> u64 {
    match batch {
        Batch::Full => 1,
        Batch::Size(size) => samples.div_ceil(size.max(1)).max(1) as u64,
    }
}
