//! One recipe, trained and recorded.
//!
//! A [`Training`] is everything about a training but its trainer. [`Training::advance`] does what is due
//! where the trainer stands: rules look, a record is taken, a checkpoint kept. Then it says how many
//! updates come before anything is due again; whoever drives it makes them, for one trainer by
//! [`Trainer::step`] ([`Training::alone`]) or for several side by side.

mod keeping;
mod measure;
mod records;
mod watch;

use std::{ops::ControlFlow, sync::atomic::Ordering};

use mlp_core::{Batch, Evaluation, Scalar, State, Trainer};

pub use self::{
    keeping::{AuxiliaryState, CheckpointAccess, Checkpoints, TrainingCheckpoint, TrainingState},
    watch::TrainingContext,
};
use self::{
    measure::{TrainingPart, measure},
    records::Records,
};
use super::{
    answer_rows::KeptAnswers,
    outcome::{Ending, Outcome, Status},
    parameters::Parameters,
    saved_state::SavedState,
};
use crate::{
    data::{part::Part, prepare::Prepared},
    error::Error,
    metrics::{
        convergence_measure::ConvergenceMeasure,
        diagnostic::Watcher,
        event_tracker::{EventTracker, FollowedLosses},
        exploded::ReferenceNorm,
        record::Record,
        row_fate::RowFollower,
    },
    model::{Model, ModelOrigin},
    resolve::recipe::Recipe,
    settings::experiment::KeptWeights,
    stopping::EarlyStopping,
};

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
    index: (u64, u64),
    watch: TrainingContext<'_>,
    room: Vec<Record>,
    keeping: CheckpointAccess<'_>,
) -> Result<Outcome, Error> {
    let recipe = recipe.clone();
    Training::new(trainer, prepared, recipe, index, watch, room, keeping)?.alone(trainer)
}

/// What comes next in a training.
pub(super) enum Next {
    /// So many updates, at least one, before anything else is due. A trainer that diverges or that its
    /// schedule stops on the way makes fewer.
    Steps(u64),
    /// Nothing: it has ended.
    Ended(Box<Outcome>),
}

/// The update that comes next.
enum Update {
    /// A record has made it.
    Made,
    /// Nobody asks for its loss.
    Plain,
    /// The loss before it is taken down.
    Counted,
}

/// A training on its way.
pub(super) struct Training<'a, T: Scalar> {
    recipe: Recipe,
    network: u64,
    cell: u64,
    prepared: &'a Prepared<T>,
    watch: TrainingContext<'a>,
    checkpoints: Option<&'a mut dyn Checkpoints>,
    size: ReferenceNorm,
    initial_loss: f64,
    /// Where the trainer stood when something was last due.
    last_step: u64,
    /// Records of the plan that are behind it.
    planned: usize,
    records: Records,
    weights: Vec<(u64, Parameters)>,
    shade: Option<ConvergenceMeasure>,
    followed: Option<EventTracker>,
    rules: Option<EarlyStopping<'a, T>>,
    watcher: Option<Watcher<'a, T>>,
    follower: Option<RowFollower>,
    /// It goes on where it was kept, which is behind the rules and the record of that step.
    continues: bool,
    /// A checkpoint is due, or the end.
    due: bool,
    /// The watcher awaits the end of an update.
    watched: bool,
}

