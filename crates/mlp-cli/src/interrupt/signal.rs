//! The signal that ends the command, and the exit code that says which one it was.

use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

/// The number of Ctrl-C.
pub const SIGINT: i32 = 2;

/// The first signal; 0 before it.
static SIGNAL: AtomicI32 = AtomicI32::new(0);

/// Whether it is what the user wished by a key.
static WISHED: AtomicBool = AtomicBool::new(false);

/// What comes is what the user wished.
pub fn wish() {
    WISHED.store(true, Ordering::SeqCst);
}

/// Whether the user wished the end.
pub fn is_wished() -> bool {
    WISHED.load(Ordering::SeqCst)
}

/// Keeps the first signal.
pub fn keep(signal: i32) {
    SIGNAL.store(signal, Ordering::SeqCst);
}

/// The exit code of an interrupted command: 0 where the user wished it.
pub fn code() -> u8 {
    if is_wished() {
        return 0;
    }
    let signal = match SIGNAL.load(Ordering::SeqCst) {
        0 => SIGINT,
        signal => signal,
    };
    u8::try_from(128 + signal).unwrap_or(130)
}
