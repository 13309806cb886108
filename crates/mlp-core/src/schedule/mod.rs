//! Learning rate schedules, by name.
//!
//! To add one: a file here with a struct of its settings that implements [`ScheduleDefinition`], and its line
//! in the list below. Settings that no other schedule has are keys of `mlp-train`.

mod adaptive;
mod bounds;
mod constant;
mod cosine;
mod definition;
mod exponential;
mod inverse_scaling;
mod linear;
mod one_cycle;
mod plateau;
mod reading;
mod setting;
mod step;
mod warm_up;

pub(crate) use self::definition::{ScheduleDefinition, ScheduleProgress, WatchedLoss};
pub use self::{
    adaptive::Adaptive,
    constant::Constant,
    cosine::Cosine,
    definition::{ScheduleContext, ScheduleState},
    exponential::Exponential,
    inverse_scaling::{Counts, InverseScaling},
    linear::Linear,
    one_cycle::{OneCycle, Shape},
    plateau::{Plateau, ThresholdForm},
    setting::ScheduleSetting,
    step::Step,
    warm_up::WarmUp,
};
use self::{
    bounds::{at_least_one, not_negative, positive, within},
    setting::Slot,
};
use crate::{Error, spelling::Known};

macro_rules! schedules {
    ($($name:ident: $about:literal),+ $(,)?) => {
        /// A learning rate schedule; one variant per schedule, with its settings. It may be preceded by a
        /// [`WarmUp`].
        ///
        /// With s = 0, 1, ... the number of updates so far and r the learning rate, each gives the rate
        /// of the next update. It is computed in f64 and rounded once.
        ///
        /// ```
        /// use mlp_core::{ScheduleContext, Schedule, ScheduleSetting};
        /// let run = ScheduleContext { updates: 1000, epoch: 10, momentum: false };
        /// let cosine = Schedule::named("cosine", &[("minimum", ScheduleSetting::Number(0.01))], &run)?;
        /// assert_eq!(
        ///     cosine.settings()[..2],
        ///     [("steps", ScheduleSetting::Count(1000)), ("minimum", ScheduleSetting::Number(0.01))]
        /// );
        /// # Ok::<(), mlp_core::Error>(())
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[non_exhaustive]
        pub enum Schedule {
            $(#[doc = $about] $name($name),)+
        }

        impl Schedule {
            /// The registry: every name with its description.
            pub const ALL: &'static [Known] = &[$(<$name as ScheduleDefinition>::KNOWN),+];

            /// The name.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => <$name as ScheduleDefinition>::KNOWN.name,)+ }
            }

            /// The schedule of a name with the given settings; others have their defaults.
            ///
            /// # Errors
            /// An unknown name; a setting that the schedule does not have, or a value out of range.
            pub fn named(
                name: &str,
                given: &[(&str, ScheduleSetting)],
                horizon: &ScheduleContext,
            ) -> Result<Self, Error> {
                $(if <$name as ScheduleDefinition>::KNOWN.name == name {
                    let mut course: $name = reading::read(name, given, horizon)?;
                    course.complete(&|key| given.iter().any(|(name, _)| *name == key), horizon);
                    course.validate()?;
                    return Ok(Self::$name(course));
                })+
                Err(Error::UnknownName {
                    kind: "schedule",
                    name: name.to_owned(),
                    known: Self::ALL.iter().map(|known| known.name).collect(),
                })
            }

            /// Every setting by name, in a fixed order.
            pub fn settings(&self) -> Vec<(&'static str, ScheduleSetting)> {
                match *self { $(Self::$name(mut course) => reading::all(&mut course),)+ }
            }

            pub(crate) fn validate(&self) -> Result<(), Error> {
                match self { $(Self::$name(course) => course.validate(),)+ }
            }

            pub(crate) fn rate(&self, rate: f64, progress: &ScheduleProgress) -> f64 {
                match self { $(Self::$name(course) => course.rate(rate, progress),)+ }
            }

            pub(crate) fn momentum(&self, progress: &ScheduleProgress) -> Option<f64> {
                match self { $(Self::$name(course) => course.momentum(progress),)+ }
            }

            pub(crate) fn watch(&self) -> WatchedLoss {
                match self { $(Self::$name(course) => course.watch(),)+ }
            }

            pub(crate) fn judge(&self, loss: f64, state: &mut ScheduleState) -> bool {
                match self { $(Self::$name(course) => course.judge(loss, state),)+ }
            }

            pub(crate) fn is_spent(&self, rate: f64) -> bool {
                match self { $(Self::$name(course) => course.is_spent(rate),)+ }
            }
        }
    };
}

