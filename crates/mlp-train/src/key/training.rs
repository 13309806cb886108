//! Section `training`: loss, optimizer, penalties, length, seeds, records.

use mlp_core::{Batch, Loss, Optimizer, Schedule};

use super::{Form, KeyInfo, check, one_or_list, put, whole, word};
use crate::{diagnostic, kind::Kind, metric::MEASURES, precision::Precision, value::Value};

fn losses() -> Vec<&'static str> {
    Loss::ALL
        .iter()
        .flat_map(|known| known.iter())
        .map(|known| known.name)
        .collect()
}

fn optimizers() -> Vec<&'static str> {
    Optimizer::ALL
        .iter()
        .flat_map(|known| known.iter())
        .map(|known| known.name)
        .collect()
}

fn schedules() -> Vec<&'static str> {
    Schedule::ALL.iter().map(|known| known.name).collect()
}

/// One number, or one a layer.
fn numbers(values: Option<&[f64]>) -> Option<Value> {
    values.map(|values| one_or_list(values.iter().map(|value| Value::Number(*value))))
}

/// A limit; an infinite one is none.
fn limit(limit: Option<f64>) -> Option<Value> {
    limit.map(|limit| match limit.is_finite() {
        true => Value::Number(limit),
        false => word("none"),
    })
}

fn groups() -> Vec<&'static str> {
    diagnostic::GROUPS.iter().map(|group| group.name).collect()
}

fn measures() -> Vec<&'static str> {
    MEASURES.iter().map(|measure| measure.name).collect()
}

fn batch(batch: Batch) -> Value {
    match batch {
        Batch::Full => word("full"),
        Batch::Size(size) => whole(size as u64),
    }
}

