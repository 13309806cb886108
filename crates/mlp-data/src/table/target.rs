//! A target column: numbers, or classes.

use std::borrow::Cow;
use std::collections::HashMap;

use super::cell::Cell;
use super::write::format_number;
use crate::{Error, Place, TableProblem, memory, names};

/// Whether a target column holds classes or numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TaskChoice {
    /// Classes if the column has text, or at most 20 distinct whole numbers; else numbers. Several columns are labels if
    /// they hold nothing but 0 and 1, else numbers.
    #[default]
    Auto,
    /// Classes, one for each distinct value.
    Classification,
    /// Labels, one a column, each 0 or 1.
    Multilabel,
    /// Numbers.
    Regression,
}

impl TaskChoice {
    /// Every choice.
    pub const ALL: [Self; 4] = [
        Self::Auto,
        Self::Classification,
        Self::Multilabel,
        Self::Regression,
    ];

    /// The choice's name, as options have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Classification => "classification",
            Self::Multilabel => "multilabel",
            Self::Regression => "regression",
        }
    }
}

impl std::fmt::Display for TaskChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for TaskChoice {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|choice| choice.name() == word)
            .ok_or_else(|| Error::UnknownWord {
                what: "the task",
                word: word.to_owned(),
                expected: names::choice(Self::ALL.into_iter().map(Self::name)),
            })
    }
}

/// The most distinct whole numbers that are taken for classes.
const MOST_INTEGER_CLASSES: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Value {
    Number(f64),
    /// The position of a text in the order of appearance.
    Text(usize),
}

/// What a finished column turned out to be.
#[derive(Debug, PartialEq)]
pub(super) enum Column {
    Classes {
        labels: Vec<u32>,
        names: Vec<String>,
    },
    Numbers(Vec<f64>),
}

/// A target column as it is read.
#[derive(Debug)]
pub(super) struct TargetColumn {
    values: Vec<Value>,
    texts: HashMap<String, usize>,
    first_text: Option<(Place, String)>,
    /// The labels of the classes expected, where they are.
    expected: Option<HashMap<String, u32>>,
    expected_names: Vec<String>,
}

impl TargetColumn {
    /// A column whose classes are to be found, or are given.
    pub fn new(expected: Option<&[String]>) -> Self {
        let labels = |names: &[String]| {
            let mut labels: HashMap<String, u32> = names.iter().cloned().zip(0..).collect();
            // `01` is the number 1 in a cell, unless there is a class `1` too.
            for (name, label) in names.iter().zip(0..) {
                if let Cell::Number(number) = Cell::of(name) {
                    labels
                        .entry(format_number(one_zero(number)))
                        .or_insert(label);
                }
            }
            labels
        };
        Self {
            values: Vec::new(),
            texts: HashMap::new(),
            first_text: None,
            expected: expected.map(labels),
            expected_names: expected.unwrap_or_default().to_vec(),
        }
    }

    /// Adds a cell.
    pub fn push(&mut self, cell: Cell<'_>, place: Place, file: &str) -> Result<(), PushError> {
        if let Some(expected) = &self.expected {
            let text = match cell {
                Cell::Number(number) => Cow::Owned(format_number(one_zero(number))),
                Cell::Text(text) | Cell::Missing(text) | Cell::NotFinite(text) => text.into(),
            };
            let Some(&label) = expected.get(text.as_ref()) else {
                let known = names::list(self.expected_names.iter().map(String::as_str));
                return Err(TableProblem::UnknownClass {
                    class: text.into_owned(),
                    known,
                }
                .into());
            };
            return self.store(Value::Number(f64::from(label)), file);
        }
        let value = match cell {
            Cell::Number(number) => Value::Number(number),
            Cell::Missing(cell) => {
                return Err(TableProblem::Missing {
                    cell: cell.to_owned(),
                }
                .into());
            }
            Cell::NotFinite(cell) => {
                return Err(TableProblem::NotFinite {
                    cell: cell.to_owned(),
                }
                .into());
            }
            Cell::Text(text) => {
                self.first_text
                    .get_or_insert_with(|| (place, text.to_owned()));
                Value::Text(match self.texts.get(text) {
                    Some(&position) => position,
                    None => {
                        let position = self.texts.len();
                        self.texts.insert(text.to_owned(), position);
                        position
                    }
                })
            }
        };
        self.store(value, file)
    }

