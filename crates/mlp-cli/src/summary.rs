//! The end of a run on standard output: what came of it, beside what a guess would reach.

mod ending;
mod json;
mod map;
mod population;
mod train;

use std::fmt::Write;

use mlp_store::RunDirectory;
use mlp_train::{Kind, ResolvedExperiment};

use self::ending::Ending;
use crate::{data_read, failure::Outcome, nets::Nets, words};

/// The results of a run, gathered from its table of networks.
pub struct Summary<'a> {
    experiment: &'a ResolvedExperiment,
    done: &'a mlp_store::Summary,
    directory: RunDirectory,
    nets: Nets,
    /// Of a train run, how its network ended.
    ending: Option<Ending>,
}

impl<'a> Summary<'a> {
    /// Reads the results of a run.
    pub fn new(experiment: &'a ResolvedExperiment, done: &'a mlp_store::Summary) -> Outcome<Self> {
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

    /// A metric of every network that neither diverged nor exploded, at its last record; of a single one
    /// also where it exploded.
    fn values(&self, name: &str, cell: Option<u64>) -> Outcome<Vec<f64>> {
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
    fn rows(&self, cell: Option<u64>) -> std::ops::Range<usize> {
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

    fn diverged(&self, cell: Option<u64>) -> u64 {
        let finite = self.nets.finite()[self.rows(cell)].iter();
        finite.filter(|finite| !**finite).count() as u64
    }

    /// Networks that exploded; `None` where the run does not say.
    fn exploded(&self, cell: Option<u64>) -> Option<u64> {
        let exploded = self.nets.exploded()?[self.rows(cell)].iter();
        Some(exploded.filter(|exploded| **exploded).count() as u64)
    }

    /// Share of all networks with a final training loss below the target.
    fn solved(&self, cell: Option<u64>) -> Outcome<f64> {
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

    /// The summary for people.
    pub fn text(&self) -> Outcome<String> {
        let mut text = data_read::text(self.experiment, 11)?;
        match self.experiment.kind() {
            Kind::Train => self.train(&mut text)?,
            Kind::Population => self.population(&mut text)?,
            Kind::Map => self.map(&mut text)?,
        }
        let manifest = &self.done.manifest;
        let found = if self.done.found_complete {
            " (already complete; nothing was trained)"
        } else {
            ""
        };
        let time = words::duration(manifest.wall_seconds);
        let _ = writeln!(
            text,
            "{:<11} {}{found}, {time} on {}",
            "status",
            manifest.status.name(),
            words::so_many(manifest.threads, "thread")
        );
        let _ = writeln!(text, "{:<11} {}", "folder", self.folder());
        let _ = writeln!(text, "{:<11} {}", "next", self.next());
        Ok(text)
    }

    /// The folder as one would type it here.
    fn folder(&self) -> String {
        let folder = &self.done.directory;
        let here = std::env::current_dir().unwrap_or_default();
        let short = folder.strip_prefix(here).unwrap_or(folder);
        short.display().to_string()
    }

    /// A command that goes on from here.
    fn next(&self) -> String {
        let folder = self.folder();
        let data = self
            .experiment
            .experiment()
            .data
            .name
            .clone()
            .unwrap_or_else(|| "DATA".to_owned());
        match self.experiment.kind() {
            Kind::Train if self.diverged(None) > 0 => match self.experiment.recipe(0) {
                Ok(recipe) => format!(
                    "mlp train --config {folder}/experiment.toml --learning-rate {}",
                    self.smaller_rate(&recipe)
                ),
                Err(_) => format!("mlp run {folder}/experiment.toml"),
            },
            Kind::Train if mlp_data::find(&data).is_ok() => {
                format!("mlp population {data} --nets 100")
            }
            Kind::Train => format!("mlp predict {folder} NEW.csv"),
            Kind::Population if self.experiment.axes().is_empty() => {
                format!("mlp population {data} --sweep weight_decay=0,1e-4,1e-3,1e-2")
            }
            Kind::Population => format!("mlp plot {folder}"),
            Kind::Map => self.next_of_map(),
        }
    }
}
