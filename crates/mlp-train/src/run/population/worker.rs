//! One worker: it trains whichever networks are next, and passes finished ones on in chunks.

use std::{
    any::Any,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use mlp_core::{Level, Scalar, Trainer};

use super::{
    group::Group,
    group_plan::{GroupPlan, alike, group_plan},
    work_queue::WorkQueue,
};
use crate::{
    data::prepare::{Prepared, PreparedCache},
    error::Error,
    metrics::{metric::Metric, record::Record},
    resolve::{recipe::Recipe, resolved::ResolvedExperiment},
    run::{
        chunk::{Chunk, ChunkBuilder},
        encode::Encode,
        outcome::{Ending, Outcome},
        training::{CheckpointAccess, Training, TrainingContext},
    },
    settings::precision::Precision,
};

/// A block keeps a worker busy for about this long, so that the last ones end together.
const BLOCK_TIME: Duration = Duration::from_millis(20);
/// The most networks of a block.
const LARGEST_BLOCK: u64 = 256;
/// A worker holds finished networks for at most about this long,
const CHUNK_TIME: Duration = Duration::from_millis(500);
/// and at most this many bytes of them.
const CHUNK_BYTES: usize = 1 << 18;

/// Everything that workers share.
pub(super) struct Work<'a> {
    pub(super) experiment: &'a ResolvedExperiment,
    pub(super) metrics: &'a [Metric],
    pub(super) queue: &'a WorkQueue,
    pub(super) level: Level,
    pub(super) watch: TrainingContext<'a>,
    pub(super) encode: &'a dyn Encode,
    pub(super) single: PreparedCache<f32>,
    pub(super) double: PreparedCache<f64>,
    /// Networks per worker; 0 where each network is trained alone.
    pub(super) share: u64,
}

impl Work<'_> {
    /// Reports a network whose training panicked, with its seed and the values of the swept keys.
    fn report_fault(&self, network: u64, panic: &(dyn Any + Send)) -> Result<(), Error> {
        let message = (panic.downcast_ref::<&str>().copied())
            .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("a panic without a message");
        let cell = self.experiment.cell(self.experiment.cell_of(network));
        let values = cell.iter().map(|(key, value)| format!(", {key} = {value}"));
        let text = format!(
            "network {network} (seed {}{}) met a fault of this program: {message}",
            self.experiment.recipe(network)?.seed,
            values.collect::<String>()
        );
        self.watch.observer.on_fault(network, &text);
        Ok(())
    }
}

/// One worker: its current block and its finished networks.
pub(super) struct Worker<'a, 'w, D> {
    work: &'a Work<'w>,
    block: Range<u64>,
    /// When it was taken.
    taken: Duration,
    /// Size of the next block.
    size: u64,
    held: ChunkBuilder,
    /// Records of networks that were passed on, whose memory is reused.
    room: Vec<Vec<Record>>,
    delivered: Duration,
    /// Passes finished networks on; returns whether to continue.
    deliver: D,
}

/// A network and its recipe.
type Network = (u64, Recipe);

impl<'a, 'w, D: FnMut(Chunk) -> Result<bool, Error>> Worker<'a, 'w, D> {
    pub(super) fn new(work: &'a Work<'w>, deliver: D) -> Self {
        let now = work.watch.clock.now();
        Self {
            work,
            block: 0..0,
            taken: now,
            size: 1,
            held: ChunkBuilder::default(),
            room: Vec::new(),
            delivered: now,
            deliver,
        }
    }

    /// Trains until nothing is left.
    pub(super) fn run(&mut self) -> Result<(), Error> {
        let Some(first) = self.next(1) else {
            return Ok(());
        };
        let mut next = Some((first, self.work.experiment.recipe(first)?));
        while let Some(first) = next {
            next = match first.1.precision {
                Precision::F32 => self.alike(&self.work.single, first)?,
                Precision::F64 => self.alike(&self.work.double, first)?,
            };
        }
        self.deliver()
    }

    /// The next network, of a new block of at most `most` where the current one is used up.
    fn next(&mut self, most: u64) -> Option<u64> {
        if self.block.is_empty() {
            let clock = self.work.watch.clock;
            self.block = self.work.queue.take(most, clock)?;
            self.taken = clock.now();
        }
        let network = self.block.start;
        self.block.start += 1;
        Some(network)
    }

    /// Number of networks that this worker or the next free one can still take.
    fn left(&self) -> u64 {
        self.block.end - self.block.start + self.work.queue.left()
    }

    /// The size of the next block, from the time that the last one took.
    fn block_size(&mut self) -> u64 {
        if self.block.is_empty() {
            let now = self.work.watch.clock.now();
            let spent = now.saturating_sub(self.taken);
            self.size = match self.size {
                size if spent * 2 < BLOCK_TIME => (2 * size).min(LARGEST_BLOCK),
                size if spent > BLOCK_TIME * 2 => (size / 2).max(1),
                size => size,
            };
        }
        self.size
    }

