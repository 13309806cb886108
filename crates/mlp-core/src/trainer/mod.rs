//! Training one network.
//!
//! This file holds the trainer and its step. Beside it: the passes over the samples that a step is
//! made of, what a training tells about itself, stopping and going on, samples that are shared, and
//! the two halves of a step for a loss of one's own.

mod kept;
mod own_loss;
mod pace;
mod pack;
mod passes;
mod quasi_newton;
mod rates;
mod recording;
mod renewal;
mod resume;
mod shared;

use std::{ops::Range, sync::Arc};

pub use self::pack::Pack;
use self::{kept::Kept, pace::Pace};
use crate::{
    Architecture, Bands, Batch, Error, Network, Optimizer, Samples, Scalar, Status, TrainSpec,
    ValidSpec,
    buffer::Buffer,
    engine::{Draws, Layout, Objective, Observe, Order, Program, Tally, Workspace},
    level::kernels,
    optimizer::{Segment, Tensors, Updates},
    samples::{Held, block_columns, features_fit},
    schedule::ScheduleState,
};
use mlp_kernels::{Level, update};

/// How the training part reaches an update.
#[derive(Clone, Debug)]
enum Feed<T: Scalar> {
    /// Every update sees all blocks.
    Full(Layout<T>),
    /// Every update gathers the samples of a batch.
    Batches(Order),
    /// Every update sees one sample.
    Single(Order),
}

/// What evaluates a network that evaluation sees otherwise than training does.
#[derive(Clone, Debug)]
struct Evaluator<T: Scalar> {
    program: Program<T>,
    workspace: Workspace<T>,
}

/// Trains one network on one set of samples.
///
/// The trajectory depends on the spec, the samples and the seed alone: not on the level, nor on
/// what the trainer did before [`Trainer::restart`].
///
/// The example at the head of the crate trains exclusive or. Every buffer is made by
/// [`Trainer::new`]; a step allocates nothing. A trainer that shares its samples instead of borrowing
/// them ([`Trainer::from_shared`]) has no lifetime and goes into any struct and to any thread.
#[derive(Clone, Debug)]
pub struct Trainer<'d, T: Scalar> {
    spec: ValidSpec,
    samples: Held<'d, T>,
    /// What schedules that follow the loss look at, instead of the training samples.
    validation: Option<(Held<'d, T>, Objective<T>)>,
    seed: u64,
    steps: u64,
    status: Status,
    program: Program<T>,
    /// Rates and decays as the spec gives them.
    base: Vec<Segment>,
    /// Rates and decays of the update at hand.
    segments: Vec<Segment>,
    /// The optimizer of the update at hand: its momentum may follow the schedule.
    optimizer: Optimizer,
    pace: Pace,
    /// The stretches that stay as they are.
    frozen: Vec<Range<usize>>,
    /// Where the L1 penalty is how strong.
    signs: Vec<(Range<usize>, f64)>,
    /// The same as `base`, weights and biases of every layer, for the fused updates of single samples;
    /// empty where the update is a pass of its own.
    layers: Vec<[Segment; 2]>,
    /// The form of those updates.
    descent: Vec<(update::Sgd<T>, update::Sgd<T>)>,
    objective: Objective<T>,
    feed: Feed<T>,
    workspace: Workspace<T>,
    /// Where dropout, noise or batch normalisation tell training and evaluation apart.
    evaluation: Option<Box<Evaluator<T>>>,
    draws: Draws,
    parameters: Buffer<T>,
    gradient: Buffer<T>,
    moments: Buffer<T>,
    /// Running statistics of batch normalisation.
    statistics: Vec<T>,
    /// What the optimizer remembers in f64, segment by segment.
    scalars: Vec<f64>,
    /// The optimizer's space for what is not remembered.
    scratch: Buffer<T>,
    /// The loss that the gradient belongs to; NaN where it was not summed.
    loss: f64,
    own: Kept<T>,
    tally: Tally,
}

