//! Tables in text files: CSV and its relatives.
//!
//! A table has one line a sample, cells parted by `,`, `;`, tab or `|`, quoted where they hold a delimiter
//! or a line end. Line ends may be of Unix, Windows or old Macs, a byte order mark is skipped, white
//! space around a cell does not count, and empty lines are passed over. Nothing is guessed in silence:
//! what is no number, missing or not finite is refused by line and column, unless the options say what to make of
//! missing values ([`MissingPolicy`]) and of features of text ([`Categorical`]).
//!
//! **Numbers** have a decimal point unless the format says otherwise; marks between thousands and units are read if it names them.
//! Text that a person reads as a number or a date (`4,5`, `1,200`, `$3`, `12 %`, `3 kg`, `31.12.2020`) is never taken for a
//! class or a category: where such cells are most of a column, the first is refused by what it is, and how it may be read. A
//! comma that may be either mark is what the whole column tells. Ranges (`10-20`, `<5`) and codes (`A12`) are text.
//!
//! **Dates** are numbers of days since 1970-01-01 where their order is given: every cell of the column must be one.
//!
//! **Missing** is an empty cell, any word for it that pandas knows (`NA`, `None`, `NaN`, `null`, ...), `?`, an error of a
//! spreadsheet (`#DIV/0!`), and every word that the format names. `-`, `.`, `*`, `n.a.` and the like are missing where the
//! rest of the column is numbers or dates, and categories or classes among text.
//!
//! **Classes** that are asked for are called as they are written: `1.1` and `1.10`, `007` and `7` are two. Those that are
//! found (few whole numbers) are called by their value. In a table for a model that knows its classes a cell is the class that
//! is spelled like it, else the first of the same value.
//!
//! **Categories** that are nearly as many as the rows are refused by column; those of few rows can be pooled in one, `other`.
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
mod format;
mod header;
mod judge;
mod number;
mod policy;
mod read;
mod reading;
mod record;
mod records;
mod stream;
mod target;
mod texts;
mod write;

pub(crate) use assemble::Assembler;
pub use category::OneHot;
pub(crate) use cell::Cell;
pub(crate) use columns::{Columns, distinct_names};
pub use features::{FeatureChunk, FeatureOptions, FeatureReader};
pub use format::{DateOrder, DecimalMark, Delimiter, TableFormat, ThousandsMark};
pub use policy::{Categorical, MissingPolicy};
pub(crate) use read::read_sized;
pub use read::{CsvOptions, read_csv};
pub(crate) use reading::Reading;
pub(crate) use record::{error, read_error};
pub(crate) use stream::Stream;
pub use target::TaskChoice;
pub use write::{format_number, write_csv};
