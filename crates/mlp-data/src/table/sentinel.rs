//! Numbers that stand for a missing value: surveys, stations and programs write them among measurements.

use super::number::format_number;

/// The ends of whole numbers of 16 and of 32 bits, which programs write where they have no value.
const ENDS: [f64; 4] = [32_767.0, 32_768.0, 2_147_483_647.0, 2_147_483_648.0];

/// Beyond this size a number among smaller ones is none that was measured: `1e20`, `-3.4e38`.
const ENDLESS: f64 = 1e20;

/// A number that stands for a missing value, it seems, and how often: one of those that are written for it, more than once, and
/// farther from the other values than these are from each other.
pub(super) fn sentinel(values: &[f64]) -> Option<(f64, usize)> {
    let mut known = values.iter().copied().filter(|value| !value.is_nan());
    let first = known.next()?;
    let (least, greatest) = known.fold((first, first), |(least, greatest), value| {
        let least = if value < least { value } else { least };
        (least, if value > greatest { value } else { greatest })
    });
    [least, greatest].into_iter().find_map(|number| {
        if !is_written_so(number) {
            return None;
        }
        let times = values.iter().filter(|value| **value == number).count();
        let mut rest = (values.iter().copied()).filter(|value| *value != number && !value.is_nan());
        let first = rest.next()?;
        let (least, greatest) = rest.fold((first, first), |(least, greatest), value| {
            let least = if value < least { value } else { least };
            (least, if value > greatest { value } else { greatest })
        });
        let apart = if number < least {
            least - number
        } else {
            number - greatest
        };
        (times > 1 && apart > 2.0 * (greatest - least) + 1.0).then_some((number, times))
    })
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
        ] {
            assert_eq!(sentinel(values), Some(found), "{values:?}");
        }
        for values in [
            // An age, a scale up to 9, a single one, nothing else, and a number that is not written so.
            &[18.0, 99.0, 80.0, 99.0][..],
            &[1.0, 9.0, 5.0, 9.0],
            &[1.0, 99.0, 3.0],
            &[9.0, 9.0],
            &[1.0, 500.0, 3.0, 500.0],
            &[1.0, 88.0, 3.0, 88.0],
            &[f64::NAN],
            &[],
        ] {
            assert_eq!(sentinel(values), None, "{values:?}");
        }
    }
}
