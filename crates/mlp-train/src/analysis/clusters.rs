//! Clusters of solutions: networks with the same activation pattern over the training part.

use mlp_statistics::{Moments, Proportion};

use super::{
    groups::{Grouping, Name},
    networks::{CLASS, End, NONE, Networks},
    rows::{Row, maybe, text, whole},
};
use crate::{
    error::Error,
    results::columns::{Cell, ColumnKind},
};

/// The metrics summarised for each class.
const METRICS: [&str; 4] = ["weight_norm", "bias_norm", "train_loss", "test_accuracy"];

/// Classes of a group that are listed one by one, the most frequent first; the others are
/// summarised together.
const MOST_CLASSES: usize = 1000;

/// The networks of one class in a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// The group of networks.
    pub name: Name,
    /// The class as the networks' table names it, or `others`.
    pub class: String,
    /// Its networks, out of those of the group that have a class.
    pub share: Proportion,
    /// The number of solved networks.
    pub solved: u64,
    /// Mean and standard deviation of each of `weight_norm`, `bias_norm`, `train_loss`, `test_accuracy`.
    pub metrics: [(Option<f64>, Option<f64>); METRICS.len()],
}

/// How many classes the networks of a group form, and how much of their norms the class explains.
#[derive(Clone, Debug, PartialEq)]
pub struct Clustering {
    /// The group of networks.
    pub name: Name,
    /// Networks with a class.
    pub networks: u64,
    /// Classes.
    pub classes: u64,
    /// Classes with a single network.
    pub alone: u64,
    /// The number of equally frequent classes with the same entropy.
    pub effective: f64,
    /// For each of `weight_norm` and `bias_norm`, the fraction of the variance between classes,
    /// corrected for their number (epsilon squared, Kelley 1935): 0 where classes explain nothing, 1 where
    /// they explain everything.
    pub explained: [Option<f64>; 2],
}

/// Classes by group and their summary.
pub(super) struct Classes {
    pub(super) clusters: Vec<Cluster>,
    pub(super) clustering: Vec<Clustering>,
}

/// The classes; `None` where they were not recorded.
pub(super) fn clusters(
    networks: &Networks,
    groupings: &[Grouping],
) -> Result<Option<Classes>, Error> {
    let Some(classes) = networks.classes()? else {
        return Ok(None);
    };
    let mut columns = Vec::new();
    for metric in METRICS {
        columns.push(networks.column(metric)?);
    }
    let (mut found, mut summaries) = (Vec::new(), Vec::new());
    for grouping in groupings {
        // The networks of each group with their classes.
        let mut members: Vec<Vec<(u32, u32)>> = vec![Vec::new(); grouping.labels.len()];
        for (net, class) in classes.of.iter().enumerate() {
            if let Some(group) = grouping.group(net).filter(|_| *class != NONE) {
                members[group].push((*class, net as u32));
            }
        }
        for (group, mut members) in members.into_iter().enumerate() {
            if members.is_empty() {
                continue;
            }
            members.sort_unstable();
            let name = grouping.name(group);
            let trials = members.len() as u64;
            let mut runs: Vec<&[(u32, u32)]> = members.chunk_by(|a, b| a.0 == b.0).collect();
            runs.sort_by_key(|run| std::cmp::Reverse(run.len()));
            let shares = runs.iter().map(|run| run.len() as f64 / trials as f64);
            let entropy: f64 = shares.map(|share| -share * share.ln()).sum();
            summaries.push(Clustering {
                name: name.clone(),
                networks: trials,
                classes: runs.len() as u64,
                alone: runs.iter().filter(|run| run.len() == 1).count() as u64,
                effective: entropy.exp(),
                explained: [0, 1].map(|metric| {
                    let values = columns[metric].as_ref()?;
                    explained(runs.iter().map(|run| moments(run, values)))
                }),
            });
            let (told, others) = runs.split_at(runs.len().min(MOST_CLASSES));
            let others: Vec<(u32, u32)> = others.concat();
            let told = told.iter().map(|run| (classes.name(run[0].0), *run));
            let rest = (!others.is_empty()).then(|| ("others".to_owned(), &others[..]));
            for (class, run) in told.chain(rest) {
                let solved = run
                    .iter()
                    .filter(|(_, net)| networks.ends[*net as usize] == End::Solved);
                found.push(Cluster {
                    name: name.clone(),
                    class,
                    share: Proportion {
                        successes: run.len() as u64,
                        trials,
                    },
                    solved: solved.count() as u64,
                    metrics: std::array::from_fn(|metric| {
                        let values = columns[metric].as_ref();
                        let of = values.map(|values| moments(run, values));
                        let of = of.unwrap_or_default();
                        (of.mean(), of.standard_deviation())
                    }),
                });
            }
        }
    }
    Ok(Some(Classes {
        clusters: found,
        clustering: summaries,
    }))
}

