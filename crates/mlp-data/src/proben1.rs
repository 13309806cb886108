//! PROBEN1's `.dt` files: a header with counts, then the columns, and the split.
//!
//! L. Prechelt, "PROBEN1: a set of neural network benchmark problems and benchmarking rules", Technical Report 21/94,
//! Universitaet Karlsruhe (1994), section 2.3. The head has a line `name=count` for each of `bool_in`, `real_in`,
//! `bool_out`, `real_out`, `training_examples`, `validation_examples` and `test_examples`; below, a line per sample holds
//! the inputs and then the outputs, separated by white space.
//!
//! Inputs are named `x1`, `x2`, ... Boolean outputs, of which each sample has one that is 1, become classes named by
//! their number, `1`, `2`, ... in the column `class`; a single one the classes `0` and `1`. With `--task multilabel` or
//! `--task regression` they stay columns, `y1`, `y2`, ..., like real outputs. Rows are in the order training,
//! validation, test, and that is the split unless another is requested.

use std::collections::BTreeMap;
use std::io::Read;

use crate::binary::column_names;
use crate::files::{FileKind, Source, malformed};
use crate::lines::Lines;
use crate::names::so_many;
use crate::table::{Assembler, Columns, RowDestination, TableCell, TaskChoice};
use crate::{Dataset, Error, Place};

pub(crate) const KIND: FileKind = FileKind::new(
    "proben1",
    &["dt"],
    "a PROBEN1 table: a header with counts of columns and of training, validation and test rows",
    read,
)
.without_names();

fn read(source: Source<'_>, options: &RowDestination<'_>) -> Result<Option<Dataset>, Error> {
    source.refuse_text_options("PROBEN1", options)?;
    let file = source.name;
    let mut lines = Lines::new(file, source.reader());
    let head = Head::read(file, &mut lines)?;
    let inputs = head.inputs();
    let outputs = head.outputs();
    let as_classes =
        head.real_out == 0 && matches!(options.task, TaskChoice::Auto | TaskChoice::Classification);
    let mut options = options.clone();
    if options.task == TaskChoice::Auto {
        options.task = match as_classes {
            true => TaskChoice::Classification,
            false => TaskChoice::Regression,
        };
    }
    let targets = if as_classes { 1 } else { outputs };
    let names = column_names(file, inputs + targets, |column| match column {
        column if column < inputs => format!("x{}", column + 1),
        _ if as_classes => "class".to_owned(),
        column => format!("y{}", column - inputs + 1),
    })?;
    let columns = Columns {
        names,
        targets,
        weight: None,
    };
    let rows = head
        .parts
        .iter()
        .fold(0, |sum: u64, &part| sum.saturating_add(part as u64));
    let mut assembler = Assembler::new(file, columns, &options, Some(rows))?;
    let mut kept = [0; 3];
    let mut row = 0;
    while let Some((number, line)) = lines.next()? {
        let place = Place::Line(number);
        let refuse = |problem: String| malformed(file, Some(place), problem);
        let values: Vec<&str> = line.split_ascii_whitespace().collect();
        if values.is_empty() {
            continue;
        }
        if row == rows {
            return Err(refuse(format!(
                "the head counts {}, and here is one more",
                so_many(rows, "sample")
            )));
        }
        if values.len() != inputs + outputs {
            return Err(refuse(format!(
                "the sample has {}, and the head counts {} and {}",
                so_many(values.len() as u64, "value"),
                so_many(inputs as u64, "input"),
                so_many(outputs as u64, "output")
            )));
        }
        let (_, answers) = values.split_at(inputs);
        // Of rows to predict nobody asks for the answers.
        let class = match as_classes && options.rows().is_none() {
            true => Some(class(answers).map_err(refuse)?),
            false => None,
        };
        let before = assembler.rows();
        assembler.push(place, |column| match class {
            Some(class) if column == inputs => TableCell::of_number(class as f64),
            _ => TableCell::of(values[column]),
        })?;
        kept[head.part(row)] += assembler.rows() - before;
        row += 1;
    }
    if row < rows {
        let problem = format!("the head counts {rows} samples, and there are {row}");
        return Err(malformed(file, None, problem));
    }
    let set = assembler.finish()?;
    set.map(|set| set.with_own_split(kept)).transpose()
}

/// The number of the output that is 1, counted from 1; of a single output its value.
fn class(answers: &[&str]) -> Result<usize, String> {
    let mut on = Vec::new();
    for (output, answer) in answers.iter().enumerate() {
        match answer.parse::<f64>() {
            Ok(0.0) => {}
            Ok(1.0) => on.push(output + 1),
            _ => {
                return Err(format!(
                    "output {} is `{answer}`; a boolean output is 0 or 1 (--task regression takes numbers)",
                    output + 1
                ));
            }
        }
    }
    match (&on[..], answers.len()) {
        (on, 1) => Ok(on.len()),
        (&[one], _) => Ok(one),
        (on, count) => Err(format!(
            "{} of the {count} boolean outputs are 1; exactly one is expected for the sample's class, or give --task multilabel",
            on.len()
        )),
    }
}

