//! The workloads of many networks and of single ones, each measured in this process.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Result, ensure};
use mlp_core::seed::{Purpose, Stream};
use mlp_core::{
    Activation, Adam, Architecture, Batch, Init, LayerSpec, Level, Loss, Optimizer, Samples, Sgd,
    Status, Targets, TrainSpec, Trainer,
};
use mlp_data::{Dataset, ScaleKind, Scaler};
use mlp_store::speed::{Reference, flop_a_sample, peak_rate, spread};
use mlp_train::PoolBands;
use ndarray::{Array2, ArrayView2, Axis};
use serde::{Deserialize, Serialize};

/// What one workload gave.
#[derive(Debug, Serialize, Deserialize)]
pub struct Measurement {
    /// Work a second.
    pub rate: f64,
    /// What is counted.
    pub unit: String,
    /// Useful floating-point operations a second.
    pub flop_rate: f64,
    /// The machine's peak, measured in the same process on as many threads, in the same precision.
    pub peak: f64,
    /// Rate on all threads over rate on one.
    pub scaling: Option<f64>,
    /// Peak memory of this process in bytes.
    pub peak_memory: u64,
    /// What else is worth saying.
    pub notes: Vec<String>,
}

fn best_of(runs: usize, mut seconds: impl FnMut() -> f64) -> f64 {
    (0..runs).map(|_| seconds()).fold(f64::INFINITY, f64::min)
}

/// A spread workload on all threads and on one, in turn, so that both see the same machine.
fn scaled<S>(
    count: u64,
    threads: usize,
    runs: usize,
    state: impl Fn() -> S + Sync,
    job: impl Fn(&mut S, u64) + Sync,
) -> (f64, Option<f64>) {
    let (mut all, mut one) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..runs {
        all = all.min(spread(count, threads, &state, &job));
        if threads > 1 {
            one = one.min(spread(count, 1, &state, &job));
        }
    }
    (all, (threads > 1).then_some(one / all))
}

fn labels(dataset: &Dataset) -> Result<Vec<u32>> {
    match dataset.targets() {
        mlp_data::Targets::Classes { labels, .. } => Ok(labels.clone()),
        mlp_data::Targets::Values { .. } => anyhow::bail!("{} has no classes", dataset.name()),
    }
}

fn classified(
    inputs: &ArrayView2<'_, f64>,
    labels: &[u32],
    classes: usize,
) -> Result<Samples<f32>> {
    let targets = Targets::Classes {
        labels: labels.to_vec(),
        classes,
    };
    Ok(Samples::new(inputs.mapv(|x| x as f32).view(), &targets)?)
}

/// Steps of P1.
pub const STEPS: u64 = Reference::SMALL.steps;
const NETS: u64 = 256;

/// P1.
pub fn population(level: Level, threads: usize) -> Result<Measurement> {
    let samples = Reference::SMALL.samples()?;
    let spec = Reference::SMALL.spec();
    let state = || Trainer::new(&spec, &samples, 0, level).expect("the reference spec is valid");
    let (seconds, scaling) = scaled(NETS, threads, 3, state, |trainer, seed| {
        trainer.restart(seed);
        for _ in 0..STEPS {
            trainer.step();
        }
        assert_eq!(black_box(trainer.status()), Status::Running);
    });
    let rate = NETS as f64 / seconds;
    Ok(Measurement {
        rate,
        unit: "networks/s".into(),
        flop_rate: rate * Reference::SMALL.flop(),
        peak: peak_rate::<f32>(level, threads)?,
        scaling,
        peak_memory: 0,
        notes: Vec::new(),
    })
}

