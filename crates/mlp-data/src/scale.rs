//! Scaling of columns, fitted on some rows and applied to any.

mod target_transform;

use ndarray::{Array2, ArrayView2};

pub use self::target_transform::TargetTransform;
use crate::{Error, names::words::words};

/// The kind of a scaling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ScaleKind {
    /// None.
    #[default]
    None,
    /// To mean 0 and standard deviation 1 (dividing by n, as scikit-learn's StandardScaler).
    Standard,
    /// To the range from 0 to 1 (as scikit-learn's MinMaxScaler).
    MinMax,
}

words!(ScaleKind, "the scaling": None = "none", Standard = "standard", MinMax = "minmax");

impl ScaleKind {
    /// What the kind does, in one line.
    pub fn description(self) -> &'static str {
        match self {
            Self::None => "leave the columns as they are",
            Self::Standard => "mean 0 and standard deviation 1 on the training part",
            Self::MinMax => "range 0 to 1 on the training part",
        }
    }
}

/// A fitted scaling: `scaled = (value - offset) / factor`, column by column; of targets that have a
/// [transform](TargetTransform) the value is what that makes of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaler {
    kind: ScaleKind,
    transform: TargetTransform,
    offset: Vec<f64>,
    factor: Vec<f64>,
}

impl Scaler {
    /// The identity scaling.
    pub fn identity(columns: usize) -> Self {
        Self {
            kind: ScaleKind::None,
            transform: TargetTransform::None,
            offset: vec![0.0; columns],
            factor: vec![1.0; columns],
        }
    }

    /// Fits the columns of `values` `[samples, columns]` on the given rows.
    ///
    /// A column that is constant up to rounding has factor 1: it becomes 0, as in scikit-learn.
    ///
    /// # Errors
    /// [`Error::Unscalable`] where a value is not finite or so large that the statistics overflow.
    ///
    /// # Panics
    /// If there is no row, or no such row.
    pub fn fit(
        kind: ScaleKind,
        values: &ArrayView2<'_, f64>,
        rows: &[usize],
    ) -> Result<Self, Error> {
        Self::fit_with(kind, values.ncols(), rows, |row, column| {
            values[[row, column]]
        })
    }

    /// The same of targets `[samples, outputs]` that have a transform.
    ///
    /// # Errors
    /// # Panics
    /// As [`Self::fit`].
    pub fn fit_targets(
        kind: ScaleKind,
        transform: TargetTransform,
        values: &ArrayView2<'_, f64>,
        rows: &[usize],
    ) -> Result<Self, Error> {
        let value = |row, column| transform.apply(values[[row, column]]);
        Ok(Self::fit_with(kind, values.ncols(), rows, value)?.with_transform(transform))
    }

    /// The same scaling of what a transform makes of the values.
    #[must_use]
    pub fn with_transform(self, transform: TargetTransform) -> Self {
        Self { transform, ..self }
    }

    /// The same for columns whose values are computed on access, by row and column, so that they
    /// need not be stored.
    ///
    /// # Errors
    /// # Panics
    /// As [`Self::fit`].
    pub fn fit_with(
        kind: ScaleKind,
        columns: usize,
        rows: &[usize],
        value: impl Fn(usize, usize) -> f64,
    ) -> Result<Self, Error> {
        assert!(!rows.is_empty(), "a scaling is fitted on at least one row");
        let mut scaler = Self::identity(columns);
        scaler.kind = kind;
        for column in 0..columns {
            let value = |row| value(row, column);
            let (offset, factor) = match kind {
                ScaleKind::None => (0.0, 1.0),
                ScaleKind::Standard => mean_and_deviation(value, rows),
                ScaleKind::MinMax => least_and_range(value, rows),
            };
            if !offset.is_finite() || !factor.is_finite() {
                let problem =
                    "its values are not finite, or too large; divide them by a power of ten first";
                return Err(Error::Unscalable {
                    column: column + 1,
                    problem,
                });
            }
            scaler.offset[column] = offset;
            scaler.factor[column] = factor;
        }
        Ok(scaler)
    }

