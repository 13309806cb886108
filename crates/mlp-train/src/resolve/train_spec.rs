//! The specification for the engine.

use std::sync::Arc;

use mlp_core::{
    Activation, Architecture, Batch, Clip, Init, LayerSpec, Loss, Normalization, Optimizer,
    Schedule, TrainSpec, ValidSpec, WarmUp,
};

use super::data_recipe::DataRecipe;
use super::{layers::check_hidden, loss::outputs};
use crate::{
    data::initial_parameters::InitialParameters,
    error::Error,
    settings::experiment::{Biases, Experiment},
};

pub(super) fn train_spec(
    experiment: &Experiment,
    data: &DataRecipe,
    loss: Loss,
    optimizer: Optimizer,
    (schedule, warm_up): (Schedule, WarmUp),
    given: Option<&InitialParameters>,
    batch_order: Option<Arc<[u32]>>,
) -> Result<ValidSpec, Error> {
    let network = &experiment.network;
    let training = &experiment.training;
    let outputs = outputs(loss, data.task);
    let hidden = network.hidden.as_deref().unwrap_or_default();
    let activation = network.activation.as_deref().unwrap_or(&[Activation::Tanh]);
    let output_activation = network.output_activation.unwrap_or(Activation::Identity);
    let bias = network.bias.unwrap_or(Biases::All);
    check_hidden(network, data.dataset.features())?;
    let normalization = network
        .normalization
        .as_deref()
        .unwrap_or(&[Normalization::None]);
    let dropout = network.dropout.as_deref().unwrap_or(&[0.0]);
    let scale = network.layer_scale.as_deref().unwrap_or(&[1.0]);
    let shortcuts = network.shortcuts == Some(true);
    let mut architecture = Architecture::new(data.dataset.features());
    for (layer, &width) in hidden.iter().enumerate() {
        let inputs = architecture.outputs();
        architecture = architecture.with(LayerSpec {
            bias: bias != Biases::None,
            normalization: *of_layer(normalization, layer),
            skip: network.skip == Some(true) && width == inputs,
            shortcuts,
            scale: *of_layer(scale, layer),
            ..LayerSpec::new(width, *of_layer(activation, layer))
        });
    }
    let output = LayerSpec {
        shortcuts,
        bias: bias == Biases::All,
        scale: *of_layer(scale, hidden.len()),
        ..LayerSpec::new(outputs, output_activation)
    };
    let architecture = architecture.with(output);
    let rates = training.learning_rate.as_deref().unwrap_or(&[0.1]);
    let decays = training.weight_decay.as_deref().unwrap_or(&[0.0]);
    let l1 = training.l1.as_deref().unwrap_or(&[0.0]);
    let each = |list: &[f64]| (list.len() > 1).then(|| list.to_vec());
    let limit = |limit: Option<f64>| limit.filter(|limit| limit.is_finite());
    let init = match given {
        Some(given) => Init::Given(given.parameters(&architecture)?.into()),
        None => network.init.clone().unwrap_or(Init::GlorotUniform),
    };
    let class_weights = match &training.class_weights {
        Some(weights) => weights.of(data)?,
        None => None,
    };
    let spec = TrainSpec {
        loss,
        loss_scale: training.loss_scale.unwrap_or(1.0),
        init,
        label_smoothing: training.label_smoothing.unwrap_or(0.0),
        class_weights,
        positive_weights: match training.positive_weight.as_deref() {
            Some(&[weight]) => Some(vec![weight; outputs]),
            weights => weights.map(<[f64]>::to_vec),
        },
        bias_init: network.bias_init.clone().unwrap_or(Init::Zeros),
        init_gain: network.init_gain.unwrap_or(1.0),
        perturbation: network.perturbation.unwrap_or(0.0),
        optimizer,
        learning_rate: rates[0],
        layer_learning_rates: each(rates),
        schedule,
        warm_up,
        weight_decay: decays[0],
        layer_weight_decays: each(decays),
        alpha: training.alpha.unwrap_or(0.0),
        l1: l1[0],
        layer_l1: each(l1),
        max_norm: limit(training.max_norm),
        frozen: network.frozen.clone().unwrap_or_default(),
        clip: Clip {
            value: limit(training.clip_value),
            norm: limit(training.clip_norm),
        },
        decay_bias: training.decay_bias.unwrap_or(false),
        batch: training.batch.unwrap_or(Batch::Full),
        shuffle: training.shuffle.unwrap_or(true),
        batch_order,
        dropout: (0..hidden.len())
            .map(|layer| *of_layer(dropout, layer))
            .collect(),
        input_dropout: network.input_dropout.unwrap_or(0.0),
        input_noise: network.input_noise.unwrap_or(0.0),
        ..TrainSpec::new(architecture, loss)
    };
    let spec = spec.validate()?;
    spec.check_batches(data.split.train.len())?;
    Ok(spec)
}

/// The entry of a layer in a list with one value for all, or one per layer.
fn of_layer<T>(list: &[T], layer: usize) -> &T {
    if list.len() == 1 {
        &list[0]
    } else {
        &list[layer]
    }
}
