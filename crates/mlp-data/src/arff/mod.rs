//! ARFF, the format of Weka: declared columns, then one line per sample.
//!
//! <https://waikato.github.io/weka-wiki/formats_and_processing/arff_stable/>. Numeric, nominal and string columns are supported;
//! `?` is missing. Dates, relations, sparse rows and sample weights are refused. The order of categories and classes is
//! that of every table, not that of their declaration.

mod header;
mod tokens;

use std::io::Read;

use header::Header;
pub(crate) use header::{Attribute, Kind};
use tokens::{Written, cells};

use crate::files::{FileKind, Source, malformed};
use crate::lines::Lines;
use crate::table::{Assembler, Columns, Reading, RowDestination, TableCell, distinct_names};
use crate::{Dataset, Error, Place, TableProblem, names};

pub(crate) const KIND: FileKind = FileKind::new(
    "arff",
    &["arff"],
    "Weka's tables: numeric, nominal and string columns",
    read,
);

/// Rows after which the number of all rows is estimated.
const SOME: u64 = 1000;

fn read(source: Source<'_>, options: &RowDestination<'_>) -> Result<Option<Dataset>, Error> {
    source.refuse_line_options("ARFF", options)?;
    let (file, length) = (source.name, source.length());
    let mut lines = Lines::new(file, source.reader());
    let Header { attributes } = Header::read(file, &mut lines)?;
    let given = attributes.iter().map(|attribute| attribute.name.as_str());
    let declared = Declared {
        columns: distinct_names(file, None, given)?.into(),
        attributes: &attributes,
        gaps: &["?"],
    };
    declared.read_rows(file, lines, length, options)
}

/// Columns as they are declared.
#[derive(Debug)]
pub(crate) struct Declared<'a> {
    pub columns: Columns,
    pub attributes: &'a [Attribute],
    /// The words for a missing value, without quotes.
    pub gaps: &'static [&'static str],
}

impl Declared<'_> {
    /// The data set of the rows below `@data`.
    pub fn read_rows(
        self,
        file: &str,
        mut lines: Lines<'_, impl Read>,
        length: Option<u64>,
        options: &RowDestination<'_>,
    ) -> Result<Option<Dataset>, Error> {
        let Self {
            columns,
            attributes,
            gaps,
        } = self;
        let mut assembler = Assembler::new(file, columns, options, None)?;
        let used: Vec<usize> = assembler.used().collect();
        for &column in &used {
            match &attributes[column].kind {
                Kind::Nominal { order, .. } => assembler.declare(column, order)?,
                Kind::Date => {
                    let problem = "dates are not read as numbers; leave the column out".to_owned();
                    let problem = TableProblem::Malformed(problem);
                    return Err(assembler.refuse(None, Some(column), problem));
                }
                Kind::Text => assembler.declare_text(column),
                Kind::Numeric => {}
            }
        }
        let targets = assembler.targets().to_vec();
        let (reading, codes) = (assembler.reading().clone(), assembler.codes());
        let before = lines.read();
        let mut rows = 0;
        loop {
            if rows == SOME
                && let Some(length) = length
            {
                let a_row = (lines.read() - before) as f64 / SOME as f64;
                assembler.expect((length.saturating_sub(before) as f64 / a_row) as u64)?;
            }
            let Some((number, line)) = lines.next()? else {
                break;
            };
            let place = Place::Line(number);
            let line = line.trim();
            if line.is_empty() || line.starts_with('%') {
                continue;
            }
            if line.starts_with('{') {
                let problem = "the row is sparse (`{index value, ...}`); write every value";
                return Err(malformed(file, Some(place), problem));
            }
            let cells = cells(line).map_err(|problem| malformed(file, Some(place), problem))?;
            if cells.len() != attributes.len() {
                let problem = if cells.len() == attributes.len() + 1
                    && cells.last().is_some_and(|(cell, _)| cell.starts_with('{'))
                {
                    "the row has a weight, which is not supported here; remove it".to_owned()
                } else {
                    format!(
                        "the row has {}, and {} declared",
                        names::so_many(cells.len() as u64, "value"),
                        match attributes.len() {
                            1 => "1 attribute is".to_owned(),
                            more => format!("{more} attributes are"),
                        }
                    )
                };
                return Err(malformed(file, Some(place), problem));
            }
            for &column in &used {
                check(&attributes[column], &cells[column], gaps)
                    .map_err(|problem| assembler.refuse(Some(place), Some(column), problem))?;
            }
            assembler.push(place, |column| {
                let is_target = targets.contains(&column);
                let cell = cell(
                    &attributes[column],
                    &cells[column],
                    gaps,
                    is_target,
                    &reading,
                );
                codes.cell(cell)
            })?;
            rows += 1;
        }
        if rows == 0 {
            let problem = "there is no row below `@data`; one line per sample is expected";
            return Err(malformed(file, None, problem));
        }
        assembler.finish()
    }
}

