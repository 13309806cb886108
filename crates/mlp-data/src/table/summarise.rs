//! What an assembled table tells of itself: rows, roles, classes, and columns that count the rows.

use std::collections::BTreeMap;
use std::path::Path;

use ndarray::ArrayView2;

use super::columns::Roles;
use super::csv_options::CsvOptions;
use super::name_notes::name_notes;
use super::number::{begins_with_zero, format_number};
use super::policy::{Categorical, MissingPolicy};
use super::sentinel::{Ends, sentinel_note};
use super::target::TaskChoice;
use super::totals::{Running, total_note};
use super::variants::variants;
use crate::dataset::summary::{classes, values};
use crate::{
    ColumnKinds, Dataset, ImputeKind, LeftOut, Origin, ReadSummary, TargetBy, Targets, names,
};

/// What is known of a table when its rows are read.
#[derive(Debug)]
pub(super) struct TableSummary<'a> {
    pub file: &'a str,
    /// Every column's name.
    pub columns: &'a [String],
    pub roles: &'a Roles,
    pub options: &'a CsvOptions,
    /// Rows left out for missing values.
    pub dropped: u64,
    /// Columns that turned out to be dates.
    pub dates: &'a [String],
    /// Columns that are read as text.
    pub text: &'a [String],
    /// Words for a missing value that may be names, by column, and how often they were taken for one.
    pub words: &'a BTreeMap<(usize, String), u64>,
    /// Columns with numbers that are written as codes are, with one of each.
    pub codes: &'a [(String, String)],
    /// Columns of a declared text type that are read as numbers.
    pub strings: &'a [String],
    /// For each feature how many of the rows that were left out lack it.
    pub gaps: &'a [u64],
    /// What is told of the numbers of the columns.
    pub amounts: &'a [String],
    /// What nothing settles where the table is read like another.
    pub doubts: &'a [String],
}

/// So many groups of names that may be one are told of a column.
const MOST_VARIANTS: usize = 3;

