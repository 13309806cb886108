//! Everything that is said of the runs.

use anyhow::Result;

use super::{
    alike::unlike,
    paired::{Paired, paired},
    runs::ComparedRun,
    scores::{MetricOfRuns, Networks, usual},
    settings::{Setting, settings},
};

/// What is said of the runs.
pub struct Found {
    /// The settings in which they differ.
    pub settings: Vec<Setting>,
    /// The metrics that are compared.
    pub metrics: Vec<MetricOfRuns>,
    /// By run and metric, the difference from the first run; the first run has none.
    pub differences: Vec<Vec<Option<Paired>>>,
    /// Scores that are not compared with the first run's, and why.
    pub unlike: Vec<String>,
    /// By run, networks that diverged or exploded.
    pub unsound: Vec<usize>,
}

impl Found {
    /// Compares runs by these metrics, or by the usual ones where none are asked for.
    ///
    /// # Errors
    /// A metric that a run does not have, or a table that cannot be read.
    pub fn of(runs: &[ComparedRun], asked: &[String]) -> Result<Self> {
        let metrics = match asked {
            [] => usual(runs)?,
            asked => asked
                .iter()
                .map(|name| MetricOfRuns::read(runs, name.trim()))
                .collect::<Result<Vec<_>>>()?,
        };
        let (mut differences, mut unsound) = (Vec::new(), Vec::new());
        let mut faults = Vec::new();
        for (index, run) in runs.iter().enumerate() {
            let own = Networks::read(run, &runs[0])?;
            unsound.push(own.unsound);
            if index == 0 {
                differences.push(metrics.iter().map(|_| None).collect());
                continue;
            }
            let first = Networks::read(&runs[0], run)?;
            let mut of_run = Vec::new();
            for metric in &metrics {
                let both = metric.means[0].is_some() && metric.means[index].is_some();
                let fault = unlike(&runs[0], run, &metric.metric)?.filter(|_| both);
                of_run.push(match fault {
                    None => paired((&first, metric.of(0)), (&own, metric.of(index))),
                    Some(_) => None,
                });
                faults.extend(fault.map(|why| {
                    format!(
                        "{} is not compared with {}: {why}",
                        metric.metric, run.letter
                    )
                }));
            }
            differences.push(of_run);
        }
        Ok(Self {
            settings: settings(runs),
            metrics,
            differences,
            unlike: faults,
            unsound,
        })
    }
}
