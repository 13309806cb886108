//! How the cells of a table are read: by the marks, words and signs that its format names.

use std::borrow::Cow;

use super::cell::{Spelling, TableCell, is_word, shortened, truth};
use super::column_context::{Beside, ColumnContext};
use super::date::compact;
use super::format::{DateOrder, TableFormat};
use super::number::{Marks, begins_with_zero, number};
use super::verdict::{in_unknown_month, problem_of};
use crate::{TableProblem, names};

/// The end of a sentence on a text where it is known that a column holds numbers.
pub(super) const NUMBERS_HERE: &str = "; the model takes numbers here";

/// What can be done about infinity, as the end of a sentence.
pub(super) fn as_missing(cell: &str) -> String {
    format!(
        "; correct it, or read it as a missing value with --missing-words {}",
        names::shell(cell)
    )
}

/// What is wrong with a cell where dates of an `order` are known to be: no date, or one of `others`.
pub(super) fn no_day(
    cell: &str,
    order: DateOrder,
    others: impl Iterator<Item = DateOrder>,
) -> TableProblem {
    if let Some(problem) = in_unknown_month(cell) {
        return problem;
    }
    let cell = shortened(cell);
    let ways: Vec<String> = others.map(|order| format!("--dates {order}")).collect();
    match ways.is_empty() {
        true => TableProblem::NotADate { cell },
        false => TableProblem::Disguised {
            cell,
            what: format!("a date, but not in the order {order} in which the model reads dates"),
            remedy: format!("give {} if all dates of this file are", ways.join(" or ")),
        },
    }
}

/// What decides what a cell holds.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    marks: Marks,
    missing: Vec<String>,
    /// The values of the missing words that are numbers.
    missing_values: Vec<f64>,
    units: Vec<String>,
    dates: Option<DateOrder>,
    /// Whether the decimal mark or that of the thousands was named.
    marked: bool,
    /// Whether that of the decimals was.
    decimal_given: bool,
    /// Whether it is known that the cells are dates.
    only_dates: bool,
    /// Whether the cells are names, whatever they look like.
    names: bool,
    /// Whether it is known that the cells are booleans.
    booleans: bool,
    /// The column's name, where one is read.
    column: String,
    /// Whether the table is read like another, so that what the column holds is known.
    alike: bool,
    /// The units that the column had in the table that this one is like; none where there is none, or other units were asked for.
    known_units: Option<Vec<String>>,
    /// Whether numbers of the column went without it there.
    has_bare: bool,
    /// Units that are one in this column by the user's word: that which it had in the other table, and those that are new.
    one_unit: Vec<String>,
    /// The marks of dates in the table that this one is like; none where there is none.
    date_marks: Option<String>,
    /// Whether nothing in the table says what the points in its numbers part.
    open_points: bool,
    /// Whether its numbers were whole, and written without a mark, in the table that this one is like.
    whole: bool,
    /// The units that the user has named, and those of other columns, which have to be named, too.
    named_units: Vec<String>,
    /// A number of another column that the marks in force alone read.
    beside: Option<Beside>,
}

impl Reading {
    pub fn of(format: &TableFormat) -> Self {
        let marks = (format.decimal.unwrap_or_default(), format.thousands);
        let value = |word: &String| match number(word, marks) {
            None => word.parse().ok(),
            value => value,
        };
        Self {
            marks,
            missing: format.missing_words.clone(),
            missing_values: format.missing_words.iter().filter_map(value).collect(),
            units: format.units.clone(),
            dates: format.dates,
            marked: format.decimal.is_some() || format.thousands.is_some(),
            decimal_given: format.decimal.is_some(),
            only_dates: false,
            names: false,
            booleans: false,
            column: String::new(),
            alike: false,
            known_units: None,
            has_bare: false,
            one_unit: Vec::new(),
            date_marks: None,
            open_points: false,
            whole: false,
            named_units: format.units.clone(),
            beside: None,
        }
    }

