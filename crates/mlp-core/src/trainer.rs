//! Training one network.

use std::sync::Arc;

use mlp_kernels::{Level, update};
use ndarray::{Array2, ArrayView2};

use crate::{
    Architecture, Bands, Batch, Error, Evaluation, Network, Norms, Samples, Scalar, State, Status,
    Targets, TrainSpec, ValidSpec,
    buffer::Buffer,
    engine::{Answer, Layout, Objective, Order, Program, Tally, Workspace},
    network::kernels,
    optimizer::{Segment, Tensors},
    samples::{TargetKind, block_columns},
};

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

/// Trains one network on one set of samples.
///
/// The trajectory depends on the spec, the samples and the seed alone: not on the level, nor on
/// what the trainer did before [`Trainer::restart`].
///
/// The example at the head of the crate trains exclusive or. Every buffer is made by
/// [`Trainer::new`]; a step allocates nothing.
#[derive(Clone, Debug)]
pub struct Trainer<'d, T: Scalar> {
    spec: ValidSpec,
    samples: &'d Samples<T>,
    seed: u64,
    steps: u64,
    status: Status,
    program: Program<T>,
    segments: Vec<Segment>,
    /// The fused updates of single samples; empty where the update is a pass of its own.
    descent: Vec<(update::Sgd<T>, update::Sgd<T>)>,
    objective: Objective,
    feed: Feed<T>,
    workspace: Workspace<T>,
    parameters: Buffer<T>,
    gradient: Buffer<T>,
    moments: Buffer<T>,
    tally: Tally,
}

impl<'d, T: Scalar> Trainer<'d, T> {
    /// A network with initial parameters of `seed`, ready to be trained on `samples`.
    ///
    /// # Errors
    /// A spec that [`TrainSpec::validate`] refuses, samples that fit neither its network nor its
    /// loss, a level that this machine lacks.
    pub fn new(
        spec: &TrainSpec,
        samples: &'d Samples<T>,
        seed: u64,
        level: Level,
    ) -> Result<Self, Error> {
        let spec = spec.validate()?;
        fits(&spec, samples)?;
        let program = Program::compile(&spec.architecture, kernels(level)?);
        let columns = |count| block_columns(count, program.block_limit(), T::LANES);
        let count = samples.len();
        let (feed, columns) = match spec.batch {
            Batch::Size(1) if count > 1 => (
                Feed::Single(Order::new(count, 1, spec.shuffle, seed)),
                T::LANES,
            ),
            Batch::Size(size) if size < count => (
                Feed::Batches(Order::new(count, size, spec.shuffle, seed)),
                columns(size),
            ),
            _ => (
                Feed::Full(Layout::new(samples, columns(count))),
                columns(count),
            ),
        };
        let parameters = program.parameter_count;
        let mut trainer = Self {
            samples,
            seed,
            steps: 0,
            status: Status::Running,
            segments: spec.segments(),
            descent: match (&feed, spec.optimizer.is_plain_descent()) {
                (Feed::Single(_), true) => {
                    let layers = spec.layer_segments();
                    layers
                        .iter()
                        .map(|[weights, biases]| (weights.descent(), biases.descent()))
                        .collect()
                }
                _ => Vec::new(),
            },
            objective: Objective {
                loss: spec.loss.kernel(),
                target: TargetKind::of(spec.loss, samples.targets()),
            },
            feed,
            workspace: Workspace::new(&program, columns),
            parameters: Buffer::zeroed(parameters),
            gradient: Buffer::zeroed(parameters),
            moments: Buffer::zeroed(parameters * spec.optimizer.slots()),
            tally: tally(&spec, samples),
            program,
            spec,
        };
        trainer.restart(seed);
        Ok(trainer)
    }

    /// Has the bands of large layers run by `bands`, a thread pool say, instead of one after the
    /// other. Small layers are never cut. The bits stay the same.
    #[must_use]
    pub fn with_bands(mut self, bands: Arc<dyn Bands>) -> Self {
        self.program.bands = bands;
        self
    }

