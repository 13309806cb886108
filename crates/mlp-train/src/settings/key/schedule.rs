//! Section `schedule`: settings of the learning rate schedules and of the warm-up before them.

use mlp_core::{Counts, Shape, ThresholdForm};

use super::{
    Form, check,
    info::{Access, KeyInfo},
};
use crate::settings::{experiment::Experiment, value::Value};

/// Sets a setting; a word must be one of its form's.
fn put(
    experiment: &mut Experiment,
    name: &'static str,
    form: Form,
    value: &Value,
) -> Result<(), String> {
    if let Some(words) = form.words() {
        check::listed(value, &words)?;
    }
    experiment.schedule.settings.insert(name, value.clone());
    Ok(())
}

/// A key from its name, option, aliases, placeholder, form, help and default.
macro_rules! setting {
    ($name:literal, $option:literal, $aliases:expr, $value:literal, $form:expr, $help:literal, $default:literal) => {
        KeyInfo::new(
            concat!("schedule.", $name),
            $form,
            Access {
                set: |e, v| put(e, $name, $form, v),
                get: |e| e.schedule.settings.get($name).cloned(),
                clear: |e| {
                    e.schedule.settings.remove($name);
                },
            },
        )
        .help($help)
        .option($option)
        .takes($value)
        .default($default)
        .aliases($aliases)
    };
}

/// The keys, in the order of help.
pub(super) const KEYS: &[KeyInfo] = &[
    setting!(
        "warm_up",
        "schedule-warm-up",
        &["warm-up"],
        "N",
        Form::Whole,
        "warm-up updates, in which the rate rises to the learning rate before the schedule begins",
        "0"
    ),
    setting!(
        "warm_up_from",
        "schedule-warm-up-from",
        &["warm-up-from"],
        "X",
        Form::Number,
        "start of the warm-up, as a multiple of the learning rate",
        "0.1"
    ),
    setting!(
        "steps",
        "schedule-steps",
        &[],
        "N",
        Form::Whole,
        "updates of linear, cosine (with restarts: of the first period), one-cycle",
        "all of the run; a quarter with restarts"
    ),
    setting!(
        "every",
        "schedule-every",
        &[],
        "N",
        Form::Whole,
        "updates between changes (step) or checks of the loss (plateau)",
        "a third of the run; an epoch"
    ),
    setting!(
        "factor",
        "schedule-factor",
        &[],
        "X",
        Form::Number,
        "factor of step, exponential and plateau",
        "0.1; exponential down to a hundredth"
    ),
    setting!(
        "power",
        "schedule-power",
        &[],
        "X",
        Form::Number,
        "power of inverse-scaling",
        "0.5"
    ),
    setting!(
        "counts",
        "schedule-counts",
        &[],
        "WHAT",
        Form::Word(|| Counts::WORDS.to_vec()),
        "what inverse-scaling counts: updates, or samples as in scikit-learn",
        "updates; samples with --form sklearn"
    ),
    setting!(
        "from",
        "schedule-from",
        &[],
        "X",
        Form::Number,
        "start of linear, as a multiple of the learning rate",
        "1"
    ),
    setting!(
        "to",
        "schedule-to",
        &[],
        "X",
        Form::Number,
        "end of linear, as a multiple of the learning rate",
        "0"
    ),
    setting!(
        "minimum",
        "schedule-minimum",
        &[],
        "X",
        Form::Number,
        "lowest rate of cosine and plateau",
        "0"
    ),
    setting!(
        "restarts",
        "schedule-restarts",
        &[],
        "",
        Form::Flag,
        "cosine restarts after its steps",
        "false"
    ),
    setting!(
        "stretch",
        "schedule-stretch",
        &[],
        "N",
        Form::Whole,
        "factor by which each of cosine's periods is longer than the last",
        "1"
    ),
    setting!(
        "rise",
        "schedule-rise",
        &[],
        "X",
        Form::Number,
        "fraction of one-cycle's steps in which the rate rises",
        "0.3"
    ),
    setting!(
        "start_divisor",
        "schedule-start-divisor",
        &[],
        "X",
        Form::Number,
        "one-cycle starts from the learning rate divided by this",
        "25"
    ),
    setting!(
        "final_divisor",
        "schedule-final-divisor",
        &[],
        "X",
        Form::Number,
        "one-cycle ends at its first rate divided by this",
        "1e4"
    ),
    setting!(
        "shape",
        "schedule-shape",
        &[],
        "NAME",
        Form::Word(|| Shape::WORDS.to_vec()),
        "shape of one-cycle's phases",
        "cosine"
    ),
    setting!(
        "three_phase",
        "schedule-three-phase",
        &[],
        "",
        Form::Flag,
        "one-cycle falls symmetrically to its rise before a last phase",
        "false"
    ),
    setting!(
        "cycle_momentum",
        "schedule-cycle-momentum",
        &[],
        "",
        Form::Flag,
        "one-cycle cycles the momentum (beta1) inversely to the rate",
        "where the optimizer has one"
    ),
    setting!(
        "base_momentum",
        "schedule-base-momentum",
        &[],
        "X",
        Form::Number,
        "one-cycle's momentum at the peak",
        "0.85"
    ),
    setting!(
        "max_momentum",
        "schedule-max-momentum",
        &[],
        "X",
        Form::Number,
        "one-cycle's momentum at its start and end",
        "0.95"
    ),
    setting!(
        "patience",
        "schedule-patience",
        &[],
        "N",
        Form::Whole,
        "losses without progress before plateau and adaptive lower the rate",
        "10"
    ),
    setting!(
        "threshold",
        "schedule-threshold",
        &[],
        "X",
        Form::Number,
        "least improvement of the loss for plateau (validation loss, else training loss)",
        "1e-4"
    ),
    setting!(
        "threshold_form",
        "schedule-threshold-form",
        &[],
        "FORM",
        Form::Word(|| ThresholdForm::WORDS.to_vec()),
        "whether plateau's threshold is relative or absolute",
        "rel"
    ),
    setting!(
        "cooldown",
        "schedule-cooldown",
        &[],
        "N",
        Form::Whole,
        "losses that plateau ignores after a change",
        "0"
    ),
    setting!(
        "tolerance",
        "schedule-tolerance",
        &[],
        "X",
        Form::Number,
        "least improvement of an epoch's training loss for adaptive",
        "1e-4"
    ),
];
