//! The networks of a run as the analysis reads them: a few columns at a time, one number per network.

use std::collections::{HashMap, HashSet};

use super::filter::{Unselected, networks_that_meet};
use super::quantity::Quantity;
use crate::{
    error::Error,
    metrics::exploded::EXPLODED,
    resolve::resolved::ResolvedExperiment,
    results::table_source::{RunTables, TableSource},
};

/// The column with the class of a solution: the hash of its activation pattern.
pub const CLASS: &str = "pattern";

/// Marks networks without a class or group.
pub(super) const NONE: u32 = u32::MAX;

/// How a network ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Diverged,
    Exploded,
    Solved,
    Unsolved,
}

/// What is known about every network without reading its metrics.
pub(super) struct Networks<'a> {
    pub(super) tables: &'a dyn RunTables,
    pub(super) experiment: &'a ResolvedExperiment,
    pub(super) table: Box<dyn TableSource + 'a>,
    /// By network.
    pub(super) ends: Vec<End>,
    /// By network, whether it is selected.
    kept: Vec<bool>,
    pub(super) filtered: bool,
}

/// Classes of solutions, the most frequent first.
pub(super) struct ClassIds {
    /// The class of each network, [`NONE`] where it has none.
    pub(super) of: Vec<u32>,
    /// The number that each class has in the table, as bits.
    numbers: Vec<u64>,
}

impl ClassIds {
    /// How many classes there are.
    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// The name of a class in the table.
    pub(super) fn name(&self, class: u32) -> String {
        f64::from_bits(self.numbers[class as usize]).to_string()
    }
}

impl<'a> Networks<'a> {
    pub(super) fn open(
        tables: &'a dyn RunTables,
        experiment: &'a ResolvedExperiment,
        condition: Option<&str>,
    ) -> Result<Self, Error> {
        let table = tables.nets_source()?;
        let target = experiment
            .experiment()
            .training
            .target_loss
            .unwrap_or_default();
        let mut ends = Vec::new();
        let mut columns = vec!["status", "train_loss"];
        // Runs of earlier versions do not have it.
        columns.extend(
            table
                .names()
                .iter()
                .map(String::as_str)
                .filter(|name| *name == EXPLODED),
        );
        table.scan(Some(&columns), &mut |part| {
            let statuses = part.texts("status").unwrap_or_default();
            let losses = part.numbers("train_loss").unwrap_or_default();
            let exploded = part.texts(EXPLODED).unwrap_or_default();
            let exploded = |row: usize| exploded.get(row).is_some_and(|flag| flag == "true");
            let each = statuses.iter().zip(losses).enumerate();
            ends.extend(each.map(|(row, (status, loss))| match status.as_str() {
                "diverged" => End::Diverged,
                _ if exploded(row) => End::Exploded,
                _ if loss < target => End::Solved,
                _ => End::Unsolved,
            }));
            Ok(())
        })?;
        let mut kept = vec![condition.is_none(); ends.len()];
        if let Some(condition) = condition {
            let withheld = experiment.experiment().population.select.is_some();
            let met = networks_that_meet(condition, &*table, withheld);
            let met = met.map_err(|why| match why {
                Unselected::Condition(reason) => Error::option("--where", reason),
                Unselected::Table(error) => error,
            })?;
            for net in met {
                if let Some(kept) = kept.get_mut(net as usize) {
                    *kept = true;
                }
            }
        }
        Ok(Self {
            tables,
            experiment,
            table,
            ends,
            kept,
            filtered: condition.is_some(),
        })
    }

    /// The total number of networks.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether a network is selected, however it ended.
    pub(super) fn is_kept(&self, net: usize) -> bool {
        self.kept.get(net).copied().unwrap_or(false)
    }

    /// Whether a network's numbers count: it is selected and neither diverged nor exploded.
    pub(super) fn counts(&self, net: usize) -> bool {
        self.is_kept(net) && !matches!(self.ends[net], End::Diverged | End::Exploded)
    }

    /// The columns' names.
    pub(super) fn names(&self) -> &[String] {
        self.table.names()
    }

    /// A quantity of every network at its last record, NaN where it does not count.
    pub(super) fn values(&self, quantity: &Quantity) -> Result<Vec<f64>, Error> {
        let mut values = Vec::with_capacity(self.len());
        let columns = quantity.columns(self.names());
        self.table.scan(Some(&columns), &mut |part| {
            values.extend(quantity.values(part));
            Ok(())
        })?;
        for (net, value) in values.iter_mut().enumerate() {
            if !self.counts(net) || !value.is_finite() {
                *value = f64::NAN;
            }
        }
        Ok(values)
    }

    /// How many seeds the kept networks have between them, those that diverged or exploded included.
    pub(super) fn seeds(&self) -> Result<u64, Error> {
        let Ok(seed) = Quantity::parse("seed", self.names()) else {
            return Ok(0);
        };
        let (mut seeds, mut net) = (HashSet::new(), 0);
        self.table
            .scan(Some(&seed.columns(self.names())), &mut |part| {
                for value in seed.values(part) {
                    if self.is_kept(net) {
                        seeds.insert(value.to_bits());
                    }
                    net += 1;
                }
                Ok(())
            })?;
        Ok(seeds.len() as u64)
    }

    /// A column of every network, as [`values`](Self::values) gives it; `None` where it does not exist or is
    /// empty.
    pub(super) fn column(&self, name: &str) -> Result<Option<Vec<f64>>, Error> {
        let Ok(quantity) = Quantity::parse(name, self.names()) else {
            return Ok(None);
        };
        let values = self.values(&quantity)?;
        Ok(values.iter().any(|value| !value.is_nan()).then_some(values))
    }

    /// The classes of the networks; `None` where they were not recorded.
    pub(super) fn classes(&self) -> Result<Option<ClassIds>, Error> {
        let Some(values) = self.column(CLASS)? else {
            return Ok(None);
        };
        let mut counts: HashMap<u64, u32> = HashMap::new();
        for value in values.iter().filter(|value| !value.is_nan()) {
            *counts.entry(value.to_bits()).or_default() += 1;
        }
        let mut order: Vec<(u64, u32)> = counts.into_iter().collect();
        order.sort_unstable_by_key(|&(bits, count)| (std::cmp::Reverse(count), bits));
        let place: HashMap<u64, u32> = order
            .iter()
            .enumerate()
            .map(|(place, &(bits, _))| (bits, place as u32))
            .collect();
        let id = |value: &f64| place.get(&value.to_bits()).copied().unwrap_or(NONE);
        Ok(Some(ClassIds {
            of: values.iter().map(id).collect(),
            numbers: order.iter().map(|&(bits, _)| bits).collect(),
        }))
    }
}
