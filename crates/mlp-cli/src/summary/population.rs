//! The summary of a population: distributions, cells, folds.

use std::fmt::Write;

use mlp_statistics::{Distribution, EXACT, MEAN_OVER_MEDIAN, mean_over_median};
use mlp_train::{Kind, Metric, NetworkSummary, cross_validation};

use super::{Summary, failed};
use crate::{failure::CommandResult, formatting, terminal};

/// More cells than this are only in the files.
const SHOWN_CELLS: u64 = 24;

/// The metrics shown for a cell or a population.
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

impl Summary<'_> {
    pub(super) fn population(&self, text: &mut String) -> CommandResult {
        self.counts(text)?;
        if let Some(nothing) = failed::of(self.experiment, &self.nets) {
            writeln!(text, "{:<11} {nothing}", "warning")?;
            return Ok(());
        }
        if cross_validation::is_cross_validation(self.experiment) {
            return self.folds(text);
        }
        writeln!(
            text,
            "{:<20} {:>10} {:>10} {:>10} {:>10}",
            "at the end", "mean", "median", "10 %", "90 %"
        )?;
        let mut error = 0.0;
        let mut few = Vec::new();
        for name in self.told() {
            let all: Distribution = self.values(name, None)?.into_iter().collect();
            if all.count() == 0 {
                continue;
            }
            let columns = std::iter::once(all.mean()).chain(all.quantiles(&[0.5, 0.1, 0.9]));
            let columns: Vec<String> = columns
                .flatten()
                .map(|value| format!("{:>10}", formatting::measured(value)))
                .collect();
            let columns = columns.join(" ");
            writeln!(text, "{name:<20} {columns}")?;
            if let Some(times) = decided_by_few(&all) {
                few.push((name, times));
            }
            if all.error() > error {
                error = all.error();
            }
        }
        for (name, times) in few {
            writeln!(
                text,
                "{:<20} the mean of {name} is {} times the median: a few networks dominate it",
                "note",
                formatting::count(times)
            )?;
        }
        if error > 0.0 {
            writeln!(
                text,
                "{:<20} of more than {} networks: quantiles to within {} (quantile_error in stats)",
                "quantiles",
                formatting::count(EXACT as f64),
                formatting::within(error)
            )?;
        }
        if self.experiment.cells() > 1 {
            self.cells(text)?;
        }
        Ok(())
    }

    /// Mean and standard error over the folds of a cross-validation, of each setting.
    fn folds(&self, text: &mut String) -> CommandResult {
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
                .map_or_else(|| "-".to_owned(), formatting::measured);
            writeln!(
                text,
                "{:<24} {:<18} {:>10} {error:>15} {:>6}",
                values.collect::<Vec<_>>().join(", "),
                summary.metric,
                formatting::measured(summary.mean),
                summary.folds
            )?;
        }
        if found.len() > SHOWN_CELLS as usize {
            writeln!(text, "{} settings; see folds.* in the folder", found.len())?;
        }
        Ok(())
    }

    /// The metrics shown for a population, with requested ones.
    fn told(&self) -> Vec<&str> {
        let further = self
            .metric_columns()
            .filter(|name| Metric::find(name).is_none_or(|metric| !metric.is_usual()));
        TOLD.into_iter().chain(further).collect()
    }

    /// The columns that are metrics, without those of single layers.
    pub(super) fn metric_columns(&self) -> impl Iterator<Item = &str> {
        let names = self.nets.names().iter().map(String::as_str);
        names.filter(|name| Metric::find(name).is_some_and(|metric| metric.is_of_network()))
    }

    /// Means of each cell.
    fn cells(&self, text: &mut String) -> CommandResult {
        if self.experiment.cells() > SHOWN_CELLS {
            writeln!(
                text,
                "{} cells; see nets.* in the folder",
                formatting::count(self.experiment.cells() as f64)
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
        let exploded = self.exploded(None).is_some_and(|count| count > 0);
        let mut rows = vec![vec![
            names.join(", "),
            score.to_owned(),
            "weight_norm".to_owned(),
            "solved".to_owned(),
            "diverged".to_owned(),
        ]];
        rows[0].extend(exploded.then(|| "exploded".to_owned()));
        let mut few = 0;
        for cell in 0..self.experiment.cells() {
            let values: Vec<String> = self
                .experiment
                .cell(cell)
                .iter()
                .map(|(_, value)| value.to_string())
                .collect();
            let [score, norm] = [score, "weight_norm"].map(|name| self.values(name, Some(cell)));
            let [score, norm]: [Distribution; 2] =
                [score?, norm?].map(|all| all.into_iter().collect());
            let mean = |all: &Distribution| {
                all.mean()
                    .map_or_else(|| "-".to_owned(), formatting::measured)
            };
            few += usize::from(
                [&score, &norm]
                    .iter()
                    .any(|all| decided_by_few(all).is_some()),
            );
            let mut row = vec![
                values.join(", "),
                mean(&score),
                mean(&norm),
                format!("{:.1} %", 100.0 * self.solved(Some(cell))?),
                self.diverged(Some(cell)).to_string(),
            ];
            row.extend(
                self.exploded(Some(cell))
                    .filter(|_| exploded)
                    .map(|count| count.to_string()),
            );
            rows.push(row);
        }
        writeln!(
            text,
            "{:<11} means over the networks of each, and how many of them did what",
            "cells"
        )?;
        text.push_str(&within(terminal::width(), rows));
        if few > 0 {
            writeln!(
                text,
                "{:<20} a mean of {} is more than {MEAN_OVER_MEDIAN} times the median: a few networks dominate it",
                "note",
                formatting::so_many(few, "cell")
            )?;
        }
        Ok(())
    }

    /// The metric that ranks cells: the test part's where networks are asked of one, else the validation part's.
    fn score(&self) -> CommandResult<&'static str> {
        let candidates = [
            "test_accuracy",
            "test_r2",
            "test_loss",
            "validation_accuracy",
            "validation_r2",
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

    /// The best network that neither diverged nor exploded, and the score by which it is that.
    pub(super) fn best_network(&self) -> Option<(usize, &'static str)> {
        let name = self.score().ok()?;
        let larger = Metric::find(name)?.larger_is_better()?;
        let numbers = self.nets.numbers(name).ok()??;
        let sound = numbers.iter().zip(self.nets.sound()).enumerate();
        let known = sound.filter(|(_, (number, sound))| **sound && number.is_finite());
        let goodness = |number: f64| if larger { number } else { -number };
        // Scores that count samples are often equal; then the lower loss on the same part is better, and of equals the first.
        let part = name.split('_').next().unwrap_or_default();
        let losses = self.nets.numbers(&format!("{part}_loss")).ok()?;
        let loss = |network: usize| losses.as_ref().map_or(0.0, |losses| losses[network]);
        let is_better = |other: (usize, f64), best: (usize, f64)| {
            other.1 > best.1 || (other.1 == best.1 && loss(other.0) < loss(best.0))
        };
        known
            .map(|(network, (number, _))| (network, goodness(*number)))
            .reduce(|best, other| if is_better(other, best) { other } else { best })
            .map(|(network, _)| (network, name))
    }

    pub(super) fn counts(&self, text: &mut String) -> CommandResult {
        let networks = self.done.manifest.counts.networks;
        let target = self
            .experiment
            .experiment()
            .training
            .target_loss
            .unwrap_or(0.01);
        let network_summary = NetworkSummary::of(self.experiment);
        let data = network_summary.map_or(String::new(), |network_summary| {
            format!(" on {}", network_summary.data())
        });
        let solved = self.solved(None)?;
        let exploded = match self.exploded(None) {
            Some(count) if count > 0 => {
                // Arrays and the best cell of a map hold what was measured.
                let left_out = match self.experiment.kind() {
                    Kind::Map => "",
                    Kind::Train | Kind::Population => " (left out below)",
                };
                format!("{} exploded{left_out}, ", formatting::count(count as f64))
            }
            _ => String::new(),
        };
        writeln!(
            text,
            "{:<11} {}{data} in {}: {} diverged, {exploded}{:.1} % solved (train_loss below {target})",
            "networks",
            formatting::count(networks as f64),
            match self.experiment.cells() {
                1 => "one cell".to_owned(),
                all if self.done.manifest.cells < all => format!(
                    "{} of {} cells (the others show a computed one nearby)",
                    formatting::count(self.done.manifest.cells as f64),
                    formatting::count(all as f64)
                ),
                cells => format!(
                    "{} {}",
                    formatting::count(cells as f64),
                    if self.experiment.is_drawn() {
                        "draws"
                    } else {
                        "cells"
                    }
                ),
            },
            formatting::count(self.diverged(None) as f64),
            100.0 * solved
        )?;
        self.stopped(text)
    }

    /// How many networks stopping rules ended early, and by which part they choose.
    fn stopped(&self, text: &mut String) -> CommandResult {
        let Some(rules) = self
            .experiment
            .recipe(0)
            .ok()
            .and_then(|recipe| recipe.stopping)
        else {
            return Ok(());
        };
        let (stopped, by_choice) = (self.nets.stopped(), self.nets.stopped_by_choice());
        let kept = rules.restore_best && self.nets.finite().contains(&true);
        let chosen = match rules.chosen_on {
            Some(part) if kept => format!("; best parameters chosen on {}", part.name()),
            Some(part) if by_choice == stopped && stopped > 0 => {
                format!("; stops chosen on {}", part.name())
            }
            Some(part) if by_choice > 0 => format!(
                "; {} of these stops chosen on {}",
                formatting::count(by_choice as f64),
                part.name()
            ),
            _ => String::new(),
        };
        writeln!(
            text,
            "{:<11} {} before the last step{chosen}",
            "stopped",
            formatting::count(stopped as f64)
        )?;
        Ok(())
    }
}

/// Columns in a terminal of this width, if it is one. Where they are wider, the norm is left out.
fn within(width: Option<usize>, mut rows: Vec<Vec<String>>) -> String {
    const NORM: usize = 2;
    let text = aligned(&rows);
    let wide = text.lines().map(|line| line.chars().count()).max();
    if width.is_none_or(|width| wide.unwrap_or(0) <= width) {
        return text;
    }
    for row in &mut rows {
        row.remove(NORM);
    }
    aligned(&rows)
}

/// Columns with their texts on the left in the first and on the right in all others, each as wide as it needs.
fn aligned(rows: &[Vec<String>]) -> String {
    let count = rows.first().map_or(0, Vec::len);
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let mut text = String::new();
    for row in rows {
        for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
            match column {
                0 => text.push_str(&format!("{cell:<width$}")),
                _ => text.push_str(&format!("  {cell:>width$}")),
            }
        }
        text.push('\n');
    }
    text
}

/// The ratio of the mean to the median, where it is so large that a few networks dominate the mean.
fn decided_by_few(all: &Distribution) -> Option<f64> {
    mean_over_median(all.mean()?, all.median()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_fit_the_terminal() {
        let rows = vec![
            [
                "activation, learning_rate",
                "test_accuracy",
                "weight_norm",
                "solved",
                "diverged",
                "exploded",
            ]
            .map(str::to_owned)
            .to_vec(),
            ["tanh, 0.1", "0.9231", "4.120", "0.0 %", "0", "0"]
                .map(str::to_owned)
                .to_vec(),
        ];
        let wide = within(None, rows.clone());
        assert!(wide.contains("weight_norm"), "{wide}");
        let narrow = within(Some(80), rows);
        let mut lines = narrow.lines();
        assert!(
            lines.clone().all(|line| line.chars().count() <= 80),
            "{narrow}"
        );
        assert!(!lines.next().unwrap().contains("weight_norm"), "{narrow}");
        assert!(narrow.ends_with("         0\n"), "{narrow}");
    }
}
