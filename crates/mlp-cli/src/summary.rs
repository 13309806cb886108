//! The end of a run on standard output: what came of it, beside what a guess would reach.

use std::{collections::BTreeMap, fmt::Write};

use mlp_train::{
    Kind, Part, ResolvedExperiment, RunDirectory, Table, baseline, cross_validation, metric,
};
use serde_json::{Value, json};

use crate::{failure::Outcome, words};

/// Cells beyond this number are told by their file alone.
const SHOWN_CELLS: u64 = 24;

/// The results of a run, gathered from its table of networks.
pub struct Summary<'a> {
    experiment: &'a ResolvedExperiment,
    done: &'a mlp_train::Summary,
    nets: Table,
}

/// The metrics that a cell or a population is told by.
const TOLD: [&str; 10] = [
    "train_loss",
    "test_loss",
    "validation_loss",
    "train_accuracy",
    "test_accuracy",
    "train_r2",
    "test_r2",
    "test_rmse",
    "weight_norm",
    "bias_norm",
];

impl<'a> Summary<'a> {
    /// Reads the results of a run.
    pub fn new(experiment: &'a ResolvedExperiment, done: &'a mlp_train::Summary) -> Outcome<Self> {
        let nets = RunDirectory::open(&done.directory)?.nets()?;
        Ok(Self {
            experiment,
            done,
            nets,
        })
    }

    /// A metric of every network that did not diverge, at its last record.
    fn values(&self, name: &str, cell: Option<u64>) -> Vec<f64> {
        let (Some(numbers), Some(status)) = (self.nets.numbers(name), self.nets.texts("status"))
        else {
            return Vec::new();
        };
        let seeds = self.experiment.seeds_per_cell() as usize;
        let rows = numbers.into_iter().zip(status).enumerate();
        rows.filter(|(row, (number, status))| {
            number.is_finite()
                && status != "diverged"
                && cell.is_none_or(|cell| row / seeds == cell as usize)
        })
        .map(|(_, (number, _))| number)
        .collect()
    }

    fn diverged(&self, cell: Option<u64>) -> u64 {
        let seeds = self.experiment.seeds_per_cell() as usize;
        let status = self.nets.texts("status").unwrap_or_default();
        let rows = status
            .iter()
            .enumerate()
            .filter(|(row, _)| cell.is_none_or(|cell| row / seeds == cell as usize));
        rows.filter(|(_, status)| *status == "diverged").count() as u64
    }

    /// Share of all networks with a final training loss below the target.
    fn solved(&self, cell: Option<u64>) -> f64 {
        let target = self
            .experiment
            .experiment()
            .training
            .target_loss
            .unwrap_or(0.01);
        let solved = self
            .values("train_loss", cell)
            .iter()
            .filter(|loss| **loss < target)
            .count();
        let networks = if cell.is_some() {
            self.experiment.seeds_per_cell()
        } else {
            self.experiment.networks()
        };
        solved as f64 / networks as f64
    }

