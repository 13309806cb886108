//! The engine agrees with the textbook on random networks.

use mlp_core::{
    Activation, Architecture, Batch, BatchNorm, Clip, Hinge, Init, LayerNorm, LayerSpec, Level,
    Loss, Normalization, Optimizer, Outputs, Samples, Scalar, Sgd, SquaredHinge, Targets,
    TrainSpec, Trainer, reference,
    seed::{Purpose, Stream},
};
use ndarray::{Array1, Array2, ArrayView2, Axis};
use proptest::{prelude::*, test_runner::RngSeed};

fn layer() -> impl Strategy<Value = LayerSpec> {
    let scale = prop_oneof![2 => Just(1.0), 1 => 0.3..1.5];
    (
        1usize..21,
        prop::sample::select(Activation::DEFAULTS),
        any::<bool>(),
        scale,
    )
        .prop_map(|(outputs, activation, bias, scale)| LayerSpec {
            bias,
            scale,
            ..LayerSpec::new(outputs, activation)
        })
}

/// Optimizers that take each parameter by itself, and Muon, with the variants that take another way.
const OPTIMIZERS: &[&str] = &[
    "sgd",
    "momentum:0.9",
    "momentum:0.8:0.3",
    "nesterov:0.9",
    "nesterov:0.9:form=sklearn",
    "adam",
    "adam:0.7:0.9:1e-3",
    "adam:0.9:0.9:1e-3:amsgrad=true",
    "adam:0.9:0.999:1e-3:decoupled=true",
    "adam:0.9:0.999:1e-3:form=sklearn",
    "adamw:0.9:0.999:1e-3",
    "nadam:0.9:0.999:1e-3",
    "nadam:0.9:0.999:1e-3:decoupled=true",
    "radam",
    "radam:0.6:0.7:1e-3",
    "adamax:0.9:0.999:1e-3",
    "adagrad:0.25:0.5:1e-3",
    "adadelta:0.9:1e-3",
    "rmsprop:0.99:1e-3",
    "rmsprop:0.9:1e-2:0.8",
    "asgd:0.01:0.6:2",
    "muon:rest=momentum/0.9:rest_rate=0.05",
    "muon:0.9:nesterov=false:rate_factor=match_rms_adamw:rest=sgd",
];

fn optimizer() -> impl Strategy<Value = Optimizer> {
    prop::sample::select(OPTIMIZERS).prop_map(|text| text.parse().unwrap())
}

fn normalization() -> impl Strategy<Value = Normalization> {
    let batch = |epsilon, momentum, affine| {
        Normalization::Batch(BatchNorm {
            epsilon,
            momentum,
            affine,
        })
    };
    let layer = |epsilon, affine| Normalization::Layer(LayerNorm { epsilon, affine });
    prop_oneof![
        2 => Just(Normalization::None),
        1 => Just(batch(1e-2, 0.1, true)),
        1 => Just(batch(0.1, 0.4, false)),
        1 => Just(layer(1e-2, true)),
        1 => Just(layer(0.1, false)),
    ]
}

/// What stands between and around the dense layers.
#[derive(Clone, Debug)]
struct Operations {
    normalizations: Vec<Normalization>,
    skip: bool,
    /// Whether hidden layers are as wide as what feeds them, so that they can be skipped.
    even: bool,
    dropout: f64,
    input_dropout: f64,
    input_noise: f64,
}

fn operations() -> impl Strategy<Value = Operations> {
    let rate = || prop_oneof![2 => Just(0.0), 1 => 0.1f64..0.6];
    let all = (
        prop::collection::vec(normalization(), 6),
        any::<bool>(),
        any::<bool>(),
        (rate(), rate(), rate()),
    );
    all.prop_map(|(normalizations, skip, even, rates)| Operations {
        normalizations,
        skip,
        even,
        dropout: rates.0,
        input_dropout: rates.1,
        input_noise: rates.2,
    })
}

