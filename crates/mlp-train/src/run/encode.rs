//! The bytes that finished networks are kept as.

use super::network_rows::NetworkRows;
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
