//! Atomically written files, and frames in them.

pub(crate) mod followed_file;
pub(crate) mod frame;
pub mod read;
pub(crate) mod set_aside;
pub mod whole_file;
