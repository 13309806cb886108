//! Frames: binary values after a hand-written header, for journals and saved states.
//!
//! ```text
//! bytes  0..8    magic: what kind of frame this is
//!        8..12   version of its content, little-endian
//!       12..20   length of its content in bytes, little-endian
//!       20..52   BLAKE3 of its content
//!       52..     content: a value in bincode 2 in its standard configuration, then a tail of plain bytes
//! ```
//!
//! The checksum is checked before anything is decoded, so that a torn or damaged frame is never
//! trusted. This is the only module that uses bincode. That crate is no longer maintained
//! (RUSTSEC-2025-0141); it is pinned to 2.0.1, whose encoding is documented and fixed, decodes only
//! checksummed bytes, and stays behind this header, so that another encoding would only be another
//! version here.

use std::io;

use serde::{Serialize, de::DeserializeOwned};

/// The most bytes that the content of one frame may have.
const LIMIT: usize = 1 << 31;

/// Bytes of the header.
const HEADER: usize = 52;

/// The kind of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrameKind {
    /// The first bytes of every frame of this kind.
    pub(crate) magic: [u8; 8],
    /// Version of the content.
    pub(crate) version: u32,
}

/// Why bytes are not a frame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FrameError {
    /// The bytes end before the frame does.
    #[error("it is truncated")]
    Torn,
    /// The bytes begin differently.
    #[error("it does not begin with the bytes of its kind")]
    Foreign,
    /// The content has another version.
    #[error("it has version {0}, which this program does not support")]
    Version(u32),
    /// The content differs from what was written.
    #[error("its checksum does not match")]
    Damaged,
    /// More than a frame may hold.
    #[error("{0} bytes are more than a frame can hold")]
    TooLarge(u64),
    /// The content is not a value of the expected type.
    #[error("its content cannot be understood: {0}")]
    Content(String),
}

fn config() -> impl bincode::config::Config {
    bincode::config::standard().with_limit::<LIMIT>()
}

/// A value as a frame up to its tail, after which these bytes are to be written.
///
/// # Errors
/// More content than a frame holds.
pub(crate) fn encode<V: Serialize>(kind: FrameKind, value: &V, tail: &[u8]) -> io::Result<Vec<u8>> {
    let mut frame = kind.magic.to_vec();
    frame.extend_from_slice(&kind.version.to_le_bytes());
    frame.resize(HEADER, 0);
    let length = bincode::serde::encode_into_std_write(value, &mut frame, config())
        .map_err(|error| io::Error::other(FrameError::Content(error.to_string())))?;
    let length = length.saturating_add(tail.len());
    if length > LIMIT {
        return Err(io::Error::other(FrameError::TooLarge(length as u64)));
    }
    let (header, content) = frame.split_at_mut(HEADER);
    let mut hasher = blake3::Hasher::new();
    hasher.update(content).update(tail);
    header[12..20].copy_from_slice(&(length as u64).to_le_bytes());
    header[20..].copy_from_slice(hasher.finalize().as_bytes());
    Ok(frame)
}

/// A frame that was read.
pub(crate) struct Read<V> {
    pub(crate) value: V,
    pub(crate) tail: Vec<u8>,
    /// Length of the whole frame in bytes.
    pub(crate) length: u64,
}

impl<V> Read<V> {
    /// The value and the length of a frame that has no tail.
    ///
    /// # Errors
    /// [`FrameError::Content`].
    pub(crate) fn alone(self) -> Result<(V, u64), FrameError> {
        if !self.tail.is_empty() {
            return Err(FrameError::Content(
                "extra bytes follow its value".to_owned(),
            ));
        }
        Ok((self.value, self.length))
    }
}

/// Reads the next frame if `left` more bytes are known to exist. The outer error is one of
/// reading.
pub(crate) fn read<V: DeserializeOwned>(
    kind: FrameKind,
    from: &mut impl io::Read,
    left: u64,
) -> io::Result<Result<Read<V>, FrameError>> {
    let mut frame = vec![0; HEADER];
    if left < HEADER as u64 {
        return Ok(Err(FrameError::Torn));
    }
    from.read_exact(&mut frame)?;
    let whole = match whole_length(kind, &frame) {
        Ok(whole) => whole,
        Err(error) => return Ok(Err(error)),
    };
    // A length beyond the end of the file allocates no memory.
    if whole as u64 > left {
        return Ok(Err(FrameError::Torn));
    }
    frame.resize(whole, 0);
    from.read_exact(&mut frame[HEADER..])?;
    Ok(decode(kind, &frame).map(|(value, tail)| Read {
        value,
        tail: tail.to_vec(),
        length: whole as u64,
    }))
}

