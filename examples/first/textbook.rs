//! How is a multilayer perceptron trained? A whole training loop, written out with the textbook in `mlp_core::reference`:
//! forward pass, backpropagation, update. In the end the fast engine takes the same steps.

#![forbid(unsafe_code)]

use mlp_core::{
    Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer, reference,
};
use ndarray::Array2;

const STEPS: usize = 2000;

fn main() -> Result<(), mlp_core::Error> {
    // One period of a sine, at 32 places: a sample is a row.
    let x = Array2::from_shape_fn((32, 1), |(row, _)| row as f64 / 16.0 - 1.0);
    let targets = Targets::Values(x.mapv(|x| (std::f64::consts::PI * x).sin()));
    let samples = Samples::new(x.view(), &targets)?;

    // One input, eight tanh neurons, one output.
    let spec = TrainSpec {
        learning_rate: 0.1,
        ..TrainSpec::new(
            Architecture::classical(1, &[8], Activation::Tanh, 1),
            Loss::SquaredError,
        )
    };
    // All weights and biases, one after the other. The trainer draws where they begin.
    let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    let mut parameters = trainer.parameters().to_vec();

    for step in 0..=STEPS {
        // Forward: what every layer computes.
        let layers = reference::layers(&spec.architecture, &parameters);
        let traces = reference::forward(&layers, x.view());
        let answers = reference::outputs(&traces);
        if step % 400 == 0 {
            let loss = reference::loss(&spec, answers, &targets, None);
            println!("step {step:4}: loss {loss:.6}");
        }
        if step == STEPS {
            break;
        }
        // Backward: how the loss changes with every output, then with every weight and bias.
        let slopes = reference::loss_gradient(&spec, answers, &targets, None);
        let gradients = reference::backward(&layers, &traces, slopes);
        let gradient = reference::flatten(&spec.architecture, &gradients);
        // Update: a small step downhill.
        for (parameter, slope) in parameters.iter_mut().zip(gradient) {
            *parameter -= spec.learning_rate * slope;
        }
    }

    for _ in 0..STEPS {
        trainer.step();
    }
    let differences = parameters.iter().zip(trainer.parameters());
    let largest = differences.fold(0.0, |largest: f64, (ours, fast)| {
        largest.max((ours - fast).abs())
    });
    println!("the fast engine's parameters differ by {largest:.1e} at most");

    let loss = reference::mean_loss(&spec, &parameters, x.view(), &targets);
    assert!(loss < 0.01, "eight neurons bend into a sine, not {loss}");
    assert!(largest < 1e-9, "both do the same sums in another order");
    Ok(())
}
