//! Parquet: flat columns of numbers, booleans and text.
//!
//! <https://parquet.apache.org/docs/file-format/>. A null is a missing value, `true` is 1 and `false` 0. Nested columns, times
//! and decimals are refused by name unless they are left out. Pages may be plain, or packed by Snappy, gzip, zstd, Brotli or LZ4.
//!
//! pandas writes the index of a table as a column, and says in the file's metadata which: such columns are left out unless
//! they are asked for.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ::parquet::basic::{ConvertedType, LogicalType, Repetition, Type as Physical};
use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use ::parquet::data_type::{ByteArray, DataType};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::FileMetaData;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::schema::types::Type;

use crate::files::{FileKind, Source, malformed};
use crate::table::{Assembler, Cell, CsvOptions, Intake, Reading, distinct_names, find};
use crate::{Dataset, Error, LeftOut, Place, TableProblem, TargetBy};

pub(crate) const KIND: FileKind = FileKind::new(
    "parquet",
    &["parquet", "pq"],
    "a table of columns: numbers, booleans and text, none of them nested",
    read,
);

/// Rows that are read of every column before the next ones.
const BATCH: usize = 1024;

fn read(source: Source<'_>, options: &Intake<'_>) -> Result<Option<Dataset>, Error> {
    source.refuse_line_options("Parquet", options)?;
    source.refuse_packed("Parquet")?;
    let file = source.name;
    let refuse = |error: ParquetError| {
        malformed(
            file,
            None,
            format!("this cannot be read as Parquet: {error}"),
        )
    };
    let reader = guarded(|| SerializedFileReader::<File>::new(source.file)).map_err(refuse)?;
    let metadata = reader.metadata();
    let schema = metadata.file_metadata().schema_descr();
    let fields = schema.root_schema().get_fields();
    let columns = distinct_names(file, None, fields.iter().map(|field| field.name()))?;
    let mut rows: u64 = 0;
    for group in metadata.row_groups() {
        let more = u64::try_from(group.num_rows()).ok();
        let Some(sum) = more.and_then(|more| rows.checked_add(more)) else {
            return Err(malformed(
                file,
                None,
                "the file claims an impossible number of rows",
            ));
        };
        rows = sum;
    }
    if rows == 0 {
        return Err(malformed(file, None, "the table has no row"));
    }
    let index = index_columns(metadata.file_metadata(), &columns);
    let mut options = options.clone();
    let asked = asked_for(file, &columns, &options)?;
    let is_last = options.target.is_empty();
    if is_last && index.iter().any(|column| asked.contains(column)) {
        // An index that is a feature is not the target for being the last column.
        let free = |column: &usize| !index.contains(column) && !asked.contains(column);
        let last = (0..columns.len()).rev().find(free);
        options
            .target
            .extend(last.map(|column| columns[column].clone()));
    }
    let index: Vec<String> = (index.into_iter())
        .filter(|&column| !asked.contains(&column))
        .map(|column| columns[column].clone())
        .collect();
    options.exclude.extend(index.iter().cloned());
    let mut assembler = Assembler::new(file, columns, &options, Some(rows))?;
    let used: Vec<usize> = assembler.used().collect();
    let reading = assembler.reading().clone();
    let mut kinds = Vec::with_capacity(used.len());
    for &column in &used {
        kinds.push(kind(&fields[column]).map_err(|problem| {
            assembler.refuse(
                None,
                Some(column),
                TableProblem::Malformed(problem.to_owned()),
            )
        })?);
    }
    // A flat column is one leaf; those before it may be nested and have several.
    let mut leaves = vec![0; fields.len()];
    for leaf in (0..schema.num_columns()).rev() {
        leaves[schema.get_column_root_idx(leaf)] = leaf;
    }
    let mut batches: Vec<Batch> = vec![Batch::default(); fields.len()];
    let mut row = 0;
    for group in 0..reader.num_row_groups() {
        let group = guarded(|| reader.get_row_group(group)).map_err(refuse)?;
        let rows = group.metadata().num_rows() as u64;
        let mut readers = Vec::with_capacity(used.len());
        for &column in &used {
            let reader = guarded(|| group.get_column_reader(leaves[column]));
            readers.push(reader.map_err(refuse)?);
        }
        let end = row + rows;
        while row < end {
            let count = (end - row).min(BATCH as u64) as usize;
            for ((&column, reader), &kind) in used.iter().zip(&mut readers).zip(&kinds) {
                let batch = &mut batches[column];
                let found = guarded(|| batch.read(reader, kind, count));
                let problem = match found {
                    Ok(found) if found == count => continue,
                    Ok(_) => "the column ends before its last row; is the file damaged?".to_owned(),
                    Err(error) => format!("this cannot be read as Parquet: {error}"),
                };
                let problem = TableProblem::Malformed(problem);
                return Err(assembler.refuse(Some(Place::Row(row + 1)), Some(column), problem));
            }
            for at in 0..count {
                row += 1;
                assembler.push(Place::Row(row), |column| batches[column].cell(at, &reading))?;
            }
        }
    }
    let set = assembler.finish()?;
    Ok(set.map(|set| {
        set.tell(|read| {
            if is_last {
                read.target_by = TargetBy::Last;
            }
            let is_index = |one: &&mut LeftOut| index.contains(&one.column);
            (read.left_out.iter_mut())
                .filter(is_index)
                .for_each(|one| one.why = "index of pandas".to_owned());
        })
    }))
}

