//! Correlations of norms with scores.

use mlp_statistics::{Correlation, Decided, decided_by_few, pearson, pearson_coverage, spearman};

use super::{
    groups::{Grouping, Name},
    networks::Networks,
    rows::{Row, decided_cells, number, text, whole},
};
use crate::{
    error::Error,
    metrics::metric::Metric,
    results::columns::{Cell, ColumnKind},
};

/// The scores that norms are compared with: the first available of each.
const SCORES: [&[&str]; 2] = [&["test_accuracy", "test_r2"], &["test_loss"]];

/// The largest number of layers whose norms are used.
const MOST_LAYERS: usize = 8;

/// The correlations of a norm with a score.
#[derive(Clone, Debug, PartialEq)]
pub struct NormCorrelation {
    /// The group of networks.
    pub name: Name,
    /// The norm's column.
    pub norm: String,
    /// The score's column.
    pub score: &'static str,
    /// Pearson's correlation.
    pub pearson: Correlation,
    /// Where one or two networks decide it, what it is without them.
    pub decided: Option<Decided>,
    /// Spearman's rank correlation.
    pub spearman: Correlation,
}

pub(super) fn correlations(
    networks: &Networks,
    groupings: &[Grouping],
) -> Result<Vec<NormCorrelation>, Error> {
    let layer_of = |name: &&String| {
        let norm = Metric::find(name).filter(Metric::is_norm)?;
        Some(norm.layer())
    };
    let whole = |name: &&String| layer_of(name) == Some(None);
    let layers =
        |name: &&String| matches!(layer_of(name), Some(Some(layer)) if layer < MOST_LAYERS);
    let names = networks.names();
    let norms = names.iter().filter(whole);
    let norms: Vec<&String> = norms.chain(names.iter().filter(layers)).collect();
    let mut found = Vec::new();
    for candidates in SCORES {
        let mut score = None;
        for name in candidates {
            if score.is_none() {
                score = networks.column(name)?.map(|values| (*name, values));
            }
        }
        let Some((score, scores)) = score else {
            continue;
        };
        for norm in &norms {
            let Some(values) = networks.column(norm)? else {
                continue;
            };
            let mask = |a: &[f64], b: &[f64]| -> Vec<f64> {
                let both = a.iter().zip(b);
                both.map(|(a, b)| if b.is_nan() { f64::NAN } else { *a })
                    .collect()
            };
            let (x, y) = (mask(&values, &scores), mask(&scores, &values));
            for grouping in groupings {
                let (x, y) = (grouping.split(&x), grouping.split(&y));
                for (group, (x, y)) in x.iter().zip(&y).enumerate() {
                    if let (Some(pearson), Some(spearman)) = (pearson(x, y), spearman(x, y)) {
                        found.push(NormCorrelation {
                            name: grouping.name(group),
                            norm: (*norm).clone(),
                            score,
                            decided: decided_by_few(x, y, &pearson),
                            pearson,
                            spearman,
                        });
                    }
                }
            }
        }
    }
    Ok(found)
}

impl NormCorrelation {
    /// Whether the ranks of the networks say something else than their numbers.
    pub fn disagrees(&self) -> bool {
        self.pearson.disagrees(&self.spearman)
    }
}

impl Row for NormCorrelation {
    const NAME: &'static str = "correlations";
    const COLUMNS: &'static [(&'static str, ColumnKind)] = &[
        ("norm", ColumnKind::Text),
        ("score", ColumnKind::Text),
        ("count", ColumnKind::Integer),
        ("pearson", ColumnKind::Number),
        ("pearson_low", ColumnKind::Number),
        ("pearson_high", ColumnKind::Number),
        ("pearson_p", ColumnKind::Number),
        ("pearson_coverage_if_skewed", ColumnKind::Number),
        ("pearson_decided_by", ColumnKind::Integer),
        ("pearson_without", ColumnKind::Number),
        ("spearman", ColumnKind::Number),
        ("spearman_low", ColumnKind::Number),
        ("spearman_high", ColumnKind::Number),
        ("spearman_p", ColumnKind::Number),
    ];

    fn name(&self) -> &Name {
        &self.name
    }

    fn cells(&self) -> Vec<Cell> {
        let of = |c: &Correlation| [c.value, c.interval.0, c.interval.1, c.p_value].map(number);
        let head = [
            text(&self.norm),
            text(self.score),
            whole(self.pearson.count),
        ];
        let skewed = [number(pearson_coverage(self.pearson.count))];
        let numbers = of(&self.pearson).into_iter().chain(skewed);
        let numbers = numbers.chain(decided_cells(self.decided));
        let numbers = numbers.chain(of(&self.spearman));
        head.into_iter().chain(numbers).collect()
    }
}
