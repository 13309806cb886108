//! Chunks of finished networks in the journal.

use std::{
    fs::File,
    io::{self, Write},
    sync::Arc,
};

use mlp_npy::little_endian;

use crate::Error;
use crate::files::frame::{self, FrameError, FrameKind, Read};
use mlp_train::storing::{Chunk, Encode, NetworkRows, share};

/// A frame of finished networks, after the digest of the journal's [header](crate::journal::Header). Its tail holds the numbers of all their metrics, one network after the
/// other.
pub(super) const KIND: FrameKind = FrameKind {
    magic: *b"mlp-nets",
    version: 7,
};

/// Encodes the frames of a journal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frames {
    /// Digest of the journal's [header](crate::journal::Header::digest).
    pub(crate) owner: [u8; 32],
}

impl Encode for Frames {
    fn encode(&self, rows: &[NetworkRows], numbers: &[f64]) -> Result<Vec<u8>, mlp_train::Error> {
        let frame = frame::encode(KIND, &(self.owner, rows), &little_endian::bytes(numbers));
        let what = "the records of a network cannot be kept";
        Ok(frame.map_err(|source| Error::TooLarge {
            what,
            source,
            advice: "; record fewer steps",
        })?)
    }
}

/// Length of a chunk in bytes.
pub(super) fn length(chunk: &Chunk) -> u64 {
    (chunk.encoded().len() + 8 * chunk.numbers().len()) as u64
}

pub(super) fn write(chunk: &Chunk, to: &mut File) -> io::Result<()> {
    to.write_all(chunk.encoded())?;
    to.write_all(&little_endian::bytes(chunk.numbers()))
}

/// The owner of the tail of a frame: the digest of the journal's header, and the networks.
pub(super) type Content = ([u8; 32], Vec<NetworkRows>);

/// The networks of a frame that was read, and the digest of its journal's header.
///
/// # Errors
/// [`FrameError::Damaged`] where the numbers do not match.
pub(super) fn rows(frame: Read<Content>) -> Result<Content, FrameError> {
    let numbers = little_endian::numbers(&frame.tail).ok_or(FrameError::Damaged)?;
    let (numbers, (owner, mut rows)) = (Arc::new(numbers), frame.value);
    match share(&mut rows, &numbers) == numbers.len() {
        true => Ok((owner, rows)),
        false => Err(FrameError::Damaged),
    }
}
