//! An open file, and its errors.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use crate::error::error;
use crate::table::CsvOptions;
use crate::{Error, Place, TableProblem};

/// An open file.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    pub path: &'a Path,
    /// Its name in errors.
    pub name: &'a str,
    pub file: File,
    /// Whether it is compressed with gzip.
    pub packed: bool,
}

impl<'a> Source<'a> {
    pub fn open(path: &'a Path, name: &'a str) -> Result<Self, Error> {
        let file = File::open(path).map_err(|source| Error::Open {
            file: name.to_owned(),
            source,
        })?;
        let ending = path.extension().unwrap_or_default();
        Ok(Self {
            path,
            name,
            file,
            packed: ending.eq_ignore_ascii_case("gz"),
        })
    }

    /// Length in bytes, if the system knows it: not of a pipe, nor of compressed data.
    pub fn length(&self) -> Option<u64> {
        let data = self.file.metadata().ok()?;
        (data.is_file() && !self.packed).then_some(data.len())
    }

    /// The bytes in order, decompressed.
    pub fn reader(self) -> Box<dyn Read> {
        let file = BufReader::with_capacity(1 << 16, self.file);
        match self.packed {
            true => unpacked(file),
            false => Box::new(file),
        }
    }

    /// Refuses a compressed file of a format that is not read sequentially.
    pub fn refuse_packed(&self, kind: &str) -> Result<(), Error> {
        if self.packed {
            let problem =
                format!("{kind} has its table of contents at the end; unpack the file first");
            return Err(malformed(self.name, None, problem));
        }
        Ok(())
    }

    /// Refuses options for text tables.
    pub fn refuse_text_options(
        &self,
        kind: &'static str,
        options: &CsvOptions,
    ) -> Result<(), Error> {
        self.refuse_given(kind, options.format.given().next())
    }

    /// Refuses options for splitting lines into cells; the cells may still be text.
    pub fn refuse_line_options(
        &self,
        kind: &'static str,
        options: &CsvOptions,
    ) -> Result<(), Error> {
        self.refuse_given(kind, options.format.given_of_lines().next())
    }

    fn refuse_given(&self, kind: &'static str, option: Option<&'static str>) -> Result<(), Error> {
        match option {
            None => Ok(()),
            Some(option) => {
                let problem = TableProblem::OptionOfText { option, kind };
                Err(error(self.name, None, None, problem))
            }
        }
    }
}

/// The content of a gzip file, of one or several members.
#[cfg(feature = "gzip")]
fn unpacked(file: BufReader<File>) -> Box<dyn Read> {
    let unpacked = flate2::bufread::MultiGzDecoder::new(file);
    Box::new(BufReader::with_capacity(1 << 16, unpacked))
}

/// Without the feature such a file cannot be read.
#[cfg(not(feature = "gzip"))]
fn unpacked(_file: BufReader<File>) -> Box<dyn Read> {
    struct Refused;

    impl Read for Refused {
        fn read(&mut self, _buffer: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other(
                "it is compressed with gzip, and this program was built without that; unpack it first",
            ))
        }
    }

    Box::new(Refused)
}

/// A file that is not what it should be.
pub(crate) fn malformed(file: &str, place: Option<Place>, problem: impl Into<String>) -> Error {
    error(file, place, None, TableProblem::Malformed(problem.into()))
}

/// A failure while reading; missing bytes are a fault of the file.
pub(crate) fn unreadable(file: &str, source: io::Error) -> Error {
    Error::Read {
        file: file.to_owned(),
        source,
    }
}
