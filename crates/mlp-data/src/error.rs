//! What can go wrong with data, told so that the sentence says what would be right.

use std::io;

use crate::names::{plain, so_many};

/// Everything that this crate refuses or fails at.
///
/// Rows, lines and positions count from 1; a file's line counts its header too.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No data set of that name.
    #[error("there is no data set named `{name}`{hint}")]
    UnknownDataset {
        /// What was asked for.
        name: String,
        /// The nearest name, or all of them, as the end of the sentence.
        hint: String,
    },
    /// An option that the generator does not take.
    #[error("`{dataset}` does not take the option `{option}`; it takes {takes}")]
    OptionNotTaken {
        /// The data set.
        dataset: String,
        /// The option given.
        option: &'static str,
        /// What it does take.
        takes: String,
    },
    /// An option's value outside its range.
    #[error("`{option}` of `{dataset}` is {value}; it must be {expected}")]
    InvalidOption {
        /// The data set.
        dataset: String,
        /// The option given.
        option: &'static str,
        /// Its value.
        value: String,
        /// What would be right.
        expected: String,
    },
    /// More memory would be needed than the machine has left.
    #[error("{what} needs {} of memory, and {} are free; {advice}", Bytes(*.needed), Bytes(u128::from(*.available)))]
    TooLarge {
        /// What would take the memory.
        what: String,
        /// Bytes needed.
        needed: u128,
        /// Bytes free.
        available: u64,
        /// What would be smaller.
        advice: &'static str,
    },
    /// Data that are no table: no rows, no columns, or lengths that do not agree.
    #[error("data set `{dataset}`: {problem}")]
    Shape {
        /// The data set.
        dataset: String,
        /// What does not fit.
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
        /// The value met.
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
        "data set `{dataset}`: no sample of class `{class}` came out; ask for more samples or less noise"
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
    /// Inputs of TF Playground for data that have not two features.
    #[error(
        "data set `{dataset}` has {features} features; the inputs {inputs} are made of exactly 2"
    )]
    NotTwoFeatures {
        /// The data set.
        dataset: String,
        /// How many features it has.
        features: usize,
        /// The inputs asked for.
        inputs: String,
    },
    /// A word that names no choice of a list.
    #[error("{what} cannot be `{word}`; it must be {expected}")]
    UnknownWord {
        /// What the word stands for.
        what: &'static str,
        /// The word.
        word: String,
        /// The words that would be right.
        expected: String,
    },
    /// A format of tables in which one mark means two things, or that says how to read what is not there.
    #[error("{problem}")]
    Format {
        /// What is wrong and what would be right.
        problem: String,
    },
    /// A fraction of a split that is no fraction, or fractions that leave nothing to train on.
    #[error("{what} is {value}; it must be {expected}")]
    InvalidFraction {
        /// Which fraction.
        what: &'static str,
        /// Its value.
        value: f64,
        /// What would be right.
        expected: &'static str,
    },
    /// Too few samples for the parts asked for.
    #[error(
        "data set `{dataset}` has {}; {parts} parts need at least {parts}; give more samples, or leave out a part by --test-fraction 0",
        so_many(*.samples as u64, "sample")
    )]
    TooFewSamples {
        /// The data set.
        dataset: String,
        /// Its samples.
        samples: usize,
        /// How many parts.
        parts: usize,
    },
    /// A class with too few samples to be in every part of a split.
    #[error(
        "data set `{dataset}`: class `{class}` has {samples} of the {parts} samples that it needs to be in all {parts} parts of the split; \
         add samples of it, remove it, or leave out the test part by --test-fraction 0"
    )]
    ClassTooSmall {
        /// The data set.
        dataset: String,
        /// The class.
        class: String,
        /// Its samples.
        samples: usize,
        /// How many parts.
        parts: usize,
    },
    /// Parts given by numbers of rows that are not all rows.
    #[error(
        "data set `{dataset}` has {}, and {ranges} are {sum}; every row belongs to one part",
        so_many(*.samples as u64, "sample")
    )]
    RowRanges {
        /// The data set.
        dataset: String,
        /// Its samples.
        samples: usize,
        /// The parts asked for, `train:validation:test`.
        ranges: String,
        /// Their sum.
        sum: u128,
    },
    /// A class of which nothing is left to train on.
    #[error(
        "data set `{dataset}`: no sample of class `{class}` is in the training part; choose other rows, or shuffle the file"
    )]
    NotTrained {
        /// The data set.
        dataset: String,
        /// The class.
        class: String,
    },
    /// Folds that are fewer than two, more than samples, or do not include the one asked for.
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
        "data set `{dataset}`: category `{category}` of column `{column}` is unknown; the column's are {known}"
    )]
    UnknownCategory {
        /// The data set.
        dataset: String,
        /// The column.
        column: String,
        /// The category met.
        category: String,
        /// The categories that are known.
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
        "the stand-ins for missing values are for {expected} columns and the data have {found}"
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
        /// What the system says.
        source: io::Error,
    },
    /// A file that cannot be read to its end.
    #[error("cannot read `{file}`: {source}")]
    Read {
        /// The file.
        file: String,
        /// What the system says.
        source: io::Error,
    },
    /// Data that cannot be written.
    #[error("cannot write the data: {source}")]
    Write {
        /// What the system says.
        source: io::Error,
    },
    /// Something wrong with a data file.
    #[error("`{}`{}: {}", plain(.file), Spot(*.place, .column.as_deref()), plain(&.problem.to_string()))]
    Table {
        /// The file, or the name given for a stream.
        file: String,
        /// The line or row, where one is to blame.
        place: Option<Place>,
        /// The column's name, where one is to blame.
        column: Option<String>,
        /// What is wrong and what would be right.
        problem: Box<TableProblem>,
    },
}

