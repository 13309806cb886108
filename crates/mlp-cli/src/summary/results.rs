//! The results of a run, as its summary needs them.

use mlp_store::{RunDirectory, RunStatus};
use mlp_train::{Kind, ResolvedExperiment};

use super::{decision::Decision, ending::Ending, positive};
use crate::{
    failure::CommandResult, fates::Fates, figures::judged, nets::Nets, selected::Selected,
};

/// The results of a run, gathered from its table of networks.
pub struct Summary<'a> {
    pub(super) experiment: &'a ResolvedExperiment,
    pub(super) done: &'a mlp_store::Summary,
    pub(super) directory: RunDirectory,
    pub(super) nets: Nets,
    /// Of a train run, how its network ended.
    pub(super) ending: Option<Ending>,
}

impl<'a> Summary<'a> {
    /// Reads the results of a run.
    pub fn new(
        experiment: &'a ResolvedExperiment,
        done: &'a mlp_store::Summary,
    ) -> CommandResult<Self> {
        let directory = RunDirectory::open(&done.directory)?;
        let nets = Nets::open(&directory)?;
        let ending = match experiment.kind() {
            Kind::Train => Ending::read(&nets)?,
            Kind::Population | Kind::Map => None,
        };
        Ok(Self {
            experiment,
            done,
            directory,
            nets,
            ending,
        })
    }

    /// What was selected of many networks, where that was asked for.
    pub fn selected(&self) -> CommandResult<Option<Selected>> {
        let population = &self.experiment.experiment().population;
        let complete = self.done.manifest.status == RunStatus::Complete;
        match population.select.is_some() && complete {
            true => Ok(Some(Selected::of(
                &self.directory.selection()?,
                &self.nets,
                self.experiment.experiment().population.ensemble,
            )?)),
            false => Ok(None),
        }
    }

    /// The decision of the run's model, where it has one and a threshold was asked for.
    pub(super) fn decision(&self) -> CommandResult<Option<Decision>> {
        let author = self.experiment.experiment();
        if author.training.threshold.is_none() {
            return Ok(None);
        }
        let network = match self.selected()? {
            Some(selected) => selected.first(),
            None => {
                (self.experiment.kind() == Kind::Train && self.diverged(None) == 0).then_some(0)
            }
        };
        let Some(network) = network else {
            return Ok(None);
        };
        let recipe = self.experiment.recipe(network)?;
        let rows = judged(author, &recipe.data);
        let model = self.directory.model()?;
        Ok(Decision::of(
            &model,
            recipe.threshold,
            author,
            &recipe.data,
            rows,
        )?)
    }

    /// Which class is the positive one, where a score that is shown is of it; those at the threshold of a model that
    /// `decides` are.
    pub(super) fn positive(&self, decides: bool) -> CommandResult<Option<String>> {
        Ok(positive::of(&self.experiment.recipe(0)?, decides))
    }

    /// What becomes of the rows, where that is told.
    pub(super) fn fates(&self) -> CommandResult<Option<Fates>> {
        match self.experiment.experiment().population.rows {
            Some(true) => Ok(Some(Fates::read(&self.directory, self.experiment)?)),
            _ => Ok(None),
        }
    }

    /// The rows that are most likely mislabelled, where that is told.
    pub(super) fn doubtful(&self) -> CommandResult<Option<String>> {
        const TOLD: usize = 5;
        let Some(fates) = self.fates()? else {
            return Ok(None);
        };
        let rows = fates.most_doubtful(TOLD).filter(|rows| !rows.is_empty());
        Ok(rows.map(|rows| rows.join(", ")))
    }

    /// A metric of every network that neither diverged nor exploded, at its last record; of a single one
    /// also where it exploded.
    pub(super) fn values(&self, name: &str, cell: Option<u64>) -> CommandResult<Vec<f64>> {
        let Some(numbers) = self.nets.numbers(name)? else {
            return Ok(Vec::new());
        };
        let rows = self.rows(cell);
        let counted = match self.experiment.kind() {
            Kind::Train => self.nets.finite(),
            Kind::Population | Kind::Map => self.nets.sound(),
        };
        let kept = numbers[rows.clone()].iter().zip(&counted[rows]);
        Ok(kept
            .filter(|(number, sound)| number.is_finite() && **sound)
            .map(|(number, _)| *number)
            .collect())
    }

    /// The rows of a cell, or all.
    pub(super) fn rows(&self, cell: Option<u64>) -> std::ops::Range<usize> {
        let rows = self.nets.rows();
        let seeds = self.experiment.seeds_per_cell() as usize;
        match cell {
            Some(cell) => {
                let start = (cell as usize * seeds).min(rows);
                start..(start + seeds).min(rows)
            }
            None => 0..rows,
        }
    }

    pub(super) fn diverged(&self, cell: Option<u64>) -> u64 {
        let finite = self.nets.finite()[self.rows(cell)].iter();
        finite.filter(|finite| !**finite).count() as u64
    }

    /// Networks that exploded; `None` where the run does not say.
    pub(super) fn exploded(&self, cell: Option<u64>) -> Option<u64> {
        let exploded = self.nets.exploded()?[self.rows(cell)].iter();
        Some(exploded.filter(|exploded| **exploded).count() as u64)
    }

    /// Share of all networks with a final training loss below the target.
    pub(super) fn solved(&self, cell: Option<u64>) -> CommandResult<f64> {
        let target = self
            .experiment
            .experiment()
            .training
            .target_loss
            .unwrap_or(0.01);
        let solved = self
            .values("train_loss", cell)?
            .iter()
            .filter(|loss| **loss < target)
            .count();
        let networks = if cell.is_some() {
            self.experiment.seeds_per_cell()
        } else {
            self.done.manifest.counts.networks
        };
        Ok(solved as f64 / networks as f64)
    }
}
