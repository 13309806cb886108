//! The end of a run on standard output: what came of it, beside what a guess would reach.

use std::{collections::BTreeMap, fmt::Write, path::Path};

use mlp_train::{
    BoundaryDimension, Kind, MapAxes, Part, ResolvedExperiment, RunDirectory, baseline,
    cross_validation, metric,
};
use serde_json::{Value, json};

use crate::{failure::Outcome, nets::Nets, words};

/// Cells beyond this number are told by their file alone.
const SHOWN_CELLS: u64 = 24;

/// The results of a run, gathered from its table of networks.
pub struct Summary<'a> {
    experiment: &'a ResolvedExperiment,
    done: &'a mlp_train::Summary,
    directory: RunDirectory,
    nets: Nets,
    /// Of a train run, how its network ended.
    ending: Option<Ending>,
}

/// How a single network ended.
struct Ending {
    status: String,
    last_step: i64,
    /// The rule that stopped it.
    stopped_by: Option<String>,
    /// The step whose parameters were kept as the best.
    best_step: Option<i64>,
    /// Whether a stopping rule was asked for.
    rules: bool,
}

impl Ending {
    /// Reads it from the table of networks.
    fn read(nets: &Nets) -> Outcome<Option<Self>> {
        let mut ending = None;
        let columns = ["status", "last_step", "stopped_by", "best_step"];
        nets.reader().scan(Some(&columns), &mut |part| {
            let text = |name: &str| part.texts(name)?.into_iter().next();
            let whole = |name: &str| text(name)?.parse().ok();
            if let (Some(status), Some(last_step)) = (text("status"), whole("last_step")) {
                ending.get_or_insert(Self {
                    status,
                    last_step,
                    stopped_by: text("stopped_by").filter(|rule| !rule.is_empty()),
                    best_step: whole("best_step"),
                    rules: part.column("stopped_by").is_some(),
                });
            }
            Ok(())
        })?;
        Ok(ending)
    }
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

