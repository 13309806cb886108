//! Records of networks that are put into the arrays of a map together.

use super::layout::Run;
use crate::journal::NetworkRows;

/// So many networks are read together: their records stay in the cache from one step to the next.
const TILE: usize = 512;

/// Networks that follow one another, of some of which nothing is known.
pub(super) struct Block<'a> {
    /// The index of the first.
    first: u64,
    /// Networks a cell.
    seeds: u64,
    members: Vec<Records<'a>>,
}

/// What is known of a network.
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

    /// The first cell of which there is a network with this seed: those before it are in earlier
    /// blocks.
    pub(super) fn cell(&self, seed: usize) -> usize {
        self.first.saturating_sub(seed as u64).div_ceil(self.seeds) as usize
    }

    /// Whether `value`, which knows numbers by the place of a network and of a record, has any but NaN.
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

    /// What `value` knows, step by step and seed by seed; NaN where it knows nothing.
    pub(super) fn runs<E>(
        &self,
        steps: usize,
        value: impl Fn(usize, usize) -> Option<f64>,
        mut each: impl FnMut(Run<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let (seeds, members) = (self.seeds as usize, self.members.len());
        // Where the runs of the seeds begin, and where in them a network stands.
        let first = |seed| ((self.cell(seed) * seeds + seed) as u64 - self.first) as usize;
        let length = |seed| members.saturating_sub(first(seed)).div_ceil(seeds);
        let mut starts = vec![0; seeds + 1];
        for seed in 0..seeds {
            starts[seed + 1] = starts[seed] + length(seed);
        }
        let mut places = vec![0; members];
        for seed in 0..seeds {
            for (place, network) in (first(seed)..members).step_by(seeds).enumerate() {
                places[network] = starts[seed] + place;
            }
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
            for seed in 0..seeds {
                let values = &values[step * members..(step + 1) * members];
                each(Run {
                    step,
                    seed,
                    cell: self.cell(seed),
                    values: &values[starts[seed]..starts[seed + 1]],
                })?;
            }
        }
        Ok(())
    }
}