impl<'a, T: Scalar> Training<'a, T> {
    /// As [`train`] has it.
    pub(super) fn new<'k: 'a>(
        trainer: &mut Trainer<'_, T>,
        prepared: &'a Prepared<T>,
        recipe: Recipe,
        (network, cell): (u64, u64),
        watch: TrainingContext<'a>,
        room: Vec<Record>,
        keeping: CheckpointAccess<'k>,
    ) -> Result<Self, Error> {
        let CheckpointAccess { checkpoints, kept } = keeping;
        let unrecorded = kept.is_none() && recipe.record.first() != Some(&0);
        let mut training = Self {
            network,
            cell,
            prepared,
            watch,
            // Of this training's lifetime, which may be shorter.
            checkpoints: checkpoints.map(|checkpoints| checkpoints as &mut dyn Checkpoints),
            size: ReferenceNorm::of(trainer, prepared.train()),
            initial_loss: match unrecorded {
                true => trainer.evaluate(prepared.train())?.loss,
                false => f64::NAN,
            },
            last_step: 0,
            planned: 0,
            records: Records::within(room),
            weights: Vec::new(),
            shade: recipe.shaded.then(ConvergenceMeasure::new),
            followed: match recipe.follow {
                FollowedLosses::Nothing => None,
                follow => Some(EventTracker::new(recipe.target_loss, follow)),
            },
            rules: recipe
                .stopping
                .clone()
                .map(|stopping| EarlyStopping::new(stopping, watch.clock)),
            watcher: Watcher::new(&recipe.diagnostics, trainer, prepared)?,
            follower: recipe.rows.then(|| RowFollower::new(prepared)),
            continues: false,
            due: false,
            watched: false,
            recipe,
        };
        if let Some(kept) = kept {
            training.go_on(trainer, kept)?;
        }
        Ok(training)
    }

    /// Goes on from where it was kept.
    fn go_on(
        &mut self,
        trainer: &mut Trainer<'_, T>,
        kept: TrainingCheckpoint,
    ) -> Result<(), Error> {
        trainer.restore(&kept.state.to_state())?;
        self.records = Records::of(kept.records);
        self.weights = kept.weights;
        self.initial_loss = kept.memory.initial_loss;
        self.shade = kept.memory.shade;
        self.followed = kept.memory.followed;
        if let (Some(rules), Some(memory)) = (&mut self.rules, kept.memory.rules) {
            rules.recall(memory);
        }
        if let (Some(watcher), Some(memory)) = (&mut self.watcher, kept.memory.watcher) {
            watcher.recall(memory)?;
        }
        let step = trainer.steps_done();
        self.planned = self.recipe.record.partition_point(|record| *record <= step);
        self.continues = true;
        Ok(())
    }

    /// Makes every update itself, until the end.
    pub(super) fn alone(&mut self, trainer: &mut Trainer<'_, T>) -> Result<Outcome, Error> {
        loop {
            match self.advance(trainer, None)? {
                Next::Steps(steps) => self.step(trainer, steps),
                Next::Ended(outcome) => return Ok(*outcome),
            }
        }
    }

    /// Makes so many updates, or fewer where something is due before.
    fn step(&mut self, trainer: &mut Trainer<'_, T>, steps: u64) {
        let counter = self.watch.observer.step_counter();
        for left in (0..steps).rev() {
            trainer.step();
            if let Some(counter) = counter {
                counter.store(trainer.steps_done(), Ordering::Relaxed);
            }
            if left == 0 || trainer.status() != mlp_core::Status::Running {
                break;
            }
            // Asked once a step: `advance` does so after the last.
            self.due = self.is_due();
            if self.due {
                break;
            }
        }
    }

    /// Whether a planned record is due at the trainer's step.
    pub(super) fn records_at(&self, step: u64) -> bool {
        !self.continues && self.next_record() == Some(step)
    }

