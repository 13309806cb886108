//! Finished networks on their way from the workers, many at once.

use std::sync::Arc;

use super::{encode::Encode, network_rows::NetworkRows, outcome::Outcome};
use crate::{error::Error, metrics::metric::Metric};

/// Finished networks, and the bytes that they are kept as.
#[derive(Debug)]
pub struct Chunk {
    encoded: Vec<u8>,
    numbers: Arc<Vec<f64>>,
    rows: Vec<Arc<NetworkRows>>,
}

impl Chunk {
    /// The networks.
    pub fn rows(&self) -> &[Arc<NetworkRows>] {
        &self.rows
    }

    /// The bytes that they are kept as, beside the numbers.
    pub fn encoded(&self) -> &[u8] {
        &self.encoded
    }

    /// The numbers of all their metrics, one network after the other.
    pub fn numbers(&self) -> &[f64] {
        &self.numbers
    }
}

/// Networks that will be a chunk. Their numbers lie together, so that memory is taken for many at
/// once.
#[derive(Debug, Default)]
pub struct ChunkBuilder {
    rows: Vec<NetworkRows>,
    numbers: Vec<f64>,
    /// Bytes of everything else, roughly.
    others: usize,
}

impl ChunkBuilder {
    /// Takes a finished network in. The parameters of its outcome are taken.
    pub fn push(&mut self, outcome: &mut Outcome, metrics: &[Metric]) {
        let rows = NetworkRows::written(outcome, metrics, &mut self.numbers);
        self.others += rows.bytes();
        self.rows.push(rows);
    }

    /// Takes rows in that lie elsewhere.
    pub fn push_rows(&mut self, rows: NetworkRows) {
        self.numbers.extend(rows.metrics.numbers());
        self.rows.push(rows);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Bytes in memory, roughly.
    pub fn bytes(&self) -> usize {
        self.others + 8 * self.numbers.len()
    }

    /// The chunk of what was taken in. What comes next is likely about as large.
    ///
    /// # Errors
    /// More records than can be kept.
    pub fn finish(&mut self, encode: &dyn Encode) -> Result<Chunk, Error> {
        let next = Self {
            rows: Vec::with_capacity(self.rows.len()),
            numbers: Vec::with_capacity(self.numbers.len()),
            others: 0,
        };
        let Self {
            mut rows, numbers, ..
        } = std::mem::replace(self, next);
        let encoded = encode.encode(&rows, &numbers)?;
        let numbers = Arc::new(numbers);
        share(&mut rows, &numbers);
        Ok(Chunk {
            encoded,
            numbers,
            rows: rows.into_iter().map(Arc::new).collect(),
        })
    }
}

/// Gives networks their parts of the numbers; where they end.
pub fn share(rows: &mut [NetworkRows], numbers: &Arc<Vec<f64>>) -> usize {
    rows.iter_mut()
        .fold(0, |start, rows| rows.metrics.share(numbers, start))
}
