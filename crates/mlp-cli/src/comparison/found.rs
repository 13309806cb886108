//! Everything that is said of the runs.

use anyhow::Result;

use super::{
    alike::unlike,
    paired::{Paired, matched, paired},
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
    /// By run, networks that are compared, and diverged or exploded.
    pub unsound: Vec<usize>,
    /// By run, pairs with the first run, and in how many of them a network diverged or exploded; `None` where seeds and what both
    /// sweep do not tell the networks of a run apart.
    pub pairs: Vec<Option<(usize, usize)>>,
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
        let (mut differences, mut unsound, mut pairs) = (Vec::new(), Vec::new(), Vec::new());
        let mut faults = Vec::new();
        for (index, run) in runs.iter().enumerate() {
            let own = Networks::read(run, &runs[0])?;
            let compared = own.sound.iter().zip(&own.fits);
            unsound.push(compared.filter(|(sound, fits)| !**sound && **fits).count());
            if index == 0 {
                differences.push(metrics.iter().map(|_| None).collect());
                pairs.push(None);
                continue;
            }
            let first = Networks::read(&runs[0], run)?;
            let both = matched(&first, &own);
            let lost = |pairs: &Vec<(usize, usize)>| {
                let lost = pairs
                    .iter()
                    .filter(|&&(one, other)| !(first.sound[one] && own.sound[other]));
                (pairs.len(), lost.count())
            };
            pairs.push(both.as_ref().map(lost));
            let mut of_run = Vec::new();
            for metric in &metrics {
                let valued = metric.means[0].is_some() && metric.means[index].is_some();
                let fault = unlike(&runs[0], run, &metric.metric)?.filter(|_| valued);
                of_run.push(match (&fault, &both) {
                    (None, Some(pairs)) => paired(pairs, metric.of(0), metric.of(index)),
                    _ => None,
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
            pairs,
        })
    }
}