    /// A scaling with stored values.
    ///
    /// # Errors
    /// [`Error::ScaleColumns`] where the lengths differ; [`Error::Unscalable`] where an offset is not finite
    /// or a factor is not a positive number.
    pub fn from_parts(kind: ScaleKind, offset: Vec<f64>, factor: Vec<f64>) -> Result<Self, Error> {
        if offset.len() != factor.len() {
            return Err(Error::ScaleColumns {
                expected: offset.len(),
                found: factor.len(),
            });
        }
        for (column, (offset, factor)) in offset.iter().zip(&factor).enumerate() {
            if !offset.is_finite() || !factor.is_finite() || *factor <= 0.0 {
                let problem = "its offset must be finite and its factor a positive number";
                return Err(Error::Unscalable {
                    column: column + 1,
                    problem,
                });
            }
        }
        Ok(Self {
            kind,
            transform: TargetTransform::None,
            offset,
            factor,
        })
    }

    /// The kind of the scaling.
    pub fn kind(&self) -> ScaleKind {
        self.kind
    }

    /// What is made of values before they are scaled.
    pub fn transform_of_values(&self) -> TargetTransform {
        self.transform
    }

    /// The offset of each column, which is subtracted.
    pub fn offset(&self) -> &[f64] {
        &self.offset
    }

    /// The divisor of each column; never zero.
    pub fn factor(&self) -> &[f64] {
        &self.factor
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.offset.len()
    }

    /// The scaled values, `[samples, columns]`.
    ///
    /// # Errors
    /// [`Error::ScaleColumns`].
    pub fn transform(&self, values: &ArrayView2<'_, f64>) -> Result<Array2<f64>, Error> {
        let transform = self.transform;
        self.map(values, |value, offset, factor| {
            (transform.apply(value) - offset) / factor
        })
    }

    /// One value of a column, scaled.
    ///
    /// # Panics
    /// If there is no such column.
    pub fn scale(&self, column: usize, value: f64) -> f64 {
        match self.kind {
            ScaleKind::None => value,
            ScaleKind::Standard | ScaleKind::MinMax => {
                (value - self.offset[column]) / self.factor[column]
            }
        }
    }

    /// The inverse: scaled values back in original units, `[samples, columns]`.
    ///
    /// # Errors
    /// [`Error::ScaleColumns`].
    pub fn inverse(&self, scaled: &ArrayView2<'_, f64>) -> Result<Array2<f64>, Error> {
        let transform = self.transform;
        self.map(scaled, |value, offset, factor| {
            transform.inverse(value * factor + offset)
        })
    }

    fn map(
        &self,
        values: &ArrayView2<'_, f64>,
        apply: impl Fn(f64, f64, f64) -> f64,
    ) -> Result<Array2<f64>, Error> {
        if values.ncols() != self.columns() {
            return Err(Error::ScaleColumns {
                expected: self.columns(),
                found: values.ncols(),
            });
        }
        let mut mapped = values.as_standard_layout().into_owned();
        if self.kind != ScaleKind::None || self.transform != TargetTransform::None {
            for mut row in mapped.rows_mut() {
                for ((value, &offset), &factor) in
                    row.iter_mut().zip(&self.offset).zip(&self.factor)
                {
                    *value = apply(*value, offset, factor);
                }
            }
        }
        Ok(mapped)
    }
}

/// The mean and the standard deviation of some rows, in two passes.
fn mean_and_deviation(value: impl Fn(usize) -> f64, rows: &[usize]) -> (f64, f64) {
    let count = rows.len() as f64;
    let mean = rows.iter().map(|&row| value(row)).sum::<f64>() / count;
    let squares = rows
        .iter()
        .map(|&row| {
            let deviation = value(row) - mean;
            deviation * deviation
        })
        .sum::<f64>();
    let variance = squares / count;
    if !variance.is_finite() {
        return (mean, variance);
    }
    // The possible rounding error of a constant column (scikit-learn's bound, after Chan et al. 1983).
    let rounding = count * mean * f64::EPSILON;
    let constant = variance <= count * f64::EPSILON * variance + rounding * rounding;
    (mean, if constant { 1.0 } else { variance.sqrt() })
}

