//! The rates, decays and momentum of the next update.

use crate::{
    Schedule, ScheduleState, WarmUp,
    optimizer::Segment,
    schedule::{ScheduleProgress, WatchedLoss},
};

/// The schedule of a training and its progress.
#[derive(Clone, Debug)]
pub(super) struct RateSchedule {
    pub(super) schedule: Schedule,
    pub(super) warm_up: WarmUp,
    /// Updates in one pass over the samples.
    pub(super) epoch: u64,
    /// Samples in that pass.
    pub(super) samples: u64,
    /// Whether rate or decay can differ between updates.
    pub(super) varies: bool,
    pub(super) state: ScheduleState,
}

impl RateSchedule {
    pub(super) fn new(spec: &crate::TrainSpec, epoch: u64, samples: u64) -> Self {
        Self {
            schedule: spec.schedule,
            warm_up: spec.warm_up,
            epoch,
            samples,
            varies: !spec.schedule.is_constant() || spec.warm_up.updates > 0 || spec.alpha > 0.0,
            state: ScheduleState::default(),
        }
    }

    /// Updates in one pass over the samples.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The progress of the schedule after `updates` updates of the training.
    fn progress(&self, updates: u64) -> ScheduleProgress {
        let warm_up = self.warm_up.updates;
        let epochs = (updates / self.epoch).saturating_sub(warm_up / self.epoch);
        ScheduleProgress {
            updates: updates.saturating_sub(warm_up),
            samples: epochs * self.samples,
            reductions: self.state.reductions,
        }
    }

    /// The rate of the update after `updates` updates for the learning rate `rate`.
    pub(super) fn rate(&self, rate: f64, updates: u64) -> f64 {
        let warming = self.warm_up.rate(rate, updates);
        warming.unwrap_or_else(|| self.schedule.rate(rate, &self.progress(updates)))
    }

    /// The momentum of that update, where the schedule cycles it.
    pub(super) fn momentum(&self, updates: u64) -> Option<f64> {
        self.schedule.momentum(&self.progress(updates))
    }

    /// Which losses are needed after `updates` updates, before the next one.
    pub(super) fn wants(&self, updates: u64) -> WatchedLoss {
        match self.schedule.watch() {
            WatchedLoss::Every(every)
                if updates <= self.warm_up.updates || !updates.is_multiple_of(every) =>
            {
                WatchedLoss::Nothing
            }
            watch => watch,
        }
    }

    /// Sets `segments` to the rates of the update after `updates` updates, whose samples have total weight `weight`.
    pub(super) fn set(&self, base: &[Segment], now: &mut [Segment], updates: u64, weight: f64) {
        let mut last = (f64::NAN, f64::NAN);
        for (base, now) in base.iter().zip(now) {
            // Neighbours mostly share their rate; a cosine is computed once.
            if base.rate.to_bits() != last.0.to_bits() {
                last = (base.rate, self.rate(base.rate, updates));
            }
            now.rate = last.1;
            // Samples with total weight 0 make no step.
            let share = if weight > 0.0 {
                base.alpha / weight
            } else {
                0.0
            };
            now.decay = base.decay + share;
        }
    }
}
