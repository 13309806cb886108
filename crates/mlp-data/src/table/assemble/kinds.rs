//! What the columns of an assembler are beside plain numbers: names, booleans, codes, dates, numbers with a unit, words that may
//! be names.

use super::Assembler;
use crate::table::cell::{Cell, is_word};
use crate::table::date::compact;
use crate::table::doubt::doubts;
use crate::table::feature::Feature;
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

    /// Counts the words of a row that stand for a missing value and may be names.
    pub(super) fn count_words<'c>(&mut self, cell: &impl Fn(usize) -> Cell<'c>) {
        let features = self.features.iter().zip(&self.roles.features);
        let targets = self.targets.iter().zip(&self.roles.targets);
        let found = (features.map(|(feature, &column)| (column, feature.missing(cell(column)))))
            .chain(targets.map(|(target, &column)| (column, target.missing(cell(column)))));
        for (column, word) in found {
            if let Some(word) = word.filter(|word| {
                is_word(word) && !self.format.missing_words.iter().any(|given| given == word)
            }) && matches!(cell(column), Cell::Missing(_))
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
                "--dates is given, and no column was dates where the model was trained; leave it away"
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
                format!("--dates {order} is given, and no column of `{}` holds dates{near}; leave it away", self.file)
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
        let targets = self.targets.iter().filter_map(TargetColumn::unnamed_unit);
        let features = self.features.iter().filter_map(Feature::unnamed_unit);
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

    /// The features of a text type that are read as numbers.
    pub(super) fn strings(&self) -> Vec<String> {
        let features = self.features.iter().zip(&self.roles.features);
        features
            .filter(|(feature, _)| feature.is_numbers_in_text())
            .map(|(_, &column)| self.columns[column].clone())
            .collect()
    }

    /// What nothing settles in a table that is read like another.
    pub(super) fn doubts(&self) -> Vec<String> {
        let given = &self.options.format;
        let assumed = given.decimal.is_none() && given.thousands.is_none();
        let features = (self.roles.features.iter()).zip(self.features.iter().map(Feature::amounts));
        let targets =
            (self.roles.targets.iter()).zip(self.targets.iter().map(TargetColumn::amounts));
        let columns = features.chain(targets);
        let columns = columns.map(|(&column, amounts)| (&*self.columns[column], amounts.doubt()));
        let marks = doubts(columns).filter(|_| assumed);
        let pooled = self.features.iter().filter_map(Feature::pooled);
        (marks.into_iter().chain(pooled))
            .map(|note| names::plain(&note))
            .collect()
    }

    /// The columns whose numbers have a unit.
    pub(super) fn unit_columns(&self) -> Vec<(String, Vec<String>)> {
        let features = (self.roles.features.iter()).zip(self.features.iter().map(Feature::unit));
        let targets = (self.roles.targets.iter()).zip(self.targets.iter().map(TargetColumn::unit));
        features
            .chain(targets)
            .filter_map(|(&column, unit)| Some((self.columns[column].clone(), unit?.to_vec())))
            .collect()
    }
}
