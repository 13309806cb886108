//! Tables in text files: CSV and its relatives.
//!
//! A table has one line a sample, cells parted by `,`, `;`, tab, `|` or runs of spaces, quoted where they hold a delimiter
//! or a line end. Line ends may be of Unix, Windows or old Macs, a byte order mark is skipped, white
//! space around a cell does not count, and empty lines are passed over, as are those of comments where their
//! mark is given. Nothing is guessed in silence:
//! what is no number, missing or not finite is refused by line and column, unless the options say what to make of
//! missing values ([`MissingPolicy`]) and of features of text ([`Categorical`]).
//!
//! **Numbers** have a decimal point unless the format says otherwise; marks between thousands and units are read if it names them.
//! Text that a person reads as a number or a date (`4,5`, `1,200`, `$3`, `12 %`, `3 kg`, `31.12.2020`) is never taken for a
//! class or a category: where such cells are most of a column, the first is refused by what it is, and how it may be read. A
//! comma that may be either mark is what the whole column tells, and so is a point where semicolons part the cells. Ranges (`10-20`), one or two bounds (`<5`, `>5`) and codes (`A12`) are text.
//! Forms that no option reads (`１２`, `'0.1`, `="100"`, `1/2`, `5±1`, `5'11"`, `~10`, `1h30`) are refused likewise, with what to write. In a table for a
//! model a column's unit is that which the column had where the model was trained, unless other units are named.
//!
//! **Dates** are numbers of days since 1970-01-01 where their order is given: every cell of the column must be one.
//!
//! **Names**: a column that is read as text by request holds names, whatever they look like, and only an empty cell and the
//! words that the format names are missing there.
//!
//! **Missing** is an empty cell, any word for it that pandas knows (`NA`, `None`, `NaN`, `null`, ...), `?`, an error of a
//! spreadsheet (`#DIV/0!`), and every word that the format names. `-`, `.`, `*`, `n.a.` and the like are missing where the
//! rest of the column is numbers or dates, and categories or classes among text.
//!
//! **Classes** that are asked for, or that stand beside text, are called as they are written: `1.1` and `1.10`, `007` and `7` are
//! two. Few whole numbers that are taken for classes are called by their value, unless some are written as codes are; `007` beside `7` is refused there. In a table for a model that knows its classes a cell is the class that
//! is spelled like it, else the first of the same value, unless it is read as text or zeros lead either. So are categories.
//!
//! **Categories** that are nearly as many as the rows are refused by column; those of few rows can be pooled in one, `other`, or
//! `other (rare)` where one is called so.
//!
//! **Delimiter**: given, told by a first line `sep=;`, or the one that cuts the first lines most evenly into more than one cell; of
//! several that of a table [read like](CsvOptions::like) this one, then the one that leaves fewest cells that another would cut,
//! and most numbers; then `;` before `,`, for decimal commas. Runs of spaces part cells where most are numbers. A delimiter at
//! the end of every line is no column.
//!
//! **Quotes**: a cell that begins with a quote ends at the one that closes it; within, a quote is written twice. Text
//! behind a closing quote and a quote that never closes are refused by the line where the cell opens, and so is a cell of
//! several lines of which each is a row in its own right: its quotes are two stray ones. Between tabs nothing has to be quoted, and
//! there a quote that does not close its cell is a character like others, as it is inside a cell everywhere.
//!
//! **Header**: given, or judged by how the first line differs from up to a thousand below. It holds names where it has every name that was asked for, or
//! text and no number above columns of numbers, or texts that, unlike those below, never return. Numbers above
//! numbers and values that return are data. Where that cannot tell, or numbers count (`0,1,2`), rise or fall from column to column as
//! those of hardly another line do, or a text beside numbers never returns, it is refused until the options say. Columns without a name are called `column1`, `column2`, ...
//!
//! **Columns** are asked for by name; a whole number that is no name is a position, counted from 1, or from
//! the end if negative.

mod amounts;
mod assemble;
mod calendar;
mod category;
mod cell;
mod circumstances;
mod codes;
mod columns;
mod csv_options;
mod cut;
mod date;
mod date_marks;
mod dialect;
mod disguise;
mod distinct;
mod doubt;
mod drawn;
mod feature;
mod features;
mod foreign;
mod format;
mod harmless;
mod header;
mod intake;
mod judge;
mod name_notes;
mod number;
mod odd;
mod one_unit;
mod points;
mod policy;
mod pooled;
mod read;
mod reading;
mod readings;
mod record;
mod records;
mod score;
mod sentinel;
mod sentinel_dates;
mod spellings;
mod stream;
mod summarise;
mod target;
mod texts;
mod title;
mod totals;
mod units;
mod unknown;
mod variants;
mod worded;
#[cfg(feature = "csv")]
mod write;
mod written;

pub(crate) use assemble::Assembler;
pub use category::OneHot;
pub(crate) use cell::Cell;
pub(crate) use columns::{Columns, distinct_names, find};
pub use csv_options::CsvOptions;
pub use features::{FeatureChunk, FeatureOptions, FeatureReader};
pub use format::{DateOrder, DecimalMark, Delimiter, TableFormat, ThousandsMark};
pub use harmless::harmless;
pub(crate) use intake::{Chunks, Intake};
pub use number::format_number;
pub use policy::{Categorical, MissingPolicy};
pub use read::read_csv;
pub(crate) use read::read_sized;
pub(crate) use reading::Reading;
pub(crate) use record::read_error;
pub(crate) use stream::Stream;
pub use target::TaskChoice;
pub use unknown::Unknown;
#[cfg(feature = "csv")]
pub use write::{write_csv, write_csv_harmless};
