//! Statistics over the networks of a population, gathered while its tables are written, so that a million
//! networks need no more memory than a few.
//!
//! Every metric has a [`Distribution`] for each recorded step, for the last record of each network, for each
//! outcome, over the whole population and over each listed value of a swept key. None depends on the order
//! of the networks, nor on how they were divided into parts that are merged.

use std::collections::BTreeMap;

use mlp_statistics::Distribution;

use super::{
    columns::{Cell, Column, ColumnKind},
    sinks::TableSink,
};
use crate::{
    error::Error,
    resolve::resolved::{Axis, ResolvedExperiment},
    run::{network_rows::NetworkRows, number_columns::NumberColumns, outcome::Status},
};

/// Maximum number of distributions; where there would be more, fewer steps have them.
const MOST_SUMMARIES: usize = 1 << 12;
/// Keys with more listed values than this have no statistics of their own.
const MOST_VALUES: usize = 64;

/// Mutually exclusive ways in which a network can end: diverged, exploded, or by whether it converged and
/// whether it is solved.
const ENDS: usize = 6;
const DIVERGED: usize = 0;
const EXPLODED: usize = 5;

/// The outcomes of the statistics, each with the ends that it includes. Exploded networks are
/// in none of the others.
const OUTCOMES: [(&str, &[usize]); 5] = [
    ("finite", &[1, 2, 3, 4]),
    ("converged", &[2, 4]),
    ("solved", &[3, 4]),
    ("exploded", &[EXPLODED]),
    ("diverged", &[DIVERGED]),
];

/// Quantiles in the table, with their columns.
const QUANTILES: [(&str, f64); 11] = [
    ("min", 0.0),
    ("q01", 0.01),
    ("q05", 0.05),
    ("q10", 0.1),
    ("q25", 0.25),
    ("q50", 0.5),
    ("q75", 0.75),
    ("q90", 0.9),
    ("q95", 0.95),
    ("q99", 0.99),
    ("max", 1.0),
];

/// The distributions of one metric at one step, by the end of the network.
type ByEnd = [Option<Box<Distribution>>; ENDS];

/// The column with the relative error of the numbers that a quantile is interpolated between: 0 where
/// quantiles are exact.
pub const QUANTILE_ERROR: &str = "quantile_error";

/// Networks with common statistics: all, or those with one value of a swept key.
#[derive(Debug)]
struct Group {
    key: Cell,
    value: Cell,
    /// Networks by their ends.
    networks: [u64; ENDS],
    /// By recorded step, `None` for the last record of each network; `[metric]`.
    summaries: BTreeMap<Option<u64>, Vec<ByEnd>>,
}

impl Group {
    fn new(key: Cell, value: Cell) -> Self {
        Self {
            key,
            value,
            networks: [0; ENDS],
            summaries: BTreeMap::new(),
        }
    }

    fn merge(&mut self, other: &Self) {
        for (own, theirs) in self.networks.iter_mut().zip(other.networks) {
            *own += theirs;
        }
        for (step, theirs) in &other.summaries {
            let own = self.summaries.entry(*step);
            let own = own.or_insert_with(|| theirs.iter().map(|_| ByEnd::default()).collect());
            for (own, theirs) in own.iter_mut().flatten().zip(theirs.iter().flatten()) {
                if let Some(theirs) = theirs {
                    own.get_or_insert_default().merge(theirs);
                }
            }
        }
    }

    fn push(&mut self, step: Option<u64>, end: usize, metrics: &NumberColumns, record: usize) {
        let summaries = self.summaries.entry(step);
        let summaries =
            summaries.or_insert_with(|| metrics.iter().map(|_| ByEnd::default()).collect());
        for (value, by_end) in metrics.row(record).zip(summaries) {
            if let Some(value) = value {
                by_end[end].get_or_insert_default().push(value);
            }
        }
    }
}

/// The statistics of a population, to which networks are added in any order.
#[derive(Debug)]
pub struct Statistics {
    columns: Vec<String>,
    train_loss: Option<usize>,
    target: f64,
    /// The recorded steps that have statistics, ascending.
    steps: Vec<u64>,
    /// For each axis, the index of its first group; the first group of all is the whole population.
    axes: Vec<Option<usize>>,
    groups: Vec<Group>,
}

impl Statistics {
    /// Statistics of these metrics without networks.
    ///
    /// # Errors
    /// Recipes that cannot be resolved.
    pub fn new(experiment: &ResolvedExperiment, columns: &[String]) -> Result<Self, Error> {
        let mut groups = vec![Group::new(Cell::Null, Cell::Null)];
        let mut axes = Vec::new();
        for axis in experiment.axes() {
            let listed = (2..=MOST_VALUES).contains(&axis.values.len());
            axes.push(listed.then_some(groups.len()));
            if listed {
                groups.extend(groups_of(axis));
            }
        }
        let mut steps = Vec::new();
        for cell in experiment.representative_cells() {
            let recipe = experiment.recipe(cell * experiment.seeds_per_cell())?;
            steps.extend_from_slice(&recipe.record);
            steps.sort_unstable();
            steps.dedup();
        }
        // Two or three ends are usual.
        let most = MOST_SUMMARIES / (3 * columns.len() * groups.len()).max(1);
        Ok(Self {
            columns: columns.to_vec(),
            train_loss: columns.iter().position(|name| name == "train_loss"),
            target: experiment
                .experiment()
                .training
                .target_loss
                .unwrap_or_default(),
            steps: spread(&steps, most.max(2)),
            axes,
            groups,
        })
    }

