//! Errors of data, whose messages say what would be right.

mod table_problem;

use std::io;

use crate::names::{plain, shortened, so_many};

pub use table_problem::TableProblem;

/// Every error of this crate.
///
/// Rows, lines and positions are counted from 1; a file's line numbers include its header.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No data set of that name.
    #[error("there is no data set named `{name}`{hint}")]
    UnknownDataset {
        /// The requested name.
        name: String,
        /// The nearest name, or all of them, as the end of the sentence.
        hint: String,
    },
    /// An option that the generator does not have.
    #[error("`{dataset}` does not take the option `{option}`; it takes {takes}")]
    OptionNotTaken {
        /// The data set.
        dataset: String,
        /// The given option.
        option: &'static str,
        /// The options that it has.
        takes: String,
    },
    /// An option's value outside its range.
    #[error("`{option}` of `{dataset}` is {value}; it must be {expected}")]
    InvalidOption {
        /// The data set.
        dataset: String,
        /// The given option.
        option: &'static str,
        /// Its value.
        value: String,
        /// What would be right.
        expected: String,
    },
    /// More memory would be needed than is available.
    #[error("{what} needs {} of memory, and {} are free; {advice}", Bytes(*.needed), Bytes(u128::from(*.available)))]
    TooLarge {
        /// What needs the memory.
        what: String,
        /// Bytes needed.
        needed: u128,
        /// Available bytes.
        available: u64,
        /// How to need less.
        advice: &'static str,
    },
    /// Data that are not a table: no rows, no columns, or lengths that do not agree.
    #[error("data set `{dataset}`: {problem}")]
    Shape {
        /// The data set.
        dataset: String,
        /// What does not agree.
        problem: String,
    },
    /// A value of a data set is NaN or infinite.
    #[error(
        "data set `{dataset}`: row {row} of column `{column}` is {value}; every value must be a finite number"
    )]
    NonFinite {
        /// The data set.
        dataset: String,
        /// The row.
        row: usize,
        /// The column's name.
        column: String,
        /// The value.
        value: f64,
    },
    /// Two columns, classes or outputs of a data set share a name.
    #[error("data set `{dataset}`: {what} `{name}` appears twice; names must differ")]
    DuplicateName {
        /// The data set.
        dataset: String,
        /// What the names are of.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A generated data set without a sample of some class.
    #[error(
        "data set `{dataset}`: no sample of class `{class}` was generated; give more samples or less noise"
    )]
    EmptyClass {
        /// The data set.
        dataset: String,
        /// The class.
        class: String,
    },
    /// A column that a data set does not have.
    #[error("data set `{dataset}` has no column `{column}`{hint}")]
    NoSuchColumn {
        /// The data set.
        dataset: String,
        /// The column asked for.
        column: String,
        /// The nearest name, or all of them, as the end of the sentence.
        hint: String,
    },
    /// Inputs of TF Playground for data that do not have two features.
    #[error("data set `{dataset}` has {features} features; the inputs {inputs} need exactly 2")]
    NotTwoFeatures {
        /// The data set.
        dataset: String,
        /// Its number of features.
        features: usize,
        /// The requested inputs.
        inputs: String,
    },
    /// A word that is not a choice of a list.
    #[error("{what} cannot be `{word}`; it must be {expected}")]
    UnknownWord {
        /// What the word is for.
        what: &'static str,
        /// The word.
        word: String,
        /// The valid words.
        expected: String,
    },
    /// An inconsistent table format: one mark with two meanings, or settings for something that is not there.
    #[error("{problem}")]
    Format {
        /// What is wrong and what would be right.
        problem: String,
    },
    /// An invalid fraction of a split, or fractions that leave nothing to train on.
    #[error("{what} is {value}; it must be {expected}")]
    InvalidFraction {
        /// Which fraction.
        what: &'static str,
        /// Its value.
        value: f64,
        /// What would be right.
        expected: &'static str,
    },
    /// Too few samples for the requested parts.
    #[error(
        "data set `{dataset}` has {}; {parts} parts need at least {parts}; give more samples, or leave out a part with --test-fraction 0",
        so_many(*.samples as u64, "sample")
    )]
    TooFewSamples {
        /// The data set.
        dataset: String,
        /// Its number of samples.
        samples: usize,
        /// The number of parts.
        parts: usize,
    },
    /// A class with too few samples to be in every part of a split.
    #[error(
        "data set `{dataset}`: class `{class}` has {samples} of the {parts} samples that it needs to be in all {parts} parts of the split; \
         add samples of it, remove it, or leave out the test part with --test-fraction 0"
    )]
    ClassTooSmall {
        /// The data set.
        dataset: String,
        /// The class.
        class: String,
        /// Its number of samples.
        samples: usize,
        /// The number of parts.
        parts: usize,
    },
    /// Parts given by numbers of rows that do not add up to all rows.
    #[error(
        "data set `{dataset}` has {}, and {ranges} are {sum}; every row belongs to one part",
        so_many(*.samples as u64, "sample")
    )]
    RowRanges {
        /// The data set.
        dataset: String,
        /// Its number of samples.
        samples: usize,
        /// The requested parts, `train:validation:test`.
        ranges: String,
        /// Their sum.
        sum: u128,
    },
    /// A class without samples to train on.
    #[error(
        "data set `{dataset}`: no sample of class `{class}` is in the training part; choose other rows, or shuffle the file"
    )]
    NotTrained {
        /// The data set.
        dataset: String,
        /// The class.
        class: String,
    },
    /// Folds that are fewer than two, more than samples, or do not include the requested one.
    #[error("{what} is {value}; it must be {expected}")]
    InvalidFold {
        /// What is wrong: the number of folds, or the fold.
        what: &'static str,
        /// Its value.
        value: usize,
        /// What would be right.
        expected: String,
    },
    /// A category that the training data do not have.
    #[error(
        "data set `{dataset}`: category `{category}` of column `{column}` is unknown; the column has {known}"
    )]
    UnknownCategory {
        /// The data set.
        dataset: String,
        /// The column.
        column: String,
        /// The unknown category.
        category: String,
        /// The known categories.
        known: String,
    },
    /// Columns that do not match those of a scaler.
    #[error("the scaling is for {expected} columns and the data have {found}")]
    ScaleColumns {
        /// Columns of the scaler.
        expected: usize,
        /// Columns of the data.
        found: usize,
    },
    /// A scaling that cannot be computed or applied.
    #[error("column {column} cannot be scaled: {problem}")]
    Unscalable {
        /// The column's position.
        column: usize,
        /// What is wrong.
        problem: &'static str,
    },
    /// Columns that do not match those of an imputer.
    #[error(
        "the fill values for missing data are for {expected} columns and the data have {found}"
    )]
    ImputeColumns {
        /// Columns of the imputer.
        expected: usize,
        /// Columns of the data.
        found: usize,
    },
    /// Missing values that cannot be filled in.
    #[error("column {column} cannot be filled in: {problem}")]
    CannotImpute {
        /// The column's position.
        column: usize,
        /// What is wrong.
        problem: &'static str,
    },
    /// A file that cannot be opened.
    #[error("cannot open `{file}`: {source}")]
    Open {
        /// The file.
        file: String,
        /// The system's message.
        source: io::Error,
    },
    /// A file that cannot be read to its end.
    #[error("cannot read `{file}`: {source}")]
    Read {
        /// The file.
        file: String,
        /// The system's message.
        source: io::Error,
    },
    /// Data that cannot be written.
    #[error("cannot write the data: {source}")]
    Write {
        /// The system's message.
        source: io::Error,
    },
    /// An error in a data file.
    #[error("`{}`{}: {}", plain(.file), Spot(*.place, .column.as_deref()), plain(&.problem.to_string()))]
    Table {
        /// The file, or the name given for a stream.
        file: String,
        /// The line or row, if one is at fault.
        place: Option<Place>,
        /// The column's name, if one is at fault.
        column: Option<String>,
        /// What is wrong and what would be right.
        problem: Box<TableProblem>,
    },
}

