//! KEEL tables: ARFF with ranges, and with the roles of the columns.
//!
//! J. Alcalá-Fdez et al., "KEEL data-mining software tool: data set repository", Journal of Multiple-Valued Logic and
//! Soft Computing 17 (2011) 255-287. A column is declared by `@attribute name {a, b}`, `integer [lo, hi]` or
//! `real [lo, hi]`; `@inputs` and `@outputs` name the features and the target, unless options do; `<null>` and `?` are
//! missing. A target that is declared to be numbers is one of regression. Ranges are not held against the values.
//!
//! The extension `.dat` is used for many tables: this format is recognised by its first character, `@`. Anything else is a
//! text table.

use std::io::{self, Cursor, Read};

use crate::arff::{Attribute, Declared, Kind};
use crate::files::{FileKind, Source, malformed, unreadable};
use crate::lines::Lines;
use crate::table::{Assembler, Columns, RowDestination, TaskChoice, distinct_names, read_sized};
use crate::{Dataset, Error, Place};

pub(crate) const KIND: FileKind = FileKind::new(
    "keel",
    &["dat"],
    "a KEEL table, which begins with `@`; any other file is read as csv",
    read,
);

fn read(source: Source<'_>, options: &RowDestination<'_>) -> Result<Option<Dataset>, Error> {
    let (file, length) = (source.name, source.length());
    // Whether text options are refused depends on the format.
    let refused = source.refuse_line_options("KEEL", options);
    let mut reader = source.reader();
    let head = head(&mut reader).map_err(|source| unreadable(file, source))?;
    let declared = head.last() == Some(&b'@');
    let reader = Cursor::new(head).chain(reader);
    if !declared {
        return read_sized(reader, file, length, options);
    }
    refused?;
    let mut lines = Lines::new(file, reader);
    let header = Header::read(file, &mut lines)?;
    let given = header.attributes.iter();
    let names = distinct_names(file, None, given.map(|one| one.name.as_str()))?;
    let columns = Columns::from(names);
    let mut options = options.clone();
    if options.target.is_empty() {
        options.target = header.outputs;
        if options.features.is_empty() {
            options.features = header.inputs;
            // An excluded name is not an input any more.
            let options = &mut *options;
            options
                .features
                .retain(|name| !options.exclude.contains(name));
        }
    }
    let roles = Assembler::new(file, columns.clone(), &options, None)?;
    let numbers = |&target: &usize| matches!(header.attributes[target].kind, Kind::Numeric);
    if options.task == TaskChoice::Auto && roles.targets().iter().all(numbers) {
        options.task = TaskChoice::Regression;
    }
    let declared = Declared {
        columns,
        attributes: &header.attributes,
        gaps: &["?", "<null>"],
    };
    declared.read_rows(file, lines, length, &options)
}

/// The bytes up to the first that is not white space.
fn head(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    const MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];
    let mut head = Vec::new();
    let mut byte = [0];
    loop {
        match reader.read(&mut byte) {
            Ok(0) => return Ok(head),
            Ok(_) => head.push(byte[0]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        }
        let blank = byte[0].is_ascii_whitespace() || MARK.starts_with(&head);
        if !blank || head.len() == 1 << 16 {
            return Ok(head);
        }
    }
}

/// The declarations before `@data`.
#[derive(Debug, Default)]
struct Header {
    attributes: Vec<Attribute>,
    inputs: Vec<String>,
    outputs: Vec<String>,
}

impl Header {
    /// Reads up to `@data`.
    fn read(file: &str, lines: &mut Lines<'_, impl Read>) -> Result<Self, Error> {
        let mut header = Self::default();
        while let Some((number, line)) = lines.next()? {
            let refuse = |problem: String| malformed(file, Some(Place::Line(number)), problem);
            let line = line.trim();
            if line.is_empty() || line.starts_with('%') {
                continue;
            }
            let end = line.find(char::is_whitespace).unwrap_or(line.len());
            let (keyword, rest) = line.split_at(end);
            match keyword.to_ascii_lowercase().as_str() {
                "@relation" => {}
                "@attribute" => {
                    // A range may follow its type without white space, and a name its categories.
                    let attribute = Attribute::read(rest).map_err(refuse)?;
                    if matches!(attribute.kind, Kind::Date) {
                        let name = &attribute.name;
                        return Err(refuse(format!(
                            "`{name}` has the type `date`; `integer`, `real` or categories in braces are expected"
                        )));
                    }
                    header.attributes.push(attribute);
                }
                "@input" | "@inputs" => header.inputs.extend(header.columns(rest).map_err(refuse)?),
                "@output" | "@outputs" => {
                    header.outputs.extend(header.columns(rest).map_err(refuse)?);
                }
                "@data" if header.attributes.is_empty() => {
                    return Err(refuse("there is no `@attribute` before `@data`".to_owned()));
                }
                "@data" => return Ok(header),
                _ => {
                    let shown: String = keyword.chars().take(20).collect();
                    return Err(refuse(format!(
                        "`{shown}` is not a declaration; `@relation`, `@attribute`, `@inputs`, `@outputs` or `@data` is expected"
                    )));
                }
            }
        }
        let problem = "there is no `@data`; is this a KEEL table, and is it complete?";
        Err(malformed(file, None, problem))
    }

