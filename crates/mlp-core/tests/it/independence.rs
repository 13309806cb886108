//! The bits of a training depend on its recipe alone.

use mlp_core::{
    Activation, Adam, Architecture, Bands, Batch, BatchNorm, Clip, Job, LayerNorm, LayerSpec,
    Level, Loss, Normalization, Optimizer, Samples, Scalar, Schedule, ScheduleContext,
    ScheduleSetting, Sgd, Status, Targets, TrainSpec, Trainer, WarmUp,
    seed::{Purpose, Stream},
};
use ndarray::Array2;

fn spirals<T: Scalar>(samples: usize) -> Samples<T> {
    let mut stream = Stream::new(3, Purpose::Generator);
    let labels: Vec<u32> = (0..samples as u32).map(|s| s % 3).collect();
    let inputs = Array2::from_shape_fn((samples, 2), |(s, f)| {
        T::from_f64(f64::from(labels[s]) * (f as f64 - 0.5) + 0.6 * stream.normal())
    });
    Samples::new(inputs.view(), &Targets::Classes { labels, classes: 3 }).unwrap()
}

/// Recipes that go through every path: full batch of several blocks, mini-batches with a short
/// last one, mini-batches of several blocks, single samples; every optimizer; every operation.
fn specs() -> Vec<TrainSpec> {
    let net = Architecture::new(2)
        .layer(13, Activation::Tanh)
        .with(LayerSpec {
            scale: 0.5,
            bias: false,
            ..LayerSpec::new(7, Activation::Silu)
        })
        .layer(3, Activation::Identity);
    let operations = Architecture::new(2)
        .with(LayerSpec {
            normalization: Normalization::Batch(BatchNorm::default()),
            ..LayerSpec::new(9, Activation::Tanh)
        })
        .with(LayerSpec {
            normalization: Normalization::Layer(LayerNorm::default()),
            skip: true,
            ..LayerSpec::new(9, Activation::Silu)
        })
        .with(LayerSpec {
            normalization: Normalization::Batch(BatchNorm::default()),
            skip: true,
            ..LayerSpec::new(9, Activation::Relu)
        })
        .layer(3, Activation::Identity);
    // Layers that see everything before them; of the second all but one.
    let mut seeing = net.clone();
    let mut partly = operations.clone();
    for layer in seeing.layers.iter_mut().chain(&mut partly.layers) {
        (layer.shortcuts, layer.skip) = (true, false);
    }
    partly.layers[2].shortcuts = false;
    let spec = TrainSpec {
        weight_decay: 1e-3,
        ..TrainSpec::new(net, Loss::SoftmaxCrossEntropy)
    };
    let sgd = |momentum, nesterov| {
        Optimizer::Sgd(Sgd {
            momentum,
            nesterov,
            ..Sgd::default()
        })
    };
    let mut specs = vec![
        spec.clone(),
        TrainSpec {
            optimizer: sgd(0.9, false),
            batch: Batch::Size(33),
            ..spec.clone()
        },
        TrainSpec {
            optimizer: sgd(0.8, true),
            batch: Batch::Size(1),
            learning_rate: 0.01,
            ..spec.clone()
        },
        TrainSpec {
            batch: Batch::Size(1),
            learning_rate: 0.01,
            ..spec.clone()
        },
        TrainSpec {
            optimizer: Optimizer::Adam(Adam::default()),
            batch: Batch::Size(1500),
            ..spec.clone()
        },
        TrainSpec {
            dropout: vec![0.3, 0.0, 0.2],
            input_dropout: 0.1,
            input_noise: 0.2,
            architecture: operations.clone(),
            ..spec.clone()
        },
        TrainSpec {
            dropout: vec![0.0, 0.4, 0.2],
            optimizer: sgd(0.9, false),
            batch: Batch::Size(33),
            architecture: operations.clone(),
            ..spec.clone()
        },
        // Blocks of the short last batch are wider than those of the others.
        TrainSpec {
            input_noise: 0.1,
            batch: Batch::Size(680),
            architecture: operations,
            ..spec.clone()
        },
        TrainSpec {
            architecture: seeing.clone(),
            ..spec.clone()
        },
        TrainSpec {
            architecture: seeing.clone(),
            batch: Batch::Size(1),
            learning_rate: 0.01,
            frozen: vec![1],
            ..spec.clone()
        },
        TrainSpec {
            architecture: seeing,
            batch: Batch::Size(33),
            dropout: vec![0.2, 0.3],
            optimizer: Optimizer::Adam(Adam::default()),
            frozen: vec![0, 2],
            ..spec.clone()
        },
        TrainSpec {
            architecture: partly,
            batch: Batch::Size(680),
            dropout: vec![0.2, 0.0, 0.3],
            input_dropout: 0.1,
            input_noise: 0.2,
            ..spec.clone()
        },
        TrainSpec {
            dropout: vec![0.2, 0.2],
            batch: Batch::Size(1),
            learning_rate: 0.01,
            ..spec.clone()
        },
        scheduled(
            "plateau",
            &[
                ("patience", ScheduleSetting::Count(1)),
                ("threshold", ScheduleSetting::Number(0.2)),
            ],
            TrainSpec {
                batch: Batch::Size(500),
                ..spec.clone()
            },
        ),
        // It follows the loss of the passes that updates make anyway.
        scheduled(
            "plateau",
            &[
                ("patience", ScheduleSetting::Count(3)),
                ("every", ScheduleSetting::Count(1)),
            ],
            spec.clone(),
        ),
        scheduled(
            "adaptive",
            &[
                ("patience", ScheduleSetting::Count(4)),
                ("tolerance", ScheduleSetting::Number(0.05)),
            ],
            TrainSpec {
                batch: Batch::Size(300),
                alpha: 0.1,
                ..spec.clone()
            },
        ),
        scheduled(
            "adaptive",
            &[
                ("patience", ScheduleSetting::Count(8)),
                ("tolerance", ScheduleSetting::Number(0.01)),
            ],
            spec.clone(),
        ),
        scheduled(
            "one-cycle",
            &[],
            TrainSpec {
                optimizer: sgd(0.9, true),
                batch: Batch::Size(33),
                clip: Clip {
                    value: Some(0.05),
                    norm: Some(0.1),
                },
                l1: 1e-3,
                max_norm: Some(1.5),
                ..spec.clone()
            },
        ),
        scheduled(
            "cosine",
            &[("restarts", ScheduleSetting::Flag(true))],
            TrainSpec {
                batch: Batch::Size(1),
                learning_rate: 0.01,
                warm_up: WarmUp {
                    updates: 20,
                    from: 0.1,
                },
                max_norm: Some(1.0),
                ..spec.clone()
            },
        ),
    ];
    for text in [
        "adam:amsgrad=true",
        "adamw",
        "nadam",
        "radam",
        "adamax",
        "adagrad",
        "adadelta",
        "rmsprop:0.99:1e-8:0.9:centered=true",
        "adafactor",
        "lion",
        "asgd:0.01:0.75:20",
        "rprop",
        "irprop+",
        "rprop+",
        "muon:rest=nadam",
    ] {
        let optimizer: Optimizer = text.parse().unwrap();
        specs.push(TrainSpec {
            learning_rate: optimizer.default_learning_rate(),
            batch: Batch::Size(64),
            optimizer,
            ..spec.clone()
        });
    }
    // Few pairs, so that the history turns over.
    specs.push(TrainSpec {
        optimizer: "lbfgs:7".parse().unwrap(),
        learning_rate: 1.0,
        ..spec
    });
    specs
}

