//! NumPy's file formats: NPY, an array, and NPZ, a zip archive of named arrays.
//!
//! <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>. The size that a file claims is compared with its
//! length before memory is allocated. Archives are written uncompressed with a fixed time, so that equal arrays give
//! equal bytes on every machine; those that `numpy.savez` and `numpy.savez_compressed` write can be read.
//!
//! Without the feature `files`, only the arrays are available, which need no other crate.
//!
//! ```
//! use std::io::Cursor;
//!
//! use mlp_npy::{Array, Data, Arrays};
//!
//! let mut npz = Arrays::new();
//! npz.insert("loss", Array::new([2, 2], Data::F64(vec![0.5, 0.25, 0.125, 0.0625])));
//! let file = npz.write_to(Cursor::new(Vec::new()))?;
//! assert_eq!(Arrays::read_from(file)?, npz);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

#[cfg(feature = "files")]
mod archive;
mod array;
mod arrays;
#[cfg(feature = "files")]
mod by_row;
#[cfg(feature = "files")]
mod container;
#[cfg(feature = "files")]
mod error;
#[cfg(feature = "files")]
mod header;
#[cfg(feature = "files")]
mod limits;
#[cfg(feature = "files")]
pub mod little_endian;
#[cfg(feature = "files")]
mod npz;
#[cfg(feature = "files")]
mod number;
#[cfg(feature = "files")]
mod value;
#[cfg(feature = "files")]
mod values;
#[cfg(feature = "files")]
mod writer;

pub use array::{Array, ArrayView, Data, DataView};
pub use arrays::Arrays;
#[cfg(feature = "files")]
pub use {
    archive::{Archive, Entry},
    error::Error,
    header::{DType, Header},
    number::NumberType,
    value::Value,
    writer::{Planes, Writer},
};
