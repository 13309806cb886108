//! Gathers networks that finish in any order in the order of their indices while others train, as long as few
//! wait for a slow one.

use std::{collections::BTreeMap, sync::Arc};

use super::{gathering::Gathering, sinks::Sinks};
use crate::{error::Error, run::network_rows::NetworkRows};

/// The largest number of bytes of waiting networks; beyond it, all are gathered again at the end.
const MOST: usize = 1 << 26;

/// A gathering of networks in order.
pub struct OrderedGathering<'a, S: Sinks> {
    gathering: Gathering<'a, S>,
    next: u64,
    waiting: BTreeMap<u64, Arc<NetworkRows>>,
    bytes: usize,
}

impl<'a, S: Sinks> OrderedGathering<'a, S> {
    /// For all networks, from the first.
    pub fn new(gathering: Gathering<'a, S>) -> Self {
        Self {
            gathering,
            next: 0,
            waiting: BTreeMap::new(),
            bytes: 0,
        }
    }

    /// Adds networks, each of which comes once; does nothing if too many wait.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn push(mut self, rows: &[Arc<NetworkRows>]) -> Result<Option<Self>, Error> {
        for rows in rows {
            self.bytes += rows.bytes();
            self.waiting.insert(rows.network, Arc::clone(rows));
        }
        while let Some(rows) = self.waiting.remove(&self.next) {
            self.next += 1;
            self.bytes -= rows.bytes();
            self.gathering.push(rows)?;
        }
        Ok((self.bytes <= MOST).then_some(self))
    }

    /// The gathering, if it has that many networks.
    pub fn whole(self, networks: u64) -> Option<Gathering<'a, S>> {
        (self.next == networks).then_some(self.gathering)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        resolve::{required_columns::RequiredColumns, resolved::ResolvedExperiment},
        results::in_memory::MemorySinks,
        run::{number_columns::NumberColumns, outcome::Status},
        settings::{experiment::Experiment, kind::Kind, layers::SettingsLayer},
    };

    /// A network with so many values in each of its columns.
    fn rows(network: u64, values: usize, columns: usize) -> Arc<NetworkRows> {
        Arc::new(NetworkRows {
            network,
            seed: network,
            status: Status::Diverged,
            last_step: 0,
            stopped_by: None,
            best_step: None,
            exploded: false,
            converged: false,
            shade: None,
            followed: None,
            steps: Vec::new(),
            metrics: NumberColumns::new(
                values,
                (0..columns).map(|_| std::iter::repeat_n(Some(0.0), values)),
            ),
            weights: Vec::new(),
            fates: Vec::new(),
            answers: None,
        })
    }

    #[test]
    fn networks_take_turns_and_too_many_do_not_wait() {
        let mut settings = SettingsLayer::new();
        for setting in ["data=xor", "nets=4", "steps=1"] {
            settings.set(setting).unwrap();
        }
        let mut author = Experiment::new(Kind::Population);
        settings.apply(&mut author).unwrap();
        let experiment = ResolvedExperiment::new(&author, None).unwrap();
        let extent = RequiredColumns::of(&experiment).unwrap();
        let columns = extent.columns().len();
        let new = || {
            let gathering = Gathering::new(&experiment, &extent, MemorySinks).unwrap();
            OrderedGathering::new(gathering)
        };
        let mut all = new();
        for networks in [&[2, 1][..], &[0], &[3]] {
            let networks = networks.iter().map(|network| rows(*network, 0, columns));
            let networks: Vec<_> = networks.collect();
            all = all.push(&networks).unwrap().unwrap();
        }
        let gathering = all.whole(4).unwrap();
        assert_eq!(gathering.counts().diverged, 4);
        let ([nets, _], _) = gathering.split();
        let nets = nets.finish();
        assert_eq!(nets.integers("net").unwrap(), [0, 1, 2, 3]);
        let some = new()
            .push(&[rows(1, 0, columns), rows(0, 0, columns)])
            .unwrap()
            .unwrap();
        assert!(some.whole(4).is_none());
        let many = MOST / size_of::<f64>() / columns;
        assert!(new().push(&[rows(1, many, columns)]).unwrap().is_none());
    }
}
