//! Large layers on the threads of a pool.

use mlp_core::{Bands, Job};
use rayon::prelude::*;

/// Runs the bands of a large layer on the threads of the current pool.
///
/// How layers are divided depends only on their shape, so the number of threads changes no bit.
///
/// ```
/// use std::sync::Arc;
/// use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
/// use mlp_train::PoolBands;
/// use ndarray::Array2;
///
/// let inputs = Array2::from_shape_fn((128, 256), |(i, j)| ((i * j) % 7) as f32 / 7.0);
/// let targets = Targets::Classes { labels: (0..128).map(|i| i % 2).collect(), classes: 2 };
/// let samples = Samples::new(inputs.view(), &targets)?;
/// let net = Architecture::classical(256, &[256], Activation::Relu, 1);
/// let spec = TrainSpec::new(net, Loss::BinaryCrossEntropy);
/// let mut alone = Trainer::new(&spec, &samples, 0, Level::best())?;
/// let mut shared = alone.clone().with_bands(Arc::new(PoolBands));
/// for _ in 0..3 {
///     alone.step();
///     shared.step();
/// }
/// assert_eq!(alone.parameters(), shared.parameters());
/// # Ok::<(), mlp_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct PoolBands;

impl Bands for PoolBands {
    fn run(&self, jobs: &mut [Job<'_>]) {
        jobs.par_iter_mut().for_each(|job| job());
    }
}
