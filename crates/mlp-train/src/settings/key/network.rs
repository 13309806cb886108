//! Section `network`: the shape of the networks and how they start.

use mlp_core::{Activation, Init, Normalization};

use super::{
    Form, check,
    info::{KeyInfo, one_or_list, put, whole, word},
};
use crate::settings::{experiment::Biases, kind::Kind, value::Value};

fn activations() -> Vec<&'static str> {
    Activation::DEFAULTS.iter().map(|phi| phi.name()).collect()
}

fn inits() -> Vec<&'static str> {
    Init::ALL.iter().map(|known| known.name).collect()
}

fn normalizations() -> Vec<&'static str> {
    Normalization::ALL.iter().map(|known| known.name).collect()
}

/// The keys, in the order of help.
pub(super) const KEYS: &[KeyInfo] = &[
    KeyInfo {
        path: "network.hidden",
        option: Some("hidden"),
        aliases: &["hidden-layers"],
        value_name: "16,16",
        form: Form::Widths,
        help: "widths of the hidden layers; none for a linear model",
        default: "16,16",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.network.hidden, check::widths(v)),
        get: |e| {
            e.network.hidden.as_deref().map(|widths| {
                Value::List(widths.iter().map(|width| whole(*width as u64)).collect())
            })
        },
        clear: |e| e.network.hidden = None,
    },
    KeyInfo {
        path: "network.depth",
        option: Some("depth"),
        aliases: &[],
        value_name: "N",
        form: Form::Whole,
        help: "hidden layers, all as wide as the one width of --hidden",
        default: "as many as --hidden names",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.network.depth, check::index(v)),
        get: |e| e.network.depth.map(|depth| whole(depth as u64)),
        clear: |e| e.network.depth = None,
    },
    KeyInfo {
        path: "network.activation",
        option: Some("activation"),
        aliases: &[],
        value_name: "NAME",
        form: Form::Words(activations),
        help: "activation of the hidden layers, or one a layer",
        default: "tanh",
        kinds: &Kind::ALL,
        sweep: true,
        layered: true,
        voids: &[],
        set: |e, v| put(&mut e.network.activation, check::all_named(v)),
        get: |e| {
            e.network
                .activation
                .as_deref()
                .map(|list| one_or_list(list.iter().map(|phi| Value::Text(phi.to_string()))))
        },
        clear: |e| e.network.activation = None,
    },
    KeyInfo {
        path: "network.output_activation",
        option: None,
        aliases: &[],
        value_name: "NAME",
        form: Form::Word(activations),
        help: "activation of the output layer, where the loss takes estimates; of scaled targets, in their scale",
        default: "identity",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| {
            put(
                &mut e.network.output_activation,
                check::named::<Activation>(check::text(v)?),
            )
        },
        get: |e| {
            let phi = e.network.output_activation;
            phi.map(|phi| Value::Text(phi.to_string()))
        },
        clear: |e| e.network.output_activation = None,
    },
    KeyInfo {
        path: "network.init",
        option: Some("init"),
        aliases: &[],
        value_name: "NAME",
        form: Form::Word(inits),
        help: "how weights start",
        default: "glorot-uniform; he-normal for the ReLU family",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.network.init, check::named::<Init>(check::text(v)?)),
        get: |e| {
            e.network
                .init
                .as_ref()
                .map(|init| Value::Text(init.to_string()))
        },
        clear: |e| e.network.init = None,
    },
    KeyInfo {
        path: "network.bias_init",
        option: Some("bias-init"),
        aliases: &[],
        value_name: "X|NAME",
        form: Form::NumberOrWord(inits),
        help: "where all biases start, or how, as weights do: uniform:0.1",
        default: "0",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| {
            let init = match v {
                Value::Text(name) => check::named::<Init>(name),
                number => check::number(number).map(Init::Constant),
            };
            // One spelling of one beginning.
            let init = init.map(|init| match init {
                Init::Zeros => Init::Constant(0.0),
                other => other,
            });
            put(&mut e.network.bias_init, init)
        },
        get: |e| {
            e.network.bias_init.as_ref().map(|init| match init {
                Init::Constant(value) => Value::Number(*value),
                other => Value::Text(other.to_string()),
            })
        },
        clear: |e| e.network.bias_init = None,
    },
    KeyInfo {
        path: "network.init_gain",
        option: Some("init-gain"),
        aliases: &["gain"],
        value_name: "X",
        form: Form::Number,
        help: "multiplies the initial weights",
        default: "1",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.network.init_gain, check::number(v)),
        get: |e| e.network.init_gain.map(Value::Number),
        clear: |e| e.network.init_gain = None,
    },
    KeyInfo {
        path: "network.perturbation",
        option: Some("perturbation"),
        aliases: &[],
        value_name: "X",
        form: Form::Number,
        help: "moves the initial weights so far along a random direction that the seed alone decides",
        default: "0",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.network.perturbation, check::number(v)),
        get: |e| e.network.perturbation.map(Value::Number),
        clear: |e| e.network.perturbation = None,
    },
    KeyInfo {
        path: "network.init_from",
        option: Some("init-from"),
        aliases: &[],
        value_name: "FILE",
        form: Form::Text,
        help: "start from the parameters of a safetensors or NPZ file, a model file or a run directory",
        default: "",
        kinds: &Kind::ALL,
        sweep: false,
        layered: false,
        voids: &["network.init_sha256"],
        set: |e, v| put(&mut e.network.init_from, check::text(v).map(str::to_owned)),
        get: |e| e.network.init_from.as_deref().map(word),
        clear: |e| e.network.init_from = None,
    },
    KeyInfo {
        path: "network.init_sha256",
        option: None,
        aliases: &[],
        value_name: "HEX",
        form: Form::Text,
        help: "digest that the file of init_from must have",
        default: "",
        kinds: &Kind::ALL,
        sweep: false,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.network.init_sha256, check::digest(v)),
        get: |e| e.network.init_sha256.as_deref().map(word),
        clear: |e| e.network.init_sha256 = None,
    },
    KeyInfo {
        path: "network.bias",
        option: Some("bias"),
        aliases: &[],
        value_name: "LAYERS",
        form: Form::Word(|| Biases::ALL.iter().map(|bias| bias.name()).collect()),
        help: "which layers have biases",
        default: "all",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| {
            put(
                &mut e.network.bias,
                check::choice(v, Biases::ALL, Biases::name),
            )
        },
        get: |e| e.network.bias.map(|choice| word(choice.name())),
        clear: |e| e.network.bias = None,
    },
    KeyInfo {
        path: "network.normalization",
        option: Some("normalization"),
        aliases: &["norm"],
        value_name: "NAME",
        form: Form::Words(normalizations),
        help: "none, batch or layer normalization of the hidden layers before their activation, or one a layer",
        default: "none",
        kinds: &Kind::ALL,
        sweep: true,
        layered: true,
        voids: &[],
        set: |e, v| put(&mut e.network.normalization, check::all_named(v)),
        get: |e| {
            let list = e.network.normalization.as_deref();
            list.map(|list| one_or_list(list.iter().map(|name| Value::Text(name.to_string()))))
        },
        clear: |e| e.network.normalization = None,
    },
    KeyInfo {
        path: "network.dropout",
        option: Some("dropout"),
        aliases: &[],
        value_name: "P",
        form: Form::Numbers,
        help: "share of the hidden layers' outputs dropped in training, or one a layer",
        default: "0",
        kinds: &Kind::ALL,
        sweep: true,
        layered: true,
        voids: &[],
        set: |e, v| {
            let rates = v.entries().iter().map(check::below_one).collect();
            put(&mut e.network.dropout, rates)
        },
        get: |e| {
            let list = e.network.dropout.as_deref();
            list.map(|list| one_or_list(list.iter().copied().map(Value::Number)))
        },
        clear: |e| e.network.dropout = None,
    },
    KeyInfo {
        path: "network.input_dropout",
        option: Some("input-dropout"),
        aliases: &[],
        value_name: "P",
        form: Form::Number,
        help: "share of the inputs dropped in training",
        default: "0",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.network.input_dropout, check::below_one(v)),
        get: |e| e.network.input_dropout.map(Value::Number),
        clear: |e| e.network.input_dropout = None,
    },
    KeyInfo {
        path: "network.input_noise",
        option: Some("input-noise"),
        aliases: &[],
        value_name: "SD",
        form: Form::Number,
        help: "standard deviation of normal noise added to the scaled inputs in training",
        default: "0",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.network.input_noise, check::not_negative(v)),
        get: |e| e.network.input_noise.map(Value::Number),
        clear: |e| e.network.input_noise = None,
    },
    KeyInfo {
        path: "network.layer_scale",
        option: Some("layer-scale"),
        aliases: &[],
        value_name: "S",
        form: Form::Numbers,
        help: "what W x is multiplied by before the bias is added, or one a layer, the output included",
        default: "1",
        kinds: &Kind::ALL,
        sweep: true,
        layered: true,
        voids: &[],
        set: |e, v| {
            let scales = v.entries().iter().map(check::not_zero).collect();
            put(&mut e.network.layer_scale, scales)
        },
        get: |e| {
            let list = e.network.layer_scale.as_deref();
            list.map(|list| one_or_list(list.iter().copied().map(Value::Number)))
        },
        clear: |e| e.network.layer_scale = None,
    },
    KeyInfo {
        path: "network.skip",
        option: Some("skip"),
        aliases: &[],
        value_name: "",
        form: Form::Flag,
        help: "add the inputs of every hidden layer that is as wide as they are to its outputs",
        default: "false",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.network.skip, check::flag(v)),
        get: |e| e.network.skip.map(Value::Flag),
        clear: |e| e.network.skip = None,
    },
    KeyInfo {
        path: "network.shortcuts",
        option: Some("shortcuts"),
        aliases: &[],
        value_name: "",
        form: Form::Flag,
        help: "every layer sees the inputs and the outputs of all hidden layers before it",
        default: "false",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.network.shortcuts, check::flag(v)),
        get: |e| e.network.shortcuts.map(Value::Flag),
        clear: |e| e.network.shortcuts = None,
    },
    KeyInfo {
        path: "network.frozen",
        option: Some("frozen"),
        aliases: &["freeze"],
        value_name: "N,...",
        form: Form::Widths,
        help: "layers, counted from 0, whose weights and biases stay as they start under every optimizer",
        default: "none",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| {
            let layers = v.entries().iter().map(check::index).collect();
            put(&mut e.network.frozen, layers)
        },
        get: |e| {
            let layers = e.network.frozen.as_deref()?;
            let layers = layers.iter().map(|&layer| whole(layer as u64));
            Some(Value::List(layers.collect()))
        },
        clear: |e| e.network.frozen = None,
    },
];
