//! How long does a training step take?
//!
//! Times the steps of the reference workloads: the population's network on full batches (P1), and
//! with the loss of every step recorded (P2), the fractal's without biases (P3), a classifier of
//! digits-sized data with Adam on mini-batches (P4), a tiny network (P6), a wide one (P5) and the
//! classifier again on single samples (P7); then whole trainings of the tiny network from the
//! first to the last (P6), and evaluations of the wide one. Run it with
//! `cargo run --release -p mlp-core --example steps_per_second`; a number after `--` is the
//! seconds to spend on each, and a second word, such as `P6`, keeps to the workloads of that name.

#![forbid(unsafe_code)]

use std::time::Instant;

use mlp_core::{
    Activation, Adam, Architecture, Batch, Error, Init, LayerSpec, Level, Loss, Optimizer, Samples,
    Scalar, Sgd, Status, Targets, TrainSpec, Trainer,
    seed::{Purpose, Stream},
};
use ndarray::Array2;

/// Blobs of normal points, one per class.
fn blobs<T: Scalar>(samples: usize, features: usize, classes: usize) -> Result<Samples<T>, Error> {
    let mut stream = Stream::new(0, Purpose::Generator);
    let centres = Array2::from_shape_fn((classes, features), |_| stream.normal());
    let labels: Vec<u32> = (0..samples).map(|s| (s % classes) as u32).collect();
    let centre = |s: usize, f: usize| centres[[labels[s] as usize, f]];
    let inputs = Array2::from_shape_fn((samples, features), |(s, f)| {
        T::from_f64(centre(s, f) + 0.5 * stream.normal())
    });
    Samples::new(inputs.view(), &Targets::Classes { labels, classes })
}

/// Matrix FLOP of a step that sees `batch` samples: forward, weight gradient, and input gradient
/// but for the first layer.
fn flop(architecture: &Architecture, batch: usize) -> f64 {
    let weights = |layer: &mlp_core::LayerRange| (layer.inputs * layer.outputs) as f64;
    let ranges = architecture.ranges();
    let all: f64 = ranges.iter().map(weights).sum();
    batch as f64 * (6.0 * all - 2.0 * weights(&ranges[0]))
}

/// Whether the command line asks for this one.
fn wanted(name: &str) -> bool {
    let prefix = std::env::args().nth(2);
    prefix.is_none_or(|prefix| name.starts_with(&prefix))
}

/// The seconds of the fastest of many short laps: what else the machine does only slows laps down.
fn fastest(seconds: f64, mut lap: impl FnMut()) -> f64 {
    let begin = Instant::now();
    let mut best = f64::INFINITY;
    while begin.elapsed().as_secs_f64() < seconds {
        let start = Instant::now();
        lap();
        let lap = start.elapsed().as_secs_f64();
        if lap < best {
            best = lap;
        }
    }
    best
}

/// What is timed of a training.
#[derive(Clone, Copy, PartialEq)]
enum Work {
    Steps,
    RecordedSteps,
    /// Of this many steps, begun anew each time.
    Trainings(u32),
    Evaluations,
}

