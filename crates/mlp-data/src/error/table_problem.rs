//! What can be wrong with a data file.

use crate::names::so_many;

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
    /// A quote inside of quotes that a backslash escapes.
    #[error(
        "a backslash stands before a quote inside of quotes, and a quote is written twice there: \"\" in the place of \\\""
    )]
    EscapedQuote,
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
    #[error("the line has {} where the first has {expected}; every line must have as many{hint}", so_many(*.found as u64, "cell"))]
    Ragged {
        /// Cells of the first line.
        expected: usize,
        /// Cells of this line.
        found: usize,
        /// What may be the cause, as the end of the sentence.
        hint: String,
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
    /// A missing value in a table for a model that has nothing to fill it in by.
    #[error(
        "the value is missing ({}), and the model fills none in: correct it, leave the row out, or train with --missing mean, median, \
         most-frequent or zero", Gap(.cell)
    )]
    NotFilledIn {
        /// The cell.
        cell: String,
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
    /// A target missing in a table for a model.
    #[error(
        "the value is missing ({}), and what the model answers is compared with it; correct it, or leave the row out of the file",
        Gap(.cell)
    )]
    NoTarget {
        /// The cell.
        cell: String,
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
