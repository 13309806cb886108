//! What the columns of an assembler are beside plain numbers: names, booleans, codes, dates, numbers with a unit, words that may
//! be names.

use super::Assembler;
use crate::table::ambiguity::doubts;
use crate::table::amounts::Amounts;
use crate::table::cell::{TableCell, is_word, shortened};
use crate::table::column_context::Beside;
use crate::table::date::compact;
use crate::table::date_marks::doubtful_dates;
use crate::table::feature::Feature;
use crate::table::format::Delimiter;
use crate::table::sentinel::sentinel_note;
use crate::table::target::TargetColumn;
use crate::table::texts::Seen;
use crate::{Error, Place, TableProblem, names};

impl Assembler<'_> {
    /// Refuses columns that are said to be text where none can be.
    pub(super) fn refuse_texts(&self) -> Result<(), Error> {
        let refuse = |column: usize, problem| Err(self.refuse(None, Some(column), problem));
        let numbers = |role, hint| TableProblem::NotText { role, hint };
        for (target, &column) in self.targets.iter().zip(&self.roles.targets) {
            if target.is_refused() {
                let (role, hint) = match self.roles.targets.len() {
                    1 => (
                        "the target of a regression or of labels",
                        ", or give --task classification",
                    ),
                    _ => ("one of several targets", ", or name one target alone"),
                };
                return refuse(column, numbers(role, hint));
            }
        }
        for (feature, &column) in self.features.iter().zip(&self.roles.features) {
            if feature.is_refused() {
                return refuse(column, TableProblem::NamesRefused);
            }
        }
        match self.roles.weight {
            Some(column) if self.format.text.contains(&self.columns[column]) => {
                refuse(column, numbers("the sample weight", ""))
            }
            _ => Ok(()),
        }
    }

    /// The first error of a row's and those of columns of text, which wait for what follows.
    pub(super) fn first(&self, place: Place, error: Error) -> Error {
        let line = |place| match place {
            Place::Line(line) | Place::Row(line) => line,
        };
        let slips = self.features.iter().zip(&self.roles.features);
        let slips = slips.filter_map(|(feature, &column)| Some((feature.slip()?, column)));
        let first = slips.min_by_key(|((place, _), _)| line(*place));
        match first {
            Some(((at, problem), column)) if line(at) <= line(place) => {
                self.refuse(Some(at), Some(column), problem)
            }
            _ => error,
        }
    }

    /// Counts the features that a row lacks.
    pub(super) fn count_gaps<'c>(&mut self, cell: &impl Fn(usize) -> TableCell<'c>) {
        let features = self.features.iter().zip(&self.roles.features);
        for ((feature, &column), gaps) in features.zip(&mut self.gaps) {
            *gaps += u64::from(feature.missing(cell(column)).is_some());
        }
    }

    /// Says that no row is left, and which columns have no value in any.
    pub(super) fn no_row_left(&self) -> Error {
        let columns = self.gaps.iter().zip(&self.roles.features);
        let empty: Vec<&str> = columns
            .filter(|(gaps, _)| **gaps == self.dropped)
            .map(|(_, &column)| self.columns[column].as_str())
            .collect();
        let rows = self.dropped;
        if self.unknown == rows {
            return self.refuse(None, None, TableProblem::NoKnownRow(rows));
        }
        let remedy = match empty.as_slice() {
            [] => "leave out a column that is mostly empty with --exclude".to_owned(),
            empty => format!(
                "{} no value at all: leave it out with --exclude {}",
                names::list(empty.iter().copied())
                    + if empty.len() == 1 { " has" } else { " have" },
                names::shell(&empty.join(","))
            ),
        };
        self.refuse(None, None, TableProblem::NoRowLeft { rows, remedy })
    }

    /// Counts the words of a row that stand for a missing value and may be names.
    pub(super) fn count_words<'c>(&mut self, cell: &impl Fn(usize) -> TableCell<'c>) {
        let features = self.features.iter().zip(&self.roles.features);
        let targets = self.targets.iter().zip(&self.roles.targets);
        let found = (features.map(|(feature, &column)| (column, feature.missing(cell(column)))))
            .chain(targets.map(|(target, &column)| (column, target.missing(cell(column)))));
        for (column, word) in found {
            if let Some(word) = word.filter(|word| {
                is_word(word) && !self.format.missing_words.iter().any(|given| given == word)
            }) && matches!(cell(column), TableCell::Missing(_))
            {
                *self.words.entry((column, word.to_owned())).or_default() += 1;
            }
        }
    }

    /// The features that are booleans, or were where the table is like another.
    pub(super) fn booleans(&self) -> Vec<String> {
        let columns = self.features.iter().zip(&self.roles.features);
        let mut found = self.format.boolean_columns.clone();
        for (_, &column) in columns.filter(|(feature, _)| feature.is_booleans()) {
            if !found.contains(&self.columns[column]) {
                found.push(self.columns[column].clone());
            }
        }
        found
    }

    /// The columns with numbers that are written as codes are, with one of each.
    pub(super) fn coded(&self) -> Vec<(String, String)> {
        let features = self.features.iter().map(Feature::code);
        let targets = self.targets.iter().map(TargetColumn::code);
        let columns = self.roles.features.iter().chain(&self.roles.targets);
        (features.chain(targets).zip(columns))
            .filter_map(|(code, &column)| Some((self.columns[column].clone(), code?.to_owned())))
            .collect()
    }

    /// Refuses an order of dates where no column holds any: an option that does nothing is a mistake.
    pub(super) fn refuse_idle_dates(&self) -> Result<(), Error> {
        let Some(order) = self.options.format.dates.filter(|_| self.dates.is_empty()) else {
            return Ok(());
        };
        let problem = match &self.options.like {
            Some(like) if !like.date_columns.is_empty() => return Ok(()),
            Some(_) => {
                "--dates is given, but no column held dates when the model was trained; leave it out"
                    .to_owned()
            }
            None => {
                let width = self.features.len();
                let near = (0..width).filter_map(|feature| {
                    let column = &self.columns[self.roles.features[feature]];
                    let values = self.inputs.iter().skip(feature).step_by(width);
                    let mut days = values.filter(|value| compact(**value, order).is_some());
                    match (self.features[feature].a_date(), days.next()) {
                        (Some(seen), _) => {
                            let Seen { text, place, .. } = seen;
                            Some(format!("`{column}` has `{text}` ({place}) beside other texts"))
                        }
                        (None, Some(day)) => Some(format!("`{column}` has {day} beside other numbers")),
                        (None, None) => None,
                    }
                });
                let near: Vec<String> = near.collect();
                let near = match near.as_slice() {
                    [] => String::new(),
                    near => format!(" ({})", near.join(", ")),
                };
                format!("--dates {order} is given, but no column of `{}` holds dates{near}; leave it out", self.file)
            }
        };
        Err(Error::Format { problem })
    }

    /// Says that a column is of a text type, be its cells numbers: as a target it is classes then, and as a feature that is told.
    pub(crate) fn declare_text(&mut self, column: usize) {
        if self.takes.is_some() {
            return;
        }
        for (target, _) in (self.targets.iter_mut().zip(&self.roles.targets))
            .filter(|(_, other)| **other == column)
        {
            target.declare_text();
        }
        for (feature, _) in (self.features.iter_mut().zip(&self.roles.features))
            .filter(|(_, other)| **other == column)
        {
            feature.declare_text();
        }
    }

    /// Tells every column the units of all others, so that a message names at once what has to be taken off.
    pub(super) fn name_units(&mut self) {
        if self.options.like.is_some() {
            return;
        }
        let targets = self.targets.iter().flat_map(TargetColumn::unnamed_unit);
        let features = self.features.iter().flat_map(Feature::unnamed_unit);
        let mut units = self.format.units.clone();
        for unit in targets.chain(features) {
            if !units.contains(&unit) {
                units.push(unit);
            }
        }
        self.targets
            .iter_mut()
            .for_each(|target| target.name_units(&units));
        self.features
            .iter_mut()
            .for_each(|feature| feature.name_units(&units));
    }

    /// Tells every column a number of another that the marks in force alone read: marks hold for all columns.
    pub(super) fn name_proven(&mut self) {
        let features = self.features.iter().map(Feature::amounts);
        let targets = self.targets.iter().map(TargetColumn::amounts);
        let columns = self.roles.features.iter().chain(&self.roles.targets);
        let proven = (features.chain(targets).zip(columns)).find_map(|(amounts, &column)| {
            let (text, place) = amounts.proven()?;
            Some(Beside {
                column: self.columns[column].clone(),
                text: shortened(text),
                place,
            })
        });
        if let Some(proven) = proven {
            (self.features.iter_mut()).for_each(|feature| feature.stand_beside(&proven));
            (self.targets.iter_mut()).for_each(|target| target.stand_beside(&proven));
        }
    }

    /// The features of a text type that are read as numbers.
    pub(super) fn strings(&self) -> Vec<String> {
        let features = self.features.iter().zip(&self.roles.features);
        features
            .filter(|(feature, _)| feature.is_numbers_in_text())
            .map(|(_, &column)| self.columns[column].clone())
            .collect()
    }

    /// Says what parts the cells of a text.
    pub(crate) fn is_parted_by(&mut self, delimiter: Option<Delimiter>) {
        self.delimiter = delimiter;
    }

    /// Where semicolons part the cells, commas stand before the decimals as a rule: a point between digits is doubtful, unless one
    /// of the table stands before decimals alone.
    pub(super) fn leave_points_open(&mut self) {
        let is_open = self.delimiter == Some(Delimiter::SEMICOLON) && self.options.like.is_none();
        let mut amounts = (self.features.iter().map(Feature::amounts))
            .chain(self.targets.iter().map(TargetColumn::amounts));
        if is_open && !amounts.any(Amounts::has_decimal_points) {
            self.features
                .iter_mut()
                .for_each(Feature::leave_points_open);
            self.targets
                .iter_mut()
                .for_each(TargetColumn::leave_points_open);
        }
    }

    /// The columns of a text whose numbers are written without a mark.
    pub(super) fn whole_columns(&self) -> Vec<String> {
        if self.delimiter.is_none() {
            return Vec::new();
        }
        let features = self.features.iter().map(Feature::is_whole);
        let targets = self.targets.iter().map(TargetColumn::is_whole);
        let columns = self.roles.features.iter().chain(&self.roles.targets);
        (features.chain(targets).zip(columns))
            .filter(|(whole, _)| *whole)
            .map(|(_, &column)| self.columns[column].clone())
            .collect()
    }

    /// What parts the dates of the columns that are any, each mark once.
    pub(super) fn date_marks(&self) -> String {
        let columns = (self.features.iter().map(Feature::dates))
            .chain(self.targets.iter().map(TargetColumn::date_marks));
        let mut marks = String::new();
        for mark in columns.flat_map(|dates| dates.marks().chars()) {
            if !marks.contains(mark) {
                marks.push(mark);
            }
        }
        marks
    }

    /// What is told of the numbers of the columns.
    pub(super) fn amounts(&self) -> Vec<String> {
        let name = |&column: &usize| self.columns[column].as_str();
        let features = self.features.iter().zip(&self.roles.features);
        let targets = self.targets.iter().zip(&self.roles.targets);
        (features.flat_map(|(feature, column)| feature.notes(name(column))))
            .chain(targets.flat_map(|(target, column)| target.notes(name(column))))
            .chain(self.open_points())
            .collect()
    }

    /// A note on points that may part thousands in a text that semicolons do not part, unless one of the table stands before
    /// decimals alone.
    fn open_points(&self) -> Option<String> {
        let parted = self.delimiter?;
        let features = self.features.iter().map(Feature::amounts);
        let targets = self.targets.iter().map(TargetColumn::amounts);
        let columns = self.roles.features.iter().chain(&self.roles.targets);
        let mut columns = features.chain(targets).zip(columns);
        let is_open = self.options.like.is_none() && parted != Delimiter::SEMICOLON;
        if !is_open
            || columns
                .clone()
                .any(|(amounts, _)| amounts.has_decimal_points())
        {
            return None;
        }
        let by_commas = parted != Delimiter::TAB;
        columns.find_map(|(amounts, &column)| amounts.points(&self.columns[column], by_commas))
    }

    /// What nothing settles in a table that is read like another.
    pub(super) fn doubts(&self) -> Vec<String> {
        let Some(like) = &self.options.like else {
            return Vec::new();
        };
        let given = &self.options.format;
        let assumed = given.decimal.is_none() && given.thousands.is_none();
        let features = (self.roles.features.iter()).zip(self.features.iter().map(Feature::amounts));
        let targets =
            (self.roles.targets.iter()).zip(self.targets.iter().map(TargetColumn::amounts));
        let columns = features.clone().chain(targets.clone());
        let columns = columns.map(|(&column, amounts)| (&*self.columns[column], amounts.doubts()));
        let marks = doubts(columns).filter(|_| assumed);
        let dates = (self.features.iter().map(Feature::dates))
            .chain(self.targets.iter().map(TargetColumn::date_marks));
        let columns = self.roles.features.iter().chain(&self.roles.targets);
        let dates = columns.zip(dates);
        let dates = dates.map(|(&column, dates)| (&*self.columns[column], dates));
        let order = self.format.dates.filter(|_| given.dates.is_none());
        let dates = order.and_then(|order| doubtful_dates(dates, order, &like.date_marks));
        let codes = features.filter_map(|(&column, amounts)| {
            let what = format!("column `{}`", self.columns[column]);
            Some(sentinel_note(&what, amounts.sentinel()?, ""))
        });
        let codes = codes.chain(targets.filter_map(|(&column, amounts)| {
            let what = format!("the target `{}`", self.columns[column]);
            Some(sentinel_note(&what, amounts.sentinel()?, ""))
        }));
        let pooled = self.features.iter().flat_map(Feature::pooled);
        let bare = self.amounts();
        (marks
            .into_iter()
            .chain(dates)
            .chain(codes)
            .chain(bare)
            .chain(pooled))
        .map(|note| names::plain(&note))
        .collect()
    }

    /// The columns whose numbers have a unit.
    pub(super) fn unit_columns(&self) -> Vec<(String, Vec<String>)> {
        let features = self.features.iter().map(Feature::amounts);
        let targets = self.targets.iter().map(TargetColumn::amounts);
        let columns = self.roles.features.iter().chain(&self.roles.targets);
        (features.chain(targets).zip(columns))
            .filter_map(|(amounts, &column)| {
                let mut unit = amounts.unit()?.to_vec();
                unit.extend(amounts.has_bare().then(String::new));
                Some((self.columns[column].clone(), unit))
            })
            .collect()
    }
}
