//! Options for reading a table.

use super::category::OneHot;
use super::format::TableFormat;
use super::policy::{Categorical, MissingPolicy};
use super::target::TaskChoice;
use super::unknown::Unknown;
use crate::TargetTransform;

/// How a table of any format is read; `format` is for text only. By default everything is detected: see the [module](crate::table).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CsvOptions {
    /// The target column, or several for a regression with several outputs; by default the last column that is not
    /// excluded.
    pub target: Vec<String>,
    /// The features, in this order; by default all columns but the target and excluded ones.
    pub features: Vec<String>,
    /// Columns to exclude.
    pub exclude: Vec<String>,
    /// The column of sample weights, which is then not a feature; by default all are equal, unless
    /// the file format has such a column.
    pub sample_weight: Option<String>,
    /// The format of the table.
    pub format: TableFormat,
    /// The format of a table that this one is read like: cells are read as there unless `format` says
    /// otherwise, header and delimiter as there where this file leaves them ambiguous.
    pub like: Option<TableFormat>,
    /// Columns that the other table has but does not use.
    pub ignored: Vec<String>,
    /// Whether the target is classes or numbers.
    pub task: TaskChoice,
    /// The classes in their order, for data that are evaluated with a trained model: labels follow this order, not all need occur,
    /// and any other is refused.
    pub classes: Option<Vec<String>>,
    /// What will be made of targets that are numbers: those that it does not take are refused.
    pub target_transform: TargetTransform,
    /// How missing values are handled.
    pub missing: MissingPolicy,
    /// How text features are handled.
    pub categorical: Categorical,
    /// Categories with fewer rows than this become one, named `other`; 0 for none.
    pub rare: usize,
    /// The columns of categories of a trained model: a cell in them holds one of these categories, whatever it
    /// looks like, and any other is refused. Other columns are read as `categorical` says.
    pub one_hot: Vec<OneHot>,
    /// What becomes of a row with another category in these columns.
    pub unknown: Unknown,
}