/// The moments of a metric over networks.
fn moments(networks: &[(u32, u32)], values: &[f64]) -> Moments {
    let mut moments = Moments::default();
    let values = networks.iter().map(|(_, net)| values[*net as usize]);
    values
        .filter(|value| !value.is_nan())
        .for_each(|value| moments.push(value));
    moments
}

/// Epsilon squared: 1 - MS_within / MS_total. `None` where nothing varies or every class has one network.
fn explained(classes: impl Iterator<Item = Moments>) -> Option<f64> {
    let (mut all, mut within, mut count) = (Moments::default(), 0.0, 0);
    for class in classes.filter(|class| class.count() > 0) {
        all.merge(&class);
        within += class.squares();
        count += 1;
    }
    let freedom = all.count().checked_sub(count).filter(|left| *left > 0)?;
    let total = all.squares() / (all.count() - 1) as f64;
    (total > 0.0).then(|| (1.0 - within / freedom as f64 / total).max(0.0))
}

/// How to record classes where they are missing.
pub fn how_to_have_classes() -> String {
    format!(
        "classes of solutions were not recorded; --diagnostics patterns records them (column {CLASS})"
    )
}

impl Row for Cluster {
    const NAME: &'static str = "clusters";
    const COLUMNS: &'static [(&'static str, ColumnKind)] = &[
        ("class", ColumnKind::Text),
        ("networks", ColumnKind::Integer),
        ("share", ColumnKind::Number),
        ("low", ColumnKind::Number),
        ("high", ColumnKind::Number),
        ("solved", ColumnKind::Integer),
        ("weight_norm", ColumnKind::Number),
        ("weight_norm_std", ColumnKind::Number),
        ("bias_norm", ColumnKind::Number),
        ("bias_norm_std", ColumnKind::Number),
        ("train_loss", ColumnKind::Number),
        ("train_loss_std", ColumnKind::Number),
        ("test_accuracy", ColumnKind::Number),
        ("test_accuracy_std", ColumnKind::Number),
    ];

    fn name(&self) -> &Name {
        &self.name
    }

    fn cells(&self) -> Vec<Cell> {
        let interval = self.share.interval();
        let head = [
            text(&self.class),
            whole(self.share.successes),
            maybe(self.share.share()),
            maybe(interval.map(|(low, _)| low)),
            maybe(interval.map(|(_, high)| high)),
            whole(self.solved),
        ];
        let metrics = self.metrics.iter();
        let metrics = metrics.flat_map(|(mean, deviation)| [maybe(*mean), maybe(*deviation)]);
        head.into_iter().chain(metrics).collect()
    }
}

impl Row for Clustering {
    const NAME: &'static str = "clustering";
    const COLUMNS: &'static [(&'static str, ColumnKind)] = &[
        ("networks", ColumnKind::Integer),
        ("classes", ColumnKind::Integer),
        ("alone", ColumnKind::Integer),
        ("effective", ColumnKind::Number),
        ("weight_norm_explained", ColumnKind::Number),
        ("bias_norm_explained", ColumnKind::Number),
    ];

    fn name(&self) -> &Name {
        &self.name
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            whole(self.networks),
            whole(self.classes),
            whole(self.alone),
            maybe(Some(self.effective)),
            maybe(self.explained[0]),
            maybe(self.explained[1]),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(numbers: &[f64]) -> Moments {
        let mut moments = Moments::default();
        numbers.iter().for_each(|&x| moments.push(x));
        moments
    }

    #[test]
    fn classes_explain_what_they_tell_apart() {
        let apart = [of(&[1.0, 1.0, 1.0]), of(&[5.0, 5.0])];
        assert_eq!(explained(apart.into_iter()), Some(1.0));
        // By hand: the sum of squares within classes is 0.5, that of all 2.75.
        let some = [of(&[1.0, 2.0]), of(&[3.0, 3.0])];
        let expected = 1.0 - (0.5 / 2.0) / (2.75 / 3.0);
        assert!((explained(some.into_iter()).unwrap() - expected).abs() < 1e-12);
        assert_eq!(
            explained([(); 2].map(|()| of(&[1.0, 3.0])).into_iter()),
            Some(0.0)
        );
        assert_eq!(explained([of(&[1.0]), of(&[2.0])].into_iter()), None);
    }
}
