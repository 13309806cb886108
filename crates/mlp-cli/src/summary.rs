//! The summary of a run on standard output: its results beside a baseline.

mod choosing;
pub mod decision;
mod ending;
pub mod failed;
mod intervals;
mod json;
mod map;
pub mod optimism;
mod own_settings;
mod population;
pub mod positive;
mod remedies;
mod results;
pub mod shortfall;
mod train;

use std::{fmt::Write, path::Path, time::Instant};

use mlp_store::run_directory;
use mlp_train::{Kind, cross_validation};

use self::own_settings::own_settings;
pub use self::results::Summary;
use crate::{data_read, failure::CommandResult, formatting};

impl Summary<'_> {
    /// The summary for people of a command that began at `began`.
    pub fn text(&self, began: Instant) -> CommandResult<String> {
        let mut text = data_read::text(self.experiment, 11)?;
        match self.experiment.kind() {
            Kind::Train => self.train(&mut text)?,
            Kind::Population => self.population(&mut text)?,
            Kind::Map => self.map(&mut text)?,
        }
        if let Some(selected) = self.selected()? {
            text.push_str(&selected.lines());
        }
        for warning in self.warnings()? {
            let _ = writeln!(text, "{:<11} {warning}", "warning");
        }
        let decision = self.decision()?;
        if let Some(decision) = &decision {
            let _ = writeln!(text, "{:<11} {}", "threshold", decision.text());
            if let Some(warning) = decision.warning() {
                let _ = writeln!(text, "{:<11} {warning}", "warning");
            }
        }
        if let Some(positive) = self.positive(decision.is_some())? {
            let _ = writeln!(text, "{:<11} {positive}", "positive");
        }
        if let Some(doubtful) = self.doubtful()? {
            let _ = writeln!(
                text,
                "{:<11} most likely mislabelled of those that were trained on: {} (see rows.* and the report)",
                "rows", doubtful
            );
        }
        let manifest = &self.done.manifest;
        let found = if self.done.found_complete {
            " (already complete; nothing was trained)"
        } else {
            ""
        };
        let time = formatting::duration(manifest.wall_seconds);
        let all = began.elapsed().as_secs_f64();
        // A resumed run has trained in other processes, too.
        let whole = match all < manifest.wall_seconds {
            true => format!("{} of it now", formatting::duration(all)),
            false => format!("{} in all", formatting::duration(all)),
        };
        let _ = writeln!(
            text,
            "{:<11} {}{found}, {time} on {}, {whole}",
            "status",
            manifest.status.name(),
            formatting::so_many(manifest.threads, "thread")
        );
        let _ = writeln!(text, "{:<11} {}", "folder", self.folder());
        let _ = writeln!(text, "{:<11} {}", "next", self.next());
        Ok(text)
    }

    /// The folder as one would type it here.
    fn folder(&self) -> String {
        formatting::here(&self.done.directory)
    }

    /// A suggested next command.
    fn next(&self) -> String {
        let quoted = |text: &str| formatting::shell(Path::new(text));
        let folder = quoted(&self.folder());
        let file = quoted(&format!("{}/experiment.toml", self.folder()));
        let named = self.experiment.experiment().data.name.as_deref();
        let data = quoted(named.unwrap_or("DATA"));
        match self.experiment.kind() {
            Kind::Train if self.wants_smaller_rate() => match self.experiment.recipe(0) {
                Ok(recipe) => format!(
                    "mlp train --config {file} --learning-rate {}",
                    failed::smaller_rate(&recipe)
                ),
                Err(_) => format!("mlp run {file}"),
            },
            // Untrained networks in plenty tell no more.
            Kind::Train
                if self
                    .experiment
                    .recipe(0)
                    .is_ok_and(|recipe| recipe.steps == 0) =>
            {
                format!("mlp train --config {file} --steps 1000")
            }
            Kind::Train if mlp_data::find(named.unwrap_or_default()).is_ok() => {
                let settings = own_settings(self.experiment, Kind::Population);
                format!("mlp population {data}{settings} --nets 100")
            }
            Kind::Train => format!("mlp predict {folder} NEW.csv"),
            Kind::Population if self.done.manifest.files.contains_key(run_directory::MODEL) => {
                format!("mlp predict {folder} NEW.csv")
            }
            Kind::Population if self.done.manifest.selected_none() => {
                format!("mlp analyze {folder}")
            }
            Kind::Population if failed::all(&self.nets) => {
                match failed::rate_below(self.experiment) {
                    Some(rate) => format!("mlp population --config {file} --learning-rate {rate}"),
                    None => format!("mlp analyze {folder}"),
                }
            }
            // Folds judge settings, and no network of theirs is the model.
            Kind::Population if cross_validation::is_cross_validation(self.experiment) => {
                match self.experiment.axes().len() == 1
                    && mlp_data::find(named.unwrap_or_default()).is_ok()
                {
                    true => {
                        let settings = own_settings(self.experiment, Kind::Train);
                        format!(
                            "mlp train {data}{settings}  # a model with these settings; folds keep none"
                        )
                    }
                    false => format!("mlp analyze {folder}"),
                }
            }
            Kind::Population if self.experiment.axes().is_empty() => {
                format!("mlp population --config {file} --sweep weight_decay=0,1e-4,1e-3,1e-2")
            }
            Kind::Population => match self.best_network() {
                Some((network, score)) => {
                    format!("mlp replay {folder} {network}  # the best by {score}")
                }
                None => format!("mlp analyze {folder}"),
            },
            Kind::Map => self.next_of_map(),
        }
    }
}
