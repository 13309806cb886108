//! Training and recording one recipe.

use std::{
    ops::ControlFlow,
    sync::atomic::{AtomicBool, Ordering},
};

use mlp_core::{Evaluation, Scalar, State, Trainer};
use serde::{Deserialize, Serialize};

use super::saved_state::SavedState;
use super::{
    observer::Observer,
    outcome::{Ending, Outcome, Status},
    parameters::Parameters,
    state_numbers::StateNumbers,
};
use crate::clock::Clock;
use crate::{
    data::{part::Part, prepare::Prepared},
    error::Error,
    metrics::{
        diagnostic::{Watcher, WatcherMemory},
        exploded::Size,
        followed::{Follow, Followed},
        metric::Metric,
        record::Record,
        shade::Shade,
    },
    resolve::recipe::Recipe,
    settings::experiment::KeptWeights,
    stopping::{StopWatch, WatchMemory},
};

/// The observer and the interrupt flag of a training.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Is notified of progress.
    pub observer: &'a dyn Observer,
    /// Ends everything once it is true.
    pub interrupt: &'a AtomicBool,
    /// Which parameters are saved.
    pub weights: KeptWeights,
    /// The clock.
    pub clock: &'a dyn Clock,
}

impl Watch<'_> {
    /// Whether everything must end.
    pub fn interrupted(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed)
    }
}

/// Writes checkpoints of a training, so that it can continue there.
pub trait Checkpoints: Send {
    /// Whether a checkpoint is due.
    fn due(&mut self) -> bool;

    /// Writes it. `interrupted`: the training ends here, so this checkpoint is essential.
    ///
    /// # Errors
    /// A file that cannot be written.
    fn keep(&mut self, now: Stand<'_>, interrupted: bool) -> Result<(), Error>;
}

/// A training between two updates, after the rules and the record of its step.
pub struct Stand<'a> {
    /// The training itself.
    pub state: SavedState,
    /// The records so far.
    pub records: &'a [Record],
    /// The saved parameters, by recorded step.
    pub weights: &'a [(u64, Parameters)],
    /// Its other state.
    pub memory: Memory,
}

/// The state of a training besides the trainer's, its records and the saved parameters.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Memory {
    initial_loss: f64,
    shade: Option<Shade>,
    followed: Option<Followed>,
    rules: Option<WatchMemory>,
    watcher: Option<WatcherMemory>,
}

/// A checkpoint of a training.
pub struct Kept {
    /// The state of the trainer.
    pub state: StateNumbers,
    /// The records so far.
    pub records: Vec<Record>,
    /// The saved parameters, by recorded step.
    pub weights: Vec<(u64, Parameters)>,
    /// Its other state.
    pub memory: Memory,
}

/// Where checkpoints of a training go, and the one to continue from.
#[derive(Default)]
pub struct Keeping<'a> {
    /// Writes checkpoints.
    pub checkpoints: Option<&'a mut dyn Checkpoints>,
    /// The checkpoint to continue from.
    pub kept: Option<Kept>,
}

/// The records of a training, which reuse the memory of earlier ones.
struct Records {
    all: Vec<Record>,
    kept: usize,
}

impl Records {
    /// The next one, with arbitrary content.
    fn next(&mut self) -> &mut Record {
        if self.kept == self.all.len() {
            self.all.push(Record::default());
        }
        &mut self.all[self.kept]
    }

    /// Keeps the next one.
    fn keep(&mut self) -> &Record {
        self.kept += 1;
        &self.all[self.kept - 1]
    }

    /// The records kept so far.
    fn kept(&self) -> &[Record] {
        &self.all[..self.kept]
    }

    /// The step of the last of them.
    fn last_step(&self) -> Option<u64> {
        self.kept().last().map(|record| record.step)
    }

    /// The records that were kept.
    fn finish(mut self) -> Vec<Record> {
        self.all.truncate(self.kept);
        self.all
    }
}

