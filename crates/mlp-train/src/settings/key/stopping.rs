//! Section `training`, the rules that stop before the last step.

use super::{
    Form,
    access::{field, flag, number, number_of, put, spelled, word},
    check,
    info::{Access, KeyInfo},
};
use crate::{settings::kind::Kind, stopping::time_budget};

/// The keys, in the order of help.
pub(super) const KEYS: &[KeyInfo] = &[
    KeyInfo::new(
        "training.stopping",
        Form::Text,
        field!(
            training.stopping.protocol,
            |v| check::text(v)?.parse(),
            spelled
        ),
    )
    .help(
        "prechelt:K: --gl 5 and --pk 0.1, judged at the ends of strips of K epochs, at \
             most 3000 epochs",
    )
    .option("stopping")
    .takes("PROTOCOL")
    .fixed(),
    KeyInfo::new(
        "training.patience",
        Form::Whole,
        field!(training.stopping.patience, check::at_least_one, number_of),
    )
    .help(
        "stop after N checks, one an epoch, without a lower validation loss, and keep the best \
             parameters",
    )
    .option("patience")
    .takes("N"),
    KeyInfo::new(
        "training.min_delta",
        Form::Number,
        field!(training.stopping.min_delta, check::not_negative, number),
    )
    .help("for --patience, a fall of the loss by no more than X is none")
    .option("min-delta")
    .takes("X")
    .default("0"),
    KeyInfo::new(
        "training.tolerance",
        Form::Number,
        field!(training.stopping.tolerance, check::not_negative, number),
    )
    .help(
        "stop when the training loss has not fallen by X for more than \
             --tolerance-checks checks",
    )
    .option("tolerance")
    .takes("X")
    .aliases(&["tol"]),
    KeyInfo::new(
        "training.tolerance_checks",
        Form::Whole,
        field!(
            training.stopping.tolerance_checks,
            check::at_least_one,
            number_of
        ),
    )
    .help("for --tolerance, checks in a row")
    .option("tolerance-checks")
    .takes("N")
    .default("10")
    .aliases(&["n-iter-no-change"]),
    KeyInfo::new(
        "training.until",
        Form::Text,
        field!(
            training.stopping.until,
            |v| check::text(v)?.parse(),
            spelled
        ),
    )
    .help("stop when a loss or score is good enough, as in test_accuracy>=0.98")
    .option("until")
    .takes("CONDITION")
    .fixed(),
    KeyInfo::new(
        "training.generalization_loss",
        Form::Number,
        field!(
            training.stopping.generalization_loss,
            check::positive,
            number
        ),
    )
    .help("stop when the validation loss is X percent above its least (Prechelt's GL)")
    .option("generalization-loss")
    .takes("X")
    .aliases(&["gl"]),
    KeyInfo::new(
        "training.progress_quotient",
        Form::Number,
        field!(training.stopping.progress_quotient, check::positive, number),
    )
    .help("stop when generalization loss over training progress exceeds X (Prechelt's PQ)")
    .option("progress-quotient")
    .takes("X")
    .aliases(&["pq"]),
    KeyInfo::new(
        "training.min_progress",
        Form::Number,
        field!(training.stopping.min_progress, check::positive, number),
    )
    .help("stop when training progress is below X thousandths (Prechelt's P_k)")
    .option("min-progress")
    .takes("X")
    .aliases(&["pk"]),
    KeyInfo::new(
        "training.strip",
        Form::Whole,
        field!(training.stopping.strip, check::at_least_two, number_of),
    )
    .help("checks over which Prechelt's training progress is taken")
    .option("strip")
    .takes("K")
    .default("5"),
    KeyInfo::new(
        "training.check_every",
        Form::Whole,
        field!(
            training.stopping.check_every,
            check::at_least_one,
            number_of
        ),
    )
    .help("steps between two checks of the stopping rules")
    .option("check-every")
    .takes("N")
    .default("one epoch"),
    KeyInfo::new(
        "training.restore_best",
        Form::Flag,
        field!(training.stopping.restore_best, check::flag, flag),
    )
    .help("keep the last parameters, not those with the lowest validation loss")
    .option("no-restore-best")
    .default("true where a rule chooses by the validation loss"),
    KeyInfo::new(
        "training.time_budget",
        Form::Text,
        field!(
            training.stopping.time_budget,
            |v| time_budget::parse(check::text(v)?),
            |budget| word(&time_budget::text(*budget))
        ),
    )
    .help("stop after this much time, as in 30s or 5min (counted anew with --continue); the run stores the step")
    .option("time-budget")
    .takes("TIME")
    .only(&[Kind::Train])
    .fixed()
    .voids(&["training.stop_after"]),
    KeyInfo::new(
        "training.stop_after",
        Form::Whole,
        field!(training.stopping.stop_after, check::at_least_one, number_of),
    )
    .help("the step at which a time budget ended the training, and ends it again")
    .takes("N")
    .fixed(),
];