    /// Does what is due at the trainer's step, and says what comes next. What [`Trainer::record`] tells there
    /// may be given, if it is known already.
    ///
    /// # Errors
    /// As [`train`].
    pub(super) fn advance(
        &mut self,
        trainer: &mut Trainer<'_, T>,
        mut recorded: Option<(Evaluation, f64)>,
    ) -> Result<Next, Error> {
        loop {
            if let Some(watcher) = &mut self.watcher
                && self.watched
            {
                watcher.after(trainer);
                self.watched = false;
            }
            self.last_step = trainer.steps_done();
            let update = match self.visit(trainer, recorded.take())? {
                ControlFlow::Continue(update) => update,
                ControlFlow::Break(ending) => {
                    return self
                        .end(trainer, ending)
                        .map(|outcome| Next::Ended(Box::new(outcome)));
                }
            };
            if matches!(update, Update::Made) {
                continue;
            }
            let step = self.last_step;
            let next = self.next_record();
            if let Some(watcher) = &mut self.watcher {
                watcher.before(trainer, next == Some(step + 1));
                self.watched = true;
            }
            if matches!(update, Update::Plain) {
                return Ok(Next::Steps(self.stretch(next)));
            }
            if let ControlFlow::Break(ending) = self.counted_step(trainer)? {
                return self
                    .end(trainer, ending)
                    .map(|outcome| Next::Ended(Box::new(outcome)));
            }
        }
    }

    /// The part of it that so many updates are.
    pub(super) fn part(&self, updates: u64) -> f64 {
        updates as f64 / self.recipe.steps.max(1) as f64
    }

    /// The work of an update, in products of a parameter and a sample.
    pub(super) fn work(&self) -> u64 {
        let rows = self.recipe.data.split.train.len();
        let batch = match self.recipe.spec.batch {
            Batch::Full => rows,
            Batch::Size(size) => size.min(rows),
        };
        let parameters = self.recipe.architecture().parameter_count();
        (parameters as u64).saturating_mul(batch as u64)
    }

    /// The index of its network.
    pub(super) fn network(&self) -> u64 {
        self.network
    }

    /// The training's recipe, when nothing else of it is needed any more.
    pub(super) fn into_recipe(self) -> Recipe {
        self.recipe
    }

    /// Whether a checkpoint is due, or the end.
    fn is_due(&mut self) -> bool {
        match &mut self.checkpoints {
            Some(checkpoints) => self.watch.interrupted() || checkpoints.due(),
            None => self.watch.interrupted(),
        }
    }

    /// The step of the next record of the plan.
    fn next_record(&self) -> Option<u64> {
        self.recipe.record.get(self.planned).copied()
    }

    /// The updates from here on before anything but an interruption or a checkpoint is due; the next
    /// record is at `next`.
    fn stretch(&self, next: Option<u64>) -> u64 {
        let step = self.last_step;
        let mut until = next.unwrap_or(u64::MAX);
        if let Some(watcher) = &self.watcher {
            until = watcher.next(step, until);
        }
        if let Some(rules) = &self.rules {
            until = until.min(rules.next_look(step));
        }
        if self.counts() {
            until = step + 1;
        }
        until.saturating_sub(step).max(1)
    }

    /// Whether the loss of every step is taken down.
    fn counts(&self) -> bool {
        self.shade.is_some() || self.followed.is_some()
    }

    /// Rules, the record and the checkpoint of the step at hand.
    fn visit(
        &mut self,
        trainer: &mut Trainer<'_, T>,
        evaluated: Option<(Evaluation, f64)>,
    ) -> Result<ControlFlow<Ending, Update>, Error> {
        if trainer.status() == mlp_core::Status::Diverged {
            return Ok(ControlFlow::Break(Ending::Diverged));
        }
        let step = self.last_step;
        let keeps = std::mem::take(&mut self.due) || self.is_due();
        let recorded = if std::mem::take(&mut self.continues) {
            self.records.last_step() == Some(step)
        } else {
            let stopped_by = match &mut self.rules {
                Some(rules) => rules.look(trainer, self.prepared)?,
                None => None,
            };
            // A schedule may end the training; its last step is recorded, planned or not.
            let ended = trainer.status() == mlp_core::Status::Stopped;
            let early = stopped_by.or(ended.then_some("schedule"));
            let planned = self.next_record() == Some(step);
            self.planned += usize::from(planned);
            let records = planned || early.is_some();
            if records {
                match self.record(trainer, early, keeps, evaluated)? {
                    ControlFlow::Continue(true) => return Ok(ControlFlow::Continue(Update::Made)),
                    ControlFlow::Continue(false) => {}
                    ControlFlow::Break(ending) => return Ok(ControlFlow::Break(ending)),
                }
            }
            records
        };
        if keeps && self.keep(trainer)? {
            return Ok(ControlFlow::Break(Ending::Interrupted));
        }
        // A record has taken the loss down already.
        Ok(ControlFlow::Continue(match recorded || !self.counts() {
            true => Update::Plain,
            false => Update::Counted,
        }))
    }

