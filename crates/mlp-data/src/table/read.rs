//! A whole table as a data set.

use std::io::Read;

use super::assemble::Assembler;
use super::calendar::calendar_notes;
use super::cell::is_flag;
use super::csv_options::CsvOptions;
use super::format::TableFormat;
use super::name_notes::is_total;
use super::record::{Line, RecordReader};
use super::row_destination::RowDestination;
use super::units::alike;
use crate::{Dataset, Error, Place, TableProblem, names};

/// Reads a table. `file` is its name in errors, and its stem names the data set.
///
/// # Errors
/// [`Error::Table`] with line and column; [`Error::Read`]; [`Error::TooLarge`] where memory does not
/// suffice.
///
/// ```
/// use mlp_data::table::{CsvOptions, read_csv};
/// let text = "length,width,kind\n1.5,2,a\n3,4,b\n";
/// let set = read_csv(text.as_bytes(), "my.csv", &CsvOptions::default())?;
/// assert_eq!(set.feature_names(), ["length", "width"]);
/// assert_eq!(set.class_names().unwrap(), ["a", "b"]);
/// # Ok::<(), mlp_data::Error>(())
/// ```
pub fn read_csv(reader: impl Read, file: &str, options: &CsvOptions) -> Result<Dataset, Error> {
    let set = read_sized(reader, file, None, &RowDestination::training(options))?;
    Ok(set.expect("rows to train on become a data set"))
}

/// Reads a table whose length in bytes may be known, so that its size is checked beforehand.
pub(crate) fn read_sized(
    mut reader: impl Read,
    file: &str,
    length: Option<u64>,
    options: &RowDestination<'_>,
) -> Result<Option<Dataset>, Error> {
    if let Some(rows) = options.rows() {
        return rows.text(&mut reader, file, &options.format).map(|()| None);
    }
    let named: Vec<&str> = [&options.target, &options.features, &options.exclude]
        .into_iter()
        .flatten()
        .chain(&options.sample_weight)
        .chain(&options.format.text)
        .map(|name| name.trim())
        // A number is a position, but a model has names alone.
        .filter(|name| options.like.is_some() || name.parse::<i64>().is_err())
        .collect();
    let mut table =
        RecordReader::open(reader, file, &options.format, options.like.as_ref(), &named)?;
    let columns = table.names().to_vec();
    let rows = length.map(|length| table.expected_lines(length));
    let is_single = columns.len() == 1;
    let mut assembler = Assembler::new(file, columns, options, rows)
        .map_err(|error| if is_single { unparted(error) } else { error })?;
    assembler.is_parted_by(table.format().delimiter);
    let reading = assembler.reading().clone();
    let mut line = Line::default();
    while table.next(&mut line)? {
        if table.has_header() && table.names().len() > 1 && repeats(&line, table.names()) {
            let problem = TableProblem::Malformed(
                "the line repeats the header; remove it and all other lines that are not rows"
                    .to_owned(),
            );
            return Err(table.error(Some(line.number), None, problem));
        }
        assembler.push(Place::Line(line.number), |column| {
            reading.cell(line.cell(column))
        })?;
    }
    let total = total_in_unused(&line, table.names(), &assembler.used().collect::<Vec<_>>());
    let set = assembler.finish()?;
    Ok(set.map(|set| {
        let found = set.table_format().cloned().unwrap_or_default();
        let format = TableFormat {
            text: found.text,
            date_columns: found.date_columns,
            boolean_columns: found.boolean_columns,
            unit_columns: found.unit_columns,
            whole_columns: found.whole_columns,
            date_marks: found.date_marks,
            ..table.format().clone()
        };
        let notes = match options.like {
            None => {
                let total = total.map(|note| vec![note]).unwrap_or_default();
                [total, idle_units(&format), calendar_notes(&set, &format)].concat()
            }
            Some(_) => Vec::new(),
        };
        set.tell(|read| {
            read.is_text(&format);
            read.notes.extend(notes);
        })
        .with_table_format(format)
    }))
}

/// The error that no feature is left, with what may be wrong in a table of a single column.
fn unparted(mut error: Error) -> Error {
    if let Error::Table { problem, .. } = &mut error
        && let TableProblem::NoFeatures { hint } = &mut **problem
    {
        *hint = "; is the delimiter right?";
    }
    error
}

