//! Section `training`: loss, optimizer, penalties, length, seeds, records.

use mlp_core::{Batch, Loss, Optimizer, Schedule};

use super::{
    Form,
    access::{
        field, flag, limit, number, number_of, numbers, one_or_list, put, spelled, whole, word,
    },
    check,
    info::{Access, KeyInfo},
};
use crate::{
    metrics::{diagnostic, score::SCORES},
    settings::{kind::Kind, precision::Precision, threshold::Threshold, value::Value},
};

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

fn groups() -> Vec<&'static str> {
    diagnostic::GROUPS.iter().map(|group| group.name).collect()
}

fn scores() -> Vec<&'static str> {
    SCORES.iter().map(|score| score.name).collect()
}

fn batch(batch: &Batch) -> Value {
    match batch {
        Batch::Full => word("full"),
        Batch::Size(size) => whole(*size as u64),
    }
}

/// The keys, in the order of help.
pub(super) const KEYS: &[KeyInfo] = &[
    KeyInfo::new(
        "training.loss",
        Form::Word(losses),
        field!(training.loss, check::choice_as_spelled::<Loss>, spelled),
    )
    .help("what training makes small, with settings after colons if wanted")
    .option("loss")
    .takes("NAME")
    .default("by task: cross-entropy for classes, squared-error for numbers"),
    KeyInfo::new(
        "training.loss_scale",
        Form::Number,
        field!(training.loss_scale, check::positive, number),
    )
    .help("multiplies the loss")
    .option("loss-scale")
    .takes("X")
    .default("1"),
    KeyInfo::new(
        "training.huber_delta",
        Form::Number,
        field!(training.huber_delta, check::positive, number),
    )
    .help("where the Huber loss becomes linear, in units of the scaled targets")
    .option("huber-delta")
    .takes("X")
    .default("1"),
    KeyInfo::new(
        "training.quantile",
        Form::Number,
        field!(training.quantile, check::inside_unit, number),
    )
    .help("which quantile the quantile loss estimates, between 0 and 1")
    .option("quantile")
    .takes("X")
    .default("0.5"),
    KeyInfo::new(
        "training.label_smoothing",
        Form::Number,
        field!(training.label_smoothing, check::below_one, number),
    )
    .help("cross-entropies: this share of each target is spread over all classes")
    .option("label-smoothing")
    .takes("X")
    .default("0"),
    KeyInfo::new(
        "training.class_weights",
        Form::Text,
        field!(training.class_weights, |v| check::text(v)?.parse(), spelled),
    )
    .help("what each class counts in the loss: none, balanced, or as in no=1,yes=3")
    .option("class-weights")
    .takes("W")
    .default("none")
    .aliases(&["class-weight"]),
    KeyInfo::new(
        "training.threshold",
        Form::NumberOrWord(Threshold::scores),
        field!(training.threshold, Threshold::of, |threshold| threshold
            .value()),
    )
    .help(
        "two classes: the probability above which the second is taken, or the score to choose it by",
    )
    .option("threshold")
    .takes("P|SCORE")
    .default("0.5")
    .only(&[Kind::Train, Kind::Population])
    .fixed(),
    KeyInfo::new(
        "training.positive_weight",
        Form::Numbers,
        field!(training.positive_weight, check::weights, numbers),
    )
    .help("binary cross-entropy: multiplies the loss of targets 1; or one a label")
    .option("positive-weight")
    .takes("X")
    .default("1")
    .aliases(&["pos-weight"]),
    KeyInfo::new(
        "training.optimizer",
        Form::Word(optimizers),
        field!(
            training.optimizer,
            check::choice_as_spelled::<Optimizer>,
            spelled
        ),
    )
    .help("optimizer, with settings after colons if wanted")
    .option("optimizer")
    .takes("NAME")
    .default("sgd"),
    KeyInfo::new(
        "training.learning_rate",
        Form::Numbers,
        field!(training.learning_rate, check::rates, numbers),
    )
    .help("learning rate, or one a layer")
    .option("learning-rate")
    .takes("X")
    .default("by optimizer, as mlp list optimizers shows; 0.1 for sgd")
    .aliases(&["lr"])
    .layered(),
    KeyInfo::new(
        "training.schedule",
        Form::Word(schedules),
        field!(
            training.schedule,
            |v| check::listed(v, &schedules()),
            spelled
        ),
    )
    .help("how the learning rate moves; settings: --schedule-steps and others")
    .option("schedule")
    .takes("NAME")
    .default("constant"),
    KeyInfo::new(
        "training.weight_decay",
        Form::Numbers,
        field!(training.weight_decay, check::rates, numbers),
    )
    .help("L2 decay, or one a layer: X * W is added to the gradient of the mean loss")
    .option("weight-decay")
    .takes("X")
    .default("0; 0.01 for adamw")
    .aliases(&["wd"])
    .layered(),
    KeyInfo::new(
        "training.alpha",
        Form::Number,
        field!(training.alpha, check::not_negative, number),
    )
    .help("scikit-learn's L2 penalty: X / the batch's samples is added to the weight decay")
    .option("alpha")
    .takes("X")
    .default("0"),
    KeyInfo::new(
        "training.l1",
        Form::Numbers,
        field!(training.l1, check::rates, numbers),
    )
    .help("L1 penalty, or one a layer: X * sign(W) is added to the gradient of the mean loss")
    .option("l1")
    .takes("X")
    .default("0")
    .layered(),
    KeyInfo::new(
        "training.decay_bias",
        Form::Flag,
        field!(training.decay_bias, check::flag, flag),
    )
    .help("biases are decayed and penalised too")
    .option("decay-bias")
    .default("false"),
    KeyInfo::new(
        "training.max_norm",
        Form::Limit,
        field!(training.max_norm, check::limit, limit),
    )
    .help("longest a neuron's incoming weights may be (L2) after an update")
    .option("max-norm")
    .takes("X")
    .default("none"),
    KeyInfo::new(
        "training.clip_value",
        Form::Limit,
        field!(training.clip_value, check::limit, limit),
    )
    .help("cuts each element of the gradient to [-X, X], before any decay")
    .option("clip-value")
    .takes("X")
    .default("none"),
    KeyInfo::new(
        "training.clip_norm",
        Form::Limit,
        field!(training.clip_norm, check::limit, limit),
    )
    .help("shortens a gradient whose norm over all parameters is above X, before any decay")
    .option("clip-norm")
    .takes("X")
    .default("none"),
    KeyInfo::new(
        "training.batch",
        Form::Batch,
        field!(training.batch, check::batch, batch),
    )
    .help("samples an update: full or a number")
    .option("batch")
    .takes("N")
    .default("full")
    .aliases(&["batch-size"]),
    KeyInfo::new(
        "training.shuffle",
        Form::Flag,
        field!(training.shuffle, check::flag, flag),
    )
    .help("mini-batches keep one order in every epoch")
    .option("no-shuffle")
    .default("true"),
    KeyInfo::new(
        "training.batch_order",
        Form::Text,
        field!(training.batch_order, check::owned, spelled),
    )
    .help(
        "take the samples of every batch from the array batches [batches, size] of an \
             NPZ file",
    )
    .option("batch-order")
    .takes("FILE")
    .fixed()
    .voids(&["training.batch_order_sha256"]),
    KeyInfo::new(
        "training.batch_order_sha256",
        Form::Text,
        field!(training.batch_order_sha256, check::digest, spelled),
    )
    .help("digest that the file of batch_order must have")
    .takes("HEX")
    .fixed(),
    KeyInfo::new(
        "training.steps",
        Form::Whole,
        field!(training.steps, check::whole, number_of),
    )
    .help("updates to make; 0 keeps networks as they start")
    .option("steps")
    .takes("N")
    .default("1000; 3000 epochs with --stopping")
    .voids(&["training.epochs"]),
    KeyInfo::new(
        "training.epochs",
        Form::Whole,
        field!(training.epochs, check::at_least_one, number_of),
    )
    .help("passes over the training part, instead of --steps")
    .option("epochs")
    .takes("N")
    .voids(&["training.steps"]),
    KeyInfo::new(
        "training.continue",
        Form::Text,
        field!(training.continue_from, check::owned, spelled),
    )
    .help(
        "go on with the training of a run directory and its optimizer; --steps counts \
             from the start",
    )
    .option("continue")
    .takes("DIR")
    .only(&[Kind::Train])
    .fixed()
    .voids(&["training.continue_sha256"]),
    KeyInfo::new(
        "training.continue_sha256",
        Form::Text,
        field!(training.continue_sha256, check::digest, spelled),
    )
    .help("digest that the file of continue must have")
    .takes("HEX")
    .only(&[Kind::Train])
    .fixed(),
    KeyInfo::new(
        "training.seed",
        Form::Whole,
        field!(training.seed, check::seed, number_of),
    )
    .help("drives init, batch order and dropout; network i of a population has seed + i")
    .option("seed")
    .takes("N")
    .default("0"),
    KeyInfo::new(
        "training.precision",
        Form::Word(|| {
            Precision::ALL
                .iter()
                .map(|precision| precision.name())
                .collect()
        }),
        field!(
            training.precision,
            |v| check::choice(v, &Precision::ALL, Precision::name),
            |choice| word(choice.name())
        ),
    )
    .help("number type of the training")
    .option("precision")
    .takes("TYPE")
    .default("f32"),
    KeyInfo::new(
        "training.record",
        Form::Record,
        field!(training.record, |v| check::text(v)?.parse(), spelled),
    )
    .help("steps to record: last, log:N, every:N or 1,10,100")
    .option("record")
    .takes("WHEN")
    .default("log:64; population log:16")
    .fixed(),
    KeyInfo::new(
        "training.metrics",
        Form::Words(scores),
        field!(training.metrics, check::scores, |scores| one_or_list(
            scores.iter().map(|score| word(score.name))
        )),
    )
    .help("further columns of each part (mlp list metrics), as in f1,auroc")
    .option("metrics")
    .takes("A,B")
    .default("none")
    .fixed(),
    KeyInfo::new(
        "training.diagnostics",
        Form::Words(groups),
        field!(training.diagnostics, check::groups, |groups| one_or_list(
            groups.iter().map(|group| word(group.name))
        )),
    )
    .help(
        "groups of columns about the inside of networks (mlp list diagnostics), as in \
             norms,balance",
    )
    .option("diagnostics")
    .takes("A,B")
    .default("none")
    .fixed(),
    KeyInfo::new(
        "training.target_loss",
        Form::Number,
        field!(training.target_loss, check::positive, number),
    )
    .help("a network with a final training loss below it counts as solved")
    .option("target-loss")
    .takes("X")
    .default("0.01")
    .fixed(),
];
