//! A target column: numbers, or classes.

mod classes;
mod expected;

use expected::Expected;

use super::amounts::{Amounts, is_whole};
use super::cell::{Numeral, Spelling, TableCell, is_gap};
use super::column_context::{Beside, ColumnContext};
use super::date::all_compact;
use super::date_marks::DateMarks;
use super::format::DateOrder;
use super::number::format_number;
use super::reading::{Reading, as_missing};
use super::spellings::Spellings;
use super::texts::{Seen, Texts};
use super::verdict::{Verdict, judge, unit_of};
use crate::{Error, Place, TableProblem, TargetTransform, memory, names::words::words};

/// Whether a target column holds classes or numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TaskChoice {
    /// Classes if the column has text, called as they are written, or at most 20 distinct whole numbers, which are called by their
    /// value unless some are written as codes are (`007`); else numbers. Several columns are labels if they hold nothing but 0
    /// and 1, else numbers.
    #[default]
    Auto,
    /// Classes, one for each distinct cell, called as it is written.
    Classification,
    /// Labels, one per column, each 0 or 1.
    Multilabel,
    /// Numbers.
    Regression,
}

words!(TaskChoice, "the task":
    Auto = "auto",
    Classification = "classification",
    Multilabel = "multilabel",
    Regression = "regression",
);

/// What a finished column turned out to be.
#[derive(Debug, PartialEq)]
pub(super) enum FinishedTarget {
    Classes {
        labels: Vec<u32>,
        names: Vec<String>,
        /// Whether they are called by their value, and some are written otherwise (`01`, `1.0`).
        renamed: bool,
    },
    Numbers(Vec<f64>),
}

/// A target column as it is read.
#[derive(Debug)]
pub(super) struct TargetColumn {
    task: TaskChoice,
    reading: Reading,
    /// The numbers, NaN where there is text; where numbers are classes by their spelling, they are texts too. Of classes
    /// given, the labels.
    values: Vec<f64>,
    texts: Texts,
    /// The classes given, where they are.
    expected: Option<Expected>,
    /// Whether the numbers are days of dates.
    dates: bool,
    /// Whether every number so far is written as numbers are.
    usual: bool,
    /// Whether one has marks between its thousands, or a unit: then they are amounts, however few and whole.
    amounts: bool,
    numbers: Amounts,
    date_marks: DateMarks,
    /// Whether every cell is a whole number written without a mark, be it the name of a class.
    whole: bool,
    /// How the numbers are written that are not written as usual.
    spellings: Spellings,
    /// Where the first number stands.
    place: Option<Place>,
    /// What will be made of its numbers.
    transform: TargetTransform,
    /// Whether the file says that the column is text, so that its numbers are names, too, where that is open.
    strings: bool,
}

impl TargetColumn {
    /// A column whose classes are to be found, or are given, with cells that are read so.
    pub fn new(task: TaskChoice, expected: Option<&[String]>, reading: Reading) -> Self {
        let task = match task {
            TaskChoice::Auto if reading.is_text() => TaskChoice::Classification,
            task => task,
        };
        Self {
            task,
            values: Vec::new(),
            texts: Texts::default(),
            expected: expected.map(|names| Expected::new(names, &reading)),
            reading,
            dates: false,
            usual: true,
            amounts: false,
            numbers: Amounts::default(),
            date_marks: DateMarks::default(),
            whole: true,
            spellings: Spellings::default(),
            place: None,
            transform: TargetTransform::None,
            strings: false,
        }
    }

    /// The same for numbers of which that will be made, and others are refused.
    pub fn transformed(self, transform: TargetTransform) -> Self {
        Self { transform, ..self }
    }

    /// Whether the column cannot be taken: it is read as text, and numbers are asked for.
    pub fn is_refused(&self) -> bool {
        self.reading.is_text() && self.task != TaskChoice::Classification && self.expected.is_none()
    }

