//! No schedule.

use super::{ScheduleContext, ScheduleDefinition, ScheduleProgress, Slot};
use crate::{Error, spelling::Known};

/// A constant learning rate: r.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Constant;

impl ScheduleDefinition for Constant {
    const KNOWN: Known = Known::new("constant", "the learning rate, unchanged");

    fn fresh(_: &ScheduleContext) -> Self {
        Self
    }

    fn settings(&mut self) -> Vec<(&'static str, Slot<'_>)> {
        Vec::new()
    }

    fn validate(&self) -> Result<(), Error> {
        Ok(())
    }

    fn rate(&self, rate: f64, _: &ScheduleProgress) -> f64 {
        rate
    }
}
