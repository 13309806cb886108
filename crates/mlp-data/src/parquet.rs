//! Parquet: flat columns of numbers, booleans and text.
//!
//! <https://parquet.apache.org/docs/file-format/>. A null is a missing value. Booleans are the numbers 1 and 0 as features, and the
//! classes `False` and `True` as a target, as pandas writes them in text. Nested columns, times and decimals are refused by
//! name unless they are excluded. Pages may be plain, or compressed with Snappy, gzip, zstd, Brotli or LZ4.
//!
//! pandas writes the index of a table as a column, and records it in the file's metadata: such columns are left out unless
//! they are named.

use std::fs::File;

use ::parquet::basic::{ConvertedType, LogicalType, Repetition, Type as Physical};
use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use ::parquet::data_type::{ByteArray, DataType};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::FileMetaData;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::schema::types::Type;

use crate::files::{FileKind, Source, malformed};
use crate::table::{
    Assembler, CsvOptions, Reading, RowDestination, TableCell, distinct_names, find,
};
use crate::{Dataset, Error, LeftOut, Place, TableProblem, TargetBy};

pub(crate) const KIND: FileKind = FileKind::new(
    "parquet",
    &["parquet", "pq"],
    "a table of columns: numbers, booleans and text, none of them nested",
    read,
);

/// Number of rows that are read of every column at a time.
const BATCH: usize = 1024;

fn read(source: Source<'_>, options: &RowDestination<'_>) -> Result<Option<Dataset>, Error> {
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
    let (reading, codes) = (assembler.reading().clone(), assembler.codes());
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
    for (&column, kind) in used.iter().zip(&kinds) {
        if matches!(kind, Meaning::Text | Meaning::Bytes) {
            assembler.declare_text(column);
        }
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
                    Err(_) if batch.binary => {
                        "the column holds binary data, not text; leave it out, or save it as numbers or text".to_owned()
                    }
                    Ok(_) => "the column ends before its last row; is the file damaged?".to_owned(),
                    Err(error) => format!("this cannot be read as Parquet: {error}"),
                };
                let problem = TableProblem::Malformed(problem);
                return Err(assembler.refuse(Some(Place::Row(row + 1)), Some(column), problem));
            }
            for at in 0..count {
                row += 1;
                assembler.push(Place::Row(row), |column| {
                    codes.cell(batches[column].cell(at, &reading))
                })?;
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

/// Calls the library, which panics on some damaged pages: here that is an error of the file. The arguments of the call
/// are not used again after an error.
fn guarded<T>(call: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ParquetError> {
    crate::guard::guarded(call, || {
        ParquetError::General("a page is damaged".to_owned())
    })
}

/// How a column's values are interpreted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Signed,
    Unsigned,
    Half,
    Text,
    /// Bytes that are not declared as text; some programs write texts so.
    Bytes,
}

/// The type of a column, or why it is not read.
fn kind(field: &Type) -> Result<Meaning, &'static str> {
    const NESTED: &str = "the column is nested; only flat columns are read, so leave it out";
    const BYTES: &str =
        "the column holds binary data, not text; leave it out, or save it as numbers or text";
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
        Physical::BYTE_ARRAY if info.logical_type_ref() == Some(&LogicalType::Bson) => Err(BYTES),
        Physical::BYTE_ARRAY
            if info.logical_type_ref().is_none()
                && info.converted_type() == ConvertedType::NONE =>
        {
            Ok(Meaning::Bytes)
        }
        Physical::BYTE_ARRAY => Ok(Meaning::Text),
        Physical::INT96 => Err(TIME),
        Physical::FIXED_LEN_BYTE_ARRAY
            if matches!(info.logical_type_ref(), Some(LogicalType::Float16)) =>
        {
            Ok(Meaning::Half)
        }
        Physical::FIXED_LEN_BYTE_ARRAY => Err(BYTES),
    }
}

/// Whether a text has control characters other than white space, which human text does not have.
fn has_controls(text: &str) -> bool {
    let is_control = |c: char| c.is_control() && !c.is_whitespace();
    text.contains(is_control)
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
    /// Whether a value is not text, of a column that is not declared as one or another.
    binary: bool,
    truths: Vec<bool>,
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
        self.truths.clear();
        let unsigned = kind == Meaning::Unsigned;
        match reader {
            ColumnReader::BoolColumnReader(reader) => {
                let mut values = Vec::with_capacity(count);
                self.values(reader, count, &mut values)?;
                let mut values = values.into_iter();
                for &present in &self.present {
                    let value = if present { values.next() } else { None };
                    self.truths.push(value.unwrap_or_default());
                }
                Ok(self.present.len())
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
                        Some(value) => match value.as_utf8() {
                            Ok(text) if kind == Meaning::Text || !has_controls(text) => {
                                text.to_owned()
                            }
                            Ok(_) | Err(_) => {
                                self.binary = true;
                                return Err(ParquetError::General("binary data".to_owned()));
                            }
                        },
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

    fn cell(&self, row: usize, reading: &Reading) -> TableCell<'_> {
        match (self.texts.get(row), self.integers.get(row)) {
            _ if !self.present[row] => TableCell::Absent("null"),
            (Some(text), _) => reading.cell(text),
            (None, Some(&integer)) => TableCell::of_integer(integer),
            (None, None) => match self.truths.get(row) {
                Some(&truth) => TableCell::of_truth(truth),
                None => TableCell::of_number(self.numbers[row]),
            },
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
mod tests;
