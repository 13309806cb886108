//! A data set: a checked table of numbers with names.

mod check;
mod class_column;
pub(crate) mod places;
mod repeated;
pub(crate) mod summary;
mod targets;

use std::collections::HashMap;

use ndarray::{Array2, ArrayView2, Axis};

use self::places::RowPlaces;
pub use self::targets::{Targets, Task};
use crate::part::advice_of_part;
use crate::table::{OneHot, TableFormat, TaskChoice};
use crate::{Error, Place, Provenance, ReadSummary, TargetBy, names};

/// A table of samples with features and targets. [`Dataset::new`] ensures that every value is finite, all lengths agree,
/// and no name appears twice. A set made by [`Dataset::with_missing`] may have NaN among the features, for an
/// [`Imputer`](crate::Imputer) to fill in.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    name: String,
    feature_names: Vec<String>,
    inputs: Array2<f64>,
    targets: Targets,
    class_column: String,
    one_hot: Vec<OneHot>,
    weights: Option<Weights>,
    /// Whether the targets are labels, each 0 or 1.
    labels: bool,
    /// Whether classes are named by the value of their number, and some are written differently.
    renamed_classes: bool,
    /// Whether the two classes stand in the other order than in the table; a split does not depend on it.
    swapped_classes: bool,
    /// The number of missing feature values.
    missing: usize,
    provenance: Provenance,
    test_fraction: f64,
    /// The rows of training, validation and test, where the data come with them.
    own_split: Option<[usize; 3]>,
    table_format: Option<TableFormat>,
    places: RowPlaces,
}

/// The sample weights, and the column's name.
#[derive(Clone, Debug, PartialEq)]
struct Weights {
    column: String,
    values: Vec<f64>,
}

impl Dataset {
    /// A data set of `inputs` `[samples, features]` and their targets.
    ///
    /// # Errors
    /// [`Error::Shape`] without a sample, a feature or a target, where lengths do not agree, where a label is not a
    /// class, or where a name is empty; [`Error::DuplicateName`]; [`Error::NonFinite`] with row and column.
    pub fn new(
        name: impl Into<String>,
        feature_names: Vec<String>,
        inputs: Array2<f64>,
        targets: Targets,
    ) -> Result<Self, Error> {
        let set = Self::unchecked(name.into(), feature_names, inputs, targets);
        set.check()?;
        Ok(set)
    }

    /// A data set whose features may be missing, marked by NaN.
    ///
    /// Data sets derived from it, such as by [`Dataset::with_inputs`], may have missing values too, until none is left.
    ///
    /// # Errors
    /// As [`Dataset::new`], except that inputs may be NaN.
    pub fn with_missing(
        name: impl Into<String>,
        feature_names: Vec<String>,
        inputs: Array2<f64>,
        targets: Targets,
    ) -> Result<Self, Error> {
        let mut set = Self::unchecked(name.into(), feature_names, inputs, targets);
        set.missing = count_missing(&set.inputs);
        set.check()?;
        Ok(set)
    }

    fn unchecked(
        name: String,
        feature_names: Vec<String>,
        inputs: Array2<f64>,
        targets: Targets,
    ) -> Self {
        Self {
            name,
            class_column: class_column::free(&feature_names),
            feature_names,
            inputs: row_major(inputs),
            targets,
            one_hot: Vec::new(),
            weights: None,
            labels: false,
            renamed_classes: false,
            swapped_classes: false,
            missing: 0,
            provenance: Provenance::default(),
            test_fraction: 0.25,
            own_split: None,
            table_format: None,
            places: RowPlaces::default(),
        }
    }

    /// The same data with the name of the class column (`class` by default, or `class_` beside a feature `class`).
    ///
    /// # Errors
    /// [`Error::DuplicateName`] where a feature has that name.
    pub fn with_class_column(mut self, column: impl Into<String>) -> Result<Self, Error> {
        self.class_column = column.into();
        self.check_names()?;
        Ok(self)
    }

    /// The same data with sample weights, from a column of this name.
    ///
    /// # Errors
    /// [`Error::Shape`] if the number of weights differs from the samples, or weights are negative, not finite or all 0;
    /// [`Error::DuplicateName`] where a feature or target has that name.
    pub fn with_weights(
        mut self,
        column: impl Into<String>,
        values: Vec<f64>,
    ) -> Result<Self, Error> {
        let column = column.into();
        if values.len() != self.samples() {
            let (weights, samples) = (values.len(), self.samples());
            return Err(self.shape(format!("{weights} weights for {samples} samples")));
        }
        let bad = |weight: &f64| !(*weight >= 0.0 && weight.is_finite());
        if let Some(row) = values.iter().position(bad) {
            return Err(self.shape(format!(
                "row {} has weight {}; it must be a number, 0 or more",
                row + 1,
                values[row]
            )));
        }
        if values.iter().all(|&weight| weight == 0.0) {
            return Err(self.shape("every weight is 0".to_owned()));
        }
        self.weights = Some(Weights { column, values });
        self.check_names()?;
        Ok(self)
    }