    /// Summaries of each metric, and how many of so many networks the average one holds.
    pub fn extent(&self, networks: u64) -> (f64, f64) {
        let groups = self.groups.len() as f64;
        // The first group has all networks, those of an axis share them.
        let shares = 1 + self.axes.iter().flatten().count();
        let summaries = groups * (self.steps.len() + 1) as f64;
        (summaries, networks as f64 * shares as f64 / groups)
    }

    /// Adds a network whose cell has these indices on the axes.
    pub fn push(&mut self, rows: &NetworkRows, places: &[Option<usize>]) {
        let last = rows.last_record();
        let loss = last.and_then(|record| rows.metrics.column(self.train_loss?).get(record));
        let solved = loss.is_some_and(|loss| loss < self.target);
        let end = match rows.status {
            Status::Diverged => DIVERGED,
            _ if rows.exploded => EXPLODED,
            _ => 1 + usize::from(rows.converged) + 2 * usize::from(solved),
        };
        let own = self.axes.iter().zip(places);
        let own = own.filter_map(|(first, place)| Some((*first)? + (*place)?));
        for group in std::iter::once(0).chain(own) {
            let group = &mut self.groups[group];
            group.networks[end] += 1;
            if let Some(record) = last {
                group.push(None, end, &rows.metrics, record);
            }
            for (record, step) in rows.steps.iter().enumerate() {
                if self.steps.binary_search(step).is_ok() {
                    group.push(Some(*step), end, &rows.metrics, record);
                }
            }
        }
    }

