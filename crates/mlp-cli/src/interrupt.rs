//! Signals that end a command: SIGINT (Ctrl-C), SIGTERM and SIGHUP, all in the same way.
//!
//! While networks train, the first one raises a flag, and what can be kept is kept; whatever has not
//! ended after [`PATIENCE`], inside one huge update say, is given up: journals and checkpoints are on
//! the disk by then. All else that a command does ends at once: files appear whole or not at all. A
//! second signal ends everything at once. The exit code is 128 and the number of the signal.

pub mod left;
pub mod signal;

use std::{
    io::{self, IsTerminal, Write},
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use mlp_store::{RunStatus, Summary};

use self::{left::Left, signal::SIGINT};
use crate::{
    failure::{Failure, Outcome},
    terminal,
};

/// What has not ended by itself after this long is given up.
const PATIENCE: Duration = Duration::from_millis(4500);

/// A second signal this soon is the same one, sent to the process and to its group as `timeout`
/// does.
const ECHO: Duration = Duration::from_millis(300);

/// Rises at the first signal.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// How much is at work that heeds the flag.
static WORKING: AtomicUsize = AtomicUsize::new(0);

/// What the command leaves if it ends here and now.
static LEFT: Mutex<Left> = Mutex::new(Left::Nothing);

/// Heeds signals from now on. Where the system offers no such thing, they end the process as ever.
pub fn watch() {
    if let Err(error) = listen() {
        terminal::say(&format!(
            "warning: signals cannot be caught ({error}); an interruption loses what came since the last checkpoint"
        ));
    }
}

#[cfg(unix)]
fn listen() -> io::Result<()> {
    use signal_hook::{
        consts::{SIGHUP, SIGTERM},
        iterator::Signals,
    };
    let mut heeded = vec![SIGTERM];
    // What whoever started the process had ignored stays so: a hang-up under nohup, Ctrl-C where a script
    // started it in the background. Where that cannot be seen, Ctrl-C is heeded, and a hang-up left alone.
    if hears(SIGINT) != Some(false) {
        heeded.push(SIGINT);
    }
    if hears(SIGHUP) == Some(true) {
        heeded.push(SIGHUP);
    }
    let mut signals = Signals::new(heeded)?;
    let listener = thread::Builder::new().name("signals".to_owned());
    listener.spawn(move || {
        let mut first = None;
        for signal in signals.forever() {
            received(signal, &mut first);
        }
    })?;
    Ok(())
}

#[cfg(not(unix))]
fn listen() -> io::Result<()> {
    let mut first = None;
    let installed = ctrlc::set_handler(move || received(SIGINT, &mut first));
    installed.map_err(io::Error::other)
}

/// Whether whoever started the process left a signal to it. The kernel tells in a mask; `None` where it
/// tells nothing.
#[cfg(unix)]
fn hears(signal: i32) -> Option<bool> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.map(|mask| mask >> (signal - 1) & 1 == 0)
}

fn received(signal: i32, first: &mut Option<Instant>) {
    match first {
        None => {
            *first = Some(Instant::now());
            signal::keep(signal);
            INTERRUPTED.store(true, Ordering::SeqCst);
            if WORKING.load(Ordering::SeqCst) == 0 {
                end();
            }
            thread::spawn(|| {
                thread::sleep(PATIENCE);
                end();
            });
        }
        Some(first) if first.elapsed() > ECHO => end(),
        Some(_) => {}
    }
}

/// Ends the process here and now.
fn end() -> ! {
    let left = LEFT.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let mut err = io::stderr();
    // A bar may stand on the line.
    let start = match err.is_terminal() && WORKING.load(Ordering::SeqCst) > 0 {
        true => "\n",
        false => "",
    };
    let _ = writeln!(err, "{start}error: {}", Failure::Interrupted(left));
    std::process::exit(i32::from(signal::code()))
}

/// Whether a signal has come.
pub fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Ends the command after a run that was interrupted. Of one that was complete just in time, the figures are left to be
/// drawn.
pub fn check(done: &Summary) -> Outcome {
    let left = match done.manifest.status {
        RunStatus::Complete if is_interrupted() => Left::Results,
        RunStatus::Complete => return Ok(()),
        RunStatus::Running | RunStatus::Interrupted => Left::Run,
    };
    Err(Failure::Interrupted(left(done.directory.clone())))
}

/// From now on the command works in this run directory, which `mlp resume` goes on with.
pub fn works_in(folder: &Path) {
    leaves(Left::Run(folder.to_owned()));
}

/// From now on the command draws what this run directory holds.
pub fn draws_in(folder: &Path) {
    leaves(Left::Results(folder.to_owned()));
}

fn leaves(left: Left) {
    *LEFT.lock().unwrap_or_else(PoisonError::into_inner) = left;
}

/// Work that heeds the flag, as long as this is held.
pub struct Working(());

impl Working {
    /// It begins.
    pub fn begin() -> Self {
        WORKING.fetch_add(1, Ordering::SeqCst);
        Self(())
    }

    /// The flag.
    #[expect(clippy::unused_self, reason = "the flag is heeded while this is held")]
    pub fn flag(&self) -> &'static AtomicBool {
        &INTERRUPTED
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        WORKING.fetch_sub(1, Ordering::SeqCst);
    }
}