    /// The same data with labels as targets: each output says yes (1) or no (0) independently.
    ///
    /// # Errors
    /// [`Error::Shape`] where the targets are classes, or a number is neither 0 nor 1.
    pub fn with_labels(mut self) -> Result<Self, Error> {
        if !self.can_be_labels() {
            return Err(self.shape("labels must be numbers, each 0 or 1".to_owned()));
        }
        self.labels = true;
        Ok(self)
    }

    /// Whether the targets are numbers, each 0 or 1.
    pub(crate) fn can_be_labels(&self) -> bool {
        match &self.targets {
            Targets::Classes { .. } => false,
            Targets::Values { values, .. } => values.iter().all(|&t| t == 0.0 || t == 1.0),
        }
    }

    /// The same data with their provenance.
    #[must_use]
    pub fn with_provenance(mut self, provenance: Provenance) -> Self {
        self.provenance = provenance;
        self
    }

    /// The same data with the summary of reading their file.
    pub(crate) fn with_read(mut self, read: ReadSummary) -> Self {
        self.provenance.read.push(read);
        self
    }

    /// Summaries of reading the files of the data, each in one line; for a built-in data set, what it contains.
    pub fn read(&self) -> Vec<ReadSummary> {
        match &self.provenance.read[..] {
            [] => vec![ReadSummary::of_known(self)],
            read => read.to_vec(),
        }
    }

    /// The same data as a part of others, with the part in their summary.
    #[must_use]
    pub fn as_part(self, part: &'static str) -> Self {
        self.tell(|read| {
            read.part = Some(part);
            read.doubts = (read.doubts.iter())
                .map(|doubt| advice_of_part(doubt, part))
                .collect();
            read.target_by = TargetBy::Training;
            read.left_out.clear();
        })
    }

    /// Changes the summary of the first file, for details that only its reader knows.
    pub(crate) fn tell(mut self, tell: impl FnOnce(&mut ReadSummary)) -> Self {
        if let Some(read) = self.provenance.read.first_mut() {
            tell(read);
        }
        self
    }

    /// The same data with the features that are categories.
    pub(crate) fn with_one_hot(mut self, one_hot: Vec<OneHot>) -> Self {
        self.one_hot = one_hot;
        self
    }

    /// The same data with the first of its two classes as the second. They are split into the same parts by [`split`](crate::split())
    /// and [`fold`](crate::fold). Of other targets nothing changes.
    #[must_use]
    pub fn with_classes_swapped(mut self) -> Self {
        if let Targets::Classes { labels, names } = &mut self.targets
            && let [first, second] = &mut names[..]
        {
            std::mem::swap(first, second);
            labels.iter_mut().for_each(|label| *label = 1 - *label);
            self.swapped_classes = !self.swapped_classes;
        }
        self
    }

    /// Whether the two classes stand in the other order than in the table.
    pub(crate) fn has_swapped_classes(&self) -> bool {
        self.swapped_classes
    }

    /// The same data with whether their classes are named differently than they are written.
    pub(crate) fn with_renamed_classes(mut self, renamed: bool) -> Self {
        self.renamed_classes = renamed;
        self
    }

    /// The same data with another default fraction of the test part.
    pub(crate) fn with_default_test_fraction(mut self, fraction: f64) -> Self {
        self.test_fraction = fraction;
        self
    }

    /// The same data with the split that they come with: this many rows of training, validation and
    /// test, in this order.
    ///
    /// # Errors
    /// As [`Dataset::check_parts`].
    pub(crate) fn with_own_split(mut self, parts: [usize; 3]) -> Result<Self, Error> {
        self.check_parts(parts)?;
        self.own_split = Some(parts);
        Ok(self)
    }

    /// The same data with where their samples stand.
    pub(crate) fn with_places(mut self, places: RowPlaces) -> Self {
        self.places = places;
        self
    }

    /// Where a sample stands in the file that it was read from; `None` where there is no such table.
    pub fn place(&self, sample: usize) -> Option<Place> {
        self.places.of(sample)
    }

    /// Where the samples stand, those of another data set behind them.
    pub(crate) fn places_followed_by(&self, other: &Self) -> RowPlaces {
        self.places.followed_by(self.samples(), &other.places)
    }

    /// The same data with the format of the table that they come from.
    pub(crate) fn with_table_format(mut self, format: TableFormat) -> Self {
        self.table_format = Some(format);
        self
    }

