//! Clocks: a run is given a clock, which decides how long it computes and when it passes results on, but
//! never a value.

use std::{fmt, time::Duration};

/// A clock.
pub trait Clock: fmt::Debug + Sync {
    /// The time since a fixed moment.
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

/// The system's clock, counting from its creation.
#[cfg(not(target_family = "wasm"))]
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    started: std::time::Instant,
}

#[cfg(not(target_family = "wasm"))]
impl SystemClock {
    /// Starts counting now.
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
