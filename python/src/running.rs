//! Runs on threads of their own, while the calling thread waits for signals and shows progress.

use std::{
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    process,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering},
        mpsc::{RecvTimeoutError, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use mlp_train::{Kind, Observer, Outcome, Record, ResolvedExperiment};
use pyo3::{exceptions::PyKeyboardInterrupt, prelude::*};

use crate::error;

/// How often the waiting thread looks for signals: Ctrl-C is heard this soon.
const LISTEN: Duration = Duration::from_millis(20);
/// How often progress is told.
const TELL: Duration = Duration::from_millis(100);

/// Runs of this process that have not ended.
static RUNNING: AtomicUsize = AtomicUsize::new(0);
/// The process that they are of.
static PROCESS: AtomicU32 = AtomicU32::new(0);

/// What a run and the thread that waits for it share.
#[derive(Default)]
pub struct Watch {
    /// When true, the run ends with what is done.
    pub interrupt: AtomicBool,
    /// Steps of a single training, or networks.
    total: AtomicU64,
    done: AtomicU64,
    single: AtomicBool,
    /// What is done of networks that have not ended, counted in networks.
    parts: Mutex<f64>,
    warnings: Mutex<Vec<String>>,
    faults: Mutex<Vec<String>>,
}

impl Watch {
    fn push(list: &Mutex<Vec<String>>, text: String) {
        list.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(text);
    }

    fn take(list: &Mutex<Vec<String>>) -> Vec<String> {
        std::mem::take(&mut *list.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How much is done, of how much.
    fn progress(&self) -> (f64, u64, &'static str) {
        let parts = *self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        let unit = match self.single.load(Ordering::Relaxed) {
            true => "steps",
            false => "networks",
        };
        let total = self.total.load(Ordering::Relaxed);
        let done = self.done.load(Ordering::Relaxed) as f64 + parts;
        (done.clamp(0.0, total as f64), total, unit)
    }
}

impl Observer for Watch {
    fn on_start(&self, experiment: &ResolvedExperiment, _directory: Option<&Path>) {
        let single = experiment.kind() == Kind::Train;
        let total = match single {
            true => experiment.recipe(0).map_or(0, |recipe| recipe.steps),
            false => experiment.networks(),
        };
        self.single.store(single, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    fn on_resume(&self, finished: u64) {
        self.done.fetch_add(finished, Ordering::Relaxed);
    }

    fn on_continue(&self, step: u64) {
        self.done.store(step, Ordering::Relaxed);
    }

    fn on_warning(&self, text: &str) {
        Self::push(&self.warnings, text.to_owned());
    }

    fn on_fault(&self, _network: u64, text: &str) {
        Self::push(&self.faults, text.to_owned());
    }

    fn on_record(&self, _network: u64, record: &Record) -> ControlFlow<()> {
        if self.single.load(Ordering::Relaxed) {
            self.done.store(record.step, Ordering::Relaxed);
        }
        ControlFlow::Continue(())
    }

    fn on_part(&self, networks: f64) {
        *self.parts.lock().unwrap_or_else(PoisonError::into_inner) += networks;
    }

    fn on_network(&self, _outcome: &Outcome) {
        if !self.single.load(Ordering::Relaxed) {
            self.done.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// A run that is counted for as long as it lasts.
struct Counted;

impl Counted {
    /// Refuses a process that was forked while networks trained: its threads are gone, and with them what they held.
    fn begin(py: Python<'_>) -> PyResult<Self> {
        let own = process::id();
        let other = PROCESS.load(Ordering::SeqCst);
        if other != own && RUNNING.load(Ordering::SeqCst) > 0 {
            return Err(error::of_fork(
                py,
                "this process was forked while another thread trained networks, so it cannot train; \
                 start processes with multiprocessing.get_context(\"spawn\") or \"forkserver\", or fork before training",
            ));
        }
        PROCESS.store(own, Ordering::SeqCst);
        RUNNING.fetch_add(1, Ordering::SeqCst);
        Ok(Self)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::SeqCst);
    }
}

/// How a run ended.
pub struct Ended<T> {
    /// What it returned.
    pub value: T,
    /// Whether Ctrl-C, or the notebook's stop button, ended it.
    pub interrupted: bool,
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// Runs `job` on a thread of its own and waits for it without the interpreter's lock.
///
/// At Ctrl-C the job is told to end, and what it has done by then is returned. A second one leaves it alone and raises
/// `KeyboardInterrupt`. `progress` is called with what is done, the total, and their unit.
pub fn run<T: Send + 'static>(
    py: Python<'_>,
    progress: Option<&Bound<'_, PyAny>>,
    job: impl FnOnce(&Watch) -> T + Send + 'static,
) -> PyResult<Ended<T>> {
    let counted = Counted::begin(py)?;
    let watch = Arc::new(Watch::default());
    let (send, receive) = sync_channel(1);
    let receive = Mutex::new(receive);
    let own = Arc::clone(&watch);
    let builder = thread::Builder::new().name("mlp-lab".to_owned());
    let started = builder.spawn(move || {
        let done = catch_unwind(AssertUnwindSafe(|| job(&own)));
        drop(counted);
        // Nobody waits any longer after a second interruption.
        let _ = send.send(done);
    });
    started.map_err(|fault| error::other(py, &format!("cannot start a thread: {fault}")))?;
    let mut interrupted = false;
    let mut told = Instant::now();
    let done = loop {
        let received = py.detach(|| {
            let receive = receive.lock().unwrap_or_else(PoisonError::into_inner);
            receive.recv_timeout(LISTEN)
        });
        match received {
            Ok(done) => break done,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(error::other(
                    py,
                    "the thread of the run ended without a result",
                ));
            }
        }
        let mut heard = py.check_signals();
        if let (Ok(()), Some(progress)) = (&heard, progress)
            && told.elapsed() >= TELL
        {
            told = Instant::now();
            heard = progress.call1(watch.progress()).map(drop);
        }
        if let Err(fault) = heard {
            let again = watch.interrupt.swap(true, Ordering::SeqCst);
            if again || !fault.is_instance_of::<PyKeyboardInterrupt>(py) {
                return Err(fault);
            }
            interrupted = true;
        }
    };
    let value = done.map_err(|cause| {
        let text = cause.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| cause.downcast_ref::<&str>().copied());
        let text = text.unwrap_or("a panic");
        error::other(
            py,
            &format!("a fault of this program: {text}; please report it"),
        )
    })?;
    if let (Some(progress), false) = (progress, interrupted) {
        progress.call1(watch.progress())?;
    }
    let mut warnings = Watch::take(&watch.warnings);
    let faults = Watch::take(&watch.faults);
    // All other networks are kept.
    warnings.extend(
        faults
            .first()
            .map(|first| format!("{first}; please report this with the experiment")),
    );
    Ok(Ended {
        value,
        interrupted,
        warnings,
    })
}