pub fn map(level: Level, threads: usize) -> Result<Measurement> {
    let samples = Reference::SMALL.samples()?;
    let spec = Reference::SMALL.spec();
    let records: Vec<u64> = (0..64).map(|i| i * STEPS / 63).collect();
    let state = || Trainer::new(&spec, &samples, 0, level).expect("the reference spec is valid");
    let train = |trainer: &mut Trainer<'_, f32>, seed, every_step: bool, recorded: bool| {
        trainer.restart(seed);
        let mut next = 0;
        for step in 0..STEPS {
            if recorded && records[next] == step {
                next += 1;
                black_box(trainer.record_and_step());
                black_box(trainer.norms());
            } else if every_step {
                black_box(trainer.loss_and_step());
            } else {
                trainer.step();
            }
        }
    };
    let count = 128;
    let (mut plain, mut recorded, mut every) = (f64::INFINITY, f64::INFINITY, f64::INFINITY);
    for _ in 0..3 {
        plain = plain.min(spread(count, threads, state, |t, i| {
            train(t, i, false, false);
        }));
        recorded = recorded.min(spread(count, threads, state, |t, i| {
            train(t, i, false, true);
        }));
        every = every.min(spread(count, threads, state, |t, i| {
            train(t, i, true, true);
        }));
    }
    let rate = count as f64 / every;
    Ok(Measurement {
        rate,
        unit: "networks/s".into(),
        flop_rate: rate * Reference::SMALL.flop(),
        peak: peak_rate::<f32>(level, threads)?,
        scaling: None,
        peak_memory: 0,
        notes: vec![format!(
            "64 records add {:.1} %, the training loss of every step as well {:.1} % (to reach: below 5 %)",
            100.0 * (recorded / plain - 1.0),
            100.0 * (every / plain - 1.0)
        )],
    })
}

pub fn fractal(level: Level, threads: usize) -> Result<Measurement> {
    const WIDTH: usize = 16;
    const POINTS: usize = 272;
    const SIDE: usize = 32;
    const CELL_STEPS: u64 = 500;
    let mut stream = Stream::new(0, Purpose::Generator);
    let inputs = Array2::from_shape_simple_fn((POINTS, WIDTH), || stream.normal());
    let values = Array2::from_shape_simple_fn((POINTS, 1), || stream.normal());
    let samples = Samples::<f64>::new(inputs.view(), &Targets::Values(values))?;
    let root = (WIDTH as f64).sqrt();
    let layer = |outputs, activation, scale| LayerSpec {
        bias: false,
        scale,
        ..LayerSpec::new(outputs, activation)
    };
    let net = Architecture::new(WIDTH)
        .with(layer(WIDTH, Activation::Tanh, 2f64.sqrt() / root))
        .with(layer(1, Activation::Identity, 1.0 / (root * root)));
    let spec = TrainSpec {
        init: Init::Normal(1.0),
        ..TrainSpec::new(net, Loss::SquaredError)
    };
    let rate_at = |i: usize| {
        mlp_core::math::exp((-3.0 + 9.0 * i as f64 / (SIDE - 1) as f64) * std::f64::consts::LN_10)
    };
    let count = (SIDE * SIDE) as u64;
    let (seconds, scaling) = scaled(
        count,
        threads,
        2,
        || (),
        |(), cell| {
            let (x, y) = (cell as usize % SIDE, cell as usize / SIDE);
            let rates = Some(vec![rate_at(x), rate_at(y)]);
            let spec = TrainSpec {
                layer_learning_rates: rates,
                ..spec.clone()
            };
            let mut trainer =
                Trainer::new(&spec, &samples, 0, level).expect("the fractal's spec is valid");
            let mut first = None;
            for _ in 0..CELL_STEPS {
                let (loss, status) = trainer.loss_and_step();
                let first = *first.get_or_insert(loss);
                // A loss beyond the picture's cap stays there: the cell has diverged.
                if status == Status::Diverged || loss / first > 1e6 {
                    break;
                }
            }
            black_box(trainer.parameters());
        },
    );
    let rate = count as f64 / seconds;
    let work = flop_a_sample(&spec.architecture) * POINTS as f64 * CELL_STEPS as f64;
    Ok(Measurement {
        rate,
        unit: "networks/s".into(),
        flop_rate: rate * work,
        peak: peak_rate::<f64>(level, threads)?,
        scaling,
        peak_memory: 0,
        notes: vec!["GFLOP/s counts the steps that diverged cells leave out".into()],
    })
}

