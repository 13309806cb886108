//! The engine agrees with the textbook on random networks.

use mlp_core::{
    Activation, Adam, Architecture, Batch, Init, LayerSpec, Level, Loss, Optimizer, Outputs,
    Samples, Scalar, Sgd, Targets, TrainSpec, Trainer, reference,
    seed::{Purpose, Stream},
};
use ndarray::{Array2, ArrayView2, Axis};
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
            outputs,
            activation,
            bias,
            scale,
        })
}

fn optimizer() -> impl Strategy<Value = Optimizer> {
    let sgd = |momentum, dampening, nesterov| {
        Optimizer::Sgd(Sgd {
            momentum,
            dampening,
            nesterov,
        })
    };
    prop_oneof![
        Just(sgd(0.0, 0.0, false)),
        Just(sgd(0.9, 0.0, false)),
        Just(sgd(0.8, 0.3, false)),
        Just(sgd(0.9, 0.0, true)),
        Just(Optimizer::Adam(Adam::default())),
        Just(Optimizer::Adam(Adam {
            beta1: 0.7,
            beta2: 0.9,
            epsilon: 1e-3
        })),
    ]
}

#[derive(Clone, Debug)]
struct Case {
    spec: TrainSpec,
    /// Samples and classes count differently, targets are smoothed.
    weighted: bool,
    samples: usize,
    seed: u64,
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
                decay_bias,
                batch,
                loss_scale,
                init: Init::GlorotNormal,
                bias_init: 0.1,
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
        let (inputs, targets) = case.data::<f64>();
        let samples = case.samples(&inputs, &targets);
        let weights = case.weights();
        let weights = weights.as_deref();
        let mut trainer = Trainer::new(&case.spec, &samples, case.seed, Level::best()).unwrap();
        let mut textbook = trainer.parameters().to_vec();
        let mut updater = reference::Updater::new(&case.spec);
        for rows in case.batches(5) {
            let (x, t) = pick(inputs.view(), &targets, &rows);
            let of_rows = pick_weights(weights, &rows);
            let gradient =
                reference::weighted_gradient(&case.spec, &textbook, x.view(), &t, of_rows.as_deref());
            updater.update(&mut textbook, &gradient);
            trainer.step();
            let error = distance(trainer.parameters(), &textbook, 1e-3);
            prop_assert!(error < 1e-9, "step {}: {error:e}", trainer.steps_done());
        }
        let loss = reference::weighted_mean_loss(&case.spec, &textbook, inputs.view(), &targets, weights);
        let found = trainer.evaluate(&samples).unwrap().loss;
        prop_assert!((found - loss).abs() < 1e-9 * (1.0 + loss.abs()), "{found} for {loss}");
        let full = reference::weighted_gradient(&case.spec, &textbook, inputs.view(), &targets, weights);
        let error = distance(trainer.gradient(), &full, 1e-3);
        prop_assert!(error < 1e-8, "gradient: {error:e}");
    }

    /// One gradient in f32 against the textbook in f64 at the same numbers: 300 terms and five
    /// layers of rounding errors of 6e-8, relative to the sum of sizes.
    #[test]
    fn gradients_in_f32(case in case()) {
        let (inputs, targets) = case.data::<f32>();
        let samples = case.samples(&inputs, &targets);
        let weights = case.weights();
        let weights = weights.as_deref();
        let mut trainer = Trainer::new(&case.spec, &samples, case.seed, Level::best()).unwrap();
        let wide: Vec<f64> = trainer.parameters().iter().map(|&p| f64::from(p)).collect();
        let targets = match &targets {
            Targets::Values(values) => Targets::Values(values.mapv(f64::from)),
            Targets::Classes { labels, classes } => Targets::Classes { labels: labels.clone(), classes: *classes },
        };
        let inputs = inputs.mapv(f64::from);
        let expected = reference::weighted_gradient(&case.spec, &wide, inputs.view(), &targets, weights);
        let error = distance(trainer.gradient(), &expected, 1e-2);
        prop_assert!(error < 1e-4, "{error:e}");
        let loss = reference::weighted_mean_loss(&case.spec, &wide, inputs.view(), &targets, weights);
        let found = trainer.evaluate(&samples).unwrap().loss;
        prop_assert!((found - loss).abs() < 1e-5 * (1.0 + loss.abs()), "{found} for {loss}");
        // The same through one plain update on the first batch, whatever its path.
        let rate = 0.5;
        let plain = TrainSpec {
            optimizer: Optimizer::Sgd(Sgd::default()),
            learning_rate: rate,
            layer_learning_rates: None,
            weight_decay: 0.0,
            ..case.spec.clone()
        };
        let mut trainer = Trainer::new(&plain, &samples, case.seed, Level::best()).unwrap();
        trainer.step();
        let rows = &case.batches(1)[0];
        let (x, t) = pick(inputs.view(), &targets, rows);
        let of_rows = pick_weights(weights, rows);
        let gradient = reference::weighted_gradient(&plain, &wide, x.view(), &t, of_rows.as_deref());
        let moved: Vec<f64> = wide.iter().zip(&gradient).map(|(p, g)| p - rate * g).collect();
        let error = distance(trainer.parameters(), &moved, 1e-2);
        prop_assert!(error < 1e-4, "update: {error:e}");
    }
}