impl TableSummary<'_> {
    /// The summary of the data set that the rows became.
    pub fn summary(&self, set: &Dataset) -> ReadSummary {
        let categories = |count: usize, one: &super::OneHot| count + one.categories.len();
        let is_date = |column: &&usize| self.dates.contains(&self.columns[**column]);
        let dates = self.roles.features.iter().filter(is_date).count();
        let categorical = set.one_hot().len();
        let fill = match self.options.missing {
            MissingPolicy::Impute(kind) => Some(kind),
            MissingPolicy::Refuse | MissingPolicy::Drop => None,
        };
        let target_by = match (&self.options.target[..], self.roles.targets_by_format) {
            ([], false) => TargetBy::Last,
            ([], true) => TargetBy::Format,
            _ => TargetBy::Named,
        };
        ReadSummary {
            source: Path::new(self.file).file_name().map_or_else(
                || self.file.to_owned(),
                |name| name.to_string_lossy().into_owned(),
            ),
            origin: Origin::File,
            part: None,
            rows: set.samples() as u64 + self.dropped,
            used: set.samples() as u64,
            header: None,
            written: self.written(),
            target: self.names(&self.roles.targets),
            target_by,
            task: set.task(),
            columns: ColumnKinds {
                numbers: self.roles.features.len() - categorical - dates,
                categorical,
                categories: set.one_hot().iter().fold(0, categories),
                dates,
            },
            left_out: self.left_out(),
            gaps: set.missing_cells() as u64,
            fill,
            classes: classes(set),
            values: values(set),
            notes: self.notes(set),
            doubts: (self.doubts.iter().cloned())
                .chain(self.total(set).filter(|_| self.options.like.is_some()))
                .collect(),
        }
    }

    fn notes(&self, set: &Dataset) -> Vec<String> {
        let mut notes = [self.counting(set), self.words(set), self.codes(set)].concat();
        // What these say is settled where the table is read like another.
        if self.options.like.is_none() {
            notes.extend(self.variants(set));
            notes.extend(self.names_that_may_be_none(set));
            notes.extend(self.only_values(set));
            notes.extend(self.strings());
            notes.extend(self.total(set));
            notes.extend(self.amounts.iter().cloned());
        }
        notes.iter().map(|note| names::plain(note)).collect()
    }

    fn written(&self) -> Vec<String> {
        let used: Vec<&str> = (self.roles.features.iter())
            .chain(&self.roles.targets)
            .map(|&column| self.columns[column].as_str())
            .filter(|name| self.text.iter().any(|text| text == name))
            .collect();
        match &used[..] {
            [] => Vec::new(),
            used => vec![format!(
                "{} read as text",
                names::list(used.iter().copied())
            )],
        }
    }

    /// Notes on words in columns of names that were taken for a missing value.
    fn words(&self, set: &Dataset) -> Vec<String> {
        let is_category = |name: &str| set.one_hot().iter().any(|one| one.column == name);
        let is_class = |name: &str| set.class_names().is_some() && self.target_is(name);
        (self.words.iter())
            .map(|((column, word), count)| (self.columns[*column].as_str(), word, count))
            .filter(|(name, ..)| is_category(name) || is_class(name))
            .map(|(name, word, count)| {
                let times = if *count == 1 { "once".to_owned() } else { format!("{count} times") };
                format!(
                    "column `{name}` has `{word}` {times}, which stands for a missing value; if it is a name, say so with --text {}",
                    names::shell(name)
                )
            })
            .collect()
    }

    fn target_is(&self, name: &str) -> bool {
        self.roles
            .targets
            .iter()
            .any(|&column| self.columns[column] == name)
    }

    /// Notes on codes that were taken for numbers.
    fn codes(&self, set: &Dataset) -> Vec<String> {
        const DIGITS: usize = 4;
        let is_category = |name: &str| set.one_hot().iter().any(|one| one.column == name);
        (self.codes.iter())
            .filter(|(name, code)| (code.len() >= DIGITS || !begins_with_zero(code)) && !is_category(name))
            .filter(|(name, _)| !(self.target_is(name) && set.class_names().is_some()))
            .filter(|(name, _)| !self.strings.contains(name))
            .map(|(name, code)| {
                let one_hot = if self.target_is(name) { "" } else { " --categories one-hot" };
                let what = match begins_with_zero(code) {
                    true => "with leading zeros",
                    false => "with a power of ten behind an E, as codes have it",
                };
                format!(
                    "column `{name}` has numbers {what}, for instance `{code}`; if they are names, say so with --text {}{one_hot}",
                    names::shell(name)
                )
            })
            .collect()
    }

    fn names(&self, columns: &[usize]) -> Vec<String> {
        columns
            .iter()
            .map(|&column| self.columns[column].clone())
            .collect()
    }

    fn left_out(&self) -> Vec<LeftOut> {
        let used = |column: &usize| {
            let Roles {
                targets,
                features,
                weight,
                ..
            } = self.roles;
            targets.contains(column) || features.contains(column) || *weight == Some(*column)
        };
        let listed = !self.options.features.is_empty();
        let why = |column: usize| match self.roles.excluded.contains(&column) {
            true => "excluded",
            false if listed => "not among the features",
            false => "another target of the file",
        };
        (0..self.columns.len())
            .filter(|column| !used(column))
            .map(|column| LeftOut {
                column: self.columns[column].clone(),
                why: why(column).to_owned(),
            })
            .collect()
    }

    /// What the first column is, if it has no name or that of an index, and no number twice: that of a table of which rows
    /// were taken out or which was shuffled.
    fn index(&self, name: &str, values: &[f64]) -> Option<&'static str> {
        let first = self.columns.first().is_some_and(|first| first == name);
        // Without a header every column is called so.
        let unnamed =
            name == "column1" && self.columns.get(1).is_some_and(|name| name != "column2");
        let named = ["unnamed: 0", "id", "index"].contains(&name.to_lowercase().as_str());
        (first && (unnamed || named) && is_index(values))
            .then_some("seems to be an index, with another number in every row")
    }

    /// Notes on the columns that count the rows: a network learns the order of a file from them, and nothing else.
    fn counting(&self, set: &Dataset) -> Vec<String> {
        let rows = set.samples() as u64 + self.dropped;
        let mut notes = Vec::new();
        // In a table that is read like another, what nothing settles is told apart.
        let is_first = self.options.like.is_none();
        for (feature, name) in set.feature_names().iter().enumerate() {
            let values = set.inputs().column(feature).to_vec();
            if let Some(found) = Ends::of(&values).sentinel().filter(|_| is_first) {
                notes.push(sentinel_note(&format!("column `{name}`"), found, ""));
            }
            if let Some(how) = counts(&values, rows).or_else(|| self.index(name, &values)) {
                let option = names::shell(name);
                notes.push(format!(
                    "column `{name}` {how}; as a feature it reveals the position of a row in the file, so leave it out with --exclude {option}"
                ));
            }
        }
        for (name, values) in self.target_numbers(set) {
            if let Some(found) = Ends::of(&values).sentinel().filter(|_| is_first) {
                // A target is not filled in.
                let drop = match self.options.missing {
                    MissingPolicy::Drop => "",
                    MissingPolicy::Refuse | MissingPolicy::Impute(_) => " --missing drop",
                };
                notes.push(sentinel_note(&format!("the target `{name}`"), found, drop));
            }
            if set.class_names().is_none()
                && let Some(how) = counts(&values, rows)
            {
                notes.push(format!(
                    "the target `{name}` {how}; name the column to learn with --target"
                ));
            }
        }
        notes
    }

    /// The targets that are numbers, be they classes.
    fn target_numbers(&self, set: &Dataset) -> Vec<(String, Vec<f64>)> {
        match set.targets() {
            Targets::Values { values, names } => {
                let columns = values.columns().into_iter().map(|values| values.to_vec());
                names.iter().cloned().zip(columns).collect()
            }
            // Of two classes none stands apart.
            Targets::Classes { names, .. } if names.len() < 3 => Vec::new(),
            Targets::Classes { labels, names } => {
                let numbers = names.iter().map(|name| name.parse::<f64>().ok());
                let Some(numbers) = numbers.collect::<Option<Vec<f64>>>() else {
                    return Vec::new();
                };
                let values = labels.iter().map(|&label| numbers[label as usize]);
                vec![(self.names(&self.roles.targets).concat(), values.collect())]
            }
        }
    }

    /// Notes on categories and classes that may be one.
    fn variants(&self, set: &Dataset) -> Vec<String> {
        let said = |what: &str, column: &str, kind: &str, names: &[String]| -> Vec<String> {
            let found = variants(names);
            let shown = found.iter().take(MOST_VARIANTS).map(|which| {
                format!("{what} `{column}` has as separate {kind} {which}; write them alike if they are the same")
            });
            let more = found.len().saturating_sub(MOST_VARIANTS);
            let rest = (more > 0).then(|| format!("{what} `{column}` has {more} more such {kind}"));
            shown.chain(rest).collect()
        };
        let features = (set.one_hot().iter())
            .flat_map(|one| said("column", &one.column, "categories", &one.categories));
        let target = self.names(&self.roles.targets).concat();
        let classes = set.class_names().unwrap_or_default();
        features
            .chain(said("the target", &target, "classes", classes))
            .collect()
    }

    /// Notes on classes and categories that may be none.
    fn names_that_may_be_none(&self, set: &Dataset) -> Vec<String> {
        let (fills, drops) = match self.options.missing {
            MissingPolicy::Refuse => (" --missing drop", " --missing drop"),
            MissingPolicy::Impute(_) => ("", " --missing drop"),
            MissingPolicy::Drop => ("", ""),
        };
        let mut notes = Vec::new();
        let open = |column: &str| !self.text.iter().any(|text| text == column);
        for one in set.one_hot().iter().filter(|one| open(&one.column)) {
            let feature =
                |name: &String| set.feature_names().iter().position(|other| other == name);
            let held = one
                .feature_names()
                .zip(&one.categories)
                .find_map(|(name, category)| {
                    let held = set.inputs().column(feature(&name)?).to_vec();
                    (held.last() == Some(&1.0)).then_some((category.as_str(), held))
                });
            let last =
                held.map(|(name, held)| (name, held.iter().filter(|one| **one == 1.0).count()));
            let (column, names) = (&*one.column, &one.categories[..]);
            notes.extend(name_notes(
                ("column", column, "categories"),
                names,
                last,
                fills,
            ));
        }
        let column = self.names(&self.roles.targets).concat();
        if let Targets::Classes { labels, names } = set.targets()
            && self.options.task != TaskChoice::Classification
            && open(&column)
        {
            let last = labels.last().map(|label| {
                let rows = labels.iter().filter(|other| *other == label).count();
                (names[*label as usize].as_str(), rows)
            });
            notes.extend(name_notes(
                ("the target", &column, "classes"),
                names,
                last,
                drops,
            ));
        }
        notes
    }

    /// Notes on features that hold one value beside empty cells, as boxes do that are ticked: filled in they are constant, and so
    /// they are without the rows that lack it.
    fn only_values(&self, set: &Dataset) -> Vec<String> {
        let becomes = match self.options.missing {
            MissingPolicy::Impute(ImputeKind::Zero) | MissingPolicy::Refuse => return Vec::new(),
            MissingPolicy::Impute(kind) => format!("which --missing {kind} fills in with it"),
            MissingPolicy::Drop => "whose rows --missing drop leaves out".to_owned(),
        };
        let note = |(feature, name): (usize, &String)| {
            let one = (set.one_hot().iter()).find(|one| one.feature_names().any(|of| of == *name));
            let column = one.map_or(name, |one| &one.column);
            let values = set.inputs().column(feature).to_vec();
            let is_empty = |value: &&f64| value.is_nan();
            let lacking = (self.roles.features.iter().zip(self.gaps))
                .find(|(at, _)| self.columns[**at] == *column)
                .map_or(0, |(_, gaps)| *gaps);
            let empty = lacking + values.iter().filter(is_empty).count() as u64;
            let mut held = values.iter().filter(|value| !value.is_nan());
            let only = *held.next().filter(|_| empty > 0)?;
            let value = match one.map(|one| &one.categories[..]) {
                None => format_number(only),
                Some([category]) => category.clone(),
                Some(_) => return None,
            };
            held.all(|value| *value == only).then(|| {
                format!(
                    "column `{column}` holds only `{value}` and {}, {becomes}, so that the column is constant; if nothing means no there, write no, or give \
                     --missing zero, which holds for all columns",
                    names::so_many(empty, "missing value"),
                )
            })
        };
        let features = set.feature_names().iter().enumerate();
        features.filter_map(note).collect()
    }

    /// A note on a last row that sums up those above it.
    fn total(&self, set: &Dataset) -> Option<String> {
        let features = set.feature_names().iter().zip(running(&set.inputs()));
        let targets = match set.targets() {
            Targets::Values { values, names } => Some(names.iter().zip(running(&values.view()))),
            Targets::Classes { .. } => None,
        };
        let columns = features.chain(targets.into_iter().flatten());
        total_note(columns.map(|(name, values)| (name.as_str(), values)))
    }

    /// Notes on columns of a declared text type whose cells are numbers.
    fn strings(&self) -> Vec<String> {
        let one_hot = match self.options.categorical {
            Categorical::Refuse => " --categories one-hot",
            Categorical::OneHot => "",
        };
        (self.strings.iter())
            .map(|name| {
                format!(
                    "column `{name}` is declared as text but holds only numbers, so it is read as numbers; if they are names, say so with --text {}{one_hot}",
                    names::shell(name)
                )
            })
            .collect()
    }
}

