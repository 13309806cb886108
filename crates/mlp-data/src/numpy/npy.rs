//! NPY: one array, a row per sample, the target among its columns.

use mlp_npy::Header;

use super::{check_length, layout, refuse};
use crate::binary::{Matrix, column_names};
use crate::files::{FileKind, Source, malformed};
use crate::table::{Assembler, RowDestination};
use crate::{Dataset, Error, Place};

pub(crate) const KIND: FileKind = FileKind::new(
    "npy",
    &["npy"],
    "a NumPy array [samples, columns]; columns are named by position; the last is the target",
    read,
)
.without_names();

fn read(source: Source<'_>, options: &RowDestination<'_>) -> Result<Option<Dataset>, Error> {
    source.refuse_text_options("NPY", options)?;
    let (file, length) = (source.name, source.length());
    let mut reader = source.reader();
    let what = "the array";
    let header = Header::read(&mut reader).map_err(|error| refuse(file, what, error))?;
    let &[rows, width] = header.shape.as_slice() else {
        let problem = format!(
            "the array has the shape {}; two dimensions, [samples, columns], are expected",
            header.shape_text()
        );
        return Err(malformed(file, None, problem));
    };
    if rows == 0 || width == 0 {
        let problem = format!(
            "the array has the shape {}; it is empty",
            header.shape_text()
        );
        return Err(malformed(file, None, problem));
    }
    let layout = layout(file, what, &header, rows, width)?;
    check_length(file, what, &header, length)?;
    let columns = column_names(file, width, |column| format!("column{}", column + 1))?;
    let mut assembler = Assembler::new(file, columns, options, Some(rows as u64))?;
    if length.is_some() {
        assembler.reserve(rows)?;
    }
    let mut matrix = Matrix::open(file, layout, reader, false)?;
    for row in 0..rows {
        let numbers = matrix.next(file)?;
        assembler.push(Place::Row(row as u64 + 1), |column| {
            numbers.cell(row, column)
        })?;
    }
    matrix.finish(file)?;
    assembler.finish()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use ndarray::array;

    use super::*;
    use crate::numpy::written::{Order, Written, npy};
    use crate::table::CsvOptions;
    use crate::table::{MissingPolicy, TaskChoice};
    use crate::{ImputeKind, Targets, read_file};

    fn read_bytes(bytes: &[u8], options: &CsvOptions) -> Result<Dataset, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.npy");
        std::fs::write(&path, bytes).unwrap();
        read_file(Path::new(&path), options).map_err(|error| {
            error
                .to_string()
                .replace(&format!("{}/", folder.path().display()), "")
        })
    }

    #[test]
    fn the_last_column_is_the_target_in_either_order() {
        let options = CsvOptions::default();
        for (order, data) in [
            (Order::C, [1.5, 2.0, 0.0, 3.0, 4.0, 1.0]),
            (Order::Fortran, [1.5, 3.0, 2.0, 4.0, 0.0, 1.0]),
        ] {
            let set = read_bytes(&npy(&[2, 3], order, &data), &options).unwrap();
            assert_eq!(set.inputs(), array![[1.5, 2.0], [3.0, 4.0]]);
            let names = vec!["0".to_owned(), "1".to_owned()];
            let labels = vec![0, 1];
            assert_eq!(set.targets(), &Targets::Classes { labels, names });
            assert_eq!(set.target_columns(), ["column3"]);
        }
        let bytes = npy(&[2, 2], Order::C, &[1i64, -2, 3, -4]);
        let options = CsvOptions {
            target: vec!["1".to_owned()],
            task: TaskChoice::Regression,
            ..Default::default()
        };
        let set = read_bytes(&bytes, &options).unwrap();
        assert_eq!(set.inputs(), array![[-2.0], [-4.0]]);
    }

    #[test]
    fn numbers_of_every_type_are_read() {
        fn check<T: Written>(data: &[T; 4], expected: [f64; 2]) {
            let set = read_bytes(&npy(&[2, 2], Order::C, data), &CsvOptions::default()).unwrap();
            assert_eq!(set.inputs().iter().copied().collect::<Vec<_>>(), expected);
        }
        check(&[1u8, 0, 255, 1], [1.0, 255.0]);
        check(&[1u16, 0, u16::MAX, 1], [1.0, 65535.0]);
        check(&[1u32, 0, u32::MAX, 1], [1.0, 4_294_967_295.0]);
        check(&[1u64, 0, 1 << 53, 1], [1.0, 9_007_199_254_740_992.0]);
        check(&[-1i8, 0, 127, 1], [-1.0, 127.0]);
        check(&[-1i16, 0, i16::MIN, 1], [-1.0, -32768.0]);
        check(&[-1i32, 0, i32::MIN, 1], [-1.0, -2_147_483_648.0]);
        check(&[-1i64, 0, -(1 << 53), 1], [-1.0, -9_007_199_254_740_992.0]);
        check(
            &[0.5f32, 0.0, f32::MIN_POSITIVE, 1.0],
            [0.5, f64::from(f32::MIN_POSITIVE)],
        );
        check(&[0.1f64, 0.0, 1e-300, 1.0], [0.1, 1e-300]);
        check(&[true, false, false, true], [1.0, 0.0]);
    }

    #[test]
    fn bad_numbers_are_named_by_row_and_column() {
        let bytes = npy(&[2, 2], Order::C, &[1.0, 0.0, f64::NAN, 1.0]);
        assert_eq!(
            read_bytes(&bytes, &CsvOptions::default()).unwrap_err(),
            "`a.npy`, row 2, column `column1`: the value is missing (`NaN`); fill it in, leave the row or the column out, or \
             train with --missing drop, mean, median, most-frequent or zero"
        );
        let options = CsvOptions {
            missing: MissingPolicy::Impute(ImputeKind::Mean),
            ..Default::default()
        };
        assert_eq!(read_bytes(&bytes, &options).unwrap().missing_values(), 1);
    }

    #[test]
    fn shapes_and_lengths_are_checked() {
        let refuse = |bytes: &[u8]| read_bytes(bytes, &CsvOptions::default()).unwrap_err();
        let whole = npy(&[2, 2], Order::C, &[1u8, 2, 3, 4]);
        assert_eq!(
            refuse(&whole[..whole.len() - 1]),
            "`a.npy`: the array has the shape (2, 2), 4 bytes, but the file has 3; is it complete?"
        );
        assert!(
            refuse(&npy(&[3], Order::C, &[1u8, 2, 3])).contains("the shape (3,); two dimensions")
        );
        assert!(refuse(&npy::<u8>(&[0, 3], Order::C, &[])).contains("it is empty"));
        let huge = String::from_utf8_lossy(&whole).replace("(2, 2)", "(9000000000000000000, 9)");
        assert!(
            refuse(huge.as_bytes()).contains("it is not an NPY array"),
            "the mark is not text"
        );
        let text = "{'descr': '<f8', 'fortran_order': False, 'shape': (9000000000000000000, 9)}";
        let mut huge = b"\x93NUMPY\x01\x00".to_vec();
        huge.extend((text.len() as u16).to_le_bytes());
        huge.extend(text.as_bytes());
        assert!(refuse(&huge).contains("more than any file can hold"));
    }
}
