//! Rows to predict, in chunks, matched by name to the features of a model.

use std::collections::HashMap;
use std::io::Read;
use std::rc::Rc;

use ndarray::Array2;

use super::ambiguity::doubts;
use super::amounts::Amounts;
use super::category::OneHot;
use super::cell::{Numeral, Spelling, TableCell, is_gap};
use super::columns::find_all;
use super::date::{compact, days, days_from_year};
use super::date_marks::{DateMarks, doubtful_dates};
use super::format::{DateOrder, TableFormat};
use super::pooled::Pooled;
use super::reading::{Reading, no_day};
use super::record::{Line, RecordReader};
use super::sentinel::sentinel_note;
use super::totals::{Running, total_note};
use super::unknown::Unknown;
use super::variants::composed;
use crate::error::error;
use crate::{Error, Place, TableProblem, names};

/// How rows to predict are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeatureOptions {
    /// The features of the model, in its order.
    pub features: Vec<String>,
    /// Columns to copy unchanged, by name or position; each text may name several ([`columns_in`](crate::names::columns_in)).
    pub keep: Vec<String>,
    /// The format of the table.
    pub format: TableFormat,
    /// The format of the table that the model was trained on: see [`CsvOptions::like`](super::CsvOptions::like).
    pub like: Option<TableFormat>,
    /// Columns of that table which the model was not trained on.
    pub ignored: Vec<String>,
    /// The columns of categories that are several features each in the model ([`Dataset::one_hot`](crate::Dataset::one_hot)).
    pub one_hot: Vec<OneHot>,
    /// Whether missing values become NaN, for the model's [`Imputer`](crate::Imputer) to fill in, or are refused.
    pub missing: bool,
    /// Whether the model could fill them in, and `missing` is false because it shall not.
    pub could_fill: bool,
    /// Whether rows with a missing value that is not filled in are left without a prediction, instead of being refused.
    pub leave_missing: bool,
    /// How rows with an unknown category are handled.
    pub unknown: Unknown,
}

/// Some rows of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureChunk {
    /// The features, `[rows, features]`, in the model's order.
    pub inputs: Array2<f64>,
    /// The kept columns, as written, row by row.
    pub kept: Vec<Vec<String>>,
    /// Whether each row can be predicted; otherwise the features of an unknown category are 0.
    pub known: Vec<bool>,
}

/// A table whose rows are to be predicted. Only one chunk is in memory, so a table may have any length.
///
/// Columns that the model does not know are ignored. A table without a header, or whose columns do not have the model's
/// names, must have exactly the features, in the model's order.
#[derive(Debug)]
pub struct FeatureReader<R> {
    file: String,
    table: RecordReader<R>,
    matched: Matched,
}

impl<R: Read> FeatureReader<R> {
    /// Opens a table; `file` is its name in errors.
    ///
    /// # Errors
    /// [`Error::Table`] where the table is empty or features are missing (all are named); [`Error::Read`].
    pub fn open(reader: R, file: &str, options: &FeatureOptions) -> Result<Self, Error> {
        let wanted = options.columns();
        let named: Vec<&str> = wanted.iter().map(|name| name.trim()).collect();
        let table =
            RecordReader::open(reader, file, &options.format, options.like.as_ref(), &named)?;
        let all: Vec<usize> = (0..table.names().len()).collect();
        let (names, named) = (table.names(), table.has_header());
        let matched = Matched::new(file, (names, named), &all, table.format(), options)?;
        Ok(Self {
            file: file.to_owned(),
            table,
            matched,
        })
    }

    /// The format of the table, as given or detected.
    pub fn format(&self) -> &TableFormat {
        self.table.format()
    }

    /// The names of the kept columns.
    pub fn keep_names(&self) -> &[String] {
        self.matched.keep_names()
    }

    /// Notes for the user on the rows read so far: columns matched by position, ambiguous marks,
    /// unknown categories.
    pub fn notes(&self) -> Vec<String> {
        self.matched.notes()
    }

