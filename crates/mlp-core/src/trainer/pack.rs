//! Alike trainings side by side: a network a lane of the vectors.
//!
//! A tiny network fills no vector with its samples. As many of them as a vector has lanes do: every number
//! of a network becomes a vector, the samples become a loop. The program, the element-wise kernels and
//! the optimizers' rules are those of one network; products and sums over samples have kernels of
//! their own, which keep the order of every sum.
//!
//! One network pads its samples to whole vectors, and zero gradients of the padding meet its activations
//! there. That adds nothing as long as these are finite, which small enough parameters warrant
//! ([`bound`]). A network whose parameters are larger leaves the pack and goes on alone.

mod bound;
mod compatibility;
mod cost;
mod record;
mod transfer;

use std::ops::Range;

use self::cost::Cost;
use super::{BatchSource, Trainer};
use crate::{
    Scalar, Status, ValidSpec,
    buffer::Buffer,
    engine::{Draws, Objective, PackedProgram, Workspace},
    optimizer::{LaneRules, Segment, Tensors, Turn, Updates},
};

/// Trains alike networks side by side, a network a lane of the vectors, with the bits of each trained
/// alone.
///
/// A pack is a workspace: between two calls of [`Pack::advance`] the trainers hold everything.
///
/// ```
/// use mlp_core::{Activation, Architecture, Level, Loss, Pack, Samples, Targets, TrainSpec, Trainer};
/// let inputs = mlp_core::ndarray::array![[0.0f32, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
/// let targets = Targets::Classes { labels: vec![0, 1, 1, 0], classes: 2 };
/// let samples = Samples::new(inputs.view(), &targets)?;
/// let net = Architecture::classical(2, &[4], Activation::Tanh, 1);
/// let spec = TrainSpec::new(net, Loss::BinaryCrossEntropy);
/// let new = |seed| Trainer::new(&spec, &samples, seed, Level::best());
/// let mut trainers = (0..Pack::<f32>::LANES as u64).map(new).collect::<Result<Vec<_>, _>>()?;
/// let mut pack = Pack::like(&trainers[0]).expect("tiny networks are packed");
/// let mut lanes: Vec<&mut Trainer<'_, f32>> = trainers.iter_mut().collect();
/// pack.advance(&mut lanes, 1000);
/// let mut alone = new(3)?;
/// for _ in 0..1000 {
///     alone.step();
/// }
/// assert_eq!(trainers[3].parameters(), alone.parameters());
/// # Ok::<(), mlp_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Pack<T: Scalar> {
    spec: ValidSpec,
    program: PackedProgram<T>,
    objective: Objective<T>,
    /// Samples of the training part.
    samples: usize,
    /// The largest size of a parameter with which the padding stays finite.
    bound: T,
    cost: Cost,
    workspace: Workspace<T>,
    draws: Draws,
    parameters: Buffer<T>,
    gradient: Buffer<T>,
    moments: Buffer<T>,
    /// Where the stretches of one rate lie among the parameters of one network.
    segments: Vec<Range<usize>>,
    frozen: Vec<Range<usize>>,
    signs: Vec<(Range<usize>, f64)>,
    /// The rules of each segment.
    rules: Vec<LaneRules<T>>,
    /// Who is asked for them.
    asks: Asks,
    /// Updates that the trainers do not count yet.
    uncounted: u64,
}

/// Which trainers are asked for the rule of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    /// All, lane by lane.
    Each,
    /// The first, since the others have the same.
    First,
    /// None: the rules hold for all updates of a call that are left.
    Nobody,
}

/// The batches of an update, one a lane.
#[derive(Clone, Copy)]
struct Batch<T> {
    samples: usize,
    /// What their summed losses are multiplied by.
    factor: T,
}

/// The trainers in the lanes of a pack; `None` where a lane is free.
type Lanes<'l, 'd, T> = [Option<&'l mut Trainer<'d, T>>];

impl<T: Scalar> Pack<T> {
    /// Networks of a full pack: 16 in f32, 8 in f64.
    pub const LANES: usize = T::LANES;

    /// A network alone needs no pack.
    const FEW: usize = 2;

    /// Whether so many networks make so many updates sooner in this pack than one after the other, alone: by a
    /// model of the shape. It never shows in a result.
    pub fn pays(&self, networks: usize, steps: u64) -> bool {
        let networks = if networks < Self::LANES {
            networks
        } else {
            Self::LANES
        };
        networks >= Self::FEW && self.cost.pays(networks, steps)
    }

