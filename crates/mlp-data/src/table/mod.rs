//! Tables in text files: CSV and its relatives.
//!
//! A table has one line a sample, cells parted by `,`, `;`, tab or `|`, quoted where they hold a delimiter
//! or a line end. Line ends may be of Unix, Windows or old Macs, a byte order mark is skipped, white
//! space around a cell does not count, and empty lines are passed over. Nothing is guessed in silence:
//! what is no number, missing or not finite is refused by line and column, unless the options say what to make of
//! missing values ([`MissingPolicy`]) and of features of text ([`Categorical`]).
//!
//! **Delimiter**: given, or the one of the four that cuts the first lines into equally many cells (more
//! than one; of several the one that leaves most numbers).
//!
//! **Header**: given, or found out from the first thousand lines. The first is a header where one of its
//! cells is text above a column of numbers, or where it holds every name that was asked for. Columns
//! without a name are called `column1`, `column2`, ...
//!
//! **Columns** are asked for by name; a whole number that is no name is a position, counted from 1, or from
//! the end if negative.

mod assemble;
mod category;
mod cell;
mod columns;
mod cut;
mod date;
mod dialect;
mod disguise;
mod feature;
mod features;
mod foreign;
mod format;
mod header;
mod intake;
mod judge;
mod number;
mod policy;
mod read;
mod reading;
mod record;
mod records;
mod stream;
mod summarise;
mod target;
mod texts;
mod write;

pub(crate) use assemble::Assembler;
pub use category::OneHot;
pub(crate) use cell::Cell;
pub(crate) use columns::{Columns, distinct_names, find};
pub use features::{FeatureChunk, FeatureOptions, FeatureReader};
pub use format::{DateOrder, DecimalMark, Delimiter, TableFormat, ThousandsMark};
pub(crate) use intake::{Chunks, Intake};
pub use policy::{Categorical, MissingPolicy};
pub(crate) use read::read_sized;
pub use read::{CsvOptions, read_csv};
pub(crate) use reading::Reading;
pub(crate) use record::{error, read_error};
pub(crate) use stream::Stream;
pub use target::TaskChoice;
pub use write::{format_number, write_csv};
