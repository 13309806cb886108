//! The order of the samples in mini-batches.

use std::{ops::Range, sync::Arc};

use crate::seed::{Purpose, Stream};

/// Samples in the order in which they are used.
#[derive(Clone, Debug)]
enum Rows {
    Dealt(Vec<u32>),
    Given(Arc<[u32]>),
}

/// Assigns the samples of every epoch to batches: optionally in a new random order, with a short last
/// batch where the samples do not divide evenly; or repeats a given order.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    rows: Rows,
    size: usize,
    shuffle: bool,
    stream: Stream,
    /// Position of the stream when the current epoch was shuffled.
    epoch_start: u128,
}

impl Order {
    /// An order of this many samples, or a given one.
    pub(crate) fn new(
        samples: usize,
        size: usize,
        shuffle: bool,
        given: Option<&Arc<[u32]>>,
        seed: u64,
    ) -> Self {
        let stream = Stream::new(seed, Purpose::Batches);
        Self {
            rows: match given {
                Some(order) => Rows::Given(Arc::clone(order)),
                None => Rows::Dealt((0..samples as u32).collect()),
            },
            size,
            shuffle,
            stream,
            epoch_start: 0,
        }
    }

    pub(crate) fn batches(&self) -> u64 {
        self.rows().len().div_ceil(self.size) as u64
    }

    /// Starts afresh.
    pub(crate) fn restart(&mut self, seed: u64) {
        self.stream = Stream::new(seed, Purpose::Batches);
        self.epoch_start = 0;
    }

    /// The samples of the update after `steps` updates, as a range of [`Order::rows`].
    pub(crate) fn batch(&mut self, steps: u64) -> Range<usize> {
        if steps.is_multiple_of(self.batches()) {
            self.deal();
        }
        self.span(steps)
    }

    /// The position of the samples of the update after `steps` updates in [`Order::rows`].
    pub(crate) fn span(&self, steps: u64) -> Range<usize> {
        let start = (steps % self.batches()) as usize * self.size;
        start..self.rows().len().min(start + self.size)
    }

    pub(crate) fn rows(&self) -> &[u32] {
        match &self.rows {
            Rows::Dealt(rows) => rows,
            Rows::Given(rows) => rows,
        }
    }

    /// Shuffles from the natural order, so that the stream's position determines the order.
    fn deal(&mut self) {
        if let Rows::Dealt(rows) = &mut self.rows
            && self.shuffle
        {
            self.epoch_start = self.stream.position();
            rows.iter_mut()
                .zip(0..)
                .for_each(|(row, natural)| *row = natural);
            self.stream.shuffle(rows);
        }
    }

    /// The state for [`Order::resume`] after `steps` updates.
    pub(crate) fn position(&self, steps: u64) -> u128 {
        if steps.is_multiple_of(self.batches()) {
            self.stream.position()
        } else {
            self.epoch_start
        }
    }

    /// Continues after `steps` updates of the training with `seed`.
    pub(crate) fn resume(&mut self, seed: u64, position: u128, steps: u64) {
        self.restart(seed);
        self.stream.set_position(position);
        if !steps.is_multiple_of(self.batches()) {
            self.deal();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_epoch_sees_every_sample_once_in_a_new_order() {
        let mut order = Order::new(10, 4, true, None, 7);
        assert_eq!(order.batches(), 3);
        let mut epochs = Vec::new();
        for epoch in 0..2 {
            let mut seen = Vec::new();
            let mut sizes = Vec::new();
            for step in 0..3 {
                let batch = order.batch(3 * epoch + step);
                sizes.push(batch.len());
                seen.extend_from_slice(&order.rows()[batch]);
            }
            assert_eq!(sizes, [4, 4, 2]);
            epochs.push(seen.clone());
            seen.sort_unstable();
            assert_eq!(seen, (0..10).collect::<Vec<u32>>());
        }
        assert_ne!(epochs[0], epochs[1]);
    }

    #[test]
    fn a_resumed_order_goes_on_as_before() {
        for stop in 0..9 {
            let mut straight = Order::new(10, 4, true, None, 3);
            for step in 0..stop {
                straight.batch(step);
            }
            let mut resumed = Order::new(10, 4, true, None, 99);
            resumed.resume(3, straight.position(stop), stop);
            for step in stop..stop + 7 {
                let (a, b) = (straight.batch(step), resumed.batch(step));
                assert_eq!(
                    straight.rows()[a],
                    resumed.rows()[b],
                    "stopped at {stop}, step {step}"
                );
            }
        }
    }

    #[test]
    fn the_natural_order_stays() {
        let mut order = Order::new(5, 2, false, None, 1);
        for step in 0..6 {
            let batch = order.batch(step);
            assert_eq!(
                order.rows()[batch.clone()],
                (0..5).collect::<Vec<u32>>()[batch]
            );
        }
    }

    #[test]
    fn a_given_order_is_dealt_over_and_over() {
        let given: Arc<[u32]> = [3, 3, 0, 4, 1, 3].into();
        let mut order = Order::new(5, 2, true, Some(&given), 1);
        assert_eq!(order.batches(), 3);
        for step in 0..8 {
            let batch = order.batch(step);
            let start = step as usize % 3 * 2;
            assert_eq!(order.rows()[batch], given[start..start + 2], "{step}");
        }
        let mut resumed = Order::new(5, 2, true, Some(&given), 9);
        resumed.resume(1, order.position(8), 8);
        let batch = resumed.batch(8);
        assert_eq!(resumed.rows()[batch], [1, 3]);
    }
}