/// The header of a file.
#[derive(Debug)]
struct Head {
    bool_in: usize,
    real_in: usize,
    bool_out: usize,
    real_out: usize,
    /// Rows of training, validation and test.
    parts: [usize; 3],
}

impl Head {
    const NAMES: [&'static str; 7] = [
        "bool_in",
        "real_in",
        "bool_out",
        "real_out",
        "training_examples",
        "validation_examples",
        "test_examples",
    ];

    /// Reads the lines of the seven names, in any order.
    fn read(file: &str, lines: &mut Lines<'_, impl Read>) -> Result<Self, Error> {
        /// More of anything is not a count of columns or rows.
        const MOST: usize = u32::MAX as usize;
        let mut counts = BTreeMap::new();
        while counts.len() < Self::NAMES.len() {
            let missing = || {
                let missing = Self::NAMES.iter().find(|name| !counts.contains_key(*name));
                missing.copied().unwrap_or_default()
            };
            let Some((number, line)) = lines.next()? else {
                let problem = format!("the line `{}=count` is missing at its head", missing());
                return Err(malformed(file, None, problem));
            };
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            let refuse = |problem: String| Err(malformed(file, Some(Place::Line(number)), problem));
            let found = line.split_once('=').and_then(|(name, count)| {
                let name = Self::NAMES.iter().find(|known| **known == name.trim())?;
                Some((*name, count.trim()))
            });
            let Some((name, count)) = found else {
                let shown: String = line.chars().take(40).collect();
                return refuse(format!(
                    "`{shown}` stands where the head of a PROBEN1 file has `{}=count`",
                    missing()
                ));
            };
            let Some(count) = count.parse::<usize>().ok().filter(|&count| count <= MOST) else {
                return refuse(format!(
                    "`{count}` is not a count; {name} must be a whole number"
                ));
            };
            if counts.insert(name, count).is_some() {
                return refuse(format!("{name} is given twice"));
            }
        }
        let count = |name: &str| counts.get(name).copied().unwrap_or_default();
        let head = Self {
            bool_in: count("bool_in"),
            real_in: count("real_in"),
            bool_out: count("bool_out"),
            real_out: count("real_out"),
            parts: [
                count("training_examples"),
                count("validation_examples"),
                count("test_examples"),
            ],
        };
        for (what, count) in [
            ("input (bool_in, real_in)", head.inputs()),
            ("output (bool_out, real_out)", head.outputs()),
            ("sample to train on (training_examples)", head.parts[0]),
        ] {
            if count == 0 {
                let problem = format!("the head counts no {what}; at least one is needed");
                return Err(malformed(file, None, problem));
            }
        }
        Ok(head)
    }

    fn inputs(&self) -> usize {
        self.bool_in.saturating_add(self.real_in)
    }

    fn outputs(&self) -> usize {
        self.bool_out.saturating_add(self.real_out)
    }

