//! What tells the time: how long a run may compute and when it hands results on follow from a clock
//! that it is given, and never a value.

use std::{fmt, time::Duration};

/// Tells how much time has gone by.
pub trait Clock: fmt::Debug + Sync {
    /// The time since a moment that stays the same.
    fn now(&self) -> Duration;
}

/// A clock that stands still, for where there is none.
#[derive(Clone, Copy, Debug, Default)]
pub struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Duration {
        Duration::ZERO
    }
}

/// The system's clock, from where it was made on.
#[cfg(not(target_family = "wasm"))]
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    started: std::time::Instant,
}

#[cfg(not(target_family = "wasm"))]
impl SystemClock {
    /// From now on.
    pub fn start() -> Self {
        Self {
            started: std::time::Instant::now(),
        }
    }
}

#[cfg(not(target_family = "wasm"))]
impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.started.elapsed()
    }
}