/// Adds the operations to a network of plain layers.
fn with_operations(case: Case, operations: &Operations) -> Case {
    let Case {
        mut spec,
        weighted,
        mut samples,
        seed,
    } = case;
    // Where all inputs are dropped, normalization makes scores equal, and rounding decides which is
    // the best wrong one.
    spec.loss = match spec.loss {
        Loss::Hinge(_) => Loss::Hinge(Hinge { all_pairs: true }),
        Loss::SquaredHinge(_) => Loss::SquaredHinge(SquaredHinge { all_pairs: true }),
        loss => loss,
    };
    // A bias before normalization has no gradient but rounding, which decides on its sign.
    if spec.decay_bias {
        (spec.l1, spec.layer_l1) = (0.0, None);
    }
    let adaptive = spec.optimizer.slots() > 1
        || matches!(
            spec.optimizer,
            Optimizer::RmsProp(_) | Optimizer::Adagrad(_) | Optimizer::Muon(_)
        );
    let net = &mut spec.architecture;
    let mut inputs = net.inputs;
    let hidden = net.layers.len() - 1;
    for (index, layer) in net.layers.iter_mut().enumerate() {
        layer.normalization = operations.normalizations[index];
        if operations.even && index < hidden {
            layer.outputs = inputs;
        }
        layer.skip = operations.skip && layer.outputs == inputs;
        // Where all inputs of a sample are dropped, normalization puts a neuron exactly onto the
        // corner of a rectifier, and rounding decides on its derivative.
        let corner = matches!(
            layer.activation,
            Activation::Relu | Activation::LeakyRelu(_)
        );
        if corner && layer.normalization != Normalization::None {
            layer.activation = Activation::Elu(1.0);
        }
        // A bias before batch normalization has no gradient but rounding, which an adaptive
        // optimizer makes as large as any other.
        layer.bias &= !(adaptive && layer.normalization.is_batch());
        inputs = layer.outputs;
    }
    let normalizes = net
        .layers
        .iter()
        .any(|layer| layer.normalization.is_batch());
    spec.dropout = vec![operations.dropout; hidden];
    spec.input_dropout = operations.input_dropout;
    spec.input_noise = operations.input_noise;
    if normalizes {
        // The statistics of a few samples say little and amplify rounding.
        samples = samples.max(9);
        let single =
            |size: usize| size < samples && (size < 8 || samples % size < 8 && samples % size > 0);
        if matches!(spec.batch, Batch::Size(size) if single(size)) {
            spec.batch = Batch::Full;
        }
    }
    Case {
        spec,
        weighted,
        samples,
        seed,
    }
}

/// Has the layers that `seeing` has a bit for see all before them, or all where it has none.
fn with_shortcuts(mut case: Case, seeing: u8) -> Case {
    for (index, layer) in case.spec.architecture.layers.iter_mut().enumerate() {
        layer.skip = false;
        layer.shortcuts = seeing == 0 || seeing >> index & 1 == 1;
    }
    case
}

/// The layers of the update after `steps` updates, with what they drop.
fn training_layers(
    case: &Case,
    parameters: &[f64],
    steps: u64,
    samples: usize,
) -> Vec<reference::Layer<f64>> {
    let mut layers = reference::layers(&case.spec.architecture, parameters);
    let masks = reference::masks(&case.spec, case.seed, steps, samples);
    for (layer, mask) in layers.iter_mut().zip(masks) {
        layer.mask = mask;
    }
    layers
}

/// Running statistics, moved as the textbook says.
struct Running(Vec<f64>);

impl Running {
    fn update(&mut self, net: &Architecture, traces: &[reference::Trace<f64>]) {
        for range in net.statistics() {
            let Normalization::Batch(batch) = net.layers[range.layer].normalization else {
                panic!("statistics are those of batch normalization");
            };
            let numbers = |at: &std::ops::Range<usize>| Array1::from(self.0[at.clone()].to_vec());
            let (mut means, mut variances) = (numbers(&range.means), numbers(&range.variances));
            let z = &traces[range.layer].dense;
            reference::move_statistics(&mut means, &mut variances, batch.momentum, z);
            self.0[range.means].copy_from_slice(&means.to_vec());
            self.0[range.variances].copy_from_slice(&variances.to_vec());
        }
    }
}