    /// The next rows, at most `rows` of them; none at the end of the table.
    ///
    /// # Errors
    /// [`Error::Table`] with line and column: no row at all, a ragged line, a cell that is not a finite number;
    /// [`Error::Read`].
    ///
    /// # Panics
    /// If `rows` is zero.
    pub fn next_chunk(&mut self, rows: usize) -> Result<Option<FeatureChunk>, Error> {
        assert!(rows > 0, "a chunk has at least one row");
        let mut inputs = Vec::new();
        let (mut kept, mut known) = (Vec::new(), Vec::new());
        let mut line = Line::default();
        while kept.len() < rows && self.table.next(&mut line)? {
            let reading = self.matched.reading.clone();
            let cell = |column| reading.cell(line.cell(column));
            let is_known = self
                .matched
                .row(Place::Line(line.number), &cell, &mut inputs)
                .map_err(|(column, problem)| {
                    self.table.error(Some(line.number), Some(column), problem)
                })?;
            known.push(is_known);
            kept.push(self.matched.kept(|column| line.cell(column).to_owned()));
        }
        // The next call, at the end, has no row to give.
        if kept.is_empty() {
            return match self.matched.doubtful() {
                Some((column, place, problem)) => Err(error(
                    &self.file,
                    Some(place),
                    Some(&self.table.names()[column]),
                    problem,
                )),
                None => Ok(None),
            };
        }
        let shape = (kept.len(), self.matched.features());
        let inputs = Array2::from_shape_vec(shape, inputs).expect("every line gave a row");
        Ok(Some(FeatureChunk {
            inputs,
            kept,
            known,
        }))
    }
}

impl FeatureOptions {
    /// The columns of a file that give the features, each once.
    pub(super) fn columns(&self) -> Vec<String> {
        let wanted = Wanted::of(self);
        wanted.columns.into_iter().map(str::to_owned).collect()
    }
}

/// The columns of a file, matched to the features that a model knows.
#[derive(Debug)]
pub(super) struct Matched {
    reading: Rc<Reading>,
    sources: Vec<Source>,
    /// How the columns are read that give the features, and what their numbers and dates tell.
    readings: Vec<(Reading, Amounts, DateMarks)>,
    /// The values of the columns that give numbers, or of each category.
    totals: Vec<Running>,
    /// The names of these columns, in the model.
    columns: Vec<String>,
    one_hot: Vec<OneHot>,
    /// What was taken for the pool of each column of categories.
    pooled: Vec<Pooled>,
    unknown: Unknown,
    /// What no pool took of each column of categories.
    unknowns: Vec<Pooled>,
    missing: bool,
    could_fill: bool,
    leave_missing: bool,
    /// Whether the row at hand has a value missing that leaves it without a prediction.
    lacks: bool,
    /// How many rows have, and the column of the first.
    lacking: (u64, Option<usize>),
    keep: Vec<usize>,
    keep_names: Vec<String>,
    by_position: bool,
    /// Whether the marks are those of the model's table, as nobody said otherwise for this one.
    assumed: bool,
    /// The order of dates and the marks that part them in the model's table, where nobody said otherwise.
    dates: Option<(DateOrder, String)>,
}

