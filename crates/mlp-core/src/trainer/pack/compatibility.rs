//! Which trainings share a pack.

use mlp_kernels::Element;

use super::{
    Asks, Pack,
    bound::bound,
    cost::{Cost, Work},
};
use crate::{
    Scalar,
    buffer::Buffer,
    engine::{Draws, Op, PackedProgram, Workspace, by_lanes},
    optimizer::{LaneRules, Segment},
    schedule::WatchedLoss,
    trainer::{BatchSource, Trainer},
};

impl<T: Scalar> Pack<T> {
    /// A pack for trainings like that of `trainer`; `None` where they are better trained alone or cannot
    /// be packed.
    pub fn like(trainer: &Trainer<'_, T>) -> Option<Self> {
        Self::forced(trainer).filter(|pack| pack.pays(Self::LANES, u64::MAX))
    }

    /// [`Pack::like`] without regard to speed, for tests and measurements; `None` where trainings cannot be packed.
    pub fn forced(trainer: &Trainer<'_, T>) -> Option<Self> {
        let spec = &trainer.spec;
        let samples = trainer.samples.len();
        let most = spec.samples_in_a_batch(samples);
        if !can_be_packed(trainer) || most > trainer.program.block_limit() {
            return None;
        }
        let parameters = trainer.parameters.len();
        let (mut copied, penalised) = (0, !trainer.signs.is_empty());
        if spec.clip.norm.is_some() {
            copied += if penalised { 3 } else { 2 } * parameters;
        }
        if spec.max_norm.is_some() {
            copied += 2 * parameters;
        }
        let work = Work {
            copied,
            samples: most,
            gathered: !matches!(trainer.feed, BatchSource::Full(_)),
            moments: trainer.moments.len(),
        };
        let cost = Cost::of::<T>(&spec.architecture, work);
        let largest = largest::<T>();
        let bound: T = bound(&spec.architecture, largest)?;
        let factor = T::from_f64(largest / bound.to_f64());
        let program = PackedProgram::new(&trainer.program);
        let ranges = |segments: &[Segment]| -> Vec<_> {
            let ranges = segments.iter().map(|segment| &segment.range);
            ranges.map(by_lanes::<T>).collect()
        };
        let numbers = |count: usize| Buffer::zeroed(count * T::LANES);
        let segments = ranges(&trainer.segments);
        let signs = trainer.signs.iter();
        Some(Self {
            spec: spec.clone(),
            objective: trainer.objective.clone(),
            samples,
            bound,
            cost,
            workspace: Workspace::packed(&program.program, most),
            draws: Draws::side_by_side(T::LANES),
            parameters: numbers(trainer.parameters.len()),
            gradient: numbers(trainer.gradient.len()),
            moments: numbers(trainer.moments.len()),
            rules: segments.iter().map(|_| LaneRules::new(factor)).collect(),
            segments,
            frozen: trainer.frozen.iter().map(by_lanes::<T>).collect(),
            signs: signs
                .map(|(range, l1)| (by_lanes::<T>(range), *l1))
                .collect(),
            asks: Asks::Each,
            uncounted: 0,
            program,
        })
    }

    /// Whether `trainer` can share a pack with what this was made for: its seed, its initial parameters, its
    /// rates, decays and their schedules, and the numbers of its samples may differ.
    pub fn takes(&self, trainer: &Trainer<'_, T>) -> bool {
        let (own, other) = (&self.objective, &trainer.objective);
        let ranges = trainer
            .segments
            .iter()
            .map(|segment| by_lanes::<T>(&segment.range));
        trainer.program.kernels.level() == self.program.program.kernels.level()
            && trainer.samples.len() == self.samples
            && own.target == other.target
            && own.weighs_samples() == other.weighs_samples()
            && own.factor().to_bits() == other.factor().to_bits()
            && trainer.rate_schedule.schedule.watch() == WatchedLoss::Nothing
            && self.spec.differs_only_in_rates_and_init(&trainer.spec)
            && ranges.eq(self.segments.iter().cloned())
    }
}

/// The largest number of the type.
fn largest<T: Scalar>() -> f64 {
    match T::LANES {
        f32::LANES => f64::from(f32::MAX),
        _ => f64::MAX,
    }
}

/// Whether there are kernels for a training side by side with others.
fn can_be_packed<T: Scalar>(trainer: &Trainer<'_, T>) -> bool {
    let spec = &trainer.spec;
    let weighted_batches = trainer.objective.weighs_samples();
    let feed = match &trainer.feed {
        BatchSource::Full(_) => true,
        BatchSource::Batches(_) => !weighted_batches,
        // Sums over the inputs of a neuron have another order there.
        BatchSource::Single(_) => false,
    };
    let ops = trainer.program.ops.iter();
    // A normalization's scales and shifts are a number a row.
    feed && !ops.clone().any(|op| matches!(op, Op::Normalize(_)))
        && spec.optimizer.is_elementwise()
        && !spec.optimizer.needs_loss()
        && spec.schedule.watch() == WatchedLoss::Nothing
}
