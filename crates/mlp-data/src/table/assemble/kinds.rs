//! What the columns of an assembler are beside numbers: names, booleans, codes, words that may be names.

use super::Assembler;
use crate::table::cell::{Cell, is_word};
use crate::table::feature::Feature;
use crate::table::target::TargetColumn;
use crate::{Error, Place, TableProblem};

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
}
