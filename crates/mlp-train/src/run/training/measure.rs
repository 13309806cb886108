//! What a record of a network is made of.

use mlp_core::{Evaluation, Scalar, Trainer};

use crate::{
    data::{original_units::ScaledTargets, part::Part, prepare::Prepared},
    error::Error,
    metrics::{diagnostic::Watcher, metric::Metric, record::Record},
    model::CurrentNetwork,
    resolve::recipe::Recipe,
};

/// How the training part is evaluated for a record.
#[derive(Clone, Copy)]
pub(super) enum TrainingPart {
    /// In passes of its own.
    Alone,
    /// Together with the next update, which is made: with full batches the two share their passes.
    SharedWithUpdate {
        /// Whether a record comes after that update.
        recorded: bool,
    },
    /// It has been: what [`Trainer::record`] tells.
    Evaluated((Evaluation, f64)),
}

/// Fills a record of a network.
pub(super) fn measure<T: Scalar>(
    record: &mut Record,
    trainer: &mut Trainer<'_, T>,
    prepared: &Prepared<T>,
    recipe: &Recipe,
    mut watcher: Option<&mut Watcher<'_, T>>,
    training_part: TrainingPart,
) -> Result<(), Error> {
    record.step = trainer.steps_done();
    // Whoever needs the parameters needs those before the update.
    let current = (recipe.threshold.is_some() || !recipe.scores.is_empty())
        .then(|| CurrentNetwork::of(trainer, prepared, recipe.threshold))
        .transpose()?;
    record.further = match &current {
        Some(current) => scores(current, recipe)?,
        None => Vec::new(),
    };
    if let Some(watcher) = &mut watcher {
        let threshold = current.as_ref().and_then(CurrentNetwork::threshold);
        let values = watcher.values(trainer, threshold)?.0.into_iter();
        record
            .further
            .extend(values.filter_map(|(name, layer, value)| {
                Some((Metric::diagnostic(name, layer)?, value))
            }));
    }
    trainer.norms_into(&mut record.norms);
    let part = |part: Part, trainer: &mut Trainer<'_, T>| -> Result<Option<Evaluation>, Error> {
        let Some(samples) = prepared.part(part) else {
            return Ok(None);
        };
        let evaluation = trainer.evaluate(samples)?;
        Ok(Some(prepared.in_original_units(
            part,
            evaluation,
            trainer.level(),
            || trainer.network(),
        )?))
    };
    record.test = part(Part::Test, trainer)?;
    record.validation = part(Part::Validation, trainer)?;
    let several = prepared
        .scaled_targets(Part::Train)
        .filter(ScaledTargets::takes_network)
        .map(|_| trainer.network());
    let train;
    (train, record.grad_norm) = match training_part {
        TrainingPart::Alone => trainer.record(),
        TrainingPart::Evaluated(evaluated) => evaluated,
        TrainingPart::SharedWithUpdate { recorded } => {
            if let Some(watcher) = &mut watcher {
                watcher.before(trainer, recorded);
            }
            let (train, norm, _) = trainer.record_and_step();
            if let Some(watcher) = &mut watcher {
                watcher.after(trainer);
            }
            (train, norm)
        }
    };
    record.train = prepared.in_original_units(Part::Train, train, trainer.level(), || {
        several.unwrap_or_else(|| trainer.network())
    })?;
    if let Some(current) = current {
        current.decide(Part::Train, &mut record.train)?;
        for (part, evaluation) in [
            (Part::Test, &mut record.test),
            (Part::Validation, &mut record.validation),
        ] {
            if let Some(evaluation) = evaluation {
                current.decide(part, evaluation)?;
            }
        }
    }
    Ok(())
}

/// The scores that are asked for.
fn scores<T: Scalar>(
    current: &CurrentNetwork<'_, T>,
    recipe: &Recipe,
) -> Result<Vec<(Metric, f64)>, Error> {
    let mut scores = Vec::new();
    if recipe.scores.is_empty() {
        return Ok(scores);
    }
    for part in Part::ALL {
        let Some(predicted) = current.judge(part)? else {
            continue;
        };
        for score in recipe.scores.iter() {
            if let Some(value) = (score.value)(&predicted) {
                scores.push((Metric::Score(part, score), value));
            }
        }
    }
    Ok(scores)
}
