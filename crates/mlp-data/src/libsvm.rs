//! LIBSVM and svmlight: `label index:value ...`, one line per sample; omitted values are zero.
//!
//! <https://www.csie.ntu.edu.tw/~cjlin/libsvm/>. Indices count from 1 and ascend; `#` starts a comment. The set becomes a
//! table with a column for every index up to the largest.

use crate::binary::column_names;
use crate::error::error;
use crate::files::{FileKind, Source, malformed};
use crate::lines::Lines;
use crate::table::{Assembler, Columns, RowDestination, TableCell, check_width};
use crate::{Dataset, Error, Place, TableProblem, memory};

pub(crate) const KIND: FileKind = FileKind::new(
    "libsvm",
    &["libsvm", "svm", "svmlight"],
    "sparse samples, `label index:value ...`, indices from 1",
    read,
)
.without_names();

fn read(source: Source<'_>, options: &RowDestination<'_>) -> Result<Option<Dataset>, Error> {
    source.refuse_text_options("LIBSVM", options)?;
    let file = source.name;
    let mut samples = Samples {
        labelled: options.rows().is_none(),
        ..Samples::default()
    };
    let mut lines = Lines::new(file, source.reader());
    while let Some((number, line)) = lines.next()? {
        let text = line.split('#').next().unwrap_or_default().trim();
        if !text.is_empty() {
            samples.push(file, text, number)?;
        }
    }
    if samples.rows.is_empty() {
        return Err(error(file, None, None, TableProblem::Empty));
    }
    // Data read like others have their columns: an index that does not occur is 0 everywhere.
    let known = match options.like {
        Some(_) => options.features.iter().filter_map(|name| index(name)).max(),
        None => None,
    };
    if let Some(known) = known {
        let ignored = options.ignored.iter().filter_map(|name| index(name)).max();
        let most = known.max(ignored.unwrap_or(0));
        if let Some((line, found)) = samples.beyond(most) {
            let problem = format!(
                "index {found} is beyond those that the model was trained on, which end at {most}; remove it, or train on data that have it"
            );
            return Err(malformed(file, Some(Place::Line(line)), problem));
        }
    }
    let width = samples.width.max(known.unwrap_or(0));
    if width == 0 {
        let problem = "no sample has a feature; `label index:value ...` is expected";
        return Err(malformed(file, None, problem));
    }
    let mut columns = column_names(file, width + 1, |column| format!("x{}", column + 1))?;
    columns[width] = "label".to_owned();
    let columns = Columns {
        names: columns,
        targets: 1,
        weight: None,
    };
    let rows = samples.rows.len() as u64;
    let mut assembler = Assembler::new(file, columns, options, Some(rows))?;
    let mut dense = vec![0.0; width];
    let mut start = 0;
    for row in &samples.rows {
        let values = &samples.values[start..row.end];
        for &(column, value) in values {
            dense[column as usize] = value;
        }
        assembler.push(Place::Line(row.line), |column| {
            TableCell::of_number(dense.get(column).copied().unwrap_or(row.label))
        })?;
        for &(column, _) in values {
            dense[column as usize] = 0.0;
        }
        start = row.end;
    }
    assembler.finish()
}

/// The index that a column is called by.
fn index(name: &str) -> Option<usize> {
    let index = name.trim().strip_prefix('x')?.parse::<u32>().ok()?;
    (index > 0 && name.trim() == format!("x{index}")).then_some(index as usize)
}

/// Samples as they are in the file.
#[derive(Debug, Default)]
struct Samples {
    rows: Vec<Row>,
    /// Columns, from 0, and values of all rows.
    values: Vec<(u32, f64)>,
    width: usize,
    /// Whether every line must begin with a label; rows to predict need none.
    labelled: bool,
}

#[derive(Debug)]
struct Row {
    label: f64,
    line: u64,
    /// Where its values end.
    end: usize,
}

impl Samples {
    /// The first line with an index above `most`, and that index.
    fn beyond(&self, most: usize) -> Option<(u64, usize)> {
        let first = (self.values.iter()).position(|&(column, _)| column as usize >= most)?;
        let row = self.rows.iter().find(|row| row.end > first)?;
        Some((row.line, self.values[first].0 as usize + 1))
    }

