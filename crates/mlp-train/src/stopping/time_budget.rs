//! A time budget: training ends with the first update after this much wall time.
//!
//! A clock decides how much is computed, never a value: the step at which it ended is stored in the
//! resolved experiment as `stop_after`, which ends the training there without a clock. Schedules and
//! records still follow the planned number of steps, so the numbers are the same.

use std::time::Duration;

use crate::clock::Clock;

/// The key, which is the rule's name.
pub const NAME: &str = "time_budget";

/// Reads `30s`, `1h 30min`, `500ms`, or a number of seconds.
pub fn parse(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok();
    let duration = match seconds {
        Some(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        None => humantime::parse_duration(text).ok(),
    };
    match duration {
        Some(duration) if !duration.is_zero() => Ok(duration),
        _ => Err(format!(
            "\"{text}\" is not a duration above 0; write it as in 30s, 5min or 1h 30min"
        )),
    }
}

/// As [`parse`] reads it.
pub fn text(duration: Duration) -> String {
    humantime::format_duration(duration).to_string()
}

/// The elapsed time of a training, excluding interruptions.
#[derive(Debug)]
pub(super) struct Spending<'a> {
    clock: &'a dyn Clock,
    started: Duration,
    /// The time before an interruption.
    before: Duration,
    budget: Option<Duration>,
    end: Option<Duration>,
}

impl<'a> Spending<'a> {
    /// Starts now. A budget beyond the clock's range never ends.
    pub(super) fn start(clock: &'a dyn Clock, budget: Option<Duration>) -> Self {
        Self::go_on(clock, budget, Duration::ZERO)
    }

    /// Continues after this much time has elapsed.
    fn go_on(clock: &'a dyn Clock, budget: Option<Duration>, before: Duration) -> Self {
        let started = clock.now();
        let left = budget.map(|budget| budget.saturating_sub(before));
        Self {
            clock,
            started,
            before,
            budget,
            end: left.and_then(|left| started.checked_add(left)),
        }
    }

    /// The elapsed time.
    pub(super) fn spent(&self) -> Duration {
        self.before + self.clock.now().saturating_sub(self.started)
    }

    /// Adds the time before an interruption.
    pub(super) fn recall(&mut self, spent: Duration) {
        *self = Self::go_on(self.clock, self.budget, spent);
    }

    /// Whether it is over at some time.
    pub(super) fn has_end(&self) -> bool {
        self.end.is_some()
    }

    pub(super) fn is_over(&self) -> bool {
        self.end.is_some_and(|end| self.clock.now() >= end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::StoppedClock;

    #[test]
    fn times_are_read_in_the_usual_spellings() {
        assert_eq!(parse("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(parse("1.5"), Ok(Duration::from_millis(1500)));
        assert_eq!(parse("1h 30min"), Ok(Duration::from_secs(5400)));
        for bad in ["0", "0s", "-1", "soon", "nan", "inf", "1e300"] {
            assert!(parse(bad).unwrap_err().contains("30s"), "{bad}");
        }
        for text_ in ["30s", "1h 30m", "500ms"] {
            assert_eq!(text(parse(text_).unwrap()), text_);
        }
    }

    #[test]
    fn a_budget_ends_and_none_does_not() {
        let budget = |budget| Spending::start(&StoppedClock, budget);
        assert!(budget(Some(Duration::ZERO)).is_over());
        assert!(!budget(Some(Duration::MAX)).is_over());
        assert!(!budget(None).is_over());
    }
}
