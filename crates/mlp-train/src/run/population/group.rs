//! Alike trainings side by side, a network a lane of the vectors.

use mlp_core::{Evaluation, Pack, Scalar, Status, Trainer};

use crate::{
    error::Error,
    resolve::recipe::Recipe,
    run::{
        outcome::Outcome,
        training::{Next, Training, TrainingContext},
    },
};

/// The most updates between two checks for an interruption.
const MOST_STEPS: u64 = 4000;
/// The most work between two checks, in products of a parameter and a sample of all networks: some hundredths of a second, so
/// that whoever waits for an interruption does not notice.
const MOST_WORK: u64 = 1 << 26;

/// Updates of so many networks between two checks, where one of one network is this much work.
fn most_steps(work: u64, networks: usize) -> u64 {
    let all = work.saturating_mul(networks as u64).max(1);
    (MOST_WORK / all).clamp(1, MOST_STEPS)
}

/// One training of a group.
struct Lane<'a, T: Scalar> {
    trainer: Trainer<'a, T>,
    training: Training<'a, T>,
    /// Updates before anything else is due.
    left: u64,
    /// What its record at this step tells of the training part, where it was evaluated with others.
    evaluated: Option<(Evaluation, f64)>,
    /// The part of it that the observer was told of.
    told: f64,
}

/// Trainings that a pack advances together. They are independent: each has the state that it would have
/// alone.
pub(super) struct Group<'a, T: Scalar> {
    pack: Pack<T>,
    /// Each in a place of its own, since those behind one that ends move up.
    lanes: Vec<Box<Lane<'a, T>>>,
    /// Trainers and recipes of trainings that have ended, to be reused.
    free: Vec<(Trainer<'a, T>, Recipe)>,
}

impl<'a, T: Scalar> Group<'a, T> {
    /// A group without trainings.
    pub(super) fn new(pack: Pack<T>) -> Self {
        Self {
            pack,
            lanes: Vec::new(),
            free: Vec::new(),
        }
    }

    /// Number of trainings in progress.
    pub(super) fn len(&self) -> usize {
        self.lanes.len()
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    /// The networks in training.
    pub(super) fn networks(&self) -> Vec<u64> {
        self.lanes
            .iter()
            .map(|lane| lane.training.network())
            .collect()
    }

    /// Whether a trainer may join.
    pub(super) fn takes(&self, trainer: &Trainer<'_, T>) -> bool {
        self.pack.takes(trainer)
    }

    /// A trainer and a recipe to be reused.
    pub(super) fn free(&mut self) -> Option<(Trainer<'a, T>, Recipe)> {
        self.free.pop()
    }

    /// Adds a training that has just begun.
    pub(super) fn add(&mut self, trainer: Trainer<'a, T>, training: Training<'a, T>) {
        self.lanes.push(Box::new(Lane {
            trainer,
            training,
            left: 0,
            evaluated: None,
            told: 0.0,
        }));
    }

    /// Advances to the next step at which anything is due in any training, and returns those that end
    /// there.
    ///
    /// # Errors
    /// What a training returns.
    pub(super) fn advance(&mut self, watch: TrainingContext<'_>) -> Result<Vec<Outcome>, Error> {
        self.update();
        self.tell(watch);
        self.record();
        let mut ended = Vec::new();
        let mut index = 0;
        while let Some(lane) = self.lanes.get_mut(index) {
            if lane.left > 0 && lane.trainer.status() == Status::Running && !watch.interrupted() {
                index += 1;
                continue;
            }
            let evaluated = lane.evaluated.take();
            // If it ends it counts as one.
            watch.observer.on_part(-std::mem::take(&mut lane.told));
            match lane.training.advance(&mut lane.trainer, evaluated)? {
                Next::Steps(steps) => {
                    lane.left = steps;
                    index += 1;
                }
                Next::Ended(outcome) => {
                    let lane = self.lanes.remove(index);
                    self.free.push((lane.trainer, lane.training.into_recipe()));
                    ended.push(*outcome);
                }
            }
        }
        Ok(ended)
    }

    /// Performs the updates that come before anything is due: of all trainings together or, where that is
    /// slower, of those with the fewest such updates.
    fn update(&mut self) {
        let fewest = self.lanes.iter().map(|lane| lane.left).min().unwrap_or(0);
        // They are alike.
        let work = self.lanes.first().map_or(0, |lane| lane.training.work());
        let steps = fewest.min(most_steps(work, self.lanes.len()));
        if self.pack.pays(self.lanes.len(), steps) {
            let trainers = self.lanes.iter_mut().map(|lane| &mut lane.trainer);
            self.pack.advance(&mut trainers.collect::<Vec<_>>(), steps);
            self.lanes.iter_mut().for_each(|lane| lane.left -= steps);
            return;
        }
        for lane in self.lanes.iter_mut().filter(|lane| lane.left == fewest) {
            for _ in 0..steps {
                lane.trainer.step();
            }
            lane.left -= steps;
        }
    }

    /// Tells the observer how much further the trainings are.
    fn tell(&mut self, watch: TrainingContext<'_>) {
        let mut more = 0.0;
        for lane in &mut self.lanes {
            let part = lane.training.part(lane.trainer.steps_done());
            more += part - std::mem::replace(&mut lane.told, part);
        }
        watch.observer.on_part(more);
    }

    /// Evaluates the training part for all records that are due, together where that pays.
    fn record(&mut self) {
        let due = |lane: &&mut Box<Lane<'a, T>>| {
            lane.left == 0
                && lane.trainer.status() == Status::Running
                && lane.training.records_at(lane.trainer.steps_done())
        };
        let mut lanes: Vec<_> = self.lanes.iter_mut().filter(due).collect();
        if !self.pack.pays(lanes.len(), 1) {
            return;
        }
        let trainers = lanes.iter_mut().map(|lane| &mut lane.trainer);
        let records = self.pack.record(&mut trainers.collect::<Vec<_>>());
        for (lane, record) in lanes.into_iter().zip(records) {
            lane.evaluated = Some(record);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_updates_are_checked_more_often() {
        // XOR in 2-2-1; the moons in 2-16-16-1; a layer of a thousand on ten thousand rows.
        let steps = [9 * 4, 337 * 192, 1_000_000 * 10_000].map(|work| most_steps(work, 16));
        assert_eq!(steps, [MOST_STEPS, 64, 1]);
        assert_eq!(most_steps(0, 0), MOST_STEPS);
    }
}