/// What is asked of the columns of an array for a note on totals; row by row, as they lie in memory.
fn running(values: &ArrayView2<'_, f64>) -> Vec<Running> {
    let mut all: Vec<_> = (0..values.ncols()).map(|_| Running::default()).collect();
    for row in values.rows() {
        let columns = all.iter_mut().zip(row);
        columns.for_each(|(running, value)| running.take(*value));
    }
    all
}

/// Whether a column's values tell the rows apart: whole numbers, none of them twice. Of a few rows nothing is said.
fn is_index(values: &[f64]) -> bool {
    const FEW: usize = 10;
    let is_number = |value: &f64| *value >= 0.0 && value.fract() == 0.0;
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    values.len() >= FEW
        && values.iter().all(is_number)
        && sorted.windows(2).all(|pair| pair[0] < pair[1])
}

/// How a column counts the rows, if it does: whole numbers that ascend by one (with steps only where rows were left out), or
/// each of as many as there are rows, from 0 or 1, once in any order. Of a few rows nothing is said.
fn counts(values: &[f64], rows: u64) -> Option<&'static str> {
    const FEW: usize = 10;
    if values.len() < FEW || !values.iter().all(|value| value.fract() == 0.0) {
        return None;
    }
    let first = values[0];
    let ascends = values.windows(2).all(|pair| pair[0] < pair[1]);
    let last = values[values.len() - 1];
    if ascends && first >= 0.0 && last - first < rows as f64 {
        return Some("counts the rows");
    }
    let mut seen = vec![false; values.len()];
    let start =
        values.iter().copied().fold(
            f64::INFINITY,
            |least, value| {
                if value < least { value } else { least }
            },
        );
    if !(start == 0.0 || start == 1.0) || rows != values.len() as u64 {
        return None;
    }
    for value in values {
        let place = seen.get_mut((value - start) as usize)?;
        if std::mem::replace(place, true) {
            return None;
        }
    }
    Some("numbers the rows, each once, in another order")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_count_the_rows_are_found() {
        let row = |values: &[i32]| {
            values
                .iter()
                .map(|&value| f64::from(value))
                .collect::<Vec<_>>()
        };
        let ascending: Vec<f64> = (892..912).map(f64::from).collect();
        assert_eq!(counts(&ascending, 20), Some("counts the rows"));
        // Two of 22 rows were left out.
        let gaps: Vec<f64> = (0..22).filter(|row| row % 10 != 3).map(f64::from).collect();
        assert_eq!(counts(&gaps[..19], 22), Some("counts the rows"));
        assert_eq!(counts(&gaps, gaps.len() as u64), None);
        let shuffled = row(&[3, 1, 2, 7, 5, 6, 4, 10, 9, 8]);
        assert!(counts(&shuffled, 10).unwrap().contains("another order"));
        for other in [
            &[3, 1, 2, 7, 5, 6, 4, 10, 9, 9][..],
            &[1, 2, 3],
            &[0, 2, 4, 6, 8, 10, 12, 14, 16, 18],
        ] {
            assert_eq!(counts(&row(other), other.len() as u64), None);
        }
        let below: Vec<f64> = (-20..20).map(f64::from).collect();
        assert_eq!(counts(&below, 40), None);
        let measured: Vec<f64> = (0..20).map(|i| f64::from(i) * 0.5).collect();
        assert_eq!(counts(&measured, 20), None);
    }

    #[test]
    fn the_index_of_a_filtered_table_is_noted() {
        let notes = |header: &str| {
            let row = |i: i32| {
                format!(
                    "{},{},{}\n",
                    i * 37 % 101 * 3,
                    i % 7,
                    ["u", "v"][(i % 2) as usize]
                )
            };
            let text = header.to_owned() + &(1..20).map(row).collect::<String>();
            let set = crate::table::read_csv(text.as_bytes(), "t.csv", &CsvOptions::default());
            set.unwrap().read()[0].notes.clone()
        };
        for header in [",x,y\n", "Unnamed: 0,x,y\n", "Id,x,y\n", "index,x,y\n"] {
            let notes = notes(header);
            assert!(
                notes.len() == 1 && notes[0].contains("seems to be an index"),
                "{header} {notes:?}"
            );
        }
        assert!(notes("size,x,y\n").is_empty() && notes("").is_empty());
        assert!(!is_index(&[
            1.0, 2.0, 2.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0
        ]));
    }

    #[test]
    fn names_are_quoted_for_the_shell() {
        assert_eq!(names::shell("Row ID"), "'Row ID'");
        assert_eq!(names::shell("row_id"), "row_id");
    }
}
