//! From trainers into lanes and back.

use super::{Batch, Lanes, Pack, go_alone};
use crate::{
    Scalar, Status,
    engine::Draws,
    trainer::{BatchSource, Trainer},
};

impl<T: Scalar> Pack<T> {
    /// Copies parameters and moments into their lanes; free lanes become zero.
    pub(super) fn load(&mut self, lanes: &Lanes<'_, '_, T>) {
        for (lane, trainer) in lanes.iter().enumerate() {
            match trainer {
                Some(trainer) => {
                    write(&trainer.parameters, lane, &mut self.parameters);
                    write(&trainer.moments, lane, &mut self.moments);
                    self.draws.lanes[lane].clone_from(&trainer.draws);
                }
                None => self.clear(lane),
            }
        }
    }

    /// Gives a trainer what its lane holds.
    pub(super) fn store(&self, lane: usize, trainer: &mut Trainer<'_, T>) {
        read(&self.parameters, lane, &mut trainer.parameters);
        read(&self.moments, lane, &mut trainer.moments);
        trainer.steps += self.uncounted;
    }

    /// A lane that no one looks at any more learns from zeros.
    fn clear(&mut self, lane: usize) {
        self.draws.lanes[lane] = Draws::default();
        for values in [&mut self.parameters, &mut self.moments] {
            for value in values.iter_mut().skip(lane).step_by(T::LANES) {
                *value = T::ZERO;
            }
        }
    }

    /// Ends the trainings that have a parameter that is not finite.
    pub(super) fn end_diverged(&mut self, lanes: &mut Lanes<'_, '_, T>) {
        for (lane, place) in lanes.iter_mut().enumerate() {
            if self.largest(lane).is_none()
                && let Some(trainer) = place.take()
            {
                self.store(lane, trainer);
                trainer.status = Status::Diverged;
            }
        }
    }

    /// Lets those go whose parameters are beyond the bound: they take the `steps` that are left alone.
    pub(super) fn eject(&mut self, lanes: &mut Lanes<'_, '_, T>, steps: u64) {
        for (lane, place) in lanes.iter_mut().enumerate() {
            let largest = self.largest(lane);
            let stays = place.is_some() && largest.is_some_and(|largest| largest <= self.bound);
            if stays {
                continue;
            }
            if let Some(trainer) = place.take() {
                self.store(lane, trainer);
                go_alone(trainer, steps);
            }
            self.clear(lane);
        }
    }

    /// Has every trainer clip its gradient and add its penalties', as if it were alone.
    pub(super) fn adjust_each_gradient(&mut self, lanes: &mut Lanes<'_, '_, T>) {
        if !self.signs.is_empty() {
            let values = &self.parameters;
            read_all(values, lanes, |trainer| &mut trainer.parameters);
        }
        read_all(&self.gradient, lanes, |trainer| &mut trainer.gradient);
        for trainer in lanes.iter_mut().flatten() {
            trainer.adjust_gradient();
        }
        write_all(lanes, &mut self.gradient, |trainer| &trainer.gradient);
    }

    /// Has every trainer limit its weights, as if it were alone.
    pub(super) fn limit_all_weights(&mut self, lanes: &mut Lanes<'_, '_, T>) {
        read_all(&self.parameters, lanes, |trainer| &mut trainer.parameters);
        for trainer in lanes.iter_mut().flatten() {
            trainer.limit_weights();
        }
        write_all(lanes, &mut self.parameters, |trainer| &trainer.parameters);
    }

    /// The size of a lane's largest parameter; `None` where one is not finite.
    pub(super) fn largest(&self, lane: usize) -> Option<T> {
        let values = self.parameters.iter().skip(lane).step_by(T::LANES);
        let mut largest = T::ZERO;
        for &value in values {
            if !value.is_finite() {
                return None;
            }
            let size = if value < T::ZERO { -value } else { value };
            if largest < size {
                largest = size;
            }
        }
        Some(largest)
    }

    /// Copies the samples of the next updates into their lanes.
    pub(super) fn gather(&mut self, lanes: &mut Lanes<'_, '_, T>) -> Batch<T> {
        let gather = &mut self.workspace.gather;
        let (mut count, mut factor) = (0, 0.0);
        for (lane, trainer) in lanes.iter_mut().enumerate() {
            let Some(trainer) = trainer else {
                continue;
            };
            let (samples, objective) = (&trainer.samples, &trainer.objective);
            match &mut trainer.feed {
                BatchSource::Full(_) => {
                    (count, factor) = (samples.len(), objective.factor());
                    gather.fill_lane(lane, samples, objective, 0..count);
                }
                BatchSource::Batches(order) | BatchSource::Single(order) => {
                    let batch = order.batch(trainer.steps + self.uncounted);
                    let rows = &order.rows()[batch];
                    (count, factor) = (rows.len(), objective.factor_of_rows(rows));
                    let rows = rows.iter().map(|&row| row as usize);
                    gather.fill_lane(lane, samples, objective, rows);
                }
            }
        }
        Batch {
            samples: count,
            factor: T::from_f64(factor),
        }
    }
}

/// Copies the numbers of a network to a lane.
fn write<T: Scalar>(from: &[T], lane: usize, to: &mut [T]) {
    let places = to.iter_mut().skip(lane).step_by(T::LANES);
    places.zip(from).for_each(|(to, &from)| *to = from);
}

/// Copies the numbers of a lane to a network.
pub(super) fn read<T: Scalar>(from: &[T], lane: usize, to: &mut [T]) {
    let values = from.iter().skip(lane).step_by(T::LANES);
    to.iter_mut().zip(values).for_each(|(to, &from)| *to = from);
}

/// Numbers of a network that are copied together: with those of all lanes they stay in the first-level cache.
const TOGETHER: usize = 64;

/// Copies the numbers of all lanes to their networks.
fn read_all<T: Scalar>(
    from: &[T],
    lanes: &mut Lanes<'_, '_, T>,
    to: impl for<'t, 'd> Fn(&'t mut Trainer<'d, T>) -> &'t mut [T],
) {
    for (block, from) in from.chunks(TOGETHER * T::LANES).enumerate() {
        let at = block * TOGETHER..block * TOGETHER + from.len() / T::LANES;
        for (lane, trainer) in lanes.iter_mut().enumerate() {
            if let Some(trainer) = trainer {
                read(from, lane, &mut to(trainer)[at.clone()]);
            }
        }
    }
}

/// Copies the numbers of all networks to their lanes.
fn write_all<T: Scalar>(
    lanes: &Lanes<'_, '_, T>,
    to: &mut [T],
    from: impl for<'t, 'd> Fn(&'t Trainer<'d, T>) -> &'t [T],
) {
    for (block, to) in to.chunks_mut(TOGETHER * T::LANES).enumerate() {
        let at = block * TOGETHER..block * TOGETHER + to.len() / T::LANES;
        for (lane, trainer) in lanes.iter().enumerate() {
            if let Some(trainer) = trainer {
                write(&from(trainer)[at.clone()], lane, to);
            }
        }
    }
}
