//! The signal that ends the command, and the exit code that says which one it was.

use std::sync::atomic::{AtomicI32, Ordering};

/// The number of Ctrl-C.
pub const SIGINT: i32 = 2;

/// The first signal; 0 before it.
static SIGNAL: AtomicI32 = AtomicI32::new(0);

/// Keeps the first signal.
pub fn keep(signal: i32) {
    SIGNAL.store(signal, Ordering::SeqCst);
}

/// The exit code of an interrupted command.
pub fn code() -> u8 {
    let signal = match SIGNAL.load(Ordering::SeqCst) {
        0 => SIGINT,
        signal => signal,
    };
    u8::try_from(128 + signal).unwrap_or(130)
}
