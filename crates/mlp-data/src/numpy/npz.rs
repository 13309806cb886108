//! NPZ: the arrays `x` [samples, features] and `y`, [samples] or [samples, outputs]; and optionally
//! `sample_weight` [samples].

use std::fs::File;
use std::io::{BufReader, Read};

use mlp_npy::Header;

use super::{check_length, refuse};
use crate::binary::{Layout, Matrix, Numbers, column_names};
use crate::files::{FileKind, Source, malformed};
use crate::table::{Assembler, Columns, RowDestination, TableCell, TaskChoice};
use crate::{Dataset, Error, Place, Task, names};

pub(crate) const KIND: FileKind = FileKind::new(
    "npz",
    &["npz"],
    "NumPy arrays `x` [samples, features] and `y`, classes or values",
    read,
)
.without_names();

fn read(source: Source<'_>, options: &RowDestination<'_>) -> Result<Option<Dataset>, Error> {
    source.refuse_text_options("NPZ", options)?;
    source.refuse_packed("NPZ")?;
    let mut archive = Archive::open(source.name, source.file)?;
    let file = archive.file;
    if options.rows().is_some() {
        return rows_to_predict(&mut archive, options);
    }
    let (x, y) = (archive.find("x")?, archive.find("y")?);
    let (&[rows, width], &[samples, ref outputs @ ..]) = (&*x.header.shape, &*y.header.shape)
    else {
        let problem = "`x` must be [samples, features], and `y` [samples] or [samples, outputs]";
        return Err(archive.refuse_shapes(&x, &y, problem));
    };
    let outputs = match *outputs {
        [] => 1,
        [outputs] => outputs,
        _ => {
            return Err(archive.refuse_shapes(
                &x,
                &y,
                "`y` must be [samples] or [samples, outputs]",
            ));
        }
    };
    if rows != samples {
        return Err(archive.refuse_shapes(&x, &y, "they must have the same number of rows"));
    }
    if rows == 0 || width == 0 || outputs == 0 {
        let problem = "at least one sample, feature and target are needed";
        return Err(archive.refuse_shapes(&x, &y, problem));
    }
    let (x_layout, y_layout) = (x.layout(file, rows, width)?, y.layout(file, rows, outputs)?);
    let weight = match archive.position("sample_weight") {
        Some(_) => Some(archive.find("sample_weight")?),
        None => None,
    };
    let weight_layout = match &weight {
        Some(weight) if *weight.header.shape == [rows] => Some(weight.layout(file, rows, 1)?),
        Some(weight) => {
            let problem = format!(
                "`sample_weight` has the shape {}; it must be [samples], a number for each row of `x`",
                weight.header.shape_text()
            );
            return Err(malformed(file, None, problem));
        }
        None => None,
    };
    // An archive is read one array at a time, so the targets come first and are kept.
    let targets = archive.numbers(&y, y_layout, true)?.finish(file)?;
    let ones = match outputs {
        1 => None,
        _ => one_hot(&targets, rows, outputs),
    };
    // Where each row has one 1, its position is a class, if classes are requested.
    let in_one = options.target.is_empty() || options.target == ["y"];
    let as_classes = in_one && options.task == TaskChoice::Classification;
    let classes = ones.as_ref().filter(|_| as_classes);
    let outputs = if classes.is_some() { 1 } else { outputs };
    // Features, the weight where there is one, targets.
    let first_target = width + usize::from(weight.is_some());
    let columns = column_names(file, first_target.saturating_add(outputs), |column| {
        if column < width {
            format!("x{}", column + 1)
        } else if column < first_target {
            "sample_weight".to_owned()
        } else if outputs == 1 {
            "y".to_owned()
        } else {
            format!("y{}", column - first_target + 1)
        }
    })?;
    let columns = Columns {
        names: columns,
        targets: outputs,
        weight: weight.is_some().then_some(width),
    };
    let mut assembler = Assembler::new(file, columns, options, Some(rows as u64))?;
    let weights = match (&weight, weight_layout) {
        (Some(weight), Some(layout)) => Some(archive.numbers(weight, layout, true)?.finish(file)?),
        _ => None,
    };
    let mut inputs = archive.numbers(&x, x_layout, false)?;
    for row in 0..rows {
        let inputs = inputs.next(file)?;
        assembler.push(Place::Row(row as u64 + 1), |column| {
            match (&weights, &classes) {
                _ if column < width => inputs.cell(row, column),
                (Some(weights), _) if column < first_target => weights.cell(row, 0),
                (_, Some(classes)) => TableCell::of_number(classes[row] as f64),
                _ => targets.cell(row, column - first_target),
            }
        })?;
    }
    inputs.finish(file)?;
    let set = assembler.finish()?;
    let noted = ones.is_some() && classes.is_none();
    Ok(set.map(|set| match noted && matches!(set.task(), Task::Multilabel { .. }) {
        true => set.tell(|read| {
            read.notes.push(
                "every row of `y` has exactly one 1, and each column is learned as a separate label; give --task classification \
                 for classes, one per row (softmax)"
                    .to_owned(),
            );
        }),
        false => set,
    }))
}

