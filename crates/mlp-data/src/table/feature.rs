//! A feature column as it is read: numbers, dates or categories.

use super::amounts::Amounts;
use super::category::{Categories, MOST_TEXTS, OneHot};
use super::cell::{Cell, Spelling, is_gap};
use super::date::{all_compact, orders};
use super::disguise::disguise;
use super::distinct::few_integers;
use super::format::TableFormat;
use super::judge::{Circumstances, Judgement, judge, unit_of};
use super::policy::{Categorical, MissingPolicy};
use super::pooled::Pooled;
use super::read::CsvOptions;
use super::reading::{NUMBERS_HERE, Reading, as_missing};
use super::spellings::Spellings;
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
    amounts: Amounts,
    spellings: Spellings,
    /// How many cells are numbers.
    numbers: usize,
    /// Whether the column is one of booleans.
    booleans: bool,
    /// Whether the file says that the column is text, be it numbers.
    strings: bool,
    /// What was taken as `other` of categories that are known.
    pooled: Pooled,
}

/// What becomes of a column of text.
const NO_TEXT: &str = "; every feature must be a number, so exclude a column of text, or ask for --categories one-hot";

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
            spellings: Spellings::default(),
            numbers: 0,
            booleans: false,
            strings: false,
            pooled: Pooled::default(),
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
    pub fn missing<'c>(&self, cell: Cell<'c>) -> Option<&'c str> {
        match (cell, self.known) {
            (Cell::Missing(text), Some(known)) if known.categories.iter().any(|of| of == text) => {
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

    /// What was taken as `other`, as a note.
    pub fn pooled(&self) -> Option<String> {
        self.pooled.note(&self.known?.column)
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
        if let Some(word) = self.missing(cell) {
            if self.fills {
                return Ok(f64::NAN);
            }
            let hint = match cell {
                Cell::Missing(_) if self.known.is_none() && self.numbers == 0 => {
                    self.reading.named(word, &self.as_text())
                }
                _ => String::new(),
            };
            let cell = word.to_owned();
            return refuse(TableProblem::Missing { cell, hint });
        }
        if let Some(known) = self.known {
            return match known.position(cell, &self.reading) {
                Ok(None) => Ok(f64::NAN),
                Ok(Some((position, unknown))) => {
                    if unknown {
                        self.pooled.take(&cell.text());
                    }
                    Ok(position as f64)
                }
                Err(problem) => refuse(problem),
            };
        }
        let text = match cell {
            cell if self.reading.is_text() => cell.text(),
            Cell::Text(text) if !self.reading.is_truth(text) => text.into(),
            other => {
                return self.number(other, row, place).or_else(refuse);
            }
        };
        (self.texts.push(&text, None, row, place, file))
            .map_err(|error| PushError::Memory(Box::new(error)))?;
        const ENOUGH: usize = 1000;
        let (distinct, texts) = (self.texts.seen().len(), self.texts.rows().len());
        let hopeless = self.categorical == Categorical::Refuse
            && texts >= ENOUGH
            && texts > self.numbers
            && self.has_words();
        let endless = distinct > MOST_TEXTS && self.reading.dates().is_none();
        if hopeless || endless {
            let (place, problem) = self.refused();
            return Err(PushError::Problem(place, problem));
        }
        Ok(f64::NAN)
    }

    fn number(&mut self, cell: Cell<'_>, row: usize, place: Place) -> Result<f64, TableProblem> {
        if let Cell::Number(number, spelling) = cell {
            self.spellings.take(number, spelling, row, place);
            self.numbers += 1;
            self.booleans |= matches!(spelling, Spelling::Truth(_));
            (self.amounts).take(number, spelling, place, &self.reading)?;
        }
        self.reading.not_a_day(cell)?;
        match (self.reading.number(cell), self.numbers) {
            (Err(TableProblem::NotFinite { cell, .. }), numbers) if !self.reading.is_alike() => {
                let mut hint = as_missing(&cell);
                if numbers == 0 {
                    hint = format!("{hint}, or give {} if it is a name here", self.as_text());
                }
                Err(TableProblem::NotFinite { cell, hint })
            }
            (number, _) => number,
        }
    }

    /// Whether some text is neither a number in disguise nor a word for nothing.
    fn has_words(&self) -> bool {
        let mut seen = self.texts.seen().iter();
        seen.any(|seen| !is_gap(&seen.text) && disguise(&seen.text).is_none())
    }

    /// Where and why a column of text is not taken, as far as it has been read; none if it may be numbers.
    pub fn slip(&self) -> Option<(Place, TableProblem)> {
        let refused = self.categorical == Categorical::Refuse
            && self.known.is_none()
            && !self.declared
            && self.has_words();
        refused.then(|| self.refused())
    }

    /// Where and why a column of text is not taken.
    fn refused(&self) -> (Place, TableProblem) {
        let circumstances = Circumstances {
            numbers: self.numbers,
            decimals: self.amounts.decimals(),
            unit: self.amounts.unit(),
            ..self.reading.circumstances()
        };
        let seen = self.texts.seen();
        match judge(seen, circumstances) {
            Judgement::Disguised(first, problem) if !self.reading.is_text() => {
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
        if let Some((place, problem)) = self.amounts.problem() {
            return Err((Some(place), self.or_text(problem)));
        }
        if let Some(order) = self.reading.dates().filter(|_| self.known.is_none())
            && (self.texts.seen().iter()).all(|seen| is_gap(&seen.text))
            && let Some(days) = all_compact(&numbers.clone().collect::<Vec<f64>>(), order)
        {
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
        let circumstances = Circumstances {
            numbers: numbers.count(),
            decimals: self.amounts.decimals(),
            unit: self.amounts.unit(),
            ..self.reading.circumstances()
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
                let place = self.texts.seen()[first].place;
                Err((Some(place), self.or_text(problem)))
            }
            Judgement::Text if self.categorical == Categorical::Refuse => {
                let (place, problem) = self.refused();
                Err((Some(place), problem))
            }
            Judgement::Text => Ok(none),
        }
    }

    /// The unit that the column's numbers have beside the digits, if they have one and the user has not named it.
    pub fn unnamed_unit(&self) -> Option<String> {
        let is_open = !self.declared && !self.reading.is_text() && self.known.is_none();
        (is_open.then(|| unit_of(self.texts.seen(), self.numbers))).flatten()
    }

    /// Says which units have to be named for all columns.
    pub fn name_units(&mut self, units: &[String]) {
        self.reading.name_units(units);
    }

    /// The unit of the column's numbers, if they have any.
    pub fn unit(&self) -> Option<&[String]> {
        self.amounts.unit()
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

    /// The column's categories, if it is no column of numbers; see [`Texts::into_categories`].
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
                (self.texts).into_categories(numbers, &self.spellings, &self.reading, rare)
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

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::table::{DateOrder, DecimalMark, TableFormat, ThousandsMark, read_csv};
    use crate::{Dataset, ImputeKind, Task};

    fn read(text: &str, options: &CsvOptions) -> Result<Dataset, String> {
        read_csv(text.as_bytes(), "t.csv", options).map_err(|error| error.to_string())
    }

    fn one_hot() -> CsvOptions {
        CsvOptions {
            categorical: Categorical::OneHot,
            ..CsvOptions::default()
        }
    }

    #[test]
    fn numbers_in_disguise_are_no_categories() {
        for (cells, what) in [
            (
                ["4,5", "3,0", "4,5"],
                "`4,5` is a number with a decimal comma; give --decimal ','",
            ),
            (
                ["950", "1,200", "800"],
                "`1,200` is 1.2 with a decimal comma, or 1200 with commas",
            ),
            (
                ["$3", "$4", "-"],
                "`$3` is an amount of money; give --units '$'",
            ),
            (
                ["2021-01-01", "2021-02-01", ""],
                "`2021-01-01` is a date; give --dates ymd",
            ),
        ] {
            let text: String = cells
                .iter()
                .map(|cell| format!("\"{cell}\";0.5;1.5\n"))
                .collect();
            for categorical in Categorical::ALL {
                let options = CsvOptions {
                    categorical,
                    missing: MissingPolicy::Impute(ImputeKind::Mean),
                    ..CsvOptions::default()
                };
                let error = read(&format!("a;b;y\n{text}"), &options).unwrap_err();
                assert!(error.contains(&format!("column `a`: {what}")), "{error}");
            }
        }
        // A word ends the hope for a column of numbers, whose first cell is named all the same.
        let error = read("a;y\n4,5;1\n3,5;2\nred;2\n", &CsvOptions::default()).unwrap_err();
        assert!(
            error.contains("line 2, column `a`: `4,5` is a number"),
            "{error}"
        );
        let set = read("a,y\n10-20,0\n<5,1\nA12,0\n10-20,1\n", &one_hot()).unwrap();
        assert_eq!(set.one_hot()[0].categories, ["10-20", "<5", "A12"]);
    }

    #[test]
    fn marks_and_units_are_read_on_request() {
        let format = TableFormat {
            decimal: Some(DecimalMark::Comma),
            thousands: Some(ThousandsMark::Point),
            units: vec!["kg".to_owned()],
            ..TableFormat::default()
        };
        let options = CsvOptions {
            format: format.clone(),
            sample_weight: Some("w".to_owned()),
            ..CsvOptions::default()
        };
        let set = read("a;w;y\n1.234,5;1,5;0,25\n3,0 kg;2;1.000\n", &options).unwrap();
        assert_eq!(set.inputs(), array![[1234.5], [3.0]]);
        assert_eq!(set.weights(), Some(&[1.5, 2.0][..]));
        assert_eq!(set.task(), Task::Regression { outputs: 1 });
        assert_eq!(set.table_format().unwrap().units, ["kg"]);
        let error = read("a;w;y\n1.5;1;0,25\n3;2;1,5\n", &options).unwrap_err();
        assert!(
            error.contains("line 2, column `a`: `1.5` is a number with a decimal point"),
            "{error}"
        );
        let plain = CsvOptions {
            format: TableFormat::default(),
            ..options
        };
        let error = read("a;w;y\n1;1,5;0.25\n3;2;1.5\n", &plain).unwrap_err();
        assert!(
            error.contains("column `w`: `1,5` is a number with a decimal comma"),
            "{error}"
        );
    }

    #[test]
    fn a_word_is_a_gap_among_numbers_and_a_category_among_text() {
        let text = "a,b,y\n1,x,0\n-,-,1\n3,x,-\n4,-,1\n";
        let gaps = |missing| CsvOptions {
            missing,
            ..one_hot()
        };
        assert_eq!(
            read(text, &gaps(MissingPolicy::Refuse)).unwrap_err(),
            "`t.csv`, line 4, column `y`: the value is missing (`-`); a target is not filled in, so correct it, leave the row out, or \
             train with --missing drop"
        );
        let set = read(text, &gaps(MissingPolicy::Drop)).unwrap();
        assert_eq!(set.feature_names(), ["a", "b=-", "b=x"]);
        assert_eq!(set.inputs(), array![[1.0, 0.0, 1.0], [4.0, 1.0, 0.0]]);
        assert!(set.provenance().description.contains("without 2 rows"));
        let mean = gaps(MissingPolicy::Impute(ImputeKind::Mean));
        let error = read(text, &mean).unwrap_err();
        assert!(
            error.contains(
                "line 4, column `y`: the value is missing (`-`); a target is not filled in"
            ),
            "{error}"
        );
        let set = read("a,b,y\n1,x,0\n*,x,1\n", &mean).unwrap();
        assert!(set.inputs()[[1, 0]].is_nan() && set.missing_values() == 1);
        let drop = CsvOptions {
            sample_weight: Some("w".to_owned()),
            ..gaps(MissingPolicy::Drop)
        };
        let set = read("a,w,y\n1,2,0\n2,-,1\n.,3,0\n3,4,1\n", &drop).unwrap();
        assert_eq!(set.weights(), Some(&[2.0, 4.0][..]));
    }

    #[test]
    fn dates_become_days_and_stay_what_they_are() {
        let format = TableFormat {
            dates: Some(DateOrder::Dmy),
            ..TableFormat::default()
        };
        let options = CsvOptions {
            format,
            ..one_hot()
        };
        let set = read("d,k,y\n2.1.1970,a,0\n3.1.1970 12:00,b,1\n", &options).unwrap();
        assert_eq!(set.inputs().column(0), array![1.0, 2.5]);
        let known = set.table_format().unwrap().clone();
        assert_eq!(known.date_columns, ["d"]);
        let like = CsvOptions {
            like: Some(known),
            one_hot: set.one_hot().to_vec(),
            ..CsvOptions::default()
        };
        let again = read("d,k,y\n1.2.1970,b,1\n2.2.1970,b,0\n", &like).unwrap();
        assert_eq!(again.inputs(), array![[31.0, 0.0, 1.0], [32.0, 0.0, 1.0]]);
        let refused = |text| read(text, &like).unwrap_err();
        assert!(refused("d,k,y\n5,b,1\n").contains("line 2, column `d`: `5` is no date"));
        assert!(
            refused("d,k,y\n1.2.1970,c,1\n2.2.1970,b,0\n")
                .contains("line 2, column `k`: category `c` is unknown")
        );
        // A column that was numbers is no dates.
        let numbers = CsvOptions {
            like: Some(TableFormat {
                dates: Some(DateOrder::Dmy),
                ..TableFormat::default()
            }),
            ..CsvOptions::default()
        };
        let error = read("d,y\n1.2.1970,1\n2.2.1970,0\n", &numbers).unwrap_err();
        assert!(
            error.contains("column `d`: `1.2.1970` is a date"),
            "{error}"
        );
    }

    #[test]
    fn known_categories_are_whatever_they_look_like() {
        let known = |pooled| CsvOptions {
            one_hot: vec![OneHot {
                column: "a".to_owned(),
                categories: ["1,5", "other", "x"].map(str::to_owned).to_vec(),
                pooled,
            }],
            ..CsvOptions::default()
        };
        let text = "a,y\n\"1,5\",0\nnew,1\n";
        let error = read(text, &known(false)).unwrap_err();
        assert!(
            error.contains("line 3, column `a`: category `new` is unknown"),
            "{error}"
        );
        let set = read(text, &known(true)).unwrap();
        assert_eq!(set.inputs(), array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]);
        assert!(set.one_hot()[0].pooled);
    }

    #[test]
    fn rare_categories_are_pooled_on_request() {
        let options = CsvOptions {
            rare: 2,
            ..one_hot()
        };
        let set = read("a,y\nx,0\ny,1\nx,1\nz,0\n", &options).unwrap();
        assert_eq!(set.feature_names(), ["a=other", "a=x"]);
        assert_eq!(set.inputs().column(0), array![0.0, 1.0, 0.0, 1.0]);
        let ids: String = (0..40)
            .map(|row| format!("C{row:03},{}\n", row % 2))
            .collect();
        let error = read(&format!("id,y\n{ids}"), &one_hot()).unwrap_err();
        assert!(
            error.contains("column `id`: the column has 40 distinct texts in 40 rows"),
            "{error}"
        );
    }

    #[test]
    fn classes_told_by_value_are_told_so_again() {
        let choice = |text: &str, task| {
            let options = CsvOptions {
                task,
                ..CsvOptions::default()
            };
            let set = read(text, &options).unwrap();
            (set.task_choice(), set.class_names().unwrap().to_vec())
        };
        let (auto, asked) = (
            super::super::TaskChoice::Auto,
            super::super::TaskChoice::Classification,
        );
        assert_eq!(
            choice("a,y\n1,1\n2,1.0\n3,2\n", auto),
            (auto, vec!["1".to_owned(), "2".to_owned()])
        );
        assert_eq!(choice("a,y\n1,1\n2,2\n", auto).0, asked);
        assert_eq!(
            choice("a,y\n1,01\n2,1.0\n3,2\n", asked).1,
            ["01", "1.0", "2"]
        );
    }
}
