//! Rows to predict, in chunks, matched by name to the features that a model knows.

use std::io::Read;

use ndarray::Array2;

use super::columns::find_all;
use super::read::number;
use super::record::{Line, Table};
use crate::{Error, TableProblem};

/// How rows to predict are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeatureOptions {
    /// The features that the model knows, in its order.
    pub features: Vec<String>,
    /// Columns to hand on as they are, by name or position.
    pub keep: Vec<String>,
    /// Whether the first line is a header; found out unless given.
    pub header: Option<bool>,
    /// The delimiter; found out unless given.
    pub delimiter: Option<u8>,
}

/// Some rows of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureChunk {
    /// The features, `[rows, features]`, in the model's order.
    pub inputs: Array2<f64>,
    /// The columns kept, as they were written, row by row.
    pub kept: Vec<Vec<String>>,
}

/// A table whose rows are to be predicted. It holds one chunk in memory, so a table may be of any length.
///
/// Columns that the model does not know are ignored. A table without a header, whose columns are not called
/// as the model's, must have exactly the features, in the model's order.
#[derive(Debug)]
pub struct FeatureReader<R> {
    table: Table<R>,
    columns: Vec<usize>,
    keep: Vec<usize>,
    keep_names: Vec<String>,
}

impl<R: Read> FeatureReader<R> {
    /// Opens a table; `file` is its name in errors.
    ///
    /// # Errors
    /// [`Error::Table`] where the table is empty or lacks features (all are named); [`Error::Read`].
    pub fn open(reader: R, file: &str, options: &FeatureOptions) -> Result<Self, Error> {
        let named: Vec<&str> = options.features.iter().map(|name| name.trim()).collect();
        let table = Table::open(reader, file, options.delimiter, options.header, &named)?;
        let position = |name: &String| {
            table
                .names()
                .iter()
                .position(|column| column == name.trim())
        };
        let found: Vec<Option<usize>> = options.features.iter().map(position).collect();
        let columns: Vec<usize> = if found.iter().all(Option::is_some) {
            found.into_iter().flatten().collect()
        } else if table.has_header() {
            let missing = options
                .features
                .iter()
                .zip(&found)
                .filter(|(_, found)| found.is_none());
            let missing = missing.map(|(name, _)| name.clone()).collect();
            return Err(table.error(None, None, TableProblem::MissingColumns(missing)));
        } else if table.names().len() == options.features.len() {
            (0..options.features.len()).collect()
        } else {
            let (expected, found) = (options.features.len(), table.names().len());
            return Err(table.error(None, None, TableProblem::CannotMatch { expected, found }));
        };
        let keep = find_all(file, table.names(), &options.keep, "kept")?;
        let keep_names = keep
            .iter()
            .map(|&column| table.names()[column].clone())
            .collect();
        Ok(Self {
            table,
            columns,
            keep,
            keep_names,
        })
    }

    /// The names of the columns kept.
    pub fn keep_names(&self) -> &[String] {
        &self.keep_names
    }

    /// The next rows, at most `rows` of them; none at the end of the table.
    ///
    /// # Errors
    /// [`Error::Table`] with line and column: no row at all, a ragged line, a cell that is no finite number;
    /// [`Error::Read`].
    ///
    /// # Panics
    /// If `rows` is zero.
    pub fn next_chunk(&mut self, rows: usize) -> Result<Option<FeatureChunk>, Error> {
        assert!(rows > 0, "a chunk has at least one row");
        let mut inputs = Vec::new();
        let mut kept = Vec::new();
        let mut line = Line::default();
        while kept.len() < rows && self.table.next(&mut line)? {
            for &column in &self.columns {
                let number = number(line.cell(column));
                inputs.push(number.map_err(|problem| {
                    self.table.error(Some(line.number), Some(column), problem)
                })?);
            }
            kept.push(
                self.keep
                    .iter()
                    .map(|&column| line.cell(column).to_owned())
                    .collect(),
            );
        }
        if kept.is_empty() {
            return Ok(None);
        }
        let shape = (kept.len(), self.columns.len());
        let inputs = Array2::from_shape_vec(shape, inputs).expect("every line gave a row");
        Ok(Some(FeatureChunk { inputs, kept }))
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn options(features: &[&str], keep: &[&str]) -> FeatureOptions {
        let list = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        FeatureOptions {
            features: list(features),
            keep: list(keep),
            ..Default::default()
        }
    }

    fn all(text: &str, options: &FeatureOptions, rows: usize) -> Result<Vec<FeatureChunk>, String> {
        let read = || {
            let mut reader = FeatureReader::open(text.as_bytes(), "t.csv", options)?;
            let mut chunks = Vec::new();
            while let Some(chunk) = reader.next_chunk(rows)? {
                chunks.push(chunk);
            }
            Ok(chunks)
        };
        read().map_err(|error: Error| error.to_string())
    }

    #[test]
    fn columns_are_matched_by_name_and_come_in_chunks() {
        let chunks = all(
            "b,id,a\n1,ann,2\n3,bob,4\n5,cat,6\n",
            &options(&["a", "b"], &["id", "b"]),
            2,
        )
        .unwrap();
        assert_eq!(chunks.len(), 2);
        assert_eq!(chunks[0].inputs, array![[2.0, 1.0], [4.0, 3.0]]);
        assert_eq!(chunks[1].kept, [["cat", "5"]]);
    }

    #[test]
    fn features_missing_are_all_named() {
        let error = all("a,c\n1,2\n", &options(&["a", "b", "d"], &[]), 9).unwrap_err();
        assert_eq!(error, "`t.csv`: the file lacks the columns `b` and `d`");
        let error = all("a,c\n1,2\n", &options(&["a"], &["id"]), 9).unwrap_err();
        assert!(error.contains("no column `id` to be kept"), "{error}");
    }

    #[test]
    fn without_a_header_the_order_counts() {
        let chunks = all("1,2\n3,4\n", &options(&["a", "b"], &[]), 9).unwrap();
        assert_eq!(chunks[0].inputs, array![[1.0, 2.0], [3.0, 4.0]]);
        let error = all("1,2,3\n", &options(&["a", "b"], &[]), 9).unwrap_err();
        assert!(error.contains("no header and 3 columns"), "{error}");
        // A model of a table without header knows these names.
        let chunks = all("1,2,3\n", &options(&["column3", "column1"], &[]), 9).unwrap();
        assert_eq!(chunks[0].inputs, array![[3.0, 1.0]]);
    }

    #[test]
    fn bad_rows_are_named() {
        let error = all("a\n1\n\nx\n", &options(&["a"], &[]), 9).unwrap_err();
        assert!(
            error.starts_with("`t.csv`, line 4, column `a`: `x` is not a number"),
            "{error}"
        );
        assert!(
            all("a\n", &options(&["a"], &[]), 9)
                .unwrap_err()
                .contains("no data below it")
        );
        assert!(
            all("", &options(&["a"], &[]), 9)
                .unwrap_err()
                .contains("is empty")
        );
    }
}
