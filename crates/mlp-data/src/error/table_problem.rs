//! Errors in data files.

use crate::names::so_many;

/// An error in a data file.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TableProblem {
    /// Only white space.
    #[error("the file is empty; a header line and one line per sample are expected")]
    Empty,
    /// A header and nothing below.
    #[error("there is a header line but no data below it; one line per sample is expected")]
    HeaderOnly,
    /// Bytes that are not UTF-8.
    #[error("the text is not UTF-8{0}; save the file as UTF-8")]
    NotUtf8(&'static str),
    /// A file of another format.
    #[error("this is {what}, not a table of text; {advice}")]
    Foreign {
        /// What it is.
        what: &'static str,
        /// What to do with it.
        advice: &'static str,
    },
    /// A record so long that the file cannot be a table.
    #[error(
        "a line runs on for more than {0} bytes; is the file a table, and is every quote closed?"
    )]
    EndlessRecord(u64),
    /// A quoted cell that is not closed before the end of the file.
    #[error(
        "a quote opens here and never closes, so the rest of the file would be one cell; close it, or write a quote inside quotes twice (\"\")"
    )]
    UnclosedQuote,
    /// Text between a closing quote and the next delimiter.
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
        "the quote that opens here closes on line {last}, and each line in between is a valid row; write a quote that \
         is part of a text as \"\" inside quotes"
    )]
    RowsInQuotes {
        /// The line of the closing quote.
        last: u64,
    },
    /// Lines before the table that are not part of it.
    #[error(
        "the file begins with lines marked `{mark}`, which are not rows; skip them with --comment '{mark}'"
    )]
    LeadingComments {
        /// What they begin with.
        mark: &'static str,
    },
    /// A first line that may hold names or data.
    #[error("{reason}, so the line may hold names or data; say which with --header or --no-header")]
    NamesOrData {
        /// The evidence for both.
        reason: &'static str,
    },
    /// A first line with another number of cells than all others.
    #[error("the line has {}, and the lines below have {expected}; {hint}", so_many(*.found as u64, "cell"))]
    FirstLine {
        /// Its number of cells.
        found: usize,
        /// The number of cells of most others.
        expected: usize,
        /// The likely cause, and what would be right.
        hint: &'static str,
    },
    /// A first line that seems to be a title.
    #[error("`{title}` is alone above lines of {width} cells, as a title is, but the names must be on the first line; {}", match (.option, .lines) {
        (Some(option), _) => format!("skip it with --comment {option}"),
        (None, 1) => "remove it".to_owned(),
        (None, lines) => format!("remove the first {lines} lines"),
    })]
    Title {
        /// The content of the line.
        title: String,
        /// Number of lines above the table.
        lines: usize,
        /// Number of cells of the lines below.
        width: usize,
        /// The title as an option's value, if that skips it.
        option: Option<String>,
    },
    /// A character that splits every line where no delimiter was found.
    #[error(
        "no known delimiter splits the lines, but `{mark}` splits each into {width} cells; give --delimiter '{mark}'"
    )]
    OtherDelimiter {
        /// The character.
        mark: char,
        /// The number of cells of every line.
        width: usize,
    },
    /// A line below the header that is not data.
    #[error(
        "the line holds text in every column of numbers, perhaps units or further names; remove it, or join it with the names above, since \
         data begin right below one line of names"
    )]
    SecondHeader,
    /// A line with a different number of cells than the first.
    #[error("the line has {} where the first has {expected}; every line must have the same number{hint}", so_many(*.found as u64, "cell"))]
    Ragged {
        /// Number of cells of the first line.
        expected: usize,
        /// Number of cells of this line.
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
    /// A number or a date in a form that is not read.
    #[error("`{cell}` is {what}; {remedy}")]
    Disguised {
        /// The cell.
        cell: String,
        /// What it is.
        what: String,
        /// The remedy: `give --decimal ','` where an option reads it.
        remedy: String,
    },
    /// A number in a column of dates.
    #[error("`{cell}` is not a date, but the column held dates when the model was trained")]
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
    /// A missing value in a table for a model that cannot fill it in.
    #[error(
        "the value is missing ({}), and the model {}", Gap(.cell), match .could_fill {
            true => "would fill it in, but --missing says not to: leave that option out, or correct the value",
            false => "does not fill it in: correct it, leave the row out, or train with --missing mean, median, most-frequent or zero",
        }
    )]
    NotFilledIn {
        /// The cell.
        cell: String,
        /// Whether the model could, and was told not to.
        could_fill: bool,
    },
    /// A target of which nothing can be made that the training asks for.
    #[error("`{cell}` {reason}")]
    NoTransform {
        /// The cell.
        cell: String,
        /// What is wrong with it, and what would be right.
        reason: String,
    },
    /// An infinite value.
    #[error("`{cell}` is not finite; every value must be a finite number{hint}")]
    NotFinite {
        /// The cell.
        cell: String,
        /// What else may help, as the end of the sentence.
        hint: String,
    },
    /// Two columns with the same name.
    #[error("columns {first} and {second} share this name; column names must differ")]
    DuplicateColumn {
        /// Position of the first.
        first: usize,
        /// Position of the second.
        second: usize,
    },
    /// A requested column that does not exist.
    #[error("there is no column `{name}`, named as {role}{hint}")]
    UnknownColumn {
        /// The requested name or position.
        name: String,
        /// Its intended role.
        role: &'static str,
        /// The nearest name, or all of them, as the end of the sentence.
        hint: String,
    },
    /// The same column requested twice.
    #[error("the column is listed twice as {role}; list it once")]
    ListedTwice {
        /// Its intended role.
        role: &'static str,
    },
    /// The target is one of the features too.
    #[error("the target cannot be a feature or be left out; take it off that list")]
    TargetTaken,
    /// The sample weight is also a feature or target.
    #[error(
        "the column is the sample weight, so it cannot be a feature, the target or left out; take it off that list"
    )]
    WeightTaken,
    /// A sample weight that is not a number, or is below 0.
    #[error("{} is not a sample weight; it must be a number, 0 or more", Gap(.cell))]
    Weight {
        /// The cell.
        cell: String,
    },
    /// Every sample weight is 0.
    #[error("every sample weight is 0; at least one must be above 0")]
    NoWeight,
    /// A column both selected and excluded.
    #[error("the column is listed as a feature and as one to leave out; choose one")]
    FeatureExcluded,
    /// No feature is left.
    #[error("no feature is left beside the target; at least one numeric column is needed{hint}")]
    NoFeatures {
        /// What may help, as the end of the sentence.
        hint: &'static str,
    },
    /// A classification target with a single class.
    #[error("every row is of class `{class}`; at least two classes are needed{hint}")]
    SingleClass {
        /// The class.
        class: String,
        /// What may help, as the end of the sentence.
        hint: String,
    },
    /// Spellings of the same number that may be two names.
    #[error("`{one}` and `{other}` are the same number in two spellings; {hint}")]
    Twins {
        /// One that is written like a code.
        one: String,
        /// The other.
        other: String,
        /// How to distinguish them, and what else would be right.
        hint: String,
    },
    /// A text target that identifies the rows.
    #[error(
        "the target has {classes} distinct texts in {rows} rows, so it identifies the rows; name the column to learn with --target, \
         or give --task classification if they are classes"
    )]
    TargetNamesRows {
        /// Number of distinct texts.
        classes: usize,
        /// Number of rows.
        rows: usize,
    },
    /// A column that cannot be text.
    #[error("the column is {role}, which takes only numbers; leave it out of --text{hint}")]
    NotText {
        /// The column's role.
        role: &'static str,
        /// What else may help, as the end of the sentence.
        hint: &'static str,
    },
    /// A text feature where those are refused.
    #[error(
        "--text says that the column holds names; give --categories one-hot, or leave the column out with --exclude"
    )]
    NamesRefused,
    /// An unknown class.
    #[error("class `{class}` is unknown; the classes are {known}")]
    UnknownClass {
        /// The unknown class.
        class: String,
        /// The known classes.
        known: String,
    },
    /// Classes spread over several target columns.
    #[error("classes need exactly one target column, and {0} are given")]
    SeveralClassColumns(usize),
    /// A label that is neither yes nor no.
    #[error("`{cell}` is not a label; with several labels each column is 0 or 1")]
    NotALabel {
        /// The number.
        cell: String,
    },
    /// A missing target.
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
    /// So many rows, all of them, have a category that the model does not know, and such rows are left out.
    #[error(
        "{} a category that the model does not know, so none is left; --unknown zero reads such categories as none of the known ones",
        match .0 {
            1 => "the only row has".to_owned(),
            rows => format!("each of the {rows} rows has"),
        }
    )]
    NoKnownRow(u64),
    /// Every row has a missing value, and such rows are left out.
    #[error(
        "{} a missing value, so none is left; {remedy}",
        match .rows {
            1 => "the only row has".to_owned(),
            rows => format!("each of the {rows} rows has"),
        }
    )]
    NoRowLeft {
        /// How many rows there are.
        rows: u64,
        /// What would be right.
        remedy: String,
    },
    /// A column without values, so that missing ones cannot be filled in; its name as an option's value.
    #[error("every value of the column is missing; leave it out with --exclude {0}")]
    AllMissing(String),
    /// A feature with categories where those are refused.
    #[error("the column holds the categories {0}; give --categories one-hot, or leave it out")]
    Categorical(String),
    /// More categories than are reasonable.
    #[error(
        "the column has {categories} distinct texts in {rows} rows, too many for categories; leave it out with --exclude if they \
         identify the rows, or pool the rare ones with --rare"
    )]
    TooManyCategories {
        /// Number of categories, after pooling.
        categories: usize,
        /// Number of rows that have one.
        rows: usize,
    },
    /// Categories that are all rare, so that only one would be left.
    #[error(
        "each of the column's {} occurs in fewer than {}, so --rare {rare} would merge them all; leave the column out with \
         --exclude, or give a smaller --rare", so_many(*.categories as u64, "text"), so_many(*.rare as u64, "row")
    )]
    AllRare {
        /// Number of categories.
        categories: usize,
        /// The rows below which a category is rare.
        rare: usize,
    },
    /// A category that a model does not know, or that the file did not declare.
    #[error("category `{category}` is unknown; the column has {known}")]
    UnknownCategory {
        /// The unknown category.
        category: String,
        /// The known categories.
        known: String,
    },
    /// An option that does not apply to this kind of file.
    #[error("`{option}` is for tables of text; leave it out for {kind}")]
    OptionOfText {
        /// The option.
        option: &'static str,
        /// The kind of file.
        kind: &'static str,
    },
    /// A file that is not of the format of its extension, or is damaged.
    #[error("{0}")]
    Malformed(String),
    /// Columns that a model needs but the file does not have.
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
        /// Number of expected features.
        expected: usize,
        /// Number of columns found.
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

    /// The same with a remedy where the cell is a number in another form.
    #[must_use]
    pub(crate) fn or(mut self, remedy: &str) -> Self {
        if let Self::Disguised { remedy: all, .. } = &mut self {
            all.push_str(", or ");
            all.push_str(remedy);
        }
        self
    }
}

/// An empty cell or a word for a missing value, as messages quote it.
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
