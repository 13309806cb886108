//! NumPy's files: NPY, an array, and NPZ, a zip archive of arrays with names.
//!
//! <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>. The header is read here and not by a library,
//! so that what it claims is checked before memory is taken, and rows are taken one at a time.

mod header;
mod npy;
mod npz;

pub(crate) use npy::KIND as NPY;
pub(crate) use npz::KIND as NPZ;