impl<'d, T: Scalar> Trainer<'d, T> {
    /// A network with initial parameters of `seed`, ready to be trained on `samples`.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
    /// # let inputs = mlp_core::ndarray::array![[0.0f64], [1.0], [2.0]];
    /// # let samples = Samples::new(inputs.view(), &Targets::Values(inputs.clone()))?;
    /// # let net = Architecture::new(1).layer(1, Activation::Identity);
    /// # let spec = TrainSpec::new(net, Loss::SquaredError);
    /// let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    /// assert_eq!((trainer.steps_done(), trainer.parameters().len()), (0, 2));
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// A spec that [`TrainSpec::validate`] refuses, samples that fit neither its network nor its
    /// loss, a batch of a single sample with batch normalisation, a level that this machine lacks.
    pub fn new(
        spec: &TrainSpec,
        samples: &'d Samples<T>,
        seed: u64,
        level: Level,
    ) -> Result<Self, Error> {
        Self::holding(spec, Held::Borrowed(samples), seed, level)
    }

    fn holding(
        spec: &TrainSpec,
        samples: Held<'d, T>,
        seed: u64,
        level: Level,
    ) -> Result<Self, Error> {
        let spec = spec.validate()?;
        fits(&spec, &samples)?;
        spec.check_batches(samples.len())?;
        let program = Program::training(&spec, kernels(level)?);
        let columns = |count| block_columns(count, program.block_limit(), T::LANES);
        let count = samples.len();
        let plain = spec.architecture.is_plain() && spec.trains_as_it_evaluates();
        let given = spec.batch_order.as_ref();
        let order = |size| Order::new(count, size, spec.shuffle, given, seed);
        let (feed, columns) = match spec.batch {
            Batch::Size(1) if count > 1 && plain && !spec.needs_batch_loss() => {
                (Feed::Single(order(1)), T::LANES)
            }
            Batch::Size(size) if size < count || given.is_some() => {
                // The short last batch may come in fewer blocks, and wider ones.
                let (whole, short) = (columns(size), columns(count % size));
                let wider = if whole < short { short } else { whole };
                (Feed::Batches(order(size)), wider)
            }
            _ => (
                Feed::Full(Layout::new(&samples, columns(count))),
                columns(count),
            ),
        };
        let evaluation = match spec.trains_as_it_evaluates() {
            true => None,
            false => {
                let program = Program::compile(&spec.architecture, kernels(level)?);
                let columns = block_columns(count, program.block_limit(), T::LANES);
                let workspace = Workspace::new(&program, columns, count);
                Some(Box::new(Evaluator { program, workspace }))
            }
        };
        let parameters = program.parameter_count;
        let mut segments = spec.segments();
        let moments = spec.optimizer.lay_out(&mut segments);
        let scratch = spec.optimizer.scratch::<T>(&segments);
        segments.retain(|segment| !spec.is_frozen(segment.tensor.layer));
        let objective = Objective::new(&spec, &samples);
        let epoch = match &feed {
            Feed::Full(_) => 1,
            Feed::Batches(_) | Feed::Single(_) => {
                count.div_ceil(spec.samples_in_a_batch(count)) as u64
            }
        };
        // The batches of a given order are all whole.
        let seen = match &spec.batch_order {
            Some(_) => epoch * spec.samples_in_a_batch(count) as u64,
            None => count as u64,
        };
        let layers = match (&feed, spec.is_plain_descent()) {
            (Feed::Single(_), true) => spec.layer_segments(),
            _ => Vec::new(),
        };
        let mut trainer = Self {
            samples,
            validation: None,
            seed,
            steps: 0,
            status: Status::Running,
            optimizer: spec.optimizer.clone(),
            pace: Pace::new(&spec, epoch, seen),
            frozen: spec.frozen_ranges(),
            signs: spec.signs(),
            descent: descent(&layers),
            layers,
            tally: Tally::new(program.outputs, &objective),
            objective,
            feed,
            workspace: Workspace::new(&program, columns, spec.samples_in_a_batch(count)),
            evaluation,
            draws: Draws::new(&program.streams, seed),
            parameters: Buffer::zeroed(parameters),
            gradient: Buffer::zeroed(parameters),
            moments: Buffer::zeroed(moments),
            scalars: vec![0.0; spec.optimizer.scalars(segments.len())],
            scratch: Buffer::zeroed(scratch),
            loss: f64::NAN,
            own: Kept::default(),
            base: segments.clone(),
            segments,
            statistics: spec.architecture.initial_statistics(),
            program,
            spec,
        };
        trainer.restart(seed);
        Ok(trainer)
    }

