//! Evaluation against scikit-learn's documented examples and counting by hand.

use mlp_core::{
    Activation, Architecture, Error, Init, Level, Loss, Network, Samples, Targets, TrainSpec,
    Trainer,
};
use ndarray::{Array2, array};

/// A network that passes its inputs on.
fn identity(width: usize, loss: Loss) -> TrainSpec {
    let net = Architecture::new(width).layer(width, Activation::Identity);
    let weights = (0..width * width).map(|at| f64::from(u8::from(at % (width + 1) == 0)));
    let parameters: Vec<f64> = weights.chain((0..width).map(|_| 0.0)).collect();
    TrainSpec {
        init: Init::Given(parameters.into()),
        ..TrainSpec::new(net, loss)
    }
}

#[test]
fn r2_and_rmse_are_scikit_learns() {
    // The example of `r2_score` and `root_mean_squared_error` in scikit-learn's documentation.
    let predicted = array![[0.0, 2.0], [-1.0, 2.0], [8.0, -5.0]];
    let targets = Targets::Values(array![[0.5, 1.0], [-1.0, 1.0], [7.0, -6.0]]);
    let samples = Samples::new(predicted.view(), &targets).unwrap();
    let mut trainer =
        Trainer::new(&identity(2, Loss::SquaredError), &samples, 0, Level::best()).unwrap();
    let found = trainer.evaluate(&samples).unwrap();
    assert!((found.loss - 0.708_333_333_333_333_3).abs() < 1e-15);
    assert!((found.r2.unwrap() - 0.936_800_526_662_277_8).abs() < 1e-15);
    assert!((found.rmse.unwrap() - 0.822_748_612_183_951_3).abs() < 1e-15);
    assert_eq!((found.accuracy, found.samples), (None, 3));
}

#[test]
fn constant_targets_score_one_or_zero() {
    let inputs = array![[2.0, 1.0], [2.0, 2.0]];
    let targets = Targets::Values(array![[2.0, 2.0], [2.0, 2.0]]);
    let samples = Samples::new(inputs.view(), &targets).unwrap();
    let mut trainer =
        Trainer::new(&identity(2, Loss::SquaredError), &samples, 0, Level::best()).unwrap();
    assert_eq!(trainer.evaluate(&samples).unwrap().r2, Some(0.5));
}

#[test]
fn squared_error_of_classes_is_that_of_zeros_and_ones() {
    // An output per class, also of two classes.
    for (labels, outputs) in [
        (
            vec![0, 1, 1],
            array![[0.75, 0.5], [0.25, 0.5], [1.5, -0.25]],
        ),
        (
            vec![2, 0, 1],
            array![[0.5, 0.0, 1.25], [1.0, 1.0, 0.0], [0.0, 0.5, 0.25]],
        ),
    ] {
        let classes = outputs.ncols();
        let ones = Array2::from_shape_fn(outputs.dim(), |(row, class)| {
            f64::from(u8::from(labels[row] as usize == class))
        });
        let error = outputs - &ones;
        let mean = error.iter().map(|error| error * error).sum::<f64>() / error.len() as f64;
        let inputs = error + &ones;
        let spec = identity(classes, Loss::SquaredError);
        let train = |targets: &Targets<f64>| {
            let samples = Samples::new(inputs.view(), targets).unwrap();
            let mut trainer = Trainer::new(&spec, &samples, 0, Level::best()).unwrap();
            let found = trainer.evaluate(&samples).unwrap();
            trainer.step();
            (found, trainer.parameters().to_vec())
        };
        let (found, by_class) = train(&Targets::Classes { labels, classes });
        assert!((found.loss - mean).abs() < 1e-15, "{} {mean}", found.loss);
        assert!(found.accuracy.is_some() && found.r2.is_none() && found.rmse.is_none());
        // The same step as on those numbers.
        let (numbers, by_value) = train(&Targets::Values(ones));
        assert_eq!((numbers.loss, by_value), (found.loss, by_class));
    }
    let inputs = array![[1.0], [2.0]];
    let targets = Targets::Classes {
        labels: vec![0, 1],
        classes: 2,
    };
    let samples = Samples::new(inputs.view(), &targets).unwrap();
    let one = Trainer::new(&identity(1, Loss::SquaredError), &samples, 0, Level::best());
    assert!(
        one.unwrap_err()
            .to_string()
            .contains("one output for each class")
    );
}

