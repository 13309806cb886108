//! What was read of the data, for manifests and summaries.

use mlp_data::{Dataset, ReadSummary, TargetBy, names, table::OneHot};
use serde::{Deserialize, Serialize};

/// What was read of a file, or what a built-in data set contains.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DataRead {
    /// All of it in one line.
    pub line: String,
    /// The file's name without its folders, or the data set's name.
    pub source: String,
    /// `validation` or `test` for a file that is one part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// Rows that were read.
    pub rows: u64,
    /// Rows that became samples.
    pub used: u64,
    /// Rows that were left out for missing values.
    pub dropped: u64,
    /// Whether a text table has a header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    /// Other peculiarities of the format of a text table, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub written: Vec<String>,
    /// The target columns.
    pub target: Vec<String>,
    /// Why these columns: `last`, `named`, `format` or `training`.
    pub target_by: String,
    /// The task: classification, labels or regression.
    pub task: String,
    /// Numeric feature columns.
    pub numbers: usize,
    /// Categorical feature columns.
    pub categorical: usize,
    /// Total number of their categories.
    pub categories: usize,
    /// Date feature columns.
    pub dates: usize,
    /// Missing values that were filled in.
    pub filled_in: u64,
    /// What they were filled in with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fill: Option<String>,
    /// Columns that were left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<ColumnLeftOut>,
    /// The classes in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<ClassShare>,
    /// Notes for the user.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A column that was left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnLeftOut {
    /// Its name.
    pub column: String,
    /// Why, in a few words.
    pub why: String,
}

/// How many samples a class has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassShare {
    /// Its name.
    pub name: String,
    /// Its samples.
    pub samples: u64,
    /// Its share of all samples.
    pub share: f64,
}

/// The columns of the first table that are not used; files of single parts have the same.
pub(crate) fn left_out(dataset: &Dataset) -> Vec<String> {
    let read = dataset.read();
    let columns = read.first().map(|table| table.left_out.iter());
    columns
        .into_iter()
        .flatten()
        .map(|one| one.column.clone())
        .collect()
}

impl DataRead {
    /// For a data set, file by file.
    pub fn of(dataset: &Dataset) -> Vec<Self> {
        dataset.read().iter().map(Self::from).collect()
    }

    /// The same for networks that are trained on these rows, with the categories that none of them has.
    pub fn of_rows(dataset: &Dataset, training: &[usize]) -> Vec<Self> {
        let mut read = Self::of(dataset);
        if let Some(first) = read.first_mut() {
            let columns = dataset.one_hot_of(training);
            let features = dataset.category_features();
            let notes = columns.iter().zip(&features);
            first.notes.extend(
                notes.filter_map(|(known, features)| note_of_untrained(dataset, known, features)),
            );
        }
        read
    }
}

/// What is said of the categories of a column that no training row has, where these are the features that it became.
fn note_of_untrained(dataset: &Dataset, known: &OneHot, features: &[usize]) -> Option<String> {
    const SHOWN: usize = 3;
    let untrained: Vec<usize> = (known.categories.iter().zip(features))
        .filter(|(name, _)| known.untrained.contains(name))
        .map(|(_, &feature)| feature)
        .collect();
    let inputs = dataset.inputs();
    let has = |row: &usize| untrained.iter().any(|&at| inputs[[*row, at]] == 1.0);
    let rows = match (0..dataset.samples()).filter(has).count() {
        1 => "the row".to_owned(),
        rows => format!("the {rows} rows"),
    };
    let names = &known.untrained;
    let (are, them, they) = match names.len() {
        0 => return None,
        1 => ("is", "its", "it"),
        _ => ("are", "their", "them"),
    };
    let shown: Vec<String> = (names.iter().take(SHOWN))
        .map(|name| format!("`{name}`"))
        .collect();
    let scored = if rows == "the row" { "is" } else { "are" };
    let more = match names.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let note = format!(
        "column `{}`: {}{more} {are} in no training row, so {them} weights stay as they were drawn, also where {rows} of other parts with {they} {scored} scored; the model does not know {they} (--unknown of mlp predict)",
        known.column,
        shown.join(", "),
    );
    Some(names::plain(&note))
}

impl From<&ReadSummary> for DataRead {
    fn from(read: &ReadSummary) -> Self {
        let total = read
            .classes
            .iter()
            .map(|(_, samples)| *samples)
            .sum::<u64>();
        let class = |(name, samples): &(String, u64)| ClassShare {
            name: name.clone(),
            samples: *samples,
            share: *samples as f64 / total as f64,
        };
        Self {
            line: read.to_string(),
            source: read.source.clone(),
            part: read.part.map(str::to_owned),
            rows: read.rows,
            used: read.used,
            dropped: read.dropped(),
            header: read.header,
            written: read.written.clone(),
            target: read.target.clone(),
            target_by: match read.target_by {
                TargetBy::Last => "last",
                TargetBy::Named => "named",
                TargetBy::Format => "format",
                TargetBy::Training => "training",
            }
            .to_owned(),
            task: read.task.to_string(),
            numbers: read.columns.numbers,
            categorical: read.columns.categorical,
            categories: read.columns.categories,
            dates: read.columns.dates,
            filled_in: if read.fill.is_some() { read.gaps } else { 0 },
            fill: read.fill.map(|fill| fill.name().to_owned()),
            left_out: read
                .left_out
                .iter()
                .map(|one| ColumnLeftOut {
                    column: one.column.clone(),
                    why: one.why.clone(),
                })
                .collect(),
            classes: read.classes.iter().map(class).collect(),
            notes: [&read.notes[..], &read.doubts].concat(),
        }
    }
}

#[cfg(test)]
mod tests {
    use mlp_data::table::{CsvOptions, MissingPolicy, read_csv};

    use super::*;

    #[test]
    fn what_was_read_is_told_in_numbers() {
        let options = CsvOptions {
            missing: MissingPolicy::Drop,
            exclude: vec!["id".to_owned()],
            ..CsvOptions::default()
        };
        let text = "id,a,y\n1,1,u\n2,,v\n3,2,u\n4,3,u\n5,2,v\n";
        let set = read_csv(text.as_bytes(), "/home/me/t.csv", &options).unwrap();
        let [read] = &DataRead::of(&set)[..] else {
            panic!("one file");
        };
        assert_eq!((read.rows, read.used, read.dropped), (5, 4, 1));
        assert_eq!(read.source, "t.csv");
        assert_eq!((read.classes[0].samples, read.classes[0].share), (3, 0.75));
        assert_eq!(read.left_out[0].why, "excluded");
        let text = serde_json::to_string(read).unwrap();
        assert!(!text.contains("/home"), "{text}");
        assert_eq!(&serde_json::from_str::<DataRead>(&text).unwrap(), read);
    }

    #[test]
    fn data_sets_by_name_have_one_too() {
        let set = mlp_data::load_embedded("iris").unwrap();
        let read = DataRead::of(&set);
        assert_eq!(
            (read.len(), read[0].used, read[0].classes.len()),
            (1, 150, 3)
        );
    }
}
