//! Training one network.
//!
//! This file contains the trainer and its step. Beside it: the passes over the samples that make up a
//! step, recording, saving and restoring state, shared samples, and the two halves of a step for a
//! custom loss.

mod custom_loss;
mod custom_loss_buffers;
mod pack;
mod passes;
mod quasi_newton;
mod rate_schedule;
mod rates;
mod recording;
mod renewal;
mod resume;
mod shared;

use std::{ops::Range, sync::Arc};

pub use self::pack::Pack;
use self::{custom_loss_buffers::CustomLossBuffers, rate_schedule::RateSchedule};
use crate::{
    Architecture, Bands, Batch, Error, Network, Optimizer, Samples, Scalar, Status, TrainSpec,
    ValidSpec,
    buffer::Buffer,
    engine::{Draws, EvaluationSums, Layout, Objective, Observe, Order, Program, Workspace},
    level::kernels,
    optimizer::{Segment, Tensors, Updates},
    samples::{SamplesRef, block_columns, features_fit},
    schedule::ScheduleState,
};
use mlp_kernels::{Level, update};

/// How an update takes its samples.
#[derive(Clone, Debug)]
enum BatchSource<T: Scalar> {
    /// Every update uses all blocks.
    Full(Layout<T>),
    /// Every update gathers the samples of a batch.
    Batches(Order),
    /// Every update uses one sample.
    Single(Order),
}

/// Evaluates a network whose evaluation differs from training.
#[derive(Clone, Debug)]
struct Evaluator<T: Scalar> {
    program: Program<T>,
    workspace: Workspace<T>,
}