    /// The summary for people.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let _ = match self.experiment.kind() {
            Kind::Train => self.train(&mut text),
            Kind::Population => self.population(&mut text),
            Kind::Map => self.map(&mut text),
        };
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
        text
    }

    /// The folder as one would type it here.
    fn folder(&self) -> String {
        let folder = &self.done.directory;
        let here = std::env::current_dir().unwrap_or_default();
        let short = folder.strip_prefix(here).unwrap_or(folder);
        short.display().to_string()
    }

    fn train(&self, text: &mut String) -> std::fmt::Result {
        let Ok(recipe) = self.experiment.recipe(0) else {
            return Ok(());
        };
        writeln!(
            text,
            "{:<11} {} on {} ({}), {}",
            "network",
            recipe.architecture(),
            recipe.data.name,
            recipe.data.task,
            recipe.spec.optimizer
        )?;
        let one = |name: &str| self.values(name, None).first().copied();
        for (part, name) in [
            (Part::Train, "train"),
            (Part::Validation, "validation"),
            (Part::Test, "test"),
        ] {
            let Some(guess) = baseline(&recipe.data, part) else {
                continue;
            };
            let Some(loss) = one(&format!("{name}_loss")) else {
                continue;
            };
            write!(text, "{name:<11} loss {}", words::measured(loss))?;
            if let (Some(accuracy), Some(majority)) =
                (one(&format!("{name}_accuracy")), guess.accuracy)
            {
                write!(text, "   accuracy {accuracy:.4} (majority {majority:.4})")?;
            }
            if let (Some(r2), Some(mean)) = (one(&format!("{name}_r2")), guess.r2) {
                write!(text, "   R2 {r2:.4} (mean {mean:.4})")?;
            }
            if let (Some(rmse), Some(mean)) = (one(&format!("{name}_rmse")), guess.rmse) {
                write!(
                    text,
                    "   RMSE {} (mean {})",
                    words::measured(rmse),
                    words::measured(mean)
                )?;
            }
            for measure in recipe.measures.iter() {
                if let Some(value) = one(&format!("{name}_{}", measure.name)) {
                    write!(text, "   {} {}", measure.name, words::measured(value))?;
                }
            }
            writeln!(text)?;
        }
        if let (Some(weights), Some(biases)) = (one("weight_norm"), one("bias_norm")) {
            writeln!(
                text,
                "{:<11} weights {}, biases {}",
                "norms",
                words::measured(weights),
                words::measured(biases)
            )?;
        }
        self.ending(&recipe, text)?;
        if self.diverged(None) > 0 {
            let step = self
                .nets
                .integers("last_step")
                .and_then(|steps| steps.first().copied())
                .unwrap_or(0);
            writeln!(
                text,
                "{:<11} at step {step}; try a smaller rate: --learning-rate {}",
                "diverged",
                self.smaller_rate(&recipe)
            )?;
        } else if let Some(outcome) = &self.done.outcome
            && let Some(last) = outcome.last()
            && last.train.loss > outcome.initial_loss
        {
            writeln!(
                text,
                "{:<11} the training loss rose from {}; try a smaller rate: --learning-rate {}",
                "warning",
                words::measured(outcome.initial_loss),
                self.smaller_rate(&recipe)
            )?;
        }
        Ok(())
    }

    /// Which rule stopped the network where, and which parameters were kept.
    fn ending(&self, recipe: &mlp_train::Recipe, text: &mut String) -> std::fmt::Result {
        let step = |column: &str| {
            let steps = self.nets.numbers(column)?;
            steps.first().copied().filter(|step| step.is_finite())
        };
        let chosen = recipe.stopping.as_ref().and_then(|rules| rules.chosen_on);
        let chosen = chosen.map_or_else(String::new, |part| format!(", chosen on {}", part.name()));
        let rule = self.nets.texts("stopped_by").unwrap_or_default();
        let best = step("best_step");
        if let Some(rule) = rule.first().filter(|rule| !rule.is_empty()) {
            let last = step("last_step").unwrap_or(0.0);
            let chosen = if best.is_none() { &chosen[..] } else { "" };
            writeln!(text, "{:<11} at step {last} by {rule}{chosen}", "stopped")?;
        }
        if let Some(best) = best {
            writeln!(
                text,
                "{:<11} the parameters of step {best} (least loss){chosen}",
                "kept"
            )?;
        }
        Ok(())
    }

    fn smaller_rate(&self, recipe: &mlp_train::Recipe) -> String {
        let usual = recipe.spec.optimizer.default_learning_rate();
        let tenth = recipe.spec.learning_rate / 10.0;
        // A tenth of a wild rate helps nobody.
        let smaller = if tenth > 10.0 * usual { usual } else { tenth };
        mlp_train::shortest(format!("{smaller:.2e}").parse().unwrap_or(usual))
    }

    fn population(&self, text: &mut String) -> std::fmt::Result {
        self.counts(text)?;
        if cross_validation::is_cross_validation(self.experiment) {
            return self.folds(text);
        }
        writeln!(
            text,
            "{:<20} {:>10} {:>10} {:>10} {:>10}",
            "at the end", "mean", "median", "10 %", "90 %"
        )?;
        for name in self.told() {
            let mut values = self.values(name, None);
            if values.is_empty() {
                continue;
            }
            values.sort_by(f64::total_cmp);
            let columns = [
                mean(&values),
                quantile(&values, 0.5),
                quantile(&values, 0.1),
                quantile(&values, 0.9),
            ];
            let columns = columns
                .map(|value| format!("{:>10}", words::measured(value)))
                .join(" ");
            writeln!(text, "{name:<20} {columns}")?;
        }
        if self.experiment.cells() > 1 {
            self.cells(text)?;
        }
        Ok(())
    }

    /// Mean and standard error over the folds of a cross-validation, of each setting.
    fn folds(&self, text: &mut String) -> std::fmt::Result {
        let keys: Vec<String> = self
            .experiment
            .axes()
            .iter()
            .map(|axis| axis.key.to_string())
            .filter(|key| key != "fold")
            .collect();
        let names: Vec<&str> = match keys.is_empty() {
            true => self.told(),
            false => vec![self.score()],
        };
        writeln!(
            text,
            "{:<24} {:<18} {:>10} {:>15} {:>6}",
            keys.join(", "),
            "over folds",
            "mean",
            "standard error",
            "folds"
        )?;
        let found = cross_validation::summaries(self.experiment, &self.nets, &names);
        for summary in found.iter().take(SHOWN_CELLS as usize) {
            let values = summary.setting.iter().map(ToString::to_string);
            let error = summary
                .standard_error
                .map_or_else(|| "-".to_owned(), words::measured);
            writeln!(
                text,
                "{:<24} {:<18} {:>10} {error:>15} {:>6}",
                values.collect::<Vec<_>>().join(", "),
                summary.metric,
                words::measured(summary.mean),
                summary.folds
            )?;
        }
        if found.len() > SHOWN_CELLS as usize {
            writeln!(text, "{} settings; see folds.* in the folder", found.len())?;
        }
        Ok(())
    }

    /// The metrics that a population is told by, with those asked for.
    fn told(&self) -> Vec<&str> {
        let further = self
            .nets
            .columns()
            .map(|(name, _)| name)
            .filter(|name| metric::measure_of(name).is_some() && !metric::NAMES.contains(name));
        TOLD.into_iter().chain(further).collect()
    }

    /// Means of each cell.
    fn cells(&self, text: &mut String) -> std::fmt::Result {
        if self.experiment.cells() > SHOWN_CELLS {
            return writeln!(
                text,
                "{} cells; see nets.* in the folder",
                self.experiment.cells()
            );
        }
        let score = self.score();
        let names: Vec<String> = self
            .experiment
            .axes()
            .iter()
            .map(|axis| axis.key.to_string())
            .collect();
        let score_name = format!("mean {score}");
        writeln!(
            text,
            "{:<28} {score_name:>18} {:>16} {:>9} {:>9}",
            names.join(", "),
            "mean weight_norm",
            "solved",
            "diverged"
        )?;
        for cell in 0..self.experiment.cells() {
            let values: Vec<String> = self
                .experiment
                .cell(cell)
                .iter()
                .map(|(_, value)| value.to_string())
                .collect();
            let at = |name: &str| match self.values(name, Some(cell)) {
                values if values.is_empty() => "-".to_owned(),
                values => words::measured(mean(&values)),
            };
            let solved = format!("{:.1} %", 100.0 * self.solved(Some(cell)));
            writeln!(
                text,
                "{:<28} {:>18} {:>16} {solved:>9} {:>9}",
                values.join(", "),
                at(score),
                at("weight_norm"),
                self.diverged(Some(cell))
            )?;
        }
        Ok(())
    }

    /// The metric that ranks cells: the test part's where there is one.
    fn score(&self) -> &'static str {
        let candidates = [
            "test_accuracy",
            "test_r2",
            "test_loss",
            "train_accuracy",
            "train_r2",
        ];
        candidates
            .into_iter()
            .find(|name| !self.values(name, None).is_empty())
            .unwrap_or("train_loss")
    }

    fn counts(&self, text: &mut String) -> std::fmt::Result {
        let networks = self.experiment.networks();
        let target = self
            .experiment
            .experiment()
            .training
            .target_loss
            .unwrap_or(0.01);
        let data = self
            .experiment
            .data()
            .map_or(String::new(), |data| format!(" on {}", data.name));
        writeln!(
            text,
            "{:<11} {}{data} in {}: {} diverged, {:.1} % solved (train_loss below {target})",
            "networks",
            words::count(networks as f64),
            match self.experiment.cells() {
                1 => "one cell".to_owned(),
                cells => format!("{} cells", words::count(cells as f64)),
            },
            words::count(self.diverged(None) as f64),
            100.0 * self.solved(None)
        )?;
        self.stopped(text)
    }

    /// How many networks stopping rules ended early, and by which part they choose.
    fn stopped(&self, text: &mut String) -> std::fmt::Result {
        let statuses = self.nets.texts("status").unwrap_or_default();
        let Some(rules) = self
            .experiment
            .recipe(0)
            .ok()
            .and_then(|recipe| recipe.stopping)
        else {
            return Ok(());
        };
        let count = statuses
            .iter()
            .filter(|status| *status == "stopped")
            .count();
        let chosen = rules.chosen_on.map_or_else(String::new, |part| {
            let kept = if rules.restore_best {
                "best parameters"
            } else {
                "stops"
            };
            format!("; {kept} chosen on {}", part.name())
        });
        writeln!(
            text,
            "{:<11} {} before the last step{chosen}",
            "stopped",
            words::count(count as f64)
        )
    }

    fn map(&self, text: &mut String) -> std::fmt::Result {
        self.counts(text)?;
        if let Some(best) = &self.done.best {
            let [x, y] = self.axis_names();
            writeln!(
                text,
                "{:<11} {} {} at {x} = {}, {y} = {}",
                "best cell",
                best.metric,
                words::measured(best.value),
                best.x,
                best.y
            )?;
        }
        Ok(())
    }

    /// Names of the horizontal and the vertical axis.
    fn axis_names(&self) -> [String; 2] {
        match self.experiment.axes() {
            [y, x] => [x.key.to_string(), y.key.to_string()],
            [x] => [x.key.to_string(), "step".to_owned()],
            _ => [String::new(), String::new()],
        }
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
                    "mlp train {data} --learning-rate {}",
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
            Kind::Map => match &self.done.best {
                Some(best) => {
                    let [x, y] = self.axis_names();
                    let y = if y == "step" { "steps".to_owned() } else { y };
                    format!("mlp train {data} --set {x}={} --set {y}={}", best.x, best.y)
                }
                None => format!("mlp plot {folder}"),
            },
        }
    }

    /// The summary as one object.
    pub fn json(&self) -> Value {
        let manifest = &self.done.manifest;
        let mut object = json!({
            "kind": self.experiment.kind().name(),
            "directory": self.done.directory,
            "status": manifest.status.name(),
            "found_complete": self.done.found_complete,
            "wall_seconds": manifest.wall_seconds,
            "threads": manifest.threads,
            "simd": manifest.simd,
            "engine": manifest.engine,
            "networks": self.experiment.networks(),
            "cells": self.experiment.cells(),
            "diverged": self.diverged(None),
            "solved": self.solved(None),
        });
        let names = || {
            let columns = self.nets.columns().map(|(name, _)| name);
            let metrics = columns
                .filter(|name| metric::NAMES.contains(name) || metric::measure_of(name).is_some());
            metrics.filter(|name| !self.values(name, None).is_empty())
        };
        match self.experiment.kind() {
            Kind::Train => {
                object["outcome"] = self
                    .nets
                    .texts("status")
                    .unwrap_or_default()
                    .first()
                    .cloned()
                    .into();
                object["last_step"] = self
                    .nets
                    .integers("last_step")
                    .unwrap_or_default()
                    .first()
                    .copied()
                    .into();
                object["metrics"] = names()
                    .map(|name| ((*name).to_owned(), json!(self.values(name, None)[0])))
                    .collect::<serde_json::Map<_, _>>()
                    .into();
                object["baseline"] = self.baselines();
            }
            Kind::Population | Kind::Map => {
                object["metrics"] = names()
                    .map(|name| ((*name).to_owned(), self.distribution(name)))
                    .collect::<serde_json::Map<_, _>>()
                    .into();
            }
        }
        if cross_validation::is_cross_validation(self.experiment) {
            object["folds"] = self.folds_json(&names().collect::<Vec<_>>());
        }
        for column in ["stopped_by", "best_step"] {
            if self.experiment.kind() == Kind::Train
                && let Some(values) = self.nets.column(column)
            {
                object[column] = match values.cell(0) {
                    mlp_train::table::Cell::Text(text) => text.into(),
                    mlp_train::table::Cell::Integer(step) => step.into(),
                    _ => Value::Null,
                };
            }
        }
        if let Some(best) = &self.done.best {
            let [x, y] = self.axis_names();
            object["best"] =
                json!({ "metric": best.metric, "value": best.value, x: best.x, y: best.y });
        }
        object
    }

    fn folds_json(&self, names: &[&str]) -> Value {
        let found = cross_validation::summaries(self.experiment, &self.nets, names);
        let rows = found.iter().map(|summary| {
            let setting: Vec<String> = summary.setting.iter().map(ToString::to_string).collect();
            json!({
                "setting": setting,
                "metric": summary.metric,
                "mean": summary.mean,
                "standard_error": summary.standard_error,
                "folds": summary.folds,
            })
        });
        rows.collect::<Vec<_>>().into()
    }

    fn distribution(&self, name: &str) -> Value {
        let mut values = self.values(name, None);
        values.sort_by(f64::total_cmp);
        json!({ "mean": mean(&values), "median": quantile(&values, 0.5), "q10": quantile(&values, 0.1), "q90": quantile(&values, 0.9) })
    }

    fn baselines(&self) -> Value {
        let Ok(data) = self.experiment.data() else {
            return Value::Null;
        };
        let mut parts = BTreeMap::new();
        for (part, name) in [
            (Part::Train, "train"),
            (Part::Validation, "validation"),
            (Part::Test, "test"),
        ] {
            if let Some(guess) = baseline(&data, part) {
                let numbers = [
                    ("accuracy", guess.accuracy),
                    ("r2", guess.r2),
                    ("rmse", guess.rmse),
                ];
                for (metric, number) in numbers {
                    if let Some(number) = number {
                        parts.insert(format!("{name}_{metric}"), number);
                    }
                }
            }
        }
        json!(parts)
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// A quantile of sorted values, linear between neighbours (numpy's default).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    sorted[below] + (sorted[above] - sorted[below]) * (place - place.floor())
}