    /// The part of a row, counted from 0: 0 training, 1 validation, 2 test.
    fn part(&self, row: u64) -> usize {
        let [train, validation, _] = self.parts.map(|part| part as u64);
        match row {
            row if row < train => 0,
            row if row < train + validation => 1,
            _ => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::table::CsvOptions;
    use crate::{Targets, Task, read_file, table::MissingPolicy};

    fn read_text(text: &str, options: &CsvOptions) -> Result<Dataset, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.dt");
        std::fs::write(&path, text).unwrap();
        read_file(&path, options).map_err(|error| {
            let folder = format!("{}/", folder.path().display());
            error.to_string().replace(&folder, "")
        })
    }

    fn head(bool_out: usize, real_out: usize, parts: [usize; 3]) -> String {
        let [train, validation, test] = parts;
        format!(
            "bool_in=1\nreal_in=1\nbool_out={bool_out}\nreal_out={real_out}\ntraining_examples={train}\n\
             validation_examples={validation}\ntest_examples={test}\n"
        )
    }

    fn task(task: TaskChoice) -> CsvOptions {
        CsvOptions {
            task,
            ..CsvOptions::default()
        }
    }

    #[test]
    fn one_of_n_outputs_are_a_class_and_the_head_splits() {
        let text = head(3, 0, [3, 1, 1])
            + "1 0.5 0 0 1\n0\t.25  1 0 0 \n\n1 -1 0 1 0\n0 1 0 0 1\n1 0 1 0 0\n";
        let set = read_text(&text, &CsvOptions::default()).unwrap();
        assert_eq!(set.feature_names(), ["x1", "x2"]);
        assert_eq!(set.inputs().row(1), array![0.0, 0.25]);
        assert_eq!(set.class_names().unwrap(), ["1", "2", "3"]);
        assert!(
            matches!(set.targets(), Targets::Classes { labels, .. } if labels == &[2, 0, 1, 2, 0])
        );
        assert_eq!(set.target_columns(), ["class"]);
        assert_eq!(set.own_split(), Some([3, 1, 1]));
        assert_eq!(
            set.select_features(&["x2"]).unwrap().own_split(),
            Some([3, 1, 1])
        );
        assert_eq!(set.select_rows(&[0, 1]).unwrap().own_split(), None);
        // Asked for, the outputs stay columns.
        let labels = read_text(&text, &task(TaskChoice::Multilabel)).unwrap();
        assert_eq!(labels.task(), Task::Multilabel { labels: 3 });
        assert_eq!(labels.target_columns(), ["y1", "y2", "y3"]);
        let numbers = read_text(&text, &task(TaskChoice::Regression)).unwrap();
        assert_eq!(numbers.task(), Task::Regression { outputs: 3 });
    }

    #[test]
    fn a_single_boolean_output_is_two_classes() {
        let text = head(1, 0, [2, 0, 1]) + "1 0.5 0\n0 .25 1\n1 1 1\n";
        let set = read_text(&text, &CsvOptions::default()).unwrap();
        assert_eq!(set.class_names().unwrap(), ["0", "1"]);
        assert_eq!(set.own_split(), Some([2, 0, 1]));
    }

    #[test]
    fn real_outputs_are_numbers_however_few_they_take() {
        for (real, row) in [(1, "1 0.5 1\n"), (2, "1 0.5 1 0\n")] {
            let text = head(0, real, [1, 1, 1]) + &row.repeat(3);
            let set = read_text(&text, &CsvOptions::default()).unwrap();
            assert_eq!(set.task(), Task::Regression { outputs: real });
        }
        let mixed = head(1, 1, [1, 0, 0]) + "1 0.5 1 0.25\n";
        let mixed = read_text(&mixed, &CsvOptions::default()).unwrap();
        assert_eq!(mixed.task(), Task::Regression { outputs: 2 });
    }

    #[test]
    fn rows_that_are_dropped_leave_the_others_in_their_parts() {
        let text = head(0, 1, [3, 2, 1]) + "1 1 .1\n1 ? .2\n1 1 .3\n1 1 .4\n? 1 .5\n1 1 .6\n";
        let options = CsvOptions {
            missing: MissingPolicy::Drop,
            ..CsvOptions::default()
        };
        assert_eq!(
            read_text(&text, &options).unwrap().own_split(),
            Some([2, 1, 1])
        );
    }

    #[test]
    fn what_does_not_fit_is_refused_by_line() {
        let rows = "1 0.5 0 1\n0 1 1 0\n1 1 0 1\n";
        let text = head(2, 0, [2, 0, 1]) + rows;
        let refuse = |from: &str, to: &str| {
            read_text(&text.replacen(from, to, 1), &CsvOptions::default()).unwrap_err()
        };
        for (from, to, said) in [
            (
                "0.5 0 1",
                "0.5 1",
                "`a.dt`, line 8: the sample has 3 values, and the head counts 2 inputs and 2 outputs",
            ),
            (
                "0.5 0 1",
                "0.5 1 1",
                "`a.dt`, line 8: 2 of the 2 boolean outputs are 1; exactly one is expected for the sample's class",
            ),
            (
                "0.5 0 1",
                "0.5 0 0",
                "`a.dt`, line 8: 0 of the 2 boolean outputs are 1",
            ),
            (
                "0.5 0 1",
                "0.5 0 0.9",
                "`a.dt`, line 8: output 2 is `0.9`; a boolean output is 0 or 1",
            ),
            (
                "0.5 0 1",
                "a 0 1",
                "`a.dt`, line 8, column `x2`: `a` is not a number",
            ),
            (
                "1 1 0 1\n",
                "",
                "`a.dt`: the head counts 3 samples, and there are 2",
            ),
            (
                "1 1 0 1\n",
                "1 1 0 1\n1 1 0 1\n",
                "`a.dt`, line 11: the head counts 3 samples, and here is one more",
            ),
            (
                "real_in=1\n",
                "",
                "`a.dt`, line 7: `1 0.5 0 1` stands where the head of a PROBEN1 file has `real_in=count`",
            ),
            (
                "real_in=1",
                "real_in=-1",
                "`a.dt`, line 2: `-1` is not a count; real_in must be a whole number",
            ),
            (
                "real_in=1",
                "bool_in=1",
                "`a.dt`, line 2: bool_in is given twice",
            ),
            (
                "bool_out=2",
                "bool_out=0",
                "`a.dt`: the head counts no output (bool_out, real_out)",
            ),
            (
                "training_examples=2",
                "training_examples=0",
                "`a.dt`: the head counts no sample to train on",
            ),
        ] {
            let error = refuse(from, to);
            assert!(error.starts_with(said), "{error}\ninstead of {said}");
        }
        assert!(
            read_text("", &CsvOptions::default())
                .unwrap_err()
                .contains("`bool_in=count` is missing")
        );
        // Counts are checked before memory is taken.
        let claims = text.replacen("training_examples=2", "training_examples=4000000000", 1);
        assert!(read_text(&claims, &CsvOptions::default()).is_err());
        let wide = text.replacen("real_in=1", "real_in=4000000000", 1);
        assert!(read_text(&wide, &CsvOptions::default()).is_err());
    }
}
