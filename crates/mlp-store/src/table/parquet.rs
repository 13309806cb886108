//! Tables as Parquet: Snappy pages, row groups of a fixed size, and neither a time nor a library version
//! in the file.

use std::{path::Path, sync::Arc};

use ::parquet::{
    basic::{Compression, LogicalType, Repetition, Type as Physical},
    column::{reader::ColumnReader, writer::ColumnWriter},
    data_type::ByteArray,
    errors::ParquetError,
    file::{
        metadata::KeyValue,
        properties::{WriterProperties, WriterVersion},
        reader::{FileReader, SerializedFileReader},
        writer::SerializedFileWriter,
    },
    schema::types::Type,
};

use super::row_group::{ColumnBuffer, RowGroup};
use crate::{
    Error, files::followed_file::FollowedFile, manifest::FileDigest, run_metadata::RunMetadata,
};
use mlp_train::{Column, ColumnKind, Values};

/// Size of a column's dictionary in bytes, beyond which its values are written directly: metrics with few values stay
/// small, and no table of distinct losses is built, which took a fifth of the time.
const DICTIONARY: usize = 1 << 14;

/// Writes a Parquet table.
pub(super) struct Writer {
    writer: SerializedFileWriter<FollowedFile>,
    path: std::path::PathBuf,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Writer {
    pub(super) fn new(file: FollowedFile, columns: &[Column]) -> Result<Self, Error> {
        let path = file.path().to_owned();
        let properties = WriterProperties::builder()
            .set_created_by("mlp".to_owned())
            .set_writer_version(WriterVersion::PARQUET_1_0)
            .set_compression(Compression::SNAPPY)
            .set_dictionary_page_size_limit(DICTIONARY)
            .build();
        let writer = schema(columns)
            .and_then(|schema| SerializedFileWriter::new(file, schema, Arc::new(properties)));
        Ok(Self {
            writer: writer.map_err(|error| failed(&path, error))?,
            path,
        })
    }

    /// Writes one row group.
    pub(super) fn write(&mut self, rows: &RowGroup) -> Result<(), Error> {
        let written = write_group(&mut self.writer, rows);
        written.map_err(|error| failed(&self.path, error))?;
        // Part of it may still be buffered.
        let file = self.writer.inner();
        let end = file.position();
        file.stays(end.map_err(|error| failed(&self.path, error.into()))?);
        Ok(())
    }

    /// Adds metadata of the run to the footer.
    pub(super) fn say(&mut self, facts: &RunMetadata) {
        for (key, text) in facts.iter() {
            let said = KeyValue::new(key.to_owned(), text.to_owned());
            self.writer.append_key_value_metadata(said);
        }
    }

    pub(super) fn finish(self) -> Result<FileDigest, Error> {
        // This also writes the footer.
        let file = self
            .writer
            .into_inner()
            .map_err(|error| failed(&self.path, error))?;
        file.commit()
    }
}

fn failed(path: &Path, error: ParquetError) -> Error {
    let source = match error {
        ParquetError::External(cause) => match cause.downcast::<std::io::Error>() {
            Ok(source) => *source,
            Err(other) => std::io::Error::other(other),
        },
        other => std::io::Error::other(other),
    };
    Error::write(path)(source)
}

fn schema(columns: &[Column]) -> Result<Arc<Type>, ParquetError> {
    let fields = columns.iter().map(|column| {
        let (physical, logical) = match column.kind {
            ColumnKind::Integer => (Physical::INT64, None),
            ColumnKind::Number => (Physical::DOUBLE, None),
            ColumnKind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            ColumnKind::Flag => (Physical::BOOLEAN, None),
        };
        let field = Type::primitive_type_builder(&column.name, physical);
        let field = field
            .with_logical_type(logical)
            .with_repetition(Repetition::OPTIONAL)
            .build()?;
        Ok(Arc::new(field))
    });
    let fields = fields.collect::<Result<Vec<_>, ParquetError>>()?;
    Ok(Arc::new(
        Type::group_type_builder("table")
            .with_fields(fields)
            .build()?,
    ))
}

fn write_group(
    writer: &mut SerializedFileWriter<FollowedFile>,
    rows: &RowGroup,
) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    rows.for_each(|held| {
        let Some(mut column) = group.next_column()? else {
            return Err(ParquetError::General(
                "there are more columns than in the schema".to_owned(),
            ));
        };
        match (held, column.untyped()) {
            (ColumnBuffer::Integer(held), ColumnWriter::Int64ColumnWriter(writer)) => {
                writer.write_batch(&held.present, Some(&held.levels), None)?;
            }
            (ColumnBuffer::Number(held), ColumnWriter::DoubleColumnWriter(writer)) => {
                writer.write_batch(&held.present, Some(&held.levels), None)?;
            }
            (ColumnBuffer::Text(held), ColumnWriter::ByteArrayColumnWriter(writer)) => {
                let texts = held.present.iter();
                let texts: Vec<ByteArray> = texts.map(|text| text.as_str().into()).collect();
                writer.write_batch(&texts, Some(&held.levels), None)?;
            }
            (ColumnBuffer::Flag(held), ColumnWriter::BoolColumnWriter(writer)) => {
                writer.write_batch(&held.present, Some(&held.levels), None)?;
            }
            _ => {
                return Err(ParquetError::General(
                    "a column has another type than its schema".to_owned(),
                ));
            }
        }
        column.close()?;
        Ok(())
    })?;
    group.close()?;
    Ok(())
}

