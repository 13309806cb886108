//! Numbers of the networks of runs at their last records.

use anyhow::Result;
use mlp_data::names::did_you_mean;
use mlp_statistics::Mean;
use mlp_train::{Metric, cross_validation};

use super::runs::ComparedRun;
use crate::failure::Failure;

/// The metrics that are compared unless others are asked for: of the first part of these with values in every run.
const USUAL: [[&str; 4]; 3] = [
    ["test_loss", "test_accuracy", "test_r2", "test_rmse"],
    [
        "validation_loss",
        "validation_accuracy",
        "validation_r2",
        "validation_rmse",
    ],
    ["train_loss", "train_accuracy", "train_r2", "train_rmse"],
];

/// A metric of the networks of every run that are compared and neither diverged nor exploded.
pub struct MetricOfRuns {
    /// The metric's column.
    pub metric: String,
    /// Its mean by run; none where it applies to no network.
    pub means: Vec<Option<Mean>>,
    /// Its values by run and network; NaN for networks that are not compared, diverged or exploded.
    values: Vec<Vec<f64>>,
}

/// What a run's networks are paired by, and how many there are.
pub struct Networks {
    /// Seed and the values of what both sweep, by network.
    pub marks: Vec<String>,
    /// Whether each neither diverged nor exploded.
    pub sound: Vec<bool>,
    /// Whether each is compared.
    pub fits: Vec<bool>,
}

/// How many folds each network of a cross-validation is one of; `None` of other runs.
pub fn folds_of(run: &ComparedRun) -> Option<usize> {
    let folds = run.view.author().data.folds;
    folds.filter(|_| cross_validation::is_cross_validation(run.view.experiment()))
}

/// The metrics that are compared unless others are asked for: of the first part with values in every run. The test part
/// of a run that selects a model is withheld from its networks.
///
/// # Errors
/// A table that cannot be read.
pub fn usual(runs: &[ComparedRun]) -> Result<Vec<MetricOfRuns>> {
    let has = |metric: &&&str| {
        let mut views = runs.iter().map(|run| run.view.nets());
        views.all(|nets| nets.names().iter().any(|name| name == **metric))
    };
    let mut first = None;
    for part in USUAL {
        let names = part.iter().filter(has);
        let mut metrics = names
            .map(|metric| MetricOfRuns::read(runs, metric))
            .collect::<Result<Vec<_>>>()?;
        // The table of networks has columns that apply to other tasks.
        metrics.retain(|metric| metric.means.iter().any(Option::is_some));
        let whole = |metric: &MetricOfRuns| metric.means.iter().all(Option::is_some);
        if metrics.iter().any(whole) {
            return Ok(metrics);
        }
        first = first.or_else(|| (!metrics.is_empty()).then_some(metrics));
    }
    Ok(first.unwrap_or_default())
}

impl MetricOfRuns {
    /// Reads a metric of all runs.
    ///
    /// # Errors
    /// One that a run does not have.
    pub fn read(runs: &[ComparedRun], metric: &str) -> Result<Self> {
        let mut values = Vec::new();
        for run in runs {
            let nets = run.view.nets();
            let Some(numbers) = nets.numbers(metric)? else {
                let known = nets.names().iter().map(String::as_str);
                if nets.names().iter().any(|name| name == metric) {
                    return Err(Failure::usage(format!(
                        "--metrics: the column {metric} of {} holds words, and only numbers are compared, as test_loss is",
                        run.path.display()
                    ))
                    .into());
                }
                return Err(Failure::usage(format!(
                    "--metrics: {} has no column \"{metric}\" of numbers{}",
                    run.path.display(),
                    did_you_mean(metric, known)
                ))
                .into());
            };
            let counted = run.counted();
            let counted = counted.iter().zip(numbers.iter());
            values.push(
                counted
                    .map(|(counted, number)| if *counted { *number } else { f64::NAN })
                    .collect::<Vec<f64>>(),
            );
        }
        Ok(Self {
            metric: metric.to_owned(),
            means: values
                .iter()
                .map(|values| {
                    let finite: Vec<f64> =
                        values.iter().copied().filter(|v| v.is_finite()).collect();
                    let mean = Mean::of(&finite)?;
                    let metric = Metric::find(metric);
                    let ends = mean.interval.map(|ends| match metric {
                        Some(metric) => metric.possible(ends, finite.iter().copied()),
                        None => ends,
                    });
                    Some(Mean {
                        interval: ends,
                        ..mean
                    })
                })
                .collect(),
            values,
        })
    }

    /// The metric of a run's networks; NaN where they are not compared, diverged or exploded.
    pub fn of(&self, run: usize) -> &[f64] {
        &self.values[run]
    }
}

impl Networks {
    /// Reads the marks by which the networks of a run are paired with those of another.
    ///
    /// # Errors
    /// A table that cannot be read.
    pub fn read(run: &ComparedRun, other: &ComparedRun) -> Result<Self> {
        let columns = |run: &ComparedRun| -> Vec<String> {
            let axes = run.view.experiment().axes().iter();
            axes.map(|axis| axis.key.column()).collect()
        };
        let theirs = columns(other);
        let both = columns(run)
            .into_iter()
            .filter(|column| theirs.contains(column));
        let mut names = vec!["seed".to_owned(), "fold".to_owned()];
        names.extend(both.filter(|column| column != "seed" && column != "fold"));
        let nets = run.view.nets();
        names.retain(|name| nets.names().contains(name));
        let asked: Vec<&str> = names.iter().map(String::as_str).collect();
        // A fold of five is not the same rows as that of ten.
        let folds = folds_of(run).map_or_else(String::new, |folds| folds.to_string());
        let mut marks = Vec::with_capacity(nets.rows());
        nets.reader().scan(Some(&asked), &mut |part| {
            let columns: Vec<Vec<String>> =
                asked.iter().filter_map(|name| part.texts(name)).collect();
            let rows = columns.first().map_or(0, Vec::len);
            marks.extend((0..rows).map(|row| {
                let cells = columns.iter().map(|column| column[row].as_str());
                let cells: Vec<&str> = cells.chain([&*folds]).collect();
                cells.join("\u{1f}")
            }));
            Ok(())
        })?;
        Ok(Self {
            marks,
            sound: nets.sound().to_vec(),
            fits: run.fits.clone(),
        })
    }
}