fn scheduled(name: &str, given: &[(&str, ScheduleSetting)], spec: TrainSpec) -> TrainSpec {
    let run = ScheduleContext {
        updates: 75,
        epoch: 4,
        momentum: true,
    };
    let schedule = Schedule::named(name, given, &run).unwrap();
    TrainSpec { schedule, ..spec }
}

fn bits<T: Scalar>(trainer: &Trainer<'_, T>) -> Vec<u64> {
    let numbers = trainer.parameters().iter().chain(trainer.statistics());
    numbers.map(|p| p.to_f64().to_bits()).collect()
}

fn run<T: Scalar>(trainer: &mut Trainer<'_, T>, steps: usize) {
    for _ in 0..steps {
        assert_eq!(trainer.step(), Status::Running);
    }
}

fn restart_and_restore<T: Scalar>() {
    let samples = spirals::<T>(2000);
    for spec in specs() {
        let mut alone = Trainer::new(&spec, &samples, 42, Level::best()).unwrap();
        run(&mut alone, 75);
        let expected = bits(&alone);

        let mut busy = Trainer::new(&spec, &samples, 7, Level::best()).unwrap();
        run(&mut busy, 11);
        busy.evaluate(&spirals::<T>(3000)).unwrap();
        busy.restart(42);
        // Looking never changes what comes.
        for step in 0..75 {
            if step % 10 == 0 {
                busy.gradient_norm();
                busy.evaluate(&samples).unwrap();
            }
            busy.step();
        }
        assert_eq!(
            bits(&busy),
            expected,
            "restarted: {:?} {:?}",
            spec.optimizer,
            spec.batch
        );

        for stop in [0, 1, 30, 61] {
            let mut first = Trainer::new(&spec, &samples, 42, Level::best()).unwrap();
            run(&mut first, stop);
            let state = first.state();
            let mut second = Trainer::new(&spec, &samples, 1, Level::best()).unwrap();
            run(&mut second, 5);
            second.restore(&state).unwrap();
            assert_eq!(second.state(), state);
            run(&mut second, 75 - stop);
            assert_eq!(
                bits(&second),
                expected,
                "restored at {stop}: {:?} {:?}",
                spec.optimizer,
                spec.batch
            );
        }
    }
}

