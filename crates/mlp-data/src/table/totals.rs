//! A last row that sums up those above it: the sums or the means of the columns.

use super::number::format_number;
use crate::names;

/// The values of a column, one after another; NaN counts for none.
#[derive(Debug, Default)]
pub(super) struct Running {
    above: Above,
    last: Option<f64>,
}

impl Running {
    /// Takes a value down.
    pub fn take(&mut self, value: f64) {
        if let Some(above) = self.last.replace(value).filter(|above| !above.is_nan()) {
            self.above.take(above);
        }
    }
}

/// What the values of a column but the last come to.
#[derive(Debug, Default)]
struct Above {
    values: usize,
    sum: f64,
    /// The sum of their sizes.
    sizes: f64,
    greatest: f64,
    /// How many are not 0.
    counting: usize,
    first: f64,
    varies: bool,
}

impl Above {
    fn take(&mut self, value: f64) {
        if self.values == 0 {
            self.first = value;
        }
        self.values += 1;
        self.sum += value;
        self.sizes += value.abs();
        self.greatest = self.greatest.max(value.abs());
        self.counting += usize::from(value != 0.0);
        self.varies |= self.first != value;
    }

    /// Whether a number is their sum, and greater than each.
    fn sum_to(&self, last: f64) -> bool {
        self.greatest < last.abs() && (self.sum - last).abs() <= 1e-9 * self.sizes
    }

    /// Whether a number is their mean to as many decimals as it has, which are two at least.
    fn mean_is(&self, last: f64) -> bool {
        const HALF: f64 = 0.500_000_1;
        let written = format_number(last);
        let decimals = written
            .split_once('.')
            .map_or(0, |(_, decimals)| decimals.len());
        let apart = (self.sum / self.values as f64 - last).abs();
        decimals >= 2 && apart <= HALF * 10f64.powi(-(decimals.min(15) as i32))
    }
}

/// What is said of the last row, where it holds the sums or the means of the columns; each has a name and its values.
pub(super) fn total_note<'a>(
    columns: impl Iterator<Item = (&'a str, impl std::borrow::Borrow<Running>)>,
) -> Option<String> {
    const FEW: usize = 5;
    let (mut sums, mut means, mut varied, mut certain) = (Vec::new(), Vec::new(), 0, false);
    for (name, values) in columns {
        let Running { above, last } = values.borrow();
        let last = last.unwrap_or(f64::NAN);
        if above.values < FEW || last.is_nan() {
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
            let column = |at: usize| {
                let mut running = Running::default();
                rows.iter().for_each(|row| running.take(row[at]));
                running
            };
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
