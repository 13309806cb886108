//! A loss of one's own: `forward`, `backward` and `update` do what `step` does.

use mlp_core::{
    Activation, Architecture, BatchNorm, Error, LayerSpec, Level, Loss, Normalization, Samples,
    Targets, TrainSpec, Trainer,
    seed::{Purpose, Stream},
};
use ndarray::{Array2, Axis};

#[test]
fn squared_error_by_hand_takes_the_same_steps() {
    let mut stream = Stream::new(5, Purpose::Generator);
    let inputs = Array2::from_shape_simple_fn((300, 3), || stream.normal());
    let values = Array2::from_shape_simple_fn((300, 2), || stream.normal());
    let samples = Samples::new(inputs.view(), &Targets::Values(values.clone())).unwrap();
    let net = Architecture::classical(3, &[9, 5], Activation::Gelu, 2);
    let spec = TrainSpec::new(net, Loss::SquaredError);
    let mut stepped = Trainer::new(&spec, &samples, 1, Level::best()).unwrap();
    let mut by_hand = stepped.clone();
    for _ in 0..20 {
        stepped.step();
        let outputs = by_hand.forward(inputs.view()).unwrap();
        let d_output = (outputs - &values) * (2.0 / 600.0);
        by_hand.backward(inputs.view(), d_output.view()).unwrap();
        by_hand.update();
    }
    assert_eq!(by_hand.steps_done(), 20);
    for (a, b) in stepped.parameters().iter().zip(by_hand.parameters()) {
        assert!((a - b).abs() < 1e-12, "{a} {b}");
    }
    let narrow = Array2::zeros((300, 1));
    assert!(matches!(
        by_hand.backward(inputs.view(), narrow.view()),
        Err(Error::BadLength { .. })
    ));
    let short = Array2::zeros((299, 2));
    assert!(by_hand.backward(inputs.view(), short.view()).is_err());
}

/// However a step on a loss of one's own is written, it is the same step: in one block and in several,
/// with dropout and noise, with batch statistics, with a line search.
#[test]
fn all_ways_to_a_step_have_the_same_bits() {
    let mut stream = Stream::new(9, Purpose::Generator);
    let inputs = Array2::from_shape_simple_fn((1300, 3), || stream.normal());
    let values = Array2::from_shape_simple_fn((1300, 2), || stream.normal());
    let samples = Samples::new(inputs.view(), &Targets::Values(values.clone())).unwrap();
    let plain = Architecture::classical(3, &[9, 5], Activation::Gelu, 2);
    let normalized = Architecture::new(3)
        .with(LayerSpec {
            normalization: Normalization::Batch(BatchNorm::default()),
            ..LayerSpec::new(8, Activation::Tanh)
        })
        .layer(2, Activation::Tanh);
    let specs = [
        TrainSpec::new(plain.clone(), Loss::SquaredError),
        TrainSpec {
            dropout: vec![0.2, 0.3],
            input_noise: 0.1,
            ..TrainSpec::new(plain.clone(), Loss::SquaredError)
        },
        TrainSpec::new(normalized, Loss::SquaredError),
        TrainSpec {
            optimizer: "lbfgs".parse().unwrap(),
            ..TrainSpec::new(plain.clone(), Loss::SquaredError)
        },
        TrainSpec {
            optimizer: "irprop+".parse().unwrap(),
            ..TrainSpec::new(plain, Loss::SquaredError)
        },
    ];
    for spec in specs {
        for rows in [7, 300, 1300] {
            let (x, t) = (
                inputs.view().split_at(Axis(0), rows).0,
                values.view().split_at(Axis(0), rows).0,
            );
            let mut one = Trainer::new(&spec, &samples, 1, Level::best()).unwrap();
            let (mut into, mut apart) = (one.clone(), one.clone());
            let searches = spec.optimizer.to_string() != "sgd";
            for _ in 0..6 {
                one.step_with(x, |y| {
                    let error = y - &t;
                    (error.mapv(|e| e * e).sum(), 2.0 * error)
                })
                .unwrap();
                into.step_with_into(x, |y, mut d| {
                    assert!(d.iter().all(|&d| d == 0.0));
                    d.assign(&(2.0 * (&y - &t)));
                    (&y - &t).mapv(|e| e * e).sum()
                })
                .unwrap();
                let y = apart.forward(x).unwrap();
                apart.backward(x, (2.0 * (y - t)).view()).unwrap();
                apart.update();
                assert_eq!(one.state(), into.state(), "{rows} {spec:?}");
                assert!(searches || one.state() == apart.state(), "{rows} {spec:?}");
            }
        }
    }
}

#[test]
fn a_loss_that_cannot_be_followed_changes_nothing() {
    let inputs = ndarray::array![[0.0f64, 1.0], [1.0, 0.5]];
    let samples = Samples::new(inputs.view(), &Targets::Values(inputs.clone())).unwrap();
    let net = Architecture::classical(2, &[3], Activation::Tanh, 2);
    let spec = TrainSpec::new(net, Loss::SquaredError);
    let mut trainer = Trainer::new(&spec, &samples, 1, Level::best()).unwrap();
    let before = trainer.state();
    let step = trainer.step_with_into(inputs.view(), |_, mut d| {
        d[[1, 0]] = f64::NAN;
        0.0
    });
    assert!(matches!(
        step,
        Err(Error::NotFinite {
            what: "output gradient",
            sample: 1,
            column: 0,
            ..
        })
    ));
    let step = trainer.step_with(inputs.view(), |_| (0.0, Array2::zeros((3, 2))));
    assert_eq!(
        step.unwrap_err().to_string(),
        "the array of output gradients has 3 entries, but 2 are needed"
    );
    let none = Array2::zeros((0, 2));
    let step = trainer.step_with_into(none.view(), |_, _| 0.0);
    assert_eq!(step.unwrap_err(), Error::NoSamples);
    assert_eq!(trainer.state(), before);
}
