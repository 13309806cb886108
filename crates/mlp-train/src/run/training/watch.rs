//! Who watches a training, and what ends it from outside.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::{clock::Clock, run::observer::Observer, settings::experiment::KeptWeights};

/// Who watches, and what ends everything.
#[derive(Clone, Copy)]
pub struct TrainingContext<'a> {
    /// Is told what happens.
    pub observer: &'a dyn Observer,
    /// Ends everything once it is true.
    pub interrupt: &'a AtomicBool,
    /// Which parameters are kept.
    pub weights: KeptWeights,
    /// Tells the time.
    pub clock: &'a dyn Clock,
}

impl TrainingContext<'_> {
    /// Whether everything is to end.
    pub fn interrupted(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed)
    }
}
