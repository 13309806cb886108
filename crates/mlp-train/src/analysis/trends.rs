//! Norms over the recorded steps and over swept keys: means with bands.

use std::collections::BTreeMap;

use mlp_statistics::Distribution;

use super::{
    groups::{Grouping, Name},
    networks::Networks,
    rows::{Row, maybe, text, whole},
};
use crate::{
    error::Error,
    metrics::metric::Metric,
    results::{
        columns::{Cell, ColumnKind, Values},
        statistics::QUANTILE_ERROR,
    },
    settings::kind::Kind,
};

/// Quantiles of the bands and the median.
const SHARES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// The distribution of a norm over the networks of a group that neither diverged nor exploded, at one step or at
/// their last records.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    /// The group of networks.
    pub name: Name,
    /// The step; none for last records.
    pub step: Option<u64>,
    /// The norm's column.
    pub norm: String,
    /// The number of networks.
    pub count: u64,
    /// Their mean.
    pub mean: Option<f64>,
    /// 5, 25, 50, 75 and 95 % quantiles.
    pub quantiles: [Option<f64>; 5],
    /// The relative error of the numbers that quantiles are interpolated between; none where the
    /// statistics of an earlier version do not have it.
    pub quantile_error: Option<f64>,
}

impl Trend {
    /// The median.
    pub fn median(&self) -> Option<f64> {
        self.quantiles[2]
    }
}

fn is_norm(column: &str) -> bool {
    Metric::find(column).is_some_and(|metric| metric.is_norm())
}

/// The trends of all networks and of each value of each key. They are in the statistics gathered while a
/// population ran; for a selection of networks, and for other runs, the records are read.
pub(super) fn trends(networks: &Networks) -> Result<Vec<Trend>, Error> {
    let mut found = match networks.filtered || networks.experiment.kind() != Kind::Population {
        true => of_records(networks)?,
        false => of_statistics(networks)?,
    };
    for (axis, about) in networks.experiment.axes().iter().enumerate() {
        if about.is_continuous()
            && let Some(grouping) = Grouping::by_axis(networks, axis)?
        {
            found.extend(of_last_records(networks, &grouping)?);
        }
    }
    Ok(found)
}

fn of_statistics(networks: &Networks) -> Result<Vec<Trend>, Error> {
    let table = networks.tables.statistics_table()?;
    let texts = |name: &str| table.texts(name).unwrap_or_default();
    let [keys, values, outcomes, metrics] = ["key", "value", "outcome", "metric"].map(texts);
    let counts = table.integers("count").unwrap_or_default();
    let numbers = |name: &str| table.numbers(name).unwrap_or_default();
    let means = numbers("mean");
    let shares = ["q05", "q25", "q50", "q75", "q95"].map(numbers);
    let errors = numbers(QUANTILE_ERROR);
    let steps = match table.column("step") {
        Some(Values::Integer(steps)) => steps.clone(),
        _ => vec![None; table.rows()],
    };
    let finite = |number: f64| number.is_finite().then_some(number);
    let row = |row: usize| Trend {
        name: Name {
            key: keys[row].clone(),
            value: values[row].clone(),
        },
        step: steps[row].map(|step| step as u64),
        norm: metrics[row].clone(),
        count: counts[row] as u64,
        mean: finite(means[row]),
        quantiles: [0, 1, 2, 3, 4].map(|share: usize| finite(shares[share][row])),
        quantile_error: errors.get(row).and_then(|error| finite(*error)),
    };
    let rows = (0..table.rows()).filter(|&r| outcomes[r] == "finite" && is_norm(&metrics[r]));
    Ok(rows.map(row).collect())
}

fn of_records(networks: &Networks) -> Result<Vec<Trend>, Error> {
    let series = networks.tables.series_source()?;
    let names = series.names().to_vec();
    let norms: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| is_norm(name))
        .collect();
    let mut columns = vec!["net", "step"];
    columns.extend(&norms);
    let mut summaries: BTreeMap<i64, Vec<Distribution>> = BTreeMap::new();
    series.scan(Some(&columns), &mut |part| {
        let nets = part.integers("net").unwrap_or_default();
        let steps = part.integers("step").unwrap_or_default();
        let numbers = norms.iter().map(|name| part.numbers(name));
        let numbers: Vec<Vec<f64>> = numbers.map(Option::unwrap_or_default).collect();
        for row in (0..part.rows()).filter(|&row| networks.counts(nets[row] as usize)) {
            let at = summaries.entry(steps[row]);
            let at = at.or_insert_with(|| vec![Distribution::default(); norms.len()]);
            for (summary, numbers) in at.iter_mut().zip(&numbers) {
                summary.push(numbers[row]);
            }
        }
        Ok(())
    })?;
    let mut found = Vec::new();
    for (step, summaries) in &summaries {
        let each = norms.iter().zip(summaries);
        found.extend(
            each.filter(|(_, summary)| summary.count() > 0)
                .map(|(norm, summary)| {
                    trend(
                        Name::default(),
                        Some(*step as u64),
                        (*norm).to_owned(),
                        summary,
                    )
                }),
        );
    }
    Ok(found)
}

fn of_last_records(networks: &Networks, grouping: &Grouping) -> Result<Vec<Trend>, Error> {
    let mut found = Vec::new();
    for norm in networks.names().iter().filter(|name| is_norm(name)) {
        let Some(values) = networks.column(norm)? else {
            continue;
        };
        for (group, values) in grouping.split(&values).iter().enumerate() {
            let mut summary = Distribution::default();
            values.iter().for_each(|&value| summary.push(value));
            if !values.is_empty() {
                found.push(trend(grouping.name(group), None, norm.clone(), &summary));
            }
        }
    }
    Ok(found)
}

fn trend(name: Name, step: Option<u64>, norm: String, summary: &Distribution) -> Trend {
    let found = summary.quantiles(&SHARES);
    let mut quantiles = [None; 5];
    quantiles.copy_from_slice(&found);
    Trend {
        name,
        step,
        norm,
        count: summary.count(),
        mean: summary.mean(),
        quantiles,
        quantile_error: Some(summary.error()),
    }
}

impl Row for Trend {
    const NAME: &'static str = "trends";
    const COLUMNS: &'static [(&'static str, ColumnKind)] = &[
        ("step", ColumnKind::Integer),
        ("norm", ColumnKind::Text),
        ("count", ColumnKind::Integer),
        ("mean", ColumnKind::Number),
        ("q05", ColumnKind::Number),
        ("q25", ColumnKind::Number),
        ("q50", ColumnKind::Number),
        ("q75", ColumnKind::Number),
        ("q95", ColumnKind::Number),
        (QUANTILE_ERROR, ColumnKind::Number),
    ];

    fn name(&self) -> &Name {
        &self.name
    }

    fn cells(&self) -> Vec<Cell> {
        let head = [
            self.step.map_or(Cell::Null, whole),
            text(&self.norm),
            whole(self.count),
            maybe(self.mean),
        ];
        let quantiles = self.quantiles.map(maybe);
        let error = maybe(self.quantile_error);
        head.into_iter().chain(quantiles).chain([error]).collect()
    }
}
