//! Classes that are given, and how a cell finds its own.

use std::collections::HashMap;

use crate::names;
use crate::table::amounts::EXACT;
use crate::table::cell::{Spelling, TableCell, truth};
use crate::table::number::{begins_with_zero, one_zero};
use crate::table::reading::Reading;

/// Classes that are given, and how they are found.
#[derive(Debug)]
pub(super) struct Expected {
    names: Vec<String>,
    spelled: HashMap<String, u32>,
    /// By the value's bits, the first class of each that has no leading zeros: where nothing is spelled like a cell, the value
    /// decides.
    values: HashMap<u64, u32>,
}

impl Expected {
    pub fn new(names: &[String], reading: &Reading) -> Self {
        let mut values = HashMap::new();
        for (name, label) in names
            .iter()
            .zip(0..)
            .filter(|(name, _)| !begins_with_zero(name))
        {
            // Names may come from a table that is written as usual, or like this one.
            for cell in [TableCell::of(name), reading.cell(name)] {
                if let TableCell::Number(number, _) = cell
                    && number.abs() < EXACT
                {
                    values.entry(one_zero(number).to_bits()).or_insert(label);
                }
            }
        }
        Self {
            spelled: names.iter().cloned().zip(0..).collect(),
            values,
            names: names.to_vec(),
        }
    }

    /// The label of a cell: what is spelled like it, else, unless the column is text, what means the same.
    pub fn label(&self, cell: TableCell<'_>, is_text: bool) -> Option<u32> {
        if let TableCell::Absent(_) = cell {
            return None;
        }
        let text = cell.text();
        let alike = || match cell {
            _ if is_text => None,
            // `01` and `1` are two names, and `07` is not `007`.
            TableCell::Number(_, Spelling::Text(text)) if begins_with_zero(text) => None,
            TableCell::Number(number, spelling) => {
                let yes_or_no = match spelling {
                    Spelling::Truth(truth) => self.of_truth(truth),
                    _ => None,
                };
                let by_value = || match number.abs() < EXACT {
                    true => self.values.get(&one_zero(number).to_bits()).copied(),
                    // Beyond, a value is that of several names.
                    false => self.spelled.get(spelling.without_decimals()?).copied(),
                };
                yes_or_no.or_else(by_value)
            }
            // Test files of UCI end their labels with a full stop.
            _ => (text
                .strip_suffix('.')
                .and_then(|text| self.spelled.get(text))
                .copied())
            .or_else(|| self.of_truth(truth(&text)?)),
        };
        self.spelled.get(text.as_ref()).copied().or_else(alike)
    }

    fn of_truth(&self, wanted: bool) -> Option<u32> {
        let mut names = self.names.iter().zip(0..);
        let found = names.find(|(name, _)| truth(name) == Some(wanted));
        found.map(|(_, label)| label)
    }

    /// Whether a class is called so.
    pub fn has(&self, name: &str) -> bool {
        self.spelled.contains_key(name)
    }

    /// The classes as a message lists them.
    pub fn listed(&self) -> String {
        names::list(self.names.iter().map(String::as_str))
    }

    /// The classes, by their labels.
    pub fn into_names(self) -> Vec<String> {
        self.names
    }
}