/// Trains `recipe`, for which `trainer` was made or restarted on the training part of `prepared`. The
/// memory of `room`, records that are no longer needed, is reused.
///
/// It continues from a checkpoint, if there is one, with the same bits.
///
/// # Errors
/// Parts that do not match the network; errors of writing a checkpoint.
pub fn train<T: Scalar>(
    trainer: &mut Trainer<'_, T>,
    prepared: &Prepared<T>,
    recipe: &Recipe,
    (network, cell): (u64, u64),
    watch: Watch<'_>,
    room: Vec<Record>,
    keeping: Keeping<'_>,
) -> Result<Outcome, Error> {
    let mut outcome = Outcome {
        network,
        cell,
        seed: recipe.seed,
        ending: Ending::Completed,
        last_step: 0,
        best_step: None,
        exploded: false,
        initial_loss: f64::NAN,
        shade: None,
        followed: None,
        records: Vec::new(),
        weights: Vec::new(),
    };
    let size = Size::of(trainer, prepared.train());
    let mut records = Records { all: room, kept: 0 };
    let mut planned = recipe.record.iter().copied().peekable();
    let Keeping {
        mut checkpoints,
        kept,
    } = keeping;
    if kept.is_none() && planned.peek() != Some(&0) {
        outcome.initial_loss = trainer.evaluate(prepared.train())?.loss;
    }
    let mut shade = recipe.shaded.then(Shade::new);
    outcome.followed = match recipe.follow {
        Follow::Nothing => None,
        follow => Some(Followed::new(recipe.target_loss, follow)),
    };
    let rules = recipe.stopping.as_deref();
    let mut rules = rules.map(|stopping| StopWatch::new(stopping, watch.clock));
    let mut watcher = Watcher::new(&recipe.diagnostics, trainer, prepared)?;
    // A checkpoint comes after the rules and the record of its step.
    let mut looked = kept.is_some();
    if let Some(kept) = kept {
        trainer.restore(&kept.state.to_state())?;
        records = Records {
            kept: kept.records.len(),
            all: kept.records,
        };
        outcome.weights = kept.weights;
        outcome.initial_loss = kept.memory.initial_loss;
        shade = kept.memory.shade;
        outcome.followed = kept.memory.followed;
        if let (Some(rules), Some(memory)) = (&mut rules, kept.memory.rules) {
            rules.recall(memory);
        }
        if let (Some(watcher), Some(memory)) = (&mut watcher, kept.memory.watcher) {
            watcher.recall(memory)?;
        }
        while planned
            .next_if(|step| *step <= trainer.steps_done())
            .is_some()
        {}
    }
    loop {
        let step = trainer.steps_done();
        outcome.last_step = step;
        if trainer.status() == mlp_core::Status::Diverged {
            outcome.ending = Ending::Diverged;
            break;
        }
        let keeps = match &mut checkpoints {
            Some(checkpoints) => watch.interrupted() || checkpoints.due(),
            None => watch.interrupted(),
        };
        // A schedule may end the training; its last step is recorded, planned or not.
        let ended = trainer.status() == mlp_core::Status::Stopped;
        let stopped_by = match &mut rules {
            Some(rules) if !looked => rules.look(trainer, prepared)?,
            _ => None,
        };
        let early = stopped_by.is_some() || ended;
        let mut recorded = looked && records.last_step() == Some(step);
        if !looked && (planned.next_if_eq(&step).is_some() || early) {
            let last = step >= recipe.steps || early;
            // This checkpoint comes before the next update.
            let shares = !last && !keeps;
            // Before the record, which shares its passes with the next update.
            let parameters =
                (watch.weights != KeptWeights::None).then(|| Parameters::of(trainer.parameters()));
            let next = planned.peek() == Some(&(step + 1));
            let record = records.next();
            measure(
                record,
                trainer,
                prepared,
                recipe,
                watcher.as_mut(),
                shares.then_some(next),
            )?;
            let loss = record.train.loss;
            if step == 0 {
                outcome.initial_loss = loss;
            }
            if let Some(shade) = &mut shade
                && !last
            {
                shade.push(loss);
            }
            if !loss.is_finite() {
                outcome.ending = Ending::Diverged;
                break;
            }
            if let Some(followed) = &mut outcome.followed {
                let test = record.test.as_ref().map(|test| test.loss);
                followed.push(record.step, loss, test);
            }
            let flow = watch.observer.on_record(network, records.keep());
            if watch.weights == KeptWeights::Last {
                outcome.weights.clear();
            }
            outcome
                .weights
                .extend(parameters.map(|values| (step, values)));
            if step < recipe.steps && early {
                outcome.ending = Ending::Rule(stopped_by.unwrap_or("schedule"));
            }
            if last {
                break;
            }
            if flow == ControlFlow::Break(()) {
                outcome.ending = Ending::Observer;
                if shares {
                    // The record shared its passes with the next update; this goes back to before it.
                    recipe.begin(trainer)?;
                    while trainer.steps_done() < step {
                        trainer.step();
                    }
                }
                break;
            }
            if shares {
                continue;
            }
            recorded = true;
        }
        looked = false;
        if keeps {
            let interrupted = watch.interrupted();
            if let Some(checkpoints) = &mut checkpoints {
                let stand = Stand {
                    state: SavedState::of(trainer, prepared, recipe)?,
                    records: records.kept(),
                    weights: &outcome.weights,
                    memory: Memory {
                        initial_loss: outcome.initial_loss,
                        shade: shade.clone(),
                        followed: outcome.followed.clone(),
                        rules: rules.as_mut().map(StopWatch::memory),
                        watcher: watcher.as_ref().map(Watcher::memory),
                    },
                };
                checkpoints.keep(stand, interrupted)?;
            }
            if interrupted {
                outcome.ending = Ending::Interrupted;
                break;
            }
        }
        if let Some(watcher) = &mut watcher {
            watcher.before(trainer, planned.peek() == Some(&(step + 1)));
        }
        // A record already has the loss.
        if recorded || (shade.is_none() && outcome.followed.is_none()) {
            trainer.step();
        } else {
            let test = match prepared.part(Part::Test) {
                Some(samples) if recipe.follow == Follow::Test => {
                    Some(trainer.evaluate(samples)?.loss)
                }
                _ => None,
            };
            let (loss, _) = trainer.loss_and_step();
            if let Some(shade) = &mut shade {
                shade.push(loss);
            }
            if !loss.is_finite() {
                outcome.ending = Ending::Diverged;
                break;
            }
            if let Some(followed) = &mut outcome.followed {
                followed.push(step, loss, test);
            }
        }
        if let Some(watcher) = &mut watcher {
            watcher.after(trainer);
        }
    }
    outcome.records = records.finish();
    if outcome.status() != Status::Stopped {
        outcome.shade = shade.and_then(|shade| shade.finish(recipe.steps));
    }
    if outcome.ending != Ending::Diverged
        && let Some(best) = rules.and_then(StopWatch::into_best)
    {
        restore(trainer, prepared, recipe, &best, watcher, &mut outcome)?;
        keep_best(trainer, watch.weights, &mut outcome);
    }
    if outcome.ending != Ending::Diverged {
        let norms = trainer.norms();
        // The loss is evaluated where it matters: the last record may be of an earlier step.
        outcome.exploded = size.is_exceeded_by(&norms) && {
            let last = trainer.evaluate(prepared.train())?.loss;
            size.is_of_exploded(&norms, outcome.initial_loss, last)
        };
    }
    watch.observer.on_network(&outcome);
    Ok(outcome)
}

