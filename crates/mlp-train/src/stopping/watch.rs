//! The rules applied to one network, and the best parameters so far.

use std::{sync::Arc, time::Duration};

use mlp_core::{Scalar, State, Trainer};
use serde::{Deserialize, Serialize};

use super::{
    RULES,
    memory::RuleState,
    rule::{Check, StoppingRule},
    rules::Stopping,
    target::Target,
    time_budget::{self, Spending},
};
use crate::clock::Clock;
use crate::{
    data::{part::Part, prepare::Prepared},
    error::Error,
    model::CurrentNetwork,
    run::state_numbers::StateNumbers,
};

/// The network with the lowest loss so far on the part that rules choose by.
#[derive(Debug)]
struct BestParameters<T> {
    loss: f64,
    state: State<T>,
}

/// The state of one network's checks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct EarlyStoppingState {
    /// The state of all rules, one after the other.
    rules: Vec<f64>,
    /// The lowest loss that rules choose by, and the network that had it.
    best: Option<(f64, StateNumbers)>,
    /// Elapsed time of a budget.
    spent: Duration,
    /// Number of checks so far, which determines the ends of strips.
    checks: u64,
}

/// Applies the rules to one network.
#[derive(Debug)]
pub(crate) struct EarlyStopping<'a, T> {
    stopping: Arc<Stopping>,
    rules: Vec<(&'static str, Box<dyn StoppingRule>)>,
    spending: Spending<'a>,
    /// Number of checks so far.
    checks: u64,
    best: Option<BestParameters<T>>,
}

impl<'a, T: Scalar> EarlyStopping<'a, T> {
    /// Starts the rules that the settings enable.
    pub(crate) fn new(stopping: Arc<Stopping>, clock: &'a dyn Clock) -> Self {
        // With a stored step no clock is needed.
        let budget = match stopping.stop_after {
            Some(_) => None,
            None => stopping.time_budget,
        };
        Self {
            rules: RULES
                .iter()
                .filter_map(|info| Some((info.name, (info.start)(&stopping)?)))
                .collect(),
            spending: Spending::start(clock, budget),
            checks: 0,
            best: None,
            stopping,
        }
    }

    /// The first step after `step` at which there may be something to look at.
    pub(crate) fn next_look(&self, step: u64) -> u64 {
        if self.spending.has_end() {
            return step + 1;
        }
        let last = self.stopping.stop_after.unwrap_or(u64::MAX);
        let check = match self.rules.is_empty() {
            true => u64::MAX,
            false => (step / self.stopping.check_every + 1) * self.stopping.check_every,
        };
        last.max(step + 1).min(check)
    }

    /// Checks the current network; returns the name of the rule that stops it here.
    ///
    /// # Errors
    /// Parts that do not match the network.
    pub(crate) fn look(
        &mut self,
        trainer: &mut Trainer<'_, T>,
        prepared: &Prepared<T>,
    ) -> Result<Option<&'static str>, Error> {
        let step = trainer.steps_done();
        let mut stops = None;
        if !self.rules.is_empty() && step.is_multiple_of(self.stopping.check_every) {
            let check = self.check(trainer, prepared)?;
            // Every rule processes every check, whichever of them stops.
            for (name, rule) in &mut self.rules {
                if rule.stops(&check) && stops.is_none() {
                    stops = Some(*name);
                }
            }
            self.checks += 1;
            let loss = check.chosen_loss();
            let better = |best: &BestParameters<T>| loss < best.loss;
            let keeps = self.stopping.restore_best && check.chooses;
            if keeps && self.best.as_ref().is_none_or(better) {
                let state = trainer.state();
                self.best = Some(BestParameters { loss, state });
            }
        }
        let over = match self.stopping.stop_after {
            Some(last) => step >= last,
            // A network makes one update however short the budget.
            None => step > 0 && self.spending.is_over(),
        };
        Ok(stops.or(over.then_some(time_budget::NAME)))
    }

    fn check(&self, trainer: &mut Trainer<'_, T>, prepared: &Prepared<T>) -> Result<Check, Error> {
        // The first check belongs to no strip, as in `progress`.
        let strip_end = self.checks > 0 && self.checks.is_multiple_of(self.stopping.strip);
        let chooses = strip_end || !self.stopping.strip_ends;
        let target = self.stopping.until.as_ref();
        let by_score = target.filter(|target| target.score().is_some());
        let current = by_score
            .map(|_| CurrentNetwork::of(trainer, prepared, self.stopping.threshold))
            .transpose()?;
        let score = match (target.and_then(Target::further), &current) {
            (Some((part, score)), Some(current)) => {
                let predicted = current.judge(part)?;
                predicted.and_then(|predicted| (score.value)(&predicted))
            }
            _ => None,
        };
        let mut part = |part: Part| -> Result<_, Error> {
            let samples = match prepared.part(part) {
                Some(samples) if self.stopping.watches(part, chooses) => samples,
                _ => return Ok(None),
            };
            let evaluation = trainer.evaluate(samples)?;
            let mut evaluation =
                prepared
                    .in_original_units(part, evaluation, trainer.level(), || trainer.network())?;
            if let Some(current) = &current {
                current.decide(part, &mut evaluation)?;
            }
            Ok(Some(evaluation))
        };
        Ok(Check {
            train: part(Part::Train)?,
            test: part(Part::Test)?,
            validation: part(Part::Validation)?,
            chosen_on: self.stopping.chosen_on,
            chooses,
            score,
        })
    }

    /// The state of the checks so far.
    pub(crate) fn memory(&mut self) -> EarlyStoppingState {
        let mut memory = RuleState::default();
        for (_, rule) in &mut self.rules {
            rule.remember(&mut memory);
        }
        let best = self.best.as_ref();
        EarlyStoppingState {
            rules: memory.into_numbers(),
            best: best.map(|kept| (kept.loss, StateNumbers::of(kept.state.clone()))),
            spent: self.spending.spent(),
            checks: self.checks,
        }
    }

    /// Continues from the state of the same rules.
    pub(crate) fn recall(&mut self, remembered: EarlyStoppingState) {
        let mut memory = RuleState::of(remembered.rules);
        for (_, rule) in &mut self.rules {
            rule.remember(&mut memory);
        }
        self.best = remembered.best.map(|(loss, state)| BestParameters {
            loss,
            state: state.to_state(),
        });
        self.spending.recall(remembered.spent);
        self.checks = remembered.checks;
    }

    /// The best parameters, where they are to be kept.
    pub(crate) fn into_best(self) -> Option<State<T>> {
        self.best.map(|kept| kept.state)
    }
}
