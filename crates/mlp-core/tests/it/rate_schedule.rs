//! Schedules and limits in a training: what cannot be read off a trajectory.

use mlp_core::{
    Activation, Architecture, Batch, Clip, Level, Loss, Optimizer, Samples, Schedule,
    ScheduleContext, ScheduleSetting, Sgd, Status, Targets, TrainSpec, Trainer, WarmUp,
    seed::{Purpose, Stream},
};
use ndarray::Array2;

fn samples(count: usize) -> Samples<f64> {
    let mut stream = Stream::new(3, Purpose::Generator);
    let labels: Vec<u32> = (0..count as u32).map(|s| s % 2).collect();
    let inputs = Array2::from_shape_fn((count, 2), |(s, f)| {
        f64::from(labels[s]) * (f as f64 - 0.5) + 0.6 * stream.normal()
    });
    Samples::new(inputs.view(), &Targets::Classes { labels, classes: 2 }).unwrap()
}

fn schedule(name: &str, given: &[(&str, ScheduleSetting)]) -> Schedule {
    let run = ScheduleContext {
        updates: 40,
        epoch: 5,
        momentum: false,
    };
    Schedule::named(name, given, &run).unwrap()
}

fn spec() -> TrainSpec {
    let net = Architecture::classical(2, &[5], Activation::Tanh, 1);
    TrainSpec::new(net, Loss::BinaryCrossEntropy)
}

fn trainer<'d>(spec: &TrainSpec, samples: &'d Samples<f64>) -> Trainer<'d, f64> {
    Trainer::new(spec, samples, 1, Level::best()).unwrap()
}

/// The rates of the first updates.
fn rates(spec: &TrainSpec, samples: &Samples<f64>, updates: usize) -> Vec<f64> {
    let mut trainer = trainer(spec, samples);
    let mut rates = Vec::new();
    for _ in 0..updates {
        trainer.step();
        rates.push(trainer.learning_rate());
    }
    rates
}

#[test]
fn every_layer_follows_the_schedule_from_its_own_rate() {
    let data = samples(20);
    let halved = schedule(
        "step",
        &[
            ("every", ScheduleSetting::Count(1)),
            ("factor", ScheduleSetting::Number(0.5)),
        ],
    );
    let layered = TrainSpec {
        schedule: halved,
        layer_learning_rates: Some(vec![0.2, 0.8]),
        ..spec()
    };
    let mut scheduled = trainer(&layered, &data);
    for step in 0..3 {
        let before = scheduled.state();
        scheduled.step();
        // The same update by a training whose rates stand still.
        let factor = 0.5f64.powi(step);
        let still = TrainSpec {
            schedule: Schedule::default(),
            layer_learning_rates: Some(vec![0.2 * factor, 0.8 * factor]),
            ..layered.clone()
        };
        let mut still = trainer(&still, &data);
        still.restore(&before).unwrap();
        still.step();
        assert_eq!(scheduled.parameters(), still.parameters());
    }
}

#[test]
fn a_warm_up_comes_before_every_schedule() {
    let data = samples(20);
    for known in Schedule::ALL {
        let alone = TrainSpec {
            schedule: schedule(known.name, &[]),
            learning_rate: 0.125,
            ..spec()
        };
        let warmed = TrainSpec {
            warm_up: WarmUp {
                updates: 4,
                from: 0.5,
            },
            ..alone.clone()
        };
        let found = rates(&warmed, &data, 24);
        assert_eq!(
            found[..4],
            [0.0625, 0.078125, 0.09375, 0.109375],
            "{}",
            known.name
        );
        assert_eq!(found[4..], rates(&alone, &data, 20), "{}", known.name);
    }
}

#[test]
fn a_plateau_follows_the_validation_loss_where_there_is_one() {
    let (data, wrong) = (samples(40), {
        // The opposite labels: the better the training, the worse this loss.
        let mut stream = Stream::new(3, Purpose::Generator);
        let labels: Vec<u32> = (0..40).map(|s| s % 2).collect();
        let inputs = Array2::from_shape_fn((40, 2), |(s, f)| {
            f64::from(labels[s]) * (f as f64 - 0.5) + 0.6 * stream.normal()
        });
        let labels = labels.iter().map(|label| 1 - label).collect();
        Samples::new(inputs.view(), &Targets::Classes { labels, classes: 2 }).unwrap()
    });
    let given = [
        ("patience", ScheduleSetting::Count(1)),
        ("factor", ScheduleSetting::Number(0.5)),
        ("threshold", ScheduleSetting::Number(0.0)),
    ];
    for batch in [Batch::Full, Batch::Size(8)] {
        let spec = TrainSpec {
            schedule: schedule("plateau", &given),
            batch,
            shuffle: false,
            ..spec()
        };
        // The training loss falls all the time, so that nothing happens.
        assert_eq!(rates(&spec, &data, 40), [0.1; 40]);
        let mut validated = trainer(&spec, &data).with_validation(&wrong).unwrap();
        let mut found = Vec::new();
        for _ in 0..20 {
            validated.step();
            found.push(validated.learning_rate());
        }
        // Looks come after 5, 10 and 15 updates, before the next one; the first is the best, and
        // two that are no better are one too many.
        let (whole, half) = ([0.1; 15], [0.05; 5]);
        assert_eq!(found, [&whole[..], &half[..]].concat(), "{batch:?}");
    }
}