/// Trains one network on one set of samples.
///
/// The trajectory depends only on the spec, the samples and the seed: not on the level, nor on
/// what the trainer did before [`Trainer::restart`].
///
/// The example at the top of the crate trains exclusive or. Every buffer is allocated by
/// [`Trainer::new`]; a step allocates nothing. A trainer that shares its samples instead of borrowing
/// them ([`Trainer::from_shared`]) has no lifetime and can be stored in any struct and sent to any thread.
#[derive(Clone, Debug)]
pub struct Trainer<'d, T: Scalar> {
    spec: ValidSpec,
    samples: SamplesRef<'d, T>,
    /// The samples for schedules that follow the loss, instead of the training samples.
    validation: Option<(SamplesRef<'d, T>, Objective<T>)>,
    seed: u64,
    steps: u64,
    status: Status,
    program: Program<T>,
    /// Rates and decays of the spec.
    base: Vec<Segment>,
    /// Rates and decays of the current update.
    segments: Vec<Segment>,
    /// The optimizer of the current update: its momentum may follow the schedule.
    optimizer: Optimizer,
    rate_schedule: RateSchedule,
    /// The frozen ranges.
    frozen: Vec<Range<usize>>,
    /// The L1 penalty by range.
    signs: Vec<(Range<usize>, f64)>,
    /// The same as `base`, weights and biases of every layer, for the fused updates of single samples;
    /// empty where the update is a separate pass.
    layers: Vec<[Segment; 2]>,
    /// The form of those updates.
    descent: Vec<(update::Sgd<T>, update::Sgd<T>)>,
    objective: Objective<T>,
    feed: BatchSource<T>,
    workspace: Workspace<T>,
    /// Where dropout, noise or batch normalization make training and evaluation differ.
    evaluation: Option<Box<Evaluator<T>>>,
    draws: Draws,
    parameters: Buffer<T>,
    gradient: Buffer<T>,
    moments: Buffer<T>,
    /// Running statistics of batch normalization.
    statistics: Vec<T>,
    /// The f64 state of the optimizer, segment by segment.
    scalars: Vec<f64>,
    /// The optimizer's scratch space.
    scratch: Buffer<T>,
    /// The loss that belongs to the gradient; NaN where it was not summed.
    loss: f64,
    own: CustomLossBuffers<T>,
    evaluation_sums: EvaluationSums,
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
    /// A spec that [`TrainSpec::validate`] refuses, samples that do not match its network or its
    /// loss, a batch of a single sample with batch normalization, a level that this machine does not support.
    pub fn new(
        spec: &TrainSpec,
        samples: &'d Samples<T>,
        seed: u64,
        level: Level,
    ) -> Result<Self, Error> {
        Self::holding(spec.validate()?, SamplesRef::Borrowed(samples), seed, level)
    }

    /// [`Trainer::new`] with a specification that has been validated.
    ///
    /// # Errors
    /// As [`Trainer::new`], for samples and level.
    pub fn with_valid_spec(
        spec: &ValidSpec,
        samples: &'d Samples<T>,
        seed: u64,
        level: Level,
    ) -> Result<Self, Error> {
        Self::holding(spec.clone(), SamplesRef::Borrowed(samples), seed, level)
    }

    fn holding(
        spec: ValidSpec,
        samples: SamplesRef<'d, T>,
        seed: u64,
        level: Level,
    ) -> Result<Self, Error> {
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
                (BatchSource::Single(order(1)), T::LANES)
            }
            Batch::Size(size) if size < count || given.is_some() => {
                // The short last batch may have fewer and wider blocks.
                let (whole, short) = (columns(size), columns(count % size));
                let wider = if whole < short { short } else { whole };
                (BatchSource::Batches(order(size)), wider)
            }
            _ => (
                BatchSource::Full(Layout::new(&samples, columns(count))),
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
            BatchSource::Full(_) => 1,
            BatchSource::Batches(_) | BatchSource::Single(_) => {
                count.div_ceil(spec.samples_in_a_batch(count)) as u64
            }
        };
        // The batches of a given order are all complete.
        let seen = match &spec.batch_order {
            Some(_) => epoch * spec.samples_in_a_batch(count) as u64,
            None => count as u64,
        };
        let layers = match (&feed, spec.is_plain_descent()) {
            (BatchSource::Single(_), true) => spec.layer_segments(),
            _ => Vec::new(),
        };
        let mut trainer = Self {
            samples,
            validation: None,
            seed,
            steps: 0,
            status: Status::Running,
            optimizer: spec.optimizer.clone(),
            rate_schedule: RateSchedule::new(&spec, epoch, seen),
            frozen: spec.frozen_ranges(),
            signs: spec.signs(),
            descent: descent(&layers),
            layers,
            evaluation_sums: EvaluationSums::new(program.outputs, &objective),
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
            own: CustomLossBuffers::default(),
            base: segments.clone(),
            segments,
            statistics: spec.architecture.initial_statistics(),
            program,
            spec,
        };
        trainer.restart(seed);
        Ok(trainer)
    }

    /// Runs the bands of large layers with `bands`, for instance a thread pool, instead of one after the
    /// other. Small layers are never divided. The bits stay the same.
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

    /// Makes a schedule that follows the loss ([`Plateau`](crate::Plateau)) use `samples` instead
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
    /// Samples that do not match the network or the loss.
    pub fn with_validation(self, samples: &'d Samples<T>) -> Result<Self, Error> {
        self.holding_validation(SamplesRef::Borrowed(samples))
    }

    fn holding_validation(mut self, samples: SamplesRef<'d, T>) -> Result<Self, Error> {
        fits(&self.spec, &samples)?;
        let objective = Objective::new(&self.spec, &samples);
        self.validation = Some((samples, objective));
        Ok(self)
    }

    /// Restarts with another seed, in the same buffers: equivalent to a new trainer with that seed,
    /// without its allocations.
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
        self.rate_schedule.state = ScheduleState::default();
        let Self {
            spec, parameters, ..
        } = self;
        spec.fill(seed, parameters);
        self.moments.fill(T::ZERO);
        self.scalars.fill(0.0);
        if matches!(self.spec.optimizer, Optimizer::Asgd(_)) {
            // The averages of frozen parameters, which no update writes.
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
            BatchSource::Full(_) => {}
            BatchSource::Batches(order) | BatchSource::Single(order) => order.restart(seed),
        }
    }

    /// One update: the gradient of the loss over the next batch, and the optimizer's update.
    ///
    /// Parameters and running statistics are checked for finiteness after the update. Once diverged,
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
                BatchSource::Full(_) => {
                    self.training_gradient(self.needed());
                    self.update_by_all();
                }
                BatchSource::Batches(_) => {
                    self.batch_gradient();
                    self.answer(&mut |_| {});
                }
                BatchSource::Single(_) => self.single_step(),
            }
        }
        self.status
    }

    /// The optimizer's update by the gradient computed last, clipped and with penalties added; running
    /// statistics move towards those of its batch. [`Trainer::step`] does this itself; call it after
    /// [`Trainer::backward`]. A schedule that follows the loss uses the spec's own loss.
    ///
    /// The loss is not known here. So L-BFGS uses its learning rate, without a line search, and
    /// iRprop+ reverts no update; [`Trainer::step_with`] does both.
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

    /// What an update needs in addition to the gradient.
    fn needed(&self) -> Observe {
        if self.spec.optimizer.needs_loss() || self.schedule_shares_loss() {
            Observe::Loss
        } else {
            Observe::Nothing
        }
    }

    /// The update by the gradient and loss over all samples.
    fn update_by_all(&mut self) -> Status {
        self.answer(&mut |trainer| {
            trainer.training_gradient(Observe::Loss);
        })
    }

    /// The update by a gradient, and its loss if known. `evaluate` computes both again,
    /// at other parameters and with the dropout of this update.
    fn answer(&mut self, evaluate: &mut dyn FnMut(&mut Self)) -> Status {
        self.set_rates();
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

    /// The steps after the optimizer's update, `finite` if every number is.
    fn finish_update(&mut self, finite: bool) {
        if finite {
            self.limit_weights();
        } else {
            self.status = Status::Diverged;
        }
        self.end_update();
    }

    /// Zeroes the gradient of frozen parameters.
    fn forget_frozen(&mut self) {
        for range in &self.frozen {
            self.gradient[range.clone()].fill(T::ZERO);
        }
    }

    /// Zeroes the gradient of frozen parameters, clips it and adds the L1 penalty's.
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

    /// Scales neurons with longer incoming weights back to the spec's max-norm.
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

    /// Updates segment after segment and returns whether every parameter is finite.
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

    /// Number of updates so far. Where training has diverged, the last of them made a parameter
    /// infinite or NaN.
    pub fn steps_done(&self) -> u64 {
        self.steps
    }

    /// Number of updates in one pass over the samples.
    pub fn steps_per_epoch(&self) -> u64 {
        self.rate_schedule.epoch()
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

    /// The specification of the training.
    pub fn spec(&self) -> &ValidSpec {
        &self.spec
    }

    /// The network's shape.
    pub fn architecture(&self) -> &Architecture {
        &self.spec.architecture
    }

    /// The current flat parameter slice.
    pub fn parameters(&self) -> &[T] {
        &self.parameters
    }

    /// The current running statistics of batch normalization, as laid out by
    /// [`Architecture::statistics`].
    pub fn statistics(&self) -> &[T] {
        &self.statistics
    }

    /// A copy of the current network.
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

/// The form of plain gradient descent for the weights and biases of every layer.
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