fn gap((text, quoted): &Written<'_>, gaps: &[&'static str]) -> Option<&'static str> {
    let found = gaps.iter().find(|&&gap| gap == text.as_ref());
    found.copied().filter(|_| !quoted)
}

/// Refuses what is not of the kind declared.
fn check(
    attribute: &Attribute,
    written: &Written<'_>,
    gaps: &[&'static str],
) -> Result<(), TableProblem> {
    let text = written.0.as_ref();
    match &attribute.kind {
        _ if gap(written, gaps).is_some() => Ok(()),
        Kind::Numeric => match TableCell::of(text) {
            TableCell::Text(text) => Err(TableProblem::NotANumber {
                cell: text.chars().take(60).collect(),
                hint: "; the attribute is declared numeric".to_owned(),
            }),
            _ => Ok(()),
        },
        Kind::Nominal { known, order } if !known.contains(text) => {
            Err(TableProblem::UnknownCategory {
                category: text.chars().take(60).collect(),
                known: names::list(order.iter().map(String::as_str)),
            })
        }
        _ => Ok(()),
    }
}

fn cell<'a>(
    attribute: &Attribute,
    written: &'a Written<'_>,
    gaps: &[&'static str],
    is_target: bool,
    reading: &Reading,
) -> TableCell<'a> {
    let text = written.0.as_ref();
    if let Some(gap) = gap(written, gaps) {
        return TableCell::Absent(gap);
    }
    match attribute.kind {
        // Classes that are numbers are sorted as such; a category called `NA` or `nan` is one.
        Kind::Nominal { .. } => match TableCell::of(text) {
            TableCell::Number(number, spelling) if is_target => TableCell::Number(number, spelling),
            _ => TableCell::Text(text),
        },
        Kind::Text if written.1 && !matches!(TableCell::of(text), TableCell::Number(..)) => {
            TableCell::Text(text)
        }
        Kind::Text => reading.cell(text),
        Kind::Numeric | Kind::Date => TableCell::of(text),
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::table::CsvOptions;
    use crate::table::{Categorical, MissingPolicy};
    use crate::{Targets, read_file};

    fn read_text(text: &str, options: &CsvOptions) -> Result<Dataset, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.arff");
        std::fs::write(&path, text).unwrap();
        read_file(&path, options).map_err(|error| {
            error
                .to_string()
                .replace(&format!("{}/", folder.path().display()), "")
        })
    }

    const WEATHER: &str = "% a comment\n@RELATION weather\n\n@attribute 'the outlook' {sunny, 'over cast', rainy}\n\
        @attribute temperature REAL\n@attribute windy {1,0}\n@attribute play {yes, no}\n\n@DATA\n\
        sunny, 85.5, 0, no\n% one more\n'over cast', 83, 1, yes\nrainy,?,0,yes\n";

    #[test]
    fn nominal_columns_become_one_hot_or_are_left_out() {
        let options = CsvOptions {
            categorical: Categorical::OneHot,
            missing: MissingPolicy::Drop,
            ..Default::default()
        };
        let set = read_text(WEATHER, &options).unwrap();
        assert_eq!(
            set.feature_names(),
            [
                "the outlook=over cast",
                "the outlook=sunny",
                "temperature",
                "windy=0",
                "windy=1"
            ]
        );
        assert_eq!(
            set.inputs(),
            array![[0.0, 1.0, 85.5, 1.0, 0.0], [1.0, 0.0, 83.0, 0.0, 1.0]]
        );
        let names = vec!["no".to_owned(), "yes".to_owned()];
        let labels = vec![0, 1];
        assert_eq!(set.targets(), &Targets::Classes { labels, names });
        assert_eq!(
            read_text(WEATHER, &CsvOptions::default()).unwrap_err(),
            "`a.arff`, column `the outlook`: the column holds the categories `sunny`, `over cast` and `rainy`; give \
             --categories one-hot, or leave it out"
        );
        let options = CsvOptions {
            features: vec!["temperature".to_owned()],
            ..Default::default()
        };
        assert_eq!(
            read_text(WEATHER, &options).unwrap_err(),
            "`a.arff`, line 13, column `temperature`: the value is missing (`?`); fill it in, leave the row or the column out, or \
             train with --missing drop, mean, median, most-frequent or zero"
        );
    }

    #[test]
    fn known_categories_need_not_be_asked_for() {
        let one_hot = CsvOptions {
            categorical: Categorical::OneHot,
            missing: MissingPolicy::Drop,
            ..Default::default()
        };
        let set = read_text(WEATHER, &one_hot).unwrap();
        let known = CsvOptions {
            missing: MissingPolicy::Drop,
            one_hot: set.one_hot().to_vec(),
            ..Default::default()
        };
        assert_eq!(read_text(WEATHER, &known).unwrap().inputs(), set.inputs());
    }

    #[test]
    fn words_for_missing_values_are_met_in_columns_of_numbers() {
        let mut options = CsvOptions {
            missing: MissingPolicy::Impute(crate::ImputeKind::Mean),
            features: vec!["temperature".to_owned()],
            ..Default::default()
        };
        options.format.missing_words = vec!["83.0".to_owned()];
        let set = read_text(WEATHER, &options).unwrap();
        assert!(set.inputs()[[1, 0]].is_nan() && set.missing_values() == 2);
    }

    #[test]
    fn a_nominal_target_is_classes_whatever_they_are_called() {
        let text = "@relation r\n@attribute a integer\n@attribute y {10.5, 9, NA}\n@data\n1,9\n2,10.5\n3,NA\n";
        let set = read_text(text, &CsvOptions::default()).unwrap();
        assert_eq!(set.class_names().unwrap(), ["9", "10.5", "NA"]);
        let text = "@relation r\n@attribute a numeric\n@attribute y string\n@data\n1,'it\\'s, b'\n2,\"a\"\n";
        let set = read_text(text, &CsvOptions::default()).unwrap();
        assert_eq!(set.class_names().unwrap(), ["a", "it's, b"]);
    }

    #[test]
    fn what_is_wrong_is_told_by_line() {
        let refuse = |head: &str, rows: &str| {
            let text = format!("@relation r\n{head}\n@data\n{rows}");
            read_text(&text, &CsvOptions::default()).unwrap_err()
        };
        let head = "@attribute a real\n@attribute y {u,v}";
        assert_eq!(
            refuse(head, "1,u\n2,w\n"),
            "`a.arff`, line 6, column `y`: category `w` is unknown; the column has `u` and `v`"
        );
        assert_eq!(
            refuse(head, "x,u\n"),
            "`a.arff`, line 5, column `a`: `x` is not a number; the attribute is declared numeric"
        );
        assert_eq!(
            refuse(head, "1\n"),
            "`a.arff`, line 5: the row has 1 value, and 2 attributes are declared"
        );
        assert!(refuse(head, "{0 1, 1 u}\n").contains("line 5: the row is sparse"));
        assert!(refuse(head, "1,u,{5}\n").contains("line 5: the row has a weight"));
        assert!(refuse(head, "1,'u\n").contains("line 5: a quote is not closed"));
        assert!(refuse(head, "").contains("no row below `@data`"));
        let date = "@attribute d date 'yyyy'\n@attribute y {u,v}";
        assert!(refuse(date, "'2001',u\n").contains("column `d`: dates are not read"));
    }
}
