//! The decision threshold for the second of two classes, as an author writes it.

use mlp_core::Loss;
use mlp_data::{
    Targets, Task,
    names::{did_you_mean, so_many},
};

use crate::{
    error::Error,
    metrics::score::{SCORES, Score, Subject},
    resolve::data_recipe::DataRecipe,
    settings::value::Value,
};

/// The probability of the second class above which it is predicted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Threshold {
    /// This probability, above 0 and below 1.
    At(f64),
    /// The one at which this score of classes is best on the validation part.
    Best(&'static Score),
}

impl Threshold {
    /// The scores that depend on a threshold, by name.
    pub fn scores() -> Vec<&'static str> {
        let of_classes = SCORES.iter().filter(|score| is_of_classes(score));
        of_classes.map(|score| score.name).collect()
    }

    /// Reads a number or the name of a score.
    ///
    /// # Errors
    /// A number that is not a probability between 0 and 1; a name that is not a score of classes.
    pub(crate) fn of(value: &Value) -> Result<Self, String> {
        if let Some(number) = value.as_f64() {
            return match number > 0.0 && number < 1.0 {
                true => Ok(Self::At(number)),
                false => Err(format!("must be above 0 and below 1, not {number}")),
            };
        }
        let Some(name) = value.as_text() else {
            return Err("must be a number or the name of a score".to_owned());
        };
        match SCORES.iter().find(|score| score.name == name) {
            Some(score) if is_of_classes(score) => Ok(Self::Best(score)),
            Some(_) => Err(format!(
                "{name} does not depend on it; choose it with one of {}",
                Self::scores().join(", ")
            )),
            None => Err(format!(
                "must be a number above 0 and below 1, or the score that chooses it ({}), not \"{name}\"{}",
                Self::scores().join(", "),
                did_you_mean(name, Self::scores().into_iter())
            )),
        }
    }

    /// The same as a value.
    pub(crate) fn value(self) -> Value {
        match self {
            Self::At(number) => Value::Number(number),
            Self::Best(score) => Value::Text(score.name.to_owned()),
        }
    }

    /// Refuses it for data and networks without such a decision.
    pub(crate) fn check(self, data: &DataRecipe, loss: Loss) -> Result<(), Error> {
        let refused = |reason: String| Err(Error::key("threshold", reason));
        if data.task != (Task::Classification { classes: 2 }) {
            return refused(format!(
                "it needs two classes, and {} is {}",
                data.name, data.task
            ));
        }
        if !loss.gives_probabilities() {
            return refused(format!(
                "it is a probability, and the outputs of a network trained with {} are scores; use a cross-entropy",
                loss.name()
            ));
        }
        match self {
            Self::Best(score) if data.split.validation.is_empty() => refused(format!(
                "{} is measured on a validation part; give --validation-fraction, as in 0.2, or a number",
                score.name
            )),
            Self::Best(score) => match one_class(data, &data.split.validation) {
                Some((class, rows)) => refused(format!(
                    "{} cannot choose it: the validation part has {}, all of class {class}; give a larger or stratified \
                     validation part that has rows of both classes, or a number",
                    score.name,
                    so_many(rows as u64, "row")
                )),
                None => Ok(()),
            },
            Self::At(_) => Ok(()),
        }
    }
}

/// The class that all of these rows have, and how many they are; `None` where they have several.
fn one_class<'d>(data: &'d DataRecipe, rows: &[usize]) -> Option<(&'d str, usize)> {
    let Targets::Classes { labels, names } = data.dataset.targets() else {
        return None;
    };
    let label = labels[*rows.first()?];
    let alike = rows.iter().all(|&row| labels[row] == label);
    alike.then(|| (names[label as usize].as_str(), rows.len()))
}

fn is_of_classes(score: &Score) -> bool {
    score.subject == Subject::Classes && score.larger_is_better == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_is_a_probability_or_a_score_of_classes() {
        let at = Threshold::of(&Value::Number(0.3)).unwrap();
        assert_eq!(at, Threshold::At(0.3));
        let best = Threshold::of(&Value::Text("positive_f1".to_owned())).unwrap();
        assert_eq!(best.value(), Value::Text("positive_f1".to_owned()));
        let refuse = |value| Threshold::of(&value).unwrap_err();
        assert!(refuse(Value::Number(0.0)).contains("above 0 and below 1"));
        assert!(refuse(Value::Integer(1)).contains("above 0 and below 1"));
        assert!(refuse(Value::Number(f64::NAN)).contains("above 0 and below 1"));
        assert!(refuse(Value::Text("auroc".to_owned())).contains("does not depend on it"));
        assert!(refuse(Value::Text("positive_f".to_owned())).contains("positive_f1"));
    }
}