impl Matched {
    /// Matches columns by name; where the names do not come from the file (`named`), all that may be features (`free`) by
    /// position, if there are as many as the model has.
    ///
    /// # Errors
    /// [`Error::Table`] with all features that are not there, or the counts that differ.
    pub fn new(
        file: &str,
        (names, named): (&[String], bool),
        free: &[usize],
        format: &TableFormat,
        options: &FeatureOptions,
    ) -> Result<Self, Error> {
        let wanted = Wanted::of(options);
        let position = |name: &&str| names.iter().position(|column| column == name.trim());
        let found: Vec<Option<usize>> = wanted.columns.iter().map(position).collect();
        let by_position = !found.iter().all(Option::is_some);
        let columns: Vec<usize> = if !by_position {
            found.into_iter().flatten().collect()
        } else if named {
            let missing = wanted
                .columns
                .iter()
                .zip(&found)
                .filter(|(_, found)| found.is_none());
            let missing: Vec<String> = missing.map(|(&name, _)| name.to_owned()).collect();
            let alike = missing.iter().find_map(|name| {
                let same = |other: &&String| composed(other.trim()) == composed(name);
                Some((name, names.iter().find(same)?.trim()))
            });
            let problem = match alike {
                Some((name, other)) => TableProblem::Malformed(format!(
                    "the file lacks the column `{name}`, and its column `{other}` differs from that only in Unicode form (NFC, NFD); \
                     write it as in the model's table"
                )),
                None => TableProblem::MissingColumns(missing),
            };
            return Err(error(file, None, None, problem));
        } else if free.len() == wanted.columns.len() {
            free.to_vec()
        } else {
            let (expected, found) = (wanted.columns.len(), free.len());
            let problem = TableProblem::CannotMatch { expected, found };
            return Err(error(file, None, None, problem));
        };
        let sources = wanted.sources(&columns, &format.date_columns);
        let kept = options.keep.iter();
        let kept: Vec<String> = kept
            .flat_map(|text| names::columns_in(text, names))
            .collect();
        let keep = find_all(file, names, &kept, "kept")?;
        let keep_names = keep.iter().map(|&column| names[column].clone()).collect();
        if options.format.dates.is_some() && format.date_columns.is_empty() {
            let problem = "--dates is given, but no column held dates when the model was trained; leave it out";
            return Err(Error::Format {
                problem: problem.to_owned(),
            });
        }
        let reading = Reading::of(format);
        let of_column = |name: &&str| {
            let reading = reading.of_column(name, format, options.like.as_ref());
            (reading, Amounts::default(), DateMarks::default())
        };
        Ok(Self {
            readings: wanted.columns.iter().map(of_column).collect(),
            reading: Rc::new(reading),
            totals: sources.iter().map(|_| Running::default()).collect(),
            sources,
            columns: wanted.columns.iter().map(|&name| name.to_owned()).collect(),
            one_hot: options.one_hot.clone(),
            pooled: vec![Pooled::default(); options.one_hot.len()],
            unknown: options.unknown,
            unknowns: vec![Pooled::default(); options.one_hot.len()],
            missing: options.missing,
            could_fill: options.could_fill,
            leave_missing: options.leave_missing,
            lacks: false,
            lacking: (0, None),
            keep,
            keep_names,
            by_position,
            assumed: options.format.decimal.is_none() && options.format.thousands.is_none(),
            dates: (format.dates.filter(|_| options.format.dates.is_none()))
                .map(|order| (order, format.date_marks.clone())),
        })
    }

    /// How many features a row has.
    pub fn features(&self) -> usize {
        self.sources.len()
    }

    /// The columns that are used, each once.
    pub fn used(&self) -> Vec<usize> {
        let mut used: Vec<usize> = self.sources.iter().map(|source| source.column).collect();
        used.extend(&self.keep);
        used.sort_unstable();
        used.dedup();
        used
    }

    /// The names of the columns kept.
    pub fn keep_names(&self) -> &[String] {
        &self.keep_names
    }

    /// The columns kept of a row.
    pub fn kept(&self, text: impl Fn(usize) -> String) -> Vec<String> {
        self.keep.iter().map(|&column| text(column)).collect()
    }

