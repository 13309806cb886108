//! The training speed of a machine: its peak rate of fused multiply-adds, and the networks per second of two
//! reference populations at every instruction-set level, whose bits are compared as well.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use mlp_core::{
    Activation, Architecture, Level, Loss, Samples, Scalar, Status, Targets, TrainSpec, Trainer,
    peak,
};
use mlp_data::{Dataset, GeneratorOptions};

use crate::Error;

/// A reference population for measuring speed: equal networks of consecutive seeds on two moons,
/// full-batch gradient descent on the binary cross-entropy at a learning rate of 0.5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Widths of the hidden layers, tanh.
    pub hidden: &'static [usize],
    /// Training points.
    pub points: usize,
    /// Updates of each network.
    pub steps: u64,
}

impl Reference {
    /// 2-16-16-1 on 256 points, 1000 updates.
    pub const SMALL: Self = Self {
        hidden: &[16, 16],
        points: 256,
        steps: 1000,
    };

    /// 2-8-1 on 64 points, 200 updates.
    pub const TINY: Self = Self {
        hidden: &[8],
        points: 64,
        steps: 200,
    };

    /// The specification of its networks.
    pub fn spec(&self) -> TrainSpec {
        let net = Architecture::classical(2, self.hidden, Activation::Tanh, 1);
        TrainSpec {
            learning_rate: 0.5,
            ..TrainSpec::new(net, Loss::BinaryCrossEntropy)
        }
    }

    /// Its data: `mlp data moons --samples POINTS`.
    ///
    /// # Errors
    /// None for this crate's own data.
    pub fn dataset(&self) -> Result<Dataset, Error> {
        let options = GeneratorOptions {
            samples: Some(self.points),
            ..GeneratorOptions::default()
        };
        Ok(mlp_data::generate("moons", &options, 0)?)
    }

    /// [`Reference::dataset`] in the engine's layout.
    ///
    /// # Errors
    /// None for this crate's own data.
    pub fn samples(&self) -> Result<Samples<f32>, Error> {
        let dataset = self.dataset()?;
        let targets = match dataset.targets() {
            mlp_data::Targets::Classes { labels, .. } => Targets::Classes {
                labels: labels.clone(),
                classes: 2,
            },
            mlp_data::Targets::Values { values, .. } => {
                Targets::Values(values.mapv(|value| value as f32))
            }
        };
        let inputs = dataset.inputs().mapv(|x| x as f32);
        Ok(Samples::new(inputs.view(), &targets)?)
    }

    /// Useful FLOP of one training: 2 per weight and sample forward, 2 for the weight gradient, 2 for
    /// the input gradient (none in the first layer).
    pub fn flop(&self) -> f64 {
        flop_a_sample(&self.spec().architecture) * self.points as f64 * self.steps as f64
    }
}

/// Useful FLOP of one update per sample: per weight 2 forward, 2 for the weight gradient, 2 for the input
/// gradient (none of the last in the first layer).
pub fn flop_a_sample(architecture: &Architecture) -> f64 {
    let weights = |layer: &mlp_core::LayerRange| layer.weights.len() as f64;
    let layers = architecture.ranges();
    let first = layers.first().map_or(0.0, weights);
    layers.iter().map(weights).fold(0.0, |sum, w| sum + 6.0 * w) - 2.0 * first
}

/// FLOP per second of fused multiply-adds on registers, on `threads` threads at once: an upper bound for
/// any training.
///
/// # Errors
/// The processor does not support the level.
pub fn peak_rate<T: Scalar>(level: Level, threads: usize) -> Result<f64, Error> {
    const ROUNDS: u64 = 2_000_000;
    const LAPS: usize = 20;
    // Emulated multiply-adds would take seconds, and their rate says nothing about the processor.
    let rounds = if level == Level::Portable {
        ROUNDS / 1000
    } else {
        ROUNDS
    };
    let fastest = move || -> Result<f64, Error> {
        let mut best = 0.0;
        for _ in 0..LAPS {
            let start = Instant::now();
            let done = peak::fused_multiply_adds::<T>(level, rounds)
                .map_err(|_| mlp_core::Error::UnsupportedLevel { level })?;
            let rate = 2.0 * done as f64 / start.elapsed().as_secs_f64();
            best = if rate > best { rate } else { best };
        }
        Ok(best)
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(fastest)).collect();
        let mut sum = 0.0;
        for worker in workers {
            sum += worker.join().expect("the peak loop does not panic")?;
        }
        Ok(sum)
    })
}

