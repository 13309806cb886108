//! The summary of a training.

use std::fmt::Write;

use mlp_train::{Kind, Outcome, Part, Recipe, baseline};

use super::{
    Summary,
    failed::{self, smaller_rate},
    optimism, shortfall,
};
use crate::{failure::CommandResult, formatting};

/// Whether the training loss rose over a training.
fn rose(outcome: &Outcome) -> bool {
    // A training ended by a rule says nothing about the rate.
    let last = outcome.last().filter(|_| outcome.stopped_by().is_none());
    last.is_some_and(|last| last.train.loss > outcome.initial_loss)
}

impl Summary<'_> {
    /// Whether a single training went wrong in a way that a smaller rate mends.
    pub(super) fn wants_smaller_rate(&self) -> bool {
        self.diverged(None) > 0
            || self.exploded(None).is_some_and(|count| count > 0)
            || self.done.outcome.as_ref().is_some_and(rose)
    }

    pub(super) fn train(&self, text: &mut String) -> CommandResult {
        let Ok(recipe) = self.experiment.recipe(0) else {
            return Ok(());
        };
        writeln!(
            text,
            "{:<11} {} on {} ({}), {}",
            "network",
            recipe.architecture(),
            recipe.data.name,
            recipe.data.task,
            recipe.spec.optimizer
        )?;
        let one = |name: &str| match self.diverged(None) {
            0 => self.nets.first(name),
            _ => Ok(None),
        };
        for (part, name) in [
            (Part::Train, "train"),
            (Part::Validation, "validation"),
            (Part::Test, "test"),
        ] {
            let Some(guess) = baseline(&recipe.data, part) else {
                if part == Part::Test && !recipe.data.withheld.is_empty() {
                    let rows = formatting::so_many(recipe.data.withheld.len(), "row");
                    writeln!(text, "{name:<11} withheld: {rows}")?;
                }
                continue;
            };
            let Some(loss) = one(&format!("{name}_loss"))? else {
                continue;
            };
            write!(text, "{name:<11} loss {}", formatting::measured(loss))?;
            if let (Some(accuracy), Some(majority)) =
                (one(&format!("{name}_accuracy"))?, guess.accuracy)
            {
                let [accuracy, majority] = [accuracy, majority].map(formatting::share);
                write!(text, "   accuracy {accuracy} (majority {majority})")?;
            }
            if let (Some(r2), Some(mean)) = (one(&format!("{name}_r2"))?, guess.r2) {
                let [r2, mean] = [r2, mean].map(formatting::share);
                write!(text, "   R2 {r2} (mean {mean})")?;
            }
            if let (Some(rmse), Some(mean)) = (one(&format!("{name}_rmse"))?, guess.rmse) {
                write!(
                    text,
                    "   RMSE {} (mean {})",
                    formatting::measured(rmse),
                    formatting::measured(mean)
                )?;
            }
            for score in recipe.scores.iter() {
                if let Some(value) = one(&format!("{name}_{}", score.name))? {
                    write!(text, "   {} {}", score.name, formatting::measured(value))?;
                }
            }
            writeln!(text)?;
        }
        if let (Some(weights), Some(biases)) = (one("weight_norm")?, one("bias_norm")?) {
            writeln!(
                text,
                "{:<11} weights {}, biases {}",
                "norms",
                formatting::measured(weights),
                formatting::measured(biases)
            )?;
        }
        self.stopping(&recipe, text)?;
        if let Some((what, said)) = self.trouble(&recipe) {
            writeln!(text, "{what:<11} {said}")?;
        }
        if let Some(held) = self.intervals(&recipe)? {
            writeln!(text, "{:<11} {}", "intervals", held.text())?;
        }
        Ok(())
    }

    /// What went wrong in a single training, in a word and with what to try.
    fn trouble(&self, recipe: &Recipe) -> Option<(&'static str, String)> {
        let rate = || {
            format!(
                "try a smaller rate: --learning-rate {}",
                smaller_rate(recipe)
            )
        };
        if self.diverged(None) > 0 {
            let step = self.ending.as_ref().map_or(0, |ending| ending.last_step);
            return Some(("diverged", format!("at step {step}; {}", rate())));
        }
        if self.exploded(None).is_some_and(|count| count > 0) {
            let factor = mlp_train::exploded::FACTOR;
            let said = format!(
                "its norms are more than {factor} times its reference norm; {}",
                rate()
            );
            return Some(("exploded", said));
        }
        let outcome = self.done.outcome.as_ref().filter(|outcome| rose(outcome))?;
        let said = format!(
            "the training loss rose from {}; {}",
            formatting::measured(outcome.initial_loss),
            rate()
        );
        Some(("warning", said))
    }

    /// That the training failed, or those of every network, where text tells it at its own place.
    pub(super) fn failure(&self) -> Option<String> {
        match self.experiment.kind() {
            Kind::Train => {}
            Kind::Population => return failed::of(self.experiment, &self.nets),
            Kind::Map => return None,
        }
        let (what, said) = self.trouble(&self.experiment.recipe(0).ok()?)?;
        Some(match what {
            "warning" => said,
            what => format!("{what}: {said}"),
        })
    }

    /// What is to be known of the scores: that they are no better than the baseline, and why they are too good.
    pub(super) fn warnings(&self) -> CommandResult<Vec<String>> {
        let author = self.experiment.experiment();
        let optimistic = match self.experiment.recipe(0) {
            Ok(recipe) => optimism::of(author, &recipe),
            Err(_) => Vec::new(),
        };
        Ok(self.shortfall()?.into_iter().chain(optimistic).collect())
    }

    /// The warning, where the network, the one that is selected, or the folds are no better than the baseline.
    pub(super) fn shortfall(&self) -> CommandResult<Option<String>> {
        let experiment = self.experiment;
        let model = || Ok(self.directory.model()?);
        Ok(match (experiment.kind(), self.selected()?) {
            (Kind::Train, _) => {
                let author = experiment.experiment();
                shortfall::of(author, &experiment.recipe(0)?, &self.nets, model)?
            }
            (Kind::Population, Some(selected)) => {
                let Some(first) = selected.first() else {
                    return Ok(None);
                };
                let recipe = experiment.recipe(first)?;
                shortfall::of_selected(experiment.experiment(), &recipe, model)?
            }
            (Kind::Population, None) => shortfall::of_folds(experiment, &self.nets)?,
            (Kind::Map, _) => None,
        })
    }

    /// Which rule stopped the network where, and which parameters were kept.
    fn stopping(&self, recipe: &Recipe, text: &mut String) -> CommandResult {
        let Some(ending) = &self.ending else {
            return Ok(());
        };
        let chosen = recipe.stopping.as_ref().and_then(|rules| rules.chosen_on);
        let chosen = chosen.map_or_else(String::new, |part| format!(", chosen on {}", part.name()));
        let (best, last) = (ending.best_step, ending.last_step);
        if let Some(rule) = &ending.stopped_by {
            if let Some(step) = self.begun_at(recipe)
                && last <= step
            {
                writeln!(
                    text,
                    "{:<11} nothing was trained: {rule} ended the training where it went on, at step {step}; give another --{} to go on",
                    "warning",
                    rule.replace('_', "-")
                )?;
            }
            // Other rules look at no part to choose by, and of kept parameters the next line tells.
            let by_choice = best.is_none() && mlp_train::stopping::chooses(rule);
            let chosen = if by_choice { &chosen[..] } else { "" };
            writeln!(text, "{:<11} at step {last} by {rule}{chosen}", "stopped")?;
            let rules = recipe.stopping.as_deref();
            if let Some(patience) = rules.and_then(|rules| rules.patience)
                && rule == "patience"
                && rules.is_some_and(|rules| rules.check_every == 1)
            {
                writeln!(
                    text,
                    "{:<11} patience ran out after {patience} updates, since with a full batch each update is an epoch and is checked; to wait longer: --patience {} or --check-every 10",
                    "patience",
                    10 * patience
                )?;
            }
        }
        if let Some(best) = best {
            writeln!(
                text,
                "{:<11} the parameters of step {best} (lowest loss){chosen}",
                "kept"
            )?;
        }
        Ok(())
    }

    /// The step of the training that this one goes on from.
    fn begun_at(&self, recipe: &Recipe) -> Option<i64> {
        Some(recipe.start.as_ref()?.steps() as i64)
    }
}
