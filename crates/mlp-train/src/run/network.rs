//! One recipe, trained and recorded.

use std::{
    ops::ControlFlow,
    sync::atomic::{AtomicBool, Ordering},
};

use mlp_core::{Evaluation, Scalar, State, Trainer};
use serde::{Deserialize, Serialize};

use super::saved_state::SavedState;
use super::{
    answer_rows::KeptAnswers,
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
        row_fate::RowFollower,
        shade::Shade,
    },
    resolve::recipe::Recipe,
    settings::experiment::KeptWeights,
    stopping::{StopWatch, WatchMemory},
};

/// Who watches, and what ends everything.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Is told what happens.
    pub observer: &'a dyn Observer,
    /// Ends everything once it is true.
    pub interrupt: &'a AtomicBool,
    /// Which parameters are kept.
    pub weights: KeptWeights,
    /// Tells the time.
    pub clock: &'a dyn Clock,
}

impl Watch<'_> {
    /// Whether everything is to end.
    pub fn interrupted(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed)
    }
}

/// Keeps where a training stands, so that it can go on there.
pub trait Checkpoints: Send {
    /// Whether it is time to do so.
    fn due(&mut self) -> bool;

    /// Keeps it. `interrupted`: the training ends here, and everything depends on it.
    ///
    /// # Errors
    /// A file that cannot be written.
    fn keep(&mut self, now: Stand<'_>, interrupted: bool) -> Result<(), Error>;
}

/// A training between two updates, behind the rules and the record of its step.
pub struct Stand<'a> {
    /// The training itself.
    pub state: SavedState,
    /// The records so far.
    pub records: &'a [Record],
    /// The parameters that are kept, by recorded step.
    pub weights: &'a [(u64, Parameters)],
    /// What else it remembers.
    pub memory: Memory,
}

/// What a training remembers besides its state, its records and the parameters that are kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Memory {
    initial_loss: f64,
    shade: Option<Shade>,
    followed: Option<Followed>,
    rules: Option<WatchMemory>,
    watcher: Option<WatcherMemory>,
}

/// Where a training once stood.
pub struct Kept {
    /// The training itself.
    pub state: StateNumbers,
    /// The records so far.
    pub records: Vec<Record>,
    /// The parameters that are kept, by recorded step.
    pub weights: Vec<(u64, Parameters)>,
    /// What else it remembers.
    pub memory: Memory,
}

/// What is kept of a training on its way, and what was.
#[derive(Default)]
pub struct Keeping<'a> {
    /// Keeps where it stands.
    pub checkpoints: Option<&'a mut dyn Checkpoints>,
    /// Where it goes on.
    pub kept: Option<Kept>,
}

/// The records of a training, in the memory of those of an earlier one.
struct Records {
    all: Vec<Record>,
    kept: usize,
}

impl Records {
    /// The next one, whatever it holds.
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

    /// Those that were kept so far.
    fn kept(&self) -> &[Record] {
        &self.all[..self.kept]
    }

    /// The step of the last of them.
    fn last_step(&self) -> Option<u64> {
        self.kept().last().map(|record| record.step)
    }

    /// Those that were kept.
    fn finish(mut self) -> Vec<Record> {
        self.all.truncate(self.kept);
        self.all
    }
}

/// Trains `recipe`, for which `trainer` was made or restarted on the training part of `prepared`. The
/// memory of `room`, records that nobody needs any more, is used again.
///
/// It goes on from where it was kept, if it was, to the same bits.
///
/// # Errors
/// Parts that do not fit the network; what keeping a checkpoint returns.
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
        fates: Vec::new(),
        answers: None,
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
    let mut follower = recipe.rows.then(|| RowFollower::new(prepared));
    // What is kept stands behind the rules and the record of its step.
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
            // What is kept here stands before the next update.
            let shares = !last && !keeps;
            // Before the record, which shares its passes with the next update.
            let parameters =
                (watch.weights != KeptWeights::None).then(|| Parameters::of(trainer.parameters()));
            let next = planned.peek() == Some(&(step + 1));
            if let Some(follower) = &mut follower {
                follower.look(trainer, prepared, recipe)?;
            }
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
                    // The record shared its passes with the next update; this goes back before it.
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
        // A record has taken the loss down already.
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
        // The loss is taken where it decides: the last record may be of an earlier step.
        outcome.exploded = size.is_exceeded_by(&norms) && {
            let last = trainer.evaluate(prepared.train())?.loss;
            size.is_of_exploded(&norms, outcome.initial_loss, last)
        };
        if let Some(follower) = follower {
            outcome.fates = follower.finish(trainer, prepared, recipe)?;
        }
        outcome.answers = KeptAnswers::of(trainer, prepared, recipe)?;
    }
    watch.observer.on_network(&outcome);
    Ok(outcome)
}

/// Goes back to the best parameters, which have a record of their own then.
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

/// Fills a record of a network, and unless `next` is `None`, makes the next update, which a record
/// comes after or not: with full batches the two share their passes.
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
    // Whoever needs the parameters for the training part's errors needs those before the update.
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

/// The scores that are asked for.
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