    /// Adds the features of a row, and says whether it can be predicted; an error comes with its column.
    pub fn row<'c>(
        &mut self,
        place: Place,
        cell: &dyn Fn(usize) -> TableCell<'c>,
        inputs: &mut Vec<f64>,
    ) -> Result<bool, (usize, TableProblem)> {
        let mut known = true;
        self.lacks = false;
        for source in 0..self.sources.len() {
            let column = self.sources[source].column;
            let value = self.value(source, place, cell(column));
            let value = value.map_err(|problem| (column, problem))?;
            known &= value.is_some() || self.unknown != Unknown::Row;
            if self.lacks && self.lacking.1.is_none() {
                self.lacking.1 = Some(self.sources[source].position);
            }
            self.totals[source].take(value.unwrap_or(f64::NAN));
            inputs.push(value.unwrap_or(0.0));
        }
        self.lacking.0 += u64::from(self.lacks);
        Ok(known && !self.lacks)
    }

    /// A number that may be meant in two ways, and its column, once all rows are read.
    pub fn doubtful(&self) -> Option<(usize, Place, TableProblem)> {
        self.sources.iter().find_map(|source| {
            let (_, amounts, _) = &self.readings[source.position];
            let (place, problem) = amounts.problem(false)?;
            Some((source.column, place, problem))
        })
    }

    /// What a user should look at; see [`FeatureReader::notes`].
    pub fn notes(&self) -> Vec<String> {
        let by_position = self.by_position.then(|| {
            let are = if self.columns.len() == 1 { "is" } else { "are" };
            format!(
                "the file does not name its columns, so its {} {are} matched by position to {}",
                names::so_many(self.columns.len() as u64, "column"),
                names::list(self.columns.iter().map(String::as_str))
            )
        });
        let columns = self.columns.iter().map(String::as_str).zip(&self.readings);
        let marks = columns
            .clone()
            .map(|(name, (_, amounts, _))| (name, amounts.doubts()));
        let marks = doubts(marks).filter(|_| self.assumed);
        let dates = columns.clone().map(|(name, (_, _, dates))| (name, dates));
        let sentinels = dates.clone().filter_map(|(name, dates)| dates.note(name));
        let dates =
            (self.dates.as_ref()).and_then(|(order, marks)| doubtful_dates(dates, *order, marks));
        let numbers = columns.flat_map(|(name, (reading, amounts, _))| {
            let found = amounts.sentinel();
            let code = found.map(|found| sentinel_note(&format!("column `{name}`"), found, ""));
            code.into_iter().chain(amounts.notes(name, reading))
        });
        let pooled = self.one_hot.iter().zip(&self.pooled);
        let pooled = pooled.filter_map(|(known, pooled)| pooled.note(known));
        let totals = self.sources.iter().zip(&self.totals);
        let totals = totals.map(|(source, total)| (&*self.columns[source.position], total));
        let unknown = self.one_hot.iter().zip(&self.unknowns);
        let unknown = unknown.filter_map(|(known, met)| met.note_of_unknown(known, self.unknown));
        let notes = (by_position.into_iter().chain(marks).chain(dates))
            .chain(sentinels)
            .chain(numbers)
            .chain(pooled)
            .chain(unknown)
            .chain(self.note_of_lacking())
            .chain(total_note(totals));
        notes.map(|note| names::plain(&note)).collect()
    }

    /// What is said of rows that lack a value and so have no prediction.
    fn note_of_lacking(&self) -> Option<String> {
        let (rows, first) = self.lacking;
        let column = &self.columns[first?];
        let does = match self.could_fill {
            true => "is not to",
            false => "does not",
        };
        let (have, they) = match rows {
            1 => ("row has", "it has"),
            _ => ("rows have", "they have"),
        };
        Some(format!(
            "{rows} {have} a missing value that the model {does} fill in (the first in column `{column}`); {they} no prediction"
        ))
    }

    /// The value of a feature; `None` where it is of a category that is unknown and not refused, or missing and left so.
    fn value(
        &mut self,
        source: usize,
        place: Place,
        cell: TableCell<'_>,
    ) -> Result<Option<f64>, TableProblem> {
        let source = &self.sources[source];
        let (reading, amounts, dates) = &mut self.readings[source.position];
        let could_fill = self.could_fill;
        let (missing, leave, lacks) = (self.missing, self.leave_missing, &mut self.lacks);
        let mut filled = |word: &str| match missing {
            true => Ok(Some(f64::NAN)),
            false if leave => {
                *lacks = true;
                Ok(None)
            }
            false => Err(TableProblem::NotFilledIn {
                cell: word.to_owned(),
                could_fill,
            }),
        };
        match (source.kind, cell) {
            (Kind::Category { known, category }, cell) => {
                let position = match self.one_hot[known].position(cell, reading) {
                    Err(TableProblem::UnknownCategory { .. })
                        if self.unknown != Unknown::Refuse =>
                    {
                        // Once a row, at the first of its features.
                        if category == 0 {
                            self.unknowns[known].take(&cell.text());
                        }
                        return Ok(None);
                    }
                    position => position?,
                };
                match position {
                    Some((held, unknown)) => {
                        let is_held = held == category;
                        if let TableCell::Number(_, spelling @ Spelling::Text(text)) = cell
                            && is_held
                            && self.one_hot[known].categories[held] != text
                        {
                            amounts.doubt(spelling, place, reading);
                        }
                        // Once a row: a row holds one category.
                        if is_held && unknown {
                            self.pooled[known].take(&cell.text());
                        }
                        Ok(Some(f64::from(u8::from(is_held))))
                    }
                    None => filled(&cell.text()),
                }
            }
            // A word for nothing among numbers may be a category elsewhere.
            (_, TableCell::Text(text)) if is_gap(text) => filled(text),
            (_, TableCell::Missing(text)) => filled(text),
            (_, TableCell::Absent(text)) => filled(text),
            (Kind::Number, cell) => {
                if let Some(numeral) = Numeral::of(cell, place) {
                    amounts.take(numeral, reading)?;
                }
                reading.number(cell).map(Some)
            }
            (Kind::Date, cell) => {
                if let (TableCell::Text(text), Some(order)) = (cell, reading.dates()) {
                    dates.take(text, place, order, reading.date_marks());
                }
                day(reading, cell).map(Some)
            }
        }
    }
}

