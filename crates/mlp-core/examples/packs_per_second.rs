//! What do packs gain?
//!
//! Times steps of alike networks one after the other and side by side, for shapes from the tiniest to
//! those that fill vectors with their samples: the workloads P8 to P12 and some between. Both ways in
//! one process, on one thread, in turns. Run it with
//! `cargo run --release -p mlp-core --example packs_per_second`; a number after `--` is the
//! seconds to spend on each, a second word keeps to the shapes whose names begin with it.

#![forbid(unsafe_code)]

use std::time::Instant;

use mlp_core::{
    Activation, Architecture, Batch, Error, Init, Level, Loss, Optimizer, Pack, Samples, Scalar,
    Targets, TrainSpec, Trainer,
    seed::{Purpose, Stream},
};
use ndarray::Array2;

/// Two classes of points in the plane.
fn plane<T: Scalar>(samples: usize) -> Result<Samples<T>, Error> {
    let mut stream = Stream::new(0, Purpose::Generator);
    let labels: Vec<u32> = (0..samples)
        .map(|s| ((s / 2 % 2) ^ (s % 2)) as u32)
        .collect();
    let inputs = Array2::from_shape_fn((samples, 2), |(s, f)| {
        let corner = if f == 0 { s / 2 % 2 } else { s % 2 };
        let spread = if samples > 4 {
            0.3 * stream.normal()
        } else {
            0.0
        };
        T::from_f64(corner as f64 + spread)
    });
    Samples::new(inputs.view(), &Targets::Classes { labels, classes: 2 })
}

/// The seconds of one step of a full pack, alone and side by side, of the fastest laps.
fn compare<T: Scalar>(
    seconds: f64,
    spec: &TrainSpec,
    samples: usize,
) -> Result<([f64; 2], bool), Error> {
    const STEPS: u64 = 400;
    let data = plane::<T>(samples)?;
    let new = |seed| Trainer::new(spec, &data, seed, Level::best());
    let seeds = 0..Pack::<T>::LANES as u64;
    let mut trainers = seeds.map(new).collect::<Result<Vec<_>, _>>()?;
    let mut pack = Pack::forced(&trainers[0]);
    let pays = Pack::like(&trainers[0]).is_some();
    let mut fastest = [f64::INFINITY; 2];
    let begin = Instant::now();
    while begin.elapsed().as_secs_f64() < seconds {
        for (way, fastest) in fastest.iter_mut().enumerate() {
            trainers.iter_mut().zip(0..).for_each(|(t, s)| t.restart(s));
            let start = Instant::now();
            match &mut pack {
                Some(pack) if way == 1 => {
                    pack.advance(&mut trainers.iter_mut().collect::<Vec<_>>(), STEPS);
                }
                _ => trainers.iter_mut().for_each(|trainer| {
                    for _ in 0..STEPS {
                        trainer.step();
                    }
                }),
            }
            let lap = start.elapsed().as_secs_f64() / STEPS as f64;
            if lap < *fastest {
                *fastest = lap;
            }
        }
    }
    Ok((fastest, pays))
}

/// A name, whether in f64, hidden layers and their activation, samples, and how many an update.
type Shape = (
    &'static str,
    bool,
    &'static [usize],
    Activation,
    usize,
    Batch,
);

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().collect();
    let seconds = arguments
        .get(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(1.0);
    let wanted = arguments.get(2).map_or("", String::as_str);
    let (relu, tanh) = (Activation::Relu, Activation::Tanh);
    let shapes: [Shape; 15] = [
        ("P8", false, &[4], relu, 4, Batch::Full),
        ("P9", false, &[2], tanh, 4, Batch::Full),
        ("P10", false, &[8], tanh, 16, Batch::Full),
        ("P11", false, &[16, 16], tanh, 256, Batch::Size(16)),
        ("P12", true, &[8, 8, 8, 8], tanh, 100, Batch::Full),
        (
            "8 samples, 2-16-16-1",
            false,
            &[16, 16],
            tanh,
            8,
            Batch::Full,
        ),
        (
            "16 samples, 2-16-16-1",
            false,
            &[16, 16],
            tanh,
            16,
            Batch::Full,
        ),
        ("32 samples, 2-8-1", false, &[8], tanh, 32, Batch::Full),
        (
            "32 samples, 2-16-16-1",
            false,
            &[16, 16],
            tanh,
            32,
            Batch::Full,
        ),
        (
            "64 samples, 2-16-16-1",
            false,
            &[16, 16],
            tanh,
            64,
            Batch::Full,
        ),
        (
            "128 samples, 2-16-16-1",
            false,
            &[16, 16],
            tanh,
            128,
            Batch::Full,
        ),
        (
            "256 samples, 2-16-16-1",
            false,
            &[16, 16],
            tanh,
            256,
            Batch::Full,
        ),
        (
            "16 samples, 2-64-64-1",
            false,
            &[64, 64],
            tanh,
            16,
            Batch::Full,
        ),
        (
            "64 samples, 2-8-8-8-8-1 f64",
            true,
            &[8, 8, 8, 8],
            tanh,
            64,
            Batch::Full,
        ),
        (
            "16 samples, 2-16-16-1 f64",
            true,
            &[16, 16],
            tanh,
            16,
            Batch::Full,
        ),
    ];
    for (name, double, hidden, phi, samples, batch) in shapes {
        if !name.starts_with(wanted) {
            continue;
        }
        for optimizer in ["sgd", "adam"] {
            let net = Architecture::classical(2, hidden, phi, 1);
            let spec = TrainSpec {
                init: Init::GlorotUniform,
                optimizer: optimizer.parse::<Optimizer>()?,
                learning_rate: if optimizer == "sgd" { 0.1 } else { 1e-3 },
                batch,
                ..TrainSpec::new(net, Loss::BinaryCrossEntropy)
            };
            let ([alone, packed], pays) = match double {
                true => compare::<f64>(seconds, &spec, samples)?,
                false => compare::<f32>(seconds, &spec, samples)?,
            };
            let lanes = if double { 8 } else { 16 };
            println!(
                "{name}, {optimizer}: {lanes} networks a step {:.0} ns alone, {:.0} ns packed: {:.2}{}",
                alone * 1e9,
                packed * 1e9,
                alone / packed,
                if pays { "" } else { ", left alone" }
            );
        }
    }
    Ok(())
}