/// The parts of digits, standardised on the training part.
fn digits() -> Result<(Samples<f32>, Samples<f32>)> {
    let dataset = mlp_data::load_embedded("digits")?;
    let split = mlp_data::split(&dataset, 0.25, 0.0, 0)?;
    let scaler = Scaler::fit(ScaleKind::Standard, &dataset.inputs().view(), &split.train)?;
    let inputs = scaler.transform(&dataset.inputs().view())?;
    let all = labels(&dataset)?;
    let part = |rows: &[usize]| {
        let chosen: Vec<u32> = rows.iter().map(|&row| all[row]).collect();
        classified(&inputs.select(Axis(0), rows).view(), &chosen, 10)
    };
    Ok((part(&split.train)?, part(&split.test)?))
}

fn digits_spec() -> TrainSpec {
    let net = Architecture::classical(64, &[64, 32], Activation::Relu, 10);
    TrainSpec::new(net, Loss::SoftmaxCrossEntropy)
}

pub fn mini_batch(level: Level) -> Result<Measurement> {
    let (train, test) = digits()?;
    let spec = TrainSpec {
        optimizer: Optimizer::Adam(Adam::default()),
        learning_rate: 1e-3,
        batch: Batch::Size(32),
        ..digits_spec()
    };
    let mut accuracy = 0.0;
    let mut failure = None;
    let seconds = best_of(10, || {
        let start = Instant::now();
        let result = Trainer::new(&spec, &train, 0, level).and_then(|mut trainer| {
            for _ in 0..50 * trainer.steps_per_epoch() {
                trainer.step();
            }
            let seconds = start.elapsed().as_secs_f64();
            accuracy = trainer.evaluate(&test)?.accuracy.unwrap_or(f64::NAN);
            Ok(seconds)
        });
        result.unwrap_or_else(|error| {
            failure = Some(error);
            f64::NAN
        })
    });
    if let Some(error) = failure {
        return Err(error.into());
    }
    ensure!(
        accuracy > 0.96,
        "digits reached a test accuracy of {accuracy} only"
    );
    let rate = 1.0 / seconds;
    Ok(Measurement {
        rate,
        unit: "trainings/s".into(),
        flop_rate: rate * flop_a_sample(&spec.architecture) * train.len() as f64 * 50.0,
        peak: peak_rate::<f32>(level, 1)?,
        scaling: None,
        peak_memory: 0,
        notes: vec![format!(
            "{:.1} ms a training, test accuracy {accuracy:.3}",
            1e3 * seconds
        )],
    })
}

pub fn large(level: Level, threads: usize) -> Result<Measurement> {
    const SAMPLES: usize = 12_800;
    let mut stream = Stream::new(0, Purpose::Generator);
    let inputs = Array2::from_shape_simple_fn((SAMPLES, 784), || stream.normal());
    let chosen: Vec<u32> = (0..SAMPLES).map(|_| stream.below(10) as u32).collect();
    let samples = classified(&inputs.view(), &chosen, 10)?;
    drop(inputs);
    let net = Architecture::classical(784, &[512, 256], Activation::Relu, 10);
    let spec = TrainSpec {
        optimizer: Optimizer::Sgd(Sgd {
            momentum: 0.9,
            ..Sgd::default()
        }),
        learning_rate: 0.01,
        batch: Batch::Size(128),
        ..TrainSpec::new(net, Loss::SoftmaxCrossEntropy)
    };
    let epochs = |threads: usize| -> Result<f64> {
        let trainer = Trainer::new(&spec, &samples, 0, level)?;
        let mut trainer = trainer.with_bands(Arc::new(PoolBands));
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()?;
        Ok(pool.install(|| {
            best_of(5, || {
                let start = Instant::now();
                for _ in 0..trainer.steps_per_epoch() {
                    trainer.step();
                }
                start.elapsed().as_secs_f64()
            })
        }))
    };
    let (seconds, one) = (epochs(threads)?, epochs(1)?);
    let rate = SAMPLES as f64 / seconds;
    Ok(Measurement {
        rate,
        unit: "samples/s".into(),
        flop_rate: rate * flop_a_sample(&spec.architecture),
        peak: peak_rate::<f32>(level, threads)?,
        scaling: (threads > 1).then_some(one / seconds),
        peak_memory: 0,
        notes: Vec::new(),
    })
}

