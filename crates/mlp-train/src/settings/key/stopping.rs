//! Section `training`, the stopping rules.

use super::{
    Form,
    access::{flag, key, number, number_of, put, spelled, word},
    check,
    info::{Access, KeyInfo},
};
use crate::{settings::kind::Kind, stopping::time_budget};

/// The keys, in the order of help.
pub(super) const KEYS: &[KeyInfo] = &[
    key!(
        training.stopping.protocol as stopping,
        Text,
        |v| check::text(v)?.parse(),
        spelled
    )
    .help(
        "prechelt:K: --gl 5 and --pk 0.1, judged at the ends of strips of K epochs, at most \
             3000 epochs",
    )
    .takes("PROTOCOL")
    .fixed(),
    key!(
        training.stopping.patience,
        Whole,
        check::at_least_one,
        number_of
    )
    .help(
        "stop after N checks, one per epoch, without a lower validation loss, and keep the \
             best parameters",
    ),
    key!(
        training.stopping.min_delta,
        Number,
        check::not_negative,
        number
    )
    .help("least fall of the loss that --patience counts as an improvement (must exceed X)")
    .default("0"),
    key!(
        training.stopping.tolerance,
        Number,
        check::not_negative,
        number
    )
    .help(
        "stop when the training loss has not fallen by X for more than --tolerance-checks \
             checks",
    )
    .aliases(&["tol"]),
    key!(
        training.stopping.tolerance_checks,
        Whole,
        check::at_least_one,
        number_of
    )
    .help("for --tolerance, checks in a row")
    .default("10")
    .aliases(&["n-iter-no-change"]),
    key!(
        training.stopping.until,
        Text,
        |v| check::text(v)?.parse(),
        spelled
    )
    .help("stop when a loss or score is good enough, as in test_accuracy>=0.98")
    .takes("CONDITION")
    .fixed(),
    key!(
        training.stopping.generalization_loss,
        Number,
        check::positive,
        number
    )
    .help("stop when the validation loss (else the test loss) is X percent above its minimum (Prechelt's GL)")
    .aliases(&["gl"]),
    key!(
        training.stopping.progress_quotient,
        Number,
        check::positive,
        number
    )
    .help("stop when generalization loss over training progress exceeds X (Prechelt's PQ)")
    .aliases(&["pq"]),
    key!(
        training.stopping.min_progress,
        Number,
        check::positive,
        number
    )
    .help("stop when training progress is below X thousandths (Prechelt's P_k)")
    .aliases(&["pk"]),
    key!(
        training.stopping.strip,
        Whole,
        check::at_least_two,
        number_of
    )
    .help("strip length: checks over which Prechelt's training progress is measured")
    .takes("K")
    .default("5"),
    key!(
        training.stopping.check_every,
        Whole,
        check::at_least_one,
        number_of
    )
    .help("steps between two checks of the stopping rules")
    .default("one epoch"),
    key!(training.stopping.restore_best, Flag, check::flag, flag)
        .help("keep the last parameters instead of those with the lowest validation loss")
        .option("no-restore-best")
        .default("true where a rule chooses by the validation loss"),
    key!(
        training.stopping.time_budget,
        Text,
        |v| time_budget::parse(check::text(v)?),
        |budget| word(&time_budget::text(*budget))
    )
    .help(
        "stop after this time, as in 30s or 5min (anew with --continue); the run stores the \
             step reached",
    )
    .takes("TIME")
    .only(&[Kind::Train])
    .fixed()
    .voids(&["training.stop_after"]),
    key!(
        training.stopping.stop_after,
        Whole,
        check::at_least_one,
        number_of
    )
    .help("step at which a time budget ended the training, so that a repetition ends there")
    .fixed()
    .without_option(),
];
