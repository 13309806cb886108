//! What a target column turns out to be once it is whole: numbers, or classes in their order.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use super::{FinishedTarget, TargetColumn, TaskChoice};
use crate::table::amounts::EXACT;
use crate::table::cell::shortened;
use crate::table::distinct::{few_integers, names_rows};
use crate::table::number::{format_number, one_zero};
use crate::{Place, TableProblem, names};

impl TargetColumn {
    /// The column; an error comes with its place, where it has one.
    pub fn finish(self) -> Result<FinishedTarget, (Option<Place>, TableProblem)> {
        if let Some(expected) = self.expected {
            return Ok(FinishedTarget::Classes {
                labels: self.values.iter().map(|&label| label as u32).collect(),
                names: expected.into_names(),
                renamed: false,
            });
        }
        let written = || self.values.iter().copied().filter(|value| !value.is_nan());
        let few_integers = few_integers(written()).is_some();
        let numbers = written().count();
        let text = self.texts.seen().iter().find(|seen| seen.rows > 0);
        let classes = match (self.task, text) {
            (TaskChoice::Classification, _) => true,
            (TaskChoice::Auto, None) => few_integers && !self.dates && !self.amounts,
            // Text among measurements is a slip of the pen, not a class.
            (TaskChoice::Auto, Some(_))
                if few_integers && !self.amounts && !self.texts.is_slip(numbers) =>
            {
                true
            }
            (_, Some(seen)) => {
                let counts = (self.texts.rows().len(), numbers);
                let hint = match self.task {
                    TaskChoice::Regression if counts.0 > counts.1 => {
                        "; a regression needs numbers".to_owned()
                    }
                    TaskChoice::Multilabel => "; labels are 0 or 1".to_owned(),
                    task => {
                        let names = match task {
                            TaskChoice::Regression => "",
                            _ => "give --task classification",
                        };
                        self.reading.among_numbers(&seen.text, counts, names)
                    }
                };
                let cell = shortened(&seen.text);
                return Err((Some(seen.place), TableProblem::NotANumber { cell, hint }));
            }
            (TaskChoice::Multilabel, None) => {
                if let Some(&number) = self.values.iter().find(|&&number| !is_label(number)) {
                    let cell = format_number(number);
                    return Err((None, TableProblem::NotALabel { cell }));
                }
                false
            }
            (TaskChoice::Regression, None) => false,
        };
        if classes && self.task == TaskChoice::Auto {
            let texts = self.texts.seen().iter().filter(|seen| seen.rows > 0);
            let (texts, rows) = (texts.count(), self.values.len());
            if self.strings
                && let Some(problem) = self.measured_strings()
            {
                return Err((None, problem));
            }
            if numbers == 0 && names_rows(texts, rows) {
                let problem = TableProblem::TargetNamesRows {
                    classes: texts,
                    rows,
                };
                return Err((None, problem));
            }
            let inexact = |value: &f64| value.abs() > EXACT;
            if let Some(row) = self.values.iter().position(inexact) {
                let written = self.spellings.of(row).map(str::to_owned);
                let cell = written.unwrap_or_else(|| format_number(self.values[row]));
                let problem = TableProblem::Disguised {
                    cell: shortened(&cell),
                    what: "a whole number beyond 2^53, where neighbouring numbers are not distinguished".to_owned(),
                    remedy: "give --task classification if they are names of classes, or --task regression".to_owned(),
                };
                return Err((None, problem));
            }
            if text.is_none()
                && let Some((place, one, other)) =
                    self.spellings.twins(&self.values.iter().copied())
            {
                let hint = "if they are names of classes, give --task classification, else write them alike";
                let hint = hint.to_owned();
                return Err((Some(place), TableProblem::Twins { one, other, hint }));
            }
        }
        if classes {
            self.into_classes().map_err(|problem| (None, problem))
        } else {
            Ok(FinishedTarget::Numbers(self.values))
        }
    }