pub fn online(level: Level) -> Result<Measurement> {
    let (train, _) = digits()?;
    let spec = TrainSpec {
        learning_rate: 0.01,
        batch: Batch::Size(1),
        ..digits_spec()
    };
    let mut trainer = Trainer::new(&spec, &train, 0, level)?;
    let steps = 2 * trainer.steps_per_epoch();
    let seconds = best_of(10, || {
        trainer.restart(0);
        let start = Instant::now();
        for _ in 0..steps {
            trainer.step();
        }
        start.elapsed().as_secs_f64()
    });
    let rate = steps as f64 / seconds;
    Ok(Measurement {
        rate,
        unit: "steps/s".into(),
        flop_rate: rate * flop_a_sample(&spec.architecture),
        peak: peak_rate::<f32>(level, 1)?,
        scaling: None,
        peak_memory: 0,
        notes: vec![format!("{:.2} us a step", 1e6 / rate)],
    })
}

/// Steps of a network of which half the neurons are dead, and of one that diverges, beside those of a healthy one.
pub fn decay(level: Level) -> Result<Measurement> {
    // Adam's second moment falls below the smallest normal number after 87,000 steps.
    const DECAY_STEPS: u64 = 100_000;
    let samples = Reference::TINY.samples()?;
    let net = Architecture::classical(2, &[32], Activation::Relu, 1);
    let spec = |optimizer, learning_rate| TrainSpec {
        optimizer,
        learning_rate,
        ..TrainSpec::new(net.clone(), Loss::BinaryCrossEntropy)
    };
    let seconds = |spec: &TrainSpec, dead: bool| -> Result<(f64, u64)> {
        let mut trainer = Trainer::new(spec, &samples, 0, level)?;
        for _ in 0..100 {
            trainer.step();
        }
        if dead {
            let mut state = trainer.state();
            let biases = net.ranges()[0].biases.clone();
            let half = biases.len() / 2;
            state.parameters[biases][..half].fill(-1e3);
            trainer.restore(&state)?;
        }
        let start = Instant::now();
        let mut steps = 0;
        while steps < DECAY_STEPS && trainer.step() == Status::Running {
            steps += 1;
        }
        Ok((start.elapsed().as_secs_f64() / steps.max(1) as f64, steps))
    };
    let momentum = Optimizer::Sgd(Sgd {
        momentum: 0.9,
        ..Sgd::default()
    });
    let mut notes = Vec::new();
    let mut rate = 0.0;
    for (name, optimizer, learning_rate) in [
        ("momentum", momentum, 0.01),
        ("Adam", Optimizer::Adam(Adam::default()), 1e-3),
    ] {
        let spec = spec(optimizer, learning_rate);
        let (mut healthy, mut dead) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..3 {
            healthy = healthy.min(seconds(&spec, false)?.0);
            dead = dead.min(seconds(&spec, true)?.0);
        }
        rate = 1.0 / dead;
        notes.push(format!(
            "with {name}, steps with half the neurons dead take {:.2}x the time of healthy ones (at most 1.2x)",
            dead / healthy
        ));
    }
    let plain = Optimizer::Sgd(Sgd::default());
    // Squared errors take one output for each class.
    let net = Architecture::classical(2, &[32], Activation::Relu, 2);
    let squared = |learning_rate| TrainSpec {
        optimizer: plain.clone(),
        learning_rate,
        ..TrainSpec::new(net.clone(), Loss::SquaredError)
    };
    let (healthy, _) = seconds(&squared(0.1), false)?;
    let diverging = squared(50.0);
    let mut growing = f64::INFINITY;
    let mut until = 0;
    for _ in 0..3 {
        let mut trainer = Trainer::new(&diverging, &samples, 0, level)?;
        let start = Instant::now();
        while trainer.step() == Status::Running && trainer.steps_done() < DECAY_STEPS {}
        until = trainer.steps_done();
        ensure!(
            trainer.status() == Status::Diverged,
            "the training did not diverge"
        );
        growing = growing.min(start.elapsed().as_secs_f64() / until as f64);
    }
    notes.push(format!(
        "a training that diverges takes {:.2}x the time of a healthy step until its end at step {until}",
        growing / healthy
    ));
    Ok(Measurement {
        rate,
        unit: "steps/s".into(),
        flop_rate: rate * flop_a_sample(&net) * samples.len() as f64,
        peak: peak_rate::<f32>(level, 1)?,
        scaling: None,
        peak_memory: 0,
        notes,
    })
}
