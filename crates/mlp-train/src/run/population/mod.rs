//! Many recipes over the cores.
//!
//! Workers take blocks of networks, whichever are next, so that slow and fast ones share the cores
//! evenly, and hand finished ones on in chunks, in whatever order they finish; their indices put them
//! in order later. So memory stays flat, a slow network holds nobody up, and little is lost when the
//! process is killed. Where networks are small, a worker trains as many alike ones side by side as a
//! vector has lanes. Nothing is shared but read-only data, and nothing is summed across networks, so
//! results depend neither on the number of threads nor on the company that a network is trained in.

mod company;
mod group;
mod supply;
mod worker;

#[cfg(feature = "threads")]
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use mlp_core::Level;

pub use self::company::{Company, company};
use self::{
    supply::Supply,
    worker::{Work, Worker},
};
use super::{chunk::Chunk, encode::Encode, network_set::NetworkSet, training::Watch};
use crate::{
    data::prepare::PreparedCache, error::Error, metrics::metric::Metric,
    resolve::resolved::ResolvedExperiment,
};

/// Chunks that wait to be written; more make the workers wait.
#[cfg(feature = "threads")]
const WAITING: usize = 16;

/// Stops the others when a worker panics: they need not go on.
#[cfg(feature = "threads")]
struct StopAfterPanic<'a>(&'a Supply);

#[cfg(feature = "threads")]
impl Drop for StopAfterPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop();
        }
    }
}

/// A pool of `threads` threads of its own.
#[cfg(feature = "threads")]
pub(crate) fn pool(threads: usize) -> Result<rayon::ThreadPool, Error> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|error| Error::Threads {
        threads,
        reason: error.to_string(),
    })
}

/// Who trains a population, and how long.
#[derive(Clone, Copy, Debug)]
pub struct Crew {
    /// Worker threads.
    pub threads: usize,
    /// The instruction set of the kernels.
    pub level: Level,
    /// When no further network is begun.
    pub until: Option<Duration>,
    /// Whether small networks are trained side by side, which changes no result.
    pub packs: bool,
}

/// Trains the networks of an experiment that are not `finished` and hands them on in chunks, in no
/// fixed order. After an interruption, or when the time is over, those that were finished are handed on.
///
/// # Errors
/// What `sink` returns; a recipe that cannot be trained; threads that cannot be started.
pub fn run_population(
    experiment: &ResolvedExperiment,
    metrics: &[Metric],
    finished: &NetworkSet,
    crew: Crew,
    encode: &dyn Encode,
    watch: Watch<'_>,
    sink: &mut dyn FnMut(Chunk) -> Result<(), Error>,
) -> Result<(), Error> {
    let networks = experiment.networks();
    let Crew {
        threads,
        level,
        until,
        packs,
    } = crew;
    let supply = Supply::new(finished.missing(networks), until);
    let left = networks - finished.len();
    if left == 0 {
        return Ok(());
    }
    let workers = threads.min(usize::try_from(left).unwrap_or(threads));
    let work = Work {
        experiment,
        metrics,
        supply: &supply,
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

/// Works one network after the other, on the calling thread.
#[cfg(not(feature = "threads"))]
fn side_by_side(
    work: &Work<'_>,
    _workers: usize,
    _threads: usize,
    sink: &mut dyn FnMut(Chunk) -> Result<(), Error>,
) -> Result<(), Error> {
    Worker::new(work, |chunk| sink(chunk).map(|()| true)).run()
}

/// Works on threads of a pool, and hands on from the calling one.
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
        work.supply.stop();
        let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.get_or_insert(error);
    };
    let (out, chunks) = std::sync::mpsc::sync_channel(WAITING);
    pool.in_place_scope(|scope| {
        for _ in 0..workers {
            let out = out.clone();
            let fail = &fail;
            scope.spawn(move |_| {
                let _stop = StopAfterPanic(work.supply);
                // Nobody receives any more after a failure, which the receiver tells of.
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
        // Whoever waits to send is let go.
        drop(chunks);
    });
    match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}