    /// Takes the record of the step at hand, the last one if a rule has ended the training `early`. Says
    /// whether it has made the next update, with which it shares its passes; not where it `keeps` what
    /// stands before that.
    fn record(
        &mut self,
        trainer: &mut Trainer<'_, T>,
        early: Option<&'static str>,
        keeps: bool,
        evaluated: Option<(Evaluation, f64)>,
    ) -> Result<ControlFlow<Ending, bool>, Error> {
        let step = self.last_step;
        let last = step >= self.recipe.steps || early.is_some();
        let shares = !last && !keeps && evaluated.is_none();
        // Before the record, which shares its passes with the next update.
        self.show(trainer);
        let parameters =
            (self.watch.weights != KeptWeights::None).then(|| Parameters::of(trainer.parameters()));
        let next = self.next_record() == Some(step + 1);
        if let Some(follower) = &mut self.follower {
            follower.look(trainer, self.prepared, &self.recipe)?;
        }
        let record = self.records.next();
        measure(
            record,
            trainer,
            self.prepared,
            &self.recipe,
            self.watcher.as_mut(),
            match evaluated {
                Some(evaluated) => TrainingPart::Evaluated(evaluated),
                None if shares => TrainingPart::SharedWithUpdate { recorded: next },
                None => TrainingPart::Alone,
            },
        )?;
        let loss = record.train.loss;
        if step == 0 {
            self.initial_loss = loss;
        }
        if let Some(shade) = &mut self.shade
            && !last
        {
            shade.push(loss);
        }
        if !loss.is_finite() {
            return Ok(ControlFlow::Break(Ending::Diverged));
        }
        if let Some(followed) = &mut self.followed {
            let test = record.test.as_ref().map(|test| test.loss);
            followed.push(step, loss, test);
        }
        let flow = (self.watch.observer).on_record(self.network, self.records.keep());
        if self.watch.weights == KeptWeights::Last {
            self.weights.clear();
        }
        self.weights.extend(parameters.map(|values| (step, values)));
        if last {
            return Ok(ControlFlow::Break(match early {
                Some(rule) if step < self.recipe.steps => Ending::Rule(rule),
                _ => Ending::Completed,
            }));
        }
        if flow == ControlFlow::Break(()) {
            if shares {
                // The record shared its passes with the next update; this goes back before it.
                self.recipe.begin(trainer)?;
                while trainer.steps_done() < step {
                    trainer.step();
                }
            }
            return Ok(ControlFlow::Break(Ending::Observer));
        }
        Ok(ControlFlow::Continue(shares))
    }

    /// Shows the network as it stands.
    fn show(&self, trainer: &Trainer<'_, T>) {
        let recipe = &self.recipe;
        let model = || {
            let origin = ModelOrigin {
                engine: mlp_core::ENGINE.to_owned(),
                seed: recipe.seed,
                steps: self.last_step,
                unfinished: true,
                experiment: String::new(),
            };
            Model::new(trainer.network(), self.prepared, recipe, origin)
        };
        (self.watch.observer).on_model(self.network, self.last_step, &model);
    }

    /// Keeps where the training stands; whether it ends there.
    fn keep(&mut self, trainer: &Trainer<'_, T>) -> Result<bool, Error> {
        let interrupted = self.watch.interrupted();
        if let Some(checkpoints) = &mut self.checkpoints {
            let stand = TrainingState {
                state: SavedState::of(trainer, self.prepared, &self.recipe),
                records: self.records.kept(),
                weights: &self.weights,
                memory: AuxiliaryState {
                    initial_loss: self.initial_loss,
                    shade: self.shade.clone(),
                    followed: self.followed.clone(),
                    rules: self.rules.as_mut().map(EarlyStopping::memory),
                    watcher: self.watcher.as_ref().map(Watcher::memory),
                },
            };
            checkpoints.keep(stand, interrupted)?;
        }
        Ok(interrupted)
    }

