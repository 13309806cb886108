//! A feature column as it is read: numbers, dates or categories.

use super::amounts::Amounts;
use super::category::{Categories, MOST_TEXTS, OneHot};
use super::cell::{Numeral, Spelling, TableCell, is_gap};
use super::column_context::{Beside, ColumnContext};
use super::csv_options::CsvOptions;
use super::date::{all_compact, orders};
use super::date_marks::DateMarks;
use super::disguise::disguise;
use super::distinct::few_integers;
use super::format::{DateOrder, TableFormat};
use super::policy::{Categorical, MissingPolicy};
use super::pooled::Pooled;
use super::reading::{NUMBERS_HERE, Reading, as_missing};
use super::spellings::Spellings;
use super::target::PushError;
use super::texts::{Seen, Texts};
use super::unknown::Unknown;
use super::verdict::{Verdict, judge, unit_of};
use crate::{Place, TableProblem};

/// A feature's cells that are not numbers, and what may become of them.
#[derive(Debug)]
pub(super) struct Feature<'a> {
    texts: Texts,
    reading: Reading,
    categorical: Categorical,
    /// Whether missing values are filled in.
    fills: bool,
    /// The categories, where they are known beforehand.
    known: Option<&'a OneHot>,
    /// Whether the file says that the column is categories, whatever they look like.
    declared: bool,
    amounts: Amounts,
    dates: DateMarks,
    spellings: Spellings,
    /// Whether some text is neither a number in disguise nor a word for nothing; told of each text once, where text is refused.
    has_words: bool,
    /// How many cells are numbers.
    numbers: usize,
    /// Whether the column is one of booleans.
    booleans: bool,
    /// Whether the file says that the column is text, be it numbers.
    strings: bool,
    /// What was taken for the pool of categories that are known.
    pooled: Pooled,
    /// What becomes of others, where there is no pool, and those that were met.
    unknown: Unknown,
    unknowns: Pooled,
}

/// What becomes of a column of text.
const NO_TEXT: &str =
    "; every feature must be a number, so exclude columns of text, or give --categories one-hot";

/// What the texts of a column came to.
pub(super) struct Settled {
    /// The rows without a value, and their words.
    pub gaps: Vec<(usize, Seen)>,
    /// The days of each row that is a date, or NaN; where the column is dates.
    pub days: Option<Vec<(usize, f64)>>,
}

impl<'a> Feature<'a> {
    pub fn new(
        column: &str,
        options: &'a CsvOptions,
        (format, reading): (&TableFormat, &Reading),
    ) -> Self {
        Self {
            texts: Texts::default(),
            reading: reading.of_column(column, format, options.like.as_ref()),
            categorical: options.categorical,
            fills: matches!(options.missing, MissingPolicy::Impute(_)),
            known: options.one_hot.iter().find(|known| known.column == column),
            declared: false,
            amounts: Amounts::default(),
            dates: DateMarks::default(),
            spellings: Spellings::default(),
            has_words: false,
            numbers: 0,
            booleans: false,
            strings: false,
            pooled: Pooled::default(),
            unknown: options.unknown,
            unknowns: Pooled::default(),
        }
    }

    /// Whether the column cannot be taken: it is read as text, and that is refused.
    pub fn is_refused(&self) -> bool {
        self.reading.is_text() && self.known.is_none() && self.categorical == Categorical::Refuse
    }

    /// Whether the column holds booleans.
    pub fn is_booleans(&self) -> bool {
        self.booleans
    }

    /// A number with leading zeros among numbers, as codes are written.
    pub fn code(&self) -> Option<&str> {
        self.spellings.code()
    }

