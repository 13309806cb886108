//! Signals that end a command: SIGINT (Ctrl-C), SIGTERM and SIGHUP, all in the same way.
//!
//! While networks train, the first one sets a flag, and finished work is kept; whatever has not
//! ended after [`PATIENCE`], for instance inside one huge update, is abandoned: journals and checkpoints are on
//! the disk by then. Everything else that a command does ends immediately: files are written atomically. A
//! second signal ends everything immediately. The exit code is 128 plus the number of the signal.

pub mod remaining;
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

use self::{remaining::Remaining, signal::SIGINT};
use crate::{
    failure::{CommandResult, Failure},
    terminal,
};

/// Work that has not ended after this long is abandoned.
const PATIENCE: Duration = Duration::from_millis(4500);

/// A second signal this soon is the same one, sent to the process and to its group as `timeout`
/// does.
const ECHO: Duration = Duration::from_millis(300);

/// Set by the first signal.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Number of running jobs that check the flag.
static WORKING: AtomicUsize = AtomicUsize::new(0);

/// What the command leaves if it ends now.
static LEFT: Mutex<Remaining> = Mutex::new(Remaining::Nothing);

/// What gives the terminal back where the process ends.
static RESTORE: Mutex<Option<fn()>> = Mutex::new(None);

/// This is called before the process ends at a signal.
pub fn restores_by(restore: fn()) {
    *RESTORE.lock().unwrap_or_else(PoisonError::into_inner) = Some(restore);
}

/// Handles signals from now on. Where the system does not support it, they end the process as usual.
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

/// Whether a signal was not ignored when the process was started. The kernel shows it in a mask; `None` where it
/// does not.
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

/// Ctrl-C where the terminal hands it over as a key: as the signal.
pub fn signalled() {
    received(SIGINT, &mut None);
}

/// Ends the training as a signal does, but at the user's wish: quietly.
pub fn leave() {
    signal::wish();
    signalled();
}

/// Ends the process immediately.
fn end() -> ! {
    if let Some(restore) = *RESTORE.lock().unwrap_or_else(PoisonError::into_inner) {
        restore();
    }
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

/// Ends the command after an interrupted run. For one that was completed just in time, the figures remain to be
/// drawn.
pub fn check(done: &Summary) -> CommandResult {
    let left = match done.manifest.status {
        RunStatus::Complete if is_interrupted() => Remaining::Results,
        RunStatus::Complete => return Ok(()),
        RunStatus::Running | RunStatus::Interrupted => Remaining::Run,
    };
    Err(Failure::Interrupted(left(done.directory.clone())))
}

/// From now on the command works in this run directory, which `mlp resume` goes on with.
pub fn works_in(folder: &Path) {
    leaves(Remaining::Run(folder.to_owned()));
}

/// From now on the command draws what this run directory holds.
pub fn draws_in(folder: &Path) {
    leaves(Remaining::Results(folder.to_owned()));
}

fn leaves(left: Remaining) {
    *LEFT.lock().unwrap_or_else(PoisonError::into_inner) = left;
}

/// A guard for work that checks the flag.
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
