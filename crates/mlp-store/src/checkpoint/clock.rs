//! When a checkpoint is due: a matter of time alone, which never shows in a result.

use std::time::{Duration, Instant};

/// Time between two checkpoints,
const EVERY: Duration = Duration::from_secs(3);
/// or so many times as long as one takes, if that is longer.
const SHARE: u32 = 20;
/// The clock is read about this often.
const LOOK: Duration = Duration::from_millis(20);
/// Updates between two looks at the clock, at most.
const MOST: u32 = 1 << 14;

/// Tells when a checkpoint is due. Updates may take a microsecond, so the clock is not read at each.
#[derive(Debug)]
pub(super) struct Clock {
    every: Duration,
    /// Times as long as a checkpoint took pass until the next, at least.
    share: u32,
    /// Updates between two looks, at most.
    most: u32,
    next: Instant,
    looked: Instant,
    /// Updates from one look to the next, and how many are left.
    stride: u32,
    left: u32,
}

impl Clock {
    /// From now on.
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

    /// Whether it is time; asked once an update.
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

    /// A checkpoint begins to be written.
    pub(super) fn begin(&mut self) {
        self.looked = Instant::now();
    }

    /// It is written, or could not be.
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
