//! Records of networks that are put into the arrays of a map together.

use super::layout::Run;
use crate::run::network_rows::NetworkRows;

/// Number of networks read together: their records stay in the cache from one step to the next.
const TILE: usize = 512;

/// Consecutive networks, some of which may be missing.
pub(super) struct Block<'a> {
    /// The index of the first.
    first: u64,
    /// Networks a cell.
    seeds: u64,
    members: Vec<Records<'a>>,
}

/// What is known about a network.
pub(super) enum Records<'a> {
    Nothing,
    /// A record of every step.
    Every(&'a NetworkRows),
    /// Some records and the indices of their steps, ascending; of several for one step the last that
    /// has a value counts.
    Some(&'a NetworkRows, Vec<(usize, usize)>),
}

impl<'a> Records<'a> {
    pub(super) fn rows(&self) -> Option<&'a NetworkRows> {
        match *self {
            Self::Nothing => None,
            Self::Every(rows) | Self::Some(rows, _) => Some(rows),
        }
    }
}

impl<'a> Block<'a> {
    pub(super) fn new(first: u64, seeds: usize, members: Vec<Records<'a>>) -> Self {
        Self {
            first,
            seeds: seeds as u64,
            members,
        }
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = Option<&'a NetworkRows>> {
        self.members.iter().map(Records::rows)
    }

    /// The first cell that has a network with this seed: those before it are in earlier
    /// blocks.
    pub(super) fn cell(&self, seed: usize) -> usize {
        self.first.saturating_sub(seed as u64).div_ceil(self.seeds) as usize
    }

    /// Whether `value`, which gives numbers by network and record, has any but NaN.
    pub(super) fn has_numbers(
        &self,
        steps: usize,
        value: impl Fn(usize, usize) -> Option<f64>,
    ) -> bool {
        let number = |network, record| value(network, record).is_some_and(|value| !value.is_nan());
        let mut members = self.members.iter().enumerate();
        members.any(|(network, records)| match records {
            Records::Nothing => false,
            Records::Every(_) => (0..steps).any(|step| number(network, step)),
            Records::Some(_, records) => records.iter().any(|(record, _)| number(network, *record)),
        })
    }

    /// The numbers that `value` gives, step by step and seed by seed; NaN where it gives none.
    pub(super) fn runs<E>(
        &self,
        steps: usize,
        value: impl Fn(usize, usize) -> Option<f64>,
        mut each: impl FnMut(Run<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let (seeds, members) = (self.seeds as usize, self.members.len());
        // Where the runs of the seeds begin and end, and where in them each network stands.
        let mut runs = Vec::with_capacity(seeds);
        let mut places = vec![0; members];
        let mut end = 0;
        for seed in 0..seeds {
            let start = end;
            let first = (self.cell(seed) * seeds + seed) as u64 - self.first;
            for network in (first as usize..members).step_by(seeds) {
                places[network] = end;
                end += 1;
            }
            runs.push(start..end);
        }
        let mut values = vec![f64::NAN; steps * members];
        // How many of some records are behind.
        let mut behind = vec![0; members];
        for start in (0..members).step_by(TILE) {
            for step in 0..steps {
                let values = &mut values[step * members..(step + 1) * members];
                for network in start..members.min(start + TILE) {
                    let value = match &self.members[network] {
                        Records::Nothing => None,
                        Records::Every(_) => value(network, step),
                        Records::Some(_, records) => {
                            let mut found = None;
                            while let Some((record, _)) = records
                                .get(behind[network])
                                .filter(|(_, recorded)| *recorded == step)
                            {
                                found = value(network, *record).or(found);
                                behind[network] += 1;
                            }
                            found
                        }
                    };
                    values[places[network]] = value.unwrap_or(f64::NAN);
                }
            }
        }
        for step in 0..steps {
            let values = &values[step * members..(step + 1) * members];
            for (seed, run) in runs.iter().enumerate() {
                each(Run {
                    step,
                    seed,
                    cell: self.cell(seed),
                    values: &values[run.clone()],
                })?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{number_columns::NumberColumns, outcome::Status};

    #[test]
    fn a_block_may_begin_and_end_within_a_cell() {
        let rows = NetworkRows {
            network: 0,
            seed: 0,
            status: Status::Completed,
            last_step: 0,
            stopped_by: None,
            best_step: None,
            exploded: false,
            converged: true,
            shade: None,
            followed: None,
            steps: Vec::new(),
            metrics: NumberColumns::new(0, std::iter::empty::<std::iter::Empty<_>>()),
            weights: Vec::new(),
            fates: Vec::new(),
            answers: None,
        };
        // Three seeds; network 4 is the second seed of cell 1. Of its two records for step 1 the last
        // has no value, and nothing is known of network 6.
        let members = (4..1300).map(|network| match network {
            4 => Records::Some(&rows, vec![(0, 0), (1, 1), (2, 1)]),
            5 => Records::Some(&rows, vec![(7, 1)]),
            6 => Records::Nothing,
            _ => Records::Every(&rows),
        });
        let block = Block::new(4, 3, members.collect());
        assert_eq!([0, 1, 2].map(|seed| block.cell(seed)), [2, 1, 1]);
        let value = |place: usize, record: usize| {
            let number = (100 * (place + 4) + record) as f64;
            ((place, record) != (0, 2)).then_some(number)
        };
        let mut found = Vec::new();
        let taken = block.runs(2, value, |run| {
            found.push((run.step, run.seed, run.cell, run.values.to_vec()));
            Ok::<_, ()>(())
        });
        taken.unwrap();
        let mut runs = found.into_iter();
        for step in 0..2 {
            for seed in 0..3 {
                let run = runs.next().unwrap();
                let cell = block.cell(seed);
                assert_eq!((run.0, run.1, run.2), (step, seed, cell));
                let networks = (3 * cell + seed..1300).step_by(3);
                let expected: Vec<String> = networks
                    .map(|network| match (network, step) {
                        (5, 0) | (6, _) => f64::NAN,
                        (5, 1) => 507.0,
                        (network, step) => (100 * network + step) as f64,
                    })
                    .map(|number| number.to_string())
                    .collect();
                let values: Vec<String> = run.3.iter().map(f64::to_string).collect();
                assert_eq!(values, expected);
            }
        }
        assert!(runs.next().is_none());
        assert!(block.has_numbers(2, value));
        assert!(!block.has_numbers(2, |_, _| Some(f64::NAN)));
    }
}