    /// Trains a network and those after it that are alike. Returns the first that is not.
    fn alike<T: Scalar>(
        &mut self,
        cache: &PreparedCache<T>,
        first: Network,
    ) -> Result<Option<Network>, Error> {
        let prepared = cache.get(&first.1.data)?;
        let trainer = prepared.trainer(&first.1.spec, first.1.seed, self.work.level)?;
        let plan = match self.is_followed(&first)? {
            true => group_plan(&trainer, &first.1, self.work.share, self.left() + 1),
            false => None,
        };
        match plan {
            Some(plan) => self.side_by_side(&prepared, plan, trainer, first),
            None => self.one_by_one(&prepared, trainer, first),
        }
    }

    /// Whether the next network of the experiment may share a pack with this one; otherwise a pack would be made
    /// for one network.
    fn is_followed(&self, (network, recipe): &Network) -> Result<bool, Error> {
        let experiment = self.work.experiment;
        let next = network + 1;
        Ok(self.work.share > 1
            && next < experiment.networks()
            && alike(&experiment.recipe(next)?, recipe))
    }

    /// Trains networks one after the other in one trainer, those that differ from the first only in seeds
    /// and rates.
    fn one_by_one<T: Scalar>(
        &mut self,
        prepared: &Prepared<T>,
        mut trainer: Trainer<'_, T>,
        mut network: Network,
    ) -> Result<Option<Network>, Error> {
        loop {
            let recipe = self.alone(prepared, &mut trainer, network)?;
            let most = self.block_size();
            let Some(next) = self.next(most) else {
                return Ok(None);
            };
            let Some(recipe) = recipe else {
                // After a fault the trainer may be in any state; the next network has another one.
                return Ok(Some((next, self.work.experiment.recipe(next)?)));
            };
            let (recipe, begun) = self.begin(&mut trainer, recipe, next)?;
            network = (next, recipe);
            if !begun {
                return Ok(Some(network));
            }
        }
    }

    /// Trains one network, whose recipe is returned; none where its training panicked.
    fn alone<T: Scalar>(
        &mut self,
        prepared: &Prepared<T>,
        trainer: &mut Trainer<'_, T>,
        network: Network,
    ) -> Result<Option<Recipe>, Error> {
        let index = network.0;
        let trained = catch_unwind(AssertUnwindSafe(|| {
            let mut training = self.training(prepared, trainer, network)?;
            let outcome = training.alone(trainer)?;
            Ok::<_, Error>((outcome, training.into_recipe()))
        }));
        match trained {
            Ok(trained) => {
                let (outcome, recipe) = trained?;
                self.ended(outcome)?;
                Ok(Some(recipe))
            }
            Err(panic) => self.work.report_fault(index, &*panic).map(|()| None),
        }
    }