    /// The names in a list of columns, each of which must be declared.
    fn columns(&self, list: &str) -> Result<Vec<String>, String> {
        let names: Vec<String> = list.split(',').map(|name| name.trim().to_owned()).collect();
        let known = |name: &str| self.attributes.iter().any(|one| one.name == name);
        match names.iter().find(|name| !known(name)) {
            None => Ok(names),
            Some(name) => {
                let known = self.attributes.iter().map(|one| one.name.as_str());
                let hint = crate::names::hint(name, known);
                Err(format!("there is no attribute above called `{name}`{hint}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::table::{CsvOptions, TableFormat};
    use crate::{Targets, Task, read_file, table::MissingPolicy};

    fn read_text(text: &str, options: &CsvOptions) -> Result<Dataset, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.dat");
        std::fs::write(&path, text).unwrap();
        read_file(&path, options).map_err(|error| {
            let folder = format!("{}/", folder.path().display());
            error.to_string().replace(&folder, "")
        })
    }

    const PONDS: &str = "\n@relation ponds\n@attribute depth real [0.1, 9.5]\n@attribute  Kind{clay, sand}\n\
        @attribute fish integer[0,40]\n@attribute id integer [1, 9]\n@inputs depth, fish\n@outputs Kind\n@data\n\
        1.5, clay, 3, 1\n0.5,sand,12,2\n9.5 ,clay,0,3\n";

    #[test]
    fn inputs_and_outputs_are_features_and_target() {
        let set = read_text(PONDS, &CsvOptions::default()).unwrap();
        assert_eq!(set.feature_names(), ["depth", "fish"]);
        assert_eq!(set.inputs(), array![[1.5, 3.0], [0.5, 12.0], [9.5, 0.0]]);
        assert_eq!(set.class_names().unwrap(), ["clay", "sand"]);
        assert_eq!(set.target_columns(), ["Kind"]);
        // Options say otherwise; numbers that are declared so are not classes, however few.
        let options = CsvOptions {
            target: vec!["fish".to_owned()],
            exclude: vec!["Kind".to_owned()],
            ..CsvOptions::default()
        };
        let set = read_text(PONDS, &options).unwrap();
        assert_eq!(set.feature_names(), ["depth", "id"]);
        assert_eq!(set.task(), Task::Regression { outputs: 1 });
        let left_out = CsvOptions {
            exclude: vec!["fish".to_owned()],
            ..CsvOptions::default()
        };
        assert_eq!(
            read_text(PONDS, &left_out).unwrap().feature_names(),
            ["depth"]
        );
    }

    #[test]
    fn without_roles_the_last_column_is_the_target() {
        let text = "@relation r\n@attribute a real [0,1]\n@attribute y integer [0,2]\n@data\n0.5,2\n0.25,1\n";
        let set = read_text(text, &CsvOptions::default()).unwrap();
        assert!(matches!(set.targets(), Targets::Values { names, .. } if names == &["y"]));
        assert_eq!(set.feature_names(), ["a"]);
    }

    #[test]
    fn gaps_are_missing_values() {
        let text = PONDS.replace("1.5, clay", "<null>, clay");
        let error = read_text(&text, &CsvOptions::default()).unwrap_err();
        assert!(
            error.starts_with("`a.dat`, line 10, column `depth`: the value is missing (`<null>`)"),
            "{error}"
        );
        let options = CsvOptions {
            missing: MissingPolicy::Drop,
            ..CsvOptions::default()
        };
        assert_eq!(read_text(&text, &options).unwrap().samples(), 2);
    }

    #[test]
    fn a_table_of_text_with_that_ending_stays_one() {
        let plain = read_text("\n\na;b;y\n1;2;0\n3;4;1\n", &CsvOptions::default()).unwrap();
        assert_eq!(plain.feature_names(), ["a", "b"]);
        let options = CsvOptions {
            format: TableFormat {
                header: Some(false),
                ..TableFormat::default()
            },
            ..CsvOptions::default()
        };
        let plain = read_text("\u{feff}1,2,0\n3,4,1\n", &options).unwrap();
        assert_eq!(plain.samples(), 2);
        assert!(
            read_text(PONDS, &options)
                .unwrap_err()
                .contains("`header` is for")
        );
        let marked = read_text(&format!("\u{feff}{PONDS}"), &CsvOptions::default());
        assert_eq!(marked.unwrap().samples(), 3);
        assert!(read_text("", &CsvOptions::default()).is_err());
    }

    #[test]
    fn what_does_not_fit_the_header_is_refused_by_line() {
        let refuse = |from: &str, to: &str| {
            read_text(&PONDS.replacen(from, to, 1), &CsvOptions::default()).unwrap_err()
        };
        assert!(refuse("12,2", "12").starts_with("`a.dat`, line 11: the row has 3 values"));
        assert!(refuse("sand,12", "mud,12").starts_with("`a.dat`, line 11, column `Kind`"));
        assert!(refuse("0.5,", "much,").starts_with("`a.dat`, line 11, column `depth`"));
        let unknown = refuse("@outputs Kind", "@outputs Knid");
        assert!(
            unknown.starts_with("`a.dat`, line 8: there is no attribute above called `Knid`"),
            "{unknown}"
        );
        assert!(refuse("@relation", "@relatoin").contains("`@relatoin` is not a declaration"));
        let (header, _) = PONDS.split_once("@data").unwrap();
        let torn = read_text(header, &CsvOptions::default()).unwrap_err();
        assert!(torn.contains("there is no `@data`"), "{torn}");
        assert!(refuse("real [0.1, 9.5]", "date").contains("has the type `date`"));
    }
}
