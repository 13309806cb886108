//! The decision threshold of a run's model, and its scores.

use std::{fmt::Write, path::Path};

use anyhow::Result;
use mlp_plot::Section;
use mlp_train::{DataRecipe, Experiment, Model, OutputMeaning, Threshold, score::Confusion};
use serde_json::{Value, json};

use super::{choosing, positive};
use crate::formatting;

/// A requested threshold, and its scores on the part for final scores.
pub struct Decision {
    threshold: f64,
    /// The score that chose it on the validation part.
    by: Option<&'static str>,
    /// The second class.
    class: String,
    /// The other class, where the second is the commoner.
    rarer: Option<String>,
    /// Further options with which a score can choose a threshold; `None` where none can.
    choosing: Option<String>,
    part: &'static str,
    /// None where no row is predicted as the class.
    precision: Option<f64>,
    /// None where the part has no row of the class.
    recall: Option<f64>,
    found: f64,
    of: f64,
    /// Rows of the part that are predicted as the class.
    taken: f64,
    rows: f64,
}

impl Decision {
    /// The decision of a model, where a threshold was asked for, on the part and rows of its final scores.
    pub fn of(
        model: &Model,
        asked: Option<Threshold>,
        author: &Experiment,
        data: &DataRecipe,
        (part, rows): (&'static str, &[usize]),
    ) -> Result<Option<Self>> {
        let (Some(asked), Some(threshold), OutputMeaning::Classes(names)) =
            (asked, model.threshold(), model.answers())
        else {
            return Ok(None);
        };
        if !model.is_finite() {
            return Ok(None);
        }
        let judged = model.judge(&data.dataset.select_rows(rows)?)?;
        Ok(Confusion::of(&judged).map(|confusion| Self {
            threshold,
            by: match asked {
                Threshold::At(_) => None,
                Threshold::Best(score) => Some(score.name),
            },
            class: names[1].clone(),
            rarer: positive::rarer(data).map(str::to_owned),
            choosing: choosing::options(author, data),
            part,
            precision: confusion.known_precision(1),
            recall: confusion.known_recall(1),
            found: confusion.count(1, 1),
            of: confusion.support(1),
            taken: confusion.count(0, 1) + confusion.count(1, 1),
            rows: confusion.support(0) + confusion.support(1),
        }))
    }

    /// A line for people.
    pub fn text(&self) -> String {
        let mut text = formatting::measured(self.threshold);
        if let Some(score) = self.by {
            let _ = write!(text, " (chosen on validation by {score})");
        }
        let known = |score: Option<f64>| score.map_or_else(|| "n/a".to_owned(), formatting::share);
        let _ = write!(
            text,
            ": {} precision {}, recall {} of {} ({} of {} found)",
            self.part,
            known(self.precision),
            known(self.recall),
            self.class,
            formatting::count(self.found),
            formatting::count(self.of)
        );
        text
    }

    /// What a section of a report says of it.
    pub fn paragraphs(&self, section: Section) -> Section {
        let section = section.paragraph(format!("Threshold: {}.", self.text()));
        match self.warning() {
            Some(warning) => section.paragraph(format!("Warning: {warning}.")),
            None => section,
        }
    }

    /// A warning where the threshold parts nothing: all rows are predicted as one class.
    pub fn warning(&self) -> Option<String> {
        let (which, aim) = match self.taken {
            0.0 => ("no row", "smaller"),
            taken if taken >= self.rows => ("every row", "larger"),
            _ => return None,
        };
        let (threshold, class) = (formatting::measured(self.threshold), &self.class);
        // Of the commoner class F1 is best where nearly every row is predicted as it.
        let first = match &self.rarer {
            Some(rarer) => format!("--positive {} ", formatting::shell(Path::new(rarer))),
            None => String::new(),
        };
        let score = self.choosing.as_ref().map_or_else(String::new, |further| {
            format!("choose it by a score, as {first}--threshold positive_f1{further}, ")
        });
        let help = match (self.by, &*first) {
            (Some(_), "") => {
                "choose it by another score, as balanced_accuracy or positive_f1, give a number, "
                    .to_owned()
            }
            (Some(_), first) => format!(
                "choose it by another score, as --threshold balanced_accuracy or {first}--threshold positive_f1, give a number, "
            ),
            (None, _) => score,
        };
        Some(format!(
            "at the threshold {threshold} {which} of the {} part is predicted as {class}; try a {aim} threshold, {help}or longer training",
            self.part
        ))
    }

    /// The same as one object.
    pub fn json(&self) -> Value {
        json!({
            "threshold": self.threshold,
            "chosen_by": self.by,
            "class": self.class,
            "part": self.part,
            "precision": self.precision,
            "recall": self.recall,
            "warning": self.warning(),
        })
    }
}
