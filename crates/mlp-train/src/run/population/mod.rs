//! Training many recipes in parallel.
//!
//! Workers take blocks of networks, whichever are next, so that slow and fast ones share the cores
//! evenly, and pass finished ones on in chunks, in whatever order they finish; their indices put them
//! in order later. So memory stays flat, a slow network delays nothing, and little is lost when the
//! process is killed. Where networks are small, a worker trains as many alike ones side by side as a
//! vector has lanes. Only read-only data are shared, and nothing is summed across networks, so
//! results depend neither on the number of threads nor on which networks are trained together.

mod group;
mod group_plan;
mod work_queue;
mod worker;

#[cfg(feature = "threads")]
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use mlp_core::Level;

pub use self::group_plan::{GroupPlan, group_plan};
use self::{
    work_queue::WorkQueue,
    worker::{Work, Worker},
};
use super::{chunk::Chunk, encode::Encode, network_set::NetworkSet, training::TrainingContext};
use crate::{
    data::prepare::PreparedCache, error::Error, metrics::metric::Metric,
    resolve::resolved::ResolvedExperiment,
};

/// Chunks waiting to be written; beyond this many the workers wait.
#[cfg(feature = "threads")]
const WAITING: usize = 16;

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
    /// Whether small networks are trained side by side, which changes no result.
    pub packs: bool,
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
        packs,
    } = workers;
    let queue = WorkQueue::new(finished.missing(networks), until);
    let left = networks - finished.len();
    if left == 0 {
        return Ok(());
    }
    let workers = threads.min(usize::try_from(left).unwrap_or(threads));
    let work = Work {
        experiment,
        metrics,
        queue: &queue,
        level,
        watch,
        encode,
        single: PreparedCache::default(),
        double: PreparedCache::default(),
        share: match packs {
            true => left.div_ceil(workers as u64),
            false => 0,
        },
    };
    side_by_side(&work, workers, threads, sink)
}

/// Trains on the calling thread.
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
