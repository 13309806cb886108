//! Training many recipes in parallel.
//!
//! Workers take blocks of networks, whichever are next, so that slow and fast ones share the cores
//! evenly, and pass finished ones on in chunks, in whatever order they finish; their indices put them
//! in order later. So memory stays flat, a slow network delays nothing, and little is lost when the
//! process is killed. Only read-only data are shared, and nothing is summed across networks, so
//! results do not depend on the number of threads.

use std::{
    any::Any,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use mlp_core::{Level, Scalar};

use super::{
    chunk::{Chunk, ChunkBuilder},
    encode::Encode,
    network_set::NetworkSet,
    outcome::Ending,
    training::{CheckpointAccess, TrainingContext, train},
};
use crate::{
    clock::Clock,
    data::prepare::PreparedCache,
    error::Error,
    metrics::{metric::Metric, record::Record},
    resolve::{recipe::Recipe, resolved::ResolvedExperiment},
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
/// Chunks waiting to be written; beyond this many the workers wait.
#[cfg(feature = "threads")]
const WAITING: usize = 16;

/// The networks that no worker has taken yet.
#[derive(Debug)]
struct WorkQueue {
    /// Ascending ranges, the last one first.
    ranges: Mutex<Vec<Range<u64>>>,
    stopped: AtomicBool,
    /// The deadline, after which nothing is taken.
    until: Option<Duration>,
}

impl WorkQueue {
    fn new(mut missing: Vec<Range<u64>>, until: Option<Duration>) -> Self {
        missing.reverse();
        Self {
            ranges: Mutex::new(missing),
            stopped: AtomicBool::new(false),
            until,
        }
    }

    /// The next block of at most `most` networks.
    fn take(&self, most: u64, clock: &dyn Clock) -> Option<Range<u64>> {
        let over = self.until.is_some_and(|until| clock.now() >= until);
        if over || self.stopped.load(Ordering::Relaxed) {
            return None;
        }
        let mut ranges = self.ranges.lock().unwrap_or_else(PoisonError::into_inner);
        let range = ranges.last_mut()?;
        let block = range.start..range.end.min(range.start + most);
        range.start = block.end;
        if range.is_empty() {
            ranges.pop();
        }
        Some(block)
    }

    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}

/// Everything that workers share.
struct Work<'a> {
    experiment: &'a ResolvedExperiment,
    metrics: &'a [Metric],
    queue: &'a WorkQueue,
    level: Level,
    watch: TrainingContext<'a>,
    encode: &'a dyn Encode,
    single: PreparedCache<f32>,
    double: PreparedCache<f64>,
}

impl Work<'_> {
    /// Tells of a network whose training panicked, with all that makes it another one than those beside it.
    fn tell_of_fault(&self, network: u64, seed: u64, panic: &(dyn Any + Send)) {
        let message = (panic.downcast_ref::<&str>().copied())
            .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("a panic without a message");
        let cell = self.experiment.cell(self.experiment.cell_of(network));
        let values = cell.iter().map(|(key, value)| format!(", {key} = {value}"));
        let text = format!(
            "network {network} (seed {seed}{}) met a fault of this program: {message}",
            values.collect::<String>()
        );
        self.watch.observer.on_fault(network, &text);
    }
}

/// One worker: its current block and its finished networks.
struct Worker<'a, 'w, D> {
    work: &'a Work<'w>,
    block: Range<u64>,
    /// When it was taken.
    taken: Duration,
    /// Size of the next block.
    size: u64,
    held: ChunkBuilder,
    /// Records of the last network, whose memory is reused.
    room: Vec<Record>,
    delivered: Duration,
    /// Passes finished networks on; returns whether to continue.
    deliver: D,
}