#[test]
fn restarted_and_restored_trainings_are_the_same_in_f32() {
    restart_and_restore::<f32>();
}

#[test]
fn restarted_and_restored_trainings_are_the_same_in_f64() {
    restart_and_restore::<f64>();
}

#[test]
fn a_foreign_state_is_refused() {
    let samples = spirals::<f32>(20);
    let specs = specs();
    let mut plain = Trainer::new(&specs[0], &samples, 0, Level::best()).unwrap();
    let adam = Trainer::new(&specs[4], &samples, 0, Level::best()).unwrap();
    assert!(
        plain
            .restore(&adam.state())
            .unwrap_err()
            .to_string()
            .contains("moments")
    );
    let mut short = plain.state();
    short.parameters.pop();
    assert!(
        plain
            .restore(&short)
            .unwrap_err()
            .to_string()
            .contains("parameters")
    );
}

fn levels<T: Scalar>() {
    let samples = spirals::<T>(300);
    for spec in specs() {
        let digests: Vec<_> = Level::supported()
            .into_iter()
            .map(|level| {
                let mut trainer = Trainer::new(&spec, &samples, 5, level).unwrap();
                run(&mut trainer, 30);
                let loss = trainer.evaluate(&samples).unwrap().loss.to_bits();
                (bits(&trainer), loss, trainer.gradient_norm().to_bits())
            })
            .collect();
        assert!(
            digests.windows(2).all(|pair| pair[0] == pair[1]),
            "{:?} {:?}",
            spec.optimizer,
            spec.batch
        );
    }
}

#[test]
fn every_level_gives_the_same_bits() {
    levels::<f32>();
    levels::<f64>();
}

