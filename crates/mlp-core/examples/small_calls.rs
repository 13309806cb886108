//! How long do the calls take that others put into loops of their own?
//!
//! Times the outputs of one row, by a naive loop, [`Network::forward`] and [`Predictor`], and a step on
//! four rows, with the built-in loss and with one's own. Run it with
//! `cargo run --release -p mlp-core --example small_calls`; a number after `--` is the seconds to spend
//! on each.

#![forbid(unsafe_code)]

use std::{hint::black_box, time::Instant};

use mlp_core::{
    Activation, Architecture, Error, Level, Loss, Network, Predictor, Samples, Targets, TrainSpec,
    Trainer,
    ndarray::{Array2, Axis, array},
};

/// Prints the seconds of the fastest of many short laps.
fn time(name: &str, seconds: f64, mut call: impl FnMut()) {
    const CALLS: u32 = 100;
    let begin = Instant::now();
    let mut best = f64::INFINITY;
    while begin.elapsed().as_secs_f64() < seconds {
        let start = Instant::now();
        (0..CALLS).for_each(|_| call());
        let lap = start.elapsed().as_secs_f64();
        if lap < best {
            best = lap;
        }
    }
    let nanoseconds = best / f64::from(CALLS) * 1e9;
    println!("{name:<40} {nanoseconds:8.0} ns");
}

/// The outputs of one row, neuron after neuron.
fn naive(network: &Network<f32>, row: &[f32]) -> Vec<f32> {
    let mut x = row.to_vec();
    for range in network.architecture().ranges() {
        let weights = &network.parameters()[range.weights];
        let biases = &network.parameters()[range.biases];
        let last = range.outputs == 1;
        x = weights
            .chunks_exact(range.inputs)
            .zip(biases)
            .map(|(weights, bias)| {
                let sum = weights.iter().zip(&x).fold(*bias, |z, (w, x)| z + w * x);
                if last { sum } else { sum.tanh() }
            })
            .collect();
    }
    x
}

fn main() -> Result<(), Error> {
    let seconds = std::env::args().nth(1);
    let seconds: f64 = seconds.and_then(|s| s.parse().ok()).unwrap_or(0.3);
    let inputs = array![[0.0f32, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
    let labels = vec![0, 1, 1, 0];
    let samples = Samples::new(inputs.view(), &Targets::Classes { labels, classes: 2 })?;
    let net = Architecture::classical(2, &[16, 16], Activation::Tanh, 1);
    let spec = TrainSpec {
        learning_rate: 1e-4,
        ..TrainSpec::new(net, Loss::BinaryCrossEntropy)
    };
    let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    let network = trainer.network();

    let row = inputs.view().split_at(Axis(0), 1).0;
    let flat = [0.0, 0.0];
    time("one row of 2-16-16-1, a naive loop", seconds, || {
        black_box(naive(&network, black_box(&flat)));
    });
    time("Network::forward", seconds, || {
        black_box(network.forward(row).expect("the width fits"));
    });
    let mut predictor = Predictor::new(network, Level::best())?;
    let mut output = Array2::zeros((1, 1));
    time("Predictor::predict_into", seconds, || {
        let into = output.view_mut();
        predictor.predict_into(row, into).expect("the width fits");
    });
    black_box(output);

    time("a step on four rows, loss_and_step", seconds, || {
        black_box(trainer.loss_and_step());
    });
    let targets = array![[0.0f32], [1.0], [1.0], [0.0]];
    time("step_with", seconds, || {
        let step = trainer.step_with(inputs.view(), |y| {
            let error = y - &targets;
            (f64::from(error.mapv(|e| e * e).sum()), error)
        });
        step.expect("the width fits");
    });
    time("step_with_into", seconds, || {
        let step = trainer.step_with_into(inputs.view(), |y, mut d| {
            d.assign(&y);
            d -= &targets;
            d.iter().map(|e| f64::from(e * e)).sum()
        });
        step.expect("the width fits");
    });
    time("forward, backward, update", seconds, || {
        let error = trainer.forward(inputs.view()).expect("the width fits") - &targets;
        trainer
            .backward(inputs.view(), error.view())
            .expect("the width fits");
        trainer.update();
    });
    Ok(())
}
