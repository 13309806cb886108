//! Messages of a run besides its progress: its folder, the step at which it continues, and warnings.

use std::{
    ops::ControlFlow,
    path::Path,
    sync::{Mutex, PoisonError, atomic::AtomicU64},
};

use mlp_train::{Model, Observer, Outcome, Record, ResolvedExperiment};

use super::screen::Screen;
use crate::{formatting, interrupt, progress::Progress, terminal};

/// Observes a run for its progress and for signals. Warnings are always printed, even with `--quiet`,
pub struct Watching<'a> {
    /// What is shown.
    pub progress: &'a Progress,
    /// Whether it is.
    pub shown: bool,
    /// The terminal, if the training is watched on it.
    pub screen: Option<&'a Screen>,
    /// Networks that a fault of this program ended.
    pub faults: Mutex<Vec<String>>,
}

impl Observer for Watching<'_> {
    fn on_start(&self, experiment: &ResolvedExperiment, directory: Option<&Path>) {
        if let Some(directory) = directory {
            interrupt::works_in(directory);
        }
        self.progress.on_start(experiment, directory);
        if let Some(screen) = self.screen {
            screen.on_start(experiment, directory);
        }
    }

    fn on_resume(&self, finished: u64) {
        self.progress.on_resume(finished);
    }

    fn on_continue(&self, step: u64) {
        if let Some(screen) = self.screen {
            screen.on_continue(step);
        } else if self.shown {
            let steps = formatting::count(step as f64);
            terminal::say(&format!("continuing from step {steps}"));
        }
    }

    fn on_warning(&self, text: &str) {
        match self.screen {
            Some(screen) => screen.on_warning(text),
            None => terminal::say(&format!("warning: {text}")),
        }
    }

    fn on_fault(&self, _network: u64, text: &str) {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.push(text.to_owned());
    }

    fn on_interval_fold(&self, fold: usize, folds: usize) {
        self.progress.on_interval_fold(fold, folds);
        if let Some(screen) = self.screen {
            screen.on_interval_fold(fold, folds);
        }
    }

    fn on_model(&self, network: u64, step: u64, model: &dyn Fn() -> Model) {
        if let Some(screen) = self.screen {
            screen.on_model(network, step, model);
        }
    }

    fn on_record(&self, network: u64, record: &Record) -> ControlFlow<()> {
        if let Some(screen) = self.screen {
            return screen.on_record(network, record);
        }
        self.progress.on_record(network, record)
    }

    fn on_part(&self, networks: f64) {
        self.progress.on_part(networks);
    }

    fn step_counter(&self) -> Option<&AtomicU64> {
        self.screen.and_then(Observer::step_counter)
    }

    fn on_network(&self, outcome: &Outcome) {
        self.progress.on_network(outcome);
    }
}
