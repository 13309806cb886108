//! Dropout, noise, normalization and shortcuts: what they promise beside the textbook's numbers.

use mlp_core::{
    Activation, Architecture, Batch, BatchNorm, Error, LayerNorm, LayerSpec, Level, Loss,
    Normalization, Samples, Sgd, Status, Targets, TrainSpec, Trainer,
    seed::{Purpose, Stream},
};
use ndarray::{Array2, Axis};

const BATCH: Normalization = Normalization::Batch(BatchNorm {
    epsilon: 1e-5,
    momentum: 0.1,
    affine: true,
});
const LAYER: Normalization = Normalization::Layer(LayerNorm {
    epsilon: 1e-5,
    affine: true,
});

fn net(normalization: Normalization, skip: bool) -> Architecture {
    let layer = |skip| LayerSpec {
        normalization,
        skip,
        ..LayerSpec::new(6, Activation::Tanh)
    };
    Architecture::new(3)
        .with(layer(false))
        .with(layer(skip))
        .layer(2, Activation::Identity)
}

fn data(samples: usize) -> (Array2<f64>, Array2<f64>) {
    let mut stream = Stream::new(8, Purpose::Generator);
    let inputs = Array2::from_shape_simple_fn((samples, 3), || stream.normal());
    let values = Array2::from_shape_fn((samples, 2), |(s, o)| inputs[[s, o]] * inputs[[s, 2]]);
    (inputs, values)
}

#[test]
fn evaluation_neither_drops_nor_adds_noise() {
    let (inputs, values) = data(40);
    let samples = Samples::new(inputs.view(), &Targets::Values(values)).unwrap();
    let plain = TrainSpec::new(net(Normalization::None, true), Loss::SquaredError);
    let perturbed = TrainSpec {
        dropout: vec![0.5, 0.3],
        input_dropout: 0.2,
        input_noise: 1.0,
        ..plain.clone()
    };
    let mut plain = Trainer::new(&plain, &samples, 4, Level::best()).unwrap();
    let mut perturbed = Trainer::new(&perturbed, &samples, 4, Level::best()).unwrap();
    assert_eq!(plain.evaluate(&samples), perturbed.evaluate(&samples));
    assert_eq!(plain.gradient(), perturbed.gradient());
    assert_eq!(plain.network(), perturbed.network());
    let seen = |trainer: &Trainer<'_, f64>| trainer.forward(inputs.view()).unwrap();
    assert_eq!(
        seen(&plain),
        plain.network().forward(inputs.view()).unwrap()
    );
    assert_ne!(seen(&perturbed), seen(&plain));
    // Every update draws anew, and the same again for the same step.
    let (first, again) = (seen(&perturbed), seen(&perturbed));
    assert_eq!(first, again);
    perturbed.update();
    assert_ne!(seen(&perturbed), first);
}

#[test]
fn a_loss_of_ones_own_takes_the_same_steps() {
    let (inputs, values) = data(600);
    let samples = Samples::new(inputs.view(), &Targets::Values(values.clone())).unwrap();
    for normalization in [Normalization::None, LAYER, BATCH] {
        let spec = TrainSpec {
            dropout: vec![0.2, 0.4],
            input_noise: 0.1,
            ..TrainSpec::new(net(normalization, true), Loss::SquaredError)
        };
        let mut stepped = Trainer::new(&spec, &samples, 1, Level::best()).unwrap();
        let mut by_hand = stepped.clone();
        for _ in 0..10 {
            stepped.step();
            let outputs = by_hand.forward(inputs.view()).unwrap();
            let d_output = (outputs - &values) * (2.0 / 1200.0);
            by_hand.backward(inputs.view(), d_output.view()).unwrap();
            by_hand.update();
        }
        let numbers =
            |trainer: &Trainer<'_, f64>| [trainer.parameters(), trainer.statistics()].concat();
        for (a, b) in numbers(&stepped).iter().zip(numbers(&by_hand)) {
            assert!((a - b).abs() < 1e-12, "{normalization}: {a} {b}");
        }
    }
}

/// Adding a constant to a feature, or multiplying it, changes nothing behind batch normalization.
#[test]
fn batch_normalisation_undoes_the_scale_of_a_layer() {
    let (inputs, values) = data(50);
    let samples = Samples::new(inputs.view(), &Targets::Values(values)).unwrap();
    let tight = Normalization::Batch(BatchNorm {
        epsilon: 1e-12,
        ..BatchNorm::default()
    });
    let spec = |scale| {
        let mut net = net(Normalization::None, false);
        net.layers[0] = LayerSpec {
            normalization: tight,
            scale,
            ..net.layers[0]
        };
        TrainSpec::new(net, Loss::SquaredError)
    };
    let one = Trainer::new(&spec(1.0), &samples, 2, Level::best()).unwrap();
    let seven = Trainer::new(&spec(7.0), &samples, 2, Level::best()).unwrap();
    let (a, b) = (
        one.forward(inputs.view()).unwrap(),
        seven.forward(inputs.view()).unwrap(),
    );
    assert!((a - b).iter().all(|difference| difference.abs() < 1e-9));
}

