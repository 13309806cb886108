//! A feature column as it is read: numbers, dates or categories.

use super::category::{Categories, MOST_TEXTS, OneHot};
use super::cell::{Cell, is_gap};
use super::disguise::disguise;
use super::judge::{Circumstances, Judgement, judge};
use super::policy::{Categorical, MissingPolicy};
use super::read::CsvOptions;
use super::reading::Reading;
use super::target::PushError;
use super::texts::{Seen, Texts};
use crate::{Place, TableProblem};

/// A feature's cells that are no numbers, and what may become of them.
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
}

/// What the texts of a column came to.
pub(super) struct Settled {
    /// The rows without a value, and their words.
    pub gaps: Vec<(usize, Seen)>,
    /// The days of each row that is a date, or NaN; where the column is dates.
    pub days: Option<Vec<(usize, f64)>>,
}

impl<'a> Feature<'a> {
    pub fn new(column: &str, options: &'a CsvOptions, reading: &Reading) -> Self {
        Self {
            texts: Texts::default(),
            reading: reading.of_column(column, options.like.as_ref()),
            categorical: options.categorical,
            fills: matches!(options.missing, MissingPolicy::Impute(_)),
            known: options.one_hot.iter().find(|known| known.column == column),
            declared: false,
        }
    }

    /// Says that the column holds nothing but categories.
    pub fn declare(&mut self) {
        self.declared = true;
    }

    /// What a cell leaves among the numbers: NaN where it is no number.
    pub fn push(
        &mut self,
        cell: Cell<'_>,
        row: usize,
        place: Place,
        file: &str,
    ) -> Result<f64, PushError> {
        let refuse = |problem| Err(PushError::Problem(place, problem));
        if let Some(word) = cell.missing() {
            let cell = word.to_owned();
            return if self.fills {
                Ok(f64::NAN)
            } else {
                refuse(TableProblem::Missing { cell })
            };
        }
        if let Some(known) = self.known {
            return match known.position(cell) {
                Ok(position) => Ok(position.map_or(f64::NAN, |position| position as f64)),
                Err(problem) => refuse(problem),
            };
        }
        let text = match cell {
            Cell::Text(text) => text,
            other => {
                let number = self
                    .reading
                    .not_a_day(other)
                    .and_then(|()| self.reading.number(other));
                return match number {
                    Ok(number) => Ok(number),
                    Err(problem) => refuse(problem),
                };
            }
        };
        (self.texts.push(text, None, row, place, file))
            .map_err(|error| PushError::Memory(Box::new(error)))?;
        let hopeless = match self.categorical {
            // What may be a number yet waits for the others.
            Categorical::Refuse => !is_gap(text) && disguise(text).is_none(),
            Categorical::OneHot => false,
        };
        let endless = self.texts.seen().len() > MOST_TEXTS && self.reading.dates().is_none();
        if hopeless || endless {
            let (place, problem) = self.refused(place, text, endless);
            return Err(PushError::Problem(place, problem));
        }
        Ok(f64::NAN)
    }

    /// Why a column is not taken, at a text that it cannot hold.
    fn refused(&self, place: Place, text: &str, endless: bool) -> (Place, TableProblem) {
        let circumstances = Circumstances {
            numbers: 0,
            fractions: false,
            marks: self.reading.marks(),
            dates: self.reading.dates(),
        };
        match judge(self.texts.seen(), circumstances) {
            Judgement::Disguised(first, problem) => (self.texts.seen()[first].place, problem),
            _ if endless && self.categorical == Categorical::OneHot => {
                let (categories, rows) = (self.texts.seen().len(), self.texts.rows().len());
                (place, TableProblem::TooManyCategories { categories, rows })
            }
            _ => (place, self.reading.not_a_number(text)),
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
        if self.texts.is_empty() || self.declared {
            return Ok(none);
        }
        let numbers = numbers.filter(|number| !number.is_nan());
        let circumstances = Circumstances {
            fractions: numbers.clone().any(|number| number.fract() != 0.0),
            numbers: numbers.count(),
            marks: self.reading.marks(),
            dates: self.reading.dates(),
        };
        match judge(self.texts.seen(), circumstances) {
            Judgement::Numbers => Ok(Settled {
                gaps: self.texts.take(|_| true),
                days: None,
            }),
            Judgement::Dates(days) => {
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
            Judgement::Disguised(first, problem) => {
                Err((Some(self.texts.seen()[first].place), problem))
            }
            Judgement::Text if self.categorical == Categorical::Refuse => {
                let mut seen = self.texts.seen().iter();
                let first = seen.find(|seen| !is_gap(&seen.text));
                let first = first.unwrap_or(&self.texts.seen()[0]);
                Err((Some(first.place), self.reading.not_a_number(&first.text)))
            }
            Judgement::Text => Ok(none),
        }
    }

    /// Keeps the rows that `kept` says so of.
    pub fn keep(&mut self, kept: &[bool]) {
        self.texts.keep(kept);
    }

    /// The column's categories, if it is no column of numbers; see [`Texts::into_categories`].
    pub fn into_categories(
        self,
        numbers: impl Iterator<Item = f64> + Clone,
        rare: usize,
    ) -> Result<Option<Categories>, (Option<Place>, TableProblem)> {
        match self.known {
            None => self.texts.into_categories(numbers, rare),
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