/// Runs `count` jobs on `threads` threads, each taking the next one; every thread creates its own
/// state. Returns the elapsed seconds.
pub fn spread<S>(
    count: u64,
    threads: usize,
    state: impl Fn() -> S + Sync,
    job: impl Fn(&mut S, u64) + Sync,
) -> f64 {
    let next = AtomicU64::new(0);
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut own = state();
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count {
                        return;
                    }
                    job(&mut own, index);
                }
            });
        }
    });
    start.elapsed().as_secs_f64()
}

/// Networks per second of one level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LevelRate {
    /// The level.
    pub level: Level,
    /// On one thread.
    pub one: f64,
    /// On all threads.
    pub all: f64,
    /// A digest of the final parameters of the first network.
    pub digest: [u8; 32],
}

/// Trains networks of `reference` at `level` for about `patience` on one thread and again on
/// `threads`.
///
/// # Errors
/// The processor does not support the level.
pub fn rate(
    reference: &Reference,
    level: Level,
    threads: usize,
    patience: Duration,
) -> Result<LevelRate, Error> {
    let (spec, samples) = (reference.spec(), reference.samples()?);
    let mut first = Trainer::new(&spec, &samples, 0, level)?;
    let train = |trainer: &mut Trainer<'_, f32>, seed: u64| {
        trainer.restart(seed);
        for _ in 0..reference.steps {
            trainer.step();
        }
        assert_eq!(trainer.status(), Status::Running, "the reference diverges");
    };
    let start = Instant::now();
    train(&mut first, 0);
    let seconds = start.elapsed().as_secs_f64();
    let mut hasher = blake3::Hasher::new();
    for parameter in first.parameters() {
        hasher.update(&parameter.to_bits().to_le_bytes());
    }
    let fit = (patience.as_secs_f64() / seconds) as u64;
    let count = if fit == 0 { 1 } else { fit };
    let measure = |threads: usize| {
        let count = count * threads as u64;
        count as f64 / spread(count, threads, || first.clone(), train)
    };
    let one = measure(1);
    Ok(LevelRate {
        level,
        one,
        all: if threads == 1 { one } else { measure(threads) },
        digest: *hasher.finalize().as_bytes(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn useful_flop_of_the_reference_are_those_counted_by_hand() {
        // 32 weights without input gradient, 256 + 16 with.
        let expected = f64::from(32 * 4 + 272 * 6) * 256.0 * 1000.0;
        assert_eq!(Reference::SMALL.flop(), expected);
        assert_eq!(
            Reference::TINY.flop(),
            f64::from(16 * 4 + 8 * 6) * 64.0 * 200.0
        );
    }

    #[test]
    fn every_job_runs_once() {
        let done: Vec<AtomicU64> = (0..50).map(|_| AtomicU64::new(0)).collect();
        let seconds = spread(
            50,
            3,
            || (),
            |(), job| {
                done[job as usize].fetch_add(1, Ordering::Relaxed);
            },
        );
        assert!(seconds >= 0.0);
        assert!(done.iter().all(|count| count.load(Ordering::Relaxed) == 1));
    }

    #[test]
    fn levels_agree_in_their_bits() {
        let short = Reference {
            steps: 20,
            ..Reference::TINY
        };
        let digests: Vec<[u8; 32]> = Level::supported()
            .into_iter()
            .map(|level| rate(&short, level, 2, Duration::ZERO).unwrap().digest)
            .collect();
        assert!(digests.iter().all(|digest| *digest == digests[0]));
    }
}