/// The length of the frame that begins with these bytes, header included.
fn whole_length(kind: FrameKind, header: &[u8]) -> Result<usize, FrameError> {
    let field = |range| header.get(range).ok_or(FrameError::Torn);
    let (magic, version, length) = (field(0..8)?, field(8..12)?, field(12..20)?);
    if magic != kind.magic {
        return Err(FrameError::Foreign);
    }
    let version = u32::from_le_bytes(version.try_into().unwrap_or_default());
    if version != kind.version {
        return Err(FrameError::Version(version));
    }
    let length = u64::from_le_bytes(length.try_into().unwrap_or_default());
    let fits = usize::try_from(length).ok().filter(|fits| *fits <= LIMIT);
    Ok(HEADER + fits.ok_or(FrameError::TooLarge(length))?)
}

/// The value of the frame at the start of `bytes`, and its tail.
///
/// # Errors
/// Bytes that are not a complete frame of this kind.
fn decode<V: DeserializeOwned>(kind: FrameKind, bytes: &[u8]) -> Result<(V, &[u8]), FrameError> {
    let header = bytes.get(..HEADER).ok_or(FrameError::Torn)?;
    let whole = whole_length(kind, header)?;
    let content = bytes.get(HEADER..whole).ok_or(FrameError::Torn)?;
    if blake3::hash(content).as_bytes() != &header[20..] {
        return Err(FrameError::Damaged);
    }
    let (value, read) = bincode::serde::decode_from_slice(content, config())
        .map_err(|error| FrameError::Content(error.to_string()))?;
    Ok((value, &content[read..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: FrameKind = FrameKind {
        magic: *b"mlp-test",
        version: 3,
    };

    fn value() -> (Vec<Option<f64>>, String, u64) {
        (
            vec![Some(1.5), None, Some(f64::MIN_POSITIVE)],
            "two".to_owned(),
            u64::MAX,
        )
    }

    type V = (Vec<Option<f64>>, String, u64);

    /// A frame that has no tail.
    fn alone<V: DeserializeOwned>(kind: FrameKind, bytes: &[u8]) -> Result<(V, u64), FrameError> {
        let left = bytes.len() as u64;
        read(kind, &mut &*bytes, left).unwrap()?.alone()
    }

    #[test]
    fn frames_follow_one_another() {
        let one = encode(KIND, &value(), b"").unwrap();
        let mut two = one.clone();
        two.extend(encode(KIND, &value(), b"tail").unwrap());
        two.extend(b"tail");
        let (first, length) = alone::<V>(KIND, &two).unwrap();
        assert_eq!((first, length), (value(), one.len() as u64));
        let rest = &two[one.len()..];
        let found: Read<V> = read(KIND, &mut &*rest, rest.len() as u64).unwrap().unwrap();
        assert_eq!((found.value, found.tail), (value(), b"tail".to_vec()));
        assert_eq!(found.length, rest.len() as u64);
        assert!(matches!(
            alone::<V>(KIND, rest),
            Err(FrameError::Content(_))
        ));
    }

    #[test]
    fn nothing_that_is_cut_or_changed_is_trusted() {
        let mut whole = encode(KIND, &value(), b"tail").unwrap();
        whole.extend(b"tail");
        let error = |kind, bytes: &[u8]| {
            let found = read::<V>(kind, &mut &*bytes, bytes.len() as u64);
            found.unwrap().map(|_| ()).unwrap_err()
        };
        for length in 0..whole.len() {
            assert_eq!(error(KIND, &whole[..length]), FrameError::Torn);
        }
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut bytes = whole.clone();
                bytes[at] ^= 1 << bit;
                error(KIND, &bytes);
            }
        }
        let other = FrameKind { version: 4, ..KIND };
        assert_eq!(error(other, &whole), FrameError::Version(3));
        // A value of another type behind a right checksum is refused, too.
        let frame = encode(KIND, &value(), b"").unwrap();
        assert!(alone::<Vec<u64>>(KIND, &frame).is_err());
    }

    #[test]
    fn a_claimed_length_takes_no_memory() {
        // A vector of 2^60 numbers, with a right checksum.
        let content = [0xfd, 0, 0, 0, 0, 0, 0, 0, 0x10];
        let mut frame = Vec::new();
        frame.extend_from_slice(&KIND.magic);
        frame.extend_from_slice(&KIND.version.to_le_bytes());
        frame.extend_from_slice(&(content.len() as u64).to_le_bytes());
        frame.extend_from_slice(blake3::hash(&content).as_bytes());
        frame.extend_from_slice(&content);
        assert!(matches!(
            alone::<Vec<f64>>(KIND, &frame),
            Err(FrameError::Content(_))
        ));
        frame[12..20].copy_from_slice(&u64::MAX.to_le_bytes());
        assert_eq!(
            alone::<Vec<f64>>(KIND, &frame).unwrap_err(),
            FrameError::TooLarge(u64::MAX)
        );
    }
}