    /// Has the bands of large layers run by `bands`, a thread pool say, instead of one after the
    /// other. Small layers are never cut. The bits stay the same.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
    /// # let inputs = mlp_core::ndarray::array![[0.0f64], [1.0], [2.0]];
    /// # let samples = Samples::new(inputs.view(), &Targets::Values(inputs.clone()))?;
    /// # let net = Architecture::new(1).layer(1, Activation::Identity);
    /// # let spec = TrainSpec::new(net, Loss::SquaredError);
    /// use std::sync::Arc;
    /// use mlp_core::Sequential;
    /// let bands = Arc::new(Sequential);
    /// let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?.with_bands(bands);
    /// trainer.step();
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    #[must_use]
    pub fn with_bands(mut self, bands: Arc<dyn Bands>) -> Self {
        if let Some(evaluation) = &mut self.evaluation {
            evaluation.program.bands = Arc::clone(&bands);
        }
        self.program.bands = bands;
        self
    }

    /// Has a schedule that follows the loss ([`Plateau`](crate::Plateau)) look at `samples` instead
    /// of the training samples.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
    /// # let inputs = mlp_core::ndarray::array![[0.0f64], [1.0], [2.0]];
    /// # let samples = Samples::new(inputs.view(), &Targets::Values(inputs.clone()))?;
    /// # let net = Architecture::new(1).layer(1, Activation::Identity);
    /// # let spec = TrainSpec::new(net, Loss::SquaredError);
    /// let validation = samples.clone();
    /// let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?.with_validation(&validation)?;
    /// trainer.step();
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Samples that fit neither the network nor the loss.
    pub fn with_validation(self, samples: &'d Samples<T>) -> Result<Self, Error> {
        self.holding_validation(Held::Borrowed(samples))
    }

    fn holding_validation(mut self, samples: Held<'d, T>) -> Result<Self, Error> {
        fits(&self.spec, &samples)?;
        let objective = Objective::new(&self.spec, &samples);
        self.validation = Some((samples, objective));
        Ok(self)
    }

    /// Begins anew with another seed, in the same buffers: what a new trainer of that seed would
    /// do, without its allocations.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
    /// # let inputs = mlp_core::ndarray::array![[0.0f64], [1.0], [2.0]];
    /// # let samples = Samples::new(inputs.view(), &Targets::Values(inputs.clone()))?;
    /// # let net = Architecture::new(1).layer(1, Activation::Identity);
    /// # let spec = TrainSpec::new(net, Loss::SquaredError);
    /// let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    /// let first = trainer.parameters().to_vec();
    /// trainer.step();
    /// trainer.restart(0);
    /// assert_eq!((trainer.parameters(), trainer.steps_done()), (&first[..], 0));
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    pub fn restart(&mut self, seed: u64) {
        self.seed = seed;
        self.steps = 0;
        self.status = Status::Running;
        self.pace.state = ScheduleState::default();
        let Self {
            spec, parameters, ..
        } = self;
        spec.fill(seed, parameters);
        self.moments.fill(T::ZERO);
        self.scalars.fill(0.0);
        if matches!(self.spec.optimizer, Optimizer::Asgd(_)) {
            // The average of what never moves, which no update writes.
            for range in &self.frozen {
                self.moments[range.clone()].copy_from_slice(&self.parameters[range.clone()]);
            }
        }
        self.loss = f64::NAN;
        self.spec
            .architecture
            .reset_statistics(&mut self.statistics);
        self.draws.reseed(seed);
        self.workspace.pass.fresh = None;
        match &mut self.feed {
            Feed::Full(_) => {}
            Feed::Batches(order) | Feed::Single(order) => order.restart(seed),
        }
    }

