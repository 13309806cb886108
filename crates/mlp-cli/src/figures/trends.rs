//! Distributions over the recorded steps: exact ones from the table `series`, or for large populations
//! those of the statistics that were gathered while it ran.

use std::collections::HashMap;

use anyhow::Result;
use mlp_plot::Quantiles;
use mlp_store::RunDirectory;
use mlp_train::{Axis, Table, Values};

use super::series::SeriesTable;

/// A selection of networks.
#[derive(Clone, Copy)]
pub enum Selection<'a> {
    /// All.
    All,
    /// Those with one value of a swept key: the axis, its index, the value's index.
    Setting(&'a Axis, usize, usize),
    /// Those with one value of several swept keys: the axes' and the values' indices.
    Settings(&'a [(usize, usize)]),
}

/// Where distributions come from.
pub enum Trends {
    /// The curves of all networks.
    Exact(SeriesTable),
    /// Statistics by step.
    Sketched(Statistics),
}

/// The table `stats`, of networks that did not diverge.
pub struct Statistics {
    /// Quantiles by key, value, metric and step; the last records without a step.
    rows: HashMap<(String, String, String, Option<i64>), Quantiles>,
    steps: Vec<f64>,
    /// Relative error bound of the quantiles of the last records, by metric.
    errors: HashMap<String, f64>,
    /// Networks by outcome, key and value.
    networks: HashMap<(String, String, String), u64>,
}

impl Statistics {
    /// Reads the statistics of a run.
    pub fn open(directory: &RunDirectory) -> Result<Self> {
        let table = directory.statistics()?;
        let text = |name: &str| table.texts(name).unwrap_or_default();
        let (keys, values) = (text("key"), text("value"));
        let (outcomes, metrics) = (text("outcome"), text("metric"));
        let steps = steps(&table);
        let counts = table.integers("count").unwrap_or_default();
        let shares = ["q05", "q25", "q50", "q75", "q95"];
        let shares = shares.map(|name| table.numbers(name).unwrap_or_default());
        let errors = table.numbers("quantile_error").unwrap_or_default();
        let mut read = Self {
            rows: HashMap::new(),
            steps: Vec::new(),
            errors: HashMap::new(),
            networks: HashMap::new(),
        };
        for row in 0..table.rows() {
            let [p5, p25, p50, p75, p95] = [0, 1, 2, 3, 4].map(|share: usize| shares[share][row]);
            let count = counts[row] as u64;
            let (key, value) = (keys[row].clone(), values[row].clone());
            if metrics[row] == "networks" {
                let outcome = outcomes[row].clone();
                read.networks.insert((outcome, key, value), count);
            } else if outcomes[row] == "finite" {
                let quantiles = Quantiles {
                    p5,
                    p25,
                    p50,
                    p75,
                    p95,
                    count: count as usize,
                };
                let metric = metrics[row].clone();
                if let Some(step) = steps[row].filter(|_| key.is_empty()) {
                    read.steps.push(step as f64);
                }
                if let Some(&error) = errors.get(row)
                    && key.is_empty()
                    && steps[row].is_none()
                {
                    read.errors.insert(metric.clone(), error);
                }
                read.rows
                    .insert((key, value, metric, steps[row]), quantiles);
            }
        }
        read.steps.sort_by(f64::total_cmp);
        read.steps.dedup();
        Ok(read)
    }

    /// Quantiles of a metric over last records.
    pub fn last(&self, metric: &str) -> Option<Quantiles> {
        let (key, value) = names(Selection::All);
        self.rows
            .get(&(key, value, metric.to_owned(), None))
            .copied()
    }

    /// Relative error bound of these quantiles: 0 where they are exact.
    pub fn error(&self, metric: &str) -> f64 {
        self.errors.get(metric).copied().unwrap_or_default()
    }

    /// How many of the selected networks have an outcome: finite, converged, solved or diverged.
    pub fn networks(&self, outcome: &str, selection: Selection) -> Option<u64> {
        let (key, value) = names(selection);
        self.networks
            .get(&(outcome.to_owned(), key, value))
            .copied()
    }

    fn trend(&self, metric: &str, selection: Selection) -> Option<Vec<Quantiles>> {
        if matches!(selection, Selection::Settings(_)) {
            return None;
        }
        let (key, value) = names(selection);
        let at = |step: &f64| {
            let row = (
                key.clone(),
                value.clone(),
                metric.to_owned(),
                Some(*step as i64),
            );
            let found = self.rows.get(&row).copied();
            found.unwrap_or_else(|| Quantiles::of([]))
        };
        let trend: Vec<Quantiles> = self.steps.iter().map(at).collect();
        trend.iter().any(|q| q.count > 0).then_some(trend)
    }
}

/// Key and value of a selection as the table has them.
fn names(selection: Selection) -> (String, String) {
    match selection {
        Selection::All | Selection::Settings(_) => (String::new(), String::new()),
        Selection::Setting(axis, _, value) => (axis.key.column(), axis.values[value].to_string()),
    }
}

/// The column of steps; empty for last records.
fn steps(table: &Table) -> Vec<Option<i64>> {
    match table.column("step") {
        Some(Values::Integer(steps)) => steps.clone(),
        _ => vec![None; table.rows()],
    }
}

impl Trends {
    /// The recorded steps.
    pub fn steps(&self) -> &[f64] {
        match self {
            Self::Exact(series) => series.steps(),
            Self::Sketched(statistics) => &statistics.steps,
        }
    }

    /// Whether a metric applies to any network.
    pub fn has(&self, metric: &str) -> bool {
        match self {
            Self::Exact(series) => series.has(metric),
            Self::Sketched(statistics) => statistics.last(metric).is_some(),
        }
    }

    /// The distribution of a metric at every recorded step over the selected networks that did not
    /// diverge; `None` where there is none, or the metric applies to none. `belongs` says of a network whether it is
    /// selected.
    pub fn quantiles(
        &self,
        metric: &str,
        selection: Selection,
        belongs: impl Fn(usize) -> bool,
    ) -> Option<Vec<Quantiles>> {
        match self {
            Self::Sketched(statistics) => statistics.trend(metric, selection),
            Self::Exact(series) => {
                let curves = series.curves(metric)?;
                let chosen: Vec<&Vec<f64>> = curves
                    .iter()
                    .enumerate()
                    .filter(|(net, _)| belongs(*net))
                    .map(|(_, curve)| curve)
                    .collect();
                // Of a run that is not complete, a setting may have no network yet.
                if chosen.is_empty() {
                    return None;
                }
                let at = |step: usize| Quantiles::of(chosen.iter().map(|curve| curve[step]));
                Some((0..series.steps().len()).map(at).collect())
            }
        }
    }
}