fn time<T: Scalar>(
    name: &str,
    spec: &TrainSpec,
    samples: impl FnOnce() -> Result<Samples<T>, Error>,
    work: Work,
    seconds: f64,
) -> Result<(), Error> {
    if !wanted(name) {
        return Ok(());
    }
    let samples = &samples()?;
    let mut trainer = Trainer::new(spec, samples, 0, Level::best())?;
    let first = trainer.evaluate(samples)?.loss;
    let steps = match work {
        Work::Trainings(steps) => steps,
        Work::Evaluations => 1,
        _ => 20,
    };
    let mut seed = 0;
    let lap = fastest(seconds, || match work {
        Work::Steps => {
            for _ in 0..steps {
                assert_eq!(trainer.step(), Status::Running, "{name} diverged");
            }
        }
        Work::RecordedSteps => {
            for _ in 0..steps {
                let (loss, status) = trainer.loss_and_step();
                assert!(
                    loss.is_finite() && status == Status::Running,
                    "{name} diverged"
                );
            }
        }
        Work::Trainings(steps) => {
            seed += 1;
            trainer.restart(seed);
            for _ in 0..steps {
                trainer.step();
            }
        }
        Work::Evaluations => {
            for _ in 0..steps {
                trainer
                    .evaluate(samples)
                    .expect("the samples of the training");
            }
        }
    });
    let each = lap / f64::from(steps);
    let last = trainer.evaluate(samples)?.loss;
    if work == Work::Evaluations {
        let rate = samples.len() as f64 / each / 1e6;
        println!(
            "{name:28} {:9.3} us each    {rate:7.3} M samples/s",
            each * 1e6
        );
        return Ok(());
    }
    assert!(last < first, "{name} learns nothing: {first} -> {last}");
    let batch = match spec.batch {
        Batch::Full => samples.len(),
        Batch::Size(size) => size,
    };
    let rate = flop(&spec.architecture, batch) / each / 1e9;
    print!("{name:28} {:9.3} us a step  {rate:7.1} GFLOP/s", each * 1e6);
    match work {
        Work::Trainings(_) => println!("  {:.0} networks/s", 1.0 / lap),
        _ => println!("  loss {first:.3} -> {last:.3}"),
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let seconds = match std::env::args().nth(1) {
        Some(text) => text.parse()?,
        None => 0.5,
    };
    println!("level {}", Level::best());

    let net = Architecture::classical(2, &[16, 16], Activation::Tanh, 1);
    let spec = TrainSpec {
        learning_rate: 0.5,
        ..TrainSpec::new(net, Loss::BinaryCrossEntropy)
    };
    time(
        "P1 2-16-16-1, 256, f32",
        &spec,
        || blobs::<f32>(256, 2, 2),
        Work::Steps,
        seconds,
    )?;
    time(
        "P2 P1 with every loss, f32",
        &spec,
        || blobs::<f32>(256, 2, 2),
        Work::RecordedSteps,
        seconds,
    )?;
    time(
        "P1 2-16-16-1, 256, f64",
        &spec,
        || blobs::<f64>(256, 2, 2),
        Work::Steps,
        seconds,
    )?;

    let layer = |outputs, activation, inputs: f64| LayerSpec {
        bias: false,
        scale: 1.0 / inputs.sqrt(),
        ..LayerSpec::new(outputs, activation)
    };
    let net = Architecture::new(16)
        .with(layer(16, Activation::Tanh, 16.0))
        .with(layer(1, Activation::Identity, 16.0));
    let fractal = TrainSpec {
        init: Init::Normal(1.0),
        learning_rate: 0.5,
        ..TrainSpec::new(net, Loss::BinaryCrossEntropy)
    };
    time(
        "P3 16-16-1, 272, f64",
        &fractal,
        || blobs::<f64>(272, 16, 2),
        Work::Steps,
        seconds,
    )?;

    let net = Architecture::classical(2, &[8], Activation::Tanh, 1);
    let spec = TrainSpec {
        learning_rate: 0.5,
        ..TrainSpec::new(net, Loss::BinaryCrossEntropy)
    };
    time(
        "P6 2-8-1, 64, f32",
        &spec,
        || blobs::<f32>(64, 2, 2),
        Work::Steps,
        seconds,
    )?;
    time(
        "P6 200 steps from a new seed",
        &spec,
        || blobs::<f32>(64, 2, 2),
        Work::Trainings(200),
        seconds,
    )?;

    let digits = || blobs::<f32>(1347, 64, 10);
    let net = Architecture::classical(64, &[64, 32], Activation::Relu, 10);
    let spec = TrainSpec::new(net, Loss::SoftmaxCrossEntropy);
    let adam = Optimizer::Adam(Adam::default());
    let mini = TrainSpec {
        optimizer: adam,
        learning_rate: 1e-3,
        batch: Batch::Size(32),
        ..spec.clone()
    };
    time(
        "P4 64-64-32-10, batch 32",
        &mini,
        digits,
        Work::Steps,
        seconds,
    )?;
    let single = TrainSpec {
        learning_rate: 1e-2,
        batch: Batch::Size(1),
        ..spec
    };
    time(
        "P7 64-64-32-10, batch 1",
        &single,
        digits,
        Work::Steps,
        seconds,
    )?;

    let net = Architecture::classical(784, &[512, 256], Activation::Relu, 10);
    let momentum = Optimizer::Sgd(Sgd {
        momentum: 0.9,
        ..Sgd::default()
    });
    let spec = TrainSpec::new(net, Loss::SoftmaxCrossEntropy);
    let large = TrainSpec {
        optimizer: momentum,
        learning_rate: 1e-3,
        batch: Batch::Size(128),
        ..spec
    };
    time(
        "P5 784-512-256-10, batch 128",
        &large,
        || blobs::<f32>(12_800, 784, 10),
        Work::Steps,
        seconds,
    )?;
    time(
        "evaluate 784-512-256-10",
        &large,
        || blobs::<f32>(2_000, 784, 10),
        Work::Evaluations,
        seconds,
    )?;
    Ok(())
}
