//! What only a finished run knows of an experiment: how far a clock let it get.

use std::sync::Arc;

use super::{ResolvedExperiment, identity};
use crate::{
    data::provider::PIPED_DATA,
    map::{MapAxes, Refinement},
    run::outcome::Outcome,
    settings::{experiment::Experiment, experiment_file},
    stopping::time_budget,
};

impl ResolvedExperiment {
    /// Whether a clock decides how much is computed, and it is not known yet how much that is.
    pub fn is_timed(&self) -> bool {
        let stopping = &self.spelled.training.stopping;
        (stopping.time_budget.is_some() && stopping.stop_after.is_none())
            || (self.spelled.map.budget.is_some() && self.spelled.map.cells.is_none())
    }

    /// Records at which step the time budget ended the network, so that running the experiment again
    /// ends it there.
    pub fn stops_after(&mut self, step: u64) {
        self.spelled.training.stopping.stop_after = Some(step);
        for recipe in &mut self.kept {
            if let Some(stopping) = &mut recipe.stopping {
                Arc::make_mut(stopping).stop_after = Some(step);
            }
        }
    }

    /// Records which cells a budget covered, so that running the experiment again computes these.
    pub fn computes(&mut self, refinement: Refinement) {
        self.spelled.map.cells = Some(refinement.to_text());
        self.refinement = Some(refinement);
    }

    /// Takes over what a clock decided, from the text of this experiment in a file of a run that the clock has
    /// ended. Returns whether everything that determines the numbers is now known; `None` where the text is not of this
    /// experiment.
    pub fn ends_as(&mut self, said: &str) -> Option<bool> {
        let ended = Experiment::from_toml(said).ok()?;
        let deciding = |of: &Experiment| identity(of.clone().without_folders());
        if deciding(&ended) != deciding(&self.spelled) {
            return None;
        }
        if let Some(text) = &ended.map.cells {
            let coarse = Refinement::coarse(MapAxes::of(self)).ok()?;
            self.computes(coarse.read(text).ok()?);
        }
        if let Some(step) = ended.training.stopping.stop_after {
            self.stops_after(step);
        }
        Some(!self.is_timed())
    }

    /// The experiment as stored in a model: what determines the numbers, with the step that a time budget reached, if it
    /// ended this network, and without the folders of this machine.
    pub fn origin_of(&self, outcome: &Outcome) -> String {
        self.made_by(Some(outcome), None)
    }

    /// The experiment as stored in the files of a run: what determines the numbers, so that no byte depends on what is
    /// drawn, without folders; for a single training with the step that a time budget reached, or with the cells that a
    /// budget covered.
    pub fn made_by(&self, outcome: Option<&Outcome>, cells: Option<&Refinement>) -> String {
        let mut experiment = self.spelled.clone();
        experiment.output.figures = None;
        experiment.map.tolerance = None;
        if let Some(outcome) = outcome
            && outcome.stopped_by() == Some(time_budget::NAME)
        {
            experiment.training.stopping.stop_after = Some(outcome.last_step);
        }
        if let Some(cells) = cells {
            experiment.map.cells = Some(cells.to_text());
        }
        // By the name that it has wherever a run keeps it.
        if experiment.data.name.as_deref() == Some("-") {
            experiment.data.name = Some(PIPED_DATA.to_owned());
        }
        experiment_file::write(&experiment.without_folders())
    }
}
