//! Resolving the keys of `[network]`, and values per layer.

use mlp_core::{Activation, Init, Normalization};
use mlp_data::names::so_many;

use crate::{
    error::Error,
    settings::{
        experiment::{Biases, Experiment, NetworkSpec},
        value::Value,
    },
};

/// The most hidden layers of a network.
const MOST_LAYERS: usize = 10_000;

pub(super) fn resolve_network(experiment: &mut Experiment) -> Result<(), Error> {
    let network = &mut experiment.network;
    if let Some(depth) = network.depth.take() {
        let hidden = network.hidden.get_or_insert_with(|| vec![16]);
        let [width] = hidden[..] else {
            return Err(Error::keys(
                "depth",
                "hidden",
                format!(
                    "repeats one width, but hidden has {}; give one, as in --hidden 16 --depth {depth}",
                    hidden.len()
                ),
            ));
        };
        if depth > MOST_LAYERS {
            let parameters = depth as f64 * width as f64 * (width as f64 + 1.0);
            return Err(Error::keys(
                "depth",
                "hidden",
                format!(
                    "asks for {depth} hidden layers of {width}, {parameters:.1e} parameters; at most {MOST_LAYERS} layers are trained"
                ),
            ));
        }
        *hidden = vec![width; depth];
    }
    let layers = network.hidden.get_or_insert_with(|| vec![16, 16]).len();
    if layers > MOST_LAYERS {
        return Err(Error::key(
            "hidden",
            format!(
                "the network has {layers} hidden layers, and at most {MOST_LAYERS} are trained"
            ),
        ));
    }
    network
        .activation
        .get_or_insert_with(|| vec![Activation::Tanh]);
    network
        .output_activation
        .get_or_insert(Activation::Identity);
    network.bias.get_or_insert(Biases::All);
    if network.init_from.is_none() {
        network.bias_init.get_or_insert(Init::Constant(0.0));
    }
    network
        .normalization
        .get_or_insert_with(|| vec![Normalization::None]);
    network.dropout.get_or_insert_with(|| vec![0.0]);
    network.input_dropout.get_or_insert(0.0);
    network.init_gain.get_or_insert(1.0);
    network.perturbation.get_or_insert(0.0);
    network.input_noise.get_or_insert(0.0);
    network.skip.get_or_insert(false);
    // Experiments of versions before these keys do not have them, and are the same as those that set them to nothing.
    network.shortcuts = network.shortcuts.filter(|shortcuts| *shortcuts);
    network.frozen = network.frozen.take().filter(|frozen| !frozen.is_empty());
    network.layer_scale.get_or_insert_with(|| vec![1.0]);
    Ok(())
}

/// Puts the values for single layers into their lists.
pub(super) fn resolve_layers(experiment: &mut Experiment) -> Result<(), Error> {
    for (key, value) in std::mem::take(&mut experiment.layers) {
        let hidden = experiment.network.hidden.as_ref().map_or(0, Vec::len);
        // Rates and scales are for every layer, activations for the hidden ones.
        let every = key.info().section() == "training" || key.info().path == "network.layer_scale";
        let layers = if every { hidden + 1 } else { hidden };
        let layer = key.layer().unwrap_or(0);
        if layer >= layers {
            let last = layers.saturating_sub(1);
            let reason = format!("there is no layer {layer}; they are counted from 0 to {last}");
            return Err(Error::key(key, reason));
        }
        let mut values: Vec<Value> =
            (key.info().get)(experiment).map_or(Vec::new(), |value| value.entries().to_vec());
        if values.len() == 1 {
            values = vec![values[0].clone(); layers];
        }
        if values.len() != layers {
            return Err(Error::key(
                key,
                format!(
                    "{} for {}",
                    so_many(values.len() as u64, "value"),
                    so_many(layers as u64, "layer")
                ),
            ));
        }
        values[layer] = value;
        let list = if values.len() == 1 {
            values.remove(0)
        } else {
            Value::List(values)
        };
        let set = (key.info().set)(experiment, &list);
        set.map_err(|reason| Error::key(key, reason))?;
    }
    let network = &mut experiment.network;
    let relu = network
        .activation
        .as_ref()
        .is_some_and(|list| list.iter().all(|phi| phi.is_relu_family()));
    let hidden = network
        .hidden
        .as_ref()
        .is_some_and(|hidden| !hidden.is_empty());
    if network.init_from.is_none() {
        network.init.get_or_insert(if relu && hidden {
            Init::HeNormal
        } else {
            Init::GlorotUniform
        });
    }
    check_lengths(experiment)
}

/// Refuses lists that have neither one value nor one per layer.
fn check_lengths(experiment: &Experiment) -> Result<(), Error> {
    fn count<V>(list: &Option<Vec<V>>) -> usize {
        list.as_ref().map_or(1, Vec::len)
    }
    let (network, training) = (&experiment.network, &experiment.training);
    let hidden = network.hidden.as_ref().map_or(0, Vec::len);
    let (of_hidden, of_all) = (
        (hidden, "hidden has", "hidden layer"),
        (hidden + 1, "the network has", "layer"),
    );
    for (key, count, (layers, which, per)) in [
        ("activation", count(&network.activation), of_hidden),
        ("normalization", count(&network.normalization), of_hidden),
        ("dropout", count(&network.dropout), of_hidden),
        ("learning_rate", count(&training.learning_rate), of_all),
        ("weight_decay", count(&training.weight_decay), of_all),
        ("l1", count(&training.l1), of_all),
        ("layer_scale", count(&network.layer_scale), of_all),
    ] {
        if count != 1 && count != layers {
            return Err(Error::keys(
                key,
                "hidden",
                format!(
                    "has {count} values, but {which} {}; give one, or one per {per}",
                    so_many(layers as u64, "layer")
                ),
            ));
        }
    }
    Ok(())
}

/// Checks what needs hidden layers.
pub(super) fn check_hidden(network: &NetworkSpec, features: usize) -> Result<(), Error> {
    let hidden = network.hidden.as_deref().unwrap_or_default();
    let normalization = network.normalization.as_deref().unwrap_or_default();
    let dropout = network.dropout.as_deref().unwrap_or_default();
    let normalizes = normalization
        .iter()
        .any(|&name| name != Normalization::None);
    let drops = dropout.iter().any(|&rate| rate > 0.0);
    for (key, acts, instead) in [
        ("normalization", normalizes, ""),
        ("dropout", drops, "; use input_dropout"),
    ] {
        if acts && hidden.is_empty() {
            return Err(Error::keys(
                key,
                "hidden",
                format!("is for hidden layers, and hidden is none{instead}"),
            ));
        }
    }
    if network.shortcuts == Some(true) {
        if hidden.is_empty() {
            return Err(Error::keys(
                "shortcuts",
                "hidden",
                "bypass hidden layers, and hidden is none",
            ));
        }
        if network.skip == Some(true) {
            return Err(Error::keys(
                "skip",
                "shortcuts",
                "and shortcuts are both given; with shortcuts a layer has more inputs than skip would add; give one of them",
            ));
        }
    }
    let inputs = std::iter::once(&features).chain(hidden);
    if network.skip == Some(true) && !inputs.zip(hidden).any(|(inputs, width)| inputs == width) {
        let widths: Vec<String> = hidden.iter().map(ToString::to_string).collect();
        return Err(Error::keys(
            "skip",
            "hidden",
            format!(
                "needs a hidden layer that is as wide as its inputs; there are {features} features, and hidden is {}",
                if widths.is_empty() {
                    "none".to_owned()
                } else {
                    widths.join(",")
                }
            ),
        ));
    }
    Ok(())
}