/// A note on a last row that sums up others, as a column says that is not used.
fn total_in_unused(last: &Line, columns: &[String], used: &[usize]) -> Option<String> {
    let mut unused = (0..columns.len()).filter(|column| !used.contains(column));
    let column = unused.find(|&column| is_total(last.cell(column).trim(), true))?;
    Some(format!(
        "the last row (line {}) has `{}` in column `{}`, which is left out; if it sums up those above it, remove the line",
        last.number,
        last.cell(column).trim(),
        columns[column]
    ))
}

/// A note on units that no number has.
fn idle_units(format: &TableFormat) -> Vec<String> {
    let occurs = |unit: &&String| {
        let mut columns = format.unit_columns.iter();
        columns.any(|(_, units)| units.iter().any(|known| alike(known, unit)))
    };
    let idle = (format.units.iter()).filter(|unit| !occurs(unit) && !is_flag(unit));
    let idle: Vec<&str> = idle.map(String::as_str).collect();
    if idle.is_empty() {
        return Vec::new();
    }
    let units = names::list(idle.into_iter());
    vec![format!("--units gives {units}, which no number has")]
}

/// Whether every cell of a line is its column's name.
fn repeats(line: &Line, names: &[String]) -> bool {
    (names.iter().enumerate()).all(|(column, name)| line.cell(column).trim() == name)
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::table::{Categorical, TaskChoice};
    use crate::{Origin, Targets, Task};

    fn read(text: &str, options: &CsvOptions) -> Result<Dataset, String> {
        read_csv(text.as_bytes(), "dir/t.csv", options).map_err(|error| error.to_string())
    }

    fn list(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn a_plain_table_needs_no_option() {
        let set = read("a;b;kind\r\n1;2;x\r\n3;4;y\r\n", &CsvOptions::default()).unwrap();
        assert_eq!(set.name(), "t");
        assert_eq!(set.inputs(), array![[1.0, 2.0], [3.0, 4.0]]);
        assert_eq!(
            set.targets(),
            &Targets::Classes {
                labels: vec![0, 1],
                names: list(&["x", "y"])
            }
        );
        assert_eq!(set.target_columns(), ["kind"]);
        assert_eq!(set.provenance().origin, Origin::File);
        let bare = read("1,2,0.5\n3,4,1.5\n", &CsvOptions::default()).unwrap();
        assert_eq!(bare.feature_names(), ["column1", "column2"]);
        assert_eq!(bare.target_columns(), ["column3"]);
    }

    #[test]
    fn text_columns_can_be_left_out_and_targets_be_several() {
        let options = CsvOptions {
            target: list(&["u", "1"]),
            exclude: list(&["name"]),
            ..Default::default()
        };
        let set = read("y,name,x,u\n1,ann,2,3\n4,bob,5,6\n", &options).unwrap();
        assert_eq!(set.inputs(), array![[2.0], [5.0]]);
        let values = array![[3.0, 1.0], [6.0, 4.0]];
        assert_eq!(
            set.targets(),
            &Targets::Values {
                values,
                names: list(&["u", "y"])
            }
        );
    }

    #[test]
    fn a_column_may_say_what_samples_count() {
        let options = CsvOptions {
            sample_weight: Some("w".to_owned()),
            ..Default::default()
        };
        let set = read("a,w,y\n1,2,u\n3,0,v\n5,0.5,u\n", &options).unwrap();
        assert_eq!(set.feature_names(), ["a"]);
        assert_eq!(set.weights(), Some(&[2.0, 0.0, 0.5][..]));
        assert_eq!(set.weight_column(), Some("w"));
        let chosen = set.select_rows(&[2, 0]).unwrap();
        assert_eq!(chosen.weights(), Some(&[0.5, 2.0][..]));
        let refuse = |text| read(text, &options).unwrap_err();
        assert_eq!(
            refuse("a,w,y\n1,2,u\n3,-1,v\n"),
            "`dir/t.csv`, line 3, column `w`: `-1` is not a sample weight; it must be a number, 0 or more"
        );
        assert!(refuse("a,w,y\n1,2,u\n3,,v\n").contains("line 3, column `w`"));
        assert!(refuse("a,w,y\n1,0,u\n3,0,v\n").contains("every sample weight is 0"));
        let error = refuse("a,b,y\n1,0,u\n3,0,v\n");
        assert!(
            error.contains("there is no column `w`, named as the sample weight"),
            "{error}"
        );
    }

    #[test]
    fn several_columns_of_yes_and_no_are_labels() {
        let read = |text, task| {
            let options = CsvOptions {
                target: list(&["u", "v"]),
                task,
                ..Default::default()
            };
            read(text, &options)
        };
        let labels = "a,u,v\n1,0,1\n2,1,1\n";
        let task = |set: Dataset| set.task();
        let two = Task::Multilabel { labels: 2 };
        assert_eq!(read(labels, TaskChoice::Auto).map(task), Ok(two));
        assert_eq!(read(labels, TaskChoice::Multilabel).map(task), Ok(two));
        let numbers = Task::Regression { outputs: 2 };
        assert_eq!(read(labels, TaskChoice::Regression).map(task), Ok(numbers));
        let others = "a,u,v\n1,0,1\n2,1,2\n";
        assert_eq!(read(others, TaskChoice::Auto).map(task), Ok(numbers));
        assert_eq!(
            read(others, TaskChoice::Multilabel).unwrap_err(),
            "`dir/t.csv`, column `v`: `2` is not a label; with several labels each column is 0 or 1"
        );
        let rows = read(labels, TaskChoice::Auto).unwrap();
        assert_eq!(rows.select_rows(&[1]).unwrap().task(), two);
    }

    #[test]
    fn bad_cells_are_named_by_line_and_column() {
        let refuse = |text| read(text, &CsvOptions::default()).unwrap_err();
        assert_eq!(
            refuse("a,y\n1,0\nred,1\n2,0\n"),
            "`dir/t.csv`, line 3, column `a`: `red` is not a number; the rest of the column is numbers, so correct it, leave such \
             rows out with --missing-words red --missing drop, or give --text a --categories one-hot if they are all names"
        );
        assert_eq!(
            refuse("a,y\n1,0\nNaN,1\n"),
            "`dir/t.csv`, line 3, column `a`: the value is missing (`NaN`); fill it in, leave the row or the column out, or \
             train with --missing drop, mean, median, most-frequent or zero"
        );
        assert_eq!(
            refuse("a,y\n1,0\n2,\n"),
            "`dir/t.csv`, line 3, column `y`: the value is missing (an empty cell); a target is not filled in, so correct it, leave \
             the row out, or train with --missing drop"
        );
        assert_eq!(
            refuse("a;y\n1,5;0\n2;1\n3;0\n"),
            "`dir/t.csv`, line 2, column `a`: `1,5` is a number with a decimal comma; give --decimal ',', or give --text a \
             --categories one-hot if they are names"
        );
        assert_eq!(
            refuse("a,y\n1,x\n2,x\n"),
            "`dir/t.csv`, column `y`: every row is of class `x`; at least two classes are needed; name the column to learn with --target"
        );
        assert_eq!(
            refuse("y\n1\n2\n"),
            "`dir/t.csv`: no feature is left beside the target; at least one numeric column is needed; is the delimiter right?"
        );
    }

    #[test]
    fn classes_need_one_column() {
        let options = CsvOptions {
            target: list(&["a", "b"]),
            ..Default::default()
        };
        let error = read("a,b,x\n1,u,2\n1,v,3\n", &options).unwrap_err();
        assert!(
            error.contains("line 2, column `b`: `u` is not a number; a regression needs numbers"),
            "{error}"
        );
        let options = CsvOptions {
            task: TaskChoice::Classification,
            ..options
        };
        assert!(
            read("a,b,x\n1,2,2\n1,3,3\n", &options)
                .unwrap_err()
                .contains("exactly one target column")
        );
    }

    #[test]
    fn a_header_in_the_middle_is_refused() {
        let options = CsvOptions {
            categorical: Categorical::OneHot,
            ..CsvOptions::default()
        };
        assert_eq!(
            read(
                "k,y\nred,u\nblue,v\nk,y\nred,v\n",
                &CsvOptions {
                    format: TableFormat {
                        header: Some(true),
                        ..TableFormat::default()
                    },
                    ..options
                }
            )
            .unwrap_err(),
            "`dir/t.csv`, line 4: the line repeats the header; remove it and all other lines that are not rows"
        );
    }

    #[test]
    fn a_files_size_is_checked_beforehand() {
        let text = &b"1,2,3\n4,5,6\n"[..];
        let error = read_sized(
            text,
            "t.csv",
            Some(1 << 60),
            &RowDestination::training(&CsvOptions::default()),
        )
        .unwrap_err();
        assert!(
            error.to_string().starts_with("the table `t.csv` needs "),
            "{error}"
        );
    }
}