/// The positions of the columns that hold the index of a pandas table, by the file's metadata; the name that pandas gives an
/// index without one is kept by programs that keep no metadata.
fn index_columns(metadata: &FileMetaData, columns: &[String]) -> Vec<usize> {
    let pandas = metadata.key_value_metadata().and_then(|pairs| {
        let found = pairs.iter().find(|pair| pair.key == "pandas")?;
        serde_json::from_str::<serde_json::Value>(found.value.as_deref()?).ok()
    });
    // An index that is a range of numbers is told by an object, and has no column.
    let named: Vec<&str> = (pandas.iter())
        .filter_map(|pandas| pandas["index_columns"].as_array())
        .flatten()
        .filter_map(|name| name.as_str())
        .collect();
    let is_index = |name: &str| {
        let number = name
            .strip_prefix("__index_level_")
            .and_then(|rest| rest.strip_suffix("__"));
        named.contains(&name) || number.is_some_and(|level| level.parse::<u32>().is_ok())
    };
    let positions = columns.iter().enumerate();
    positions
        .filter(|(_, name)| is_index(name))
        .map(|(column, _)| column)
        .collect()
}

/// The positions of the columns that options name.
fn asked_for(file: &str, columns: &[String], options: &CsvOptions) -> Result<Vec<usize>, Error> {
    let named = [&options.target, &options.features, &options.exclude];
    let named = named.into_iter().flatten().chain(&options.sample_weight);
    named
        .map(|name| find(file, columns, name, "used"))
        .collect()
}

/// Calls the library, which panics on some damaged pages: that is an error of the file here. What the call was given is
/// not used again after an error.
fn guarded<T>(call: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ParquetError> {
    catch_unwind(AssertUnwindSafe(call))
        .unwrap_or_else(|_| Err(ParquetError::General("a page is damaged".to_owned())))
}

/// How a column's values are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Signed,
    Unsigned,
    Half,
    Text,
}