#[derive(Clone, Debug)]
struct Case {
    spec: TrainSpec,
    /// Samples and classes count differently, targets are smoothed.
    weighted: bool,
    samples: usize,
    seed: u64,
}

/// Mostly none.
fn limit(low: f64, high: f64) -> impl Strategy<Value = Option<f64>> {
    prop_oneof![3 => Just(None), 1 => (low..high).prop_map(Some)]
}

prop_compose! {
    fn case()(
        inputs in 1usize..12,
        hidden in prop::collection::vec(layer(), 0..5),
        last in layer(),
        linear in any::<bool>(),
        loss in prop::sample::select(Loss::DEFAULTS),
        optimizer in optimizer(),
        settings in (0.001f64..0.05, any::<bool>(), any::<bool>(), any::<bool>(), 0.5f64..2.0),
        limits in (limit(0.02, 1.0), limit(0.02, 1.0), limit(0.1, 2.0), limit(0.001, 0.05), any::<bool>()),
        batch in prop_oneof![Just(Batch::Full), Just(Batch::Size(1)), (2usize..40).prop_map(Batch::Size)],
        samples in 1usize..300,
        seed in any::<u64>(),
        weighted in any::<bool>(),
    ) -> Case {
        let (learning_rate, decays, decay_bias, by_layer, loss_scale) = settings;
        // Where slopes grow with the outputs, large rates diverge, and that amplifies rounding.
        let steep = matches!(loss, Loss::SquaredHinge(_) | Loss::Poisson(_));
        let learning_rate = if steep { 0.01 * learning_rate } else { learning_rate };
        let mut net = hidden.into_iter().fold(Architecture::new(inputs), Architecture::with);
        net = net.with(if linear { LayerSpec { activation: Activation::Identity, ..last } } else { last });
        let layers = net.layers.len();
        let each = |value: f64| (0..layers).map(|layer| value * layer as f64).collect();
        // Muon is for hidden layers.
        let optimizer = match optimizer {
            Optimizer::Muon(_) if layers == 1 => Optimizer::Sgd(Sgd::default()),
            optimizer => optimizer,
        };
        let (clip_value, clip_norm, max_norm, l1, layered) = limits;
        let rates = (0..layers).map(|layer| learning_rate * (1.0 + 0.5 * layer as f64)).collect();
        let outputs = net.outputs();
        let classes = match loss.outputs() {
            Outputs::ClassLogits | Outputs::Scores => Some(if outputs == 1 && loss != Loss::SoftmaxCrossEntropy { 2 } else { outputs }),
            Outputs::Logits if outputs == 1 => Some(2),
            _ => None,
        };
        let class_weights = classes.map(|classes| (0..classes).map(|class| 0.5 + 0.25 * class as f64).collect());
        let positives = loss == Loss::BinaryCrossEntropy;
        Case {
            weighted,
            spec: TrainSpec {
                class_weights: class_weights.filter(|_| weighted),
                label_smoothing: if weighted && loss.smooths() { 0.1 } else { 0.0 },
                positive_weights: (weighted && positives).then(|| vec![1.5; outputs]),
                optimizer,
                learning_rate,
                layer_learning_rates: by_layer.then_some(rates),
                weight_decay: if decays { 0.05 } else { 0.0 },
                layer_weight_decays: (decays && layered).then(|| each(0.02)),
                l1: l1.unwrap_or(0.0),
                layer_l1: l1.filter(|_| layered).map(each),
                clip: Clip { value: clip_value, norm: clip_norm },
                max_norm,
                decay_bias,
                batch,
                loss_scale,
                init: Init::GlorotNormal,
                bias_init: Init::Constant(0.1),
                ..TrainSpec::new(net, loss)
            },
            samples,
            seed,
        }
    }
}