/// The keys, in the order of help.
pub(super) const KEYS: &[KeyInfo] = &[
    KeyInfo {
        path: "training.loss",
        option: Some("loss"),
        aliases: &[],
        value_name: "NAME",
        form: Form::Word(losses),
        help: "what training makes small, with settings after colons if wanted",
        default: "by task: cross-entropy for classes, squared-error for numbers",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.training.loss, check::loss(v)),
        get: |e| e.training.loss.as_deref().map(word),
        clear: |e| e.training.loss = None,
    },
    KeyInfo {
        path: "training.loss_scale",
        option: Some("loss-scale"),
        aliases: &[],
        value_name: "X",
        form: Form::Number,
        help: "multiplies the loss",
        default: "1",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.training.loss_scale, check::positive(v)),
        get: |e| e.training.loss_scale.map(Value::Number),
        clear: |e| e.training.loss_scale = None,
    },
    KeyInfo {
        path: "training.huber_delta",
        option: Some("huber-delta"),
        aliases: &[],
        value_name: "X",
        form: Form::Number,
        help: "where the Huber loss becomes linear, in units of the scaled targets",
        default: "1",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.training.huber_delta, check::positive(v)),
        get: |e| e.training.huber_delta.map(Value::Number),
        clear: |e| e.training.huber_delta = None,
    },
    KeyInfo {
        path: "training.quantile",
        option: Some("quantile"),
        aliases: &[],
        value_name: "X",
        form: Form::Number,
        help: "which quantile the quantile loss estimates, between 0 and 1",
        default: "0.5",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.training.quantile, check::inside_unit(v)),
        get: |e| e.training.quantile.map(Value::Number),
        clear: |e| e.training.quantile = None,
    },
    KeyInfo {
        path: "training.label_smoothing",
        option: Some("label-smoothing"),
        aliases: &[],
        value_name: "X",
        form: Form::Number,
        help: "cross-entropies: this share of each target is spread over all classes",
        default: "0",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.training.label_smoothing, check::below_one(v)),
        get: |e| e.training.label_smoothing.map(Value::Number),
        clear: |e| e.training.label_smoothing = None,
    },
    KeyInfo {
        path: "training.class_weights",
        option: Some("class-weights"),
        aliases: &["class-weight"],
        value_name: "W",
        form: Form::Text,
        help: "what each class counts in the loss: none, balanced, or as in no=1,yes=3",
        default: "none",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.training.class_weights, check::text(v)?.parse()),
        get: |e| {
            let weights = e.training.class_weights.as_ref();
            weights.map(|weights| Value::Text(weights.to_string()))
        },
        clear: |e| e.training.class_weights = None,
    },
    KeyInfo {
        path: "training.positive_weight",
        option: Some("positive-weight"),
        aliases: &["pos-weight"],
        value_name: "X",
        form: Form::Numbers,
        help: "binary cross-entropy: multiplies the loss of targets 1; or one a label",
        default: "1",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.training.positive_weight, check::weights(v)),
        get: |e| {
            let weights = e.training.positive_weight.as_deref();
            weights.map(|list| one_or_list(list.iter().map(|weight| Value::Number(*weight))))
        },
        clear: |e| e.training.positive_weight = None,
    },
    KeyInfo {
        path: "training.optimizer",
        option: Some("optimizer"),
        aliases: &[],
        value_name: "NAME",
        form: Form::Word(optimizers),
        help: "optimizer, with settings after colons if wanted",
        default: "sgd",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.training.optimizer, check::optimizer(v)),
        get: |e| e.training.optimizer.as_deref().map(word),
        clear: |e| e.training.optimizer = None,
    },
    KeyInfo {
        path: "training.learning_rate",
        option: Some("learning-rate"),
        aliases: &["lr"],
        value_name: "X",
        form: Form::Numbers,
        help: "learning rate, or one a layer",
        default: "by optimizer, as mlp list optimizers shows; 0.1 for sgd",
        kinds: &Kind::ALL,
        sweep: true,
        layered: true,
        voids: &[],
        set: |e, v| put(&mut e.training.learning_rate, check::rates(v)),
        get: |e| numbers(e.training.learning_rate.as_deref()),
        clear: |e| e.training.learning_rate = None,
    },
    KeyInfo {
        path: "training.schedule",
        option: Some("schedule"),
        aliases: &[],
        value_name: "NAME",
        form: Form::Word(schedules),
        help: "how the learning rate moves; settings: --schedule-steps and others",
        default: "constant",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.training.schedule, check::listed(v, &schedules())),
        get: |e| e.training.schedule.as_deref().map(word),
        clear: |e| e.training.schedule = None,
    },
    KeyInfo {
        path: "training.weight_decay",
        option: Some("weight-decay"),
        aliases: &["wd"],
        value_name: "X",
        form: Form::Numbers,
        help: "L2 decay, or one a layer: X * W is added to the gradient of the mean loss",
        default: "0; 0.01 for adamw",
        kinds: &Kind::ALL,
        sweep: true,
        layered: true,
        voids: &[],
        set: |e, v| put(&mut e.training.weight_decay, check::rates(v)),
        get: |e| numbers(e.training.weight_decay.as_deref()),
        clear: |e| e.training.weight_decay = None,
    },
    KeyInfo {
        path: "training.alpha",
        option: Some("alpha"),
        aliases: &[],
        value_name: "X",
        form: Form::Number,
        help: "scikit-learn's L2 penalty: X / the batch's samples is added to the weight decay",
        default: "0",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.training.alpha, check::not_negative(v)),
        get: |e| e.training.alpha.map(Value::Number),
        clear: |e| e.training.alpha = None,
    },
    KeyInfo {
        path: "training.l1",
        option: Some("l1"),
        aliases: &[],
        value_name: "X",
        form: Form::Numbers,
        help: "L1 penalty, or one a layer: X * sign(W) is added to the gradient of the mean loss",
        default: "0",
        kinds: &Kind::ALL,
        sweep: true,
        layered: true,
        voids: &[],
        set: |e, v| put(&mut e.training.l1, check::rates(v)),
        get: |e| numbers(e.training.l1.as_deref()),
        clear: |e| e.training.l1 = None,
    },
    KeyInfo {
        path: "training.decay_bias",
        option: Some("decay-bias"),
        aliases: &[],
        value_name: "",
        form: Form::Flag,
        help: "biases are decayed and penalised too",
        default: "false",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.training.decay_bias, check::flag(v)),
        get: |e| e.training.decay_bias.map(Value::Flag),
        clear: |e| e.training.decay_bias = None,
    },
    KeyInfo {
        path: "training.max_norm",
        option: Some("max-norm"),
        aliases: &[],
        value_name: "X",
        form: Form::Limit,
        help: "longest a neuron's incoming weights may be (L2) after an update",
        default: "none",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.training.max_norm, check::limit(v)),
        get: |e| limit(e.training.max_norm),
        clear: |e| e.training.max_norm = None,
    },
    KeyInfo {
        path: "training.clip_value",
        option: Some("clip-value"),
        aliases: &[],
        value_name: "X",
        form: Form::Limit,
        help: "cuts each element of the gradient to [-X, X], before any decay",
        default: "none",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.training.clip_value, check::limit(v)),
        get: |e| limit(e.training.clip_value),
        clear: |e| e.training.clip_value = None,
    },
    KeyInfo {
        path: "training.clip_norm",
        option: Some("clip-norm"),
        aliases: &[],
        value_name: "X",
        form: Form::Limit,
        help: "shortens a gradient whose norm over all parameters is above X, before any decay",
        default: "none",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.training.clip_norm, check::limit(v)),
        get: |e| limit(e.training.clip_norm),
        clear: |e| e.training.clip_norm = None,
    },
    KeyInfo {
        path: "training.batch",
        option: Some("batch"),
        aliases: &["batch-size"],
        value_name: "N",
        form: Form::Batch,
        help: "samples an update: full or a number",
        default: "full",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.training.batch, check::batch(v)),
        get: |e| e.training.batch.map(batch),
        clear: |e| e.training.batch = None,
    },
    KeyInfo {
        path: "training.shuffle",
        option: Some("no-shuffle"),
        aliases: &[],
        value_name: "",
        form: Form::Flag,
        help: "mini-batches keep one order in every epoch",
        default: "true",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.training.shuffle, check::flag(v)),
        get: |e| e.training.shuffle.map(Value::Flag),
        clear: |e| e.training.shuffle = None,
    },
    KeyInfo {
        path: "training.steps",
        option: Some("steps"),
        aliases: &[],
        value_name: "N",
        form: Form::Whole,
        help: "updates to make",
        default: "1000",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &["training.epochs"],
        set: |e, v| put(&mut e.training.steps, check::at_least_one(v)),
        get: |e| e.training.steps.map(whole),
        clear: |e| e.training.steps = None,
    },
    KeyInfo {
        path: "training.epochs",
        option: Some("epochs"),
        aliases: &[],
        value_name: "N",
        form: Form::Whole,
        help: "passes over the training part, instead of --steps",
        default: "",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &["training.steps"],
        set: |e, v| put(&mut e.training.epochs, check::at_least_one(v)),
        get: |e| e.training.epochs.map(whole),
        clear: |e| e.training.epochs = None,
    },
    KeyInfo {
        path: "training.continue",
        option: Some("continue"),
        aliases: &[],
        value_name: "DIR",
        form: Form::Text,
        help: "go on with the training of a run directory and its optimizer; --steps counts from the start",
        default: "",
        kinds: &[Kind::Train],
        sweep: false,
        layered: false,
        voids: &["training.continue_sha256"],
        set: |e, v| {
            put(
                &mut e.training.continue_from,
                check::text(v).map(str::to_owned),
            )
        },
        get: |e| e.training.continue_from.as_deref().map(word),
        clear: |e| e.training.continue_from = None,
    },
    KeyInfo {
        path: "training.continue_sha256",
        option: None,
        aliases: &[],
        value_name: "HEX",
        form: Form::Text,
        help: "digest that the file of continue must have",
        default: "",
        kinds: &[Kind::Train],
        sweep: false,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.training.continue_sha256, check::digest(v)),
        get: |e| e.training.continue_sha256.as_deref().map(word),
        clear: |e| e.training.continue_sha256 = None,
    },
    KeyInfo {
        path: "training.seed",
        option: Some("seed"),
        aliases: &[],
        value_name: "N",
        form: Form::Whole,
        help: "drives init, batch order and dropout; network i of a population has seed + i",
        default: "0",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.training.seed, check::seed(v)),
        get: |e| e.training.seed.map(whole),
        clear: |e| e.training.seed = None,
    },
    KeyInfo {
        path: "training.precision",
        option: Some("precision"),
        aliases: &[],
        value_name: "TYPE",
        form: Form::Word(|| {
            Precision::ALL
                .iter()
                .map(|precision| precision.name())
                .collect()
        }),
        help: "number type of the training",
        default: "f32",
        kinds: &Kind::ALL,
        sweep: true,
        layered: false,
        voids: &[],
        set: |e, v| {
            put(
                &mut e.training.precision,
                check::choice(v, &Precision::ALL, Precision::name),
            )
        },
        get: |e| e.training.precision.map(|choice| word(choice.name())),
        clear: |e| e.training.precision = None,
    },
    KeyInfo {
        path: "training.record",
        option: Some("record"),
        aliases: &[],
        value_name: "WHEN",
        form: Form::Record,
        help: "steps to record: last, log:N, every:N or 1,10,100",
        default: "log:64; population log:16",
        kinds: &Kind::ALL,
        sweep: false,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.training.record, check::text(v)?.parse()),
        get: |e| {
            e.training
                .record
                .as_ref()
                .map(|record| Value::Text(record.to_string()))
        },
        clear: |e| e.training.record = None,
    },
    KeyInfo {
        path: "training.metrics",
        option: Some("metrics"),
        aliases: &[],
        value_name: "A,B",
        form: Form::Words(measures),
        help: "further columns of each part (mlp list measures), as in f1,auroc",
        default: "none",
        kinds: &Kind::ALL,
        sweep: false,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.training.metrics, check::measures(v)),
        get: |e| {
            (e.training.metrics.as_deref())
                .map(|names| one_or_list(names.iter().map(|name| word(name))))
        },
        clear: |e| e.training.metrics = None,
    },
    KeyInfo {
        path: "training.measure",
        option: Some("measure"),
        aliases: &[],
        value_name: "A,B",
        form: Form::Words(groups),
        help: "groups of columns about the inside of networks (mlp list diagnostics), as in norms,balance",
        default: "none",
        kinds: &Kind::ALL,
        sweep: false,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.training.measure, check::groups(v)),
        get: |e| {
            (e.training.measure.as_deref())
                .map(|names| one_or_list(names.iter().map(|name| word(name))))
        },
        clear: |e| e.training.measure = None,
    },
    KeyInfo {
        path: "training.target_loss",
        option: Some("target-loss"),
        aliases: &[],
        value_name: "X",
        form: Form::Number,
        help: "a network with a final training loss below it counts as solved",
        default: "0.01",
        kinds: &Kind::ALL,
        sweep: false,
        layered: false,
        voids: &[],
        set: |e, v| put(&mut e.training.target_loss, check::positive(v)),
        get: |e| e.training.target_loss.map(Value::Number),
        clear: |e| e.training.target_loss = None,
    },
];