    fn store(&mut self, value: Value, file: &str) -> Result<(), PushError> {
        memory::make_room(&mut self.values, 1, || format!("the target of `{file}`"))
            .map_err(|error| PushError::Memory(Box::new(error)))?;
        self.values.push(value);
        Ok(())
    }

    /// The column, decided by `task`; an error comes with its place, where it has one.
    pub fn finish(self, task: TaskChoice) -> Result<Column, (Option<Place>, TableProblem)> {
        if self.expected.is_some() {
            let label = |value: &Value| match value {
                Value::Number(label) => *label as u32,
                Value::Text(_) => unreachable!("expected classes are stored as labels"),
            };
            let labels = self.values.iter().map(label).collect();
            return Ok(Column::Classes {
                labels,
                names: self.expected_names,
            });
        }
        let mut numbers: Vec<f64> = Vec::new();
        let mut seen = HashMap::new();
        for value in &self.values {
            if let Value::Number(number) = value {
                let number = one_zero(*number);
                seen.entry(number.to_bits())
                    .or_insert_with(|| numbers.push(number));
            }
        }
        numbers.sort_by(f64::total_cmp);
        let few_integers = few_integers(numbers.iter().copied()).is_some();
        let classes = match (task, &self.first_text) {
            (TaskChoice::Classification, _) => true,
            (TaskChoice::Auto, None) => few_integers,
            // Text among measurements is a slip of the pen, not a class.
            (TaskChoice::Auto, Some(_)) if few_integers => true,
            (_, Some((place, text))) => {
                let hint = match task {
                    TaskChoice::Regression => "; a regression needs numbers",
                    TaskChoice::Multilabel => "; labels are 0 or 1",
                    _ => {
                        "; the rest of the target is numbers (if they are classes, choose task classification)"
                    }
                };
                return Err((
                    Some(*place),
                    TableProblem::NotANumber {
                        cell: text.clone(),
                        hint,
                    },
                ));
            }
            (TaskChoice::Multilabel, None) => {
                if let Some(&number) = numbers.iter().find(|&&number| !is_label(number)) {
                    let cell = format_number(number);
                    return Err((None, TableProblem::NotALabel { cell }));
                }
                false
            }
            (TaskChoice::Regression, None) => false,
        };
        if classes {
            self.into_classes(&numbers)
                .map_err(|problem| (None, problem))
        } else {
            let number = |value: &Value| match value {
                Value::Number(number) => *number,
                Value::Text(_) => unreachable!("a column with text became classes or an error"),
            };
            Ok(Column::Numbers(self.values.iter().map(number).collect()))
        }
    }

    /// Numbers in their order, then texts by their bytes.
    fn into_classes(self, numbers: &[f64]) -> Result<Column, TableProblem> {
        let mut texts: Vec<(String, usize)> = self.texts.into_iter().collect();
        texts.sort();
        let mut names: Vec<String> = numbers
            .iter()
            .map(|&number| format_number(number))
            .collect();
        let mut labels_of_texts = vec![0; texts.len()];
        for (text, position) in texts {
            labels_of_texts[position] = names.len() as u32;
            names.push(text);
        }
        if names.len() < 2 {
            return Err(TableProblem::SingleClass {
                class: names.pop().unwrap_or_default(),
            });
        }
        let labels_of_numbers: HashMap<u64, u32> = numbers
            .iter()
            .map(|number| number.to_bits())
            .zip(0..)
            .collect();
        let label = |value: &Value| match value {
            Value::Number(number) => labels_of_numbers[&one_zero(*number).to_bits()],
            Value::Text(position) => labels_of_texts[*position],
        };
        Ok(Column::Classes {
            labels: self.values.iter().map(label).collect(),
            names,
        })
    }
}

/// Whether a number can be a label of several: 0 or 1.
fn is_label(number: f64) -> bool {
    number == 0.0 || number == 1.0
}

/// The number, but 0 for -0: as classes they are one.
fn one_zero(number: f64) -> f64 {
    number + 0.0
}

