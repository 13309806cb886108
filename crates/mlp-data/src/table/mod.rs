//! Tables in text files: CSV and its relatives.
//!
//! A table has one line per sample, cells separated by `,`, `;`, tab, `|` or runs of spaces, quoted where they contain a delimiter
//! or a line end. Line ends may be those of Unix, Windows or old Macs, a byte order mark is skipped, white
//! space around a cell is ignored, and empty lines are skipped, as are comments where their
//! mark is given. Nothing is guessed silently:
//! what is not a number, missing or not finite is refused by line and column, unless the options say how to handle
//! missing values ([`MissingPolicy`]) and text features ([`Categorical`]).
//!
//! **Numbers** have a decimal point unless the format says otherwise; thousands separators and units are read if it names them.
//! Text that a person reads as a number or a date (`4,5`, `1,200`, `$3`, `12 %`, `3 kg`, `31.12.2020`) is never read as a
//! class or a category: where such cells are most of a column, the first is refused with what it is, and how it can be read. A
//! comma that may be either mark is decided by the whole column, and so is a point where semicolons separate the cells. Ranges (`10-20`), one or two bounds (`<5`, `>5`) and codes (`A12`) are text.
//! Forms that no option reads (`１２`, `'0.1`, `="100"`, `1/2`, `5±1`, `5'11"`, `~10`, `1h30`) are also refused, with what to write. In a table for a
//! model a column's unit is that of the training data, unless other units are named.
//!
//! **Dates** are days since 1970-01-01 where their order is given: every cell of the column must be one.
//!
//! **Names**: a column that is read as text on request holds names, whatever they look like, and only empty cells and the
//! words in the format are missing there.
//!
//! **Missing** is an empty cell, any word for it that pandas recognises (`NA`, `None`, `NaN`, `null`, ...), `?`, an error of a
//! spreadsheet (`#DIV/0!`), and every word in the format. `-`, `.`, `*`, `n.a.` and the like are missing where the
//! rest of the column is numbers or dates, and categories or classes among text.
//!
//! **Classes** that are requested, or that occur beside text, are named as written: `1.1` and `1.10`, `007` and `7` are
//! two. Few whole numbers that are read as classes are named by their value, unless some are written like codes; `007` beside `7` is refused there. In a table for a model with known classes a cell is the class with the
//! same spelling, else the first with the same value, unless it is read as text or either has leading zeros. The same holds for categories.
//!
//! **Categories** that are nearly as many as the rows are refused by column; rare ones can be pooled in one, `other`, or
//! `other (rare)` where `other` is taken.
//!
//! **Delimiter**: given, declared by a first line `sep=;`, or the one that splits the first lines most evenly into more than one cell; of
//! several that of a table [read like](CsvOptions::like) this one, then the one that leaves fewest cells that another would split,
//! and most numbers; then `;` before `,`, because of decimal commas. Runs of spaces separate cells where most are numbers. A delimiter at
//! the end of every line is not a column.
//!
//! **Quotes**: a cell that begins with a quote ends at the one that closes it; inside, a quote is written twice. Text
//! after a closing quote and a quote that never closes are refused by the line where the cell opens, and so is a cell of
//! several lines each of which is a valid row: its quotes are two stray ones. Tab-separated cells need no quotes, and
//! there a quote that does not close its cell is an ordinary character, as it is inside a cell everywhere.
//!
//! **Header**: given, or decided by how the first line differs from up to a thousand below. It holds names where it has every requested name, or
//! text and no number above numeric columns, or texts that, unlike those below, are never repeated. Numbers above
//! numbers and repeated values are data. Where that is ambiguous, or numbers count (`0,1,2`), rise or fall from column to column as
//! in hardly any other line, or a text beside numbers is never repeated, it is refused until the options decide. Columns without a name are named `column1`, `column2`, ...
//!
//! **Columns** are selected by name; a whole number that is not a name is a position, counted from 1, or from
//! the end if negative.

mod ambiguity;
mod amounts;
mod assemble;
mod calendar;
mod category;
mod cell;
mod codes;
mod column_context;
mod columns;
mod csv_options;
mod cut;
mod date;
mod date_marks;
mod decimal_column;
mod dialect;
mod disguise;
mod distinct;
mod drawn;
mod feature;
mod features;
mod foreign;
mod format;
mod harmless;
mod header;
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
mod row_destination;
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
mod verdict;
mod versions;
mod worded;
#[cfg(feature = "csv")]
mod write;
mod written;

pub(crate) use assemble::Assembler;
pub use category::OneHot;
pub(crate) use cell::TableCell;
pub(crate) use columns::{Columns, check_width, distinct_names, find};
pub use csv_options::CsvOptions;
pub use features::{FeatureChunk, FeatureOptions, FeatureReader};
pub use format::{DateOrder, DecimalMark, Delimiter, TableFormat, ThousandsMark};
pub use harmless::harmless;
pub use number::format_number;
pub use policy::{Categorical, MissingPolicy};
pub use read::read_csv;
pub(crate) use read::read_sized;
pub(crate) use reading::Reading;
pub(crate) use record::read_error;
pub(crate) use row_destination::{Chunks, RowDestination};
pub(crate) use stream::Stream;
pub use target::TaskChoice;
pub use unknown::Unknown;
#[cfg(feature = "csv")]
pub use write::{write_csv, write_csv_harmless};
