//! Golden digests of whole trainings: the bits of `ENGINE`, the same on every level and machine.
//!
//! A change of any bit changes `tests/fixtures/digests.txt`, and is an entry under
//! "Reproducibility-breaking changes" of the changelog. Write the file anew with
//! `MLP_RENEW_DIGESTS=1 cargo test -p mlp-core --test it digest`.

mod operations;

use std::{collections::BTreeSet, env, fmt::Write as _, fs};

use mlp_core::{
    Activation, Adam, Architecture, Batch, Clip, Init, LayerSpec, Level, Loss, Optimizer, Outputs,
    Poisson, Samples, Scalar, Schedule, ScheduleContext, ScheduleSetting, Sgd, Status, Targets,
    TrainSpec, Trainer, WarmUp,
    seed::{Purpose, Stream},
};
use ndarray::Array2;

/// FNV-1a with 64 bits.
struct Digest(u64);

impl Digest {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, bits: u64) {
        for byte in bits.to_le_bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// What becomes of a training.
#[derive(Clone, Copy, PartialEq)]
enum ScheduleDefinition {
    /// The loss falls.
    Learns,
    /// After 20 steps half of the first layer's neurons are pushed so low that they stay at 0.
    Dies,
    /// A parameter overflows.
    Diverges,
}

struct Case {
    name: String,
    spec: TrainSpec,
    samples: usize,
    /// Classes, or 0 for values.
    classes: usize,
    steps: usize,
    /// Samples count differently, and no value is negative.
    weighted: bool,
    course: ScheduleDefinition,
}

fn momentum(momentum: f64, nesterov: bool) -> Optimizer {
    Optimizer::Sgd(Sgd {
        momentum,
        nesterov,
        ..Sgd::default()
    })
}

fn cases() -> Vec<Case> {
    let case = |name: &str, samples, classes, steps, spec| Case {
        name: name.to_owned(),
        spec,
        samples,
        classes,
        steps,
        weighted: false,
        course: ScheduleDefinition::Learns,
    };
    let moons = Architecture::classical(2, &[16, 16], Activation::Tanh, 1);
    let digits = Architecture::classical(64, &[64, 32], Activation::Relu, 10);
    let small = Architecture::classical(3, &[8], Activation::Relu, 2);
    let softmax = |net: &Architecture| TrainSpec::new(net.clone(), Loss::SoftmaxCrossEntropy);
    let mean_field = |outputs, activation| LayerSpec {
        scale: 0.25,
        bias: false,
        ..LayerSpec::new(outputs, activation)
    };
    let mut cases = vec![
        case(
            "full-batch",
            250,
            2,
            40,
            TrainSpec {
                learning_rate: 0.5,
                ..TrainSpec::new(moons.clone(), Loss::BinaryCrossEntropy)
            },
        ),
        case(
            "full-batch-of-many-blocks",
            2100,
            0,
            8,
            TrainSpec {
                weight_decay: 1e-3,
                decay_bias: true,
                ..TrainSpec::new(moons, Loss::SquaredError)
            },
        ),
        case(
            "mini-batches-adam",
            150,
            10,
            25,
            TrainSpec {
                optimizer: Optimizer::Adam(Adam::default()),
                learning_rate: 1e-3,
                batch: Batch::Size(32),
                ..softmax(&digits)
            },
        ),
        case(
            "single-samples",
            40,
            10,
            60,
            TrainSpec {
                learning_rate: 0.01,
                batch: Batch::Size(1),
                ..softmax(&digits)
            },
        ),
        case(
            "single-samples-nesterov",
            40,
            3,
            60,
            TrainSpec {
                optimizer: momentum(0.8, true),
                learning_rate: 0.01,
                batch: Batch::Size(1),
                weight_decay: 1e-3,
                ..softmax(&Architecture::classical(5, &[7], Activation::Gelu, 3))
            },
        ),
        case(
            "nesterov-by-layer",
            33,
            2,
            60,
            TrainSpec {
                optimizer: momentum(0.9, true),
                layer_learning_rates: Some(vec![0.02, 0.05]),
                init: Init::TruncatedNormal(0.5),
                bias_init: Init::Constant(0.1),
                ..softmax(&small)
            },
        ),
        case(
            "mean-field",
            272,
            0,
            30,
            TrainSpec {
                init: Init::Normal(1.0),
                learning_rate: 0.5,
                ..TrainSpec::new(
                    Architecture::new(16)
                        .with(mean_field(16, Activation::Tanh))
                        .with(mean_field(1, Activation::Identity)),
                    Loss::SquaredError,
                )
            },
        ),
        case(
            "large-layers",
            64,
            3,
            2,
            TrainSpec {
                optimizer: momentum(0.9, false),
                learning_rate: 0.01,
                ..softmax(&Architecture::classical(
                    40,
                    &[257, 301],
                    Activation::Relu,
                    3,
                ))
            },
        ),
    ];
    cases.extend(paced(&softmax(&small), &case));
    for &activation in Activation::DEFAULTS {
        let net = Architecture::new(5)
            .layer(7, activation)
            .layer(3, activation);
        cases.push(case(
            &format!("each-{}", activation.name()),
            50,
            0,
            20,
            TrainSpec {
                batch: Batch::Size(20),
                // What grows faster than z takes smaller steps.
                loss_scale: if activation.value(10.0) > 20.0 {
                    0.05
                } else {
                    0.5
                },
                init: Init::LecunNormal,
                ..TrainSpec::new(net, Loss::SquaredError)
            },
        ));
    }
    for (name, optimizer) in [
        ("dead-neurons-momentum", momentum(0.7, false)),
        (
            "dead-neurons-adam",
            Optimizer::Adam(Adam {
                beta1: 0.7,
                beta2: 0.8,
                ..Adam::default()
            }),
        ),
    ] {
        let spec = TrainSpec {
            optimizer,
            learning_rate: 0.01,
            ..softmax(&small)
        };
        cases.push(Case {
            course: ScheduleDefinition::Dies,
            ..case(name, 32, 2, 600, spec)
        });
    }
    let optimized = |text: &str, batch| {
        let optimizer: Optimizer = text.parse().unwrap();
        TrainSpec {
            // RMSprop's usual rate is too high for so short a training with momentum.
            learning_rate: match optimizer {
                Optimizer::RmsProp(_) => 1e-3,
                _ => optimizer.default_learning_rate(),
            },
            weight_decay: 1e-3,
            optimizer,
            batch,
            ..softmax(&digits)
        }
    };
    for text in [
        "nadam",
        "rmsprop:0.99:1e-8:0.9:centered=true",
        "adafactor",
        "muon:rest=lion",
        "irprop+",
    ] {
        let name = format!("optimizer-{}", text.split(':').next().unwrap_or_default());
        let batch = if text == "irprop+" {
            Batch::Full
        } else {
            Batch::Size(16)
        };
        cases.push(case(&name, 40, 10, 20, optimized(text, batch)));
    }
    let batch = Batch::Full;
    cases.push(case(
        "optimizer-lbfgs",
        40,
        10,
        12,
        optimized("lbfgs:5", batch),
    ));
    for known in Loss::ALL.concat() {
        let loss: Loss = known.name.parse().unwrap();
        let classes = match loss.outputs() {
            Outputs::ClassLogits | Outputs::Scores => 3,
            _ => 0,
        };
        // Rates must be positive.
        let last = match known.name.starts_with("poisson-rate") {
            true => Activation::Softplus,
            false => Activation::Identity,
        };
        let net = Architecture::new(5)
            .layer(7, Activation::Tanh)
            .layer(3, last);
        let spec = TrainSpec {
            batch: Batch::Size(20),
            learning_rate: 0.02,
            label_smoothing: if loss.smooths() { 0.1 } else { 0.0 },
            class_weights: (classes > 0).then(|| vec![0.5, 1.0, 3.0]),
            positive_weights: (loss == Loss::BinaryCrossEntropy).then(|| vec![0.5, 2.0, 1.5]),
            ..TrainSpec::new(net, loss)
        };
        cases.push(Case {
            weighted: true,
            ..case(&format!("weighted-{}", known.name), 50, classes, 20, spec)
        });
    }
    let spec = TrainSpec {
        learning_rate: 40.0,
        ..TrainSpec::new(
            Architecture::classical(3, &[8, 8], Activation::Softplus, 2),
            Loss::SquaredError,
        )
    };
    cases.push(Case {
        course: ScheduleDefinition::Diverges,
        ..case("divergence", 32, 0, 200, spec)
    });
    cases.extend(operations::cases());
    cases
}

/// Schedules, clipping and penalties, on every path of an update.
fn paced(
    spec: &TrainSpec,
    case: &impl Fn(&str, usize, usize, usize, TrainSpec) -> Case,
) -> Vec<Case> {
    let run = ScheduleContext {
        updates: 60,
        epoch: 4,
        momentum: true,
    };
    let schedule =
        |name: &str, given: &[(&str, ScheduleSetting)]| Schedule::named(name, given, &run).unwrap();
    let patience = ("patience", ScheduleSetting::Count(1));
    vec![
        case(
            "scheduled-one-cycle",
            33,
            2,
            60,
            TrainSpec {
                optimizer: momentum(0.9, true),
                schedule: schedule("one-cycle", &[]),
                batch: Batch::Size(9),
                ..spec.clone()
            },
        ),
        case(
            "scheduled-single-samples",
            33,
            2,
            60,
            TrainSpec {
                schedule: schedule("cosine", &[("restarts", ScheduleSetting::Flag(true))]),
                warm_up: WarmUp {
                    updates: 7,
                    from: 0.2,
                },
                alpha: 1e-2,
                batch: Batch::Size(1),
                ..spec.clone()
            },
        ),
        case(
            "scheduled-plateau",
            33,
            2,
            60,
            TrainSpec {
                schedule: schedule(
                    "plateau",
                    &[
                        patience.clone(),
                        ("threshold", ScheduleSetting::Number(0.1)),
                    ],
                ),
                batch: Batch::Size(9),
                ..spec.clone()
            },
        ),
        case(
            "scheduled-adaptive",
            33,
            2,
            60,
            TrainSpec {
                optimizer: Optimizer::Adam(Adam::default()),
                learning_rate: 1e-2,
                schedule: schedule(
                    "adaptive",
                    &[patience, ("tolerance", ScheduleSetting::Number(0.02))],
                ),
                alpha: 1e-2,
                batch: Batch::Size(9),
                ..spec.clone()
            },
        ),
        case(
            "scheduled-inverse-scaling",
            33,
            2,
            60,
            TrainSpec {
                schedule: schedule(
                    "inverse-scaling",
                    &[("power", ScheduleSetting::Number(0.3))],
                ),
                ..spec.clone()
            },
        ),
        case(
            "clipped",
            33,
            2,
            60,
            TrainSpec {
                clip: Clip {
                    value: Some(0.05),
                    norm: Some(0.1),
                },
                ..spec.clone()
            },
        ),
        case(
            "penalised",
            33,
            2,
            60,
            TrainSpec {
                optimizer: momentum(0.8, false),
                learning_rate: 0.05,
                l1: 1e-3,
                layer_weight_decays: Some(vec![1e-3, 0.0]),
                decay_bias: true,
                max_norm: Some(1.2),
                ..spec.clone()
            },
        ),
    ]
}

/// Normal points and, as targets, the classes of blobs or smooth values.
fn data<T: Scalar>(case: &Case) -> Samples<T> {
    let mut stream = Stream::new(11, Purpose::Generator);
    let net = &case.spec.architecture;
    let labels: Vec<u32> = (0..case.samples)
        .map(|_| stream.below(case.classes.max(1) as u64) as u32)
        .collect();
    let inputs = Array2::from_shape_fn((case.samples, net.inputs), |(sample, feature)| {
        let shift = (labels[sample] as usize * (feature + 3)) % 5;
        T::from_f64(0.5 * shift as f64 - 1.0 + 0.6 * stream.normal())
    });
    let targets = match case.classes {
        0 => Targets::Values(Array2::from_shape_fn(
            (case.samples, net.outputs()),
            |(sample, output)| {
                let x = inputs[[sample, output % net.inputs]].to_f64();
                let value = 0.1 + 0.2 * mlp_core::math::sin(2.0 * x);
                // Shares and counts are not negative. Counts beyond one tell the full likelihood from
                // the other.
                T::from_f64(match case.spec.loss {
                    Loss::Poisson(Poisson { full: true, .. }) => 20.0 * value.abs(),
                    _ if case.weighted => value.abs(),
                    _ => value,
                })
            },
        )),
        classes => Targets::Classes { labels, classes },
    };
    let samples = Samples::new(inputs.view(), &targets).unwrap();
    if !case.weighted {
        return samples;
    }
    let weights: Vec<f64> = (0..case.samples).map(|s| (s % 7) as f64 / 3.0).collect();
    samples.with_weights(&weights).unwrap()
}

fn digest<T: Scalar>(case: &Case, samples: &Samples<T>, level: Level) -> u64 {
    let mut trainer = Trainer::new(&case.spec, samples, 3, level).unwrap();
    let mut digest = Digest::new();
    let first = trainer.evaluate(samples).unwrap().loss;
    for step in 0..case.steps {
        if case.course == ScheduleDefinition::Dies && step == 20 {
            let mut state = trainer.state();
            let biases = trainer.architecture().ranges()[0].biases.clone();
            let half = biases.len() / 2;
            state.parameters[biases][..half].fill(T::from_f64(-1e3));
            trainer.restore(&state).unwrap();
        }
        // The whole part is evaluated where a step sees less, so not every time.
        if step % 4 == 0 {
            digest.add(trainer.loss_and_step().0.to_bits());
        } else {
            trainer.step();
        }
    }
    let last = trainer.evaluate(samples).unwrap();
    match case.course {
        ScheduleDefinition::Diverges => {
            assert_eq!(trainer.status(), Status::Diverged, "{}", case.name);
        }
        _ => assert!(last.loss < first, "{} learns nothing", case.name),
    }
    digest.add(trainer.steps_done());
    digest.add(last.loss.to_bits());
    for metric in [last.accuracy, last.r2, last.rmse].into_iter().flatten() {
        digest.add(metric.to_bits());
    }
    digest.add(trainer.gradient_norm().to_bits());
    let state = trainer.state();
    let numbers = state.parameters.iter().chain(&state.moments);
    for number in numbers.chain(&state.statistics) {
        digest.add(number.to_f64().to_bits());
    }
    for number in &state.scalars {
        digest.add(number.to_bits());
    }
    digest.0
}

/// The digest of a case in one type, the same on every level of this machine.
fn agreed<T: Scalar>(case: &Case) -> u64 {
    let samples = data::<T>(case);
    let levels = Level::supported();
    let digests: Vec<u64> = levels
        .iter()
        .map(|&level| digest(case, &samples, level))
        .collect();
    assert!(
        digests.iter().all(|digest| *digest == digests[0]),
        "{} in {}: {levels:?} give {digests:x?}",
        case.name,
        std::any::type_name::<T>()
    );
    digests[0]
}

#[test]
fn every_level_gives_the_golden_digest_of_each_training() {
    let mut found = String::new();
    let mut different = BTreeSet::new();
    for case in cases() {
        for (kind, digest) in [("f32", agreed::<f32>(&case)), ("f64", agreed::<f64>(&case))] {
            writeln!(found, "{} {kind} {digest:016x}", case.name).unwrap();
            assert!(
                different.insert(digest),
                "{} repeats another case",
                case.name
            );
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/digests.txt");
    if env::var_os("MLP_RENEW_DIGESTS").is_some_and(|value| value == "1") {
        fs::write(path, &found).unwrap();
    }
    let golden = fs::read_to_string(path).unwrap();
    let changed: Vec<_> = found
        .lines()
        .filter(|line| !golden.lines().any(|golden| golden == *line))
        .collect();
    assert!(
        changed.is_empty() && golden.lines().count() == found.lines().count(),
        "other bits than those of engine {}: {changed:#?}",
        mlp_core::ENGINE
    );
}

#[test]
fn digest_sees_every_bit_and_the_order() {
    let of = |numbers: &[u64]| {
        let mut digest = Digest::new();
        numbers.iter().for_each(|&number| digest.add(number));
        digest.0
    };
    // FNV-1a of eight bytes 0, from the recurrence by hand: h = offset * prime^8.
    let prime = (0..8).fold(1u64, |power, _| power.wrapping_mul(0x0100_0000_01b3));
    assert_eq!(of(&[0]), 0xcbf2_9ce4_8422_2325u64.wrapping_mul(prime));
    let all: BTreeSet<u64> = (0..64).map(|bit| of(&[1 << bit])).collect();
    assert_eq!(all.len(), 64);
    assert_ne!(of(&[1, 2]), of(&[2, 1]));
}
