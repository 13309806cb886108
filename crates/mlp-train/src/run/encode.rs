//! The stored bytes of finished networks.

use super::network_rows::NetworkRows;
use crate::error::Error;

/// Encodes finished networks for storage. Workers do so in parallel.
pub trait Encode: Sync {
    /// The bytes of finished networks; `numbers` are those of their metrics, one network after the other,
    /// which are stored separately.
    ///
    /// # Errors
    /// More records than can be stored.
    fn encode(&self, rows: &[NetworkRows], numbers: &[f64]) -> Result<Vec<u8>, Error>;
}

/// Networks in memory have no bytes.
impl Encode for () {
    fn encode(&self, _rows: &[NetworkRows], _numbers: &[f64]) -> Result<Vec<u8>, Error> {
        Ok(Vec::new())
    }
}