#[test]
fn accuracy_counts_the_greatest_output() {
    let logits = array![
        [3.0f32, 1.0, 2.0],
        [0.0, 0.5, 1.0],
        [1.0, 1.0, 0.0],
        [-3.0, -1.0, -2.0]
    ];
    let targets = Targets::Classes {
        labels: vec![0, 1, 0, 1],
        classes: 3,
    };
    let samples = Samples::new(logits.view(), &targets).unwrap();
    let mut trainer = Trainer::new(
        &identity(3, Loss::SoftmaxCrossEntropy),
        &samples,
        0,
        Level::best(),
    )
    .unwrap();
    let found = trainer.evaluate(&samples).unwrap();
    assert_eq!(
        (found.accuracy, found.r2, found.rmse),
        (Some(0.75), None, None)
    );
}

#[test]
fn other_samples_are_checked() {
    let spec = identity(2, Loss::SoftmaxCrossEntropy);
    let of = |inputs: Array2<f64>, classes| {
        Samples::new(
            inputs.view(),
            &Targets::Classes {
                labels: vec![0; inputs.nrows()],
                classes,
            },
        )
        .unwrap()
    };
    let samples = of(Array2::zeros((3, 2)), 2);
    let mut trainer = Trainer::new(&spec, &samples, 0, Level::best()).unwrap();
    let narrow = of(Array2::zeros((3, 1)), 2);
    assert!(matches!(
        trainer.evaluate(&narrow),
        Err(Error::FeatureMismatch {
            found: 1,
            expected: 2,
            ..
        })
    ));
    assert!(matches!(
        Trainer::new(&spec, &narrow, 0, Level::best()),
        Err(Error::FeatureMismatch { .. })
    ));
    let classes = of(Array2::zeros((3, 2)), 3);
    assert!(matches!(
        trainer.evaluate(&classes),
        Err(Error::TargetMismatch { .. })
    ));
    // More samples than the training has, over many blocks.
    assert_eq!(
        trainer
            .evaluate(&of(Array2::zeros((5000, 2)), 2))
            .unwrap()
            .accuracy,
        Some(1.0)
    );
}

#[test]
fn a_network_answers_for_itself() {
    let net = Architecture::new(2)
        .layer(3, Activation::Tanh)
        .layer(2, Activation::Identity);
    let parameters: Vec<f64> = (0..net.parameter_count())
        .map(|i| f64::from(i as u32) * 0.1 - 0.8)
        .collect();
    let network = Network::new(net, parameters.clone()).unwrap();
    let inputs =
        Array2::from_shape_fn((700, 2), |(s, f)| ((s * 7 + f * 3) % 11) as f64 * 0.2 - 1.0);
    let outputs = network.forward(inputs.view()).unwrap();
    let layers = mlp_core::reference::layers(network.architecture(), &parameters);
    let traces = mlp_core::reference::forward(&layers, inputs.view());
    let expected = mlp_core::reference::outputs(&traces);
    assert!(
        (&outputs - expected)
            .iter()
            .all(|error| error.abs() < 1e-14)
    );

    let probabilities = network
        .predict_probabilities(inputs.view(), Loss::SoftmaxCrossEntropy)
        .unwrap();
    for (row, logits) in probabilities.rows().into_iter().zip(outputs.rows()) {
        assert!((row.sum() - 1.0).abs() < 1e-15);
        // For two classes, the softmax is the sigmoid of the difference.
        assert!((row[1] - mlp_core::math::sigmoid(logits[1] - logits[0])).abs() < 1e-15);
    }
    assert!(
        network
            .predict_probabilities(inputs.view(), Loss::SquaredError)
            .is_err()
    );
    assert!(network.forward(Array2::zeros((1, 3)).view()).is_err());
    assert_eq!(
        network.forward(Array2::zeros((0, 2)).view()).unwrap().dim(),
        (0, 2)
    );
    assert_eq!(network.weights(1)[[1, 2]], parameters[14]);
    assert_eq!(network.biases(0).to_vec(), parameters[6..9]);
}