    /// Says which units have to be named for all columns.
    pub(super) fn name_units(&mut self, units: &[String]) {
        self.named_units = units.to_vec();
    }

    /// Says which number of another column the marks in force alone read.
    pub(super) fn stand_beside(&mut self, other: &Beside) {
        if self.column != other.column {
            self.beside = Some(other.clone());
        }
    }

    /// The same for a column of a table of this format, of which it is known what it is where the table is like another.
    pub(super) fn of_column(
        &self,
        name: &str,
        format: &TableFormat,
        like: Option<&TableFormat>,
    ) -> Self {
        let among = |columns: &[String]| columns.iter().any(|known| known == name);
        let dates = like.map(|like| among(&like.date_columns));
        Self {
            dates: self.dates.filter(|_| dates != Some(false)),
            only_dates: dates == Some(true),
            names: among(&format.text),
            booleans: among(&format.boolean_columns),
            column: name.to_owned(),
            alike: like.is_some(),
            known_units: like.and_then(|like| self.known_in(name, like)),
            one_unit: like.map_or(Vec::new(), |like| self.one_in(name, like)),
            has_bare: like.is_some_and(|like| unit_in(name, like).any(String::is_empty)),
            date_marks: like.map(|like| like.date_marks.clone()),
            whole: like.is_some_and(|like| among(&like.whole_columns)),
            decimal_given: match like {
                Some(like) => self.marks.0 != like.decimal.unwrap_or_default(),
                None => self.decimal_given,
            },
            ..self.clone()
        }
    }

    /// Whether the column holds names, whatever they look like.
    pub(super) fn is_text(&self) -> bool {
        self.names
    }