/// Restores the best parameters, which then have a record.
fn restore<T: Scalar>(
    trainer: &mut Trainer<'_, T>,
    prepared: &Prepared<T>,
    recipe: &Recipe,
    best: &State<T>,
    mut watcher: Option<Watcher<'_, T>>,
    outcome: &mut Outcome,
) -> Result<(), Error> {
    trainer.restore(best)?;
    let step = best.steps;
    outcome.best_step = Some(step);
    let place = outcome.records.partition_point(|record| record.step < step);
    if outcome
        .records
        .get(place)
        .is_none_or(|next| next.step != step)
    {
        if let Some(watcher) = &mut watcher {
            watcher.rewind();
        }
        let mut record = Record::default();
        measure(
            &mut record,
            trainer,
            prepared,
            recipe,
            watcher.as_mut(),
            None,
        )?;
        outcome.records.insert(place, record);
    }
    Ok(())
}

/// Keeps the best parameters, where parameters are kept.
fn keep_best<T: Scalar>(trainer: &Trainer<'_, T>, kept: KeptWeights, outcome: &mut Outcome) {
    let Some(best) = outcome.best_step.filter(|_| kept != KeptWeights::None) else {
        return;
    };
    let weights = &mut outcome.weights;
    if kept == KeptWeights::Last {
        weights.clear();
    }
    let place = weights.partition_point(|(step, _)| *step < best);
    if weights.get(place).is_none_or(|(step, _)| *step != best) {
        weights.insert(place, (best, Parameters::of(trainer.parameters())));
    }
}

/// Fills a record of a network and, unless `next` is `None`, makes the next update, which may or may not be
/// followed by a record: with full batches the two share their passes.
fn measure<T: Scalar>(
    record: &mut Record,
    trainer: &mut Trainer<'_, T>,
    prepared: &Prepared<T>,
    recipe: &Recipe,
    mut watcher: Option<&mut Watcher<'_, T>>,
    next: Option<bool>,
) -> Result<(), Error> {
    record.step = trainer.steps_done();
    record.further = scores(trainer, prepared, recipe)?;
    if let Some(watcher) = &mut watcher {
        let values = watcher.values(trainer)?.0.into_iter();
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
    // The parameters for the errors on the training part are those before the update.
    let several = prepared
        .target_scaler()
        .filter(|scaler| scaler.columns() > 1)
        .map(|_| trainer.network());
    let train;
    (train, record.grad_norm) = if let Some(recorded) = next {
        if let Some(watcher) = &mut watcher {
            watcher.before(trainer, recorded);
        }
        let (train, norm, _) = trainer.record_and_step();
        if let Some(watcher) = &mut watcher {
            watcher.after(trainer);
        }
        (train, norm)
    } else {
        trainer.record()
    };
    record.train = prepared.in_original_units(Part::Train, train, trainer.level(), || {
        several.unwrap_or_else(|| trainer.network())
    })?;
    Ok(())
}

/// The requested scores.
fn scores<T: Scalar>(
    trainer: &Trainer<'_, T>,
    prepared: &Prepared<T>,
    recipe: &Recipe,
) -> Result<Vec<(Metric, f64)>, Error> {
    let mut scores = Vec::new();
    if recipe.scores.is_empty() {
        return Ok(scores);
    }
    let network = trainer.network();
    for part in Part::ALL {
        let Some(predicted) = prepared.judge(part, &network, recipe.spec.loss, trainer.level())?
        else {
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