/// What is wrong with a data file.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TableProblem {
    /// Nothing but white space.
    #[error("the file is empty; a header line and one line a sample are expected")]
    Empty,
    /// A header and nothing below.
    #[error("there is a header line but no data below it; one line a sample is expected")]
    HeaderOnly,
    /// Bytes that are no UTF-8.
    #[error("the text is not UTF-8{0}; save the file as UTF-8")]
    NotUtf8(&'static str),
    /// A file of another kind.
    #[error("this is {what}, and no table of text; {advice}")]
    Foreign {
        /// What it is.
        what: &'static str,
        /// What to do with it.
        advice: &'static str,
    },
    /// A record so long that the file is no table.
    #[error(
        "a line runs on for more than {0} bytes; is the file a table, and is every quote closed?"
    )]
    EndlessRecord(u64),
    /// A quoted cell that the file ends in.
    #[error(
        "a quote opens here that never closes, so all the rest would be one cell; close it, or write a quote inside quotes twice (\"\")"
    )]
    UnclosedQuote,
    /// Something between a closing quote and the next delimiter.
    #[error(
        "text follows the quote that closes a cell; write a quote inside quotes twice (\"\"), or leave the outer quotes out"
    )]
    TextBehindQuote,
    /// Rows between two stray quotes.
    #[error(
        "the quote that opens here closes on line {last}, and each line in between is a row in its own right; write a quote that \
         is part of a text as \"\" inside quotes"
    )]
    RowsInQuotes {
        /// The line of the closing quote.
        last: u64,
    },
    /// Lines before the table that are no part of it.
    #[error(
        "the file begins with lines of `{mark}`, which are no rows; skip such lines with --comment '{mark}'"
    )]
    LeadingComments {
        /// What they begin with.
        mark: &'static str,
    },
    /// A first line that may be names or data.
    #[error("{reason}, so the line may hold names or data; say which by --header or --no-header")]
    NamesOrData {
        /// What speaks for either.
        reason: &'static str,
    },
    /// A first line of other cells than all others.
    #[error("the line has {}, and the lines below have {expected}; {hint}", so_many(*.found as u64, "cell"))]
    FirstLine {
        /// Its cells.
        found: usize,
        /// The cells of most others.
        expected: usize,
        /// What it may be, and what would be right.
        hint: &'static str,
    },
    /// A first line that is a title, it seems.
    #[error("`{title}` stands alone above lines of {width} cells, as a title does, and names stand in the first line; {}", match (.option, .lines) {
        (Some(option), _) => format!("skip it by --comment {option}"),
        (None, 1) => "remove it".to_owned(),
        (None, lines) => format!("remove the first {lines} lines"),
    })]
    Title {
        /// What the line holds.
        title: String,
        /// How many lines stand above the table.
        lines: usize,
        /// The cells of the lines below.
        width: usize,
        /// The title as an option's value, where that skips it.
        option: Option<String>,
    },
    /// A character that parts every line where none was found to.
    #[error(
        "no delimiter that is known parts the lines, and `{mark}` parts each into {width} cells; give --delimiter '{mark}'"
    )]
    OtherDelimiter {
        /// The character.
        mark: char,
        /// The cells of every line.
        width: usize,
    },
    /// A line below the header that is no data.
    #[error(
        "the line holds text in every column of numbers, units perhaps; remove it, for data begin below the names"
    )]
    SecondHeader,
    /// A line with more or fewer cells than the first.
    #[error("the line has {} where the first has {expected}; every line must have as many", so_many(*.found as u64, "cell"))]
    Ragged {
        /// Cells of the first line.
        expected: usize,
        /// Cells of this line.
        found: usize,
    },
    /// Text where a number must be.
    #[error("`{cell}` is not a number{hint}")]
    NotANumber {
        /// The cell.
        cell: String,
        /// What may help, as the end of the sentence.
        hint: String,
    },
    /// A number or a date in another form than those that are read.
    #[error("`{cell}` is {what}; {remedy}")]
    Disguised {
        /// The cell.
        cell: String,
        /// What it is.
        what: String,
        /// What can be done: `give --decimal ','` where an option reads it.
        remedy: String,
    },
    /// A number in a column of dates.
    #[error("`{cell}` is no date, and the column's were dates where the model was trained")]
    NotADate {
        /// The cell.
        cell: String,
    },
    /// An empty cell, or a word for a missing value.
    #[error(
        "the value is missing ({}); fill it in, leave the row or the column out, or \
         train with --missing drop, mean, median, most-frequent or zero{hint}",
        Gap(.cell)
    )]
    Missing {
        /// The cell.
        cell: String,
        /// What else may help, as the end of the sentence.
        hint: String,
    },
    /// Infinity.
    #[error("`{cell}` is not finite; every value must be a finite number{hint}")]
    NotFinite {
        /// The cell.
        cell: String,
        /// What else may help, as the end of the sentence.
        hint: String,
    },
    /// Two columns of one name.
    #[error("columns {first} and {second} share this name; column names must differ")]
    DuplicateColumn {
        /// Position of the first.
        first: usize,
        /// Position of the second.
        second: usize,
    },
    /// A column asked for that is not there.
    #[error("there is no column `{name}` to be {role}{hint}")]
    UnknownColumn {
        /// The name or position asked for.
        name: String,
        /// What it was to be.
        role: &'static str,
        /// The nearest name, or all of them, as the end of the sentence.
        hint: String,
    },
    /// The same column asked for twice.
    #[error("the column is listed twice as {role}; list it once")]
    ListedTwice {
        /// What it was to be.
        role: &'static str,
    },
    /// The target is one of the features too.
    #[error("the target cannot be a feature or be left out; take it off that list")]
    TargetTaken,
    /// What the samples count is a feature or target too.
    #[error(
        "the column is the sample weight, so it cannot be a feature, the target or left out; take it off that list"
    )]
    WeightTaken,
    /// What a sample counts is no number, or below 0.
    #[error("{} is no sample weight; it must be a number, 0 or more", Gap(.cell))]
    Weight {
        /// The cell.
        cell: String,
    },
    /// Every sample counts nothing.
    #[error("every sample weight is 0; at least one must be above")]
    NoWeight,
    /// A column both taken and left out.
    #[error("the column is listed as a feature and as one to leave out; choose one")]
    FeatureExcluded,
    /// No column is left to learn from.
    #[error("no feature is left beside the target; at least one numeric column is needed{hint}")]
    NoFeatures {
        /// What may help, as the end of the sentence.
        hint: &'static str,
    },
    /// A classification target of one class.
    #[error("every row is of the one class `{class}`; at least two are needed{hint}")]
    SingleClass {
        /// The class.
        class: String,
        /// What may help, as the end of the sentence.
        hint: String,
    },
    /// Spellings of one number that may be two names.
    #[error("`{one}` and `{other}` are one number in two spellings; {hint}")]
    Twins {
        /// One that is written as codes are.
        one: String,
        /// The other.
        other: String,
        /// What tells them apart, and what else would be right.
        hint: String,
    },
    /// A target of text that tells the rows apart.
    #[error(
        "the target has {classes} distinct texts in {rows} rows, so that it names the rows; name the column to learn by --target, \
         or give --task classification if they are classes"
    )]
    TargetNamesRows {
        /// How many texts there are.
        classes: usize,
        /// How many rows.
        rows: usize,
    },
    /// A column that cannot be one of text.
    #[error("the column is {role}, which takes numbers alone; leave it out of --text{hint}")]
    NotText {
        /// What the column is.
        role: &'static str,
        /// What else may help, as the end of the sentence.
        hint: &'static str,
    },
    /// A feature of text where those are refused.
    #[error(
        "--text says that the column holds names; ask for --categories one-hot, or leave the column out by --exclude"
    )]
    NamesRefused,
    /// A class that is not among those expected.
    #[error("class `{class}` is unknown; the classes are {known}")]
    UnknownClass {
        /// The class met.
        class: String,
        /// The classes expected.
        known: String,
    },
    /// Classes spread over several target columns.
    #[error("classes need exactly one target column, and {0} are given")]
    SeveralClassColumns(usize),
    /// A label that is neither yes nor no.
    #[error("`{cell}` is no label; with several labels each column is 0 or 1")]
    NotALabel {
        /// The number.
        cell: String,
    },
    /// A target missing.
    #[error("the value is missing ({}); a target is not filled in, so correct it, leave the row out, or train with --missing drop{hint}", Gap(.cell))]
    MissingTarget {
        /// The cell.
        cell: String,
        /// What else may help, as the end of the sentence.
        hint: String,
    },
    /// Every row has a missing value, and such rows are left out.
    #[error(
        "{} a missing value, so none is left; leave out a column that is mostly empty",
        match .0 {
            1 => "the only row has".to_owned(),
            rows => format!("each of the {rows} rows has"),
        }
    )]
    NoRowLeft(u64),
    /// A column that has no value at all to fill in the missing ones by.
    #[error("every value of the column is missing; leave it out")]
    AllMissing,
    /// A feature of categories where those are refused.
    #[error("the column holds the categories {0}; ask for --categories one-hot, or leave it out")]
    Categorical(String),
    /// More categories than are sensible.
    #[error(
        "the column has {categories} distinct texts in {rows} rows, too many for categories; leave it out by --exclude if they \
         name the rows, else pool those of few rows by --rare"
    )]
    TooManyCategories {
        /// How many there are, after pooling.
        categories: usize,
        /// How many rows have one.
        rows: usize,
    },
    /// Categories that are all rare, of which one would be left.
    #[error(
        "each of the column's {} stands in fewer than {}, so that --rare {rare} makes one of them all; leave the column out by \
         --exclude, or give a smaller --rare", so_many(*.categories as u64, "text"), so_many(*.rare as u64, "row")
    )]
    AllRare {
        /// How many there are.
        categories: usize,
        /// The rows below which a category is rare.
        rare: usize,
    },
    /// A category that a model does not know, or that the file did not declare.
    #[error("category `{category}` is unknown; the column's are {known}")]
    UnknownCategory {
        /// The category met.
        category: String,
        /// The categories expected.
        known: String,
    },
    /// An option that means nothing for this kind of file.
    #[error("`{option}` is for tables of text; leave it out for {kind}")]
    OptionOfText {
        /// The option.
        option: &'static str,
        /// The kind of file.
        kind: &'static str,
    },
    /// A file that is not of the kind its ending tells, or is damaged.
    #[error("{0}")]
    Malformed(String),
    /// Columns that a model needs and the file does not have.
    #[error("the file lacks {}", NameList(.0))]
    MissingColumns(Vec<String>),
    /// A file without a header whose columns cannot be matched.
    #[error(
        "the file has no header and {}; without one, exactly {} {} expected, in order",
        so_many(*.found as u64, "column"),
        so_many(*.expected as u64, "feature"),
        if *.expected == 1 { "is" } else { "are" }
    )]
    CannotMatch {
        /// Features expected.
        expected: usize,
        /// Columns found.
        found: usize,
    },
}