    /// A number with leading zeros, as codes are written.
    pub fn code(&self) -> Option<&str> {
        self.spellings.code()
    }

    /// What may be done about a word for nothing that may be a class, as the end of a sentence.
    pub fn named(&self, cell: TableCell<'_>, word: &str) -> String {
        match cell {
            TableCell::Missing(_) if self.expected.is_none() && self.may_be_names() => {
                self.reading.named(word, &self.reading.text_option())
            }
            _ => String::new(),
        }
    }

    /// Whether the column may be one of names, as far as it has been read.
    fn may_be_names(&self) -> bool {
        match self.task {
            TaskChoice::Classification => true,
            TaskChoice::Auto => self.values.iter().all(|value| value.is_nan()),
            TaskChoice::Multilabel | TaskChoice::Regression => false,
        }
    }

    /// Says that the column is classes, where that was open.
    pub fn declare(&mut self) {
        if self.task == TaskChoice::Auto {
            self.task = TaskChoice::Classification;
        }
    }

    /// Says that the column is of a text type, so that numbers in it are classes, too, where that was open.
    pub fn declare_text(&mut self) {
        self.strings = self.task == TaskChoice::Auto && self.expected.is_none();
    }

    /// The word for a missing value that a cell holds, be it one beside classes that are known.
    pub fn missing<'c>(&self, cell: TableCell<'c>) -> Option<&'c str> {
        let is_text = self.reading.is_text();
        match (cell, &self.expected) {
            (TableCell::Text(text), Some(expected))
                if is_gap(text) && !is_text && expected.label(cell, is_text).is_none() =>
            {
                Some(text)
            }
            (TableCell::Missing(text), Some(expected)) if expected.has(text) => None,
            (cell, _) => self.reading.missing(cell),
        }
    }

    /// Adds a cell that is not missing.
    pub fn push(&mut self, cell: TableCell<'_>, place: Place, file: &str) -> Result<(), PushError> {
        let row = self.values.len();
        let is_text = self.reading.is_text();
        let names = self.task == TaskChoice::Classification || self.strings;
        self.whole &= matches!(cell, TableCell::Number(_, spelling) if is_whole(spelling));
        let mut texts = |text: &str, number| {
            let pushed = self.texts.push(text, number, row, place, file);
            pushed.map_err(|error| PushError::Memory(Box::new(error)))
        };
        let value = match (&self.expected, cell) {
            (Some(expected), cell) => match expected.label(cell, is_text) {
                Some(label) => {
                    // `2,000` may be the class 2.
                    if let TableCell::Number(_, spelling @ Spelling::Text(text)) = cell
                        && !expected.has(text)
                    {
                        self.numbers.doubt(spelling, place, &self.reading);
                    }
                    f64::from(label)
                }
                None => {
                    let class = cell.text().into_owned();
                    let known = expected.listed();
                    let problem = TableProblem::UnknownClass { class, known };
                    return Err(PushError::Problem(place, problem));
                }
            },
            (None, TableCell::Number(number, spelling)) => {
                let truth = matches!(spelling, Spelling::Truth(_));
                if names || truth && self.task == TaskChoice::Auto {
                    texts(&spelling.name(number), Some(number).filter(|_| !truth))?;
                    f64::NAN
                } else {
                    if !spelling.is_usual() {
                        self.usual = false;
                        self.amounts |= self.reading.is_amount(spelling);
                    }
                    self.place.get_or_insert(place);
                    if self.task == TaskChoice::Auto {
                        self.spellings.take(number, spelling, row, place);
                    }
                    if let Some(reason) = self.transform.problem(number) {
                        let cell = spelling.name(number).into_owned();
                        let problem = TableProblem::NoTransform { cell, reason };
                        return Err(PushError::Problem(place, problem));
                    }
                    let numeral = Numeral {
                        number,
                        spelling,
                        place,
                    };
                    self.numbers
                        .take(numeral, &self.reading)
                        .and_then(|()| self.reading.not_a_day(cell))
                        .map_err(|problem| PushError::Problem(place, problem))?;
                    number
                }
            }
            (None, TableCell::Text(text)) => {
                texts(text, None)?;
                f64::NAN
            }
            (None, TableCell::NotFinite(text)) if names => {
                texts(text, None)?;
                f64::NAN
            }
            (None, TableCell::Missing(text)) if is_text => {
                texts(text, None)?;
                f64::NAN
            }
            (None, TableCell::Missing(cell) | TableCell::Absent(cell)) => {
                return Err(PushError::Problem(place, TableProblem::missing(cell)));
            }
            (None, TableCell::NotFinite(text)) => {
                let mut hint = as_missing(text);
                if self.may_be_names() {
                    hint.push_str(", or give --task classification if it is the name of a class");
                }
                let cell = text.to_owned();
                return Err(PushError::Problem(
                    place,
                    TableProblem::NotFinite { cell, hint },
                ));
            }
        };
        memory::make_room(&mut self.values, 1, || format!("the target of `{file}`"))
            .map_err(|error| PushError::Memory(Box::new(error)))?;
        self.values.push(value);
        Ok(())
    }

    /// Tells numbers with gaps, and dates, from text, once the column is whole. The rows that are missing, and where each of
    /// their words stood first.
    ///
    /// # Errors
    /// Numbers in disguise, unless the column is classes by the user's word.
    pub fn settle(&mut self) -> Result<Vec<(usize, Seen)>, (Place, TableProblem)> {
        let open = self.reading.has_open_points() && self.texts.is_empty();
        if let Some((place, problem)) = self.numbers.problem(open) {
            return Err((place, self.or_classes(problem)));
        }
        if self.expected.is_some() || self.reading.is_text() {
            return Ok(Vec::new());
        }
        if let Some(order) = self.reading.dates()
            && self.task != TaskChoice::Classification
            && (self.texts.seen().iter()).all(|seen| is_gap(&seen.text))
            && let Some(days) = all_compact(&self.values, order)
        {
            self.dates = true;
            let numbers = std::mem::replace(&mut self.values, days);
            for (number, &day) in numbers
                .iter()
                .zip(&self.values)
                .filter(|(_, day)| !day.is_nan())
            {
                self.date_marks.take_compact(*number, day);
            }
            return Ok(self.texts.take(|_| true));
        }
        if let (TaskChoice::Auto, None, true) =
            (self.task, self.reading.dates(), self.texts.is_empty())
            && let Some(place @ Place::Line(_)) = self.place
            && all_compact(&self.values, DateOrder::Ymd).is_some()
        {
            let problem = TableProblem::Disguised {
                cell: format_number(self.values[0]),
                what: "a date, as are all of the column".to_owned(),
                remedy: "give --dates ymd for numbers of days, or --task regression for the numbers as they are".to_owned(),
            };
            return Err((place, self.or_classes(problem)));
        }
        if self.texts.is_empty() {
            return Ok(Vec::new());
        }
        let gap = |seen: &Seen| seen.number.is_none() && is_gap(&seen.text);
        if self.task == TaskChoice::Classification {
            let seen = self.texts.seen();
            let numbers = seen.iter().any(|seen| seen.number.is_some());
            if numbers && seen.iter().all(|seen| seen.number.is_some() || gap(seen)) {
                let gaps: Vec<bool> = seen.iter().map(gap).collect();
                return Ok(self.texts.take(|position| gaps[position]));
            }
            return Ok(Vec::new());
        }
        let seen = self.texts.seen();
        let is_number: Vec<bool> = seen.iter().map(|seen| seen.number.is_some()).collect();
        let (as_text, others): (Vec<&Seen>, Vec<&Seen>) =
            seen.iter().partition(|seen| seen.number.is_some());
        if others.is_empty() {
            return Ok(Vec::new());
        }
        let numbers = self.values.iter().filter(|value| !value.is_nan()).count();
        let circumstances = ColumnContext {
            numbers: numbers + as_text.iter().map(|seen| seen.rows).sum::<usize>(),
            decimals: self.numbers.decimals(),
            unit: self.numbers.unit(),
            share: self.numbers.share(),
            ..self.reading.circumstances()
        };
        let others: Vec<Seen> = others.into_iter().cloned().collect();
        match judge(&others, circumstances) {
            Verdict::Text => Ok(Vec::new()),
            Verdict::Numbers => Ok(self.texts.take(|position| !is_number[position])),
            Verdict::Dates(days) => {
                for seen in &others {
                    let order = self.reading.dates().unwrap_or(DateOrder::Ymd);
                    let known = self.reading.date_marks();
                    self.date_marks.take(&seen.text, seen.place, order, known);
                }
                self.dates = true;
                for (row, position) in self.texts.rows() {
                    self.values[row] = days[position];
                }
                let mut gaps = self.texts.take(|_| true);
                gaps.retain(|&(row, _)| self.values[row].is_nan());
                Ok(gaps)
            }
            Verdict::Disguised(first, problem) => {
                Err((others[first].place, self.or_classes(problem)))
            }
        }
    }

    /// A problem of numbers in disguise, with what makes them classes, where that is open.
    fn or_classes(&self, problem: TableProblem) -> TableProblem {
        if self.task != TaskChoice::Auto {
            return problem;
        }
        let give = match &problem {
            TableProblem::Disguised { remedy, .. } if remedy.contains("give --") => "",
            _ => "give ",
        };
        problem.or(&format!(
            "{give}--task classification if they are names of classes"
        ))
    }

    /// What the numbers of the column tell.
    pub fn amounts(&self) -> &Amounts {
        &self.numbers
    }

    /// What the dates of the column tell.
    pub fn date_marks(&self) -> &DateMarks {
        &self.date_marks
    }

    /// Says that nothing in the table says what the points in its numbers part.
    pub fn leave_points_open(&mut self) {
        self.reading.leave_points_open();
    }

    /// What a user should look at in the numbers of a column of this name.
    pub fn notes(&self, column: &str) -> Vec<String> {
        let numbers = match self.texts.is_empty() {
            true => self.numbers.notes(column, &self.reading),
            false => Vec::new(),
        };
        let date = self.date_marks.note(column);
        numbers.into_iter().chain(date).collect()
    }

    /// Whether the column is whole numbers written without a mark, which does not hang on the task.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// The unit that the column's numbers have beside the digits, in each of its spellings, if they have one and the user has not
    /// named it.
    pub fn unnamed_unit(&self) -> Vec<String> {
        let is_open = !self.reading.is_text()
            && self.expected.is_none()
            && self.task != TaskChoice::Classification;
        let numbers = || self.values.iter().filter(|value| !value.is_nan()).count();
        match is_open {
            true => unit_of(self.texts.seen(), numbers()),
            false => Vec::new(),
        }
    }

    /// Says which number of another column the marks in force alone read.
    pub fn stand_beside(&mut self, other: &Beside) {
        self.reading.stand_beside(other);
    }

    /// Says which units have to be named for all columns.
    pub fn name_units(&mut self, units: &[String]) {
        self.reading.name_units(units);
    }

    /// Whether the column holds dates, which are numbers of days now.
    pub fn is_dates(&self) -> bool {
        self.dates
    }

    /// Keeps the rows that `kept` says so of.
    pub fn keep(&mut self, kept: &[bool]) {
        let mut keep = kept.iter();
        self.values.retain(|_| *keep.next().expect("one per row"));
        self.texts.keep(kept);
        self.spellings.keep(kept);
    }
}

/// Why a cell is not taken.
#[derive(Debug)]
pub(super) enum PushError {
    Problem(Place, TableProblem),
    Memory(Box<Error>),
}

#[cfg(test)]
mod tests;
