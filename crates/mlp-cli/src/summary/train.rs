//! The summary of a training.

use std::fmt::Write;

use mlp_train::{Kind, Part, baseline};

use super::Summary;
use super::shortfall;
use crate::{failure::CommandResult, formatting};

impl Summary<'_> {
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
        if self.diverged(None) > 0 {
            let step = self.ending.as_ref().map_or(0, |ending| ending.last_step);
            writeln!(
                text,
                "{:<11} at step {step}; try a smaller rate: --learning-rate {}",
                "diverged",
                self.smaller_rate(&recipe)
            )?;
        } else if self.exploded(None).is_some_and(|count| count > 0) {
            writeln!(
                text,
                "{:<11} its norms are more than {} times its reference norm; try a smaller rate: --learning-rate {}",
                "exploded",
                mlp_train::exploded::FACTOR,
                self.smaller_rate(&recipe)
            )?;
        } else if let Some(outcome) = &self.done.outcome
            && let Some(last) = outcome.last()
            && last.train.loss > outcome.initial_loss
            // A training ended by a rule says nothing about the rate.
            && outcome.stopped_by().is_none()
        {
            writeln!(
                text,
                "{:<11} the training loss rose from {}; try a smaller rate: --learning-rate {}",
                "warning",
                formatting::measured(outcome.initial_loss),
                self.smaller_rate(&recipe)
            )?;
        }
        if let Some(held) = self.intervals(&recipe)? {
            writeln!(text, "{:<11} {}", "intervals", held.text())?;
        }
        Ok(())
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
    fn stopping(&self, recipe: &mlp_train::Recipe, text: &mut String) -> CommandResult {
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
    fn begun_at(&self, recipe: &mlp_train::Recipe) -> Option<i64> {
        Some(recipe.start.as_ref()?.steps() as i64)
    }

    pub(super) fn smaller_rate(&self, recipe: &mlp_train::Recipe) -> String {
        let usual = recipe.spec.optimizer.default_learning_rate();
        let tenth = recipe.spec.learning_rate / 10.0;
        // A tenth of a far too large rate does not help.
        let smaller = if tenth > 10.0 * usual { usual } else { tenth };
        mlp_train::shortest(format!("{smaller:.2e}").parse().unwrap_or(usual))
    }
}
