//! Numbers that stand for a missing value: surveys, stations and programs write them among measurements.

use super::number::format_number;

/// The ends of whole numbers of 16 and of 32 bits, which programs write where they have no value.
const ENDS: [f64; 4] = [32_767.0, 32_768.0, 2_147_483_647.0, 2_147_483_648.0];

/// Beyond this size a number among smaller ones is none that was measured: `1e20`, `-3.4e38`.
const ENDLESS: f64 = 1e20;

/// A number up to here stands for a missing value where it comes but once, and every other is above zero.
const LONE: f64 = -99.0;

/// A whole number up to [`LONE`] that comes so often may stand for a missing value, whatever its digits: `-200`.
const OFTEN: u64 = 3;

/// The least and the greatest of numbers that come one by one, how often each came, and what comes next to them.
#[derive(Clone, Debug, Default)]
pub(super) struct Ends {
    least: Option<(f64, u64)>,
    above_least: Option<f64>,
    greatest: Option<(f64, u64)>,
    below_greatest: Option<f64>,
}

impl Ends {
    /// Of these numbers; NaN stands for none.
    pub fn of(numbers: &[f64]) -> Self {
        let mut ends = Self::default();
        numbers.iter().for_each(|&number| ends.take(number));
        ends
    }

    /// Takes a number down.
    pub fn take(&mut self, number: f64) {
        if number.is_nan() {
            return;
        }
        next(&mut self.least, &mut self.above_least, number, |a, b| a < b);
        next(
            &mut self.greatest,
            &mut self.below_greatest,
            number,
            |a, b| a > b,
        );
    }

    /// A number that stands for a missing value, it seems, and how often: one of those that are written for it, farther from the
    /// other values than these are from each other; more than once, or a negative one where all others are none.
    pub fn sentinel(&self) -> Option<(f64, u64)> {
        let ((least, _), (greatest, _)) = (self.least?, self.greatest?);
        let rest = [
            (self.least?, self.above_least?, greatest),
            (self.greatest?, least, self.below_greatest?),
        ];
        rest.into_iter()
            .find_map(|((number, times), least, greatest)| {
                let apart = if number < least {
                    least - number
                } else {
                    number - greatest
                };
                let written = is_written_so(number)
                    || number <= LONE && number.fract() == 0.0 && times >= OFTEN;
                let stands_out = times > 1 || number <= LONE && least >= 0.0;
                (written && stands_out && apart > 2.0 * (greatest - least) + 1.0)
                    .then_some((number, times))
            })
    }
}

/// Takes a number down for one end; `beyond` says whether one number is nearer to that end than another.
fn next(
    end: &mut Option<(f64, u64)>,
    behind: &mut Option<f64>,
    number: f64,
    beyond: impl Fn(f64, f64) -> bool,
) {
    match end {
        Some((last, times)) if *last == number => *times += 1,
        Some((last, _)) if !beyond(number, *last) => {
            if behind.is_none_or(|behind| beyond(number, behind)) {
                *behind = Some(number);
            }
        }
        _ => {
            *behind = end.map(|(last, _)| last);
            *end = Some((number, 1));
        }
    }
}

/// What is said of a number that stands for a missing value, it seems, in `what` column; `more` stands behind the option.
pub(super) fn sentinel_note(what: &str, (number, times): (f64, u64), more: &str) -> String {
    let code = format_number(number);
    let times = match times {
        1 => "once".to_owned(),
        times => format!("{times} times"),
    };
    format!(
        "{what} has {code} {times}, far from its other values; if that is a code for a missing value, say so with --missing-words {code}{more}"
    )
}

/// Whether a number is one that is written for a missing value: nines (`-999`, `99.9`), three eights or more, an end of the whole
/// numbers, or one beyond all measure.
fn is_written_so(number: f64) -> bool {
    let size = number.abs();
    let mut digits = format_number(size);
    digits.retain(|c| c != '.');
    let all = |wanted: char| digits.chars().all(|digit| digit == wanted);
    all('9') || all('8') && digits.len() > 2 || ENDS.contains(&size) || size >= ENDLESS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_for_missing_values_stand_apart() {
        for (values, found) in [
            (&[1.0, 99.0, 3.0, 2.0, 99.0][..], (99.0, 2)),
            (&[-999.0, 10.5, 3.0, -999.0, f64::NAN], (-999.0, 2)),
            (&[-99.9, 10.5, 3.0, -99.9], (-99.9, 2)),
            (&[888.0, 10.5, 3.0, 888.0, 888.0], (888.0, 3)),
            (&[-32_768.0, 10.5, 3.0, -32_768.0], (-32_768.0, 2)),
            (&[1e20, 10.5, 3.0, 1e20], (1e20, 2)),
            (&[5.0, -999.0, 3.0, 0.0], (-999.0, 1)),
            (&[2.6, -200.0, -1.9, -200.0, 11.9, -200.0], (-200.0, 3)),
        ] {
            assert_eq!(Ends::of(values).sentinel(), Some(found), "{values:?}");
        }
        for values in [
            // An age, a scale up to 9, a single one, nothing else, and a number that is not written so.
            &[18.0, 99.0, 80.0, 99.0][..],
            &[1.0, 9.0, 5.0, 9.0],
            &[1.0, 99.0, 3.0],
            &[1.0, -9.0, 3.0],
            &[1.0, -999.0, -3.0],
            &[9.0, 9.0],
            &[1.0, 500.0, 3.0, 500.0],
            &[1.0, -200.0, 3.0, -200.0],
            &[-150.0, -200.0, 30.0, -200.0, -200.0],
            &[1.0, 88.0, 3.0, 88.0],
            &[f64::NAN],
            &[],
        ] {
            assert_eq!(Ends::of(values).sentinel(), None, "{values:?}");
        }
    }
}