    /// One update: the gradient of the loss over the next batch, and the optimizer's answer.
    ///
    /// Parameters and running statistics are tested for finiteness after the update. Once diverged,
    /// or stopped by its schedule, nothing changes any more.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
    /// # let inputs = mlp_core::ndarray::array![[0.0f64], [1.0], [2.0]];
    /// # let samples = Samples::new(inputs.view(), &Targets::Values(inputs.clone()))?;
    /// # let net = Architecture::new(1).layer(1, Activation::Identity);
    /// # let spec = TrainSpec::new(net, Loss::SquaredError);
    /// use mlp_core::Status;
    /// let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    /// assert_eq!(trainer.step(), Status::Running);
    /// assert_eq!(trainer.steps_done(), 1);
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    pub fn step(&mut self) -> Status {
        if self.status == Status::Running {
            match &self.feed {
                Feed::Full(_) => {
                    self.training_gradient(self.needed());
                    self.answer_to_all();
                }
                Feed::Batches(_) => {
                    self.batch_gradient();
                    self.answer(&mut |_| {});
                }
                Feed::Single(_) => self.single_step(),
            }
        }
        self.status
    }

    /// The optimizer's answer to the gradient computed last, clipped, penalties added; running
    /// statistics move towards those of its batch. [`Trainer::step`] does this itself; call it after
    /// [`Trainer::backward`]. A schedule that follows the loss is told the spec's own loss.
    ///
    /// The loss is not known here. So L-BFGS goes by its learning rate, without a line search, and
    /// iRprop+ takes no change back; [`Trainer::step_with`] does both.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
    /// # let inputs = mlp_core::ndarray::array![[0.0f64], [1.0], [2.0]];
    /// # let samples = Samples::new(inputs.view(), &Targets::Values(inputs.clone()))?;
    /// # let net = Architecture::new(1).layer(1, Activation::Identity);
    /// # let spec = TrainSpec::new(net, Loss::SquaredError);
    /// let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    /// let outputs = trainer.forward(inputs.view())?;
    /// trainer.backward(inputs.view(), (outputs - &inputs).view())?;
    /// trainer.update();
    /// assert_eq!(trainer.steps_done(), 1);
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    pub fn update(&mut self) -> Status {
        if self.status != Status::Running {
            return self.status;
        }
        self.loss = f64::NAN;
        self.answer(&mut |_| {})
    }

    /// What an update needs besides the gradient.
    fn needed(&self) -> Observe {
        if self.spec.optimizer.needs_loss() || self.schedule_shares_loss() {
            Observe::Loss
        } else {
            Observe::Nothing
        }
    }

    /// The answer to the gradient and loss over all samples.
    fn answer_to_all(&mut self) -> Status {
        self.answer(&mut |trainer| {
            trainer.training_gradient(Observe::Loss);
        })
    }

    /// The answer to a gradient, and to its loss if that is known. `evaluate` computes both anew,
    /// at other parameters and with what this update drops.
    fn answer(&mut self, evaluate: &mut dyn FnMut(&mut Self)) -> Status {
        self.set_pace();
        self.adjust_gradient();
        let mut finite = match self.spec.optimizer {
            Optimizer::Lbfgs(lbfgs) => self.quasi_newton(lbfgs, evaluate),
            _ => self.update_segments(),
        };
        self.steps += 1;
        finite &= self
            .program
            .update_statistics(&mut self.workspace.pass, &mut self.statistics);
        self.finish_update(finite);
        self.status
    }

    /// What follows the optimizer's answer, `finite` if every number is.
    fn finish_update(&mut self, finite: bool) {
        if finite {
            self.limit_weights();
        } else {
            self.status = Status::Diverged;
        }
        self.end_update();
    }

    /// Takes frozen parameters out of the gradient.
    fn forget_frozen(&mut self) {
        for range in &self.frozen {
            self.gradient[range.clone()].fill(T::ZERO);
        }
    }

    /// Takes frozen parameters out of the gradient, clips it and adds the L1 penalty's.
    fn adjust_gradient(&mut self) {
        self.forget_frozen();
        let kernels = &self.program.kernels;
        self.spec.clip.apply(kernels, &mut self.gradient);
        for (range, l1) in &self.signs {
            let (parameters, gradient) = (&self.parameters, &mut self.gradient);
            kernels.add_sign(
                T::from_f64(*l1),
                &parameters[range.clone()],
                &mut gradient[range.clone()],
            );
        }
    }

