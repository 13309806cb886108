//! The kernels that a network runs on.

use mlp_kernels::{Kernels, Level};

use crate::{Error, Scalar};

/// The kernels of a level, or an error where the machine does not support it.
pub(crate) fn kernels<T: Scalar>(level: Level) -> Result<Kernels<T>, Error> {
    Kernels::new(level).map_err(|_| Error::UnsupportedLevel { level })
}