    /// Refuses a column of a text type that holds nothing but numbers, too many or too fine to be classes by themselves.
    fn measured_strings(&self) -> Option<TableProblem> {
        let held = || self.texts.seen().iter().filter(|seen| seen.rows > 0);
        let numbers: Option<Vec<f64>> = held().map(|seen| seen.number).collect();
        let first = held().next()?;
        if few_integers(numbers?.into_iter()).is_some() {
            return None;
        }
        Some(TableProblem::Disguised {
            cell: shortened(&first.text),
            what: "a number in a column that is declared as text".to_owned(),
            remedy: "give --task regression for the numbers, or --task classification if they are names of classes".to_owned(),
        })
    }

    /// Numbers by their value, then by their spelling; then texts by their bytes.
    fn into_classes(self) -> Result<FinishedTarget, TableProblem> {
        /// A class before it has its label: the number's rank, its name, its text's position or its bits and spelling.
        enum Of {
            Text(usize),
            Number(u64, Option<String>),
        }
        let mut classes: Vec<(Option<f64>, String, Of)> = Vec::new();
        let mut numbers = HashSet::new();
        // Beside text and codes numbers are names, as they are written.
        let is_named =
            self.texts.seen().iter().any(|seen| seen.rows > 0) || self.spellings.has_codes();
        let spelling = |row: usize| self.spellings.of(row).filter(|_| is_named);
        for (row, number) in self.values.iter().enumerate() {
            let number = one_zero(*number);
            if !number.is_nan() && numbers.insert((number.to_bits(), spelling(row))) {
                let spelling = spelling(row).map(str::to_owned);
                let name = spelling.clone().unwrap_or_else(|| format_number(number));
                let of = Of::Number(number.to_bits(), spelling);
                classes.push((Some(number), name, of));
            }
        }
        for (position, seen) in self.texts.seen().iter().enumerate() {
            if seen.rows > 0 {
                classes.push((seen.number, seen.text.clone(), Of::Text(position)));
            }
        }
        classes.sort_by(|(a, one, _), (b, other, _)| match (a, b) {
            (Some(a), Some(b)) => a
                .partial_cmp(b)
                .unwrap_or(Ordering::Equal)
                .then_with(|| one.cmp(other)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => one.cmp(other),
        });
        if classes.len() < 2 {
            let (number, class, _) = classes.pop().unwrap_or((None, String::new(), Of::Text(0)));
            let spelled = match number {
                Some(number) if !is_named => self
                    .spellings
                    .of_number(number, self.values.iter().copied()),
                _ => Vec::new(),
            };
            let hint = match &spelled[..] {
                [] | [_] => "; name the column to learn with --target".to_owned(),
                several => format!(
                    "; it is written as {}, and --task classification tells them apart",
                    names::list(several.iter().map(String::as_str))
                ),
            };
            return Err(TableProblem::SingleClass { class, hint });
        }
        let mut of_texts = vec![0; self.texts.seen().len()];
        let mut of_numbers = HashMap::new();
        for ((_, _, of), label) in classes.iter().zip(0u32..) {
            match of {
                Of::Text(position) => of_texts[*position] = label,
                Of::Number(bits, spelling) => {
                    of_numbers.insert((*bits, spelling.as_deref()), label);
                }
            }
        }
        let label = |(row, value): (usize, &f64)| {
            let number = (one_zero(*value).to_bits(), spelling(row));
            of_numbers.get(&number).copied()
        };
        let mut labels: Vec<u32> = (self.values.iter().enumerate().map(label))
            .map(Option::unwrap_or_default)
            .collect();
        for (row, position) in self.texts.rows() {
            labels[row] = of_texts[position];
        }
        Ok(FinishedTarget::Classes {
            labels,
            names: classes.into_iter().map(|(_, name, _)| name).collect(),
            renamed: !self.usual && !is_named,
        })
    }
}

/// Whether a number can be a label of several: 0 or 1.
fn is_label(number: f64) -> bool {
    number == 0.0 || number == 1.0
}
