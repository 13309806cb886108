//! Frozen layers keep their bits, and the others train as if these were part of the data.

use mlp_core::{
    Activation, Architecture, Batch, Clip, Init, LayerNorm, LayerSpec, Level, Loss, Network,
    Normalization, Optimizer, Samples, Targets, TrainSpec, Trainer,
    seed::{Purpose, Stream},
};
use ndarray::Array2;

fn points() -> (Array2<f64>, Targets<f64>) {
    let mut stream = Stream::new(5, Purpose::Generator);
    let inputs = Array2::from_shape_simple_fn((40, 3), || stream.normal());
    let labels = (0..40).map(|_| stream.below(2) as u32).collect();
    (inputs, Targets::Classes { labels, classes: 2 })
}

/// 3-5-4-2, the second layer normalized.
fn net() -> Architecture {
    Architecture::new(3)
        .layer(5, Activation::Tanh)
        .with(LayerSpec {
            normalization: Normalization::Layer(LayerNorm::default()),
            ..LayerSpec::new(4, Activation::Tanh)
        })
        .layer(2, Activation::Identity)
}

fn spec(optimizer: &str, frozen: &[usize]) -> TrainSpec {
    TrainSpec {
        optimizer: optimizer.parse().unwrap(),
        learning_rate: 0.05,
        bias_init: Init::Normal(1.0),
        frozen: frozen.to_vec(),
        ..TrainSpec::new(net(), Loss::SoftmaxCrossEntropy)
    }
}

/// Every name, and settings that move parameters without a gradient.
fn optimizers() -> Vec<String> {
    let names = Optimizer::ALL.concat().into_iter();
    names
        .map(|known| known.name.to_owned())
        .chain(["asgd:0.1:0.5:3", "lbfgs:3:line_search=none"].map(str::to_owned))
        .collect()
}

#[test]
fn frozen_parameters_keep_their_bits_under_every_optimizer() {
    let (inputs, targets) = points();
    let samples = Samples::new(inputs.view(), &targets).unwrap();
    for optimizer in optimizers() {
        for frozen in [&[0][..], &[1], &[2], &[0, 2]] {
            let smooth = optimizer.starts_with("lbfgs");
            for batch in [Batch::Full, Batch::Size(7), Batch::Size(1)] {
                if smooth && batch != Batch::Full {
                    continue;
                }
                let mut spec = TrainSpec {
                    batch,
                    weight_decay: 0.1,
                    decay_bias: true,
                    ..spec(&optimizer, frozen)
                };
                if !smooth {
                    spec.alpha = 0.1;
                    spec.l1 = 0.01;
                    spec.max_norm = Some(0.3);
                    spec.clip = Clip {
                        value: Some(0.2),
                        norm: Some(0.1),
                    };
                }
                let mut trainer = Trainer::new(&spec, &samples, 3, Level::best()).unwrap();
                let start = trainer.parameters().to_vec();
                for _ in 0..12 {
                    trainer.step();
                }
                let what = format!("{optimizer}, {frozen:?}, {batch:?}");
                let bits = |values: &[f64]| values.iter().map(|p| p.to_bits()).collect::<Vec<_>>();
                for (layer, range) in net().ranges().into_iter().enumerate() {
                    let all = range.weights.start..range.shifts.end;
                    let (before, after) = (
                        bits(&start[all.clone()]),
                        bits(&trainer.parameters()[all.clone()]),
                    );
                    assert_eq!(before == after, frozen.contains(&layer), "{what}: {layer}");
                    if let Some(averaged) = trainer.averaged().filter(|_| frozen.contains(&layer)) {
                        assert_eq!(bits(&averaged[all]), before, "{what}: the average");
                    }
                }
                // A stopped training goes on with the same bits, and another one in its buffers.
                let state = trainer.state();
                let mut other = Trainer::new(&spec, &samples, 4, Level::best()).unwrap();
                other.restore(&state).unwrap();
                trainer.step();
                other.step();
                assert_eq!(other.state(), trainer.state(), "{what}");
                let slower = TrainSpec {
                    learning_rate: 0.01,
                    ..spec.clone()
                };
                assert!(other.restart_with(&slower, 3).unwrap(), "{what}");
                assert_eq!(other.parameters(), start, "{what}");
            }
        }
    }
}

/// Behind a frozen first layer trains what would train alone on that layer's outputs.
#[test]
fn the_rest_trains_on_what_frozen_layers_answer() {
    let (inputs, targets) = points();
    let samples = Samples::new(inputs.view(), &targets).unwrap();
    for optimizer in optimizers() {
        let spec = TrainSpec {
            weight_decay: 0.01,
            ..spec(&optimizer, &[0])
        };
        let mut whole = Trainer::new(&spec, &samples, 3, Level::best()).unwrap();
        let range = net().ranges().swap_remove(0);
        let (first, rest) = whole.parameters().split_at(range.shifts.end);
        let below = Architecture::new(3).layer(5, Activation::Tanh);
        let below = Network::new(below, first.to_vec()).unwrap();
        let answers = below.forward(inputs.view()).unwrap();
        let answers = Samples::new(answers.view(), &targets).unwrap();
        let mut above = net();
        above.layers.remove(0);
        above.inputs = 5;
        let above = TrainSpec {
            architecture: above,
            init: Init::Given(rest.to_vec().into()),
            frozen: Vec::new(),
            ..spec.clone()
        };
        let mut alone = Trainer::new(&above, &answers, 3, Level::best()).unwrap();
        let from = first.len();
        for _ in 0..10 {
            whole.step();
            alone.step();
        }
        for (found, expected) in whole.parameters()[from..].iter().zip(alone.parameters()) {
            assert!(
                (found - expected).abs() < 1e-9,
                "{optimizer}: {found} for {expected}"
            );
        }
    }
}

#[test]
fn a_layer_that_is_not_there_and_a_network_all_frozen_are_refused() {
    let message = |frozen: &[usize]| {
        let refused = spec("sgd", frozen).validate().unwrap_err();
        refused.to_string()
    };
    assert!(message(&[3]).contains("a frozen layer is 3"));
    assert!(message(&[0, 1, 2, 1]).contains("all 3 layers are frozen"));
}
