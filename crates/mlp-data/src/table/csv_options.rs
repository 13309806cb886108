//! How a table is read.

use super::category::OneHot;
use super::format::TableFormat;
use super::policy::{Categorical, MissingPolicy};
use super::target::TaskChoice;
use crate::TargetTransform;

/// How a table is read, of whatever kind its file is; `format` is for text alone. The default finds everything out: see the [module](crate::table).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CsvOptions {
    /// The target column, or several for a regression of several outputs; none: the last column that is not
    /// left out.
    pub target: Vec<String>,
    /// The features, in this order; none: all columns but the target and those left out.
    pub features: Vec<String>,
    /// Columns to leave out.
    pub exclude: Vec<String>,
    /// The column with what each sample counts in the loss, which is not a feature then; none: all count the same, unless
    /// the kind of file keeps such a column.
    pub sample_weight: Option<String>,
    /// How the table is written.
    pub format: TableFormat,
    /// How a table was read that this one is to be read like: what stands in the cells as there unless `format` says
    /// otherwise, header and delimiter as there where this file does not tell.
    pub like: Option<TableFormat>,
    /// Columns that the table which this one is read like has, and does not use.
    pub ignored: Vec<String>,
    /// Whether the target is classes or numbers.
    pub task: TaskChoice,
    /// The classes in their order, for data that a trained model is to judge: labels follow this order, not all need occur,
    /// and any other is refused.
    pub classes: Option<Vec<String>>,
    /// What will be made of targets that are numbers: those that it does not take are refused.
    pub target_transform: TargetTransform,
    /// What becomes of missing values.
    pub missing: MissingPolicy,
    /// What becomes of features of text.
    pub categorical: Categorical,
    /// Categories of fewer rows than this become one, called `other`; 0: none do.
    pub rare: usize,
    /// The columns of categories that a trained model knows: a cell of theirs holds one of these categories, whatever it
    /// looks like, and any other is refused. Other columns are read as `categorical` says.
    pub one_hot: Vec<OneHot>,
}