/// The minimum of some rows and the range up to the maximum.
fn least_and_range(value: impl Fn(usize) -> f64, rows: &[usize]) -> (f64, f64) {
    let (mut least, mut largest) = (value(rows[0]), value(rows[0]));
    for &row in rows {
        let value = value(row);
        if value.is_nan() {
            return (value, value);
        }
        least = if value < least { value } else { least };
        largest = if value > largest { value } else { largest };
    }
    let range = largest - least;
    (least, if range == 0.0 { 1.0 } else { range })
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn standard_scaling_has_mean_zero_and_deviation_one_on_the_rows_fitted() {
        let values = array![[1.0, 7.0], [2.0, 7.0], [3.0, 7.0], [1000.0, 8.0]];
        let scaler = Scaler::fit(ScaleKind::Standard, &values.view(), &[0, 1, 2]).unwrap();
        assert_eq!(scaler.offset(), [2.0, 7.0]);
        // The deviation of 1, 2, 3 is sqrt(2/3); the constant column keeps factor 1.
        assert!((scaler.factor()[0] - 0.816_496_580_927_726).abs() < 1e-15);
        assert_eq!(scaler.factor()[1], 1.0);
        let scaled = scaler.transform(&values.view()).unwrap();
        assert!((scaled[[0, 0]] + 1.224_744_871_391_589).abs() < 1e-15);
        assert_eq!(scaled[[3, 1]], 1.0);
    }

    #[test]
    fn minmax_scaling_reaches_from_zero_to_one() {
        let values = array![[5.0, 3.0], [10.0, 3.0], [7.5, 3.0]];
        let scaler = Scaler::fit(ScaleKind::MinMax, &values.view(), &[0, 1, 2]).unwrap();
        assert_eq!(
            scaler.transform(&values.view()).unwrap(),
            array![[0.0, 0.0], [1.0, 0.0], [0.5, 0.0]]
        );
    }

    #[test]
    fn a_constant_column_is_seen_through_rounding() {
        // The mean of three 0.1 is not 0.1, which leaves a deviation of 1e-17.
        let values = array![[0.1], [0.1], [0.1]];
        let scaler = Scaler::fit(ScaleKind::Standard, &values.view(), &[0, 1, 2]).unwrap();
        assert_eq!(scaler.factor(), [1.0]);
    }

    #[test]
    fn what_cannot_be_scaled_is_refused() {
        let huge = array![[f64::MAX], [-f64::MAX]];
        for kind in [ScaleKind::Standard, ScaleKind::MinMax] {
            let error = Scaler::fit(kind, &huge.view(), &[0, 1]).unwrap_err();
            assert!(
                error.to_string().starts_with("column 1 cannot be scaled: "),
                "{error}"
            );
            let nan = array![[0.0], [f64::NAN]];
            assert!(Scaler::fit(kind, &nan.view(), &[0, 1]).is_err());
        }
        let error = Scaler::identity(2).transform(&huge.view()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the scaling is for 2 columns and the data have 1"
        );
        assert!(Scaler::from_parts(ScaleKind::Standard, vec![0.0], vec![0.0]).is_err());
        assert!(Scaler::from_parts(ScaleKind::Standard, vec![0.0], vec![1.0, 1.0]).is_err());
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for kind in ScaleKind::ALL {
            assert_eq!(kind.to_string().parse::<ScaleKind>().unwrap(), kind);
        }
        let error = "max".parse::<ScaleKind>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "the scaling cannot be `max`; it must be `none`, `standard` or `minmax`"
        );
    }
}