impl Case {
    fn data<T: Scalar>(&self) -> (Array2<T>, Targets<T>) {
        let mut stream = Stream::new(self.seed, Purpose::Generator);
        let net = &self.spec.architecture;
        let mut number = |_| T::from_f64(stream.normal());
        let inputs = Array2::from_shape_simple_fn((self.samples, net.inputs), || number(()));
        let mut stream = Stream::new(self.seed, Purpose::Labels);
        let outputs = net.outputs();
        let targets = match self.spec.loss.outputs() {
            Outputs::Scores | Outputs::ClassLogits
                if outputs > 1 || self.spec.loss == Loss::SoftmaxCrossEntropy =>
            {
                let labels = (0..self.samples)
                    .map(|_| stream.below(outputs as u64) as u32)
                    .collect();
                Targets::Classes {
                    labels,
                    classes: outputs,
                }
            }
            Outputs::Scores | Outputs::Logits if outputs == 1 => Targets::Classes {
                labels: (0..self.samples).map(|_| stream.below(2) as u32).collect(),
                classes: 2,
            },
            _ => Targets::Values(Array2::from_shape_simple_fn(
                (self.samples, outputs),
                || T::from_f64(stream.uniform()),
            )),
        };
        (inputs, targets)
    }

    /// What the samples count, where they count differently; every fifth nothing.
    fn weights(&self) -> Option<Vec<f64>> {
        let weight = |sample: usize| (sample % 5) as f64 / 2.0;
        // A sample alone must count.
        let alone = self.samples == 1;
        self.weighted.then(|| {
            (0..self.samples)
                .map(|s| if alone { 2.0 } else { weight(s) })
                .collect()
        })
    }

    fn samples<T: Scalar>(&self, inputs: &Array2<T>, targets: &Targets<T>) -> Samples<T> {
        let samples = Samples::new(inputs.view(), targets).unwrap();
        match self.weights() {
            Some(weights) => samples.with_weights(&weights).unwrap(),
            None => samples,
        }
    }

    /// The batches of the first `steps` updates, by the documented rule: every epoch shuffles the
    /// natural order with the stream `Batches`; a short last batch is kept.
    fn batches(&self, steps: usize) -> Vec<Vec<usize>> {
        let size = match self.spec.batch {
            Batch::Size(size) if size < self.samples => size,
            _ => return vec![(0..self.samples).collect(); steps],
        };
        let mut stream = Stream::new(self.seed, Purpose::Batches);
        let mut batches = Vec::new();
        while batches.len() < steps {
            let mut rows: Vec<usize> = (0..self.samples).collect();
            stream.shuffle(&mut rows);
            batches.extend(rows.chunks(size).map(<[usize]>::to_vec));
        }
        batches.truncate(steps);
        batches
    }
}

pub(crate) fn pick<T: Scalar>(
    inputs: ArrayView2<'_, T>,
    targets: &Targets<T>,
    rows: &[usize],
) -> (Array2<T>, Targets<T>) {
    let targets = match targets {
        Targets::Values(values) => Targets::Values(values.select(Axis(0), rows)),
        Targets::Classes { labels, classes } => Targets::Classes {
            labels: rows.iter().map(|&row| labels[row]).collect(),
            classes: *classes,
        },
    };
    (inputs.select(Axis(0), rows), targets)
}

fn pick_weights(weights: Option<&[f64]>, rows: &[usize]) -> Option<Vec<f64>> {
    weights.map(|weights| rows.iter().map(|&row| weights[row]).collect())
}

