//! What the prediction intervals of a train run's model hold on rows that it was not trained on.

use mlp_data::Targets;
use mlp_train::{Part, Recipe};
use serde_json::{Value, json};

use super::Summary;
use crate::{failure::CommandResult, formatting, terminal};

/// The coverage that is looked at.
const COVERAGE: f64 = 0.9;

/// How often targets lie in their intervals, and how wide these are.
pub(super) struct Held {
    folds: usize,
    part: Part,
    /// Of all rows and outputs.
    share: f64,
    width: f64,
}

impl Summary<'_> {
    /// What the intervals hold, where the model has any and a part beside the training part has rows.
    pub(super) fn intervals(&self, recipe: &Recipe) -> CommandResult<Option<Held>> {
        if recipe.interval_folds.is_none() || self.diverged(None) > 0 {
            return Ok(None);
        }
        let split = &recipe.data.split;
        let (part, rows) = match () {
            () if !split.test.is_empty() => (Part::Test, &split.test),
            () if !split.validation.is_empty() => (Part::Validation, &split.validation),
            () => return Ok(None),
        };
        let model = self.directory.model()?;
        let Some(intervals) = model.intervals() else {
            return Ok(None);
        };
        let dataset = &recipe.data.dataset;
        let dataset = dataset.select_rows(rows).map_err(anyhow::Error::from)?;
        let ends = model.intervals_of(&dataset, COVERAGE, terminal::level()?);
        // Of too few rows there are none at this coverage.
        let (Ok(ends), Targets::Values { values, .. }) = (ends, dataset.targets()) else {
            return Ok(None);
        };
        let (mut held, mut width) = (0.0, 0.0);
        for ((at, target), lower) in values.indexed_iter().zip(&ends.lower) {
            let upper = ends.upper[at];
            held += f64::from(u8::from((*lower..=upper).contains(target)));
            width += upper - lower;
        }
        let count = values.len() as f64;
        Ok(Some(Held {
            folds: intervals.folds.len(),
            part,
            share: held / count,
            width: width / count,
        }))
    }
}

impl Held {
    /// A line for people.
    pub(super) fn text(&self) -> String {
        format!(
            "CV+ of {}: those of {COVERAGE} hold {} of the {} part's targets, mean width {} (mlp predict --intervals {COVERAGE})",
            formatting::so_many(self.folds, "fold"),
            formatting::share(self.share),
            self.part.name(),
            formatting::measured(self.width)
        )
    }

    /// The same as one object.
    pub(super) fn json(&self) -> Value {
        json!({
            "method": "CV+",
            "folds": self.folds,
            "coverage": COVERAGE,
            "part": self.part.name(),
            "held": self.share,
            "mean_width": self.width,
        })
    }
}