/// The position of the 1 in each row, counted from 0, if every row has exactly one and zeros otherwise.
fn one_hot(targets: &Numbers, rows: usize, outputs: usize) -> Option<Vec<usize>> {
    let place = |row: usize| {
        let mut ones = (0..outputs).filter(|&output| targets.at(row, output) != 0.0);
        let one = ones
            .next()
            .filter(|&output| targets.at(row, output) == 1.0)?;
        ones.next().is_none().then_some(one)
    };
    (0..rows).map(place).collect()
}

/// Rows to predict: only `x`.
fn rows_to_predict(
    archive: &mut Archive<'_>,
    options: &RowDestination<'_>,
) -> Result<Option<Dataset>, Error> {
    let file = archive.file;
    let x = archive.find("x")?;
    let &[rows, width] = &*x.header.shape else {
        let shape = x.header.shape_text();
        let problem = format!("`x` has the shape {shape}; it must be [samples, features]");
        return Err(malformed(file, None, problem));
    };
    if rows == 0 || width == 0 {
        let problem = "at least one sample and feature are needed";
        return Err(malformed(file, None, problem));
    }
    let layout = x.layout(file, rows, width)?;
    let columns = column_names(file, width, |column| format!("x{}", column + 1))?;
    let mut assembler = Assembler::new(file, columns, options, Some(rows as u64))?;
    let mut inputs = archive.numbers(&x, layout, false)?;
    for row in 0..rows {
        let inputs = inputs.next(file)?;
        assembler.push(Place::Row(row as u64 + 1), |column| {
            inputs.cell(row, column)
        })?;
    }
    inputs.finish(file)?;
    assembler.finish()
}

/// An archive of arrays.
struct Archive<'a> {
    file: &'a str,
    arrays: mlp_npy::Archive<BufReader<File>>,
}

/// An array whose header has been read.
struct Array {
    name: &'static str,
    index: usize,
    header: Header,
    /// Bytes of header and numbers, according to the archive.
    length: u64,
}

impl<'a> Archive<'a> {
    fn open(file: &'a str, bytes: File) -> Result<Self, Error> {
        let arrays = mlp_npy::Archive::open(BufReader::new(bytes));
        let arrays = arrays.map_err(|error| refuse(file, "the archive", error))?;
        Ok(Self { file, arrays })
    }

    /// Where the array of a name is, in lower case or else in upper case.
    fn position(&self, name: &str) -> Option<usize> {
        let upper = || self.arrays.index(&name.to_ascii_uppercase());
        self.arrays.index(name).or_else(upper)
    }

    /// The array of a name.
    fn find(&mut self, name: &'static str) -> Result<Array, Error> {
        let Some(index) = self.position(name) else {
            let all = (0..self.arrays.len()).filter_map(|index| self.arrays.name(index));
            let there: Vec<String> = all.take(30).collect();
            let there = names::list(there.iter().map(String::as_str));
            let problem = format!(
                "there is no array `{name}`; `x` [samples, features] and `y` are expected, and {there} found"
            );
            return Err(malformed(self.file, None, problem));
        };
        let entry = self.entry(name, index)?;
        Ok(Array {
            name,
            index,
            header: entry.header,
            length: entry.length,
        })
    }

