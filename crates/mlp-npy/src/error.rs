use std::io;

use zip::result::ZipError;

use crate::limits::LONGEST;

/// Why an array or an archive cannot be read. The texts speak of the array as "it".
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The first bytes are not those of NPY.
    #[error("it is not an NPY array: it does not begin with `\\x93NUMPY`")]
    NoArray,

    /// A version of the format that came after this.
    #[error("it has the unknown format version {major}.{minor}; 1.0, 2.0 and 3.0 are supported")]
    Version {
        /// Its first part.
        major: u8,
        /// Its second part.
        minor: u8,
    },

    /// More header than an array of numbers has.
    #[error(
        "its header has {length} bytes; the header of an array of numbers has at most {LONGEST}"
    )]
    LongHeader {
        /// Bytes of it.
        length: u32,
    },

    /// The file ends before the array begins.
    #[error("it ends within its header; is it complete?")]
    ShortHeader,

    /// A header that is not UTF-8.
    #[error("its header is not text; is it damaged?")]
    NoText,

    /// A header that is not a dictionary of `descr`, `fortran_order` and `shape`.
    #[error("its header cannot be understood; is it damaged?")]
    Damaged,

    /// A structured array.
    #[error("it is an array of records; save a plain array of numbers")]
    Records,

    /// An array of what is not read here, or not as numbers.
    #[error("it holds {what} (`{descr}`); save numbers: float32, float64, an integer type or bool")]
    Type {
        /// What its entries are.
        what: &'static str,
        /// Its type as NumPy writes it.
        descr: String,
    },

    /// A shape beyond what there can be.
    #[error("it has the shape {shape}, more than any file can hold; is it damaged?")]
    Claims {
        /// The shape as Python writes it.
        shape: String,
    },

    /// Fewer bytes than the shape asks for.
    #[error("it has the shape {shape}, {bytes} bytes, but the file has {there}; is it complete?")]
    Short {
        /// The shape as Python writes it.
        shape: String,
        /// Bytes of so many entries.
        bytes: u64,
        /// Bytes after the header.
        there: u64,
    },

    /// An unsigned number that has no place in 64 bits with a sign.
    #[error("it holds a number above 2^63 - 1")]
    Large,

    /// A byte of an array of bool that is neither 0 nor 1.
    #[error("it holds the byte {0} for a bool; is it damaged?")]
    Bool(u8),

    /// A number that is not a character.
    #[error("it holds text with {0:#x}, which is not a character; is it damaged?")]
    Character(u32),

    /// An array of an archive.
    #[error("array {name}: {source}")]
    InArchive {
        /// Its name.
        name: String,
        /// What is wrong with it.
        source: Box<Error>,
    },

    /// No zip archive, or a damaged one.
    #[error("this is not a complete NPZ archive: {0}")]
    Archive(ZipError),

    /// Two arrays of one name: which of them is meant cannot be told.
    #[error("it holds an array twice; save each under a name of its own")]
    Twice,

    /// Bytes that cannot be read.
    #[error(transparent)]
    Read(#[from] io::Error),
}

impl From<ZipError> for Error {
    fn from(error: ZipError) -> Self {
        match error {
            // Damage is of another kind.
            ZipError::Io(source) if source.kind() == io::ErrorKind::Other => Self::Read(source),
            other => Self::Archive(other),
        }
    }
}