    /// Advances each of `trainers` by up to `steps` updates, as [`Trainer::step`] called that often would,
    /// to the last bit. A trainer that diverges on the way ends as it would alone; none sees another.
    /// Trainers that the pack does not take go alone.
    pub fn advance(&mut self, trainers: &mut [&mut Trainer<'_, T>], steps: u64) {
        if steps == 0 {
            return;
        }
        let mut taken = Vec::with_capacity(trainers.len());
        for trainer in trainers.iter_mut().map(|trainer| &mut **trainer) {
            if self.takes(trainer) {
                taken.push(trainer);
            } else {
                go_alone(trainer, steps);
            }
        }
        // The first update has a rule of its own with some optimizers.
        let steps = match taken.iter().any(|trainer| trainer.steps == 0) {
            false => steps,
            true => {
                taken.iter_mut().for_each(|trainer| {
                    trainer.step();
                });
                steps - 1
            }
        };
        if steps == 0 {
            return;
        }
        // Batches of one size at a time.
        let place = |trainer: &Trainer<'_, T>| match &trainer.feed {
            BatchSource::Full(_) => 0,
            BatchSource::Batches(order) | BatchSource::Single(order) => {
                trainer.steps % order.batches()
            }
        };
        taken.retain(|trainer| trainer.status == Status::Running);
        taken.sort_by_key(|trainer| place(trainer));
        let mut taken = taken.into_iter().peekable();
        let mut group = Vec::with_capacity(Self::LANES);
        while let Some(trainer) = taken.next() {
            let at = place(trainer);
            group.push(Some(trainer));
            let more = taken.peek().is_some_and(|next| place(next) == at);
            if more && group.len() < Self::LANES {
                continue;
            }
            if group.len() < Self::FEW {
                group
                    .drain(..)
                    .flatten()
                    .for_each(|trainer| go_alone(trainer, steps));
            } else {
                group.resize_with(Self::LANES, || None);
                self.run(&mut group, steps);
                group.clear();
            }
        }
    }

    /// Advances running trainers of one place in their epochs, at most one a lane.
    fn run(&mut self, lanes: &mut Lanes<'_, '_, T>, steps: u64) {
        self.uncounted = 0;
        self.load(lanes);
        self.eject(lanes, steps);
        self.asks = match share_rules(lanes) {
            true => Asks::First,
            false => Asks::Each,
        };
        for trainer in lanes.iter_mut().flatten() {
            trainer.loss = f64::NAN;
        }
        let Some(first) = lanes.iter().flatten().next() else {
            return;
        };
        let full = matches!(first.feed, BatchSource::Full(_));
        let mut batch = self.gather(lanes);
        for step in 0..steps {
            if !full && step > 0 {
                batch = self.gather(lanes);
            }
            self.learn(lanes, batch);
            let fine = self.update(lanes);
            if !fine {
                self.end_diverged(lanes);
            }
            if self.spec.max_norm.is_some() {
                self.limit_all_weights(lanes);
            }
            if !fine {
                self.eject(lanes, steps - step - 1);
                if lanes.iter().all(Option::is_none) {
                    return;
                }
            }
        }
        for (lane, trainer) in lanes.iter_mut().enumerate() {
            if let Some(trainer) = trainer {
                self.store(lane, trainer);
            }
        }
    }

    /// The gradients over the batches in the lanes.
    fn learn(&mut self, lanes: &Lanes<'_, '_, T>, batch: Batch<T>) {
        if !self.program.program.streams.is_empty() {
            for (draws, trainer) in self.draws.lanes.iter_mut().zip(lanes) {
                if let Some(trainer) = trainer {
                    draws.at_step(trainer.steps + self.uncounted);
                }
            }
        }
        let first = lanes.iter().flatten().next().expect("a lane is taken");
        let Workspace { gather, pass, .. } = &mut self.workspace;
        let block = gather.packed(batch.samples, &first.samples, &self.objective);
        let goal = (&self.objective, batch.factor);
        let (parameters, gradient) = (&self.parameters, &mut self.gradient);
        self.program
            .learn(&block, goal, parameters, pass, &mut self.draws, gradient);
    }