    /// The data set's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The inputs, `[samples, features]`, row-major and contiguous.
    pub fn inputs(&self) -> ArrayView2<'_, f64> {
        self.inputs.view()
    }

    /// The features' names, in the columns' order.
    pub fn feature_names(&self) -> &[String] {
        &self.feature_names
    }

    /// What is to be predicted.
    pub fn targets(&self) -> &Targets {
        &self.targets
    }

    /// The number of samples, at least one.
    pub fn samples(&self) -> usize {
        self.inputs.nrows()
    }

    /// The number of features, at least one.
    pub fn features(&self) -> usize {
        self.inputs.ncols()
    }

    /// Classification, multilabel or regression, with the number of outputs.
    pub fn task(&self) -> Task {
        match &self.targets {
            Targets::Classes { names, .. } => Task::Classification {
                classes: names.len(),
            },
            Targets::Values { names, .. } if self.labels => Task::Multilabel {
                labels: names.len(),
            },
            Targets::Values { names, .. } => Task::Regression {
                outputs: names.len(),
            },
        }
    }

    /// The choice that reads these targets from a table again: that of the task, but [`TaskChoice::Auto`] where classes were
    /// detected that are named by their value and written differently (`01`, `1.0`), because requested classes keep their spelling.
    pub fn task_choice(&self) -> TaskChoice {
        match self.task() {
            Task::Classification { .. } if self.renamed_classes => TaskChoice::Auto,
            Task::Classification { .. } => TaskChoice::Classification,
            Task::Multilabel { .. } => TaskChoice::Multilabel,
            Task::Regression { .. } => TaskChoice::Regression,
        }
    }

    /// The names of the classes, in the order of the labels; none for regression.
    pub fn class_names(&self) -> Option<&[String]> {
        match &self.targets {
            Targets::Classes { names, .. } => Some(names),
            Targets::Values { .. } => None,
        }
    }

    /// The number of samples of each class; none for regression.
    pub fn class_counts(&self) -> Option<Vec<usize>> {
        match &self.targets {
            Targets::Classes { labels, names } => {
                let mut counts = vec![0; names.len()];
                for &label in labels {
                    counts[label as usize] += 1;
                }
                Some(counts)
            }
            Targets::Values { .. } => None,
        }
    }

    /// The names of the target columns: that of the classes, or those of the outputs.
    pub fn target_columns(&self) -> Vec<&str> {
        match &self.targets {
            Targets::Classes { .. } => vec![&self.class_column],
            Targets::Values { names, .. } => names.iter().map(String::as_str).collect(),
        }
    }

    /// The sample weights in a loss; none where all are equal.
    pub fn weights(&self) -> Option<&[f64]> {
        self.weights.as_ref().map(|weights| &weights.values[..])
    }

    /// The name of the column of sample weights.
    pub fn weight_column(&self) -> Option<&str> {
        self.weights.as_ref().map(|weights| weights.column.as_str())
    }

    /// The columns of categories that became several features each, where all of these still exist.
    pub fn one_hot(&self) -> &[OneHot] {
        &self.one_hot
    }

    /// The number of missing values over all features; they are NaN.
    pub fn missing_values(&self) -> usize {
        self.missing
    }

    /// The number of missing cells of the table: a missing cell of categories counts once, whatever their number.
    pub fn missing_cells(&self) -> usize {
        let groups = self.category_features();
        let again = groups.iter().filter_map(|features| {
            let (first, others) = features.split_first()?;
            let column = self.inputs.column(*first);
            Some(others.len() * column.iter().filter(|value| value.is_nan()).count())
        });
        self.missing - again.sum::<usize>()
    }

    /// The positions of the features that each column of [categories](Self::one_hot) became.
    pub fn category_features(&self) -> Vec<Vec<usize>> {
        if self.one_hot.is_empty() {
            return Vec::new();
        }
        let names = self.feature_names.iter().zip(0..);
        let positions: HashMap<&str, usize> = names.map(|(name, at)| (name.as_str(), at)).collect();
        let of = |known: &OneHot| {
            let names = known.feature_names();
            names
                .filter_map(|name| positions.get(name.as_str()).copied())
                .collect()
        };
        self.one_hot.iter().map(of).collect()
    }

    /// The origin and terms of use of the data.
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// The format of the text table that the data come from, as given or detected; none for other data.
    pub fn table_format(&self) -> Option<&TableFormat> {
        self.table_format.as_ref()
    }

    /// The default fraction of the test part: 0.25, and 0 for the four corners of XOR, none of which
    /// can be spared.
    pub fn default_test_fraction(&self) -> f64 {
        self.test_fraction
    }

    /// The number of rows, in their order, for training, validation and test, where the data come with such a split;
    /// a selection of other rows has none.
    pub fn own_split(&self) -> Option<[usize; 3]> {
        self.own_split
    }

    /// The samples of the given rows, in that order; a row may be repeated.
    ///
    /// # Errors
    /// [`Error::Shape`] without a row.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn select_rows(&self, rows: &[usize]) -> Result<Self, Error> {
        if rows.is_empty() {
            return Err(self.shape("no row is selected".to_owned()));
        }
        let targets = match &self.targets {
            Targets::Classes { labels, names } => Targets::Classes {
                labels: rows.iter().map(|&row| labels[row]).collect(),
                names: names.clone(),
            },
            Targets::Values { values, names } => Targets::Values {
                values: values.select(Axis(0), rows),
                names: names.clone(),
            },
        };
        let inputs = self.inputs.select(Axis(0), rows);
        let weights = self.weights.as_ref().map(|weights| Weights {
            column: weights.column.clone(),
            values: rows.iter().map(|&row| weights.values[row]).collect(),
        });
        Ok(Self {
            weights,
            missing: if self.missing == 0 {
                0
            } else {
                count_missing(&inputs)
            },
            inputs,
            targets,
            places: self.places.select(rows.iter().copied()),
            ..self.without_arrays()
        })
    }

    /// The same samples with only the named features, in the given order.
    ///
    /// # Errors
    /// [`Error::NoSuchColumn`] with the nearest name; [`Error::Shape`] without a feature; [`Error::DuplicateName`].
    pub fn select_features<S: AsRef<str>>(&self, wanted: &[S]) -> Result<Self, Error> {
        let columns: Vec<usize> = wanted
            .iter()
            .map(|name| {
                let name = name.as_ref();
                let found = self.feature_names.iter().position(|known| known == name);
                found.ok_or_else(|| Error::NoSuchColumn {
                    dataset: self.name.clone(),
                    column: name.to_owned(),
                    hint: names::hint(name, self.feature_names.iter().map(String::as_str)),
                })
            })
            .collect::<Result<_, _>>()?;
        let names = columns
            .iter()
            .map(|&column| self.feature_names[column].clone())
            .collect();
        self.with_inputs(names, self.inputs.select(Axis(1), &columns))
    }

    /// The same samples and targets with other inputs (features expanded, scaled, filled in, ...).
    ///
    /// # Errors
    /// As [`Dataset::new`]; values may be missing if some were before.
    pub fn with_inputs(
        &self,
        feature_names: Vec<String>,
        inputs: Array2<f64>,
    ) -> Result<Self, Error> {
        let inputs = row_major(inputs);
        let there = |name: String| feature_names.contains(&name);
        let mut one_hot = self.one_hot.clone();
        one_hot.retain(|column| column.feature_names().all(there));
        let set = Self {
            missing: if self.missing == 0 {
                0
            } else {
                count_missing(&inputs)
            },
            one_hot,
            feature_names,
            inputs,
            targets: self.targets.clone(),
            weights: self.weights.clone(),
            own_split: self.own_split,
            places: self.places.clone(),
            ..self.without_arrays()
        };
        set.check()?;
        Ok(set)
    }

    /// The same columns with other samples.
    pub(crate) fn with_rows(&self, inputs: Array2<f64>, targets: Targets) -> Result<Self, Error> {
        let set = Self {
            missing: count_missing(&inputs),
            inputs: row_major(inputs),
            targets,
            ..self.without_arrays()
        };
        set.check()?;
        Ok(set)
    }

    /// A copy of everything but the arrays, to fill in.
    fn without_arrays(&self) -> Self {
        Self {
            name: self.name.clone(),
            feature_names: self.feature_names.clone(),
            inputs: Array2::zeros((0, 0)),
            targets: Targets::Values {
                values: Array2::zeros((0, 0)),
                names: Vec::new(),
            },
            class_column: self.class_column.clone(),
            one_hot: self.one_hot.clone(),
            weights: None,
            labels: self.labels,
            renamed_classes: self.renamed_classes,
            swapped_classes: self.swapped_classes,
            missing: self.missing,
            provenance: self.provenance.clone(),
            test_fraction: self.test_fraction,
            own_split: None,
            table_format: self.table_format.clone(),
            places: RowPlaces::default(),
        }
    }

    fn shape(&self, problem: String) -> Error {
        Error::Shape {
            dataset: self.name.clone(),
            problem,
        }
    }
}

fn count_missing(values: &Array2<f64>) -> usize {
    values.iter().filter(|value| value.is_nan()).count()
}

/// The same numbers in row-major order.
fn row_major(values: Array2<f64>) -> Array2<f64> {
    if values.is_standard_layout() {
        values
    } else {
        values.as_standard_layout().into_owned()
    }
}

#[cfg(test)]
mod tests;
