//! Ctrl-C: the first finishes what can be kept, the second ends at once.

use std::sync::{
    Once,
    atomic::{AtomicBool, Ordering},
};

/// Rises at the first Ctrl-C.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// The handler is installed once.
static INSTALLED: Once = Once::new();

/// Watches for Ctrl-C from now on. Where the system offers no such thing, Ctrl-C ends the process
/// as ever.
pub fn watch() -> &'static AtomicBool {
    INSTALLED.call_once(|| {
        let installed = ctrlc::set_handler(|| {
            if INTERRUPTED.swap(true, Ordering::SeqCst) {
                std::process::exit(130);
            }
        });
        if let Err(error) = installed {
            eprintln!(
                "warning: Ctrl-C cannot be caught ({error}); results in progress would be lost"
            );
        }
    });
    &INTERRUPTED
}
