//! A loss of one's own: `forward`, `backward` and `update` do what `step` does.

use mlp_core::{
    Activation, Architecture, Error, Level, Loss, Samples, Targets, TrainSpec, Trainer,
    seed::{Purpose, Stream},
};
use ndarray::Array2;

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