impl<'a, 'w, D: FnMut(Chunk) -> Result<bool, Error>> Worker<'a, 'w, D> {
    fn new(work: &'a Work<'w>, deliver: D) -> Self {
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
    fn run(&mut self) -> Result<(), Error> {
        let Some(first) = self.next() else {
            return Ok(());
        };
        let mut next = Some((first, self.work.experiment.recipe(first)?));
        while let Some((network, recipe)) = next {
            next = match recipe.precision {
                Precision::F32 => self.alike(&self.work.single, network, recipe)?,
                Precision::F64 => self.alike(&self.work.double, network, recipe)?,
            };
        }
        self.deliver()
    }

    /// The next network. A new block is sized by how long the last one took.
    fn next(&mut self) -> Option<u64> {
        if self.block.is_empty() {
            let clock = self.work.watch.clock;
            let spent = clock.now().saturating_sub(self.taken);
            self.size = match self.size {
                size if spent * 2 < BLOCK_TIME => (2 * size).min(LARGEST_BLOCK),
                size if spent > BLOCK_TIME * 2 => (size / 2).max(1),
                size => size,
            };
            self.block = self.work.queue.take(self.size, clock)?;
            self.taken = clock.now();
        }
        let network = self.block.start;
        self.block.start += 1;
        Some(network)
    }

    /// Trains a network and those after it that differ from it only in seeds and rates, in one
    /// trainer. Returns the first that differs in more.
    fn alike<T: Scalar>(
        &mut self,
        cache: &PreparedCache<T>,
        mut network: u64,
        mut recipe: Recipe,
    ) -> Result<Option<(u64, Recipe)>, Error> {
        let work = self.work;
        let prepared = cache.get(&recipe.data)?;
        let mut trainer = prepared.trainer(&recipe.spec, recipe.seed, work.level)?;
        loop {
            let index = (network, work.experiment.cell_of(network));
            let room = std::mem::take(&mut self.room);
            let trained = catch_unwind(AssertUnwindSafe(|| {
                train(
                    &mut trainer,
                    &prepared,
                    &recipe,
                    index,
                    work.watch,
                    room,
                    CheckpointAccess::default(),
                )
            }));
            let mut outcome = match trained {
                Ok(outcome) => outcome?,
                Err(panic) => {
                    work.tell_of_fault(network, recipe.seed, &*panic);
                    // The trainer may be in any state; the next network has another one.
                    let next = self.next();
                    return next
                        .map(|next| Ok((next, work.experiment.recipe(next)?)))
                        .transpose();
                }
            };
            if work.watch.interrupted() {
                work.queue.stop();
                self.block = 0..0;
            }
            // What the interruption cut short is not finished; what ended before it is.
            if outcome.ending != Ending::Interrupted {
                self.held.push(&mut outcome, work.metrics);
                if self.held.bytes() >= CHUNK_BYTES || self.waited() >= CHUNK_TIME {
                    self.deliver()?;
                }
            }
            self.room = outcome.records;
            let Some(next) = self.next() else {
                return Ok(None);
            };
            network = next;
            if work.experiment.renew(&mut recipe, network) {
                if !trainer.restart_with(&recipe.spec, recipe.seed)? {
                    return Ok(Some((network, recipe)));
                }
                continue;
            }
            let other = work.experiment.recipe(network)?;
            let mut begun =
                Arc::ptr_eq(&other.data, &recipe.data) && other.precision == recipe.precision;
            if begun && Arc::ptr_eq(&other.spec, &recipe.spec) {
                trainer.restart(other.seed);
            } else if begun {
                begun = trainer.restart_with(&other.spec, other.seed)?;
            }
            if !begun {
                return Ok(Some((network, other)));
            }
            recipe = other;
        }
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

/// Stops the others when a worker panics.
#[cfg(feature = "threads")]
struct StopAfterPanic<'a>(&'a WorkQueue);

#[cfg(feature = "threads")]
impl Drop for StopAfterPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop();
        }
    }
}

/// A pool of `threads` threads.
#[cfg(feature = "threads")]
pub(crate) fn pool(threads: usize) -> Result<rayon::ThreadPool, Error> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|error| Error::Threads {
        threads,
        reason: error.to_string(),
    })
}

