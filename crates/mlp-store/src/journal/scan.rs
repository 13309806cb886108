//! Finding the intact chunks of a file, including those after damaged ones.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
};

use super::chunk;
use crate::files::frame::{self, FrameError};
use mlp_train::storing::NetworkRows;

/// An intact chunk.
#[derive(Debug)]
pub(super) struct Sound {
    pub(super) offset: u64,
    pub(super) length: u64,
    pub(super) networks: Vec<u64>,
}

/// The result of a scan.
#[derive(Debug, Default)]
pub(super) struct Scan {
    pub(super) sound: Vec<Sound>,
    /// Number of bytes between and after intact chunks.
    pub(super) damaged: u64,
    /// What is wrong with the first of them.
    pub(super) fault: Option<FrameError>,
    /// Whether only the end is missing, as a killed process leaves it.
    pub(super) torn: bool,
}

/// Scans a file to its end from an offset at which a chunk should start. `fit` says whether
/// a chunk can belong to this journal.
///
/// # Errors
/// Those of reading.
pub(super) fn scan(
    file: &mut BufReader<File>,
    from: u64,
    length: u64,
    fit: &dyn Fn(&[u8; 32], &[NetworkRows]) -> bool,
) -> io::Result<Scan> {
    let mut scan = Scan::default();
    let mut at = from;
    file.seek(SeekFrom::Start(at))?;
    while at < length {
        let fault = match chunk_at(file, length - at, fit)? {
            Ok((networks, bytes)) => {
                let offset = at;
                scan.sound.push(Sound {
                    offset,
                    length: bytes,
                    networks,
                });
                at += bytes;
                continue;
            }
            Err(fault) => fault,
        };
        let (damaged, torn) = (at, fault == FrameError::Torn);
        let first = scan.fault.is_none();
        scan.fault.get_or_insert(fault);
        // The next bytes that start like a chunk, and are one.
        at = loop {
            let Some(next) = next_magic(file, at + 1, length)? else {
                break length;
            };
            file.seek(SeekFrom::Start(next))?;
            if chunk_at(file, length - next, fit)?.is_ok() {
                break next;
            }
            at = next;
        };
        scan.torn = first && torn && at == length;
        scan.damaged += at - damaged;
        file.seek(SeekFrom::Start(at))?;
    }
    Ok(scan)
}

/// The networks of the chunk that starts here, and its length in bytes.
fn chunk_at(
    file: &mut BufReader<File>,
    left: u64,
    fit: &dyn Fn(&[u8; 32], &[NetworkRows]) -> bool,
) -> io::Result<Result<(Vec<u64>, u64), FrameError>> {
    let frame = match frame::read(chunk::KIND, file, left)? {
        Ok(frame) => frame,
        Err(fault) => return Ok(Err(fault)),
    };
    let bytes = frame.length;
    Ok(match chunk::rows(frame) {
        Ok((owner, rows)) if fit(&owner, &rows) => {
            Ok((rows.iter().map(|rows| rows.network).collect(), bytes))
        }
        Ok(_) => Err(FrameError::Content(
            "it belongs to another experiment".to_owned(),
        )),
        Err(fault) => Err(fault),
    })
}

/// The position of the next chunk's magic.
fn next_magic(file: &mut BufReader<File>, from: u64, length: u64) -> io::Result<Option<u64>> {
    const PIECE: usize = 1 << 16;
    let magic = chunk::KIND.magic;
    let mut start = from;
    let mut piece = Vec::with_capacity(PIECE);
    while start + magic.len() as u64 <= length {
        file.seek(SeekFrom::Start(start))?;
        piece.clear();
        file.take(PIECE as u64).read_to_end(&mut piece)?;
        if let Some(place) = piece.windows(magic.len()).position(|bytes| bytes == magic) {
            return Ok(Some(start + place as u64));
        }
        // A magic may straddle the end of a piece.
        let step = piece.len().saturating_sub(magic.len() - 1);
        if step == 0 {
            break;
        }
        start += step as u64;
    }
    Ok(None)
}