#[test]
fn recording_every_step_changes_nothing_and_tells_the_same() {
    let samples = spirals::<f32>(2000);
    for spec in specs() {
        let mut plain = Trainer::new(&spec, &samples, 9, Level::best()).unwrap();
        let (mut recorded, mut watched) = (plain.clone(), plain.clone());
        for _ in 0..5 {
            let evaluation = plain.evaluate(&samples).unwrap();
            let norm = plain.gradient_norm();
            let status = plain.step();
            assert_eq!(recorded.record_and_step(), (evaluation, norm, status));
            assert_eq!(bits(&recorded), bits(&plain));
            let (loss, now) = watched.loss_and_step();
            assert_eq!((loss.to_bits(), now), (evaluation.loss.to_bits(), status));
            assert_eq!(bits(&watched), bits(&plain));
        }
    }
}

#[test]
fn the_loss_of_a_diverged_training_is_told_and_nothing_changes() {
    let samples = spirals::<f32>(50);
    let net = Architecture::classical(2, &[8], Activation::Relu, 3);
    for batch in [Batch::Full, Batch::Size(16), Batch::Size(1)] {
        let spec = TrainSpec {
            learning_rate: 1e30,
            batch,
            ..TrainSpec::new(net.clone(), Loss::SoftmaxCrossEntropy)
        };
        let mut trainer = Trainer::new(&spec, &samples, 0, Level::best()).unwrap();
        while trainer.loss_and_step().1 == Status::Running {
            assert!(trainer.steps_done() < 50, "a rate of 1e30 diverges");
        }
        let (last, steps) = (bits(&trainer), trainer.steps_done());
        let (loss, status) = trainer.loss_and_step();
        assert_eq!(
            loss.to_bits(),
            trainer.evaluate(&samples).unwrap().loss.to_bits()
        );
        assert_eq!((status, trainer.steps_done()), (Status::Diverged, steps));
        assert_eq!(bits(&trainer), last);
    }
}

#[test]
fn divergence_ends_a_training_and_is_counted() {
    let samples = spirals::<f32>(50);
    let net = Architecture::classical(2, &[8], Activation::Relu, 3);
    let spec = TrainSpec {
        learning_rate: 1e30,
        ..TrainSpec::new(net, Loss::SoftmaxCrossEntropy)
    };
    let mut trainer = Trainer::new(&spec, &samples, 0, Level::best()).unwrap();
    let mut steps = 0;
    while trainer.step() == Status::Running {
        steps += 1;
        assert!(steps < 50, "a rate of 1e30 diverges");
    }
    assert_eq!(trainer.steps_done(), steps + 1);
    let last = bits(&trainer);
    assert!(trainer.parameters().iter().any(|p| !p.is_finite()));
    assert_eq!(
        (trainer.step(), trainer.update(), trainer.steps_done()),
        (Status::Diverged, Status::Diverged, steps + 1)
    );
    assert_eq!(bits(&trainer), last);
    trainer.restart(1);
    assert_eq!(trainer.status(), Status::Running);
    assert!(trainer.parameters().iter().all(|p| p.is_finite()));
}

#[test]
fn a_given_batch_order_trains_as_data_in_that_order() {
    let samples = spirals::<f64>(20);
    // More than there are samples.
    let order: [u32; 24] = [
        7, 19, 0, 3, 7, 7, 12, 4, 1, 0, 18, 5, 5, 5, 9, 2, 11, 13, 19, 17, 6, 1, 8, 10,
    ];
    let rows: Vec<usize> = order.iter().map(|row| *row as usize).collect();
    let picked = samples.inputs().select(ndarray::Axis(0), &rows);
    let labels = rows.iter().map(|row| *row as u32 % 3).collect();
    let targets = Targets::Classes { labels, classes: 3 };
    let picked = Samples::new(picked.view(), &targets).unwrap();
    for mut spec in specs() {
        let batch_norm = spec
            .architecture
            .layers
            .iter()
            .any(|layer| matches!(layer.normalization, Normalization::Batch(_)));
        for size in [1, 3, 4, 12, 24] {
            if size == 1 && batch_norm || !matches!(spec.batch, Batch::Size(_)) {
                continue;
            }
            spec.batch = Batch::Size(size);
            spec.schedule = Schedule::default();
            let given = TrainSpec {
                batch_order: Some(order.into()),
                ..spec.clone()
            };
            let natural = TrainSpec {
                shuffle: false,
                ..spec.clone()
            };
            let mut given = Trainer::new(&given, &samples, 5, Level::best()).unwrap();
            let mut natural = Trainer::new(&natural, &picked, 5, Level::best()).unwrap();
            // More than once through the order.
            run(&mut given, 17);
            run(&mut natural, 17);
            assert_eq!(bits(&given), bits(&natural), "{spec:?}");
        }
    }
    let missing = TrainSpec {
        batch: Batch::Size(2),
        batch_order: Some([3, 20].into()),
        ..specs().remove(0)
    };
    let error = Trainer::new(&missing, &samples, 0, Level::best()).unwrap_err();
    assert!(error.to_string().contains("batch order is 20"), "{error}");
}