/// What a column holds, or why it is not read.
fn kind(field: &Type) -> Result<Meaning, &'static str> {
    const NESTED: &str = "the column is nested; only flat columns are read, so leave it out";
    const TIME: &str = "the column holds times; leave it out, or save them as numbers";
    if !field.is_primitive() || field.get_basic_info().repetition() == Repetition::REPEATED {
        return Err(NESTED);
    }
    let info = field.get_basic_info();
    match (info.logical_type_ref(), info.converted_type()) {
        (Some(LogicalType::Date | LogicalType::Time { .. } | LogicalType::Timestamp { .. }), _)
        | (
            _,
            ConvertedType::DATE
            | ConvertedType::TIME_MILLIS
            | ConvertedType::TIME_MICROS
            | ConvertedType::TIMESTAMP_MILLIS
            | ConvertedType::TIMESTAMP_MICROS
            | ConvertedType::INTERVAL,
        ) => return Err(TIME),
        (Some(LogicalType::Decimal { .. }), _) | (_, ConvertedType::DECIMAL) => {
            return Err("the column holds decimals; save them as floating-point numbers");
        }
        _ => {}
    }
    let declared = matches!(
        info.logical_type_ref(),
        Some(LogicalType::Integer(kind)) if !kind.is_signed
    );
    let unsigned = declared
        || matches!(
            info.converted_type(),
            ConvertedType::UINT_8
                | ConvertedType::UINT_16
                | ConvertedType::UINT_32
                | ConvertedType::UINT_64
        );
    match field.get_physical_type() {
        Physical::INT32 | Physical::INT64 if unsigned => Ok(Meaning::Unsigned),
        Physical::BOOLEAN
        | Physical::INT32
        | Physical::INT64
        | Physical::FLOAT
        | Physical::DOUBLE => Ok(Meaning::Signed),
        Physical::BYTE_ARRAY => Ok(Meaning::Text),
        Physical::INT96 => Err(TIME),
        Physical::FIXED_LEN_BYTE_ARRAY
            if matches!(info.logical_type_ref(), Some(LogicalType::Float16)) =>
        {
            Ok(Meaning::Half)
        }
        Physical::FIXED_LEN_BYTE_ARRAY => {
            Err("the column holds blocks of bytes; leave it out, or save it as numbers or text")
        }
    }
}

/// Some rows of a column.
#[derive(Clone, Debug, Default)]
struct Batch {
    /// For each row whether it has a value.
    present: Vec<bool>,
    numbers: Vec<f64>,
    /// Of a column of whole numbers of 64 bits, which no other type holds exactly.
    integers: Vec<i128>,
    texts: Vec<String>,
}

impl Batch {
    /// Reads at most `count` rows and says how many there are.
    fn read(
        &mut self,
        reader: &mut ColumnReader,
        kind: Meaning,
        count: usize,
    ) -> Result<usize, ParquetError> {
        self.present.clear();
        self.numbers.clear();
        self.integers.clear();
        self.texts.clear();
        let unsigned = kind == Meaning::Unsigned;
        match reader {
            ColumnReader::BoolColumnReader(reader) => {
                self.numbers(reader, count, |&value| f64::from(u8::from(value)))
            }
            ColumnReader::Int32ColumnReader(reader) if unsigned => {
                self.numbers(reader, count, |&value| f64::from(value.cast_unsigned()))
            }
            ColumnReader::Int32ColumnReader(reader) => {
                self.numbers(reader, count, |&value| f64::from(value))
            }
            ColumnReader::Int64ColumnReader(reader) => {
                let mut values = Vec::with_capacity(count);
                self.values(reader, count, &mut values)?;
                let whole = |value: i64| match unsigned {
                    true => i128::from(value.cast_unsigned()),
                    false => i128::from(value),
                };
                let mut values = values.into_iter();
                for &present in &self.present {
                    let value = if present { values.next() } else { None };
                    self.integers.push(value.map_or(0, whole));
                }
                Ok(self.present.len())
            }
            ColumnReader::FloatColumnReader(reader) => {
                self.numbers(reader, count, |&value| f64::from(value))
            }
            ColumnReader::DoubleColumnReader(reader) => self.numbers(reader, count, |&value| value),
            ColumnReader::FixedLenByteArrayColumnReader(reader) if kind == Meaning::Half => self
                .numbers(reader, count, |value| match value.data() {
                    &[low, high] => half(u16::from_le_bytes([low, high])),
                    _ => f64::NAN,
                }),
            ColumnReader::ByteArrayColumnReader(reader) => {
                let mut values: Vec<ByteArray> = Vec::with_capacity(count);
                self.values(reader, count, &mut values)?;
                let mut values = values.iter();
                for &present in &self.present {
                    let text = match if present { values.next() } else { None } {
                        Some(value) => value.as_utf8()?.to_owned(),
                        None => String::new(),
                    };
                    self.texts.push(text);
                }
                Ok(self.present.len())
            }
            _ => Err(ParquetError::General(
                "a column of another type than declared".to_owned(),
            )),
        }
    }

