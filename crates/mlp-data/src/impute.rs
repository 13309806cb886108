//! Imputation of missing values, fitted on some rows.

use mlp_statistics::quantile;
use ndarray::{Array2, ArrayView2};

use crate::{Error, names::words::words};

/// How missing values are filled in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ImputeKind {
    /// The mean of the column's values.
    #[default]
    Mean,
    /// Their median: for an even count, the mean of the two in the middle.
    Median,
    /// The most frequent value, the smallest of ties.
    MostFrequent,
    /// Zero.
    Zero,
}

words!(ImputeKind, "the value for missing ones":
    Mean = "mean",
    Median = "median",
    MostFrequent = "most-frequent",
    Zero = "zero",
);

impl ImputeKind {
    /// What the kind does, in one line.
    pub fn description(self) -> &'static str {
        match self {
            Self::Mean => "fill in the column's mean on the training part",
            Self::Median => "fill in the column's median on the training part",
            Self::MostFrequent => "fill in the column's most frequent value on the training part",
            Self::Zero => "fill in zero",
        }
    }
}

/// Fill values of missing ones (NaN), one per column; the kinds are those of scikit-learn's `SimpleImputer`.
///
/// ```
/// use mlp_data::{ImputeKind, Imputer};
/// use ndarray::array;
///
/// let values = array![[1.0, f64::NAN], [3.0, 5.0], [f64::NAN, 9.0]];
/// // Fitted on the first two rows alone.
/// let imputer = Imputer::fit(ImputeKind::Mean, &values.view(), &[0, 1])?;
/// assert_eq!(imputer.transform(&values.view())?, array![[1.0, 5.0], [3.0, 5.0], [2.0, 9.0]]);
/// # Ok::<(), mlp_data::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Imputer {
    kind: ImputeKind,
    fill: Vec<f64>,
}

impl Imputer {
    /// Fits the columns of `values` `[samples, columns]`, in which NaN is missing, on the given rows.
    ///
    /// # Errors
    /// [`Error::CannotImpute`] where a column has no value in these rows, or one that is infinite.
    ///
    /// # Panics
    /// If there is no row, or no such row.
    pub fn fit(
        kind: ImputeKind,
        values: &ArrayView2<'_, f64>,
        rows: &[usize],
    ) -> Result<Self, Error> {
        assert!(!rows.is_empty(), "values are fitted on at least one row");
        let mut fill = Vec::with_capacity(values.ncols());
        let mut present = Vec::with_capacity(rows.len());
        for (column, values) in values.columns().into_iter().enumerate() {
            let refuse = |problem| Error::CannotImpute {
                column: column + 1,
                problem,
            };
            present.clear();
            present.extend(
                rows.iter()
                    .map(|&row| values[row])
                    .filter(|value| !value.is_nan()),
            );
            if present.iter().any(|value| value.is_infinite()) {
                return Err(refuse(
                    "a value is infinite; every value must be finite or missing",
                ));
            }
            if present.is_empty() && kind != ImputeKind::Zero {
                return Err(refuse(
                    "every value is missing in the rows it is fitted on; leave the column out or fill in zero",
                ));
            }
            fill.push(match kind {
                ImputeKind::Mean => mean(&present),
                ImputeKind::Median => median(&mut present),
                ImputeKind::MostFrequent => most_frequent(&mut present),
                ImputeKind::Zero => 0.0,
            });
        }
        Ok(Self { kind, fill })
    }

    /// The same for columns of 0 and 1 that represent the categories of one column, `groups` of them: for the
    /// most frequent or the median category the fill value is the most frequent category, the first of ties; columns
    /// filled in independently would mostly have no category. Mean and zero are unchanged.
    ///
    /// # Panics
    /// As [`fit`](Self::fit); if there is no such column.
    #[must_use]
    pub fn with_categories(
        mut self,
        groups: &[Vec<usize>],
        values: &ArrayView2<'_, f64>,
        rows: &[usize],
    ) -> Self {
        if !matches!(self.kind, ImputeKind::MostFrequent | ImputeKind::Median) {
            return self;
        }
        for group in groups {
            let held = |column: usize| {
                rows.iter()
                    .filter(|&&row| values[[row, column]] == 1.0)
                    .count()
            };
            let mut best = None;
            for &column in group {
                self.fill[column] = 0.0;
                let count = held(column);
                if best.is_none_or(|(_, most)| count > most) {
                    best = Some((column, count));
                }
            }
            if let Some((column, _)) = best {
                self.fill[column] = 1.0;
            }
        }
        self
    }

    /// An imputer with stored values.
    ///
    /// # Errors
    /// [`Error::CannotImpute`] where one is not finite.
    pub fn from_parts(kind: ImputeKind, fill: Vec<f64>) -> Result<Self, Error> {
        if let Some(column) = fill.iter().position(|value| !value.is_finite()) {
            return Err(Error::CannotImpute {
                column: column + 1,
                problem: "its fill value must be a finite number",
            });
        }
        Ok(Self { kind, fill })
    }

    /// The kind of the fill values.
    pub fn kind(&self) -> ImputeKind {
        self.kind
    }

    /// The fill value of each column.
    pub fn fill(&self) -> &[f64] {
        &self.fill
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.fill.len()
    }

    /// A value of a column, or the fill value where it is missing.
    ///
    /// # Panics
    /// If there is no such column.
    pub fn filled(&self, column: usize, value: f64) -> f64 {
        if value.is_nan() {
            self.fill[column]
        } else {
            value
        }
    }