    /// The optimizers' answers to the gradients; says whether all parameters are finite and within the bound
    /// for sure.
    fn update(&mut self, lanes: &mut Lanes<'_, '_, T>) -> bool {
        let mut varies = false;
        if self.asks == Asks::Each {
            for trainer in lanes.iter_mut().flatten() {
                trainer.set_rates();
                varies |= trainer.rate_schedule.varies;
            }
        }
        if self.spec.clip.norm.is_some() {
            self.adjust_each_gradient(lanes);
        } else {
            self.adjust_gradient();
        }
        let mut fine = true;
        for segment in 0..self.segments.len() {
            fine &= self.update_segment(segment, lanes);
        }
        if self.asks == Asks::Each {
            for trainer in lanes.iter_mut().flatten() {
                trainer.steps += 1;
            }
        } else {
            self.uncounted += 1;
        }
        if !varies && self.spec.optimizer.is_steady() {
            self.asks = Asks::Nobody;
        }
        fine
    }

    /// Takes frozen parameters out of the gradients, clips them and adds the L1 penalties'.
    fn adjust_gradient(&mut self) {
        for range in &self.frozen {
            self.gradient[range.clone()].fill(T::ZERO);
        }
        let kernels = &self.program.program.kernels;
        if let Some(value) = self.spec.clip.value {
            kernels.clip(T::from_f64(value), &mut self.gradient);
        }
        for (range, l1) in &self.signs {
            let (parameters, gradient) = (&self.parameters, &mut self.gradient);
            let range = || range.clone();
            kernels.add_sign(
                T::from_f64(*l1),
                &parameters[range()],
                &mut gradient[range()],
            );
        }
    }

    /// Asks the trainers for their rules of a segment, where these are not known, and applies them.
    fn update_segment(&mut self, index: usize, lanes: &mut Lanes<'_, '_, T>) -> bool {
        let first = lanes.iter().position(Option::is_some);
        let last = lanes.iter().rposition(Option::is_some);
        let (first, mut last) = first.zip(last).expect("a lane is taken");
        if self.asks != Asks::Each {
            last = first;
        }
        let mut fine = true;
        // The last rule that is asked for is that of the first lane; then all are applied.
        for lane in (first..=last).rev() {
            let apply = lane == first;
            let same = |trainer: &Trainer<'_, T>| alike(lanes[last].as_deref(), trainer, index);
            if !apply && lane != last && lanes[lane].as_deref().is_none_or(same) {
                continue;
            }
            let Some(trainer) = &mut lanes[lane] else {
                continue;
            };
            let segment = Segment {
                range: self.segments[index].clone(),
                ..trainer.segments[index].clone()
            };
            let turn = match self.asks {
                Asks::Nobody => Turn::Known,
                Asks::First => Turn::All,
                Asks::Each => Turn::Lane {
                    lane,
                    fill: lane == last,
                    apply,
                },
            };
            let mut updates =
                Updates::packed(self.program.program.kernels, &mut self.rules[index], turn);
            let share = trainer.scalars.len() / trainer.segments.len().max(1);
            let tensors = Tensors {
                parameters: &mut self.parameters,
                gradient: &self.gradient,
                moments: &mut self.moments,
                scalars: &mut trainer.scalars[index * share..],
                scratch: &mut [],
                loss: f64::NAN,
            };
            let step = trainer.steps + self.uncounted + 1;
            fine = trainer
                .optimizer
                .update(&mut updates, step, &segment, tensors);
        }
        fine
    }
}

/// Whether all have the same rules, and will have as long as they are in the pack.
fn share_rules<T: Scalar>(lanes: &Lanes<'_, '_, T>) -> bool {
    let Some(first) = lanes.iter().find(|lane| lane.is_some()) else {
        return false;
    };
    lanes.iter().flatten().all(|lane| {
        let mut segments = 0..lane.segments.len();
        !lane.rate_schedule.varies && segments.all(|segment| alike(first.as_deref(), lane, segment))
    })
}

/// Whether two trainers have the same rule for a segment, and ask nothing of it but its settings.
fn alike<T: Scalar>(one: Option<&Trainer<'_, T>>, other: &Trainer<'_, T>, segment: usize) -> bool {
    let Some(one) = one else {
        return true;
    };
    let (a, b) = (&one.segments[segment], &other.segments[segment]);
    let same = |a: f64, b: f64| a.to_bits() == b.to_bits();
    one.steps == other.steps
        && one.scalars.is_empty()
        && same(a.rate, b.rate)
        && same(a.decay, b.decay)
        && one.optimizer == other.optimizer
}

/// What [`Trainer::step`] called `steps` times does.
fn go_alone<T: Scalar>(trainer: &mut Trainer<'_, T>, steps: u64) {
    for _ in 0..steps {
        if trainer.step() != Status::Running {
            return;
        }
    }
}