    /// Brings neurons with longer incoming weights back to the spec's max-norm.
    fn limit_weights(&mut self) {
        let Some(limit) = self.spec.max_norm else {
            return;
        };
        for (layer, range) in self.spec.architecture.layer_spans().enumerate() {
            if self.spec.is_frozen(layer) {
                continue;
            }
            let weights = &mut self.parameters[range.weights];
            self.program
                .kernels
                .limit_rows(limit, range.inputs, weights);
        }
    }

    /// Updates segment after segment and says whether every parameter is finite.
    fn update_segments(&mut self) -> bool {
        let mut finite = true;
        let mut updates = Updates::alone(self.program.kernels);
        let share = match self.spec.optimizer {
            // One direction for all segments.
            Optimizer::Lbfgs(_) => 0,
            _ => self.scalars.len() / self.segments.len().max(1),
        };
        for (index, segment) in self.segments.iter().enumerate() {
            let tensors = Tensors {
                parameters: &mut self.parameters,
                gradient: &self.gradient,
                moments: &mut self.moments,
                scalars: &mut self.scalars[index * share..],
                scratch: &mut self.scratch,
                loss: self.loss,
            };
            finite &= self
                .optimizer
                .update(&mut updates, self.steps + 1, segment, tensors);
        }
        finite
    }

    /// The averaged parameters of an optimizer that averages ([`Asgd`](crate::Asgd)).
    pub fn averaged(&self) -> Option<&[T]> {
        match self.spec.optimizer {
            Optimizer::Asgd(_) if self.steps > 0 => Some(&self.moments),
            Optimizer::Asgd(_) => Some(&self.parameters),
            _ => None,
        }
    }

    /// Updates made so far. Where training has diverged, the last of them made a parameter
    /// infinite or NaN.
    pub fn steps_done(&self) -> u64 {
        self.steps
    }

    /// Updates that make one pass over the samples.
    pub fn steps_per_epoch(&self) -> u64 {
        self.pace.epoch()
    }

    /// Whether training has diverged, or its schedule has stopped it.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The seed of this training.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The instruction-set level that it computes at.
    pub fn level(&self) -> Level {
        self.program.kernels.level()
    }

    /// How this network is trained.
    pub fn spec(&self) -> &ValidSpec {
        &self.spec
    }

    /// The network's shape.
    pub fn architecture(&self) -> &Architecture {
        &self.spec.architecture
    }

    /// The flat parameter slice as it stands.
    pub fn parameters(&self) -> &[T] {
        &self.parameters
    }

    /// The running statistics of batch normalisation as they stand, as
    /// [`Architecture::statistics`] lays them out.
    pub fn statistics(&self) -> &[T] {
        &self.statistics
    }

    /// A copy of the network as it stands.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
    /// # let inputs = mlp_core::ndarray::array![[0.0f64], [1.0], [2.0]];
    /// # let samples = Samples::new(inputs.view(), &Targets::Values(inputs.clone()))?;
    /// # let net = Architecture::new(1).layer(1, Activation::Identity);
    /// # let spec = TrainSpec::new(net, Loss::SquaredError);
    /// let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    /// trainer.step();
    /// assert_eq!(trainer.network().parameters(), trainer.parameters());
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    pub fn network(&self) -> Network<T> {
        Network::new(self.spec.architecture.clone(), self.parameters.to_vec())
            .and_then(|network| network.with_statistics(self.statistics.clone()))
            .expect("the numbers are as many as the architecture needs")
    }
}

/// The form of plain descent for the weights and biases of every layer.
fn descent<T: Scalar>(layers: &[[Segment; 2]]) -> Vec<(update::Sgd<T>, update::Sgd<T>)> {
    let forms = layers.iter();
    forms
        .map(|[weights, biases]| (weights.descent(), biases.descent()))
        .collect()
}

fn fits<T: Scalar>(spec: &TrainSpec, samples: &Samples<T>) -> Result<(), Error> {
    features_fit(&spec.architecture, samples)?;
    samples.check_loss(spec)
}
