//! Whether a metric applies to data.

use mlp_data::Task;

use super::data_recipe::DataRecipe;
use crate::{
    data::part::Part,
    error::Error,
    metrics::{
        metric::Metric,
        score::definition::{Score, Subject},
    },
};

impl DataRecipe {
    /// Refuses a metric that the data do not have; `key` is the setting that names it.
    pub fn check_metric(&self, key: &str, metric: Metric) -> Result<(), Error> {
        if let Metric::Score(_, score) = metric {
            self.check_subject(key, &metric.to_string(), score)?;
        }
        let part = match metric {
            Metric::Gap => Some(Part::Test),
            metric => metric.part(),
        };
        let missing = match part {
            Some(Part::Test) => self.split.test.is_empty(),
            Some(Part::Validation) => self.split.validation.is_empty(),
            Some(Part::Train) | None => false,
        };
        if part == Some(Part::Test) && missing && !self.withheld.is_empty() {
            return Err(Error::keys(
                key,
                "withhold_test",
                format!(
                    "{metric} needs the test part, which is withheld (select, withhold_test); take a validation metric"
                ),
            ));
        }
        match part.filter(|_| missing).map(Part::name) {
            Some(part) => Err(Error::keys(
                key,
                format!("{part}_fraction"),
                format!("{metric} needs a {part} part; give --{part}-fraction"),
            )),
            None => Ok(()),
        }
    }

    /// Refuses a score of classes for numbers, or of numbers for classes; `name` is how the
    /// setting names it.
    pub fn check_subject(&self, key: &str, name: &str, score: &Score) -> Result<(), Error> {
        let (wanted, found) = match (score.subject, self.task) {
            (Subject::Classes | Subject::Probabilities, Task::Regression { .. }) => {
                ("classes", "numbers")
            }
            (Subject::Values, Task::Classification { .. }) => ("numbers", "classes"),
            (_, Task::Classification { classes: 3.. }) if score.is_of_the_positive_class() => {
                ("two classes", "more; take f1")
            }
            (_, Task::Multilabel { .. }) if score.name == "accuracy" => return Ok(()),
            (Subject::Classes | Subject::Probabilities, Task::Multilabel { .. }) => {
                ("classes", "labels (they have accuracy)")
            }
            (Subject::Values, Task::Multilabel { .. }) => {
                ("numbers", "labels (they have accuracy)")
            }
            _ => return Ok(()),
        };
        Err(Error::keys(
            key,
            "data",
            format!("{name} is for {wanted}, but {} has {found}", self.name),
        ))
    }
}
