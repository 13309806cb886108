//! How fast a training goes at the moment: the rates, decays and momentum of the next update.

use super::{Feed, Trainer};
use crate::{
    Scalar, Schedule, ScheduleState, Status, WarmUp,
    engine::{Observe, Tally},
    optimizer::Segment,
    schedule::{Progress, Watch},
};

/// The schedule of a training and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    schedule: Schedule,
    warm_up: WarmUp,
    /// Updates in one pass over the samples.
    epoch: u64,
    /// Samples that they see.
    samples: u64,
    /// Whether rate or decay can differ between updates.
    pub(super) varies: bool,
    pub(super) state: ScheduleState,
}

impl Pace {
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

    /// Where the schedule stands after `updates` updates of the training.
    fn progress(&self, updates: u64) -> Progress {
        let warm_up = self.warm_up.updates;
        let epochs = (updates / self.epoch).saturating_sub(warm_up / self.epoch);
        Progress {
            updates: updates.saturating_sub(warm_up),
            samples: epochs * self.samples,
            reductions: self.state.reductions,
        }
    }

    /// The rate of the update after `updates` updates where the learning rate is `rate`.
    fn rate(&self, rate: f64, updates: u64) -> f64 {
        let warming = self.warm_up.rate(rate, updates);
        warming.unwrap_or_else(|| self.schedule.rate(rate, &self.progress(updates)))
    }

    /// The momentum of that update, where the schedule moves it.
    fn momentum(&self, updates: u64) -> Option<f64> {
        self.schedule.momentum(&self.progress(updates))
    }

    /// Which losses are wanted after `updates` updates, before the next one.
    fn wants(&self, updates: u64) -> Watch {
        match self.schedule.watch() {
            Watch::Every(every)
                if updates <= self.warm_up.updates || !updates.is_multiple_of(every) =>
            {
                Watch::Nothing
            }
            watch => watch,
        }
    }

    /// `segments` at the pace of the update after `updates` updates, whose samples count `weight`.
    pub(super) fn set(&self, base: &[Segment], now: &mut [Segment], updates: u64, weight: f64) {
        let mut last = (f64::NAN, f64::NAN);
        for (base, now) in base.iter().zip(now) {
            // Neighbours mostly share their rate; a cosine is taken once.
            if base.rate.to_bits() != last.0.to_bits() {
                last = (base.rate, self.rate(base.rate, updates));
            }
            now.rate = last.1;
            // Samples without weight make no step.
            let share = if weight > 0.0 {
                base.alpha / weight
            } else {
                0.0
            };
            now.decay = base.decay + share;
        }
    }
}

impl<T: Scalar> Trainer<'_, T> {
    /// Whether the schedule wants the loss that comes with the pass of the next update.
    pub(super) fn schedule_shares_loss(&self) -> bool {
        match self.pace.wants(self.steps) {
            Watch::Epoch => true,
            Watch::Every(_) => self.validation.is_none() && self.shares_passes(),
            Watch::Nothing => false,
        }
    }

    /// Samples that the next update sees; none for all.
    fn batch(&self) -> Option<&[u32]> {
        match &self.feed {
            Feed::Full(_) => None,
            Feed::Batches(order) | Feed::Single(order) => {
                Some(&order.rows()[order.span(self.steps)])
            }
        }
    }

    /// What the samples of the next update count together.
    pub(super) fn batch_weight(&self) -> f64 {
        self.objective.weight(self.batch())
    }

    /// Brings the segments and the momentum to the pace of the next update. A loss that is wanted
    /// is the one that the gradient came with where that will do, else it is computed here.
    pub(super) fn set_pace(&mut self) {
        if !self.pace.varies {
            return;
        }
        let weight = self.batch_weight();
        let shared = self.schedule_shares_loss() && !self.loss.is_nan();
        match self.pace.wants(self.steps) {
            Watch::Nothing => {}
            Watch::Every(_) => {
                let loss = if shared {
                    self.loss
                } else {
                    self.loss_now(true)
                };
                if self.pace.schedule.judge(loss, &mut self.pace.state) {
                    self.pace.state.reductions += 1;
                }
            }
            Watch::Epoch => {
                let loss = if shared {
                    self.loss
                } else {
                    self.loss_now(false)
                };
                // The penalty is that of the decays in force, which the segments still lack.
                self.pace
                    .set(&self.base, &mut self.segments, self.steps, weight);
                let count = self.batch().map_or(self.samples.len(), <[u32]>::len);
                self.pace.state.sum += (loss + self.penalty()) * count as f64;
            }
        }
        self.pace
            .set(&self.base, &mut self.segments, self.steps, weight);
        if let Some(momentum) = self.pace.momentum(self.steps)
            && let Some(moved) = self.optimizer.momentum_mut()
        {
            *moved = momentum;
        }
    }

    /// At the end of an epoch, after its last update: the schedule is told the epoch's loss.
    pub(super) fn end_update(&mut self) {
        let pace = &mut self.pace;
        if pace.schedule.watch() != Watch::Epoch || !self.steps.is_multiple_of(pace.epoch) {
            return;
        }
        let loss = pace.state.sum / pace.samples as f64;
        pace.state.sum = 0.0;
        if self.steps <= pace.warm_up.updates || !pace.schedule.judge(loss, &mut pace.state) {
            return;
        }
        let spent = self
            .segments
            .iter()
            .all(|segment| pace.schedule.is_spent(segment.rate));
        if spent && self.status == Status::Running {
            self.status = Status::Stopped;
        } else {
            pace.state.reductions += 1;
        }
    }

    /// The mean loss at the parameters as they stand, in evaluation: over the validation samples if
    /// they are asked for and there are some, else over the training samples.
    fn loss_now(&mut self, validation: bool) -> f64 {
        let mut tally = Tally::default();
        let kept = self.validation.take();
        let factor = match &kept {
            Some((samples, objective)) if validation => {
                self.observe(Some((samples, objective)), Observe::Loss, &mut tally);
                objective.factor()
            }
            _ => {
                self.observe(None, Observe::Loss, &mut tally);
                self.objective.factor()
            }
        };
        self.validation = kept;
        tally.loss() * factor
    }

    /// What weight decay and the L1 penalty add to the loss: decay / 2 times the sum of squares,
    /// and l1 times the sum of sizes.
    fn penalty(&self) -> f64 {
        let squares = self.segments.iter().map(|segment| {
            let parameters = &self.parameters[segment.range.clone()];
            segment.decay / 2.0 * self.program.kernels.sum_of_squares(parameters)
        });
        let sizes = self.signs.iter().map(|(range, l1)| {
            let sizes = self.parameters[range.clone()].iter();
            l1 * sizes.fold(0.0, |sum, p| sum + p.to_f64().abs())
        });
        squares.chain(sizes).fold(0.0, |sum, term| sum + term)
    }

    /// The rate of the update made last (before the first, the rate of the first), of the first
    /// layer.
    pub fn learning_rate(&self) -> f64 {
        if self.steps == 0 {
            return self.pace.rate(self.base[0].rate, 0);
        }
        self.segments[0].rate
    }

    /// Rate and weight decay that the update made last had for a parameter (before the first, those
    /// of the first).
    ///
    /// # Panics
    /// If there is no such parameter.
    pub fn rate_and_decay(&self, parameter: usize) -> (f64, f64) {
        let holds = |segment: &&Segment| segment.range.contains(&parameter);
        let segment = self.segments.iter().find(holds);
        let segment = segment.expect("every parameter is in a segment");
        (segment.rate, segment.decay)
    }
}