schedules! {
    Constant: "The learning rate, unchanged.",
    Step: "Multiplied by a factor every N updates.",
    Exponential: "Multiplied by a factor after every update.",
    InverseScaling: "Divided by a power of the number of updates.",
    Linear: "Linear from one multiple of the learning rate to another.",
    Cosine: "Half a cosine down to a minimum, once or with restarts.",
    OneCycle: "Rises to the learning rate, then falls to almost 0 (Smith and Topin 2019).",
    Plateau: "Multiplied by a factor when the loss no longer falls.",
    Adaptive: "scikit-learn's: divided by 5 when the training loss no longer falls.",
}

impl Schedule {
    /// Whether the rate is constant.
    pub fn is_constant(&self) -> bool {
        matches!(self, Self::Constant(_))
    }

    /// Whether the schedule can end a training.
    pub fn may_end(&self) -> bool {
        matches!(self, Self::Adaptive(_))
    }

    /// Whether the schedule also cycles the momentum.
    pub(crate) fn cycles_momentum(&self) -> bool {
        self.momentum(&ScheduleProgress::default()).is_some()
    }
}

impl Default for Schedule {
    fn default() -> Self {
        Self::Constant(Constant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: ScheduleContext = ScheduleContext {
        updates: 90,
        epoch: 3,
        momentum: true,
    };

    fn named(name: &str, given: &[(&str, ScheduleSetting)]) -> Schedule {
        Schedule::named(name, given, &RUN).unwrap()
    }

    fn at(updates: u64) -> ScheduleProgress {
        ScheduleProgress {
            updates,
            ..ScheduleProgress::default()
        }
    }

    #[test]
    fn every_schedule_is_written_and_read_back() {
        for known in Schedule::ALL {
            let schedule = named(known.name, &[]);
            assert_eq!(schedule.name(), known.name);
            assert_eq!(named(known.name, &schedule.settings()), schedule);
        }
        assert_eq!(named("constant", &[]), Schedule::default());
    }

    #[test]
    fn what_is_not_known_is_refused_by_name() {
        let refuse = |name: &str, given: &[(&str, ScheduleSetting)]| {
            let error = Schedule::named(name, given, &RUN).unwrap_err();
            error.to_string()
        };
        assert!(refuse("cosin", &[]).contains("cosine"));
        let foreign = refuse("cosine", &[("every", ScheduleSetting::Count(3))]);
        assert_eq!(
            foreign,
            "every is not a setting of the schedule cosine; it has steps, minimum, restarts, stretch"
        );
        let none = refuse("constant", &[("factor", ScheduleSetting::Number(0.5))]);
        assert_eq!(
            none,
            "factor is not a setting of the schedule constant; it has none"
        );
        let kind = refuse("step", &[("factor", ScheduleSetting::Flag(true))]);
        assert!(kind.contains("factor") && kind.contains("number"), "{kind}");
        let word = refuse(
            "one-cycle",
            &[("shape", ScheduleSetting::Word("cosin".to_owned()))],
        );
        assert!(word.contains("cosine") && word.contains("linear"), "{word}");
        for (name, setting, value) in [
            ("step", "every", ScheduleSetting::Count(0)),
            ("step", "factor", ScheduleSetting::Number(0.0)),
            ("exponential", "factor", ScheduleSetting::Number(-1.0)),
            ("inverse-scaling", "power", ScheduleSetting::Number(-1.0)),
            ("linear", "steps", ScheduleSetting::Count(0)),
            ("linear", "to", ScheduleSetting::Number(-0.5)),
            ("cosine", "minimum", ScheduleSetting::Number(f64::NAN)),
            ("cosine", "stretch", ScheduleSetting::Count(0)),
            ("one-cycle", "rise", ScheduleSetting::Number(1.5)),
            ("one-cycle", "steps", ScheduleSetting::Count(1)),
            ("one-cycle", "max_momentum", ScheduleSetting::Number(1.0)),
            ("plateau", "factor", ScheduleSetting::Number(1.0)),
            ("plateau", "every", ScheduleSetting::Count(0)),
            ("adaptive", "tolerance", ScheduleSetting::Number(-1.0)),
        ] {
            let error = refuse(name, &[(setting, value)]);
            let word = setting.replace('_', " ");
            assert!(error.contains(&word), "{name}: {error}");
        }
    }

    #[test]
    fn defaults_fit_the_length_of_the_run() {
        let setting = |name: &str, key: &str| {
            let settings = named(name, &[]).settings();
            settings
                .into_iter()
                .find(|(name, _)| *name == key)
                .unwrap()
                .1
        };
        assert_eq!(setting("step", "every"), ScheduleSetting::Count(30));
        assert_eq!(setting("linear", "steps"), ScheduleSetting::Count(90));
        assert_eq!(setting("cosine", "steps"), ScheduleSetting::Count(90));
        assert_eq!(setting("plateau", "every"), ScheduleSetting::Count(3));
        assert_eq!(
            setting("one-cycle", "cycle_momentum"),
            ScheduleSetting::Flag(true)
        );
        let restarts = named("cosine", &[("restarts", ScheduleSetting::Flag(true))]);
        assert_eq!(restarts.settings()[0].1, ScheduleSetting::Count(23));
        // The last update of an exponential run has about a hundredth of the first one's rate.
        let last = named("exponential", &[]).rate(1.0, &at(90));
        assert!((last - 0.01).abs() < 1e-12, "{last}");
    }

    /// Closed forms at places where they are easy.
    #[test]
    fn rates_at_landmarks() {
        let rate = |name: &str, given: &[(&str, ScheduleSetting)], updates| {
            named(name, given).rate(0.5, &at(updates))
        };
        let count = ScheduleSetting::Count;
        let number = ScheduleSetting::Number;
        assert_eq!(rate("constant", &[], 1_000_000), 0.5);
        let step = [("every", count(10)), ("factor", number(0.5))];
        assert_eq!(rate("step", &step, 9), 0.5);
        assert_eq!(rate("step", &step, 30), 0.0625);
        assert_eq!(rate("inverse-scaling", &[], 3), 0.25);
        let line = [
            ("from", number(0.0)),
            ("to", number(1.0)),
            ("steps", count(4)),
        ];
        assert_eq!(rate("linear", &line, 0), 0.0);
        assert_eq!(rate("linear", &line, 1), 0.125);
        assert_eq!(rate("linear", &line, 400), 0.5);
        let cosine = [("steps", count(90)), ("minimum", number(0.1))];
        assert_eq!(rate("cosine", &cosine, 0), 0.5);
        assert!((rate("cosine", &cosine, 45) - 0.3).abs() < 1e-15);
        assert!((rate("cosine", &cosine, 90) - 0.1).abs() < 1e-15);
        let again = [
            ("steps", count(10)),
            ("restarts", ScheduleSetting::Flag(true)),
            ("stretch", count(2)),
        ];
        for start in [0, 10, 30, 70, 150] {
            assert_eq!(rate("cosine", &again, start), 0.5, "{start}");
        }
        assert!((rate("cosine", &again, 20) - 0.25).abs() < 1e-15);
    }
}
