//! The one-cycle schedule.

use std::f64::consts::PI;

use super::{
    ScheduleContext, ScheduleDefinition, ScheduleProgress, Slot, positive, setting::choice, within,
};
use crate::{Error, math, spelling::Known};

choice! {
    /// The shape of a phase.
    Shape:
    /// Half a cosine.
    Cosine = "cosine",
    /// A straight line.
    Linear = "linear",
}

/// PyTorch's `OneCycleLR` (Smith and Topin 2019), with the learning rate r as its peak: from
/// r / start_divisor up to r at s = rise steps - 1, and down to r / start_divisor / final_divisor at
/// s = steps - 1; with three phases first down symmetrically, then to the end. The momentum moves
/// inversely. After `steps` updates everything stays constant.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct OneCycle {
    /// Updates of the cycle; at least 2.
    pub steps: u64,
    /// The fraction of them in which the rate rises; in (0, 1), below 1/2 with three phases.
    pub rise: f64,
    /// The peak divided by the first rate; positive.
    pub start_divisor: f64,
    /// The first rate divided by the last; positive.
    pub final_divisor: f64,
    /// The shape of each phase.
    pub shape: Shape,
    /// Whether it falls symmetrically before the last phase.
    pub three_phase: bool,
    /// Whether the momentum (Adam's beta1) is cycled inversely to the rate.
    pub cycle_momentum: bool,
    /// The momentum at the peak.
    pub base_momentum: f64,
    /// The momentum at the start and at the end.
    pub max_momentum: f64,
}

impl OneCycle {
    /// A number that is `ends[0]` at the start, `ends[1]` at the peak, `ends[2]` at the start of a third
    /// phase, and `ends[3]` at the end.
    fn at(&self, updates: u64, ends: [f64; 4]) -> f64 {
        let steps = self.steps as f64;
        let last = steps - 1.0;
        let peak = self.rise * steps - 1.0;
        let [start, top, turn, end] = ends;
        let two = [(peak, start, top), (last, top, end), (last, end, end)];
        let three = [
            (peak, start, top),
            (2.0 * self.rise * steps - 2.0, top, turn),
            (last, turn, end),
        ];
        let phases = if self.three_phase { three } else { two };
        let (at, mut begin) = (updates as f64, 0.0);
        for (finish, from, to) in phases {
            if at <= finish {
                let share = (at - begin) / (finish - begin);
                return match self.shape {
                    // Where the phase has no length its end counts.
                    _ if finish <= begin => to,
                    Shape::Cosine => to + (from - to) / 2.0 * (math::cos(PI * share) + 1.0),
                    Shape::Linear => (to - from) * share + from,
                };
            }
            begin = finish;
        }
        end
    }
}

impl ScheduleDefinition for OneCycle {
    const KNOWN: Known = Known::new(
        "one-cycle",
        "rises to the learning rate, then falls to almost 0",
    );

    fn fresh(horizon: &ScheduleContext) -> Self {
        Self {
            steps: horizon.updates.max(2),
            rise: 0.3,
            start_divisor: 25.0,
            final_divisor: 1e4,
            shape: Shape::Cosine,
            three_phase: false,
            cycle_momentum: horizon.momentum,
            base_momentum: 0.85,
            max_momentum: 0.95,
        }
    }

    fn settings(&mut self) -> Vec<(&'static str, Slot<'_>)> {
        vec![
            ("steps", Slot::Count(&mut self.steps)),
            ("rise", Slot::Number(&mut self.rise)),
            ("start_divisor", Slot::Number(&mut self.start_divisor)),
            ("final_divisor", Slot::Number(&mut self.final_divisor)),
            ("shape", Slot::Word(&mut self.shape)),
            ("three_phase", Slot::Flag(&mut self.three_phase)),
            ("cycle_momentum", Slot::Flag(&mut self.cycle_momentum)),
            ("base_momentum", Slot::Number(&mut self.base_momentum)),
            ("max_momentum", Slot::Number(&mut self.max_momentum)),
        ]
    }

    fn validate(&self) -> Result<(), Error> {
        let steps = self.steps;
        within(
            "steps of the one-cycle schedule",
            steps as f64,
            steps >= 2,
            "at least 2",
        )?;
        let (top, expected) = match self.three_phase {
            true => (0.5, "above 0 and at most 1/2 with three phases"),
            false => (1.0, "above 0 and at most 1"),
        };
        let rise = self.rise;
        within(
            "rise of the one-cycle schedule",
            rise,
            rise > 0.0 && rise <= top,
            expected,
        )?;
        positive(
            "the start divisor of the one-cycle schedule",
            self.start_divisor,
        )?;
        positive(
            "the final divisor of the one-cycle schedule",
            self.final_divisor,
        )?;
        for (what, momentum) in [
            (
                "the base momentum of the one-cycle schedule",
                self.base_momentum,
            ),
            (
                "the max momentum of the one-cycle schedule",
                self.max_momentum,
            ),
        ] {
            let holds = momentum > 0.0 && momentum < 1.0;
            within(what, momentum, holds, "above 0 and below 1")?;
        }
        Ok(())
    }

    fn rate(&self, rate: f64, progress: &ScheduleProgress) -> f64 {
        let first = rate / self.start_divisor;
        self.at(
            progress.updates,
            [first, rate, first, first / self.final_divisor],
        )
    }

    fn momentum(&self, progress: &ScheduleProgress) -> Option<f64> {
        let (base, max) = (self.base_momentum, self.max_momentum);
        self.cycle_momentum
            .then(|| self.at(progress.updates, [max, base, max, max]))
    }
}