    /// The word for a missing value that a cell holds; a category that is known is none.
    pub fn missing<'c>(&self, cell: TableCell<'c>) -> Option<&'c str> {
        match (cell, self.known) {
            (TableCell::Missing(text), Some(known))
                if known.categories.iter().any(|of| of == text) =>
            {
                None
            }
            (cell, _) => self.reading.missing(cell),
        }
    }

    /// The options that make categories of everything in the column.
    fn as_text(&self) -> String {
        let one_hot = match self.categorical {
            Categorical::Refuse => " --categories one-hot",
            Categorical::OneHot => "",
        };
        format!("{}{one_hot}", self.reading.text_option())
    }

    /// Says that the column holds nothing but categories.
    pub fn declare(&mut self) {
        self.declared = true;
    }

    /// Says that the column is of a text type, be its cells numbers.
    pub fn declare_text(&mut self) {
        self.strings = true;
    }

    /// Whether the column is of a text type and is read as numbers, as far as it has been read.
    pub fn is_numbers_in_text(&self) -> bool {
        let is_open = self.known.is_none() && !self.reading.is_text();
        self.strings && is_open && self.texts.is_empty() && self.numbers > 0
    }

    /// What the numbers of the column tell.
    pub fn amounts(&self) -> &Amounts {
        &self.amounts
    }

    /// What was taken for the pool of rare categories, or met beyond all that are known, as notes.
    pub fn pooled(&self) -> impl Iterator<Item = String> + '_ {
        let notes = |known| {
            let outcome = match self.unknown {
                Unknown::Row => "such rows are left out",
                way => way.outcome(),
            };
            [
                self.pooled.note(known),
                self.unknowns.said(&known.column, outcome),
            ]
        };
        self.known.into_iter().flat_map(notes).flatten()
    }

    /// Whether a row is left out for the category in its cell, which is counted.
    pub fn leaves_out(&mut self, cell: TableCell<'_>) -> bool {
        let leaves = self.unknown == Unknown::Row && self.is_unknown(cell);
        if leaves {
            self.unknowns.take(&cell.text());
        }
        leaves
    }

    fn is_unknown(&self, cell: TableCell<'_>) -> bool {
        self.missing(cell).is_none()
            && self.known.is_some_and(|known| {
                let found = known.position(cell, &self.reading);
                matches!(found, Err(TableProblem::UnknownCategory { .. }))
            })
    }

    /// What the dates of the column tell.
    pub fn dates(&self) -> &DateMarks {
        &self.dates
    }

    /// Says that nothing in the table says what the points in its numbers part.
    pub fn leave_points_open(&mut self) {
        self.reading.leave_points_open();
    }

    /// What a user should look at in the numbers of a column of this name.
    pub fn notes(&self, column: &str) -> Vec<String> {
        let numbers = match self.is_numbers() {
            true => self.amounts.notes(column, &self.reading),
            false => Vec::new(),
        };
        numbers.into_iter().chain(self.dates.note(column)).collect()
    }

    /// Whether the column is numbers written without a mark.
    pub fn is_whole(&self) -> bool {
        self.is_numbers() && self.amounts.are_whole()
    }

    fn is_numbers(&self) -> bool {
        self.known.is_none() && !self.declared && self.texts.is_empty()
    }

    /// What a cell leaves among the numbers: NaN where it is not a number.
    pub fn push(
        &mut self,
        cell: TableCell<'_>,
        row: usize,
        place: Place,
        file: &str,
    ) -> Result<f64, PushError> {
        let refuse = |problem| Err(PushError::Problem(place, problem));
        if let Some(word) = self.missing(cell) {
            if self.fills {
                return Ok(f64::NAN);
            }
            let hint = match cell {
                TableCell::Missing(_) if self.known.is_none() && self.numbers == 0 => {
                    self.reading.named(word, &self.as_text())
                }
                _ => String::new(),
            };
            if self.reading.is_alike() {
                return refuse(self.reading.missing_value(word));
            }
            let cell = word.to_owned();
            return refuse(TableProblem::Missing { cell, hint });
        }
        if let Some(known) = self.known {
            // `2,000` may be the category 2.
            if let TableCell::Number(_, spelling @ Spelling::Text(text)) = cell
                && !known.categories.iter().any(|category| category == text)
            {
                self.amounts.doubt(spelling, place, &self.reading);
            }
            return match known.position(cell, &self.reading) {
                Ok(None) => Ok(f64::NAN),
                Ok(Some((position, unknown))) => {
                    if unknown {
                        self.pooled.take(&cell.text());
                    }
                    Ok(position as f64)
                }
                Err(TableProblem::UnknownCategory { .. }) if self.unknown == Unknown::Zero => {
                    self.unknowns.take(&cell.text());
                    // Behind all that are known.
                    Ok(known.categories.len() as f64)
                }
                Err(problem) => refuse(problem),
            };
        }
        let text = match cell {
            cell if self.reading.is_text() => cell.text(),
            TableCell::Text(text) if !self.reading.is_truth(text) => text.into(),
            other => {
                return self.number(other, row, place).or_else(refuse);
            }
        };
        let before = self.texts.seen().len();
        (self.texts.push(&text, None, row, place, file))
            .map_err(|error| PushError::Memory(Box::new(error)))?;
        const ENOUGH: usize = 1000;
        let (distinct, texts) = (self.texts.seen().len(), self.texts.rows().len());
        if distinct > before && self.categorical == Categorical::Refuse && !self.has_words {
            self.has_words = !is_gap(&text) && disguise(&text).is_none();
        }
        let hopeless = self.categorical == Categorical::Refuse
            && texts >= ENOUGH
            && texts > self.numbers
            && self.has_words;
        let endless = distinct > MOST_TEXTS && self.reading.dates().is_none();
        if hopeless || endless {
            let (place, problem) = self.refused();
            return Err(PushError::Problem(place, problem));
        }
        Ok(f64::NAN)
    }

    fn number(
        &mut self,
        cell: TableCell<'_>,
        row: usize,
        place: Place,
    ) -> Result<f64, TableProblem> {
        if let Some(numeral) = Numeral::of(cell, place) {
            let Numeral {
                number, spelling, ..
            } = numeral;
            self.spellings.take(number, spelling, row, place);
            self.numbers += 1;
            self.booleans |= matches!(spelling, Spelling::Truth(_));
            self.amounts.take(numeral, &self.reading)?;
        }
        self.reading.not_a_day(cell)?;
        match (self.reading.number(cell), self.numbers) {
            (Err(TableProblem::NotFinite { cell, .. }), numbers) if !self.reading.is_alike() => {
                let mut hint = as_missing(&cell);
                if is_like_id(&cell) {
                    hint = format!(
                        "; it looks like an id whose digits read as a number: leave its column out with --exclude, or give {}",
                        self.as_text()
                    );
                } else if numbers == 0 {
                    hint = format!("{hint}, or give {} if it is a name here", self.as_text());
                }
                Err(TableProblem::NotFinite { cell, hint })
            }
            (number, _) => number,
        }
    }

    /// Where and why a column of text is not taken, as far as it has been read; none if it may be numbers.
    pub fn slip(&self) -> Option<(Place, TableProblem)> {
        let refused = self.categorical == Categorical::Refuse
            && self.known.is_none()
            && !self.declared
            && self.has_words;
        refused.then(|| self.refused())
    }

    /// Where and why a column of text is not taken.
    fn refused(&self) -> (Place, TableProblem) {
        let circumstances = ColumnContext {
            numbers: self.numbers,
            decimals: self.amounts.decimals(),
            unit: self.amounts.unit(),
            share: self.amounts.share(),
            ..self.reading.circumstances()
        };
        let seen = self.texts.seen();
        match judge(seen, circumstances) {
            Verdict::Disguised(first, problem) if !self.reading.is_text() => {
                (seen[first].place, self.or_text(problem))
            }
            _ if self.categorical == Categorical::OneHot => {
                let (categories, rows) = (seen.len(), self.texts.rows().len());
                let problem = TableProblem::TooManyCategories { categories, rows };
                (seen[seen.len() - 1].place, problem)
            }
            _ => {
                let word = |seen: &&Seen| !is_gap(&seen.text) && disguise(&seen.text).is_none();
                let first = (seen.iter().find(word))
                    .or_else(|| seen.iter().find(|seen| !is_gap(&seen.text)))
                    .unwrap_or(&seen[0]);
                let counts = (self.texts.rows().len(), self.numbers);
                let hint = match counts {
                    (texts, numbers) if numbers > texts => {
                        let names = format!("give {}", self.as_text());
                        self.reading.among_numbers(&first.text, counts, &names)
                    }
                    _ if self.reading.is_alike() => NUMBERS_HERE.to_owned(),
                    _ => NO_TEXT.to_owned(),
                };
                (first.place, self.reading.not_a_number(&first.text, hint))
            }
        }
    }

    /// A problem of numbers in disguise, with what makes them names.
    fn or_text(&self, problem: TableProblem) -> TableProblem {
        match self.reading.is_alike() {
            true => problem,
            false => problem.or(&format!("give {} if they are names", self.as_text())),
        }
    }

    /// Tells numbers with gaps, and dates, from text, once the column is whole. `numbers` are the values of all rows.
    ///
    /// # Errors
    /// Numbers in disguise; text where it is refused.
    pub fn settle(
        &mut self,
        numbers: impl Iterator<Item = f64> + Clone,
    ) -> Result<Settled, (Option<Place>, TableProblem)> {
        let none = Settled {
            gaps: Vec::new(),
            days: None,
        };
        if self.declared || self.reading.is_text() {
            return Ok(none);
        }
        let open = self.reading.has_open_points() && self.texts.is_empty();
        if let Some((place, problem)) = self.amounts.problem(open) {
            return Err((Some(place), self.or_text(problem)));
        }
        if let Some(order) = self.reading.dates().filter(|_| self.known.is_none())
            && (self.texts.seen().iter()).all(|seen| is_gap(&seen.text))
            && let Some(days) = all_compact(&numbers.clone().collect::<Vec<f64>>(), order)
        {
            for (number, &day) in numbers.zip(&days).filter(|(_, day)| !day.is_nan()) {
                self.dates.take_compact(number, day);
            }
            let gaps = self.texts.take(|_| true);
            return Ok(Settled {
                gaps,
                days: Some(days.into_iter().enumerate().collect()),
            });
        }
        if self.texts.is_empty() {
            return Ok(none);
        }
        let numbers = numbers.filter(|number| !number.is_nan());
        let circumstances = ColumnContext {
            numbers: numbers.count(),
            decimals: self.amounts.decimals(),
            unit: self.amounts.unit(),
            share: self.amounts.share(),
            ..self.reading.circumstances()
        };
        match judge(self.texts.seen(), circumstances) {
            Verdict::Numbers => Ok(Settled {
                gaps: self.texts.take(|_| true),
                days: None,
            }),
            Verdict::Dates(days) => {
                for seen in self.texts.seen() {
                    let order = self.reading.dates().unwrap_or(DateOrder::Ymd);
                    let known = self.reading.date_marks();
                    self.dates.take(&seen.text, seen.place, order, known);
                }
                let rows = self.texts.rows();
                let days_of_rows = rows.map(|(row, position)| (row, days[position])).collect();
                let is_gap: Vec<bool> = days.iter().map(|day| day.is_nan()).collect();
                let gaps = self.texts.take(|position| is_gap[position]);
                self.texts.take(|_| true);
                Ok(Settled {
                    gaps,
                    days: Some(days_of_rows),
                })
            }
            Verdict::Disguised(first, problem) => {
                let place = self.texts.seen()[first].place;
                Err((Some(place), self.or_text(problem)))
            }
            Verdict::Text if self.categorical == Categorical::Refuse => {
                let (place, problem) = self.refused();
                Err((Some(place), problem))
            }
            Verdict::Text => Ok(none),
        }
    }

    /// The unit that the column's numbers have beside the digits, in each of its spellings, if they have one and the user has not
    /// named it.
    pub fn unnamed_unit(&self) -> Vec<String> {
        let is_open = !self.declared && !self.reading.is_text() && self.known.is_none();
        match is_open {
            true => unit_of(self.texts.seen(), self.numbers),
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

    /// A date that the column holds beside other texts; in a column of names it is none.
    pub fn a_date(&self) -> Option<&Seen> {
        let mut seen = self.texts.seen().iter();
        seen.find(|seen| !self.reading.is_text() && !orders(&seen.text).is_empty())
    }

    /// Keeps the rows that `kept` says so of.
    pub fn keep(&mut self, kept: &[bool]) {
        self.texts.keep(kept);
        self.spellings.keep(kept);
    }

    /// The column's categories, if it is not a column of numbers; see [`Texts::into_categories`].
    pub fn into_categories(
        self,
        numbers: impl Iterator<Item = f64> + Clone,
        rare: usize,
    ) -> Result<Option<Categories>, (Option<Place>, TableProblem)> {
        match self.known {
            None => {
                let coded = self.texts.is_empty() && self.categorical == Categorical::OneHot;
                if coded
                    && few_integers(numbers.clone().filter(|number| !number.is_nan())).is_some()
                    && let Some((place, one, other)) = self.spellings.twins(&numbers)
                {
                    let hint = format!(
                        "if they are names, give {}, else write them alike",
                        self.as_text()
                    );
                    return Err((Some(place), TableProblem::Twins { one, other, hint }));
                }
                let amounts = self.amounts.unit().is_some();
                let column = (&self.spellings, &self.reading);
                (self.texts).into_categories(numbers, column, amounts, rare)
            }
            Some(known) => Ok(Some(Categories {
                names: known.categories.clone(),
                held: numbers
                    .map(|position| (!position.is_nan()).then_some(position as u32))
                    .collect(),
                pooled: known.pooled,
            })),
        }
    }
}

/// Whether a number beyond all measure may be the hexadecimal digits of an id: `36e00644`.
fn is_like_id(cell: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts = cell.split_once(['e', 'E']);
    cell.len() >= 6 && parts.is_some_and(|(number, power)| digits(number) && digits(power))
}

#[cfg(test)]
mod tests;
