//! What samples and classes count.

use mlp_core::{
    Activation, Architecture, Batch, Error, Hinge, Init, Level, Loss, Poisson, Samples, Targets,
    TrainSpec, Trainer,
    seed::{Purpose, Stream},
};
use ndarray::{Array2, Axis, array};

fn points(samples: usize) -> (Array2<f64>, Targets<f64>) {
    let mut stream = Stream::new(31, Purpose::Generator);
    let inputs = Array2::from_shape_simple_fn((samples, 3), || stream.normal());
    let labels = (0..samples).map(|_| stream.below(3) as u32).collect();
    (inputs, Targets::Classes { labels, classes: 3 })
}

fn spec(loss: &str) -> TrainSpec {
    let net = Architecture::classical(3, &[7], Activation::Tanh, 3);
    TrainSpec::new(net, loss.parse().unwrap())
}

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

/// A weight of 2 is the sample twice, a weight of 0 is not a sample.
#[test]
fn whole_weights_are_repetitions() {
    let (inputs, targets) = points(40);
    let Targets::Classes { labels, classes } = &targets else {
        unreachable!()
    };
    let weights: Vec<f64> = (0..40).map(|sample| f64::from(sample % 4)).collect();
    let rows: Vec<usize> = (0..40usize)
        .flat_map(|row| std::iter::repeat_n(row, row % 4))
        .collect();
    let repeated = Targets::Classes {
        labels: rows.iter().map(|&row| labels[row]).collect(),
        classes: *classes,
    };
    let repeated = Samples::new(inputs.select(Axis(0), &rows).view(), &repeated).unwrap();
    let weighted = Samples::new(inputs.view(), &targets).unwrap();
    let weighted = weighted.with_weights(&weights).unwrap();
    for loss in [
        "softmax-cross-entropy",
        "squared-error",
        "hinge",
        "squared-hinge-all-pairs",
    ] {
        for smoothing in [0.0, 0.2] {
            let mut spec = spec(loss);
            if smoothing > 0.0 {
                if !spec.loss.smooths() {
                    continue;
                }
                spec.label_smoothing = smoothing;
                spec.class_weights = Some(vec![0.5, 1.0, 3.0]);
            }
            let mut one = Trainer::new(&spec, &weighted, 1, Level::best()).unwrap();
            let mut other = Trainer::new(&spec, &repeated, 1, Level::best()).unwrap();
            for _ in 0..20 {
                one.step();
                other.step();
            }
            for (a, b) in one.parameters().iter().zip(other.parameters()) {
                assert!((a - b).abs() < 1e-12, "{loss}: {a} for {b}");
            }
            let loss_of_one = one.evaluate(&weighted).unwrap().loss;
            let loss_of_other = other.evaluate(&repeated).unwrap().loss;
            assert!((loss_of_one - loss_of_other).abs() < 1e-13);
        }
    }
}

#[test]
fn weights_of_one_are_no_weights_bit_for_bit() {
    let (inputs, targets) = points(50);
    let plain = Samples::new(inputs.view(), &targets).unwrap();
    let ones = plain.clone().with_weights(&[1.0; 50]).unwrap();
    for batch in [Batch::Full, Batch::Size(8), Batch::Size(1)] {
        for loss in ["softmax-cross-entropy", "squared-error", "squared-hinge"] {
            let without = TrainSpec {
                batch,
                ..spec(loss)
            };
            let with = TrainSpec {
                class_weights: Some(vec![1.0; 3]),
                ..without.clone()
            };
            let mut one = Trainer::new(&without, &plain, 5, Level::best()).unwrap();
            let mut other = Trainer::new(&with, &ones, 5, Level::best()).unwrap();
            for _ in 0..60 {
                let (loss, _) = one.loss_and_step();
                assert_eq!(loss.to_bits(), other.loss_and_step().0.to_bits());
            }
            assert_eq!(one.state(), other.state(), "{loss} {batch:?}");
        }
    }
}

/// Balanced, the classes weigh the same: the loss is the mean of the classes' mean losses.
#[test]
fn balanced_classes_count_the_same() {
    let logits = array![[2.0, 0.0], [1.0, 0.5], [0.0, 3.0], [0.0, -1.0]];
    let of = |rows: &[usize], labels: Vec<u32>| {
        let targets = Targets::Classes { labels, classes: 2 };
        Samples::new(logits.select(Axis(0), rows).view(), &targets).unwrap()
    };
    let all = of(&[0, 1, 2, 3], vec![0, 0, 0, 1]);
    assert_eq!(all.balanced_class_weights(), Some(vec![4.0 / 6.0, 2.0]));
    let plain = identity(2, Loss::SoftmaxCrossEntropy);
    let balanced = TrainSpec {
        class_weights: all.balanced_class_weights(),
        ..plain.clone()
    };
    let loss = |spec: &TrainSpec, samples: &Samples<f64>| {
        let mut trainer = Trainer::new(spec, samples, 0, Level::best()).unwrap();
        trainer.evaluate(samples).unwrap()
    };
    let zeros = loss(&plain, &of(&[0, 1, 2], vec![0, 0, 0]));
    let ones = loss(&plain, &of(&[3], vec![1]));
    let both = loss(&balanced, &all);
    assert!((both.loss - (zeros.loss + ones.loss) / 2.0).abs() < 1e-15);
    // Accuracy counts every sample once.
    assert_eq!(both.accuracy, Some(0.5));
}

