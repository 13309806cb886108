//! The decision threshold of the model of a train run, and its scores.

use std::fmt::Write;

use mlp_train::{OutputMeaning, Part, Recipe, Threshold, score::Confusion};
use serde_json::{Value, json};

use super::Summary;
use crate::{failure::CommandResult, formatting};

/// A requested threshold, and its scores on the part for final scores.
pub(super) struct Decision {
    threshold: f64,
    /// The score that chose it on the validation part.
    by: Option<&'static str>,
    /// The second class.
    class: String,
    part: Part,
    precision: f64,
    recall: f64,
    found: f64,
    of: f64,
}

impl Summary<'_> {
    /// The decision of the model, where a threshold was asked for and the training did not diverge.
    pub(super) fn decision(&self, recipe: &Recipe) -> CommandResult<Option<Decision>> {
        let Some(asked) = recipe.threshold.filter(|_| self.diverged(None) == 0) else {
            return Ok(None);
        };
        let model = self.directory.model()?;
        let (Some(threshold), OutputMeaning::Classes(names)) = (model.threshold(), model.answers())
        else {
            return Ok(None);
        };
        let split = &recipe.data.split;
        let (part, rows) = match () {
            () if !split.test.is_empty() => (Part::Test, &split.test),
            () if !split.validation.is_empty() => (Part::Validation, &split.validation),
            () => (Part::Train, &split.train),
        };
        let judged = model.judge(
            &recipe
                .data
                .dataset
                .select_rows(rows)
                .map_err(anyhow::Error::from)?,
        )?;
        Ok(Confusion::of(&judged).map(|confusion| Decision {
            threshold,
            by: match asked {
                Threshold::At(_) => None,
                Threshold::Best(score) => Some(score.name),
            },
            class: names[1].clone(),
            part,
            precision: confusion.precision(1),
            recall: confusion.recall(1),
            found: confusion.count(1, 1),
            of: confusion.support(1),
        }))
    }
}

impl Decision {
    /// A line for people.
    pub(super) fn text(&self) -> String {
        let mut text = formatting::measured(self.threshold);
        if let Some(score) = self.by {
            let _ = write!(text, " (chosen on validation by {score})");
        }
        let _ = write!(
            text,
            ": {} precision {:.4}, recall {:.4} of {} ({} of {} found); other scores here are at 0.5",
            self.part.name(),
            self.precision,
            self.recall,
            self.class,
            formatting::count(self.found),
            formatting::count(self.of)
        );
        text
    }

    /// The same as one object.
    pub(super) fn json(&self) -> Value {
        json!({
            "threshold": self.threshold,
            "chosen_by": self.by,
            "class": self.class,
            "part": self.part.name(),
            "precision": self.precision,
            "recall": self.recall,
        })
    }
}