    /// The word for nothing that a cell holds. In a column of names that is an empty cell or a word that the user gave.
    pub(super) fn missing<'a>(&self, cell: TableCell<'a>) -> Option<&'a str> {
        match cell {
            TableCell::Missing(text) if self.names && !text.is_empty() && !self.is_given(text) => {
                None
            }
            cell => cell.missing(),
        }
    }

    /// Whether the table is read like another, so that what the column holds is known.
    pub(super) fn is_alike(&self) -> bool {
        self.alike
    }

    /// The option that reads the column as names.
    pub(super) fn text_option(&self) -> String {
        format!("--text {}", names::shell(&self.column))
    }

    /// What may be done about a word for nothing that may be a name, as the end of a sentence.
    pub(super) fn named(&self, word: &str, option: &str) -> String {
        match is_word(word) && !self.is_given(word) && !self.alike {
            true => format!("; if `{word}` is a name here, give {option}"),
            false => String::new(),
        }
    }

    /// What may be done about a text in a column that has so many `texts` and `numbers`, as the end of a sentence; `names` is the
    /// way to make names of all of them.
    pub(super) fn among_numbers(
        &self,
        text: &str,
        (texts, numbers): (usize, usize),
        names: &str,
    ) -> String {
        const LONG: usize = 40;
        if self.alike {
            return NUMBERS_HERE.to_owned();
        }
        if texts > numbers {
            return format!(
                "; {numbers} of the column's cells are, and if they are all names, {names}"
            );
        }
        let words = match text.contains(',') || text.len() > LONG {
            true => String::new(),
            false => format!(
                ", leave such rows out with --missing-words {} --missing drop",
                names::shell(text)
            ),
        };
        let names = match names {
            "" => String::new(),
            names => format!(", or {names} if they are all names"),
        };
        format!("; the rest of the column is numbers, so correct it{words}{names}")
    }

    /// Whether a text is a word for a missing value by the user's word.
    fn is_given(&self, text: &str) -> bool {
        let value = || match number(text, self.marks) {
            Some(number) => self.missing_values.contains(&number) && !begins_with_zero(text),
            None => false,
        };
        self.missing.iter().any(|word| word == text) || value()
    }

    /// Whether a text is yes or no in a column of booleans.
    pub(super) fn is_truth(&self, text: &str) -> bool {
        self.booleans && truth(text).is_some()
    }

    /// The units that a column had in the table that this one is like, as far as they are known and not overruled.
    fn known_in(&self, name: &str, like: &TableFormat) -> Option<Vec<String>> {
        let unknown = !like.units.is_empty() && like.unit_columns.is_empty();
        if unknown || self.units != like.units {
            return None;
        }
        let known = unit_in(name, like).filter(|unit| !unit.is_empty());
        Some(known.cloned().collect())
    }

    /// The unit that a column had in the table that this one is like, and those that the user has named beside the units of that
    /// table: they are named for being the same.
    fn one_in(&self, name: &str, like: &TableFormat) -> Vec<String> {
        let had = unit_in(name, like).filter(|unit| !unit.is_empty());
        let new = self.units.iter().filter(|unit| !like.units.contains(unit));
        had.chain(new).cloned().collect()
    }

    /// Whether the signs of two numbers are one unit by the user's word.
    pub(super) fn are_one(&self, known: &[String], signs: &[&str]) -> bool {
        let is_one = |sign: &str| self.one_unit.iter().any(|unit| unit == sign);
        known.iter().all(|sign| is_one(sign)) && signs.iter().all(|sign| is_one(sign))
    }

    /// Says that nothing in the table says what the points in its numbers part.
    pub(super) fn leave_points_open(&mut self) {
        self.open_points = true;
    }

    /// Whether nothing in the table says what the points in its numbers part.
    pub(super) fn has_open_points(&self) -> bool {
        self.open_points
    }

    /// The marks of dates in the table that this one is like, if there is one.
    pub(super) fn date_marks(&self) -> Option<&str> {
        self.date_marks.as_deref()
    }

    /// A missing value of a feature, of which nothing else is known.
    pub(super) fn missing_value(&self, cell: &str) -> TableProblem {
        let cell = cell.to_owned();
        match self.alike {
            true => TableProblem::NotFilledIn {
                cell,
                could_fill: false,
            },
            false => TableProblem::missing(&cell),
        }
    }

    /// Whether the column's numbers were whole, and written without a mark, in the table that this one is like.
    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Refuses a number where dates are known to be, unless its digits are a date.
    pub(super) fn not_a_day(&self, cell: TableCell<'_>) -> Result<(), TableProblem> {
        let is_day = |number, order| compact(number, order).is_some();
        match cell {
            TableCell::Number(number, spelling)
                if self.only_dates && !self.dates.is_some_and(|order| is_day(number, order)) =>
            {
                let order = self.dates.unwrap_or(DateOrder::Ymd);
                let others = (DateOrder::ALL.into_iter()).filter(|&order| is_day(number, order));
                Err(no_day(&spelling.name(number), order, others))
            }
            _ => Ok(()),
        }
    }

    /// Whether a number is one by its unit, or by the marks between its thousands.
    pub(super) fn is_amount(&self, spelling: Spelling<'_>) -> bool {
        match spelling {
            Spelling::Text(text) => number(text, (self.marks.0, None)).is_none(),
            Spelling::Usual | Spelling::Integer(_) | Spelling::Truth(_) => false,
        }
    }

    /// What a text holds.
    pub fn cell<'a>(&self, text: &'a str) -> TableCell<'a> {
        let text = text.trim();
        if self.missing.iter().any(|word| word == text) {
            return TableCell::Missing(text);
        }
        match TableCell::told(text, number(text, self.marks)) {
            // Whole numbers with gaps are written with decimals by pandas: `-1.0`. `01` is a name of its own.
            TableCell::Number(number, _)
                if self.missing_values.contains(&number) && !begins_with_zero(text) =>
            {
                TableCell::Missing(text)
            }
            TableCell::NotFinite(_) if self.is_given(text) => TableCell::Missing(text),
            TableCell::Text(_) => {
                TableCell::told(text, self.stripped(text).map(|(number, _)| number))
            }
            cell => cell,
        }
    }

    /// What a cell is if it is a number in disguise.
    pub(super) fn disguised(&self, cell: TableCell<'_>) -> Option<TableProblem> {
        match cell {
            TableCell::Text(text) => {
                let circumstances = ColumnContext {
                    dates: None,
                    ..self.circumstances()
                };
                problem_of(text, circumstances)
            }
            _ => None,
        }
    }

    /// What is known of a column that is read so, before its numbers are.
    pub(super) fn circumstances(&self) -> ColumnContext<'_> {
        ColumnContext {
            numbers: 0,
            decimals: None,
            marks: self.marks,
            given: self.decimal_given,
            marked: self.marked,
            dates: self.dates,
            known: self.known_units(),
            beside: self.beside.as_ref(),
            share: None,
            unit: None,
            units: &self.named_units,
        }
    }

    /// Whether numbers of the column went without its unit where the model was trained.
    pub(super) fn has_bare(&self) -> bool {
        self.has_bare
    }

    /// Whether there are signs to take off.
    pub(super) fn has_units(&self) -> bool {
        !self.units.is_empty()
    }

    /// The units that the column had when the model was trained.
    pub(super) fn known_units(&self) -> Option<&[String]> {
        self.known_units.as_deref()
    }

    /// Whether the decimal mark or that of the thousands was named.
    pub(super) fn marked(&self) -> bool {
        self.marked
    }

    pub(super) fn marks(&self) -> Marks {
        self.marks
    }

    pub(super) fn dates(&self) -> Option<DateOrder> {
        self.dates
    }

    /// The signs that are taken off a number, in order of the alphabet; none where it has none.
    pub(super) fn signs<'a>(&'a self, spelling: Spelling<'_>) -> Vec<&'a str> {
        match spelling {
            Spelling::Text(text)
                if !self.units.is_empty() && number(text, self.marks).is_none() =>
            {
                self.stripped(text).map(|(_, signs)| signs)
            }
            _ => None,
        }
        .unwrap_or_default()
    }

    /// The number that is left when the signs to take off are, and these.
    fn stripped(&self, text: &str) -> Option<(f64, Vec<&str>)> {
        if self.units.is_empty() {
            return None;
        }
        let minus = |text: &'_ str| text.strip_prefix(['-', '\u{2212}']).map(|rest| rest.len());
        let behind = |length: usize| text[text.len() - length..].trim_start();
        let (negative, mut rest) = match minus(text) {
            Some(length) => (true, behind(length)),
            None => (false, text),
        };
        let mut signs = Vec::new();
        loop {
            let sign = self.units.iter().filter(|sign| !sign.is_empty());
            let off = |sign: &'_ String| {
                let off = (rest.strip_prefix(sign.as_str()))
                    .or_else(|| rest.strip_suffix(sign.as_str()))?;
                Some((off, sign.len()))
            };
            let found = sign.filter_map(|sign| off(sign).map(|(off, length)| (off, length, sign)));
            // `kg` ends with `g`.
            match found.max_by_key(|&(_, length, _)| length) {
                Some((shorter, _, sign)) => {
                    rest = shorter.trim();
                    signs.push(sign.as_str());
                }
                None => break,
            }
        }
        signs.sort_unstable();
        let unsigned = rest.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == ',');
        if negative && !unsigned {
            return None;
        }
        let rest = match negative {
            true => Cow::Owned(format!("-{rest}")),
            false => Cow::Borrowed(rest),
        };
        let number = number(&rest, self.marks).filter(|number| number.is_finite());
        number.map(|number| (number, signs))
    }

    /// The number in a cell of numbers.
    pub(super) fn number(&self, cell: TableCell<'_>) -> Result<f64, TableProblem> {
        match cell {
            TableCell::Number(number, _) => Ok(number),
            TableCell::Missing(cell) | TableCell::Absent(cell) => Err(TableProblem::missing(cell)),
            TableCell::NotFinite(cell) => Err(TableProblem::not_finite(cell)),
            TableCell::Text(text) if self.is_truth(text) => {
                Ok(f64::from(u8::from(truth(text) == Some(true))))
            }
            TableCell::Text(text) => Err(self.not_a_number(text, NUMBERS_HERE)),
        }
    }

    /// What is wrong with a text where a number must be.
    pub(super) fn not_a_number(&self, text: &str, hint: impl Into<String>) -> TableProblem {
        problem_of(text, self.circumstances()).unwrap_or_else(|| TableProblem::NotANumber {
            cell: shortened(text),
            hint: hint.into(),
        })
    }
}

