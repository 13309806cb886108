//! When a checkpoint is due, which depends only on time and never affects a result.

use std::time::{Duration, Instant};

/// Time between two checkpoints,
const EVERY: Duration = Duration::from_secs(3);
/// or this many times as long as writing one takes, if that is longer.
const SHARE: u32 = 20;
/// The clock is read about this often.
const LOOK: Duration = Duration::from_millis(20);
/// Maximum number of updates between two readings of the clock.
const MOST: u32 = 1 << 14;

/// Decides when a checkpoint is due. Updates may take a microsecond, so the clock is not read at each.
#[derive(Debug)]
pub(super) struct Clock {
    every: Duration,
    /// Minimum time between checkpoints, as a multiple of the time to write one.
    share: u32,
    /// Maximum number of updates between two readings.
    most: u32,
    next: Instant,
    looked: Instant,
    /// Updates from one reading to the next, and how many are left.
    stride: u32,
    left: u32,
}

impl Clock {
    /// Starts now.
    pub(super) fn start() -> Self {
        let now = Instant::now();
        Self {
            every: EVERY,
            share: SHARE,
            most: MOST,
            next: now + EVERY,
            looked: now,
            stride: 1,
            left: 1,
        }
    }

    /// Whether a checkpoint is due; called once per update.
    pub(super) fn is_due(&mut self) -> bool {
        self.left -= 1;
        if self.left > 0 {
            return false;
        }
        let now = Instant::now();
        let spent = now - self.looked;
        self.stride = match self.stride {
            stride if spent < LOOK / 2 => (2 * stride).min(self.most),
            stride if spent > LOOK * 2 => (stride / 4).max(1),
            stride => stride,
        };
        (self.looked, self.left) = (now, self.stride);
        now >= self.next
    }

    /// Writing a checkpoint starts.
    pub(super) fn begin(&mut self) {
        self.looked = Instant::now();
    }

    /// The checkpoint is written, or failed.
    pub(super) fn end(&mut self) {
        let (begun, now) = (self.looked, Instant::now());
        let rest = ((now - begun) * self.share).max(self.every);
        (self.next, self.looked) = (now + rest, now);
    }
}

#[cfg(test)]
impl Clock {
    /// At every update.
    pub(super) fn always() -> Self {
        Self {
            every: Duration::ZERO,
            most: 1,
            share: 0,
            next: Instant::now(),
            ..Self::start()
        }
    }
}
