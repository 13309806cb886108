//! NumPy's files: NPY, an array, and NPZ, a zip archive of arrays with names.
//!
//! <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>. What a file claims is held against its
//! length before memory is taken. Archives are written uncompressed with a fixed time, so that the same arrays are
//! the same bytes on every machine; those that `numpy.savez` and `numpy.savez_compressed` write are read.
//!
//! ```
//! use std::io::Cursor;
//!
//! use mlp_npy::{Array, Data, Npz};
//!
//! let mut npz = Npz::new();
//! npz.insert("loss", Array::new([2, 2], Data::F64(vec![0.5, 0.25, 0.125, 0.0625])));
//! let file = npz.write_to(Cursor::new(Vec::new()))?;
//! assert_eq!(Npz::read_from(file)?, npz);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod archive;
mod array;
mod container;
mod error;
mod header;
mod limits;
pub mod little_endian;
mod npz;
mod number;
mod value;
mod values;
mod writer;

pub use archive::{Archive, Entry};
pub use array::{Array, ArrayView, Data, DataView};
pub use error::Error;
pub use header::{DType, Header};
pub use npz::Npz;
pub use number::NumberType;
pub use value::Value;
pub use writer::{Planes, Writer};
