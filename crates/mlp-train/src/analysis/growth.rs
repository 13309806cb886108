//! Growth of norms during training, and its law.

use mlp_core::math;
use mlp_statistics::{Distribution, Pairs, Proportion};

use super::{
    groups::{Grouping, Name},
    networks::Networks,
    pool::LEAST_POINTS,
    rows::{Row, maybe, number, text, whole},
};
use crate::{
    error::Error,
    results::{
        columns::{Cell, ColumnKind},
        statistics::QUANTILE_ERROR,
    },
};

const NORMS: [&str; 2] = ["weight_norm", "bias_norm"];

/// The norms of a group at the first and the last records of its networks that neither diverged nor exploded.
#[derive(Clone, Debug, PartialEq)]
pub struct Growth {
    /// The group of networks.
    pub name: Name,
    /// The norm's column.
    pub norm: &'static str,
    /// The median over first records.
    pub start: f64,
    /// The median over last records.
    pub end: f64,
    /// Networks whose norm is larger at the end, out of all.
    pub grew: Proportion,
    /// Medians over networks of the slope of the norm against ln(step), from a tenth of the steps on, and
    /// of the R^2 of that line.
    pub law: Option<(f64, f64)>,
    /// The relative error of the numbers that the medians are computed from: 0 up to
    /// [`EXACT`](mlp_statistics::EXACT) networks.
    pub quantile_error: f64,
}

/// The trajectory of a norm by network, NaN where it does not count.
struct Courses {
    first: Vec<f64>,
    last: Vec<f64>,
    slope: Vec<f64>,
    r_squared: Vec<f64>,
}

pub(super) fn growth(networks: &Networks, groupings: &[Grouping]) -> Result<Vec<Growth>, Error> {
    let mut found = Vec::new();
    for norm in NORMS {
        let courses = Courses::read(networks, norm)?;
        for grouping in groupings {
            let split = |values: &[f64]| grouping.split(values).into_iter();
            let ends = split(&courses.first).zip(split(&courses.last));
            let laws = split(&courses.slope).zip(split(&courses.r_squared));
            for (group, ((first, last), (slopes, fits))) in ends.zip(laws).enumerate() {
                let mut grew = Proportion::default();
                first.iter().zip(&last).for_each(|(a, b)| grew.push(b > a));
                let mut quantile_error = 0.0;
                // As the statistics take it, so that a median is one number wherever it is told.
                let mut median = |values: Vec<f64>| {
                    let all: Distribution = values.into_iter().collect();
                    let error = all.error();
                    if error > quantile_error {
                        quantile_error = error;
                    }
                    all.median()
                };
                let ends = median(first).zip(median(last));
                let law = median(slopes).zip(median(fits));
                if let Some((start, end)) = ends {
                    found.push(Growth {
                        name: grouping.name(group),
                        norm,
                        start,
                        end,
                        grew,
                        law,
                        quantile_error,
                    });
                }
            }
        }
    }
    Ok(found)
}

impl Courses {
    fn read(networks: &Networks, norm: &str) -> Result<Self, Error> {
        let none = || vec![f64::NAN; networks.len()];
        let mut courses = Self {
            first: none(),
            last: none(),
            slope: none(),
            r_squared: none(),
        };
        // A network's records come one after another.
        let mut current: Option<(usize, Vec<(u64, f64)>)> = None;
        let series = networks.tables.series_source()?;
        series.scan(Some(&["net", "step", norm]), &mut |part| {
            let nets = part.integers("net").unwrap_or_default();
            let steps = part.integers("step").unwrap_or_default();
            let values = part.numbers(norm).unwrap_or_default();
            for ((net, step), value) in nets.into_iter().zip(steps).zip(values) {
                let net = net as usize;
                if !networks.counts(net) || !value.is_finite() {
                    continue;
                }
                if let Some((last, records)) = &mut current
                    && *last == net
                {
                    records.push((step as u64, value));
                } else {
                    let next = Some((net, vec![(step as u64, value)]));
                    courses.close(std::mem::replace(&mut current, next));
                }
            }
            Ok(())
        })?;
        courses.close(current);
        Ok(courses)
    }

    fn close(&mut self, network: Option<(usize, Vec<(u64, f64)>)>) {
        let Some((net, records)) = network else {
            return;
        };
        if let (Some(first), Some(last)) = (records.first(), records.last()) {
            self.first[net] = first.1;
            self.last[net] = last.1;
        }
        if let Some((slope, r_squared)) = law(&records) {
            self.slope[net] = slope;
            self.r_squared[net] = r_squared;
        }
    }
}

/// Slope and R^2 of a norm against ln(step) over the records from a tenth of the last step on.
fn law(records: &[(u64, f64)]) -> Option<(f64, f64)> {
    let last = records.last()?.0;
    let mut pairs = Pairs::default();
    for &(step, norm) in records {
        if step > 0 && step >= last / 10 {
            pairs.push(math::ln(step as f64), norm);
        }
    }
    let line = pairs.line().filter(|line| line.count >= LEAST_POINTS)?;
    Some((line.slope, line.r_squared?))
}

impl Row for Growth {
    const NAME: &'static str = "growth";
    const COLUMNS: &'static [(&'static str, ColumnKind)] = &[
        ("norm", ColumnKind::Text),
        ("networks", ColumnKind::Integer),
        ("start", ColumnKind::Number),
        ("end", ColumnKind::Number),
        ("grew", ColumnKind::Number),
        ("grew_low", ColumnKind::Number),
        ("grew_high", ColumnKind::Number),
        ("per_ln_step", ColumnKind::Number),
        ("r_squared", ColumnKind::Number),
        (QUANTILE_ERROR, ColumnKind::Number),
    ];

    fn name(&self) -> &Name {
        &self.name
    }

    fn cells(&self) -> Vec<Cell> {
        let interval = self.grew.interval();
        vec![
            text(self.norm),
            whole(self.grew.trials),
            maybe(Some(self.start)),
            maybe(Some(self.end)),
            maybe(self.grew.share()),
            maybe(interval.map(|(low, _)| low)),
            maybe(interval.map(|(_, high)| high)),
            maybe(self.law.map(|(slope, _)| slope)),
            maybe(self.law.map(|(_, r_squared)| r_squared)),
            number(self.quantile_error),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_late_course_decides_the_law() {
        // Flat at first, then 2 + 3 ln(step).
        let late = |step: u64| (step, 2.0 + 3.0 * (step as f64).ln());
        let records = [
            (0, 9.0),
            (1, 9.0),
            (10, 9.0),
            late(100),
            late(300),
            late(1000),
        ];
        let (slope, r_squared) = law(&records).unwrap();
        assert!((slope - 3.0).abs() < 1e-12 && r_squared > 1.0 - 1e-12);
        assert_eq!(law(&records[..3]), None);
    }
}
