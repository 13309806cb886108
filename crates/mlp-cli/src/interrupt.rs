//! Ctrl-C: the first finishes what can be kept, the second ends at once.

use std::{
    sync::{
        Once,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crate::terminal;

/// Rises at the first Ctrl-C.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// A second signal this soon is the same one, sent to the process and to its group as `timeout`
/// does.
const ECHO: Duration = Duration::from_millis(300);

/// The handler is installed once.
static INSTALLED: Once = Once::new();

/// Watches for Ctrl-C from now on. Where the system offers no such thing, Ctrl-C ends the process
/// as ever.
pub fn watch() -> &'static AtomicBool {
    INSTALLED.call_once(|| {
        let mut first: Option<Instant> = None;
        let installed = ctrlc::set_handler(move || {
            INTERRUPTED.store(true, Ordering::SeqCst);
            if first.get_or_insert_with(Instant::now).elapsed() > ECHO {
                std::process::exit(130);
            }
        });
        if let Err(error) = installed {
            terminal::say(&format!(
                "warning: Ctrl-C cannot be caught ({error}); results in progress would be lost"
            ));
        }
    });
    &INTERRUPTED
}