    fn push(&mut self, file: &str, text: &str, line: u64) -> Result<(), Error> {
        let refuse = |problem: String| Err(malformed(file, Some(Place::Line(line)), problem));
        let mut words = text.split_ascii_whitespace().peekable();
        let bare = words.peek().is_some_and(|word| word.contains(':'));
        let word = match bare && !self.labelled {
            true => "0",
            false => words.next().unwrap_or_default(),
        };
        let Ok(label) = word.parse::<f64>() else {
            return refuse(if word.contains(':') {
                format!("the line begins with `{word}` instead of a label; a number is expected")
            } else if word.contains(',') {
                format!("the sample has the labels `{word}`; one per sample is expected")
            } else {
                format!("the label `{word}` is not a number")
            });
        };
        let what = || format!("the table `{file}`");
        let mut last = 0;
        for word in words {
            let Some((index, value)) = word.split_once(':') else {
                return refuse(format!("`{word}` is not an `index:value`"));
            };
            if index == "qid" {
                let problem = "`qid` groups samples for ranking, which is not supported; remove it";
                return refuse(problem.to_owned());
            }
            let Ok(index) = index.parse::<u32>() else {
                return refuse(format!(
                    "the index `{index}` is not a whole number, 1 or more"
                ));
            };
            if index == 0 {
                return refuse("an index is 0; indices count from 1".to_owned());
            }
            if index <= last {
                return refuse(format!("index {index} follows {last}; indices must ascend"));
            }
            // The label is a column, too.
            check_width(file, Some(Place::Line(line)), index as usize + 1)?;
            last = index;
            let Ok(value) = value.parse::<f64>() else {
                let problem = TableProblem::NotANumber {
                    cell: value.chars().take(60).collect(),
                    hint: String::new(),
                };
                let column = format!("x{index}");
                return Err(error(file, Some(Place::Line(line)), Some(&column), problem));
            };
            memory::make_room(&mut self.values, 1, what)?;
            self.values.push((index - 1, value));
        }
        self.width = self.width.max(last as usize);
        memory::make_room(&mut self.rows, 1, what)?;
        self.rows.push(Row {
            label,
            line,
            end: self.values.len(),
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::read_file;
    use crate::table::CsvOptions;

    fn read_text(text: &str) -> Result<Dataset, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.svm");
        std::fs::write(&path, text).unwrap();
        read_file(&path, &CsvOptions::default()).map_err(|error| {
            error
                .to_string()
                .replace(&format!("{}/", folder.path().display()), "")
        })
    }

    #[test]
    fn what_is_left_out_is_zero() {
        let set = read_text("# heart\n+1 1:0.5 3:-2\n\n-1 2:1e3 # second\n+1\n").unwrap();
        let expected = array![[0.5, 0.0, -2.0], [0.0, 1000.0, 0.0], [0.0, 0.0, 0.0]];
        assert_eq!(set.inputs(), expected);
        assert_eq!(set.feature_names(), ["x1", "x2", "x3"]);
        assert_eq!(set.class_names().unwrap(), ["-1", "1"]);
        assert_eq!(set.target_columns(), ["label"]);
    }

    #[test]
    fn an_index_that_a_model_does_not_know_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.svm");
        std::fs::write(&path, "1 1:2\n# more\n0 2:1 4:7\n").unwrap();
        let read = |ignored: &[&str]| {
            let options = CsvOptions {
                features: ["x1", "x2", "x3"].map(str::to_owned).to_vec(),
                target: vec!["label".to_owned()],
                like: Some(crate::table::TableFormat::default()),
                ignored: ignored.iter().map(|&name| name.to_owned()).collect(),
                ..CsvOptions::default()
            };
            read_file(&path, &options).map_err(|error| error.to_string())
        };
        let error = read(&[]).unwrap_err();
        assert!(
            error.contains(
                "line 3: index 4 is beyond those that the model was trained on, which end at 3"
            ),
            "{error}"
        );
        assert_eq!(read(&["x4"]).unwrap().features(), 3);
    }

    #[test]
    fn what_is_wrong_is_told_by_line() {
        let refuse = |text: &str| read_text(text).unwrap_err();
        assert_eq!(
            refuse("1 1:2\n2,3 1:5\n"),
            "`a.svm`, line 2: the sample has the labels `2,3`; one per sample is expected"
        );
        assert_eq!(
            refuse("1 qid:3 1:2\n"),
            "`a.svm`, line 1: `qid` groups samples for ranking, which is not supported; remove it"
        );
        assert_eq!(
            refuse("1 0:2\n"),
            "`a.svm`, line 1: an index is 0; indices count from 1"
        );
        assert_eq!(
            refuse("1 2:2 2:3\n"),
            "`a.svm`, line 1: index 2 follows 2; indices must ascend"
        );
        assert_eq!(
            refuse("1 1:x\n"),
            "`a.svm`, line 1, column `x1`: `x` is not a number"
        );
        assert!(
            refuse("1 1:2\n0 2:nan\n")
                .starts_with("`a.svm`, line 2, column `x2`: the value is missing (`NaN`)")
        );
        assert!(refuse("1:2 2:3\n").contains("the line begins with `1:2` instead of a label"));
        assert!(refuse("a 2:3\n").contains("the label `a` is not a number"));
        assert!(refuse("1 2\n").contains("`2` is not an `index:value`"));
        assert!(refuse("1 -2:1\n").contains("`-2` is not a whole number, 1 or more"));
        assert!(refuse("1\n2\n").contains("no sample has a feature"));
        assert!(refuse(" \n# nothing\n").contains("the file is empty"));
    }

    #[test]
    fn a_large_index_takes_no_memory() {
        for index in [4_294_967_295u32, 30_000_000, 1 << 20] {
            let error = read_text(&format!("0 1:1\n1 {index}:1\n")).unwrap_err();
            let expected = format!("line 2: the table has {} columns", u64::from(index) + 1);
            assert!(error.contains(&expected), "{error}");
        }
    }
}
