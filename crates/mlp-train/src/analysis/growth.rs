//! Whether norms grow while networks train, and by which law.

use mlp_core::math;

use super::{
    groups::{Grouping, Name},
    line::{Line, Pairs},
    networks::Networks,
    proportion::Proportion,
    ranks::median,
    rows::{Row, maybe, text, whole},
    trends::Trend,
};
use crate::{
    error::Error,
    table::{Cell, ColumnKind},
};

const NORMS: [&str; 2] = ["weight_norm", "bias_norm"];

/// The fewest steps that a law over steps is fitted to.
const LEAST_STEPS: u64 = 3;

/// The norms of a group at the first and the last records of its networks that did not diverge.
#[derive(Clone, Debug, PartialEq)]
pub struct Growth {
    /// Which networks.
    pub name: Name,
    /// The norm's column.
    pub norm: &'static str,
    /// The median over first records.
    pub start: f64,
    /// The median over last records.
    pub end: f64,
    /// Networks whose norm is larger at the end, of all.
    pub grew: Proportion,
    /// The mean norm against ln(step) over the last nine tenths of the steps.
    pub law: Option<Line>,
}

pub(super) fn growth(
    networks: &Networks,
    groupings: &[Grouping],
    trends: &[Trend],
) -> Result<Vec<Growth>, Error> {
    let mut found = Vec::new();
    for norm in NORMS {
        let (first, last) = ends(networks, norm)?;
        let both = |a: &[f64], b: &[f64]| -> Vec<f64> {
            let pairs = a.iter().zip(b);
            pairs
                .map(|(a, b)| if b.is_nan() { f64::NAN } else { *a })
                .collect()
        };
        let (first, last) = (both(&first, &last), both(&last, &first));
        for grouping in groupings {
            let (first, last) = (grouping.split(&first), grouping.split(&last));
            for (group, (first, last)) in first.into_iter().zip(last).enumerate() {
                let mut grew = Proportion::default();
                first.iter().zip(&last).for_each(|(a, b)| grew.push(b > a));
                if let (Some(start), Some(end)) = (median(first), median(last)) {
                    let name = grouping.name(group);
                    found.push(Growth {
                        law: law(trends, &name, norm),
                        name,
                        norm,
                        start,
                        end,
                        grew,
                    });
                }
            }
        }
    }
    Ok(found)
}

/// A norm of every network at its first and last record, NaN where it does not count.
fn ends(networks: &Networks, norm: &str) -> Result<(Vec<f64>, Vec<f64>), Error> {
    let mut first = vec![f64::NAN; networks.len()];
    let mut last = first.clone();
    let series = networks.directory.series_columns()?;
    series.scan(Some(&["net", norm]), &mut |part| {
        let nets = part.integers("net").unwrap_or_default();
        let values = part.numbers(norm).unwrap_or_default();
        for (net, value) in nets.into_iter().zip(values) {
            let net = net as usize;
            if networks.counts(net) && value.is_finite() {
                if first[net].is_nan() {
                    first[net] = value;
                }
                last[net] = value;
            }
        }
        Ok(())
    })?;
    Ok((first, last))
}

fn law(trends: &[Trend], name: &Name, norm: &str) -> Option<Line> {
    let own = trends.iter().filter(|t| t.name == *name && t.norm == norm);
    let points: Vec<(u64, f64)> = own.filter_map(|t| Some((t.step?, t.mean?))).collect();
    let last = points.iter().map(|(step, _)| *step).max()?;
    let mut pairs = Pairs::default();
    for (step, mean) in points {
        if step > 0 && step >= last / 10 {
            pairs.push(math::ln(step as f64), mean);
        }
    }
    pairs.line().filter(|line| line.count >= LEAST_STEPS)
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
            maybe(self.law.map(|law| law.slope)),
            maybe(self.law.and_then(|law| law.r_squared)),
        ]
    }
}