/// The day that a cell of dates is.
fn day(reading: &Reading, cell: TableCell<'_>) -> Result<f64, TableProblem> {
    let order = reading.dates().unwrap_or(DateOrder::Ymd);
    let read = |order| match cell {
        TableCell::Text(text) => days(text, order),
        TableCell::Number(number, _) => compact(number, order),
        _ => None,
    };
    if !matches!(cell, TableCell::Text(_) | TableCell::Number(..)) {
        return reading.number(cell);
    }
    let from_year = || match cell {
        TableCell::Text(text) => days_from_year(text),
        _ => read(DateOrder::Ymd),
    };
    (read(order).or_else(from_year)).ok_or_else(|| {
        let others = DateOrder::ALL
            .into_iter()
            .filter(|&other| read(other).is_some());
        no_day(&cell.text(), order, others)
    })
}

/// Where a feature's values come from.
#[derive(Debug)]
struct Source {
    /// The column's position in the file.
    column: usize,
    /// Its position among those that give the features.
    position: usize,
    kind: Kind,
}

/// What a column holds that gives features.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Number,
    Date,
    /// Categories: the feature is 1 where it holds this one.
    Category {
        known: usize,
        category: usize,
    },
}

/// The columns that give the features, each once in the features' order, and for each feature which of them, and of
/// categories which one.
#[derive(Debug)]
struct Wanted<'a> {
    columns: Vec<&'a str>,
    features: Vec<(usize, Option<(usize, usize)>)>,
}

impl<'a> Wanted<'a> {
    fn of(options: &'a FeatureOptions) -> Self {
        let mut columns: Vec<&str> = Vec::new();
        // A category's feature is known by its name; a column in the file of that name does not change that.
        let mut categories = HashMap::new();
        for (known, column) in options.one_hot.iter().enumerate() {
            for (category, name) in column.feature_names().enumerate() {
                categories.insert(name, (known, category));
            }
        }
        let mut positions = HashMap::new();
        let features = options
            .features
            .iter()
            .map(|name| {
                let category = categories.get(name).copied();
                let column = match category {
                    Some((known, _)) => options.one_hot[known].column.as_str(),
                    None => name.as_str(),
                };
                let position = *positions.entry(column).or_insert_with(|| {
                    columns.push(column);
                    columns.len() - 1
                });
                (position, category)
            })
            .collect();
        Self { columns, features }
    }

    /// The features' sources, by the columns' positions in the file and the names of those that are dates.
    fn sources(&self, columns: &[usize], dates: &[String]) -> Vec<Source> {
        let is_date = |position: usize| dates.iter().any(|date| date == self.columns[position]);
        let source = |&(position, category): &(usize, Option<(usize, usize)>)| Source {
            column: columns[position],
            position,
            kind: match category {
                Some((known, category)) => Kind::Category { known, category },
                None if is_date(position) => Kind::Date,
                None => Kind::Number,
            },
        };
        self.features.iter().map(source).collect()
    }
}

#[cfg(test)]
mod tests;