    /// A metric of every network that did not diverge, at its last record.
    fn values(&self, name: &str, cell: Option<u64>) -> Outcome<Vec<f64>> {
        let Some(numbers) = self.nets.numbers(name)? else {
            return Ok(Vec::new());
        };
        let rows = self.rows(cell);
        let kept = numbers[rows.clone()].iter().zip(&self.nets.sound()[rows]);
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
        let sound = self.nets.sound()[self.rows(cell)].iter();
        sound.filter(|sound| !**sound).count() as u64
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
        let mut text = String::new();
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

    fn train(&self, text: &mut String) -> Outcome {
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
        let one = |name: &str| match self.diverged(None) {
            0 => self.nets.first(name),
            _ => Ok(None),
        };
        for (part, name) in [
            (Part::Train, "train"),
            (Part::Validation, "validation"),
            (Part::Test, "test"),
        ] {
            let Some(guess) = baseline(&recipe.data, part) else {
                continue;
            };
            let Some(loss) = one(&format!("{name}_loss"))? else {
                continue;
            };
            write!(text, "{name:<11} loss {}", words::measured(loss))?;
            if let (Some(accuracy), Some(majority)) =
                (one(&format!("{name}_accuracy"))?, guess.accuracy)
            {
                write!(text, "   accuracy {accuracy:.4} (majority {majority:.4})")?;
            }
            if let (Some(r2), Some(mean)) = (one(&format!("{name}_r2"))?, guess.r2) {
                write!(text, "   R2 {r2:.4} (mean {mean:.4})")?;
            }
            if let (Some(rmse), Some(mean)) = (one(&format!("{name}_rmse"))?, guess.rmse) {
                write!(
                    text,
                    "   RMSE {} (mean {})",
                    words::measured(rmse),
                    words::measured(mean)
                )?;
            }
            for measure in recipe.measures.iter() {
                if let Some(value) = one(&format!("{name}_{}", measure.name))? {
                    write!(text, "   {} {}", measure.name, words::measured(value))?;
                }
            }
            writeln!(text)?;
        }
        if let (Some(weights), Some(biases)) = (one("weight_norm")?, one("bias_norm")?) {
            writeln!(
                text,
                "{:<11} weights {}, biases {}",
                "norms",
                words::measured(weights),
                words::measured(biases)
            )?;
        }
        self.stopping(&recipe, text)?;
        if self.diverged(None) > 0 {
            let step = self.ending.as_ref().map_or(0, |ending| ending.last_step);
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
    fn stopping(&self, recipe: &mlp_train::Recipe, text: &mut String) -> Outcome {
        let Some(ending) = &self.ending else {
            return Ok(());
        };
        let chosen = recipe.stopping.as_ref().and_then(|rules| rules.chosen_on);
        let chosen = chosen.map_or_else(String::new, |part| format!(", chosen on {}", part.name()));
        let (best, last) = (ending.best_step, ending.last_step);
        if let Some(rule) = &ending.stopped_by {
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

    fn population(&self, text: &mut String) -> Outcome {
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
            let mut values = self.values(name, None)?;
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
    fn folds(&self, text: &mut String) -> Outcome {
        let keys: Vec<String> = self
            .experiment
            .axes()
            .iter()
            .map(|axis| axis.key.to_string())
            .filter(|key| key != "fold")
            .collect();
        let names: Vec<&str> = match keys.is_empty() {
            true => self.told(),
            false => vec![self.score()?],
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
        let nets = self.directory.nets()?;
        let found = cross_validation::summaries(self.experiment, &nets, &names);
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
            .metric_columns()
            .filter(|name| !metric::NAMES.contains(name));
        TOLD.into_iter().chain(further).collect()
    }

    /// The columns that are metrics, by layer not.
    fn metric_columns(&self) -> impl Iterator<Item = &str> {
        let names = self.nets.names().iter().map(String::as_str);
        names.filter(|name| metric::NAMES.contains(name) || metric::is_further(name))
    }

    /// Means of each cell.
    fn cells(&self, text: &mut String) -> Outcome {
        if self.experiment.cells() > SHOWN_CELLS {
            writeln!(
                text,
                "{} cells; see nets.* in the folder",
                words::count(self.experiment.cells() as f64)
            )?;
            return Ok(());
        }
        let score = self.score()?;
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
            let at = |name: &str| -> Outcome<String> {
                Ok(match self.values(name, Some(cell))? {
                    values if values.is_empty() => "-".to_owned(),
                    values => words::measured(mean(&values)),
                })
            };
            let solved = format!("{:.1} %", 100.0 * self.solved(Some(cell))?);
            writeln!(
                text,
                "{:<28} {:>18} {:>16} {solved:>9} {:>9}",
                values.join(", "),
                at(score)?,
                at("weight_norm")?,
                self.diverged(Some(cell))
            )?;
        }
        Ok(())
    }

    /// The metric that ranks cells: the test part's where there is one.
    fn score(&self) -> Outcome<&'static str> {
        let candidates = [
            "test_accuracy",
            "test_r2",
            "test_loss",
            "train_accuracy",
            "train_r2",
        ];
        for name in candidates {
            if !self.values(name, None)?.is_empty() {
                return Ok(name);
            }
        }
        Ok("train_loss")
    }

    fn counts(&self, text: &mut String) -> Outcome {
        let networks = self.done.manifest.counts.networks;
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
        let solved = self.solved(None)?;
        writeln!(
            text,
            "{:<11} {}{data} in {}: {} diverged, {:.1} % solved (train_loss below {target})",
            "networks",
            words::count(networks as f64),
            match self.experiment.cells() {
                1 => "one cell".to_owned(),
                all if self.done.manifest.cells < all => format!(
                    "{} of {} cells (the others show a computed one near by)",
                    words::count(self.done.manifest.cells as f64),
                    words::count(all as f64)
                ),
                cells => format!(
                    "{} {}",
                    words::count(cells as f64),
                    if self.experiment.is_drawn() {
                        "draws"
                    } else {
                        "cells"
                    }
                ),
            },
            words::count(self.diverged(None) as f64),
            100.0 * solved
        )?;
        self.stopped(text)
    }

    /// How many networks stopping rules ended early, and by which part they choose.
    fn stopped(&self, text: &mut String) -> Outcome {
        let Some(rules) = self
            .experiment
            .recipe(0)
            .ok()
            .and_then(|recipe| recipe.stopping)
        else {
            return Ok(());
        };
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
            words::count(self.nets.stopped() as f64)
        )?;
        Ok(())
    }

    /// The boundary of a map of shades.
    fn boundary(&self) -> Outcome<Option<BoundaryDimension>> {
        let map = &self.experiment.experiment().map;
        if map.metric.as_deref() != Some("shade") {
            return Ok(None);
        }
        Ok(BoundaryDimension::of(&self.directory.map()?))
    }

    fn map(&self, text: &mut String) -> Outcome {
        self.counts(text)?;
        if let Some(boundary) = self.boundary()? {
            let (low, high) = boundary.interval;
            let largest = boundary.boxes.last().map_or(1, |(side, _)| *side);
            writeln!(
                text,
                "{:<11} dimension {:.3} (95 % {low:.3} to {high:.3}) by boxes of 1 to {largest} cells",
                "boundary", boundary.dimension
            )?;
        }
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
            if let (Some(facet), Some(axis)) = (&best.facet, self.facet_name()) {
                writeln!(text, "{:<11} {axis} = {facet}", "facet")?;
            }
            let region = &best.region;
            let part = if best.facet.is_some() { "facet" } else { "map" };
            writeln!(
                text,
                "{:<11} {} ({:.1} % of the {part}) around it within {:.3} % of it: {x} {} to {}, {y} {} to {}",
                "region",
                words::so_many(region.cells, "cell"),
                100.0 * region.cells as f64 / region.of as f64,
                100.0 * region.tolerance,
                region.x.0,
                region.x.1,
                region.y.0,
                region.y.1,
            )?;
            if region.within > region.cells {
                let more = words::so_many(region.within - region.cells, "cell");
                writeln!(text, "{:<11} as good elsewhere: {more}", "")?;
            }
            let folder = words::shell(Path::new(&self.folder()));
            writeln!(
                text,
                "{:<11} mlp replay {folder} {}",
                "replay", best.network
            )?;
        }
        Ok(())
    }

    /// Names of the horizontal and the vertical axis.
    fn axis_names(&self) -> [String; 2] {
        match MapAxes::of(self.experiment) {
            Some(axes) => [axes.x.key.to_string(), axes.y_name()],
            None => [String::new(), String::new()],
        }
    }

    /// Name of the third axis of a map.
    fn facet_name(&self) -> Option<String> {
        Some(MapAxes::of(self.experiment)?.facet?.key.to_string())
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
            Kind::Map => match &self.done.best {
                Some(best) => {
                    let [x, y] = self.axis_names();
                    let y = if y == "step" { "steps".to_owned() } else { y };
                    let facet = self.facet_name().zip(best.facet.as_ref());
                    let facet = facet.map_or(String::new(), |(key, value)| {
                        format!(" --set {key}={value}")
                    });
                    format!(
                        "mlp train {data} --set {x}={} --set {y}={}{facet}",
                        best.x, best.y
                    )
                }
                None => format!("mlp plot {folder}"),
            },
        }
    }

    /// The summary as one object.
    pub fn json(&self) -> Outcome<Value> {
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
            "networks": manifest.counts.networks,
            "cells": self.experiment.cells(),
            "computed_cells": manifest.cells,
            "diverged": self.diverged(None),
            "solved": self.solved(None)?,
        });
        let mut metrics = serde_json::Map::new();
        let names: Vec<&str> = self.metric_columns().collect();
        for name in &names {
            let values = self.values(name, None)?;
            if values.is_empty() {
                continue;
            }
            let told = match self.experiment.kind() {
                Kind::Train => json!(values[0]),
                Kind::Population | Kind::Map => distribution(values),
            };
            metrics.insert((*name).to_owned(), told);
        }
        object["metrics"] = metrics.into();
        if let Some(ending) = &self.ending {
            object["outcome"] = ending.status.clone().into();
            object["last_step"] = ending.last_step.into();
            object["baseline"] = self.baselines();
            if ending.rules {
                object["stopped_by"] = ending.stopped_by.clone().into();
                object["best_step"] = ending.best_step.into();
            }
        }
        if cross_validation::is_cross_validation(self.experiment) {
            object["folds"] = self.folds_json(&names)?;
        }
        if let Some(boundary) = self.boundary()? {
            object["boundary"] = json!({
                "dimension": boundary.dimension,
                "interval": [boundary.interval.0, boundary.interval.1],
                "boxes": boundary.boxes,
            });
        }
        if let Some(best) = &self.done.best {
            let [x, y] = self.axis_names();
            object["best"] = json!({ "metric": best.metric, "value": best.value, &x: best.x, &y: best.y, "net": best.network });
            if let (Some(axis), Some(facet)) = (self.facet_name(), &best.facet) {
                object["best"][axis] = facet.clone().into();
            }
            let region = &best.region;
            object["region"] = json!({
                "tolerance": region.tolerance,
                "cells": region.cells,
                "of": region.of,
                "within": region.within,
                x: [region.x.0, region.x.1],
                y: [region.y.0, region.y.1],
            });
        }
        Ok(object)
    }

    fn folds_json(&self, names: &[&str]) -> Outcome<Value> {
        let nets = self.directory.nets()?;
        let found = cross_validation::summaries(self.experiment, &nets, names);
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
        Ok(rows.collect::<Vec<_>>().into())
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

fn distribution(mut values: Vec<f64>) -> Value {
    values.sort_by(f64::total_cmp);
    json!({ "mean": mean(&values), "median": quantile(&values, 0.5), "q10": quantile(&values, 0.1), "q90": quantile(&values, 0.9) })
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
