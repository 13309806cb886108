//! Golden trainings with operations between and around the dense layers.

use mlp_core::{
    Activation, Adam, Architecture, Batch, BatchNorm, Clip, Init, LayerNorm, LayerSpec, Loss,
    Normalization, Optimizer, TrainSpec,
};

use super::{Case, ScheduleDefinition};

/// Trainings with operations between and around the dense layers.
pub(super) fn cases() -> Vec<Case> {
    let layer = |normalization, skip, activation| LayerSpec {
        normalization,
        skip,
        ..LayerSpec::new(12, activation)
    };
    let (batch, norm) = (
        Normalization::Batch(BatchNorm::default()),
        Normalization::Layer(LayerNorm::default()),
    );
    let net = |normalizations: [Normalization; 3], skip| {
        Architecture::new(6)
            .with(layer(normalizations[0], false, Activation::Tanh))
            .with(layer(normalizations[1], skip, Activation::Relu))
            .with(layer(normalizations[2], skip, Activation::Gelu))
            .layer(3, Activation::Identity)
    };
    let none = Normalization::None;
    // Every layer sees all before it.
    let seeing = |normalizations: &[Normalization; 3]| {
        let mut net = net(*normalizations, false);
        for layer in &mut net.layers {
            layer.shortcuts = true;
        }
        net
    };
    let spec = |net, batch| TrainSpec {
        batch,
        learning_rate: 0.05,
        weight_decay: 1e-3,
        ..TrainSpec::new(net, Loss::SoftmaxCrossEntropy)
    };
    let full = |normalizations, skip| spec(net(normalizations, skip), Batch::Full);
    [
        (
            "dropout",
            TrainSpec {
                dropout: vec![0.2, 0.5, 0.1],
                input_dropout: 0.1,
                input_noise: 0.3,
                ..full([none; 3], false)
            },
        ),
        (
            "moved-start",
            TrainSpec {
                init_gain: 0.7,
                perturbation: 0.5,
                ..full([none; 3], false)
            },
        ),
        ("skip", full([none; 3], true)),
        ("layer-norm", full([norm; 3], false)),
        ("batch-norm", full([batch; 3], false)),
        (
            "all-operations",
            TrainSpec {
                dropout: vec![0.1, 0.0, 0.2],
                input_dropout: 0.05,
                input_noise: 0.1,
                optimizer: Optimizer::Adam(Adam::default()),
                learning_rate: 0.005,
                ..spec(net([batch, norm, batch], true), Batch::Size(100))
            },
        ),
        ("shortcuts", spec(seeing(&[none; 3]), Batch::Full)),
        (
            "shortcuts-all-operations",
            TrainSpec {
                dropout: vec![0.1, 0.0, 0.2],
                input_dropout: 0.05,
                input_noise: 0.1,
                ..spec(seeing(&[batch, none, norm]), Batch::Size(17))
            },
        ),
        (
            "frozen-random-biases",
            TrainSpec {
                bias_init: Init::Uniform(0.5),
                frozen: vec![1],
                clip: Clip {
                    value: None,
                    norm: Some(0.1),
                },
                ..full([none; 3], false)
            },
        ),
    ]
    .into_iter()
    .map(|(name, spec)| Case {
        name: name.to_owned(),
        spec,
        // Several blocks.
        samples: 610,
        classes: 3,
        steps: 24,
        weighted: false,
        course: ScheduleDefinition::Learns,
    })
    .collect()
}