/// |a - b| / |b|, both as vectors; an absolute error where b is shorter than `floor`.
fn distance<T: Scalar>(a: &[T], b: &[f64], floor: f64) -> f64 {
    let squares = |values: &mut dyn Iterator<Item = f64>| values.map(|x| x * x).sum::<f64>().sqrt();
    let length = squares(&mut b.iter().copied());
    squares(&mut a.iter().zip(b).map(|(a, b)| a.to_f64() - b))
        / if length > floor { length } else { floor }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    /// Five updates in f64. A sum of up to 300 terms errs by 300 rounding errors of 1e-16 relative
    /// to the sum of sizes; five layers, five updates and the division of Adam (whose epsilon of
    /// 1e-8 bounds what it makes of a gradient that is all rounding) stay below 1e-9.
    #[test]
    fn trajectories_in_f64(case in case()) {
        trajectory(&case, 1e-9)?;
    }

    /// As above with normalization, dropout, noise and shortcuts. Normalizing multiplies rounding by
    /// up to 1 / sqrt(epsilon) = 10 a layer.
    #[test]
    fn trajectories_with_operations_in_f64(case in case(), operations in operations()) {
        trajectory(&with_operations(case, &operations), 1e-8)?;
    }

    /// As above with some layers frozen.
    #[test]
    fn trajectories_of_frozen_layers_in_f64(case in case(), operations in operations(), frozen in any::<u8>()) {
        let mut case = with_operations(case, &operations);
        let layers = case.spec.architecture.layers.len();
        let mut frozen: Vec<usize> = (0..layers).filter(|layer| frozen >> layer & 1 == 1).collect();
        // One is to be trained.
        frozen.truncate(layers - 1);
        case.spec.frozen = frozen;
        trajectory(&case, 1e-8)?;
    }

    /// As above with layers that see all before them.
    #[test]
    fn trajectories_with_shortcuts_in_f64(case in case(), operations in operations(), seeing in any::<u8>()) {
        trajectory(&with_shortcuts(with_operations(case, &operations), seeing), 1e-8)?;
    }

    /// Ten iterations of L-BFGS at a given step length, in f64: three pairs turn over.
    #[test]
    fn quasi_newton_steps_in_f64(case in case()) {
        let spec = TrainSpec {
            optimizer: "lbfgs:3:line_search=none".parse().unwrap(),
            learning_rate: 0.05,
            layer_learning_rates: None,
            clip: Clip::default(),
            l1: 0.0,
            layer_l1: None,
            max_norm: None,
            batch: Batch::Full,
            ..case.spec.clone()
        };
        let (inputs, targets) = case.data::<f64>();
        let samples = Samples::new(inputs.view(), &targets).unwrap();
        let mut trainer = Trainer::new(&spec, &samples, case.seed, Level::best()).unwrap();
        let mut updater = reference::Updater::new(&spec);
        let mut textbook = trainer.parameters().to_vec();
        for _ in 0..10 {
            let gradient = reference::gradient(&spec, &textbook, inputs.view(), &targets);
            updater.update(&mut textbook, &gradient);
            trainer.step();
            let error = distance(trainer.parameters(), &textbook, 1e-3);
            prop_assert!(error < 1e-6, "step {}: {error:e}", trainer.steps_done());
        }
    }

    /// One gradient in f32 against the textbook in f64 at the same numbers: 300 terms and five
    /// layers of rounding errors of 6e-8, relative to the sum of sizes.
    #[test]
    fn gradients_in_f32(case in case()) {
        gradient(&case, 1e-4)?;
    }

    /// As above with layers that see all before them.
    #[test]
    fn gradients_with_shortcuts_in_f32(case in case(), seeing in any::<u8>()) {
        gradient(&with_shortcuts(case, seeing), 1e-4)?;
    }

    /// As above with normalization, dropout, noise and shortcuts.
    #[test]
    fn gradients_with_operations_in_f32(case in case(), operations in operations()) {
        gradient(&with_operations(case, &operations), 1e-3)?;
    }
}