/// Over many updates at rate 0 the running statistics become those of the data.
#[test]
fn running_statistics_approach_the_batchs() {
    let (inputs, values) = data(50);
    let samples = Samples::new(inputs.view(), &Targets::Values(values)).unwrap();
    let spec = TrainSpec {
        learning_rate: 0.0,
        ..TrainSpec::new(net(BATCH, false), Loss::SquaredError)
    };
    let mut trainer = Trainer::new(&spec, &samples, 2, Level::best()).unwrap();
    for _ in 0..400 {
        trainer.step();
    }
    let network = trainer.network();
    let z = inputs.dot(&network.weights(0).t()) + network.biases(0);
    let (means, variances) = (z.mean_axis(Axis(0)).unwrap(), z.var_axis(Axis(0), 1.0));
    for neuron in 0..6 {
        assert!((trainer.statistics()[neuron] - means[neuron]).abs() < 1e-12);
        assert!((trainer.statistics()[6 + neuron] - variances[neuron]).abs() < 1e-12);
    }
}

#[test]
fn decay_leaves_scale_and_shift_alone_unless_it_holds_for_biases() {
    let (inputs, values) = data(30);
    let samples = Samples::new(inputs.view(), &Targets::Values(values)).unwrap();
    let moved = |decay_bias| {
        let spec = TrainSpec {
            weight_decay: 0.1,
            decay_bias,
            optimizer: mlp_core::Optimizer::Sgd(Sgd::default()),
            learning_rate: 1.0,
            ..TrainSpec::new(net(LAYER, false), Loss::SquaredError)
        };
        let mut trainer = Trainer::new(&spec, &samples, 2, Level::best()).unwrap();
        let before = trainer.parameters().to_vec();
        let gradient = trainer.gradient().to_vec();
        trainer.step();
        // What the update added beyond the gradient, as a share of the parameter.
        let scales = trainer.architecture().ranges()[0].scales.clone();
        scales
            .map(|at| (before[at] - gradient[at] - trainer.parameters()[at]) / before[at])
            .collect::<Vec<_>>()
    };
    assert!(moved(false).iter().all(|share| share.abs() < 1e-12));
    assert!(moved(true).iter().all(|share| (share - 0.1).abs() < 1e-12));
}

#[test]
fn a_batch_of_one_sample_is_refused_where_it_has_no_statistics() {
    let (inputs, values) = data(33);
    let samples = Samples::new(inputs.view(), &Targets::Values(values.clone())).unwrap();
    let spec = |normalization, batch| TrainSpec {
        batch,
        ..TrainSpec::new(net(normalization, false), Loss::SquaredError)
    };
    for (batch, fits) in [
        (Batch::Full, true),
        (Batch::Size(1), false),
        (Batch::Size(8), false),
        (Batch::Size(11), true),
        (Batch::Size(100), true),
    ] {
        let trainer = Trainer::new(&spec(BATCH, batch), &samples, 0, Level::best());
        assert_eq!(trainer.is_ok(), fits, "{batch:?}");
        let trainer = Trainer::new(&spec(LAYER, batch), &samples, 0, Level::best());
        assert!(trainer.is_ok(), "{batch:?}");
    }
    let mut trainer = Trainer::new(&spec(BATCH, Batch::Full), &samples, 0, Level::best()).unwrap();
    let one = inputs.view().split_at(Axis(0), 1).0;
    let target = values.view().split_at(Axis(0), 1).0;
    assert!(matches!(
        trainer.forward(one),
        Err(Error::SingleSampleBatch { .. })
    ));
    assert!(trainer.backward(one, target).is_err());
    // Evaluation needs no statistics of a batch.
    let target = Targets::Values(target.to_owned());
    let alone = Samples::new(one, &target).unwrap();
    let told = trainer.evaluate(&alone).unwrap();
    let network = trainer.network();
    let again = network.evaluate(&alone, Loss::SquaredError, 1.0, Level::best());
    assert_eq!(again, Ok(told));
}

#[test]
fn a_network_without_finite_statistics_has_diverged() {
    let (inputs, values) = data(20);
    let samples = Samples::new(inputs.view(), &Targets::Values(values)).unwrap();
    let mut spec = TrainSpec {
        learning_rate: 0.0,
        ..TrainSpec::new(net(BATCH, false), Loss::SquaredError)
    };
    spec.init = mlp_core::Init::Constant(1e200);
    let mut trainer = Trainer::new(&spec, &samples, 0, Level::best()).unwrap();
    assert_eq!(trainer.step(), Status::Diverged);
    let mut foreign = trainer.state();
    foreign.statistics.pop();
    let error = trainer.restore(&foreign).unwrap_err().to_string();
    assert!(error.contains("running statistics"), "{error}");
}