/// The distinct numbers in order, if they are few and whole enough to be classes or categories.
pub(super) fn few_integers(numbers: impl Iterator<Item = f64>) -> Option<Vec<f64>> {
    let mut found: Vec<f64> = Vec::new();
    for number in numbers.map(one_zero) {
        if number.fract() != 0.0 {
            return None;
        }
        if !found.contains(&number) {
            if found.len() == MOST_INTEGER_CLASSES {
                return None;
            }
            found.push(number);
        }
    }
    found.sort_by(f64::total_cmp);
    Some(found)
}

/// Why a cell is not taken.
#[derive(Debug)]
pub(super) enum PushError {
    Problem(TableProblem),
    Memory(Box<Error>),
}

impl From<TableProblem> for PushError {
    fn from(problem: TableProblem) -> Self {
        Self::Problem(problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(cells: &[&str], task: TaskChoice) -> Result<Column, (Option<Place>, TableProblem)> {
        let mut column = TargetColumn::new(None);
        for (cell, line) in cells.iter().zip(1..) {
            column
                .push(Cell::of(cell), Place::Line(line), "t.csv")
                .unwrap();
        }
        column.finish(task)
    }

    fn classes(cells: &[&str], task: TaskChoice) -> (Vec<u32>, Vec<String>) {
        match column(cells, task).unwrap() {
            Column::Classes { labels, names } => (labels, names),
            Column::Numbers(_) => panic!("classes were expected"),
        }
    }

    #[test]
    fn classes_are_sorted_numerically_then_bytewise() {
        let (labels, names) = classes(&["b", "10", "9", "B", "a", "10.0", "b"], TaskChoice::Auto);
        assert_eq!(names, ["9", "10", "B", "a", "b"]);
        assert_eq!(labels, [4, 1, 0, 2, 3, 1, 4]);
    }

    #[test]
    fn at_most_twenty_distinct_integers_are_classes() {
        let cells: Vec<String> = (0..21).map(|i| (i - 3).to_string()).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        assert_eq!(classes(&cells[..20], TaskChoice::Auto).1.len(), 20);
        assert!(matches!(
            column(&cells, TaskChoice::Auto),
            Ok(Column::Numbers(_))
        ));
        assert_eq!(classes(&cells, TaskChoice::Classification).1[0], "-3");
        assert!(matches!(
            column(&["1", "2.5"], TaskChoice::Auto),
            Ok(Column::Numbers(_))
        ));
        assert!(matches!(
            column(&["1", "2"], TaskChoice::Regression),
            Ok(Column::Numbers(_))
        ));
        assert_eq!(
            classes(&["-0", "0", "0.5"], TaskChoice::Classification).1,
            ["0", "0.5"]
        );
    }

    #[test]
    fn text_among_measurements_is_refused() {
        let (place, problem) = column(&["1.5", "2", "oops", "3"], TaskChoice::Auto).unwrap_err();
        assert_eq!(place, Some(Place::Line(3)));
        assert!(matches!(problem, TableProblem::NotANumber { cell, .. } if cell == "oops"));
        assert!(column(&["1", "a"], TaskChoice::Regression).is_err());
        assert_eq!(
            classes(&["1.5", "a"], TaskChoice::Classification).1,
            ["1.5", "a"]
        );
    }

    #[test]
    fn a_single_class_and_missing_cells_are_refused() {
        assert_eq!(
            column(&["a", "a"], TaskChoice::Auto),
            Err((None, TableProblem::SingleClass { class: "a".into() }))
        );
        assert!(column(&["7", "7"], TaskChoice::Auto).is_err());
        for cell in ["", "NA", "nan", "inf"] {
            let pushed = TargetColumn::new(None).push(Cell::of(cell), Place::Line(1), "t.csv");
            assert!(pushed.is_err());
        }
    }

    #[test]
    fn classes_given_keep_their_labels() {
        let names = ["no".to_owned(), "1".to_owned(), "yes".to_owned()];
        let mut column = TargetColumn::new(Some(&names));
        for cell in ["yes", "1.0", "yes"] {
            column
                .push(Cell::of(cell), Place::Line(1), "t.csv")
                .unwrap();
        }
        assert!(
            column
                .push(Cell::of("maybe"), Place::Line(4), "t.csv")
                .is_err()
        );
        let column = column.finish(TaskChoice::Auto).unwrap();
        assert_eq!(
            column,
            Column::Classes {
                labels: vec![2, 1, 2],
                names: names.to_vec()
            }
        );
    }
}
