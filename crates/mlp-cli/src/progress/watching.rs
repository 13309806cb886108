//! Messages of a run besides its progress: its folder, the step at which it continues, and warnings.

use std::{
    ops::ControlFlow,
    path::Path,
    sync::{Mutex, PoisonError},
};

use mlp_train::{Observer, Outcome, Record, ResolvedExperiment};

use crate::{formatting, interrupt, progress::Progress, terminal};

/// Observes a run for its progress and for signals. Warnings are always printed, even with `--quiet`,
pub struct Watching<'a> {
    /// What is shown.
    pub progress: &'a Progress,
    /// Whether it is.
    pub shown: bool,
    /// Networks that a fault of this program ended.
    pub faults: Mutex<Vec<String>>,
}

impl Observer for Watching<'_> {
    fn on_start(&self, experiment: &ResolvedExperiment, directory: Option<&Path>) {
        if let Some(directory) = directory {
            interrupt::works_in(directory);
        }
        self.progress.on_start(experiment, directory);
    }

    fn on_resume(&self, finished: u64) {
        self.progress.on_resume(finished);
    }

    fn on_continue(&self, step: u64) {
        if self.shown {
            let steps = formatting::count(step as f64);
            terminal::say(&format!("continuing from step {steps}"));
        }
    }

    fn on_warning(&self, text: &str) {
        terminal::say(&format!("warning: {text}"));
    }

    fn on_fault(&self, _network: u64, text: &str) {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.push(text.to_owned());
    }

    fn on_interval_fold(&self, fold: usize, folds: usize) {
        self.progress.on_interval_fold(fold, folds);
    }

    fn on_record(&self, network: u64, record: &Record) -> ControlFlow<()> {
        self.progress.on_record(network, record)
    }

    fn on_part(&self, networks: f64) {
        self.progress.on_part(networks);
    }

    fn on_network(&self, outcome: &Outcome) {
        self.progress.on_network(outcome);
    }
}