    /// Makes an update and takes the losses before it down.
    fn counted_step(&mut self, trainer: &mut Trainer<'_, T>) -> Result<ControlFlow<Ending>, Error> {
        let test = match self.prepared.part(Part::Test) {
            Some(samples) if self.recipe.follow == FollowedLosses::Test => {
                Some(trainer.evaluate(samples)?.loss)
            }
            _ => None,
        };
        let (loss, _) = trainer.loss_and_step();
        if let Some(counter) = self.watch.observer.step_counter() {
            counter.store(trainer.steps_done(), Ordering::Relaxed);
        }
        if let Some(shade) = &mut self.shade {
            shade.push(loss);
        }
        if !loss.is_finite() {
            return Ok(ControlFlow::Break(Ending::Diverged));
        }
        if let Some(followed) = &mut self.followed {
            followed.push(self.last_step, loss, test);
        }
        Ok(ControlFlow::Continue(()))
    }

    /// What came of it.
    fn end(&mut self, trainer: &mut Trainer<'_, T>, ending: Ending) -> Result<Outcome, Error> {
        let records = std::mem::replace(&mut self.records, Records::within(Vec::new()));
        let shade = self.shade.take();
        let mut outcome = Outcome {
            network: self.network,
            cell: self.cell,
            seed: self.recipe.seed,
            ending,
            last_step: self.last_step,
            best_step: None,
            exploded: false,
            initial_loss: self.initial_loss,
            shade: shade
                .filter(|_| ending.status() != Status::Stopped)
                .and_then(|shade| shade.finish(self.recipe.steps)),
            followed: self.followed.take(),
            records: records.finish(),
            weights: std::mem::take(&mut self.weights),
            fates: Vec::new(),
            answers: None,
        };
        if ending != Ending::Diverged {
            if let Some(best) = self.rules.take().and_then(EarlyStopping::into_best) {
                self.restore(trainer, &best, &mut outcome)?;
                keep_best(trainer, self.watch.weights, &mut outcome);
            }
            let norms = trainer.norms();
            // The loss is taken where it decides: the last record may be of an earlier step.
            outcome.exploded = self.size.is_exceeded_by(&norms) && {
                let last = trainer.evaluate(self.prepared.train())?.loss;
                self.size.is_of_exploded(&norms, outcome.initial_loss, last)
            };
            if let Some(follower) = self.follower.take() {
                outcome.fates = follower.finish(trainer, self.prepared, &self.recipe)?;
            }
            outcome.answers = KeptAnswers::of(trainer, self.prepared, &self.recipe)?;
        }
        self.watch.observer.on_network(&outcome);
        Ok(outcome)
    }

    /// Goes back to the best parameters, which have a record of their own then.
    fn restore(
        &mut self,
        trainer: &mut Trainer<'_, T>,
        best: &State<T>,
        outcome: &mut Outcome,
    ) -> Result<(), Error> {
        trainer.restore(best)?;
        let step = best.steps;
        outcome.best_step = Some(step);
        let place = outcome.records.partition_point(|record| record.step < step);
        let found = outcome.records.get(place).map(|record| record.step);
        if found == Some(step) {
            return Ok(());
        }
        if let Some(watcher) = &mut self.watcher {
            watcher.rewind();
        }
        let mut record = Record::default();
        measure(
            &mut record,
            trainer,
            self.prepared,
            &self.recipe,
            self.watcher.as_mut(),
            TrainingPart::Alone,
        )?;
        outcome.records.insert(place, record);
        Ok(())
    }
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