    /// Trains networks that share a pack.
    fn side_by_side<'p, T: Scalar>(
        &mut self,
        prepared: &'p Prepared<T>,
        plan: GroupPlan<T>,
        trainer: Trainer<'p, T>,
        first: Network,
    ) -> Result<Option<Network>, Error>
    where
        'w: 'p,
    {
        let GroupPlan {
            pack,
            lanes,
            refills,
        } = plan;
        let mut group = Group::new(pack);
        let model = first.1.clone();
        self.enter(prepared, &mut group, trainer, first)?;
        let mut other = None;
        loop {
            while other.is_none() && group.len() < lanes {
                // Few that are left may be faster alone, each on the next free thread.
                let begins = group.is_empty();
                let most = if begins { 1 } else { lanes - group.len() };
                let Some(network) = self.next(most as u64) else {
                    break;
                };
                if begins && self.left() + 1 < lanes as u64 {
                    return Ok(Some((network, self.work.experiment.recipe(network)?)));
                }
                other = self.join(prepared, &mut group, &model, network)?;
            }
            if group.is_empty() {
                return Ok(other);
            }
            // A group that no other network joins is trained to its end.
            let least = match refills && group.len() == lanes {
                true => lanes,
                false => 1,
            };
            let watch = self.work.watch;
            while group.len() >= least {
                let networks = group.networks();
                let advanced = catch_unwind(AssertUnwindSafe(|| group.advance(watch)));
                let Ok(ended) = advanced else {
                    return self.after_panic(prepared, networks, other);
                };
                for outcome in ended? {
                    self.ended(outcome)?;
                }
            }
        }
    }

    /// Trains the networks of a group in which something panicked, each alone, so that only a faulty one is
    /// missing. Returns the network that comes next.
    fn after_panic<T: Scalar>(
        &mut self,
        prepared: &Prepared<T>,
        networks: Vec<u64>,
        next: Option<Network>,
    ) -> Result<Option<Network>, Error> {
        for network in networks {
            let recipe = self.work.experiment.recipe(network)?;
            let mut trainer = prepared.trainer(&recipe.spec, recipe.seed, self.work.level)?;
            self.alone(prepared, &mut trainer, (network, recipe))?;
        }
        if next.is_some() {
            return Ok(next);
        }
        let most = self.block_size();
        let next = self.next(most);
        next.map(|next| Ok((next, self.work.experiment.recipe(next)?)))
            .transpose()
    }

    /// Adds a network to a group.
    fn enter<'p, T: Scalar>(
        &mut self,
        prepared: &'p Prepared<T>,
        group: &mut Group<'p, T>,
        mut trainer: Trainer<'p, T>,
        network: Network,
    ) -> Result<(), Error>
    where
        'w: 'p,
    {
        let index = network.0;
        let training = catch_unwind(AssertUnwindSafe(|| {
            self.training(prepared, &mut trainer, network)
        }));
        match training {
            Ok(training) => group.add(trainer, training?),
            Err(panic) => self.work.report_fault(index, &*panic)?,
        }
        Ok(())
    }

    /// Adds a network to a group of networks like `model`, or returns it where it does not fit.
    fn join<'p, T: Scalar>(
        &mut self,
        prepared: &'p Prepared<T>,
        group: &mut Group<'p, T>,
        model: &Recipe,
        network: u64,
    ) -> Result<Option<Network>, Error>
    where
        'w: 'p,
    {
        let (mut trainer, recipe) = match group.free() {
            Some((mut trainer, recipe)) => {
                let (recipe, begun) = self.begin(&mut trainer, recipe, network)?;
                (begun.then_some(trainer), recipe)
            }
            None => (None, self.work.experiment.recipe(network)?),
        };
        if trainer.is_none() && alike(&recipe, model) {
            trainer = Some(prepared.trainer(&recipe.spec, recipe.seed, self.work.level)?);
        }
        let Some(trainer) = trainer.filter(|trainer| group.takes(trainer)) else {
            return Ok(Some((network, recipe)));
        };
        self.enter(prepared, group, trainer, (network, recipe))?;
        Ok(None)
    }

    /// The recipe of a network, given the recipe and the trainer of an earlier one, and whether the trainer was
    /// restarted with it, which needs recipes that differ only in seeds and rates.
    fn begin<T: Scalar>(
        &self,
        trainer: &mut Trainer<'_, T>,
        mut recipe: Recipe,
        network: u64,
    ) -> Result<(Recipe, bool), Error> {
        let experiment = self.work.experiment;
        if experiment.renew(&mut recipe, network) {
            let begun = trainer.restart_with(&recipe.spec, recipe.seed)?;
            return Ok((recipe, begun));
        }
        let next = experiment.recipe(network)?;
        let alike = Arc::ptr_eq(&next.data, &recipe.data) && next.precision == recipe.precision;
        let begun = if alike && Arc::ptr_eq(&next.spec, &recipe.spec) {
            trainer.restart(next.seed);
            true
        } else {
            alike && trainer.restart_with(&next.spec, next.seed)?
        };
        Ok((next, begun))
    }

    /// The training of a network for which its trainer was made or restarted.
    fn training<'p, T: Scalar>(
        &mut self,
        prepared: &'p Prepared<T>,
        trainer: &mut Trainer<'_, T>,
        (network, recipe): Network,
    ) -> Result<Training<'p, T>, Error>
    where
        'w: 'p,
    {
        let work = self.work;
        let index = (network, work.experiment.cell_of(network));
        let room = self.room.pop().unwrap_or_default();
        let keeping = CheckpointAccess::default();
        Training::new(trainer, prepared, recipe, index, work.watch, room, keeping)
    }

    /// Takes up a network that has ended.
    fn ended(&mut self, mut outcome: Outcome) -> Result<(), Error> {
        if self.work.watch.interrupted() {
            self.work.queue.stop();
            self.block = 0..0;
        }
        // What the interruption cut short is not finished; what ended before it is.
        if outcome.ending != Ending::Interrupted {
            self.held.push(&mut outcome, self.work.metrics);
            if self.held.bytes() >= CHUNK_BYTES || self.waited() >= CHUNK_TIME {
                self.deliver()?;
            }
        }
        self.room.push(outcome.records);
        Ok(())
    }

    /// How long finished networks have been held.
    fn waited(&self) -> Duration {
        let now = self.work.watch.clock.now();
        now.saturating_sub(self.delivered)
    }

    fn deliver(&mut self) -> Result<(), Error> {
        self.delivered = self.work.watch.clock.now();
        if self.held.is_empty() {
            return Ok(());
        }
        let chunk = self.held.finish(self.work.encode)?;
        if !(self.deliver)(chunk)? {
            self.work.queue.stop();
        }
        Ok(())
    }
}
