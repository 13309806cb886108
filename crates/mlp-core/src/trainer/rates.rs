//! The rates, decays and momentum of the next update, and the bookkeeping after an update.

use super::{BatchSource, Trainer};
use crate::{
    Scalar, Status,
    engine::{EvaluationSums, Observe},
    optimizer::Segment,
    schedule::WatchedLoss,
};

impl<T: Scalar> Trainer<'_, T> {
    /// Whether the schedule needs the loss that is a by-product of the next update.
    pub(super) fn schedule_shares_loss(&self) -> bool {
        match self.rate_schedule.wants(self.steps) {
            WatchedLoss::Epoch => true,
            WatchedLoss::Every(_) => self.validation.is_none() && self.shares_passes(),
            WatchedLoss::Nothing => false,
        }
    }

    /// Number of samples of the next update; none for all.
    fn batch(&self) -> Option<&[u32]> {
        match &self.feed {
            BatchSource::Full(_) => None,
            BatchSource::Batches(order) | BatchSource::Single(order) => {
                Some(&order.rows()[order.span(self.steps)])
            }
        }
    }

    /// Total weight of the samples of the next update.
    pub(super) fn batch_weight(&self) -> f64 {
        self.objective.weight(self.batch())
    }

    /// Sets the segments and the momentum for the next update. A loss that is needed is the by-product of
    /// the gradient where possible, else it is computed here.
    pub(super) fn set_rates(&mut self) {
        if !self.rate_schedule.varies {
            return;
        }
        let weight = self.batch_weight();
        let shared = self.schedule_shares_loss() && !self.loss.is_nan();
        match self.rate_schedule.wants(self.steps) {
            WatchedLoss::Nothing => {}
            WatchedLoss::Every(_) => {
                let loss = if shared {
                    self.loss
                } else {
                    self.loss_now(true)
                };
                if self
                    .rate_schedule
                    .schedule
                    .judge(loss, &mut self.rate_schedule.state)
                {
                    self.rate_schedule.state.reductions += 1;
                }
            }
            WatchedLoss::Epoch => {
                let loss = if shared {
                    self.loss
                } else {
                    self.loss_now(false)
                };
                // The penalty uses the current decays, which the segments do not have yet.
                self.rate_schedule
                    .set(&self.base, &mut self.segments, self.steps, weight);
                let count = self.batch().map_or(self.samples.len(), <[u32]>::len);
                self.rate_schedule.state.sum += (loss + self.penalty()) * count as f64;
            }
        }
        self.rate_schedule
            .set(&self.base, &mut self.segments, self.steps, weight);
        if let Some(momentum) = self.rate_schedule.momentum(self.steps)
            && let Some(moved) = self.optimizer.momentum_mut()
        {
            *moved = momentum;
        }
    }

    /// At the end of an epoch, after its last update: passes the epoch's loss to the schedule.
    pub(super) fn end_update(&mut self) {
        let rate_schedule = &mut self.rate_schedule;
        if rate_schedule.schedule.watch() != WatchedLoss::Epoch
            || !self.steps.is_multiple_of(rate_schedule.epoch)
        {
            return;
        }
        let loss = rate_schedule.state.sum / rate_schedule.samples as f64;
        rate_schedule.state.sum = 0.0;
        if self.steps <= rate_schedule.warm_up.updates
            || !rate_schedule.schedule.judge(loss, &mut rate_schedule.state)
        {
            return;
        }
        let spent = self
            .segments
            .iter()
            .all(|segment| rate_schedule.schedule.is_spent(segment.rate));
        if spent && self.status == Status::Running {
            self.status = Status::Stopped;
        } else {
            rate_schedule.state.reductions += 1;
        }
    }

    /// The mean loss at the current parameters, in evaluation mode: over the validation samples if
    /// requested and available, else over the training samples.
    fn loss_now(&mut self, validation: bool) -> f64 {
        let mut evaluation_sums = EvaluationSums::default();
        let kept = self.validation.take();
        let factor = match &kept {
            Some((samples, objective)) if validation => {
                self.observe(
                    Some((samples, objective)),
                    Observe::Loss,
                    &mut evaluation_sums,
                );
                objective.factor()
            }
            _ => {
                self.observe(None, Observe::Loss, &mut evaluation_sums);
                self.objective.factor()
            }
        };
        self.validation = kept;
        evaluation_sums.loss() * factor
    }

    /// The contribution of weight decay and the L1 penalty to the loss: decay / 2 times the sum of squares,
    /// and l1 times the sum of absolute values.
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

    /// The rate of the last update (before the first, the rate of the first), of the first
    /// layer that is not frozen.
    pub fn learning_rate(&self) -> f64 {
        if self.steps == 0 {
            return self.rate_schedule.rate(self.base[0].rate, 0);
        }
        self.segments[0].rate
    }

    /// Rate and weight decay of the last update for a parameter (before the first, those
    /// of the first); 0 and 0 for a frozen one.
    pub fn rate_and_decay(&self, parameter: usize) -> (f64, f64) {
        let holds = |segment: &&Segment| segment.range.contains(&parameter);
        let segment = self.segments.iter().find(holds);
        segment.map_or((0.0, 0.0), |segment| (segment.rate, segment.decay))
    }
}
