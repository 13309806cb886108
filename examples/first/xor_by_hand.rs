//! Can a network of two hidden neurons learn XOR? With `mlp-core` alone: data as arrays, a spec, a trainer, and the
//! textbook beside it.

#![forbid(unsafe_code)]

use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
use ndarray::array;

fn main() -> Result<(), mlp_core::Error> {
    let inputs = array![[0.0f64, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
    let targets = Targets::Classes {
        labels: vec![0, 1, 1, 0],
        classes: 2,
    };
    let samples = Samples::new(inputs.view(), &targets)?;
    let net = Architecture::classical(2, &[2], Activation::Tanh, 1);
    let spec = TrainSpec {
        learning_rate: 1.0,
        ..TrainSpec::new(net, Loss::BinaryCrossEntropy)
    };

    // Two neurons are as few as can do it, so not every start finds the way.
    let mut solved = 0;
    let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    for seed in 0..100 {
        trainer.restart(seed);
        for _ in 0..2000 {
            trainer.step();
        }
        solved += u32::from(trainer.evaluate(&samples)?.loss < 0.01);
    }
    println!("{solved} of 100 networks 2-2-1 solve XOR");

    let network = trainer.network();
    let probabilities = network.predict_probabilities(inputs.view(), spec.loss)?;
    for (row, p) in inputs.rows().into_iter().zip(probabilities.column(1)) {
        println!("{} xor {}: {p:.4}", row[0], row[1]);
    }
    assert!(
        (50..100).contains(&solved),
        "most starts, but not all, find a solution"
    );
    Ok(())
}