/// The workers of a population, and their deadline.
#[derive(Clone, Copy, Debug)]
pub struct WorkerSettings {
    /// Worker threads.
    pub threads: usize,
    /// The instruction set of the kernels.
    pub level: Level,
    /// The deadline after which no further network is started.
    pub until: Option<Duration>,
}

/// Trains the networks of an experiment that are not `finished` and passes them on in chunks, in no
/// fixed order. After an interruption, or when the time is up, the finished ones are passed on.
///
/// # Errors
/// What `sink` returns; a recipe that cannot be trained; threads that cannot be started.
pub fn run_population(
    experiment: &ResolvedExperiment,
    metrics: &[Metric],
    finished: &NetworkSet,
    workers: WorkerSettings,
    encode: &dyn Encode,
    watch: TrainingContext<'_>,
    sink: &mut dyn FnMut(Chunk) -> Result<(), Error>,
) -> Result<(), Error> {
    let networks = experiment.networks();
    let WorkerSettings {
        threads,
        level,
        until,
    } = workers;
    let queue = WorkQueue::new(finished.missing(networks), until);
    let left = networks - finished.len();
    if left == 0 {
        return Ok(());
    }
    let work = Work {
        experiment,
        metrics,
        queue: &queue,
        level,
        watch,
        encode,
        single: PreparedCache::default(),
        double: PreparedCache::default(),
    };
    let workers = threads.min(usize::try_from(left).unwrap_or(threads));
    side_by_side(&work, workers, threads, sink)
}

/// Trains one network after the other, on the calling thread.
#[cfg(not(feature = "threads"))]
fn side_by_side(
    work: &Work<'_>,
    _workers: usize,
    _threads: usize,
    sink: &mut dyn FnMut(Chunk) -> Result<(), Error>,
) -> Result<(), Error> {
    Worker::new(work, |chunk| sink(chunk).map(|()| true)).run()
}

/// Trains on the threads of a pool, and passes networks on from the calling thread.
#[cfg(feature = "threads")]
fn side_by_side(
    work: &Work<'_>,
    workers: usize,
    threads: usize,
    sink: &mut dyn FnMut(Chunk) -> Result<(), Error>,
) -> Result<(), Error> {
    let pool = pool(threads)?;
    let failed: Mutex<Option<Error>> = Mutex::new(None);
    let fail = |error: Error| {
        work.queue.stop();
        let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.get_or_insert(error);
    };
    let (out, chunks) = std::sync::mpsc::sync_channel(WAITING);
    pool.in_place_scope(|scope| {
        for _ in 0..workers {
            let out = out.clone();
            let fail = &fail;
            scope.spawn(move |_| {
                let _stop = StopAfterPanic(work.queue);
                // After a failure, which the receiver reports, nothing is received any more.
                if let Err(error) = Worker::new(work, |chunk| Ok(out.send(chunk).is_ok())).run() {
                    fail(error);
                }
            });
        }
        drop(out);
        // The channel closes when the last worker has left.
        for chunk in &chunks {
            if let Err(error) = sink(chunk) {
                fail(error);
                break;
            }
        }
        // Senders that wait are released.
        drop(chunks);
    });
    match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::StoppedClock;

    #[test]
    fn every_missing_network_is_taken_once() {
        let queue = WorkQueue::new(vec![0..3, 5..6, 10..15], None);
        let mut taken = Vec::new();
        for most in [2, 2, 2, 9, 2, 2, 2, 2].into_iter() {
            taken.extend(queue.take(most, &StoppedClock).into_iter().flatten());
        }
        assert_eq!(taken, [0, 1, 2, 5, 10, 11, 12, 13, 14]);
        let queue = WorkQueue::new(std::iter::once(0..3).collect(), None);
        queue.stop();
        assert_eq!(queue.take(1, &StoppedClock), None);
        let over = WorkQueue::new(std::iter::once(0..3).collect(), Some(Duration::ZERO));
        assert_eq!(over.take(1, &StoppedClock), None);
    }
}
