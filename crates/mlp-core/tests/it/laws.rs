//! Exact laws of training: they hold whatever the data, so they catch what examples miss.

use mlp_core::{
    Activation, Architecture, Batch, Init, LayerSpec, Level, Loss, Samples, Scalar, Targets,
    TrainSpec, Trainer,
    seed::{Purpose, Stream},
};
use ndarray::{Array1, Array2, array};

fn points<T: Scalar>(samples: usize, features: usize, classes: u32) -> Samples<T> {
    let mut stream = Stream::new(17, Purpose::Generator);
    let inputs = Array2::from_shape_simple_fn((samples, features), || T::from_f64(stream.normal()));
    let labels = (0..samples)
        .map(|_| stream.below(u64::from(classes)) as u32)
        .collect();
    Samples::new(
        inputs.view(),
        &Targets::Classes {
            labels,
            classes: classes as usize,
        },
    )
    .unwrap()
}

/// |w_j|^2 + b_j^2 and |v_j|^2 of every hidden neuron, from a flat slice of a network with one
/// hidden layer.
fn sides<T: Scalar>(net: &Architecture, flat: &[T]) -> (Vec<f64>, Vec<f64>) {
    let ranges = net.ranges();
    let (inputs, hidden, outputs) = (ranges[0].inputs, ranges[0].outputs, ranges[1].outputs);
    let square = |at: usize| flat[at].to_f64() * flat[at].to_f64();
    let incoming = |j: usize| {
        (0..inputs)
            .map(|i| square(ranges[0].weights.start + j * inputs + i))
            .sum::<f64>()
            + square(ranges[0].biases.start + j)
    };
    let outgoing = |j: usize| {
        (0..outputs)
            .map(|k| square(ranges[1].weights.start + k * hidden + j))
            .sum::<f64>()
    };
    (
        (0..hidden).map(incoming).collect(),
        (0..hidden).map(outgoing).collect(),
    )
}

/// D_j = |w_j|^2 + b_j^2 - |v_j|^2 of a ReLU neuron obeys, under gradient descent at rate eta with
/// decay lambda on everything, D' = (1 - eta lambda)^2 D + eta^2 (|g_w|^2 + g_b^2 - |g_v|^2)
/// (Du, Hu and Lee 2018). The gradient is recovered from the update itself. Returns the largest
/// error that 2000 steps accumulate.
fn balance<T: Scalar>(batch: Batch, eta: f64, decay: f64) -> f64 {
    let samples = points::<T>(60, 3, 4);
    let net = Architecture::classical(3, &[10], Activation::Relu, 4);
    let spec = TrainSpec {
        learning_rate: eta,
        weight_decay: decay,
        decay_bias: true,
        batch,
        bias_init: Init::Constant(0.1),
        ..TrainSpec::new(net.clone(), Loss::SoftmaxCrossEntropy)
    };
    let mut trainer = Trainer::new(&spec, &samples, 4, Level::best()).unwrap();
    let shrink = 1.0 - eta * decay;
    let difference = |(incoming, outgoing): (Vec<f64>, Vec<f64>)| -> Array1<f64> {
        incoming.iter().zip(&outgoing).map(|(a, b)| a - b).collect()
    };
    let mut predicted = difference(sides(&net, trainer.parameters()));
    for _ in 0..2000 {
        let before: Vec<T> = trainer.parameters().to_vec();
        trainer.step();
        let pairs = before.iter().zip(trainer.parameters());
        let gradient: Vec<f64> = pairs
            .map(|(old, new)| (shrink * old.to_f64() - new.to_f64()) / eta)
            .collect();
        predicted =
            predicted * (shrink * shrink) + difference(sides(&net, &gradient)) * (eta * eta);
    }
    let found = difference(sides(&net, trainer.parameters()));
    (found - predicted).iter().fold(0.0, |worst, error| {
        if error.abs() > worst {
            error.abs()
        } else {
            worst
        }
    })
}

#[test]
fn relu_neurons_stay_in_balance() {
    for (batch, eta) in [
        (Batch::Full, 0.1),
        (Batch::Size(7), 0.05),
        (Batch::Size(1), 0.01),
    ] {
        for decay in [0.0, 0.01] {
            let (double, single) = (
                balance::<f64>(batch, eta, decay),
                balance::<f32>(batch, eta, decay),
            );
            assert!(double < 1e-12, "{batch:?}, decay {decay}, f64: {double:e}");
            assert!(single < 1e-4, "{batch:?}, decay {decay}, f32: {single:e}");
        }
    }
}