/// The unit of a column in a table of this format; an empty word says that some numbers went without.
fn unit_in<'f>(name: &str, format: &'f TableFormat) -> impl Iterator<Item = &'f String> {
    let mut columns = format.unit_columns.iter();
    let found = columns.find(|(column, _)| column == name);
    found.into_iter().flat_map(|(_, units)| units)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{DecimalMark, ThousandsMark};

    fn value(text: &str, format: &TableFormat) -> Option<f64> {
        match Reading::of(format).cell(text) {
            TableCell::Number(number, _) => Some(number),
            _ => None,
        }
    }

    #[test]
    fn marks_are_those_of_the_format() {
        let format = TableFormat {
            decimal: Some(DecimalMark::Comma),
            thousands: Some(ThousandsMark::Point),
            ..TableFormat::default()
        };
        assert_eq!(value(" 1.234,5 ", &format), Some(1234.5));
        assert_eq!(value("1.5", &format), None);
        assert_eq!(value("1,5", &TableFormat::default()), None);
    }

    #[test]
    fn signs_are_taken_off_on_request() {
        let format = TableFormat {
            units: ["$", "%", "kg"].map(str::to_owned).to_vec(),
            thousands: Some(ThousandsMark::Comma),
            ..TableFormat::default()
        };
        for (text, number) in [
            ("$3.00", Some(3.0)),
            ("-$1,200", Some(-1200.0)),
            ("$ -3", Some(-3.0)),
            ("-$-3", None),
            ("12 %", Some(12.0)),
            ("3.0 kg", Some(3.0)),
            ("3.0 lb", None),
            ("$", None),
            ("kg", None),
            ("$nan", None),
            ("5", Some(5.0)),
        ] {
            assert_eq!(value(text, &format), number, "{text}");
        }
        assert_eq!(value("$3", &TableFormat::default()), None);
    }

    #[test]
    fn words_of_the_user_are_missing() {
        let format = TableFormat {
            missing_words: vec!["-999".to_owned(), "unknown".to_owned()],
            ..TableFormat::default()
        };
        let reading = Reading::of(&format);
        assert_eq!(reading.cell("-999"), TableCell::Missing("-999"));
        assert_eq!(reading.cell(" unknown"), TableCell::Missing("unknown"));
        assert_eq!(reading.cell("NA"), TableCell::Missing("NA"));
    }

    #[test]
    fn words_that_are_numbers_are_missing_by_their_value() {
        let format = TableFormat {
            missing_words: ["-1", "99", "-999"].map(str::to_owned).to_vec(),
            ..TableFormat::default()
        };
        let reading = Reading::of(&format);
        for text in ["-1.0", "99.00", "-999.0", "99", "9.9e1"] {
            assert_eq!(reading.cell(text), TableCell::Missing(text), "{text}");
        }
        for text in ["1", "099", "-1.5", "-99"] {
            assert!(
                matches!(reading.cell(text), TableCell::Number(..)),
                "{text}"
            );
        }
        let comma = TableFormat {
            decimal: Some(DecimalMark::Comma),
            ..format
        };
        assert_eq!(Reading::of(&comma).cell("-1,0"), TableCell::Missing("-1,0"));
    }
}