#[test]
fn an_adaptive_training_ends_at_its_smallest_rate() {
    let data = samples(20);
    let given = [
        ("patience", ScheduleSetting::Count(0)),
        ("tolerance", ScheduleSetting::Number(10.0)),
    ];
    let spec = TrainSpec {
        schedule: schedule("adaptive", &given),
        learning_rate: 1e-5,
        ..spec()
    };
    let mut ending = trainer(&spec, &data);
    // Any loss is below infinity: the first epoch never counts. 1e-5, 1e-5, 2e-6, 4e-7: the end.
    let mut steps = 0;
    while ending.step() == Status::Running {
        steps += 1;
        assert!(steps < 10);
    }
    assert_eq!((ending.steps_done(), ending.status()), (4, Status::Stopped));
    assert!((ending.learning_rate() - 4e-7).abs() < 1e-20);
    let last = ending.parameters().to_vec();
    assert_eq!(
        (ending.step(), ending.update()),
        (Status::Stopped, Status::Stopped)
    );
    assert_eq!((ending.steps_done(), ending.parameters()), (4, &last[..]));
    ending.restart(1);
    assert_eq!(ending.status(), Status::Running);
}

#[test]
fn alpha_is_a_decay_over_the_samples_of_each_batch() {
    let data = samples(20);
    let alpha = TrainSpec {
        alpha: 0.4,
        weight_decay: 0.01,
        batch: Batch::Size(8),
        shuffle: false,
        ..spec()
    };
    let mut with_alpha = trainer(&alpha, &data);
    for batch in [8.0, 8.0, 4.0, 8.0] {
        let before = with_alpha.state();
        with_alpha.step();
        let decayed = TrainSpec {
            alpha: 0.0,
            weight_decay: 0.01 + 0.4 / batch,
            ..alpha.clone()
        };
        let mut decayed = trainer(&decayed, &data);
        decayed.restore(&before).unwrap();
        decayed.step();
        assert_eq!(with_alpha.parameters(), decayed.parameters());
    }
}

#[test]
fn no_neuron_has_longer_weights_than_the_limit() {
    let data = samples(30);
    for batch in [Batch::Full, Batch::Size(1)] {
        let spec = TrainSpec {
            max_norm: Some(0.7),
            learning_rate: 0.5,
            batch,
            ..spec()
        };
        let mut limited = trainer(&spec, &data);
        let mut touched = 0;
        for _ in 0..60 {
            limited.step();
            for range in limited.architecture().ranges() {
                for row in limited.parameters()[range.weights].chunks(range.inputs) {
                    let norm = row.iter().map(|w| w * w).sum::<f64>().sqrt();
                    assert!(norm < 0.7 * (1.0 + 1e-14), "{norm}");
                    touched += usize::from(norm > 0.7 * (1.0 - 1e-14));
                }
            }
        }
        assert!(touched > 30, "{touched}");
    }
}

#[test]
fn clipping_bounds_the_step() {
    let data = samples(30);
    let step = |clip| {
        let spec = TrainSpec {
            clip,
            learning_rate: 1.0,
            loss_scale: 1e3,
            ..spec()
        };
        let mut trainer = trainer(&spec, &data);
        let before = trainer.parameters().to_vec();
        trainer.step();
        let moved = before.iter().zip(trainer.parameters()).map(|(a, b)| a - b);
        moved.collect::<Vec<f64>>()
    };
    let norm = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
    let free = step(Clip::default());
    let short = step(Clip {
        norm: Some(0.5),
        value: None,
    });
    assert!(norm(&free) > 10.0);
    assert!((norm(&short) - 0.5).abs() < 1e-6);
    // The direction stays.
    let inner: f64 = free.iter().zip(&short).map(|(a, b)| a * b).sum();
    assert!((inner / norm(&free) / norm(&short) - 1.0).abs() < 1e-12);
    let cut = step(Clip {
        value: Some(0.25),
        norm: None,
    });
    for (free, cut) in free.iter().zip(&cut) {
        assert!((free.clamp(-0.25, 0.25) - cut).abs() < 1e-12);
    }
}

#[test]
fn a_momentum_to_cycle_must_be_there() {
    let cycling = schedule(
        "one-cycle",
        &[("cycle_momentum", ScheduleSetting::Flag(true))],
    );
    let without = TrainSpec {
        schedule: cycling,
        ..spec()
    };
    let error = without.validate().unwrap_err().to_string();
    assert!(
        error.contains("one-cycle") && error.contains("sgd"),
        "{error}"
    );
    let with = TrainSpec {
        optimizer: Optimizer::Sgd(Sgd {
            momentum: 0.9,
            ..Sgd::default()
        }),
        ..without
    };
    assert!(with.validate().is_ok());
}
