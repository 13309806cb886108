//! The networks that no worker has taken yet.

use std::{
    ops::Range,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crate::clock::Clock;

/// The networks that no worker has taken yet.
#[derive(Debug)]
pub(super) struct WorkQueue {
    /// Ascending ranges, the last one first.
    ranges: Mutex<Vec<Range<u64>>>,
    stopped: AtomicBool,
    /// The deadline, after which nothing is taken.
    until: Option<Duration>,
}

impl WorkQueue {
    pub(super) fn new(mut missing: Vec<Range<u64>>, until: Option<Duration>) -> Self {
        missing.reverse();
        Self {
            ranges: Mutex::new(missing),
            stopped: AtomicBool::new(false),
            until,
        }
    }

    /// The next block of at most `most` networks.
    pub(super) fn take(&self, most: u64, clock: &dyn Clock) -> Option<Range<u64>> {
        let over = self.until.is_some_and(|until| clock.now() >= until);
        if over || self.stopped.load(Ordering::Relaxed) {
            return None;
        }
        let mut ranges = self.ranges.lock().unwrap_or_else(PoisonError::into_inner);
        let range = ranges.last_mut()?;
        let block = range.start..range.end.min(range.start + most);
        range.start = block.end;
        if range.is_empty() {
            ranges.pop();
        }
        Some(block)
    }

    /// Number of networks that no worker has taken.
    pub(super) fn left(&self) -> u64 {
        let ranges = self.ranges.lock().unwrap_or_else(PoisonError::into_inner);
        ranges.iter().map(|range| range.end - range.start).sum()
    }

    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::StoppedClock;

    #[test]
    fn every_missing_network_is_taken_once() {
        let queue = WorkQueue::new(vec![0..3, 5..6, 10..15], None);
        let mut taken = Vec::new();
        for most in [2, 2, 2, 9, 2, 2, 2, 2].into_iter() {
            taken.extend(queue.take(most, &StoppedClock).into_iter().flatten());
        }
        assert_eq!(taken, [0, 1, 2, 5, 10, 11, 12, 13, 14]);
        let queue = WorkQueue::new(std::iter::once(0..3).collect(), None);
        queue.stop();
        assert_eq!(queue.take(1, &StoppedClock), None);
        let over = WorkQueue::new(std::iter::once(0..3).collect(), Some(Duration::ZERO));
        assert_eq!(over.take(1, &StoppedClock), None);
    }
}