    /// Begins anew with another seed, in the same buffers: what a new trainer of that seed would
    /// do, without its allocations.
    pub fn restart(&mut self, seed: u64) {
        self.seed = seed;
        self.steps = 0;
        self.status = Status::Running;
        let Self {
            spec, parameters, ..
        } = self;
        spec.init
            .fill(&spec.architecture, spec.bias_init, seed, parameters);
        self.moments.fill(T::ZERO);
        match &mut self.feed {
            Feed::Full(_) => {}
            Feed::Batches(order) | Feed::Single(order) => order.restart(seed),
        }
    }

    /// One update: the gradient of the loss over the next batch, and the optimizer's answer.
    ///
    /// Parameters are tested for finiteness after the update. Once diverged, nothing changes any
    /// more.
    pub fn step(&mut self) -> Status {
        if self.status == Status::Running {
            match &self.feed {
                Feed::Full(_) => {
                    self.full_gradient(false);
                    self.update();
                }
                Feed::Batches(_) => {
                    self.batch_gradient();
                    self.update();
                }
                Feed::Single(_) => self.single_step(),
            }
        }
        self.status
    }

    /// Evaluates the training part, takes the norm of the loss's gradient on it, and then makes an
    /// update: for recording every step. With full batches all this costs little more than
    /// [`Trainer::step`], since it shares the update's passes; the numbers are those of
    /// [`Trainer::evaluate`] and [`Trainer::gradient_norm`], bit for bit.
    pub fn record_and_step(&mut self) -> (Evaluation, f64, Status) {
        let norm = self.gradient_norm();
        let evaluation = self
            .tally
            .evaluation(self.samples, self.factor(self.samples.len()));
        match self.feed {
            Feed::Full(_) if self.status == Status::Running => self.update(),
            _ => self.step(),
        };
        (evaluation, norm, self.status)
    }

    /// The gradient of the loss over the whole training part, without penalties, laid out like the
    /// parameters.
    pub fn gradient(&mut self) -> &[T] {
        self.full_gradient(true);
        &self.gradient
    }

    /// The L2 norm of [`Trainer::gradient`].
    pub fn gradient_norm(&mut self) -> f64 {
        self.full_gradient(true);
        self.program.kernels.sum_of_squares(&self.gradient).sqrt()
    }

    /// How well the network does on `samples`. On the samples of the training, the loss is what
    /// full-batch steps make small.
    ///
    /// # Errors
    /// Samples that fit neither the network nor the loss.
    pub fn evaluate(&mut self, samples: &Samples<T>) -> Result<Evaluation, Error> {
        fits(&self.spec, samples)?;
        let mut sums = tally(&self.spec, samples);
        let columns = block_columns(samples.len(), self.program.block_limit(), T::LANES);
        let objective = Objective {
            target: TargetKind::of(self.spec.loss, samples.targets()),
            ..self.objective
        };
        self.make_room(columns);
        let layout = Layout::new(samples, columns);
        let Self {
            program,
            workspace: Workspace { gather, pass, .. },
            parameters,
            ..
        } = self;
        for index in 0..layout.count(samples) {
            let block = layout.block(index, samples, gather);
            program.forward(parameters, block.x, block.columns, pass);
            let y = program.outputs(pass, block.columns);
            sums.add(&program.kernels, objective, program.outputs, &block, y);
        }
        Ok(sums.evaluation(samples, self.factor(samples.len())))
    }

    /// The outputs `[samples, outputs]` of the network as it stands, for inputs
    /// `[samples, inputs]`: the forward half of a loss of one's own.
    ///
    /// # Errors
    /// Another number of features than the network has inputs.
    pub fn forward(&self, inputs: ArrayView2<'_, T>) -> Result<Array2<T>, Error> {
        self.network().forward(inputs)
    }

