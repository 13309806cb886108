//! Targets: training stops as soon as a metric is good enough, as in `test_accuracy>=0.98`.

use std::{fmt, str::FromStr};

use super::{
    memory::RuleState,
    rule::{Check, StoppingRule},
};
use crate::{
    data::part::Part,
    metrics::{
        metric::{Metric, UnknownMetric},
        record,
        score::definition::Score,
    },
    settings::value::shortest,
};

/// How a metric is compared with its bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Comparison {
    AtLeast,
    AtMost,
    Above,
    Below,
}

impl Comparison {
    /// Longer spellings first, as they begin with the shorter ones.
    const ALL: [(&'static str, Self); 4] = [
        (">=", Self::AtLeast),
        ("<=", Self::AtMost),
        (">", Self::Above),
        ("<", Self::Below),
    ];

    fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Self::AtLeast => value >= bound,
            Self::AtMost => value <= bound,
            Self::Above => value > bound,
            Self::Below => value < bound,
        }
    }
}

/// A metric and the bound that is good enough.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    metric: Metric,
    comparison: Comparison,
    bound: f64,
}

impl Target {
    /// The metric: a loss or a score of a part.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// The score and its part, where it is one.
    pub(crate) fn score(&self) -> Option<(Part, &'static Score)> {
        match self.metric {
            Metric::Score(part, score) => Some((part, score)),
            _ => None,
        }
    }

    /// The score and its part, unless every evaluation has it.
    pub(crate) fn further(&self) -> Option<(Part, &'static Score)> {
        self.score().filter(|_| !self.metric.is_usual())
    }
}

impl StoppingRule for Target {
    fn stops(&mut self, check: &Check) -> bool {
        let value = match self.metric {
            Metric::Loss(part) => check.part(part).map(|evaluation| evaluation.loss),
            Metric::Score(part, score) if self.metric.is_usual() => {
                let evaluation = check.part(part);
                evaluation.and_then(|evaluation| record::score(evaluation, score.name))
            }
            _ => check.score,
        };
        value.is_some_and(|value| self.comparison.holds(value, self.bound))
    }

    fn remember(&mut self, _memory: &mut RuleState) {}
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let example = "as in test_accuracy>=0.98";
        let found = Comparison::ALL
            .iter()
            .find_map(|(sign, comparison)| Some((text.split_once(sign)?, *comparison)));
        let Some(((metric, bound), comparison)) = found else {
            return Err(format!(
                "\"{text}\" is not a comparison; write a metric, >=, <=, > or <, and a number, {example}"
            ));
        };
        let metric: Metric = (metric.parse()).map_err(|error: UnknownMetric| error.to_string())?;
        if metric.part().is_none() {
            return Err(format!(
                "{metric} is not a loss or score of a part, which a stopping target needs, {example}"
            ));
        }
        let bound = bound.trim();
        match bound.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Self {
                metric,
                comparison,
                bound: number,
            }),
            _ => Err(format!(
                "\"{bound}\" is not a finite number; write one after the comparison, {example}"
            )),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = Comparison::ALL
            .iter()
            .find(|(_, comparison)| *comparison == self.comparison)
            .map_or("", |(sign, _)| sign);
        write!(f, "{}{sign}{}", self.metric, shortest(self.bound))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stopping::{rules::Stopping, tests::stop};

    fn stops(target: &str, losses: &[(f64, f64)]) -> Option<usize> {
        let stopping = Stopping {
            until: Some(target.parse().unwrap()),
            ..Stopping::default()
        };
        stop(&stopping, &crate::stopping::until::INFO, losses)
    }

    #[test]
    fn the_first_check_that_is_good_enough_stops() {
        let losses = [(0.5, 0.6), (0.25, 0.5), (0.125, 0.5), (0.1, 0.75)];
        assert_eq!(stops("train_loss<=0.125", &losses), Some(2));
        assert_eq!(stops("train_loss<0.125", &losses), Some(3));
        assert_eq!(stops("train_loss<0.1", &losses), None);
        // The accuracy of these checks is 1 - loss.
        assert_eq!(stops("validation_accuracy >= 0.5", &losses), Some(1));
        assert_eq!(stops("validation_accuracy>0.5", &losses), None);
        // What does not apply is never reached.
        assert_eq!(stops("train_r2>=-100", &losses), None);
    }

    #[test]
    fn targets_are_written_as_they_are_read() {
        for text in [
            "test_accuracy>=0.98",
            "train_loss<0.001",
            "validation_r2>-0.5",
        ] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), text);
        }
        let refused = |text: &str| text.parse::<Target>().unwrap_err();
        assert!(refused("test_acuracy>=1").contains("did you mean \"test_accuracy\"?"));
        assert!(refused("accuracy>=1").contains("did you mean \"test_accuracy\"?"));
        assert!(refused("weight_norm<1").contains("is not a loss or score"));
        assert!(refused("test_accuracy=0.9").contains("is not a comparison"));
        assert!(refused("test_accuracy>=").contains("is not a finite number"));
        assert!(refused("train_loss<nan").contains("is not a finite number"));
    }
}
