//! When a checkpoint is due: a matter of time alone, which never shows in a result.

use std::time::{Duration, Instant};

/// Time between two checkpoints,
const EVERY: Duration = Duration::from_secs(3);
/// which take at most this share of the time.
const SHARE: u32 = 20;
/// The clock is read about this often.
const LOOK: Duration = Duration::from_millis(20);
/// Updates between two looks at the clock, at most.
const MOST: u32 = 1 << 14;

/// Tells when a checkpoint is due. Updates may take a microsecond, so the clock is not read at each.
#[derive(Debug)]
pub(super) struct Clock {
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
            stride if spent < LOOK / 2 => (2 * stride).min(MOST),
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
        let rest = ((now - begun) * SHARE).max(EVERY);
        (self.next, self.looked) = (now + rest, now);
    }
}

#[cfg(test)]
impl Clock {
    /// At every update.
    pub(super) fn always() -> Self {
        Self {
            stride: 1,
            left: 1,
            ..Self::start()
        }
        .with_next_now()
    }

    fn with_next_now(mut self) -> Self {
        self.next = self.looked;
        self
    }
}