    /// The gradient of any loss with respect to the parameters, from inputs `[samples, inputs]`
    /// and the loss's gradient `d_output` `[samples, outputs]` with respect to the outputs there.
    /// It is kept for [`Trainer::update`]: the backward half of a loss of one's own.
    ///
    /// # Errors
    /// Shapes that fit neither the network nor each other; an input that is not finite.
    pub fn backward(
        &mut self,
        inputs: ArrayView2<'_, T>,
        d_output: ArrayView2<'_, T>,
    ) -> Result<&[T], Error> {
        let outputs = self.program.outputs;
        if d_output.ncols() != outputs {
            let what = "a row of output gradients".to_owned();
            return Err(Error::BadLength {
                what,
                found: d_output.ncols(),
                expected: outputs,
            });
        }
        // Output gradients take the same way into blocks as targets do.
        let carrier = Samples::new(inputs, &Targets::Values(d_output.to_owned()))?;
        features_fit(&self.spec.architecture, &carrier)?;
        let columns = block_columns(carrier.len(), self.program.block_limit(), T::LANES);
        self.make_room(columns);
        let blocks = carrier.blocks(columns);
        let Self {
            program,
            workspace,
            parameters,
            gradient,
            ..
        } = self;
        for index in 0..blocks.count() {
            let block = blocks.block(index);
            program.forward(parameters, block.x, block.columns, &mut workspace.pass);
            workspace.pass.delta[0][..block.values.len()].copy_from_slice(block.values);
            program.backward(
                parameters,
                block.x,
                block.columns,
                index > 0,
                &mut workspace.pass,
                gradient,
            );
        }
        Ok(&self.gradient)
    }

    /// The optimizer's answer to the gradient computed last, penalties added. [`Trainer::step`]
    /// does this itself; call it after [`Trainer::backward`].
    pub fn update(&mut self) -> Status {
        if self.status == Status::Diverged {
            return self.status;
        }
        self.steps += 1;
        let mut finite = true;
        for segment in &self.segments {
            let tensors = Tensors {
                parameters: &mut self.parameters,
                gradient: &self.gradient,
                moments: &mut self.moments,
            };
            finite &=
                self.spec
                    .optimizer
                    .update(&self.program.kernels, self.steps, segment, tensors);
        }
        if !finite {
            self.status = Status::Diverged;
        }
        self.status
    }

    /// Updates made so far. Where training has diverged, the last of them made a parameter
    /// infinite or NaN.
    pub fn steps_done(&self) -> u64 {
        self.steps
    }

    /// Updates that make one pass over the samples.
    pub fn steps_per_epoch(&self) -> u64 {
        match &self.feed {
            Feed::Full(_) => 1,
            Feed::Batches(order) | Feed::Single(order) => order.batches(),
        }
    }