    fn numbers<T: DataType>(
        &mut self,
        reader: &mut ColumnReaderImpl<T>,
        count: usize,
        number: impl Fn(&T::T) -> f64,
    ) -> Result<usize, ParquetError> {
        let mut values = Vec::with_capacity(count);
        self.values(reader, count, &mut values)?;
        let mut values = values.iter();
        for &present in &self.present {
            let value = if present { values.next() } else { None };
            self.numbers.push(value.map_or(0.0, &number));
        }
        Ok(self.present.len())
    }

    /// Reads the values that are there, and which rows have one.
    fn values<T: DataType>(
        &mut self,
        reader: &mut ColumnReaderImpl<T>,
        count: usize,
        values: &mut Vec<T::T>,
    ) -> Result<(), ParquetError> {
        let mut levels = Vec::with_capacity(count);
        let (records, found, _) = reader.read_records(count, Some(&mut levels), None, values)?;
        // A column that cannot have nulls has no levels.
        if levels.is_empty() {
            self.present.resize(records.min(found), true);
        } else {
            self.present.extend(levels.iter().map(|&level| level > 0));
        }
        let there = self.present.iter().filter(|present| **present).count();
        if there != values.len() {
            return Err(ParquetError::General(
                "nulls and values do not add up".to_owned(),
            ));
        }
        Ok(())
    }

    fn cell(&self, row: usize, reading: &Reading) -> Cell<'_> {
        match (self.texts.get(row), self.integers.get(row)) {
            _ if !self.present[row] => Cell::Missing("null"),
            (Some(text), _) => reading.cell(text),
            (None, Some(&integer)) => Cell::of_integer(integer),
            (None, None) => Cell::of_number(self.numbers[row]),
        }
    }
}

