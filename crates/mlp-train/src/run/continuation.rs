//! Trainings that continue where another one ended: the state that a run leaves, and `--continue`.

use std::mem::discriminant;

use mlp_core::{Batch, Optimizer, Scalar, Trainer};

use super::{
    saved_state::{SavedState, Start},
    state_numbers::StateNumbers,
};
use crate::{
    data::{batch_order::fingerprint, class_order::check_class_order, prepare::Prepared},
    error::Error,
    resolve::recipe::Recipe,
    settings::experiment::TrainingSpec,
};

impl SavedState {
    /// The current state of a training.
    pub fn of<T: Scalar>(
        trainer: &Trainer<'_, T>,
        prepared: &Prepared<T>,
        recipe: &Recipe,
    ) -> Self {
        Self {
            engine: mlp_core::ENGINE.to_owned(),
            architecture: recipe.architecture().to_string(),
            optimizer: recipe.spec.optimizer.to_string(),
            batch: batch(recipe),
            batch_order: batch_order(recipe),
            samples: prepared.train().len() as u64,
            state: StateNumbers::of(trainer.state()),
        }
    }
}

fn batch(recipe: &Recipe) -> Option<u64> {
    match recipe.spec.batch {
        Batch::Full => None,
        Batch::Size(size) => Some(size as u64),
    }
}

fn batch_order(recipe: &Recipe) -> Option<String> {
    recipe.spec.batch_order.as_deref().map(fingerprint)
}

impl Start {
    /// Fills in the file.
    ///
    /// # Errors
    /// [`Error::DataChanged`].
    pub fn spell_out(&self, training: &mut TrainingSpec) -> Result<(), Error> {
        if let Some(expected) = &training.continue_sha256
            && *expected != self.sha256
        {
            return Err(Error::DataChanged {
                path: self.path.clone(),
                found: self.sha256.clone(),
                expected: expected.clone(),
            });
        }
        training.continue_from = Some(self.path.to_string_lossy().into_owned());
        training.continue_sha256 = Some(self.sha256.clone());
        Ok(())
    }

    /// Refuses a recipe that is not that of the training of the state.
    ///
    /// # Errors
    /// [`Error::Key`]: what differs.
    pub fn check(&self, recipe: &Recipe) -> Result<(), Error> {
        let state = &self.state;
        let path = self.path.display();
        let differ = |what: &str, left: &dyn std::fmt::Display, right: &dyn std::fmt::Display| {
            Err(Error::key(
                "continue",
                format!(
                    "{path} is of a training with {what} {left}, but this one has {right}; \
                 --init-from starts anew from its parameters"
                ),
            ))
        };
        if state.engine != mlp_core::ENGINE {
            return differ("engine", &state.engine, &mlp_core::ENGINE);
        }
        check_class_order(
            "continue",
            &self.path,
            self.classes.as_deref(),
            &recipe.data.dataset,
        )?;
        let architecture = recipe.architecture().to_string();
        if state.architecture != architecture {
            return differ("the network", &state.architecture, &architecture);
        }
        let precision = state.state.parameters.precision();
        if precision != recipe.precision {
            return differ("precision", &precision, &recipe.precision);
        }
        let optimizer = &recipe.spec.optimizer;
        let same = state
            .optimizer
            .parse::<Optimizer>()
            .is_ok_and(|left| discriminant(&left) == discriminant(optimizer));
        if !same {
            return differ("the optimizer", &state.optimizer, optimizer);
        }
        if state.state.seed != recipe.seed {
            return differ("seed", &state.state.seed, &recipe.seed);
        }
        let samples = recipe.data.split.train.len() as u64;
        if state.batch != batch(recipe) {
            let words =
                |batch: Option<u64>| batch.map_or("full".to_owned(), |size| size.to_string());
            return differ("batch", &words(state.batch), &words(batch(recipe)));
        }
        let order = batch_order(recipe);
        if state.batch_order != order {
            let words = |order: &Option<String>| match order {
                Some(digest) => format!("of a file (sha256 of its samples {digest})"),
                None => "in the seed's order".to_owned(),
            };
            return differ("batches", &words(&state.batch_order), &words(&order));
        }
        if state.batch.is_some() && state.samples != samples {
            return differ("this number of training samples:", &state.samples, &samples);
        }
        if state.state.diverged {
            return Err(Error::key(
                "continue",
                format!(
                    "the training of {path} diverged at step {}; train again with a smaller --learning-rate",
                    state.steps()
                ),
            ));
        }
        if recipe.steps <= state.steps() {
            return Err(Error::key(
                "continue",
                format!(
                    "{path} is at step {0}, and steps are counted from the start; \
                 give more than {0}, as in --steps {1}",
                    state.steps(),
                    state.steps().saturating_mul(2).max(1)
                ),
            ));
        }
        Ok(())
    }
}

impl Recipe {
    /// Sets a trainer to the start of this recipe's training.
    ///
    /// # Errors
    /// [`Error::Core`] where a state to continue from does not match.
    pub fn begin<T: Scalar>(&self, trainer: &mut Trainer<'_, T>) -> Result<(), Error> {
        trainer.restart(self.seed);
        let Some(start) = &self.start else {
            return Ok(());
        };
        trainer.restore(&start.state.state.to_state())?;
        Ok(())
    }
}
