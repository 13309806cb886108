//! Resolving the settings of the rules.

use super::{
    RULES,
    prechelt::{self, Prechelt},
    rules::Stopping,
    spec::StoppingSpec,
};
use crate::{data::part::Part, error::Error, resolve::data_recipe::DataRecipe};

impl Prechelt {
    /// Sets the keys of the protocol that were left open, and its strip.
    ///
    /// # Errors
    /// A strip that is given twice; a rule that evaluates the validation part at every check.
    pub(super) fn spell_out(self, spec: &mut StoppingSpec) -> Result<Self, Error> {
        if let Some(strip) = self.strip {
            if let Some(given) = spec.strip.filter(|given| *given != strip) {
                return Err(Error::keys(
                    "strip",
                    "stopping",
                    format!("is {given}, and \"{self}\" sets it to {strip}; give one of the two"),
                ));
            }
            spec.strip = Some(strip);
        }
        let beside = [
            ("patience", spec.patience.is_some()),
            ("progress_quotient", spec.progress_quotient.is_some()),
        ];
        if let Some((rule, _)) = beside.into_iter().find(|(_, given)| *given) {
            return Err(Error::keys(
                "stopping",
                rule,
                format!(
                    "{} chooses at the ends of strips, and {rule} at every check; give one of them",
                    prechelt::NAME
                ),
            ));
        }
        spec.generalization_loss
            .get_or_insert(prechelt::GENERALIZATION_LOSS);
        spec.min_progress.get_or_insert(prechelt::MIN_PROGRESS);
        Ok(Self::default())
    }
}

impl StoppingSpec {
    /// Resolves the settings of the active rules; `None` where none is active.
    ///
    /// # Errors
    /// A setting whose rule is not active; a rule without a part to choose by; a target that the
    /// data do not have.
    pub(crate) fn resolve(
        &mut self,
        data: &DataRecipe,
        steps_per_epoch: u64,
    ) -> Result<Option<Stopping>, Error> {
        if let Some(protocol) = self.protocol.take() {
            self.protocol = Some(protocol.spell_out(self)?);
            if self
                .check_every
                .is_some_and(|every| every != steps_per_epoch)
            {
                return Err(Error::keys(
                    "stopping",
                    "check_every",
                    "prechelt checks after every epoch; leave check_every out",
                ));
            }
            if data.split.validation.is_empty() {
                return Err(Error::keys(
                    "stopping",
                    "validation_fraction",
                    "prechelt chooses by a validation part, but there is none; give --validation-fraction",
                ));
            }
        }
        let usual = Stopping::default();
        let mut stopping = Stopping {
            patience: self.patience,
            tolerance: self.tolerance,
            until: self.until.clone(),
            generalization_loss: self.generalization_loss,
            progress_quotient: self.progress_quotient,
            min_progress: self.min_progress,
            time_budget: self.time_budget,
            stop_after: self.stop_after,
            strip_ends: self.protocol.is_some(),
            ..usual
        };
        let checked = RULES.iter().any(|rule| rule.holds(&stopping));
        let strips = self.progress_quotient.is_some() || self.min_progress.is_some();
        // A setting without its rule would be silently ignored.
        let idle = [
            (
                "min_delta",
                self.min_delta.is_some(),
                self.patience.is_some(),
                "patience",
            ),
            (
                "tolerance_checks",
                self.tolerance_checks.is_some(),
                self.tolerance.is_some(),
                "tolerance",
            ),
            (
                "strip",
                self.strip.is_some(),
                strips,
                "progress_quotient or min_progress",
            ),
            (
                "restore_best",
                self.restore_best.is_some(),
                stopping.chooses(),
                "patience",
            ),
            (
                "check_every",
                self.check_every.is_some(),
                checked,
                "patience",
            ),
        ];
        if let Some((key, .., rule)) = idle.iter().find(|(_, given, used, _)| *given && !*used) {
            return Err(Error::keys(
                key,
                rule,
                format!("has no effect without a stopping rule; give {rule} too, or leave it out"),
            ));
        }
        if let Some(target) = &self.until {
            data.check_metric("until", target.metric())?;
        }
        if !stopping.is_active() {
            return Ok(None);
        }
        if stopping.chooses() {
            stopping.chosen_on = match () {
                () if !data.split.validation.is_empty() => Some(Part::Validation),
                () if !data.split.test.is_empty() => Some(Part::Test),
                () => {
                    return Err(Error::keys(
                        stopping.choosing().unwrap_or("the rule"),
                        "validation_fraction",
                        "chooses by a validation part, but there is none; give --validation-fraction",
                    ));
                }
            };
            stopping.restore_best = *self.restore_best.get_or_insert(true);
        }
        if self.patience.is_some() {
            stopping.min_delta = *self.min_delta.get_or_insert(usual.min_delta);
        }
        if self.tolerance.is_some() {
            stopping.tolerance_checks =
                *self.tolerance_checks.get_or_insert(usual.tolerance_checks);
        }
        if strips {
            stopping.strip = *self.strip.get_or_insert(usual.strip);
        }
        if checked {
            stopping.check_every = *self.check_every.get_or_insert(steps_per_epoch);
        }
        Ok(Some(stopping))
    }
}
