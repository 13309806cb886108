//! Where finished networks are kept until all results are gathered, in whatever order they finish, and
//! found again in their own.

use std::sync::Arc;

use super::{chunk::Chunk, encode::Encode, network_rows::NetworkRows, network_set::NetworkSet};
use crate::error::Error;

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
