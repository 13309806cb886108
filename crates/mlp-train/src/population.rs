//! Many recipes over the cores.
//!
//! Workers take networks one after the other, whichever is next, so that slow and fast ones share
//! the cores evenly; finished ones are handed on in the order of their indices. A bounded window
//! between the first unfinished network and the next one to be started keeps memory flat. Nothing is
//! shared but read-only data, and nothing is summed across networks, so results do not depend on
//! the number of threads.

use std::{
    collections::BTreeMap,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

use mlp_core::{Level, Scalar};

use crate::{
    error::Error,
    outcome::Outcome,
    precision::Precision,
    prepare::PreparedCache,
    recipe::Recipe,
    resolved::ResolvedExperiment,
    run::{Watch, train},
};

/// Networks between the first unfinished one and the next to be started.
const WINDOW: u64 = 4096;

/// What is shared by the workers.
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    networks: u64,
}

#[derive(Default)]
struct State {
    /// The next network to be started.
    next: u64,
    /// The next network to be handed on.
    due: u64,
    done: BTreeMap<u64, Outcome>,
    workers: usize,
    /// No further network is started.
    stopped: bool,
    error: Option<Error>,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The next network, once the window has room for it.
    fn take(&self) -> Option<u64> {
        let mut state = self.lock();
        loop {
            if state.stopped || state.next == self.networks {
                return None;
            }
            if state.next < state.due + WINDOW {
                state.next += 1;
                return Some(state.next - 1);
            }
            state = self.wait(state);
        }
    }

    fn deliver(&self, outcome: Outcome) {
        let mut state = self.lock();
        let due = outcome.network == state.due;
        state.done.insert(outcome.network, outcome);
        drop(state);
        if due {
            self.changed.notify_all();
        }
    }

    fn stop(&self, error: Option<Error>) {
        let mut state = self.lock();
        state.stopped = true;
        if state.error.is_none() {
            state.error = error;
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Finished networks that are due; none when all workers have left.
    fn due(&self) -> Vec<Outcome> {
        let mut state = self.lock();
        loop {
            let mut ready = Vec::new();
            while let Some(outcome) = {
                let due = state.due;
                state.done.remove(&due)
            } {
                state.due += 1;
                ready.push(outcome);
            }
            if ready.is_empty() && state.workers == 0 {
                // An interruption leaves gaps; what was finished behind them counts, too.
                return std::mem::take(&mut state.done).into_values().collect();
            }
            if !ready.is_empty() {
                drop(state);
                self.changed.notify_all();
                return ready;
            }
            state = self.wait(state);
        }
    }
}

/// Counts a worker out, also when it panics.
struct Leave<'a>(&'a Queue);

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.workers -= 1;
        // After a panic the others need not go on.
        state.stopped |= std::thread::panicking();
        drop(state);
        self.0.changed.notify_all();
    }
}

/// Everything that workers share.
struct Work<'a> {
    experiment: &'a ResolvedExperiment,
    queue: &'a Queue,
    level: Level,
    watch: Watch<'a>,
    single: PreparedCache<f32>,
    double: PreparedCache<f64>,
}

impl Work<'_> {
    fn run(&self) -> Result<(), Error> {
        let mut taken = self.take()?;
        while let Some((network, recipe)) = taken {
            taken = match recipe.precision {
                Precision::F32 => self.alike(&self.single, network, recipe)?,
                Precision::F64 => self.alike(&self.double, network, recipe)?,
            };
        }
        Ok(())
    }

    fn take(&self) -> Result<Option<(u64, Recipe)>, Error> {
        let Some(network) = self.queue.take() else {
            return Ok(None);
        };
        Ok(Some((network, self.experiment.recipe(network)?)))
    }

    /// Trains a network and those after it that differ from it in their seeds alone, in one
    /// trainer. Returns the first that differs in more.
    fn alike<T: Scalar>(
        &self,
        cache: &PreparedCache<T>,
        mut network: u64,
        mut recipe: Recipe,
    ) -> Result<Option<(u64, Recipe)>, Error> {
        let prepared = cache.get(&recipe.data)?;
        let mut trainer = prepared.trainer(&recipe.spec, recipe.seed, self.level)?;
        loop {
            let index = (network, self.experiment.cell_of(network));
            let outcome = train(&mut trainer, &prepared, &recipe, index, self.watch)?;
            // What the interruption cut short is not finished; what ended before it is.
            if self.watch.interrupted() && outcome.status == crate::outcome::Status::Stopped {
                self.queue.stop(None);
                return Ok(None);
            }
            self.queue.deliver(outcome);
            if self.watch.interrupted() {
                self.queue.stop(None);
            }
            let Some((next, other)) = self.take()? else {
                return Ok(None);
            };
            let same = Arc::ptr_eq(&other.spec, &recipe.spec)
                && Arc::ptr_eq(&other.data, &recipe.data)
                && other.precision == recipe.precision;
            if !same {
                return Ok(Some((next, other)));
            }
            (network, recipe) = (next, other);
            trainer.restart(recipe.seed);
        }
    }
}

/// A pool of `threads` threads of its own.
pub(crate) fn pool(threads: usize) -> Result<rayon::ThreadPool, Error> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|error| Error::Threads {
        threads,
        reason: error.to_string(),
    })
}

/// Trains every network of an experiment on `threads` threads and hands the outcomes to `sink` in
/// the order of their indices. After an interruption those that were finished are handed on.
///
/// # Errors
/// What `sink` returns; a recipe that cannot be trained; threads that cannot be started.
pub(crate) fn run_population(
    experiment: &ResolvedExperiment,
    threads: usize,
    level: Level,
    watch: Watch<'_>,
    sink: &mut dyn FnMut(Outcome) -> Result<(), Error>,
) -> Result<(), Error> {
    let pool = pool(threads)?;
    let networks = experiment.networks();
    let workers = threads.min(usize::try_from(networks).unwrap_or(threads));
    let state = State {
        workers,
        ..State::default()
    };
    let queue = Queue {
        state: Mutex::new(state),
        changed: Condvar::new(),
        networks,
    };
    let work = Work {
        experiment,
        queue: &queue,
        level,
        watch,
        single: PreparedCache::default(),
        double: PreparedCache::default(),
    };
    let mut failed = None;
    pool.in_place_scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|_| {
                let _leave = Leave(&queue);
                if let Err(error) = work.run() {
                    queue.stop(Some(error));
                }
            });
        }
        loop {
            let ready = queue.due();
            if ready.is_empty() {
                break;
            }
            for outcome in ready {
                if failed.is_none()
                    && let Err(error) = sink(outcome)
                {
                    failed = Some(error);
                    queue.stop(None);
                }
            }
        }
    });
    match failed.or_else(|| queue.lock().error.take()) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}