fn trajectory(case: &Case, bound: f64) -> Result<(), TestCaseError> {
    let (inputs, targets) = case.data::<f64>();
    let net = &case.spec.architecture;
    let samples = case.samples(&inputs, &targets);
    let weights = case.weights();
    let weights = weights.as_deref();
    let mut trainer = Trainer::new(&case.spec, &samples, case.seed, Level::best()).unwrap();
    let mut textbook = trainer.parameters().to_vec();
    let mut running = Running(net.initial_statistics());
    let mut updater = reference::Updater::new(&case.spec);
    for (steps, rows) in (0..).zip(case.batches(5)) {
        let (x, t) = pick(inputs.view(), &targets, &rows);
        let x = reference::altered_inputs(&case.spec, case.seed, steps, x.view());
        let layers = training_layers(case, &textbook, steps, rows.len());
        let of_rows = pick_weights(weights, &rows);
        let of_rows = of_rows.as_deref();
        let gradient = reference::gradient_of(&case.spec, &layers, x.view(), &t, of_rows);
        running.update(net, &reference::forward(&layers, x.view()));
        updater.update(&mut textbook, &gradient);
        trainer.step();
        let error = distance(trainer.parameters(), &textbook, 1e-3);
        prop_assert!(error < bound, "step {}: {error:e}", trainer.steps_done());
        let error = distance(trainer.statistics(), &running.0, 1e-3);
        prop_assert!(
            error < bound,
            "statistics, step {}: {error:e}",
            trainer.steps_done()
        );
    }
    let layers = reference::evaluation_layers(net, &textbook, &running.0);
    let loss = reference::mean_loss_of(&case.spec, &layers, inputs.view(), &targets, weights);
    let found = trainer.evaluate(&samples).unwrap().loss;
    prop_assert!(
        (found - loss).abs() < bound * (1.0 + loss.abs()),
        "{found} for {loss}"
    );
    let full = reference::gradient_of(&case.spec, &layers, inputs.view(), &targets, weights);
    let error = distance(trainer.gradient(), &full, 1e-3);
    prop_assert!(error < 10.0 * bound, "gradient: {error:e}");
    let outputs = trainer.network().forward(inputs.view()).unwrap();
    let traces = reference::forward(&layers, inputs.view());
    let expected: Vec<f64> = reference::outputs(&traces).iter().copied().collect();
    let error = distance(
        &outputs.iter().copied().collect::<Vec<_>>(),
        &expected,
        1e-3,
    );
    prop_assert!(error < 10.0 * bound, "outputs: {error:e}");
    Ok(())
}

fn gradient(case: &Case, bound: f64) -> Result<(), TestCaseError> {
    let (inputs, targets) = case.data::<f32>();
    let net = &case.spec.architecture;
    let samples = case.samples(&inputs, &targets);
    let weights = case.weights();
    let weights = weights.as_deref();
    let mut trainer = Trainer::new(&case.spec, &samples, case.seed, Level::best()).unwrap();
    let wide: Vec<f64> = trainer.parameters().iter().map(|&p| f64::from(p)).collect();
    let targets = match &targets {
        Targets::Values(values) => Targets::Values(values.mapv(f64::from)),
        Targets::Classes { labels, classes } => Targets::Classes {
            labels: labels.clone(),
            classes: *classes,
        },
    };
    let layers = reference::evaluation_layers(net, &wide, &net.initial_statistics::<f64>());
    let x = inputs.mapv(f64::from);
    let expected = reference::gradient_of(&case.spec, &layers, x.view(), &targets, weights);
    let error = distance(trainer.gradient(), &expected, 1e-2);
    prop_assert!(error < bound, "{error:e}");
    let loss = reference::mean_loss_of(&case.spec, &layers, x.view(), &targets, weights);
    let found = trainer.evaluate(&samples).unwrap().loss;
    prop_assert!(
        (found - loss).abs() < 0.1 * bound * (1.0 + loss.abs()),
        "{found} for {loss}"
    );
    // The same through one plain update on the first batch, whatever its path.
    let rate = 0.5;
    let plain = TrainSpec {
        optimizer: Optimizer::Sgd(Sgd::default()),
        learning_rate: rate,
        layer_learning_rates: None,
        weight_decay: 0.0,
        layer_weight_decays: None,
        l1: 0.0,
        layer_l1: None,
        clip: Clip::default(),
        max_norm: None,
        ..case.spec.clone()
    };
    let mut trainer = Trainer::new(&plain, &samples, case.seed, Level::best()).unwrap();
    trainer.step();
    let rows = &case.batches(1)[0];
    let (x, t) = pick(x.view(), &targets, rows);
    let of_rows = pick_weights(weights, rows);
    let x = reference::altered_inputs(&plain, case.seed, 0, x.view());
    let layers = training_layers(case, &wide, 0, x.nrows());
    let gradient = reference::gradient_of(&plain, &layers, x.view(), &t, of_rows.as_deref());
    let moved: Vec<f64> = wide
        .iter()
        .zip(&gradient)
        .map(|(p, g)| p - rate * g)
        .collect();
    let error = distance(trainer.parameters(), &moved, 1e-2);
    prop_assert!(error < bound, "update: {error:e}");
    Ok(())
}