/// Three batches of four are an epoch of ten samples, and their twelve losses make its mean.
#[test]
fn an_epoch_of_a_given_order_is_judged_by_the_samples_that_it_saw() {
    let samples = spirals::<f64>(10);
    let picked = samples.inputs().select(ndarray::Axis(0), &[5; 12]);
    let targets = Targets::Classes {
        labels: vec![5 % 3; 12],
        classes: 3,
    };
    let picked = Samples::new(picked.view(), &targets).unwrap();
    let spec = TrainSpec {
        batch: Batch::Size(4),
        shuffle: false,
        ..scheduled("adaptive", &[], specs().remove(0))
    };
    let given = TrainSpec {
        batch_order: Some([5; 12].into()),
        ..spec.clone()
    };
    let mut given = Trainer::new(&given, &samples, 5, Level::best()).unwrap();
    let mut natural = Trainer::new(&spec, &picked, 5, Level::best()).unwrap();
    run(&mut given, 3);
    run(&mut natural, 3);
    let (given, natural) = (given.state().schedule, natural.state().schedule);
    assert!(natural.best.is_finite());
    assert_eq!(given.best.to_bits(), natural.best.to_bits());
}

/// A thread for every band.
#[derive(Debug)]
struct Threads;

impl Bands for Threads {
    fn run(&self, jobs: &mut [Job<'_>]) {
        assert!(jobs.len() > 1, "small layers are not cut");
        std::thread::scope(|scope| {
            for job in jobs.iter_mut().rev() {
                scope.spawn(job);
            }
        });
    }
}

#[test]
fn threads_that_share_a_layer_change_no_bit() {
    let samples = spirals::<f32>(64);
    let wide = LayerSpec {
        scale: 0.9,
        ..LayerSpec::new(257, Activation::Silu)
    };
    for shortcuts in [false, true] {
        shared_layers(LayerSpec { shortcuts, ..wide }, &samples);
    }
}

/// Trains 2-301-257-3 alone and shared, and holds both against the textbook.
fn shared_layers(wide: LayerSpec, samples: &Samples<f32>) {
    let net = Architecture::new(2)
        .layer(301, Activation::Tanh)
        .with(wide)
        .with(LayerSpec {
            shortcuts: wide.shortcuts,
            ..LayerSpec::new(3, Activation::Identity)
        });
    let spec = TrainSpec::new(net, Loss::SoftmaxCrossEntropy);
    let mut alone = Trainer::new(&spec, samples, 5, Level::best()).unwrap();
    let mut shared = alone.clone().with_bands(std::sync::Arc::new(Threads));
    run(&mut alone, 3);
    run(&mut shared, 3);
    assert_eq!(bits(&alone), bits(&shared));

    let parameters: Vec<f32> = alone.parameters().to_vec();
    let expected =
        mlp_core::reference::gradient(&spec, &parameters, samples.inputs(), samples.targets());
    for (found, expected) in shared.gradient().iter().zip(&expected) {
        assert!((found - expected).abs() < 1e-5, "{found} for {expected}");
    }
}