    /// The values `[samples, columns]` with missing ones filled in.
    ///
    /// # Errors
    /// [`Error::ImputeColumns`].
    pub fn transform(&self, values: &ArrayView2<'_, f64>) -> Result<Array2<f64>, Error> {
        if values.ncols() != self.columns() {
            return Err(Error::ImputeColumns {
                expected: self.columns(),
                found: values.ncols(),
            });
        }
        let mut filled = values.as_standard_layout().into_owned();
        for mut row in filled.rows_mut() {
            for (value, &fill) in row.iter_mut().zip(&self.fill) {
                if value.is_nan() {
                    *value = fill;
                }
            }
        }
        Ok(filled)
    }
}

fn mean(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let sum: f64 = values.iter().sum();
    if sum.is_finite() {
        sum / count
    } else {
        values.iter().map(|value| value / count).sum()
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    quantile(values, 0.5).unwrap_or(f64::NAN)
}

fn most_frequent(values: &mut [f64]) -> f64 {
    // Zeros of both signs are the same value.
    values.iter_mut().for_each(|value| *value += 0.0);
    values.sort_by(f64::total_cmp);
    let (mut best, mut most) = (values[0], 0);
    for run in values.chunk_by(|a, b| a == b) {
        if run.len() > most {
            (best, most) = (run[0], run.len());
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    const GAP: f64 = f64::NAN;

    #[test]
    fn stand_ins_are_those_of_the_rows_fitted_on() {
        let values = array![
            [1.0, 2.0],
            [GAP, 2.0],
            [4.0, -1.0],
            [10.0, GAP],
            [-1.0, -1.0],
            [1e9, 7.0]
        ];
        let rows = [0, 1, 2, 3, 4];
        let fill = |kind| {
            Imputer::fit(kind, &values.view(), &rows)
                .unwrap()
                .fill()
                .to_vec()
        };
        assert_eq!(fill(ImputeKind::Mean), [3.5, 0.5]);
        assert_eq!(fill(ImputeKind::Median), [2.5, 0.5]);
        assert_eq!(fill(ImputeKind::MostFrequent), [-1.0, -1.0]);
        assert_eq!(fill(ImputeKind::Zero), [0.0, 0.0]);
    }

    #[test]
    fn the_most_frequent_category_is_one_of_them() {
        // A number, then the categories a, b and c: b and c are as frequent, a is not among the rows fitted on.
        let values = array![
            [1.0, 0.0, 1.0, 0.0],
            [2.0, 0.0, 0.0, 1.0],
            [2.0, GAP, GAP, GAP],
            [9.0, 1.0, 0.0, 0.0],
            [9.0, 1.0, 0.0, 0.0]
        ];
        let fill = |kind, groups: &[Vec<usize>]| {
            let rows = [0, 1, 2];
            let imputer = Imputer::fit(kind, &values.view(), &rows).unwrap();
            let imputer = imputer.with_categories(groups, &values.view(), &rows);
            imputer.fill().to_vec()
        };
        let groups = [vec![1, 2, 3]];
        assert_eq!(fill(ImputeKind::MostFrequent, &[]), [2.0, 0.0, 0.0, 0.0]);
        assert_eq!(
            fill(ImputeKind::MostFrequent, &groups),
            [2.0, 0.0, 1.0, 0.0]
        );
        assert_eq!(fill(ImputeKind::Median, &groups), [2.0, 0.0, 1.0, 0.0]);
        assert_eq!(fill(ImputeKind::Mean, &groups)[1..], [0.0, 0.5, 0.5]);
        assert_eq!(fill(ImputeKind::Zero, &groups), [0.0; 4]);
    }

    #[test]
    fn nothing_but_gaps_changes() {
        let values = array![[1.0, GAP], [GAP, 1e300], [-0.0, 3.0]];
        let imputer = Imputer::from_parts(ImputeKind::Median, vec![7.0, 8.0]).unwrap();
        let filled = imputer.transform(&values.view()).unwrap();
        assert_eq!(filled, array![[1.0, 8.0], [7.0, 1e300], [-0.0, 3.0]]);
        assert!(filled[[2, 0]].is_sign_negative());
    }

    #[test]
    fn large_values_do_not_overflow() {
        let values = array![[f64::MAX], [f64::MAX], [GAP]];
        for kind in [ImputeKind::Mean, ImputeKind::Median] {
            let imputer = Imputer::fit(kind, &values.view(), &[0, 1, 2]).unwrap();
            assert_eq!(imputer.fill(), [f64::MAX], "{kind}");
        }
    }

    #[test]
    fn what_cannot_be_filled_in_is_refused() {
        let values = array![[1.0, GAP], [2.0, 3.0]];
        assert_eq!(
            Imputer::fit(ImputeKind::Mean, &values.view(), &[0])
                .unwrap_err()
                .to_string(),
            "column 2 cannot be filled in: every value is missing in the rows it is fitted on; leave the column out or \
             fill in zero"
        );
        assert!(Imputer::fit(ImputeKind::Zero, &values.view(), &[0]).is_ok());
        let infinite = array![[f64::INFINITY]];
        assert!(Imputer::fit(ImputeKind::Mean, &infinite.view(), &[0]).is_err());
        assert!(Imputer::from_parts(ImputeKind::Mean, vec![GAP]).is_err());
        let imputer = Imputer::from_parts(ImputeKind::Mean, vec![0.0]).unwrap();
        assert_eq!(
            imputer.transform(&values.view()).unwrap_err().to_string(),
            "the fill values for missing data are for 1 columns and the data have 2"
        );
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for kind in ImputeKind::ALL {
            assert_eq!(kind.to_string().parse::<ImputeKind>().unwrap(), kind);
        }
        assert!("average".parse::<ImputeKind>().is_err());
    }
}