    /// Whether training has diverged.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The seed of this training.
    pub fn seed(&self) -> u64 {
        self.seed
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

    /// A copy of the network as it stands.
    pub fn network(&self) -> Network<T> {
        Network::new(self.spec.architecture.clone(), self.parameters.to_vec())
            .expect("the parameters have the architecture's length")
    }

    /// L2 norms of the weights and biases as they stand.
    pub fn norms(&self) -> Norms {
        Norms::of(&self.spec.architecture, &self.parameters)
    }

    /// Everything needed to go on later from here.
    pub fn state(&self) -> State<T> {
        State {
            seed: self.seed,
            steps: self.steps,
            parameters: self.parameters.to_vec(),
            moments: self.moments.to_vec(),
            batches: match &self.feed {
                Feed::Full(_) => 0,
                Feed::Batches(order) | Feed::Single(order) => order.position(self.steps),
            },
            status: self.status,
        }
    }

    /// Goes on from a state of a training with this spec and these samples.
    ///
    /// # Errors
    /// A state with other numbers of parameters or moments.
    pub fn restore(&mut self, state: &State<T>) -> Result<(), Error> {
        let mismatch = |what: &str, found: usize, expected: usize| {
            Err(Error::StateMismatch {
                what: format!("it has {found} {what}, but {expected} are needed"),
            })
        };
        if state.parameters.len() != self.parameters.len() {
            return mismatch("parameters", state.parameters.len(), self.parameters.len());
        }
        if state.moments.len() != self.moments.len() {
            return mismatch("moments", state.moments.len(), self.moments.len());
        }
        self.seed = state.seed;
        self.steps = state.steps;
        self.status = state.status;
        self.parameters.copy_from_slice(&state.parameters);
        self.moments.copy_from_slice(&state.moments);
        match &mut self.feed {
            Feed::Full(_) => {}
            Feed::Batches(order) | Feed::Single(order) => {
                order.resume(state.seed, state.batches, state.steps);
            }
        }
        Ok(())
    }

    /// What a summed loss over `count` samples is multiplied by.
    fn factor(&self, count: usize) -> f64 {
        self.spec.loss_scale / self.spec.loss.terms(count, self.program.outputs)
    }

    /// Gradient over all samples; with `observe`, what the forward passes say goes to the tally.
    fn full_gradient(&mut self, observe: bool) {
        let factor = T::from_f64(self.factor(self.samples.len()));
        let own;
        let layout = match &self.feed {
            Feed::Full(layout) => layout,
            _ => {
                let columns =
                    block_columns(self.samples.len(), self.program.block_limit(), T::LANES);
                self.make_room(columns);
                own = Layout::new(self.samples, columns);
                &own
            }
        };
        let Self {
            program,
            workspace: Workspace { gather, pass, .. },
            parameters,
            gradient,
            objective,
            tally,
            samples,
            ..
        } = self;
        if observe {
            tally.clear();
        }
        for index in 0..layout.count(samples) {
            let block = layout.block(index, samples, gather);
            program.forward(parameters, block.x, block.columns, pass);
            if observe {
                tally.add(
                    &program.kernels,
                    *objective,
                    program.outputs,
                    &block,
                    program.outputs(pass, block.columns),
                );
            }
            program.loss_gradient(&block, *objective, factor, pass);
            program.backward(
                parameters,
                block.x,
                block.columns,
                index > 0,
                pass,
                gradient,
            );
        }
    }

    /// Gradient over the next batch.
    fn batch_gradient(&mut self) {
        let Feed::Batches(order) = &mut self.feed else {
            return;
        };
        let batch = order.batch(self.steps);
        let factor = T::from_f64(
            self.spec.loss_scale / self.spec.loss.terms(batch.len(), self.program.outputs),
        );
        let columns = block_columns(batch.len(), self.program.block_limit(), T::LANES);
        let Self {
            program,
            workspace: Workspace { gather, pass, .. },
            parameters,
            gradient,
            objective,
            samples,
            ..
        } = self;
        for (index, rows) in order.rows()[batch].chunks(columns).enumerate() {
            let block = gather.fill(samples, rows.iter().map(|&row| row as usize));
            program.forward(parameters, block.x, block.columns, pass);
            program.loss_gradient(&block, *objective, factor, pass);
            program.backward(
                parameters,
                block.x,
                block.columns,
                index > 0,
                pass,
                gradient,
            );
        }
    }

    /// The gradient of the next sample and the update with it, in one where the optimizer allows.
    fn single_step(&mut self) {
        let Feed::Single(order) = &mut self.feed else {
            return;
        };
        let batch = order.batch(self.steps);
        let row = order.rows()[batch.start] as usize;
        let factor =
            T::from_f64(self.spec.loss_scale / self.spec.loss.terms(1, self.program.outputs));
        let Self {
            program,
            workspace: Workspace { gather, pass, .. },
            parameters,
            gradient,
            objective,
            descent,
            ..
        } = self;
        let block = gather.point(self.samples, row);
        if descent.is_empty() {
            program.single(
                &block,
                *objective,
                factor,
                pass,
                Answer::Gradient {
                    parameters,
                    gradient,
                },
            );
            self.update();
            return;
        }
        self.steps += 1;
        if !program.single(
            &block,
            *objective,
            factor,
            pass,
            Answer::Descent {
                parameters,
                forms: descent,
            },
        ) {
            self.status = Status::Diverged;
        }
    }

    /// Grows the workspace where a pass over wider blocks than those of a step is asked for.
    fn make_room(&mut self, columns: usize) {
        if self.workspace.columns() < columns {
            self.workspace = Workspace::new(&self.program, columns);
        }
    }
}

fn tally<T: Scalar>(spec: &TrainSpec, samples: &Samples<T>) -> Tally {
    let classes = matches!(samples.targets(), Targets::Classes { .. });
    Tally::new(
        spec.architecture.outputs(),
        spec.loss.is_regression() && !classes,
        classes,
    )
}

fn features_fit<T: Scalar>(architecture: &Architecture, samples: &Samples<T>) -> Result<(), Error> {
    let (found, expected) = (samples.features(), architecture.inputs);
    if found == expected {
        return Ok(());
    }
    Err(Error::FeatureMismatch {
        found,
        expected,
        architecture: architecture.to_string(),
    })
}

fn fits<T: Scalar>(spec: &TrainSpec, samples: &Samples<T>) -> Result<(), Error> {
    features_fit(&spec.architecture, samples)?;
    samples.check_loss(spec.loss, spec.architecture.outputs())
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::{
        Activation, Loss,
        seed::{Purpose, Stream},
    };

    fn data(samples: usize, features: usize) -> Samples<f32> {
        let mut stream = Stream::new(2, Purpose::Generator);
        let inputs = Array2::from_shape_simple_fn((samples, features), || stream.normal() as f32);
        let labels = (0..samples).map(|_| stream.below(3) as u32).collect();
        Samples::new(inputs.view(), &Targets::Classes { labels, classes: 3 }).unwrap()
    }

    #[test]
    fn descent_fused_with_the_gradient_has_the_bits_of_both_passes() {
        let samples = data(50, 5);
        let net = Architecture::classical(5, &[17, 6], Activation::Silu, 3);
        for (weight_decay, decay_bias) in [(0.0, false), (0.01, false), (0.01, true)] {
            let batch = Batch::Size(1);
            let spec = TrainSpec::new(net.clone(), Loss::SoftmaxCrossEntropy);
            let spec = TrainSpec {
                batch,
                weight_decay,
                decay_bias,
                ..spec
            };
            let mut fused = Trainer::new(&spec, &samples, 1, Level::best()).unwrap();
            let mut apart = fused.clone();
            assert_eq!(fused.descent.len(), 3);
            apart.descent.clear();
            for _ in 0..120 {
                fused.step();
                apart.step();
                assert_eq!(fused.parameters(), apart.parameters());
            }
            assert_eq!(fused.state(), apart.state());
        }
    }

    #[test]
    fn a_part_too_large_to_be_kept_twice_gives_the_same_numbers() {
        let samples = data(1500, 7);
        let net = Architecture::classical(7, &[9], Activation::Tanh, 3);
        let spec = TrainSpec::new(net, Loss::SoftmaxCrossEntropy);
        let mut kept = Trainer::new(&spec, &samples, 1, Level::best()).unwrap();
        let mut gathered = kept.clone();
        let columns = block_columns(samples.len(), kept.program.block_limit(), 16);
        assert!(columns < 1500, "several blocks");
        gathered.feed = Feed::Full(Layout::Gathered(columns));
        for _ in 0..5 {
            kept.step();
            gathered.step();
        }
        assert_eq!(kept.parameters(), gathered.parameters());
    }
}
