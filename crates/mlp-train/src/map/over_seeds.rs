//! Statistics over the seeds of each cell of a map.

use mlp_npy::{Arrays, Data};

use super::MapSlice;
use mlp_statistics::Proportion;

use crate::metrics::metric::Metric;

/// The arrays with statistics of the metric over the seeds of a cell.
pub const OVER_SEEDS: [&str; 8] = [
    "mean",
    "median",
    "spread",
    "luck",
    "mixed",
    "success",
    "success_low",
    "success_high",
];

/// Statistics of the metric over the seeds of each of `cells` cells, after the last step or over all: arrays
/// by name.
pub fn over_seeds(
    npz: &Arrays,
    metric: Metric,
    target: f64,
    cells: usize,
) -> Vec<(&'static str, Data)> {
    // Of a map over steps, what has no steps has one row, and says nothing of the others.
    let slice = MapSlice::of(npz, &metric.to_string(), None).filter(|slice| slice.cells() == cells);
    let Some(slice) = slice else {
        return Vec::new();
    };
    let larger = metric.larger_is_better().unwrap_or(false);
    let mut arrays = vec![
        ("mean", Data::F64(slice.mean())),
        ("median", Data::F64(slice.median(larger))),
        ("spread", Data::F64(slice.spread())),
        ("luck", Data::F64(slice.luck())),
        ("mixed", Data::Bool(slice.mixed())),
    ];
    if let Some(losses) = MapSlice::of(npz, "train_loss", None) {
        let solved = losses.below(target).into_iter();
        let solved = solved.map(|count| Proportion {
            successes: count as u64,
            trials: losses.seeds as u64,
        });
        let solved: Vec<Proportion> = solved.collect();
        let number = |of: &dyn Fn(&Proportion) -> Option<f64>| {
            let numbers = solved.iter().map(|cell| of(cell).unwrap_or(f64::NAN));
            Data::F64(numbers.collect())
        };
        arrays.push(("success", number(&Proportion::share)));
        let low = |cell: &Proportion| cell.interval().map(|(low, _)| low);
        let high = |cell: &Proportion| cell.interval().map(|(_, high)| high);
        arrays.push(("success_low", number(&low)));
        arrays.push(("success_high", number(&high)));
    }
    debug_assert!(arrays.iter().all(|(name, _)| OVER_SEEDS.contains(name)));
    arrays
}
