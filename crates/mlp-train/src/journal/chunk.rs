//! Finished networks on their way into the journal and out of it.

use std::{
    fs::File,
    io::{self, Write},
    sync::Arc,
};

use crate::network_rows::NetworkRows;
use crate::{
    error::Error,
    frame::{self, FrameError, FrameKind, Read},
    little_endian,
    outcome::Outcome,
    record::Reading,
};

/// A frame of finished networks, behind the digest of the journal's [header](super::Header). Its tail holds the numbers of all their metrics, one network after the
/// other.
pub(super) const KIND: FrameKind = FrameKind {
    magic: *b"mlp-nets",
    version: 5,
};

/// Finished networks and the frame that they come to in the journal.
#[derive(Debug)]
pub(crate) struct Chunk {
    frame: Vec<u8>,
    numbers: Arc<Vec<f64>>,
    rows: Vec<Arc<NetworkRows>>,
}

impl Chunk {
    /// The networks.
    pub(crate) fn rows(&self) -> &[Arc<NetworkRows>] {
        &self.rows
    }

    /// Bytes of the frame.
    pub(super) fn length(&self) -> u64 {
        (self.frame.len() + 8 * self.numbers.len()) as u64
    }

    pub(super) fn write(&self, to: &mut File) -> io::Result<()> {
        to.write_all(&self.frame)?;
        to.write_all(&little_endian::bytes(&self.numbers))
    }
}

/// Networks that will be a chunk. Their numbers lie together, so that memory is taken for many at
/// once.
#[derive(Debug)]
pub(crate) struct ChunkBuilder {
    /// Digest of the journal's header.
    owner: [u8; 32],
    rows: Vec<NetworkRows>,
    numbers: Vec<f64>,
    /// Bytes of everything else, roughly.
    others: usize,
}

impl ChunkBuilder {
    /// Nothing so far, for the journal whose header has this [digest](super::Header::digest).
    pub(crate) fn new(owner: [u8; 32]) -> Self {
        Self {
            owner,
            rows: Vec::new(),
            numbers: Vec::new(),
            others: 0,
        }
    }

    /// Takes a finished network in. The parameters of its outcome are taken.
    pub(crate) fn push(&mut self, outcome: &mut Outcome, columns: &[Reading<'_>]) {
        let rows = NetworkRows::written(outcome, columns, &mut self.numbers);
        self.others += rows.bytes();
        self.rows.push(rows);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Bytes in memory, roughly.
    pub(crate) fn bytes(&self) -> usize {
        self.others + 8 * self.numbers.len()
    }

    /// The chunk of what was taken in. What comes next is likely about as large.
    ///
    /// # Errors
    /// More records than a frame can hold.
    pub(crate) fn finish(&mut self) -> Result<Chunk, Error> {
        let owner = self.owner;
        let next = Self {
            owner,
            rows: Vec::with_capacity(self.rows.len()),
            numbers: Vec::with_capacity(self.numbers.len()),
            others: 0,
        };
        let Self {
            mut rows, numbers, ..
        } = std::mem::replace(self, next);
        let frame = frame::encode(KIND, &(owner, &rows), &little_endian::bytes(&numbers));
        let frame = frame.map_err(|error| {
            Error::Conflict(format!(
                "the records of a network cannot be kept: {error}; record fewer steps"
            ))
        })?;
        let numbers = Arc::new(numbers);
        share(&mut rows, &numbers);
        Ok(Chunk {
            frame,
            numbers,
            rows: rows.into_iter().map(Arc::new).collect(),
        })
    }
}

#[cfg(test)]
impl ChunkBuilder {
    /// Takes rows in that lie elsewhere.
    pub(super) fn push_rows(&mut self, rows: NetworkRows) {
        self.numbers.extend(rows.metrics.numbers());
        self.rows.push(rows);
    }
}

/// Gives networks their parts of the numbers; where they end.
fn share(rows: &mut [NetworkRows], numbers: &Arc<Vec<f64>>) -> usize {
    rows.iter_mut()
        .fold(0, |start, rows| rows.metrics.share(numbers, start))
}

/// What the tail of a frame belongs to: the digest of the journal's header, and the networks.
pub(super) type Content = ([u8; 32], Vec<NetworkRows>);

/// The networks of a frame that was read, and the digest of its journal's header.
///
/// # Errors
/// [`FrameError::Damaged`] where it has other numbers than they ask for.
pub(super) fn rows(frame: Read<Content>) -> Result<Content, FrameError> {
    let numbers = little_endian::numbers(&frame.tail).ok_or(FrameError::Damaged)?;
    let (numbers, (owner, mut rows)) = (Arc::new(numbers), frame.value);
    match share(&mut rows, &numbers) == numbers.len() {
        true => Ok((owner, rows)),
        false => Err(FrameError::Damaged),
    }
}