/// With softmax cross-entropy the sum over classes of the last layer's weights and biases never
/// changes without decay, since the probabilities always sum to one (Kunin et al. 2021).
#[test]
fn softmax_keeps_the_sum_over_classes() {
    let samples = points::<f64>(60, 3, 4);
    let net = Architecture::classical(3, &[10], Activation::Tanh, 4);
    let spec = TrainSpec {
        batch: Batch::Size(16),
        ..TrainSpec::new(net, Loss::SoftmaxCrossEntropy)
    };
    let mut trainer = Trainer::new(&spec, &samples, 4, Level::best()).unwrap();
    let sums = |trainer: &Trainer<'_, f64>| {
        let network = trainer.network();
        let mut sums: Vec<f64> = network
            .weights(1)
            .columns()
            .into_iter()
            .map(|column| column.sum())
            .collect();
        sums.push(network.biases(1).sum());
        sums
    };
    let before = sums(&trainer);
    for _ in 0..2000 {
        trainer.step();
    }
    for (before, after) in before.iter().zip(sums(&trainer)) {
        assert!((before - after).abs() < 1e-12, "{before} became {after}");
    }
}

/// A linear network reaches the least-squares optimum, found here by the normal equations.
#[test]
fn a_linear_network_reaches_least_squares() {
    let (samples, features) = (80, 3);
    let mut stream = Stream::new(23, Purpose::Generator);
    let inputs = Array2::from_shape_simple_fn((samples, features), || stream.normal());
    let noise = Array1::from_shape_simple_fn(samples, || 0.3 * stream.normal());
    let y = inputs.dot(&array![1.5, -2.0, 0.5]) + 0.7 + noise;

    let design = Array2::from_shape_fn((samples, features + 1), |(s, f)| {
        if f < features { inputs[[s, f]] } else { 1.0 }
    });
    let solution = solve(design.t().dot(&design), design.t().dot(&y));
    let residual = design.dot(&solution) - &y;
    let optimum = residual.dot(&residual) / samples as f64;

    let targets = Targets::Values(y.insert_axis(ndarray::Axis(1)));
    let samples = Samples::new(inputs.view(), &targets).unwrap();
    let net = Architecture::new(features).layer(1, Activation::Identity);
    let spec = TrainSpec {
        learning_rate: 0.1,
        ..TrainSpec::new(net, Loss::SquaredError)
    };
    let mut trainer = Trainer::new(&spec, &samples, 0, Level::best()).unwrap();
    assert!(trainer.evaluate(&samples).unwrap().loss > optimum + 1.0);
    for _ in 0..500 {
        trainer.step();
    }
    let loss = trainer.evaluate(&samples).unwrap().loss;
    assert!((loss - optimum).abs() < 1e-12, "{loss} for {optimum}");
    for (found, expected) in trainer.parameters().iter().zip(&solution) {
        assert!((found - expected).abs() < 1e-8, "{found} for {expected}");
    }
}

/// Gaussian elimination; the matrix is positive definite.
fn solve(mut a: Array2<f64>, mut b: Array1<f64>) -> Array1<f64> {
    let n = b.len();
    for pivot in 0..n {
        for row in pivot + 1..n {
            let factor = a[[row, pivot]] / a[[pivot, pivot]];
            for column in pivot..n {
                a[[row, column]] -= factor * a[[pivot, column]];
            }
            b[row] -= factor * b[pivot];
        }
    }
    for row in (0..n).rev() {
        for column in row + 1..n {
            b[row] -= a[[row, column]] * b[column];
        }
        b[row] /= a[[row, row]];
    }
    b
}

/// Saxe et al. 2013: a scalar linear network of two layers, started balanced, follows
/// u(t) = s e^(2st) / (e^(2st) - 1 + s/u0) with an error of first order in the step: 2.78 eta.
#[test]
fn a_deep_linear_network_follows_its_exact_curve() {
    let (s, u0) = (2.0f64, 1e-3f64);
    // One sample x = 1, y = s: the loss (ab - s)^2 / 2 has the gradient flow of the paper.
    let samples = Samples::new(array![[1.0]].view(), &Targets::Values(array![[s]])).unwrap();
    let layer = LayerSpec {
        bias: false,
        ..LayerSpec::new(1, Activation::Identity)
    };
    let net = Architecture::new(1).with(layer).with(layer);
    for eta in [1e-2, 1e-3, 1e-4] {
        let init = Init::Given(vec![u0.sqrt(), u0.sqrt()].into());
        let spec = TrainSpec {
            init,
            learning_rate: eta,
            loss_scale: 0.5,
            ..TrainSpec::new(net.clone(), Loss::SquaredError)
        };
        let mut trainer = Trainer::new(&spec, &samples, 0, Level::best()).unwrap();
        let mut worst = 0.0f64;
        let steps = (6.0 / eta).round() as u32;
        for step in 1..=steps {
            trainer.step();
            let u = trainer.parameters()[0] * trainer.parameters()[1];
            let growth = mlp_core::math::exp(2.0 * s * f64::from(step) * eta);
            let error = (u - s * growth / (growth - 1.0 + s / u0)).abs();
            worst = if error > worst { error } else { worst };
        }
        let ratio = worst / eta;
        assert!(
            (2.6..2.95).contains(&ratio),
            "error {worst} at rate {eta}: ratio {ratio}"
        );
    }
}
