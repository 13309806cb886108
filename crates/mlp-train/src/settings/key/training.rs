//! Section `training`: loss, optimizer, penalties, length, seeds, records.

use mlp_core::{Batch, Loss, Optimizer, Schedule};

use super::{
    Form,
    access::{
        count, flag, key, limit, number, number_of, numbers, one_or_list, put, spelled, whole, word,
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
    key!(
        training.loss,
        Word(losses),
        check::choice_as_spelled::<Loss>,
        spelled
    )
    .help("loss function to minimise; settings may follow after colons")
    .takes("NAME")
    .default("by task: cross-entropy for classes, squared-error for numbers"),
    key!(training.loss_scale, Number, check::positive, number)
        .help("factor of the loss")
        .default("1"),
    key!(training.huber_delta, Number, check::positive, number)
        .help("where the Huber loss becomes linear, in units of the scaled targets")
        .default("1"),
    key!(training.quantile, Number, check::inside_unit, number)
        .help("which quantile the quantile loss estimates, between 0 and 1")
        .default("0.5"),
    key!(training.label_smoothing, Number, check::below_one, number)
        .help("label smoothing of cross-entropies: fraction of each target spread over all classes")
        .default("0"),
    key!(
        training.class_weights,
        Text,
        |v| check::text(v)?.parse(),
        spelled
    )
    .help("class weights in the loss: none, balanced, or as in no=1,yes=3")
    .takes("W")
    .default("none")
    .aliases(&["class-weight"]),
    key!(
        training.threshold,
        NumberOrWord(Threshold::scores),
        Threshold::of,
        |threshold| threshold.value()
    )
    .help(
        "for two classes: probability above which the second is predicted, or the score that \
             chooses it",
    )
    .takes("P|SCORE")
    .default("0.5")
    .or_none()
    .only(&[Kind::Train, Kind::Population])
    .fixed(),
    key!(training.interval_folds, Whole, check::index, count)
        .help(
            "regression: prediction intervals (CV+) from K more networks, each trained without \
             one of K folds",
        )
        .takes("K")
        .default("none")
        .or_none()
        .only(&[Kind::Train])
        .fixed(),
    key!(training.positive_weight, Numbers, check::weights, numbers)
        .help("weight of positive targets in binary cross-entropy, or one per label")
        .default("1")
        .aliases(&["pos-weight"]),
    key!(
        training.optimizer,
        Word(optimizers),
        check::choice_as_spelled::<Optimizer>,
        spelled
    )
    .help("optimizer; settings may follow after colons")
    .takes("NAME")
    .default("sgd"),
    key!(training.learning_rate, Numbers, check::rates, numbers)
        .help("learning rate, or one per layer")
        .default("by optimizer, as mlp list optimizers shows; 0.1 for sgd")
        .aliases(&["lr"])
        .layered(),
    key!(
        training.schedule,
        Word(schedules),
        |v| check::listed(v, &schedules()),
        spelled
    )
    .help("learning rate schedule; settings: --schedule-steps and others")
    .takes("NAME")
    .default("constant"),
    key!(training.weight_decay, Numbers, check::rates, numbers)
        .help("L2 weight decay, or one per layer: X * W is added to the gradient of the mean loss")
        .default("0; 0.01 for adamw")
        .aliases(&["wd"])
        .layered(),
    key!(training.alpha, Number, check::not_negative, number)
        .help("scikit-learn's L2 penalty: X / (samples in the batch) is added to the weight decay")
        .default("0"),
    key!(training.l1, Numbers, check::rates, numbers)
        .help("L1 penalty, or one per layer: X * sign(W) is added to the gradient of the mean loss")
        .default("0")
        .layered(),
    key!(training.decay_bias, Flag, check::flag, flag)
        .help("apply weight decay and penalties to biases too")
        .default("false"),
    key!(training.max_norm, Limit, check::limit, limit)
        .help(
            "upper bound on the L2 norm of a neuron's incoming weights, applied after each update",
        )
        .default("none"),
    key!(training.clip_value, Limit, check::limit, limit)
        .help("clip each element of the gradient to [-X, X], before any decay")
        .default("none"),
    key!(training.clip_norm, Limit, check::limit, limit)
        .help("clip the norm of the gradient over all parameters to X, before any decay")
        .default("none"),
    key!(training.batch, Batch, check::batch, batch)
        .help("samples per update: full or a number")
        .takes("N")
        .default("full")
        .aliases(&["batch-size"]),
    key!(training.shuffle, Flag, check::flag, flag)
        .help("keep the same order of mini-batches in every epoch")
        .option("no-shuffle")
        .default("true"),
    key!(training.batch_order, Text, check::owned, spelled)
        .help(
            "take the samples of each batch from the array batches [batches, size] of an \
             NPZ file",
        )
        .takes("FILE")
        .fixed()
        .voids(&["training.batch_order_sha256"]),
    key!(training.batch_order_sha256, Text, check::digest, spelled)
        .help("digest that the file of batch_order must have")
        .takes("HEX")
        .fixed()
        .without_option(),
    key!(training.steps, Whole, check::whole, number_of)
        .help("number of updates; with 0 networks keep their initial parameters")
        .default("1000; 3000 epochs with --stopping")
        .voids(&["training.epochs"]),
    key!(training.epochs, Whole, check::at_least_one, number_of)
        .help("number of passes over the training part, instead of --steps")
        .voids(&["training.steps"]),
    key!(training.continue_from as continue, Text, check::owned, spelled)
        .help(
            "continue the training of a run directory with its optimizer state; --steps counts \
             from the start",
        )
        .takes("DIR")
        .only(&[Kind::Train])
        .fixed()
        .voids(&["training.continue_sha256"]),
    key!(training.continue_sha256, Text, check::digest, spelled)
        .help("digest that the file of continue must have")
        .takes("HEX")
        .only(&[Kind::Train])
        .fixed()
        .without_option(),
    key!(training.seed, Whole, check::seed, number_of)
        .help("seed of init, batch order and dropout; network i of a population has seed + i")
        .default("0"),
    key!(training.precision, OneOf(Precision))
        .help("floating-point precision of the training")
        .takes("TYPE")
        .default("f32"),
    key!(
        training.record,
        Record,
        |v| check::text(v)?.parse(),
        spelled
    )
    .help("steps to record: last, log:N, every:N or 1,10,100")
    .takes("WHEN")
    .default("log:64; population log:16")
    .fixed(),
    key!(training.metrics, Words(scores), check::scores, |scores| {
        one_or_list(scores.iter().map(|score| word(score.name)))
    })
    .help("additional metrics of each part (mlp list metrics), as in f1,auroc")
    .takes("A,B")
    .default("none")
    .fixed(),
    key!(
        training.diagnostics,
        Words(groups),
        check::groups,
        |groups| one_or_list(groups.iter().map(|group| word(group.name)))
    )
    .help(
        "groups of diagnostics of a network's internals (mlp list diagnostics), as in \
             norms,balance",
    )
    .takes("A,B")
    .default("none")
    .fixed(),
    key!(training.target_loss, Number, check::positive, number)
        .help("training loss below which a network counts as solved")
        .default("0.01")
        .fixed(),
];
