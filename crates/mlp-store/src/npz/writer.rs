//! Archives written array by array.

use std::{
    io::{BufWriter, Seek, Write},
    path::{Path, PathBuf},
};

use npyz::{AutoSerialize, DType, TypeStr, WriterBuilder};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use super::PIECE;
use crate::{files::followed_file::FollowedFile, manifest::FileDigest};
use mlp_train::Error;
use mlp_train::{Array, Data};

/// Starts the entry of an array of so many values.
pub(super) fn start_entry<W: Write + Seek>(
    zip: &mut ZipWriter<W>,
    name: &str,
    values: usize,
) -> std::io::Result<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .large_file(values > (1 << 28));
    zip.start_file(format!("{name}.npy"), options)?;
    Ok(())
}

/// Takes the next values of an array.
type Part<'a, V> = dyn FnMut(&[V]) -> Result<(), Error> + 'a;

/// Writes an archive array by array, so that arrays larger than memory fit.
pub(crate) struct NpzWriter {
    zip: ZipWriter<BufWriter<FollowedFile>>,
    path: PathBuf,
}

impl NpzWriter {
    /// Starts an archive; the file appears when it is [finished](Self::finish).
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(crate) fn create(path: &Path) -> Result<Self, Error> {
        Ok(Self {
            zip: ZipWriter::new(BufWriter::new(FollowedFile::create(path)?)),
            path: path.to_owned(),
        })
    }

    fn failed(&self, source: std::io::Error) -> Error {
        Error::Write {
            path: self.path.clone(),
            source,
        }
    }

    /// Starts the entry of an array of so many values.
    fn begin(&mut self, name: &str, values: usize) -> Result<(), Error> {
        let end = self.file().and_then(|file| file.get_ref().position());
        let begun = end.and_then(|end| {
            start_entry(&mut self.zip, name, values)?;
            // The start of an entry writes the checksum of the one before; then that stays.
            self.file()?.get_ref().stays(end);
            Ok(())
        });
        begun.map_err(|error| self.failed(error))
    }

    fn file(&self) -> std::io::Result<&BufWriter<FollowedFile>> {
        let file = self.zip.get_ref();
        file.ok_or_else(|| std::io::Error::other("the archive is closed"))
    }

    /// Appends an array.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(crate) fn push(&mut self, name: &str, array: &Array) -> Result<(), Error> {
        self.begin(name, array.data.len())?;
        write_array(&mut self.zip, array).map_err(|error| self.failed(error))
    }

    /// Appends an array of this shape whose values `fill` hands over part by part, in order.
    ///
    /// # Errors
    /// [`Error::Write`]; what `fill` returns.
    pub(crate) fn stream<V: AutoSerialize + Copy>(
        &mut self,
        name: &str,
        shape: &[u64],
        fill: &mut dyn FnMut(&mut Part<'_, V>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let values = shape.iter().product::<u64>();
        self.begin(name, usize::try_from(values).unwrap_or(usize::MAX))?;
        let path = self.path.clone();
        let write = |source| Error::Write {
            path: path.clone(),
            source,
        };
        let options = npyz::WriteOptions::new().default_dtype().shape(shape);
        let mut pieces = BufWriter::with_capacity(PIECE, &mut self.zip);
        let mut writer = options.writer(&mut pieces).begin_nd().map_err(write)?;
        fill(&mut |part| writer.extend(part.iter().copied()).map_err(write))?;
        writer.finish().map_err(write)?;
        pieces.flush().map_err(write)
    }

    /// Finishes the archive and gives the file its name. Returns its digest.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(crate) fn finish(self) -> Result<FileDigest, Error> {
        let Self { zip, path } = self;
        let write = |source| Error::Write {
            path: path.clone(),
            source,
        };
        let buffered = zip.finish().map_err(|error| write(error.into()))?;
        let file = buffered
            .into_inner()
            .map_err(|error| write(error.into_error()))?;
        file.commit()
    }
}

/// Writes an array as NumPy's `.npy`.
pub(super) fn write_array(to: impl Write, array: &Array) -> std::io::Result<()> {
    fn plain<V: AutoSerialize + Copy>(
        to: impl Write,
        shape: &[u64],
        values: &[V],
    ) -> std::io::Result<()> {
        let mut writer = npyz::WriteOptions::new()
            .default_dtype()
            .shape(shape)
            .writer(to)
            .begin_nd()?;
        writer.extend(values.iter().copied())?;
        writer.finish()
    }
    let mut to = BufWriter::with_capacity(PIECE, to);
    let shape: Vec<u64> = array.shape.iter().map(|&length| length as u64).collect();
    match &array.data {
        Data::F64(values) => plain(&mut to, &shape, values),
        Data::F32(values) => plain(&mut to, &shape, values),
        Data::I64(values) => plain(&mut to, &shape, values),
        Data::Bool(values) => plain(&mut to, &shape, values),
        Data::Text(words) => {
            let longest = words
                .iter()
                .map(|word| word.chars().count())
                .max()
                .unwrap_or(0)
                .max(1);
            let dtype: TypeStr = format!("<U{longest}")
                .parse()
                .map_err(std::io::Error::other)?;
            let options = npyz::WriteOptions::<str>::new().dtype(DType::new_scalar(dtype));
            let mut writer = options.shape(&shape).writer(&mut to).begin_nd()?;
            for word in words {
                writer.push(word.as_str())?;
            }
            writer.finish()
        }
    }?;
    to.flush()
}
