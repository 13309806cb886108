//! Ranges of schedule settings.

use crate::Error;

/// Refuses what is not a finite number above 0.
pub(super) fn positive(what: &str, value: f64) -> Result<(), Error> {
    within(what, value, value > 0.0, "a finite number above 0")
}

/// Refuses what is not a finite number, 0 or more.
pub(super) fn not_negative(what: &str, value: f64) -> Result<(), Error> {
    within(what, value, value >= 0.0, "a finite number, not negative")
}

/// Refuses a count of 0.
pub(super) fn at_least_one(what: &str, count: u64) -> Result<(), Error> {
    within(what, count as f64, count > 0, "at least 1")
}

pub(super) fn within(
    what: &str,
    value: f64,
    holds: bool,
    expected: &'static str,
) -> Result<(), Error> {
    if value.is_finite() && holds {
        return Ok(());
    }
    Err(Error::BadValue {
        what: what.to_owned(),
        value,
        expected,
    })
}