    /// Adds the networks of another part of the same population: the statistics of parts merge to those of
    /// the whole, bit for bit, whichever network was in which part.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the other has other metrics, steps or groups, and so belongs to another
    /// experiment.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        let groups = self.groups.iter().zip(&other.groups);
        let alike = self.columns == other.columns
            && self.steps == other.steps
            && self.axes == other.axes
            && self.target == other.target
            && self.groups.len() == other.groups.len()
            && groups
                .clone()
                .all(|(a, b)| a.key == b.key && a.value == b.value);
        if !alike {
            return Err(Error::Conflict(
                "statistics of different experiments cannot be merged".to_owned(),
            ));
        }
        for (own, theirs) in self.groups.iter_mut().zip(&other.groups) {
            own.merge(theirs);
        }
        Ok(())
    }

    /// The columns of the table.
    pub fn table_columns() -> Vec<Column> {
        let mut columns: Vec<Column> = ["key", "value"]
            .map(|name| Column::new(name, ColumnKind::Text))
            .to_vec();
        columns.push(Column::new("step", ColumnKind::Integer));
        columns.extend(["outcome", "metric"].map(|name| Column::new(name, ColumnKind::Text)));
        columns.push(Column::new("count", ColumnKind::Integer));
        let numbers = ["mean", "std", "skewness", "kurtosis"];
        let quantiles = QUANTILES.map(|(name, _)| name).into_iter();
        let numbers = numbers.into_iter().chain(quantiles.chain([QUANTILE_ERROR]));
        columns.extend(numbers.map(|name| Column::new(name, ColumnKind::Number)));
        columns
    }

    /// Writes the rows of the table.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn write(&self, table: &mut impl TableSink) -> Result<(), Error> {
        for group in &self.groups {
            for (outcome, ends) in OUTCOMES {
                let networks = ends.iter().map(|&end| group.networks[end]).sum();
                let head = self.head(group, None, outcome, "networks", networks);
                let rest = std::iter::repeat_n(Cell::Null, 5 + QUANTILES.len());
                table.push(head.into_iter().chain(rest))?;
            }
            for (step, metrics) in &group.summaries {
                for (outcome, ends) in OUTCOMES {
                    for (metric, by_end) in self.columns.iter().zip(metrics) {
                        let parts = ends.iter().filter_map(|&end| by_end[end].as_deref());
                        let mut all = Distribution::default();
                        parts.for_each(|part| all.merge(part));
                        let moments = all.moments();
                        if moments.count() == 0 {
                            continue;
                        }
                        let head = self.head(group, *step, outcome, metric, moments.count());
                        let numbers = [
                            moments.mean(),
                            moments.standard_deviation(),
                            moments.skewness(),
                            moments.excess_kurtosis(),
                        ];
                        let quantiles = all.quantiles(&QUANTILES.map(|(_, share)| share));
                        let numbers = numbers.into_iter().chain(quantiles);
                        let numbers = numbers.chain([Some(all.error())]).map(Cell::from);
                        table.push(head.into_iter().chain(numbers))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The first cells of a row.
    fn head(
        &self,
        group: &Group,
        step: Option<u64>,
        outcome: &str,
        metric: &str,
        count: u64,
    ) -> [Cell; 6] {
        let whole = |number: u64| i64::try_from(number).map_or(Cell::Null, Cell::Integer);
        [
            group.key.clone(),
            group.value.clone(),
            step.map_or(Cell::Null, whole),
            Cell::Text(outcome.to_owned()),
            Cell::Text(metric.to_owned()),
            whole(count),
        ]
    }
}

/// One group per value of an axis.
fn groups_of(axis: &Axis) -> impl Iterator<Item = Group> {
    let key = Cell::Text(axis.key.column());
    let labels = axis.labels().into_iter();
    labels.map(move |label| Group::new(key.clone(), Cell::Text(label)))
}

/// At most `most` of ascending steps, including the first and the last, the others evenly spaced.
fn spread(steps: &[u64], most: usize) -> Vec<u64> {
    if steps.len() <= most {
        return steps.to_vec();
    }
    let last = steps.len() - 1;
    (0..most).map(|i| steps[i * last / (most - 1)]).collect()
}

#[cfg(test)]
mod tests {
    use mlp_core::seed::{Purpose, Stream};

    use super::*;
    use crate::{
        results::{columns::Values, in_memory::MemoryTable},
        settings::{experiment::Experiment, kind::Kind, layers::SettingsLayer},
    };

    /// A network whose numbers are spread over many powers of two.
    fn network(network: u64, columns: usize, stream: &mut Stream) -> NetworkRows {
        let status = match stream.below(20) {
            0 => Status::Diverged,
            _ => Status::Completed,
        };
        let mut record = |_| match stream.below(30) {
            0 => None,
            _ => Some(mlp_core::math::exp(4.0 * stream.normal())),
        };
        let metrics = (0..columns).map(|_| (0..2).map(&mut record).collect::<Vec<_>>());
        let metrics: Vec<Vec<Option<f64>>> = metrics.collect();
        NetworkRows {
            network,
            seed: network,
            status,
            last_step: 1,
            stopped_by: None,
            best_step: None,
            exploded: status != Status::Diverged && stream.below(10) == 0,
            converged: stream.below(3) > 0,
            shade: None,
            followed: None,
            steps: vec![0, 1],
            metrics: NumberColumns::new(2, metrics.iter().map(|column| column.iter().copied())),
            weights: Vec::new(),
            fates: Vec::new(),
            answers: None,
        }
    }

    #[test]
    fn statistics_of_parts_merge_to_the_bits_of_the_whole() {
        let mut settings = SettingsLayer::new();
        for setting in ["data=xor", "nets=9000", "steps=1", "sweep.hidden=2,3"] {
            settings.set(setting).unwrap();
        }
        let mut author = Experiment::new(Kind::Population);
        settings.apply(&mut author).unwrap();
        let experiment = ResolvedExperiment::new(&author, None).unwrap();
        let columns = ["train_loss", "weight_norm"].map(str::to_owned);
        let new = || Statistics::new(&experiment, &columns).unwrap();
        let push = |to: &mut Statistics, rows: &NetworkRows| {
            to.push(rows, &[Some((rows.network / 9000) as usize)]);
        };
        let mut stream = Stream::new(5, Purpose::Sampling);
        let networks: Vec<NetworkRows> = (0..18_000)
            .map(|index| network(index, columns.len(), &mut stream))
            .collect();
        // Of numbers, every bit.
        let bits = |statistics: &Statistics| {
            let mut table = MemoryTable::new(Statistics::table_columns());
            statistics.write(&mut table).unwrap();
            let table = table.finish();
            let column = |(_, values): (&str, &Values)| match values {
                Values::Number(numbers) => {
                    let bits = numbers.iter().map(|number| number.map(f64::to_bits));
                    format!("{:?}", Vec::from_iter(bits))
                }
                others => format!("{others:?}"),
            };
            table.columns().map(column).collect::<Vec<_>>()
        };
        let mut whole = new();
        networks.iter().for_each(|rows| push(&mut whole, rows));
        let whole = bits(&whole);
        // Arbitrary subsets, contiguous ranges, and the other way round.
        for cut in 0..3 {
            let mut parts: Vec<Statistics> = (0..7).map(|_| new()).collect();
            for (index, rows) in networks.iter().enumerate() {
                let part = match cut {
                    0 => stream.below(7) as usize,
                    1 => index * 7 / networks.len(),
                    _ => 6 - index % 7,
                };
                push(&mut parts[part], rows);
            }
            let mut merged = new();
            parts.iter().for_each(|part| merged.merge(part).unwrap());
            assert!(bits(&merged) == whole, "cut {cut}");
        }
        let other = Statistics::new(&experiment, &columns[..1]).unwrap();
        assert!(matches!(new().merge(&other), Err(Error::Conflict(_))));
    }

    #[test]
    fn some_of_many_steps_are_kept() {
        let steps: Vec<u64> = (0..1000).collect();
        assert_eq!(spread(&steps, 4), [0, 333, 666, 999]);
        assert_eq!(spread(&steps[..3], 4), [0, 1, 2]);
    }
}
