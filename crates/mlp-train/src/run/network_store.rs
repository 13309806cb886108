//! Where finished networks are kept until all results are gathered, in whatever order they finish, and
//! found again in their own.

use std::sync::Arc;

use super::{chunk::Chunk, network_rows::NetworkRows, network_set::NetworkSet};
use crate::error::Error;

/// Makes the bytes that networks are kept as. Workers do so side by side.
pub trait Encode: Sync {
    /// The bytes of finished networks; `numbers` are those of their metrics, one network after the other,
    /// which are kept beside.
    ///
    /// # Errors
    /// More records than can be kept.
    fn encode(&self, rows: &[NetworkRows], numbers: &[f64]) -> Result<Vec<u8>, Error>;
}

/// What stays in memory has no bytes.
impl Encode for () {
    fn encode(&self, _rows: &[NetworkRows], _numbers: &[f64]) -> Result<Vec<u8>, Error> {
        Ok(Vec::new())
    }
}

/// Keeps finished networks.
pub trait NetworkStore {
    /// Makes the bytes that networks are kept as.
    type Encoder: Encode;

    /// What workers encode finished networks with.
    fn encoder(&self) -> Self::Encoder;

    /// Keeps finished networks, each of which comes once.
    ///
    /// # Errors
    /// [`Error::Write`].
    fn put(&mut self, chunk: &Chunk) -> Result<(), Error>;

    /// The networks that are finished.
    fn finished(&self) -> &NetworkSet;

    /// From now on hands on these networks alone.
    fn limit(&mut self, wanted: NetworkSet);

    /// Hands every finished network on, or every one that is wanted, in the order of the indices.
    ///
    /// # Errors
    /// What `each` returns; networks that cannot be read again.
    fn in_order(
        &self,
        each: &mut dyn FnMut(Arc<NetworkRows>) -> Result<(), Error>,
    ) -> Result<(), Error>;

    /// Makes sure that what was kept stays.
    ///
    /// # Errors
    /// [`Error::Write`].
    fn sync(&mut self) -> Result<(), Error>;
}
