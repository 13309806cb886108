//! Section `network`: the shape of the networks and their initialisation.

use mlp_core::{Activation, Init, Normalization};

use super::{
    Form,
    access::{count, field, flag, number, numbers, put, spelled, spellings, whole, word},
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
    KeyInfo::new(
        "network.hidden",
        Form::Widths,
        field!(network.hidden, check::widths, |widths| {
            Value::List(widths.iter().map(|width| whole(*width as u64)).collect())
        }),
    )
    .help("widths of the hidden layers; none for a linear model")
    .option("hidden")
    .takes("16,16")
    .default("16,16")
    .aliases(&["hidden-layers"]),
    KeyInfo::new(
        "network.depth",
        Form::Whole,
        field!(network.depth, check::index, count),
    )
    .help("number of hidden layers, all with the one width of --hidden")
    .option("depth")
    .takes("N")
    .default("as many as --hidden names"),
    KeyInfo::new(
        "network.activation",
        Form::Words(activations),
        field!(network.activation, check::all_named, spellings),
    )
    .help("activation of the hidden layers, or one per layer")
    .option("activation")
    .takes("NAME")
    .default("tanh")
    .layered(),
    KeyInfo::new(
        "network.output_activation",
        Form::Word(activations),
        field!(
            network.output_activation,
            |v| check::named(check::text(v)?),
            spelled
        ),
    )
    .help(
        "activation of the output layer, where the loss takes estimates; in the scale \
             of scaled targets",
    )
    .takes("NAME")
    .default("identity"),
    KeyInfo::new(
        "network.init",
        Form::Word(inits),
        field!(network.init, |v| check::named(check::text(v)?), spelled),
    )
    .help("initial distribution of the weights")
    .option("init")
    .takes("NAME")
    .default("glorot-uniform; he-normal for the ReLU family"),
    KeyInfo::new(
        "network.bias_init",
        Form::NumberOrWord(inits),
        field!(network.bias_init, bias_init, |init| match init {
            Init::Constant(value) => Value::Number(*value),
            other => Value::Text(other.to_string()),
        }),
    )
    .help("initial value of all biases, or their distribution as for weights: uniform:0.1")
    .option("bias-init")
    .takes("X|NAME")
    .default("0"),
    KeyInfo::new(
        "network.init_gain",
        Form::Number,
        field!(network.init_gain, check::number, number),
    )
    .help("gain: factor of the initial weights")
    .option("init-gain")
    .takes("X")
    .default("1")
    .aliases(&["gain"]),
    KeyInfo::new(
        "network.perturbation",
        Form::Number,
        field!(network.perturbation, check::number, number),
    )
    .help(
        "distance that the initial weights are moved along a random direction, which the \
             seed alone decides",
    )
    .option("perturbation")
    .takes("X")
    .default("0"),
    KeyInfo::new(
        "network.init_from",
        Form::Text,
        field!(network.init_from, check::owned, spelled),
    )
    .help(
        "start from the parameters of a safetensors or NPZ file, a model file or a run \
             directory",
    )
    .option("init-from")
    .takes("FILE")
    .fixed()
    .voids(&["network.init_sha256"]),
    KeyInfo::new(
        "network.init_sha256",
        Form::Text,
        field!(network.init_sha256, check::digest, spelled),
    )
    .help("digest that the file of init_from must have")
    .takes("HEX")
    .fixed(),
    KeyInfo::new(
        "network.bias",
        Form::Word(|| Biases::ALL.iter().map(|bias| bias.name()).collect()),
        field!(
            network.bias,
            |v| check::choice(v, Biases::ALL, Biases::name),
            |choice| word(choice.name())
        ),
    )
    .help("which layers have biases")
    .option("bias")
    .takes("LAYERS")
    .default("all"),
    KeyInfo::new(
        "network.normalization",
        Form::Words(normalizations),
        field!(network.normalization, check::all_named, spellings),
    )
    .help(
        "none, batch or layer normalization of the hidden layers before their \
             activation, or one per layer",
    )
    .option("normalization")
    .takes("NAME")
    .default("none")
    .aliases(&["norm"])
    .layered(),
    KeyInfo::new(
        "network.dropout",
        Form::Numbers,
        field!(
            network.dropout,
            |v| v.entries().iter().map(check::below_one).collect(),
            numbers
        ),
    )
    .help("dropout rate of the hidden layers' outputs, or one per layer")
    .option("dropout")
    .takes("P")
    .default("0")
    .layered(),
    KeyInfo::new(
        "network.input_dropout",
        Form::Number,
        field!(network.input_dropout, check::below_one, number),
    )
    .help("dropout rate of the inputs")
    .option("input-dropout")
    .takes("P")
    .default("0"),
    KeyInfo::new(
        "network.input_noise",
        Form::Number,
        field!(network.input_noise, check::not_negative, number),
    )
    .help("standard deviation of Gaussian noise added to the scaled inputs in training")
    .option("input-noise")
    .takes("SD")
    .default("0"),
    KeyInfo::new(
        "network.layer_scale",
        Form::Numbers,
        field!(
            network.layer_scale,
            |v| v.entries().iter().map(check::not_zero).collect(),
            numbers
        ),
    )
    .help(
        "factor of W x before the bias is added, or one per layer, the \
             output included",
    )
    .option("layer-scale")
    .takes("S")
    .default("1")
    .layered(),
    KeyInfo::new(
        "network.skip",
        Form::Flag,
        field!(network.skip, check::flag, flag),
    )
    .help("skip connections: add the inputs of a hidden layer to its outputs where the widths agree")
    .option("skip")
    .default("false"),
    KeyInfo::new(
        "network.shortcuts",
        Form::Flag,
        field!(network.shortcuts, check::flag, flag),
    )
    .help("shortcut connections: every layer takes the inputs and the outputs of all hidden layers before it")
    .option("shortcuts")
    .default("false"),
    KeyInfo::new(
        "network.frozen",
        Form::Widths,
        field!(
            network.frozen,
            |value| value.entries().iter().map(check::index).collect(),
            |layers| { Value::List(layers.iter().map(|&layer| whole(layer as u64)).collect()) }
        ),
    )
    .help(
        "frozen layers, counted from 0, whose weights and biases no optimizer changes",
    )
    .option("frozen")
    .takes("N,...")
    .default("none")
    .aliases(&["freeze"]),
];