/// An error on a file.
pub(crate) fn error(
    file: &str,
    place: Option<Place>,
    column: Option<&str>,
    problem: TableProblem,
) -> Error {
    Error::Table {
        file: file.to_owned(),
        place,
        column: column.map(shortened),
        problem: Box::new(problem),
    }
}

/// A position in a data file; both are counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A line of a text file, numbered as in an editor.
    Line(u64),
    /// A row of a table that is not text.
    Row(u64),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Row(row) => write!(f, "row {row}"),
        }
    }
}

/// A position and a column, as appended to the file's name.
struct Spot<'a>(Option<Place>, Option<&'a str>);

impl std::fmt::Display for Spot<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(place) = self.0 {
            write!(f, ", {place}")?;
        }
        if let Some(column) = self.1 {
            write!(f, ", column `{}`", plain(column))?;
        }
        Ok(())
    }
}

/// A number of bytes in readable form.
struct Bytes(u128);

impl std::fmt::Display for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const UNITS: [&str; 7] = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
        let mut unit = 0;
        let mut value = self.0 as f64;
        while value >= 1024.0 && unit + 1 < UNITS.len() {
            value /= 1024.0;
            unit += 1;
        }
        let decimals = usize::from(unit > 0);
        write!(f, "{value:.decimals$} {}", UNITS[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_readable() {
        assert_eq!(Bytes(17).to_string(), "17 bytes");
        assert_eq!(Bytes(1536).to_string(), "1.5 KiB");
        assert_eq!(Bytes(24_000_000_000_000).to_string(), "21.8 TiB");
    }

    #[test]
    fn a_table_error_names_its_place() {
        let error = Error::Table {
            file: "my.csv".into(),
            place: Some(Place::Line(7)),
            column: Some("age".into()),
            problem: Box::new(TableProblem::NotANumber {
                cell: "old".into(),
                hint: String::new(),
            }),
        };
        assert_eq!(
            error.to_string(),
            "`my.csv`, line 7, column `age`: `old` is not a number"
        );
    }
}