#[test]
fn a_batch_without_weight_makes_no_step() {
    let (inputs, targets) = points(4);
    let samples = Samples::new(inputs.view(), &targets).unwrap();
    let samples = samples.with_weights(&[0.0, 0.0, 1.0, 1.0]).unwrap();
    for size in [1, 2] {
        let spec = TrainSpec {
            batch: Batch::Size(size),
            shuffle: false,
            ..spec("softmax-cross-entropy")
        };
        let mut trainer = Trainer::new(&spec, &samples, 2, Level::best()).unwrap();
        let start = trainer.parameters().to_vec();
        for _ in 0..2 / size {
            trainer.step();
        }
        assert_eq!(trainer.parameters(), start);
        trainer.step();
        assert_ne!(trainer.parameters(), start);
    }
}

#[test]
fn labels_are_right_together() {
    let logits = array![[1.0, -1.0], [1.0, 1.0], [-2.0, -0.5], [0.5, -3.0]];
    let targets = Targets::Values(array![[1.0, 0.0], [1.0, 0.0], [0.0, 0.0], [0.0, 0.0]]);
    let samples = Samples::new(logits.view(), &targets).unwrap();
    for loss in [Loss::BinaryCrossEntropy, Loss::Hinge(Hinge::default())] {
        let mut trainer = Trainer::new(&identity(2, loss), &samples, 0, Level::best()).unwrap();
        let found = trainer.evaluate(&samples).unwrap();
        assert_eq!((found.accuracy, found.r2), (Some(0.5), None), "{loss}");
    }
    // Shares are neither right nor wrong.
    let shares = Targets::Values(array![[1.0, 0.5], [1.0, 0.0], [0.0, 0.0], [0.0, 0.0]]);
    let samples = Samples::new(logits.view(), &shares).unwrap();
    let spec = identity(2, Loss::BinaryCrossEntropy);
    let mut trainer = Trainer::new(&spec, &samples, 0, Level::best()).unwrap();
    assert_eq!(trainer.evaluate(&samples).unwrap().accuracy, None);
}

/// Rates, not their logarithms, are compared with counts.
#[test]
fn counts_are_estimated_by_rates() {
    let logs = array![[0.0], [2f64.ln()], [5f64.ln()]];
    let targets = Targets::Values(array![[1.0], [2.0], [4.0]]);
    let samples = Samples::new(logs.view(), &targets).unwrap();
    let spec = identity(1, Loss::Poisson(Poisson::default()));
    let mut trainer = Trainer::new(&spec, &samples, 0, Level::best()).unwrap();
    let found = trainer.evaluate(&samples).unwrap();
    // Squared errors 0, 0, 1; targets 1, 2, 4 spread by 14/3 about their mean.
    assert!((found.rmse.unwrap() - (1f64 / 3.0).sqrt()).abs() < 1e-14);
    assert!((found.r2.unwrap() - (1.0 - 3.0 / 14.0)).abs() < 1e-14);
    let rates = trainer
        .network()
        .predict_values(logs.view(), spec.loss)
        .unwrap();
    assert!((rates[[2, 0]] - 5.0).abs() < 1e-14);
    let error = trainer
        .network()
        .predict_values(logs.view(), Loss::BinaryCrossEntropy);
    assert!(matches!(error, Err(Error::TargetMismatch { .. })));
}

#[test]
fn settings_that_do_not_fit_are_refused() {
    let (inputs, targets) = points(6);
    let samples = Samples::new(inputs.view(), &targets).unwrap();
    let refuse = |spec: TrainSpec| {
        let error = Trainer::new(&spec, &samples, 0, Level::best()).map(drop);
        error.unwrap_err().to_string()
    };
    let smoothed = TrainSpec {
        label_smoothing: 0.1,
        ..spec("hinge")
    };
    assert!(refuse(smoothed).contains("label smoothing"));
    let short = TrainSpec {
        class_weights: Some(vec![1.0, 2.0]),
        ..spec("hinge")
    };
    assert!(refuse(short).contains("class weights has 2 entries, but 3 are needed"));
    let positive = TrainSpec {
        positive_weights: Some(vec![2.0; 3]),
        ..spec("softmax-cross-entropy")
    };
    assert!(refuse(positive).contains("binary cross-entropy"));
    let values = Targets::Values(Array2::from_elem((6, 3), -1.0));
    let samples = Samples::new(inputs.view(), &values).unwrap();
    let poisson = Trainer::new(&spec("poisson"), &samples, 0, Level::best());
    let error = poisson.map(drop).unwrap_err().to_string();
    assert!(
        error.contains("the target of sample 0 is -1, -1, -1: poisson needs"),
        "{error}"
    );
    let weighted = TrainSpec {
        class_weights: Some(vec![1.0; 3]),
        ..spec("squared-error")
    };
    let error = Trainer::new(&weighted, &samples, 0, Level::best()).map(drop);
    assert!(error.unwrap_err().to_string().contains("class weights"));
}
