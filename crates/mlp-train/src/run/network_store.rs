//! Stores of finished networks: networks are put in any order, and read back in the order of their
//! indices when all results are gathered.

use std::sync::Arc;

use super::{chunk::Chunk, encode::Encode, network_rows::NetworkRows, network_set::NetworkSet};
use crate::error::Error;

/// Stores finished networks.
pub trait NetworkStore {
    /// Encodes networks for storage.
    type Encoder: Encode;

    /// The encoder for the workers.
    fn encoder(&self) -> Self::Encoder;

    /// Stores finished networks, each of which comes once.
    ///
    /// # Errors
    /// [`Error::Storage`].
    fn put(&mut self, chunk: &Chunk) -> Result<(), Error>;

    /// The networks that are finished.
    fn finished(&self) -> &NetworkSet;

    /// From now on returns only these networks.
    fn limit(&mut self, wanted: NetworkSet);

    /// Passes every finished network, or every requested one, to `each` in the order of the indices.
    ///
    /// # Errors
    /// What `each` returns; networks that cannot be read back.
    fn in_order(
        &self,
        each: &mut dyn FnMut(Arc<NetworkRows>) -> Result<(), Error>,
    ) -> Result<(), Error>;

    /// Ensures that what was stored is durable.
    ///
    /// # Errors
    /// [`Error::Storage`].
    fn sync(&mut self) -> Result<(), Error>;
}
