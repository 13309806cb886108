//! The invariants of a data set: lengths that agree, names that differ, values that are finite, parts that cover every row.

use std::collections::HashSet;

use ndarray::Array2;

use super::Dataset;
use crate::{Error, Targets};

impl Dataset {
    /// Checks every invariant of the type.
    pub(super) fn check(&self) -> Result<(), Error> {
        let (samples, features) = self.inputs.dim();
        if samples == 0 || features == 0 {
            return Err(self.shape(format!(
                "it has {samples} samples and {features} features; at least one of each is needed"
            )));
        }
        if self.feature_names.len() != features {
            return Err(self.shape(format!(
                "{} names for {features} features",
                self.feature_names.len()
            )));
        }
        match &self.targets {
            Targets::Classes { labels, names } => {
                if labels.len() != samples {
                    return Err(
                        self.shape(format!("{} labels for {samples} samples", labels.len()))
                    );
                }
                if let Some(row) = labels
                    .iter()
                    .position(|&label| label as usize >= names.len())
                {
                    let label = labels[row];
                    return Err(self.shape(format!(
                        "row {} has label {label}, and there are {} classes",
                        row + 1,
                        names.len()
                    )));
                }
            }
            Targets::Values { values, names } => {
                if values.nrows() != samples {
                    return Err(
                        self.shape(format!("{} targets for {samples} samples", values.nrows()))
                    );
                }
                if values.ncols() == 0 || values.ncols() != names.len() {
                    return Err(self.shape(format!(
                        "{} names for {} outputs",
                        names.len(),
                        values.ncols()
                    )));
                }
                self.check_finite(values, names, false)?;
            }
        }
        self.check_names()?;
        self.check_finite(&self.inputs, &self.feature_names, self.missing > 0)
    }

    pub(super) fn check_names(&self) -> Result<(), Error> {
        let columns = self
            .feature_names
            .iter()
            .map(String::as_str)
            .chain(self.target_columns())
            .chain(self.weight_column());
        self.check_distinct("column", columns)?;
        if let Some(classes) = self.class_names() {
            self.check_distinct("class", classes.iter().map(String::as_str))?;
        }
        Ok(())
    }

    fn check_distinct<'a>(
        &self,
        what: &'static str,
        names: impl Iterator<Item = &'a str>,
    ) -> Result<(), Error> {
        let mut seen = HashSet::new();
        for name in names {
            if name.is_empty() {
                return Err(self.shape(format!("a {what} has no name")));
            }
            if !seen.insert(name) {
                return Err(Error::DuplicateName {
                    dataset: self.name.clone(),
                    what,
                    name: name.to_owned(),
                });
            }
        }
        Ok(())
    }

    fn check_finite(
        &self,
        values: &Array2<f64>,
        names: &[String],
        missing: bool,
    ) -> Result<(), Error> {
        let bad = |value: f64| !(value.is_finite() || missing && value.is_nan());
        match values.indexed_iter().find(|(_, value)| bad(**value)) {
            None => Ok(()),
            Some(((row, column), &value)) => Err(Error::NonFinite {
                dataset: self.name.clone(),
                row: row + 1,
                column: names[column].clone(),
                value,
            }),
        }
    }

    /// Refuses numbers of rows for training, validation and test, in the data's order, that are not a split.
    ///
    /// # Errors
    /// [`Error::RowRanges`] unless they are all rows; [`Error::TooFewSamples`] without a row to train on;
    /// [`Error::NotTrained`] where a class has none.
    pub(crate) fn check_parts(&self, [train, validation, test]: [usize; 3]) -> Result<(), Error> {
        let samples = self.samples();
        let sum = train as u128 + validation as u128 + test as u128;
        if sum != samples as u128 {
            return Err(Error::RowRanges {
                dataset: self.name.clone(),
                samples,
                ranges: format!("{train}:{validation}:{test}"),
                sum,
            });
        }
        if train == 0 {
            return Err(Error::TooFewSamples {
                dataset: self.name.clone(),
                samples: 0,
                parts: 1,
            });
        }
        if let Targets::Classes { labels, names } = &self.targets {
            let mut there = vec![false; names.len()];
            for &label in &labels[..train] {
                there[label as usize] = true;
            }
            if let Some(class) = there.iter().position(|there| !there) {
                return Err(Error::NotTrained {
                    dataset: self.name.clone(),
                    class: names[class].clone(),
                });
            }
        }
        Ok(())
    }
}
