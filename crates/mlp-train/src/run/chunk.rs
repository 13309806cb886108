//! Chunks of finished networks, passed from the workers to the store.

use std::sync::Arc;

use super::{encode::Encode, network_rows::NetworkRows, outcome::Outcome};
use crate::{error::Error, metrics::metric::Metric};

/// Finished networks, and their stored bytes.
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

    /// The bytes that they are stored as, apart from the numbers.
    pub fn encoded(&self) -> &[u8] {
        &self.encoded
    }

    /// The numbers of all their metrics, one network after the other.
    pub fn numbers(&self) -> &[f64] {
        &self.numbers
    }
}

/// Networks that will form a chunk. Their numbers are contiguous, so that memory is allocated for many at
/// once.
#[derive(Debug, Default)]
pub struct ChunkBuilder {
    rows: Vec<NetworkRows>,
    numbers: Vec<f64>,
    /// Bytes of everything else, approximately.
    others: usize,
}

impl ChunkBuilder {
    /// Adds a finished network. The parameters of its outcome are moved out.
    pub fn push(&mut self, outcome: &mut Outcome, metrics: &[Metric]) {
        let rows = NetworkRows::written(outcome, metrics, &mut self.numbers);
        self.others += rows.bytes();
        self.rows.push(rows);
    }

    /// Adds rows that are stored elsewhere.
    pub fn push_rows(&mut self, rows: NetworkRows) {
        self.numbers.extend(rows.metrics.numbers());
        self.rows.push(rows);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Bytes in memory, approximately.
    pub fn bytes(&self) -> usize {
        self.others + 8 * self.numbers.len()
    }

    /// The chunk of everything added. The next one is likely to be about as large.
    ///
    /// # Errors
    /// More records than can be stored.
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

/// Gives networks their parts of the numbers; returns the end of each.
pub fn share(rows: &mut [NetworkRows], numbers: &Arc<Vec<f64>>) -> usize {
    rows.iter_mut()
        .fold(0, |start, rows| rows.metrics.share(numbers, start))
}
