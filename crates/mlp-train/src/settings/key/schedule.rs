//! Section `schedule`: settings of the learning rate schedules and of the warm-up before them.

use mlp_core::{Counts, Shape, ThresholdForm};

use super::{
    Form,
    access::dashed,
    check,
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

/// A key of the section, with its option.
macro_rules! setting {
    ($name:ident, $form:expr) => {
        KeyInfo::new(
            concat!("schedule.", stringify!($name)),
            $form,
            Access {
                set: |e, v| put(e, stringify!($name), $form, v),
                get: |e| e.schedule.settings.get(stringify!($name)).cloned(),
                clear: |e| {
                    e.schedule.settings.remove(stringify!($name));
                },
            },
        )
        .option(dashed!(concat!("schedule-", stringify!($name))))
    };
}

/// The keys, in the order of help.
pub(super) const KEYS: &[KeyInfo] = &[
    setting!(warm_up, Form::Whole)
        .help(
            "warm-up updates, in which the rate rises to the learning rate before the schedule \
             begins",
        )
        .default("0")
        .aliases(&["warm-up"]),
    setting!(warm_up_from, Form::Number)
        .help("start of the warm-up, as a multiple of the learning rate")
        .default("0.1")
        .aliases(&["warm-up-from"]),
    setting!(steps, Form::Whole)
        .help("updates of linear, cosine (with restarts: of the first period), one-cycle")
        .default("all of the run; a quarter with restarts"),
    setting!(every, Form::Whole)
        .help("updates between changes (step) or checks of the loss (plateau)")
        .default("a third of the run; an epoch"),
    setting!(factor, Form::Number)
        .help("factor of step, exponential and plateau")
        .default("0.1; exponential down to a hundredth"),
    setting!(power, Form::Number)
        .help("power of inverse-scaling")
        .default("0.5"),
    setting!(counts, Form::Word(|| Counts::WORDS.to_vec()))
        .help("what inverse-scaling counts: updates, or samples as in scikit-learn")
        .takes("WHAT")
        .default("updates; samples with --form sklearn"),
    setting!(from, Form::Number)
        .help("start of linear, as a multiple of the learning rate")
        .default("1"),
    setting!(to, Form::Number)
        .help("end of linear, as a multiple of the learning rate")
        .default("0"),
    setting!(minimum, Form::Number)
        .help("lowest rate of cosine and plateau")
        .default("0"),
    setting!(restarts, Form::Flag)
        .help("cosine restarts after its steps")
        .default("false"),
    setting!(stretch, Form::Whole)
        .help("factor by which each of cosine's periods is longer than the last")
        .default("1"),
    setting!(rise, Form::Number)
        .help("fraction of one-cycle's steps in which the rate rises")
        .default("0.3"),
    setting!(start_divisor, Form::Number)
        .help("one-cycle starts from the learning rate divided by this")
        .default("25"),
    setting!(final_divisor, Form::Number)
        .help("one-cycle ends at its first rate divided by this")
        .default("1e4"),
    setting!(shape, Form::Word(|| Shape::WORDS.to_vec()))
        .help("shape of one-cycle's phases")
        .takes("NAME")
        .default("cosine"),
    setting!(three_phase, Form::Flag)
        .help("one-cycle falls symmetrically to its rise before a last phase")
        .default("false"),
    setting!(cycle_momentum, Form::Flag)
        .help("one-cycle cycles the momentum (beta1) inversely to the rate")
        .default("where the optimizer has one"),
    setting!(base_momentum, Form::Number)
        .help("one-cycle's momentum at the peak")
        .default("0.85"),
    setting!(max_momentum, Form::Number)
        .help("one-cycle's momentum at its start and end")
        .default("0.95"),
    setting!(patience, Form::Whole)
        .help("losses without progress before plateau and adaptive lower the rate")
        .default("10"),
    setting!(threshold, Form::Number)
        .help("least improvement of the loss for plateau (validation loss, else training loss)")
        .default("1e-4"),
    setting!(threshold_form, Form::Word(|| ThresholdForm::WORDS.to_vec()))
        .help("whether plateau's threshold is relative or absolute")
        .takes("FORM")
        .default("rel"),
    setting!(cooldown, Form::Whole)
        .help("losses that plateau ignores after a change")
        .default("0"),
    setting!(tolerance, Form::Number)
        .help("least improvement of an epoch's training loss for adaptive")
        .default("1e-4"),
];