/// Reads a table.
pub(super) fn read(path: &Path) -> Result<Vec<(String, Values)>, Error> {
    let (reader, mut columns) = open(path)?;
    for group in 0..reader.num_row_groups() {
        for (index, (_, values)) in columns.iter_mut().enumerate() {
            read_group(&reader, group, index, values)
                .map_err(|error| Error::corrupt(path, "table", error))?;
        }
    }
    Ok(columns)
}

/// The columns' names.
pub(super) fn names(path: &Path) -> Result<Vec<String>, Error> {
    Ok(open(path)?.1.into_iter().map(|(name, _)| name).collect())
}

/// Passes the requested columns on, one row group at a time.
pub(super) fn scan(
    path: &Path,
    wanted: &dyn Fn(&str) -> bool,
    each: &mut dyn FnMut(Vec<(String, Values)>) -> Result<(), Error>,
) -> Result<(), Error> {
    let (reader, columns) = open(path)?;
    for group in 0..reader.num_row_groups() {
        let mut part = Vec::new();
        let wanted = columns
            .iter()
            .enumerate()
            .filter(|(_, (name, _))| wanted(name));
        for (index, (name, empty)) in wanted {
            let mut values = empty.clone();
            read_group(&reader, group, index, &mut values)
                .map_err(|error| Error::corrupt(path, "table", error))?;
            part.push((name.clone(), values));
        }
        each(part)?;
    }
    Ok(())
}

/// The [experiment](Facts) in a table's metadata, if there is one.
pub(crate) fn said(path: &Path) -> Option<String> {
    let (reader, _) = open(path).ok()?;
    let said = reader.metadata().file_metadata().key_value_metadata()?;
    let fact = said
        .iter()
        .find(|fact| fact.key == RunMetadata::EXPERIMENT)?;
    fact.value.clone()
}

/// Opens a table: its columns without their values.
#[expect(
    clippy::type_complexity,
    reason = "a table's columns are such pairs everywhere here"
)]
fn open(
    path: &Path,
) -> Result<(SerializedFileReader<std::fs::File>, Vec<(String, Values)>), Error> {
    let file = std::fs::File::open(path).map_err(Error::read(path))?;
    let reader = mlp_data::guarded(|| SerializedFileReader::new(file), damaged);
    let reader = reader.map_err(|error| Error::corrupt(path, "table", error))?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let mut columns = Vec::new();
    for column in schema.columns() {
        let kind = match column.physical_type() {
            Physical::INT64 => ColumnKind::Integer,
            Physical::DOUBLE => ColumnKind::Number,
            Physical::BYTE_ARRAY => ColumnKind::Text,
            Physical::BOOLEAN => ColumnKind::Flag,
            other => {
                return Err(Error::corrupt(
                    path,
                    "table",
                    format!("column {} has the unknown type {other}", column.name()),
                ));
            }
        };
        if column.max_def_level() != 1 || column.max_rep_level() != 0 {
            return Err(Error::corrupt(
                path,
                "table",
                format!("column {} is nested", column.name()),
            ));
        }
        columns.push((column.name().to_owned(), Values::new(kind)));
    }
    Ok((reader, columns))
}

/// Reads one column of one row group.
fn read_group(
    reader: &SerializedFileReader<std::fs::File>,
    group: usize,
    column: usize,
    values: &mut Values,
) -> Result<(), ParquetError> {
    let read = || {
        let column = reader.get_row_group(group)?.get_column_reader(column)?;
        read_column(column, values)
    };
    mlp_data::guarded(read, damaged)
}

/// What is told of pages on which the library panics.
fn damaged() -> ParquetError {
    ParquetError::General("a page is damaged".to_owned())
}

/// Records read at once: the number of rows that a file claims never determines how much memory is
/// allocated.
const BATCH: usize = 8192;

macro_rules! read_all {
    ($reader:expr, $values:expr, $convert:expr) => {{
        let mut reader = $reader;
        loop {
            let (mut levels, mut present) = (Vec::new(), Vec::new());
            let (rows, _, _) = reader.read_records(BATCH, Some(&mut levels), None, &mut present)?;
            if rows == 0 {
                break;
            }
            let mut present = present.into_iter();
            for level in levels {
                let value = if level == 1 { present.next() } else { None };
                $values.push(value.map($convert).transpose()?);
            }
        }
    }};
}

fn read_column(reader: ColumnReader, values: &mut Values) -> Result<(), ParquetError> {
    match (reader, values) {
        (ColumnReader::Int64ColumnReader(reader), Values::Integer(values)) => {
            read_all!(reader, values, Ok::<_, ParquetError>);
        }
        (ColumnReader::DoubleColumnReader(reader), Values::Number(values)) => {
            read_all!(reader, values, Ok::<_, ParquetError>);
        }
        (ColumnReader::BoolColumnReader(reader), Values::Flag(values)) => {
            read_all!(reader, values, Ok::<_, ParquetError>);
        }
        (ColumnReader::ByteArrayColumnReader(reader), Values::Text(values)) => {
            read_all!(reader, values, |bytes: ByteArray| bytes
                .as_utf8()
                .map(str::to_owned));
        }
        _ => {
            return Err(ParquetError::General(
                "a row group has another type than the schema".to_owned(),
            ));
        }
    }
    Ok(())
}