    fn entry(
        &mut self,
        name: &str,
        index: usize,
    ) -> Result<mlp_npy::Entry<impl Read + use<'_>>, Error> {
        let file = self.file;
        let entry = self.arrays.entry(index);
        entry.map_err(|error| refuse(file, &format!("the array `{name}`"), error))
    }

    /// The numbers of an array, from the first.
    fn numbers(
        &mut self,
        array: &Array,
        layout: Layout,
        keep: bool,
    ) -> Result<Matrix<impl Read + use<'_>>, Error> {
        let file = self.file;
        Matrix::open(file, layout, self.entry(array.name, array.index)?, keep)
    }

    fn refuse_shapes(&self, x: &Array, y: &Array, problem: &str) -> Error {
        let problem = format!(
            "`x` has the shape {} and `y` {}; {problem}",
            x.header.shape_text(),
            y.header.shape_text()
        );
        malformed(self.file, None, problem)
    }
}

impl Array {
    /// The layout as a table, if the archive's length agrees.
    fn layout(&self, file: &str, rows: usize, width: usize) -> Result<Layout, Error> {
        let what = format!("the array `{}`", self.name);
        let layout = super::layout(file, &what, &self.header, rows, width)?;
        check_length(file, &what, &self.header, Some(self.length))?;
        Ok(layout)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use ndarray::array;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::numpy::written::{Order, npy};
    use crate::table::CsvOptions;
    use crate::{Targets, read_file};

    fn npz(packed: bool, arrays: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let method = if packed {
            zip::CompressionMethod::Deflated
        } else {
            zip::CompressionMethod::Stored
        };
        for (name, bytes) in arrays {
            let options = SimpleFileOptions::default().compression_method(method);
            writer.start_file(format!("{name}.npy"), options).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn read_bytes(bytes: &[u8], options: &CsvOptions) -> Result<Dataset, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.npz");
        std::fs::write(&path, bytes).unwrap();
        read_file(&path, options).map_err(|error| {
            error
                .to_string()
                .replace(&format!("{}/", folder.path().display()), "")
        })
    }

    const C: Order = Order::C;

    #[test]
    fn x_and_y_are_read_stored_or_packed_in_either_order() {
        for (packed, order, data) in [
            (false, C, [1f32, 2.0, 3.0, 4.0, 5.0, 6.0]),
            (true, C, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
            (true, Order::Fortran, [1.0, 3.0, 5.0, 2.0, 4.0, 6.0]),
        ] {
            let arrays = [
                ("X", npy(&[3, 2], order, &data)),
                ("y", npy(&[3], C, &[2i64, 0, 2])),
            ];
            let set = read_bytes(&npz(packed, &arrays), &CsvOptions::default()).unwrap();
            assert_eq!(set.inputs(), array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
            assert_eq!(set.feature_names(), ["x1", "x2"]);
            let names = vec!["0".to_owned(), "2".to_owned()];
            let labels = vec![1, 0, 1];
            assert_eq!(set.targets(), &Targets::Classes { labels, names });
            assert_eq!((set.name(), set.target_columns()), ("a", vec!["y"]));
        }
    }

    #[test]
    fn outputs_can_be_several() {
        let arrays = [
            ("x", npy(&[2, 1], C, &[1u8, 2])),
            ("y", npy(&[2, 2], Order::Fortran, &[0.5, 1.5, 2.5, 3.5])),
        ];
        let bytes = npz(true, &arrays);
        let set = read_bytes(&bytes, &CsvOptions::default()).unwrap();
        let values = array![[0.5, 2.5], [1.5, 3.5]];
        let names = vec!["y1".to_owned(), "y2".to_owned()];
        assert_eq!(set.targets(), &Targets::Values { values, names });
        let options = CsvOptions {
            target: vec!["y2".to_owned()],
            ..Default::default()
        };
        let set = read_bytes(&bytes, &options).unwrap();
        assert_eq!((set.features(), set.target_columns()), (1, vec!["y2"]));
    }

    #[test]
    fn sample_weights_are_an_array_of_their_own() {
        let arrays = |weights: Vec<u8>| {
            [
                ("x", npy(&[2, 2], C, &[1.0, 2.0, 3.0, 4.0])),
                ("y", npy(&[2], C, &[0u8, 1])),
                ("sample_weight", weights),
            ]
        };
        let bytes = npz(true, &arrays(npy(&[2], C, &[0.5, 2.0])));
        let set = read_bytes(&bytes, &CsvOptions::default()).unwrap();
        assert_eq!(set.inputs(), array![[1.0, 2.0], [3.0, 4.0]]);
        assert_eq!(set.weights(), Some(&[0.5, 2.0][..]));
        assert_eq!((set.features(), set.target_columns()), (2, vec!["y"]));
        let options = CsvOptions {
            exclude: vec!["sample_weight".to_owned()],
            ..Default::default()
        };
        assert_eq!(read_bytes(&bytes, &options).unwrap().weights(), None);
        let bytes = npz(true, &arrays(npy(&[3], C, &[0.5, 2.0, 1.0])));
        let error = read_bytes(&bytes, &CsvOptions::default()).unwrap_err();
        assert!(
            error.contains("`sample_weight` has the shape (3,)"),
            "{error}"
        );
    }

    #[test]
    fn what_is_wrong_is_told() {
        let refuse = |arrays: &[(&str, Vec<u8>)]| {
            read_bytes(&npz(true, arrays), &CsvOptions::default()).unwrap_err()
        };
        let x = || npy(&[2, 1], C, &[1.0, 2.0]);
        assert_eq!(
            refuse(&[("x", x()), ("labels", npy(&[2], C, &[0u8, 1]))]),
            "`a.npz`: there is no array `y`; `x` [samples, features] and `y` are expected, and `x` and `labels` found"
        );
        assert_eq!(
            refuse(&[("x", x()), ("y", npy(&[3], C, &[0u8, 1, 0]))]),
            "`a.npz`: `x` has the shape (2, 1) and `y` (3,); they must have the same number of rows"
        );
        assert!(
            refuse(&[("x", npy(&[2], C, &[1.0, 2.0])), ("y", x())])
                .contains("`x` must be [samples, features]")
        );
        assert!(
            refuse(&[("x", x()), ("y", npy(&[2, 1, 1], C, &[1.0, 2.0]))])
                .contains("`y` must be [samples]")
        );
        assert!(
            refuse(&[
                ("x", npy::<u8>(&[0, 1], C, &[])),
                ("y", npy::<u8>(&[0], C, &[]))
            ])
            .contains("at least one")
        );
        let mut short = x();
        short.pop();
        assert!(refuse(&[("x", short), ("y", x())]).contains("16 bytes, but the file has 15"));
        let error = read_bytes(b"PK\x03\x04", &CsvOptions::default()).unwrap_err();
        assert!(error.contains("not a complete NPZ archive"), "{error}");
    }

    #[test]
    fn rows_of_one_1_are_classes_on_request() {
        let x = npy(&[4, 1], Order::C, &[1.0f64, 2.0, 3.0, 4.0]);
        let y = npy(&[4, 3], Order::C, &[0u8, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0]);
        let bytes = npz(false, &[("x", x), ("y", y)]);
        let labels = read_bytes(&bytes, &CsvOptions::default()).unwrap();
        assert_eq!(labels.task(), Task::Multilabel { labels: 3 });
        let note = &labels.read()[0].notes[0];
        assert!(note.contains("exactly one 1") && note.contains("--task classification"));
        let options = CsvOptions {
            task: TaskChoice::Classification,
            ..CsvOptions::default()
        };
        let set = read_bytes(&bytes, &options).unwrap();
        assert_eq!(set.class_names().unwrap(), ["0", "1", "2"]);
        assert!(
            matches!(set.targets(), Targets::Classes { labels, .. } if labels == &[1, 0, 2, 1])
        );
        assert_eq!(set.target_columns(), ["y"]);
        assert_eq!(set.read()[0].notes, [""; 0]);
    }
}