impl TableProblem {
    /// A missing value of which nothing else is known.
    pub(crate) fn missing(cell: &str) -> Self {
        Self::Missing {
            cell: cell.to_owned(),
            hint: String::new(),
        }
    }

    /// Infinity of which nothing else is known.
    pub(crate) fn not_finite(cell: &str) -> Self {
        Self::NotFinite {
            cell: cell.to_owned(),
            hint: String::new(),
        }
    }

    /// The same, and where it is a number in another form, what else can be done.
    #[must_use]
    pub(crate) fn or(mut self, remedy: &str) -> Self {
        if let Self::Disguised { remedy: all, .. } = &mut self {
            all.push_str(", or ");
            all.push_str(remedy);
        }
        self
    }
}

/// A cell that holds no value, as a message names it.
struct Gap<'a>(&'a str);

impl std::fmt::Display for Gap<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            "" => f.write_str("an empty cell"),
            word => write!(f, "`{word}`"),
        }
    }
}

/// A place in a data file; both count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A line of a text file, as an editor numbers them.
    Line(u64),
    /// A row of a table that is no text.
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

/// A place and a column, as they stand behind the file's name.
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

/// Names as an error lists them.
struct NameList<'a>(&'a [String]);

impl std::fmt::Display for NameList<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let plural = if self.0.len() == 1 { "" } else { "s" };
        write!(
            f,
            "the column{plural} {}",
            crate::names::list(self.0.iter().map(String::as_str))
        )
    }
}

/// A number of bytes as people read it.
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
