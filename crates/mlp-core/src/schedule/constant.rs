//! No schedule.

use super::{Course, Horizon, Progress, Slot};
use crate::{Error, spelling::Known};

/// A constant learning rate: r.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Constant;

impl Course for Constant {
    const KNOWN: Known = Known::new("constant", "the learning rate, unchanged");

    fn fresh(_: &Horizon) -> Self {
        Self
    }

    fn settings(&mut self) -> Vec<(&'static str, Slot<'_>)> {
        Vec::new()
    }

    fn validate(&self) -> Result<(), Error> {
        Ok(())
    }

    fn rate(&self, rate: f64, _: &Progress) -> f64 {
        rate
    }
}
