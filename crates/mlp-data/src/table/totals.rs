//! A last row that sums up those above it: the sums or the means of the columns.

use super::number::format_number;
use crate::names;

/// Fewer values are not summed up.
const FEW: usize = 5;
/// Decimals of a mean: with fewer, values come to it by chance.
const LEAST_DECIMALS: usize = 2;

/// What the values of a column but the last come to; NaN counts for none.
#[derive(Default)]
struct Above {
    values: usize,
    sum: f64,
    /// The sum of their sizes.
    sizes: f64,
    greatest: f64,
    /// How many are not 0.
    counting: usize,
    varies: bool,
}

impl Above {
    /// What stands above `last`; not to the end where that tells already that they vary and come to another number.
    fn of(values: impl Iterator<Item = f64>, last: f64) -> Self {
        let mut above = Self::default();
        let mut first = None;
        let is_whole = decimals(last) < LEAST_DECIMALS;
        for value in values.filter(|value| !value.is_nan()) {
            above.values += 1;
            above.sum += value;
            above.sizes += value.abs();
            above.greatest = above.greatest.max(value.abs());
            above.counting += usize::from(value != 0.0);
            above.varies |= *first.get_or_insert(value) != value;
            let differs = above.greatest >= last.abs() && is_whole;
            if above.values >= FEW && above.varies && differs {
                break;
            }
        }
        above
    }

    /// Whether a number is their sum, and greater than each.
    fn sum_to(&self, last: f64) -> bool {
        self.greatest < last.abs() && (self.sum - last).abs() <= 1e-9 * self.sizes
    }

    /// Whether a number is their mean to as many decimals as it has, which are two at least.
    fn mean_is(&self, last: f64) -> bool {
        const HALF: f64 = 0.500_000_1;
        let decimals = decimals(last);
        let apart = (self.sum / self.values as f64 - last).abs();
        decimals >= LEAST_DECIMALS && apart <= HALF * 10f64.powi(-(decimals.min(15) as i32))
    }
}

/// Decimals of a number in its fewest digits.
fn decimals(number: f64) -> usize {
    let written = format_number(number);
    let decimals = written.split_once('.');
    decimals.map_or(0, |(_, decimals)| decimals.len())
}

/// What is said of the last row, where it holds the sums or the means of the columns; each has a name and its values.
pub(super) fn total_note<'a>(
    columns: impl Iterator<Item = (&'a str, impl DoubleEndedIterator<Item = f64>)>,
) -> Option<String> {
    let (mut sums, mut means, mut varied, mut certain) = (Vec::new(), Vec::new(), 0, false);
    for (name, mut values) in columns {
        let last = values.next_back().unwrap_or(f64::NAN);
        if last.is_nan() {
            continue;
        }
        let above = Above::of(values, last);
        if above.values < FEW {
            continue;
        }
        if above.sum_to(last) {
            sums.push(name);
            // Where half of them count, a sum is no accident.
            certain |= 2 * above.counting > above.values;
        }
        if above.varies {
            varied += 1;
            means.extend(above.mean_is(last).then_some(name));
        }
    }
    let (what, of) = match (
        sums.len() > 1 || certain,
        means.len() > 1 && means.len() == varied,
    ) {
        (true, _) => ("sums", sums),
        (false, true) => ("means", means),
        (false, false) => return None,
    };
    let are = if of.len() == 1 { "column" } else { "columns" };
    Some(format!(
        "the last row holds the {what} of those above it in {are} {}; if it sums them up, remove its line",
        names::list(of.into_iter())
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_means_of_the_rows_above_are_told() {
        let said = |rows: &[[f64; 2]]| {
            let column = |at: usize| rows.iter().map(move |row| row[at]);
            total_note([("a", column(0)), ("b", column(1))].into_iter()).unwrap_or_default()
        };
        let rows = [
            [1.0, 7.5],
            [4.0, 1.25],
            [2.0, 2.5],
            [8.0, 0.3],
            [3.0, 9.1],
            [5.0, 4.4],
        ];
        let with = |last: [f64; 2]| said(&[&rows[..], &[last]].concat());
        assert_eq!(
            with([23.0, 25.05]),
            "the last row holds the sums of those above it in columns `a` and `b`; if it sums them up, remove its line"
        );
        assert!(with([23.0, 3.0]).contains("in column `a`;"));
        assert!(with([3.83, 4.175]).contains("the means of those above it in columns `a` and `b`"));
        for last in [[3.83, 4.0], [22.0, 25.0], [4.0, 4.2], [f64::NAN, 4.175]] {
            assert_eq!(with(last), "", "{last:?}");
        }
        assert_eq!(said(&[[0.0, 0.0]; 9]), "");
    }
}
