//! Section `network`: the shape of the networks and how they start.

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

/// How biases start: one spelling of one beginning.
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
        .help("hidden layers, all as wide as the one width of --hidden")
        .default("as many as --hidden names"),
    key!(
        network.activation,
        Words(activations),
        check::all_named,
        spellings
    )
    .help("activation of the hidden layers, or one a layer")
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
        "activation of the output layer, where the loss takes estimates; of scaled \
             targets, in their scale",
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
    .help("how weights start")
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
    .help("where all biases start, or how, as weights do: uniform:0.1")
    .takes("X|NAME")
    .default("0"),
    key!(network.init_gain, Number, check::number, number)
        .help("multiplies the initial weights")
        .default("1")
        .aliases(&["gain"]),
    key!(network.perturbation, Number, check::number, number)
        .help(
            "moves the initial weights so far along a random direction that the seed alone \
             decides",
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
        "none, batch or layer normalization of the hidden layers before their \
             activation, or one a layer",
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
    .help("share of the hidden layers' outputs dropped in training, or one a layer")
    .takes("P")
    .default("0")
    .layered(),
    key!(network.input_dropout, Number, check::below_one, number)
        .help("share of the inputs dropped in training")
        .takes("P")
        .default("0"),
    key!(network.input_noise, Number, check::not_negative, number)
        .help("standard deviation of normal noise added to the scaled inputs in training")
        .takes("SD")
        .default("0"),
    key!(
        network.layer_scale,
        Numbers,
        |v| v.entries().iter().map(check::not_zero).collect(),
        numbers
    )
    .help(
        "what W x is multiplied by before the bias is added, or one a layer, the \
             output included",
    )
    .takes("S")
    .default("1")
    .layered(),
    key!(network.skip, Flag, check::flag, flag)
        .help("add the inputs of every hidden layer that is as wide as they are to its outputs")
        .default("false"),
    key!(network.shortcuts, Flag, check::flag, flag)
        .help("every layer sees the inputs and the outputs of all hidden layers before it")
        .default("false"),
    key!(
        network.frozen,
        Widths,
        |value| value.entries().iter().map(check::index).collect(),
        |layers| { Value::List(layers.iter().map(|&layer| whole(layer as u64)).collect()) }
    )
    .help(
        "layers, counted from 0, whose weights and biases stay as they start under every optimizer",
    )
    .takes("N,...")
    .default("none")
    .aliases(&["freeze"]),
];
