//! Which networks of a run are retrained.

use std::collections::BTreeSet;

use mlp_core::seed::{Purpose, Stream};
use mlp_train::ResolvedExperiment;

/// The one that was named, or a sample of so many of those that the run trained.
pub(super) fn networks(
    experiment: &ResolvedExperiment,
    only: Option<u64>,
    wanted: u64,
    seed: u64,
) -> BTreeSet<u64> {
    match experiment.computed_cells() {
        _ if only.is_some() => only.into_iter().collect(),
        None => sample(experiment.networks(), wanted, seed),
        // For a partly refined map, the trained ones.
        Some(cells) => {
            let (cells, seeds) = (Vec::from_iter(cells), experiment.seeds_per_cell());
            let drawn = sample(cells.len() as u64 * seeds, wanted, seed);
            let network = |index: u64| cells[(index / seeds) as usize] * seeds + index % seeds;
            drawn.into_iter().map(network).collect()
        }
    }
}

/// This many of the networks `0..count`, drawn at random.
pub(super) fn sample(count: u64, wanted: u64, seed: u64) -> BTreeSet<u64> {
    if wanted >= count {
        return (0..count).collect();
    }
    // Floyd's algorithm (Bentley and Floyd 1987): every subset is equally likely.
    let mut stream = Stream::new(seed, Purpose::Sampling);
    let mut chosen = BTreeSet::new();
    for last in count - wanted..count {
        let network = stream.below(last + 1);
        if !chosen.insert(network) {
            chosen.insert(last);
        }
    }
    chosen
}