/// The number of 16 bits: a sign, 5 bits of exponent, 10 of fraction (IEEE 754 binary16).
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    // Powers of two are exact.
    let power = |exponent: i32| f64::from_bits(((1023 + exponent) as u64) << 52);
    match (exponent, fraction) {
        (31, 0.0) => sign * f64::INFINITY,
        (31, _) => f64::NAN,
        (0, fraction) => sign * fraction * power(-24),
        (exponent, fraction) => sign * (1024.0 + fraction) * power(exponent - 25),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use ::parquet::basic::Compression;
    use ::parquet::column::writer::ColumnWriter;
    use ::parquet::file::properties::WriterProperties;
    use ::parquet::file::writer::SerializedFileWriter;
    use ::parquet::schema::parser::parse_message_type;
    use ndarray::array;

    use super::*;
    use crate::table::{Categorical, DecimalMark, MissingPolicy, TableFormat, TaskChoice};
    use crate::{ImputeKind, Targets, read_file};

    /// The values of a column, where there are any.
    enum Values {
        Doubles(Vec<Option<f64>>),
        Floats(Vec<Option<f32>>),
        Ints(Vec<Option<i32>>),
        Longs(Vec<Option<i64>>),
        Bools(Vec<Option<bool>>),
        Texts(Vec<Option<&'static str>>),
    }

    fn write(path: &Path, schema: &str, packing: Compression, groups: &[Vec<Values>]) {
        fn split<T: Clone>(values: &[Option<T>]) -> (Vec<T>, Vec<i16>) {
            let levels = values.iter().map(|value| i16::from(value.is_some()));
            (values.iter().flatten().cloned().collect(), levels.collect())
        }
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let properties = WriterProperties::builder().set_compression(packing).build();
        let file = File::create(path).unwrap();
        let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties)).unwrap();
        for columns in groups {
            let mut group = writer.next_row_group().unwrap();
            for values in columns {
                let mut column = group.next_column().unwrap().unwrap();
                macro_rules! put {
                    ($writer:ident, $values:expr) => {{
                        let (values, levels) = $values;
                        $writer.write_batch(&values, Some(&levels), None).unwrap();
                    }};
                }
                match (column.untyped(), values) {
                    (ColumnWriter::DoubleColumnWriter(to), Values::Doubles(from)) => {
                        put!(to, split(from));
                    }
                    (ColumnWriter::FloatColumnWriter(to), Values::Floats(from)) => {
                        put!(to, split(from));
                    }
                    (ColumnWriter::Int32ColumnWriter(to), Values::Ints(from)) => {
                        put!(to, split(from));
                    }
                    (ColumnWriter::Int64ColumnWriter(to), Values::Longs(from)) => {
                        put!(to, split(from));
                    }
                    (ColumnWriter::BoolColumnWriter(to), Values::Bools(from)) => {
                        put!(to, split(from));
                    }
                    (ColumnWriter::ByteArrayColumnWriter(to), Values::Texts(from)) => {
                        let (values, levels) = split(from);
                        let values: Vec<ByteArray> =
                            values.into_iter().map(ByteArray::from).collect();
                        to.write_batch(&values, Some(&levels), None).unwrap();
                    }
                    _ => panic!("the values are not of the column's type"),
                }
                column.close().unwrap();
            }
            group.close().unwrap();
        }
        writer.close().unwrap();
    }

    fn read_groups(
        schema: &str,
        packing: Compression,
        groups: &[Vec<Values>],
        options: &CsvOptions,
    ) -> Result<Dataset, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        write(&path, schema, packing, groups);
        read_file(&path, options).map_err(|error| {
            error
                .to_string()
                .replace(&format!("{}/", folder.path().display()), "")
        })
    }

    const SCHEMA: &str = "message table { optional double a; optional float b; optional int32 c; optional int64 d; \
        optional int32 u (UINT_32); optional boolean e; optional binary kind (STRING); }";

    fn group(first: f64, second: Option<f64>, kind: &'static str) -> Vec<Values> {
        vec![
            Values::Doubles(vec![Some(first), second]),
            Values::Floats(vec![Some(0.5), Some(-1.5)]),
            Values::Ints(vec![Some(-1), Some(2)]),
            Values::Longs(vec![Some(3), Some(-4)]),
            Values::Ints(vec![Some(-1), Some(7)]),
            Values::Bools(vec![Some(true), Some(false)]),
            Values::Texts(vec![Some("x"), Some(kind)]),
        ]
    }

    #[test]
    fn columns_of_every_kind_are_read() {
        for packing in [
            Compression::UNCOMPRESSED,
            Compression::SNAPPY,
            Compression::ZSTD(Default::default()),
            Compression::GZIP(Default::default()),
            Compression::BROTLI(Default::default()),
            Compression::LZ4,
            Compression::LZ4_RAW,
        ] {
            let groups = [group(1.0, Some(2.0), "y"), group(3.0, Some(4.0), "x")];
            let set = read_groups(SCHEMA, packing, &groups, &CsvOptions::default()).unwrap();
            assert_eq!(set.feature_names(), ["a", "b", "c", "d", "u", "e"]);
            assert_eq!(
                set.inputs(),
                array![
                    [1.0, 0.5, -1.0, 3.0, 4_294_967_295.0, 1.0],
                    [2.0, -1.5, 2.0, -4.0, 7.0, 0.0],
                    [3.0, 0.5, -1.0, 3.0, 4_294_967_295.0, 1.0],
                    [4.0, -1.5, 2.0, -4.0, 7.0, 0.0]
                ]
            );
            let names = vec!["x".to_owned(), "y".to_owned()];
            let labels = vec![0, 1, 0, 0];
            assert_eq!(set.targets(), &Targets::Classes { labels, names });
            assert_eq!(set.target_columns(), ["kind"]);
        }
    }

    #[test]
    fn numbers_of_16_bits_are_read() {
        // numpy.float16([1, -2, 65504, 2**-24, 0.333251953125]).view(numpy.uint16)
        let bits = [0x3C00, 0xC000, 0x7BFF, 0x0001, 0x3555];
        let numbers = [1.0, -2.0, 65504.0, 1.0 / 16_777_216.0, 0.333_251_953_125];
        assert_eq!(bits.map(half), numbers);
        assert!(half(0x7C01).is_nan() && half(0xFC00) == f64::NEG_INFINITY);
    }

    #[test]
    fn the_index_of_pandas_is_left_out() {
        let schema = "message table { optional double a; optional int64 y; optional int64 __index_level_0__; }";
        let group = || {
            [vec![
                Values::Doubles((0..20).map(|row| Some(f64::from(row))).collect()),
                Values::Longs((0..20).map(|row| Some(row % 2)).collect()),
                Values::Longs((0..20).map(|row| Some(100 + row)).collect()),
            ]]
        };
        let read = |options: &CsvOptions| {
            read_groups(schema, Compression::SNAPPY, &group(), options).unwrap()
        };
        let set = read(&CsvOptions::default());
        assert_eq!(set.feature_names(), ["a"]);
        assert_eq!(set.target_columns(), ["y"]);
        let line = set.read()[0].to_string();
        assert!(
            line.ends_with("left out: `__index_level_0__` (index of pandas)"),
            "{line}"
        );
        // Asked for, it is a column like any other.
        for features in ["__index_level_0__", "3"] {
            let set = read(&CsvOptions {
                features: vec![features.to_owned()],
                ..CsvOptions::default()
            });
            assert_eq!(set.feature_names(), ["__index_level_0__"]);
            assert_eq!(set.target_columns(), ["y"]);
        }
        let index = ["__index_level_0__".to_owned()];
        let target = read(&CsvOptions {
            target: index.to_vec(),
            ..CsvOptions::default()
        });
        assert_eq!(target.target_columns(), index);
        let excluded = read(&CsvOptions {
            exclude: index.to_vec(),
            ..CsvOptions::default()
        });
        assert_eq!(excluded.target_columns(), ["y"]);
    }

    #[test]
    fn nulls_are_missing_and_text_has_categories() {
        let groups = || [group(1.0, Some(2.0), "y"), group(3.0, None, "x")];
        let read = |options| read_groups(SCHEMA, Compression::SNAPPY, &groups(), &options);
        assert_eq!(
            read(CsvOptions::default()).unwrap_err(),
            "`a.parquet`, row 4, column `a`: the value is missing (`null`); fill it in, leave the row or the column out, or \
             train with --missing drop, mean, median, most-frequent or zero"
        );
        let options = CsvOptions {
            target: vec!["e".to_owned()],
            features: vec!["kind".to_owned(), "a".to_owned()],
            missing: MissingPolicy::Impute(ImputeKind::Median),
            categorical: Categorical::OneHot,
            ..Default::default()
        };
        let set = read(options).unwrap();
        assert_eq!(set.feature_names(), ["kind=x", "kind=y", "a"]);
        assert_eq!(set.class_names().unwrap(), ["0", "1"]);
        assert_eq!((set.missing_values(), set.inputs()[[1, 1]]), (1, 1.0));
        let options = CsvOptions {
            target: vec!["e".to_owned()],
            ..Default::default()
        };
        let text = [group(1.0, Some(2.0), "y")];
        let error = read_groups(SCHEMA, Compression::SNAPPY, &text, &options).unwrap_err();
        assert!(
            error.starts_with("`a.parquet`, row 1, column `kind`: `x` is not a number"),
            "{error}"
        );
    }

    #[test]
    fn batches_follow_each_other() {
        let count = 3 * BATCH + 7;
        let numbers = (0..count).map(|i| Some(i as f64)).collect();
        let classes = (0..count).map(|i| Some((i % 3) as i32)).collect();
        let groups = [vec![Values::Doubles(numbers), Values::Ints(classes)]];
        let schema = "message t { optional double a; optional int32 y; }";
        let set =
            read_groups(schema, Compression::SNAPPY, &groups, &CsvOptions::default()).unwrap();
        assert!(
            set.inputs()
                .iter()
                .enumerate()
                .all(|(row, &value)| value == row as f64)
        );
        assert_eq!(set.samples(), count);
    }

    #[test]
    fn whole_numbers_beyond_those_with_a_fraction_are_exact() {
        let schema = "message t { optional binary a (STRING); optional int64 y; optional int64 u (UINT_64); }";
        let big = 1i64 << 53;
        let texts = ["1,5", "2,5", "-"].map(Some).to_vec();
        let groups = [vec![
            Values::Texts(texts),
            Values::Longs(vec![Some(big + 1), Some(big), Some(big + 1)]),
            Values::Longs(vec![Some(-1), Some(-2), Some(-1)]),
        ]];
        let classes = |target: &str, task| {
            let options = CsvOptions {
                target: vec![target.to_owned()],
                features: vec!["a".to_owned()],
                missing: MissingPolicy::Impute(ImputeKind::Mean),
                format: TableFormat {
                    decimal: Some(DecimalMark::Comma),
                    ..TableFormat::default()
                },
                task,
                ..CsvOptions::default()
            };
            read_groups(schema, Compression::SNAPPY, &groups, &options).unwrap()
        };
        let set = classes("y", TaskChoice::Classification);
        assert_eq!(
            set.class_names().unwrap(),
            ["9007199254740992", "9007199254740993"]
        );
        assert_eq!(set.class_counts().unwrap(), [1, 2]);
        assert_eq!(set.inputs()[[1, 0]], 2.5);
        assert!(set.inputs()[[2, 0]].is_nan());
        assert_eq!(
            set.table_format().unwrap().decimal,
            Some(DecimalMark::Comma)
        );
        let set = classes("u", TaskChoice::Classification);
        assert_eq!(
            set.class_names().unwrap(),
            ["18446744073709551614", "18446744073709551615"]
        );
    }

    #[test]
    fn nested_columns_are_refused_by_name() {
        let schema = "message t { optional group g { optional double p; optional double q; } optional double a; \
            optional int32 day (DATE); optional int32 y; }";
        let doubles = || Values::Doubles(vec![None, None]);
        let groups = [vec![
            doubles(),
            doubles(),
            Values::Doubles(vec![Some(1.0), Some(2.0)]),
            Values::Ints(vec![Some(1), Some(2)]),
            Values::Ints(vec![Some(0), Some(1)]),
        ]];
        let read = |exclude: &[&str]| {
            let options = CsvOptions {
                exclude: exclude.iter().map(|&name| name.to_owned()).collect(),
                ..Default::default()
            };
            read_groups(schema, Compression::SNAPPY, &groups, &options)
        };
        assert_eq!(
            read(&[]).unwrap_err(),
            "`a.parquet`, column `g`: the column is nested; only flat columns are read, so leave it out"
        );
        assert!(
            read(&["g"])
                .unwrap_err()
                .contains("column `day`: the column holds times")
        );
        let set = read(&["g", "day"]).unwrap();
        assert_eq!(set.inputs(), array![[1.0], [2.0]]);
    }

    #[test]
    fn what_is_no_parquet_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        for bytes in [&b""[..], b"PAR1", b"a,b\n1,2\n3,4\n"] {
            std::fs::write(&path, bytes).unwrap();
            let error = read_file(&path, &CsvOptions::default())
                .unwrap_err()
                .to_string();
            assert!(error.contains("cannot be read as Parquet"), "{error}");
        }
        let path = folder.path().join("a.parquet.gz");
        std::fs::write(&path, b"").unwrap();
        let error = read_file(&path, &CsvOptions::default())
            .unwrap_err()
            .to_string();
        assert!(error.contains("unpack the file first"), "{error}");
    }
}
