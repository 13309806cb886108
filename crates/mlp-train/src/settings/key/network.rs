//! Section `network`: the shape of the networks and their initialisation.

use mlp_core::{Activation, Init, Normalization};

use super::{
    Form,
    access::{count, flag, key, number, numbers, put, spelled, spellings, whole, word},
    check,
    info::{Access, KeyInfo},
};
use crate::settings::{experiment::Biases, value::Value};

fn activations() -> Vec<&'static str> {
    Activation::DEFAULTS.iter().map(|phi| phi.name()).collect()
}

fn inits() -> Vec<&'static str> {
    Init::ALL.iter().map(|known| known.name).collect()
}

fn normalizations() -> Vec<&'static str> {
    Normalization::ALL.iter().map(|known| known.name).collect()
}

/// Initialisation of biases, with one spelling for each.
fn bias_init(value: &Value) -> Result<Init, String> {
    let init = match value {
        Value::Text(name) => check::named::<Init>(name),
        number => check::number(number).map(Init::Constant),
    };
    init.map(|init| match init {
        Init::Zeros => Init::Constant(0.0),
        other => other,
    })
}

/// The keys, in the order of help.
pub(super) const KEYS: &[KeyInfo] = &[
    key!(network.hidden, Widths, check::widths, |widths| {
        Value::List(widths.iter().map(|width| whole(*width as u64)).collect())
    })
    .help("widths of the hidden layers; none for a linear model")
    .takes("16,16")
    .default("16,16")
    .aliases(&["hidden-layers"]),
    key!(network.depth, Whole, check::index, count)
        .help("number of hidden layers, all with the one width of --hidden")
        .default("as many as --hidden names"),
    key!(
        network.activation,
        Words(activations),
        check::all_named,
        spellings
    )
    .help("activation of the hidden layers, or one per layer")
    .takes("NAME")
    .default("tanh")
    .layered(),
    key!(
        network.output_activation,
        Word(activations),
        |v| check::named(check::text(v)?),
        spelled
    )
    .help(
        "activation of the output layer, where the loss takes estimates; in the scale of \
             scaled targets",
    )
    .takes("NAME")
    .default("identity")
    .without_option(),
    key!(
        network.init,
        Word(inits),
        |v| check::named(check::text(v)?),
        spelled
    )
    .help("initial distribution of the weights")
    .takes("NAME")
    .default("glorot-uniform; he-normal for the ReLU family"),
    key!(
        network.bias_init,
        NumberOrWord(inits),
        bias_init,
        |init| match init {
            Init::Constant(value) => Value::Number(*value),
            other => Value::Text(other.to_string()),
        }
    )
    .help("initial value of all biases, or their distribution as for weights: uniform:0.1")
    .takes("X|NAME")
    .default("0"),
    key!(network.init_gain, Number, check::number, number)
        .help("gain: factor of the initial weights")
        .default("1")
        .aliases(&["gain"]),
    key!(network.perturbation, Number, check::number, number)
        .help(
            "distance that the initial weights are moved along a random direction, which the \
             seed alone decides",
        )
        .default("0"),
    key!(network.init_from, Text, check::owned, spelled)
        .help(
            "start from the parameters of a safetensors or NPZ file, a model file or a run \
             directory",
        )
        .takes("FILE")
        .fixed()
        .voids(&["network.init_sha256"]),
    key!(network.init_sha256, Text, check::digest, spelled)
        .help("digest that the file of init_from must have")
        .takes("HEX")
        .fixed()
        .without_option(),
    key!(network.bias, OneOf(Biases))
        .help("which layers have biases")
        .takes("LAYERS")
        .default("all"),
    key!(
        network.normalization,
        Words(normalizations),
        check::all_named,
        spellings
    )
    .help(
        "none, batch or layer normalization of the hidden layers before their activation, \
             or one per layer",
    )
    .takes("NAME")
    .default("none")
    .aliases(&["norm"])
    .layered(),
    key!(
        network.dropout,
        Numbers,
        |v| v.entries().iter().map(check::below_one).collect(),
        numbers
    )
    .help("dropout rate of the hidden layers' outputs, or one per layer")
    .takes("P")
    .default("0")
    .layered(),
    key!(network.input_dropout, Number, check::below_one, number)
        .help("dropout rate of the inputs")
        .takes("P")
        .default("0"),
    key!(network.input_noise, Number, check::not_negative, number)
        .help("standard deviation of Gaussian noise added to the scaled inputs in training")
        .takes("SD")
        .default("0"),
    key!(
        network.layer_scale,
        Numbers,
        |v| v.entries().iter().map(check::not_zero).collect(),
        numbers
    )
    .help(
        "factor of W x before the bias is added, or one per layer, the \
             output included",
    )
    .takes("S")
    .default("1")
    .layered(),
    key!(network.skip, Flag, check::flag, flag)
        .help(
            "skip connections: add the inputs of a hidden layer to its outputs where the widths \
             agree",
        )
        .default("false"),
    key!(network.shortcuts, Flag, check::flag, flag)
        .help(
            "shortcut connections: every layer takes the inputs and the outputs of all hidden \
             layers before it",
        )
        .default("false"),
    key!(
        network.frozen,
        Widths,
        |value| value.entries().iter().map(check::index).collect(),
        |layers| { Value::List(layers.iter().map(|&layer| whole(layer as u64)).collect()) }
    )
    .help("frozen layers, counted from 0, whose weights and biases no optimizer changes")
    .takes("N,...")
    .default("none")
    .aliases(&["freeze"]),
];
