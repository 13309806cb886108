//! One worker: it trains whichever networks are next, and hands finished ones on in chunks.

use std::{ops::Range, sync::Arc, time::Duration};

use mlp_core::{Level, Scalar, Trainer};

use super::{
    company::{Company, alike, company},
    group::Group,
    supply::Supply,
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
        training::{Keeping, Training, Watch},
    },
    settings::precision::Precision,
};

/// A block keeps a worker busy for about this long, so that the last ones end together.
const BLOCK_TIME: Duration = Duration::from_millis(20);
/// The most networks of a block.
const LARGEST_BLOCK: u64 = 256;
/// A worker holds finished networks back for about this long at most,
const CHUNK_TIME: Duration = Duration::from_millis(500);
/// and at most so many bytes of them.
const CHUNK_BYTES: usize = 1 << 18;

/// Everything that workers share.
pub(super) struct Work<'a> {
    pub(super) experiment: &'a ResolvedExperiment,
    pub(super) metrics: &'a [Metric],
    pub(super) supply: &'a Supply,
    pub(super) level: Level,
    pub(super) watch: Watch<'a>,
    pub(super) encode: &'a dyn Encode,
    pub(super) single: PreparedCache<f32>,
    pub(super) double: PreparedCache<f64>,
    /// Networks that each worker has to train, if all have as many; 0 where each is trained alone.
    pub(super) share: u64,
}

/// One worker: the block that it works on and what it has finished.
pub(super) struct Worker<'a, 'w, D> {
    work: &'a Work<'w>,
    block: Range<u64>,
    /// When it was taken.
    taken: Duration,
    /// Networks of the next block.
    size: u64,
    held: ChunkBuilder,
    /// Records of networks that are handed on, whose memory is used again.
    room: Vec<Vec<Record>>,
    delivered: Duration,
    /// Hands finished networks on; whether that goes on.
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

    /// The next network, of a new block of at most `most` where the last one is through.
    fn next(&mut self, most: u64) -> Option<u64> {
        if self.block.is_empty() {
            let clock = self.work.watch.clock;
            self.block = self.work.supply.take(most, clock)?;
            self.taken = clock.now();
        }
        let network = self.block.start;
        self.block.start += 1;
        Some(network)
    }

    /// The size of the next block by how long the last one took.
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
        match company(&trainer, &first.1, self.work.share) {
            Some(company) => self.side_by_side(&prepared, company, trainer, first),
            None => self.one_by_one(&prepared, trainer, first),
        }
    }

    /// Trains networks one after the other in one trainer, those that differ from the first in seeds and
    /// rates alone.
    fn one_by_one<T: Scalar>(
        &mut self,
        prepared: &Prepared<T>,
        mut trainer: Trainer<'_, T>,
        (mut network, mut recipe): Network,
    ) -> Result<Option<Network>, Error> {
        loop {
            let mut training = self.training(prepared, &mut trainer, (network, recipe))?;
            let outcome = training.alone(&mut trainer)?;
            self.ended(outcome)?;
            let most = self.block_size();
            let Some(next) = self.next(most) else {
                return Ok(None);
            };
            network = next;
            let begun;
            (recipe, begun) = self.begin(&mut trainer, training.into_recipe(), network)?;
            if !begun {
                return Ok(Some((network, recipe)));
            }
        }
    }

    /// Trains networks that share a pack.
    fn side_by_side<'p, T: Scalar>(
        &mut self,
        prepared: &'p Prepared<T>,
        company: Company<T>,
        mut trainer: Trainer<'p, T>,
        first: Network,
    ) -> Result<Option<Network>, Error>
    where
        'w: 'p,
    {
        let Company {
            pack,
            lanes,
            refills,
        } = company;
        let mut group = Group::new(pack);
        let model = first.1.clone();
        let training = self.training(prepared, &mut trainer, first)?;
        group.add(trainer, training);
        let mut other = None;
        loop {
            while other.is_none() && group.len() < lanes {
                let Some(network) = self.next((lanes - group.len()) as u64) else {
                    break;
                };
                other = self.join(prepared, &mut group, &model, network)?;
            }
            if group.is_empty() {
                return Ok(other);
            }
            // A group that nobody joins any more comes to its end.
            let least = match refills && group.len() == lanes {
                true => lanes,
                false => 1,
            };
            let watch = self.work.watch;
            while group.len() >= least {
                group.advance(&|| watch.interrupted(), &mut |outcome| self.ended(outcome))?;
            }
        }
    }

    /// Has a network join a group of networks like `model`; it is returned where it cannot.
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
        let Some(mut trainer) = trainer.filter(|trainer| group.takes(trainer)) else {
            return Ok(Some((network, recipe)));
        };
        let training = self.training(prepared, &mut trainer, (network, recipe))?;
        group.add(trainer, training);
        Ok(None)
    }

    /// The recipe of a network, in the place of that of an earlier one whose trainer is at hand, and whether
    /// the trainer has begun anew with it: if they differ in seeds and rates alone.
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

    /// The training of a network that its trainer was made or begun anew for.
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
        let keeping = Keeping::default();
        Training::new(trainer, prepared, recipe, index, work.watch, room, keeping)
    }

    /// Takes an ended network in.
    fn ended(&mut self, mut outcome: Outcome) -> Result<(), Error> {
        if self.work.watch.interrupted() {
            self.work.supply.stop();
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

    /// How long finished networks have been held back.
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
            self.work.supply.stop();
        }
        Ok(())
    }
}
