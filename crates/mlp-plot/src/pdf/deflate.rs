//! Compression of a PDF file's streams.

use std::io::Write;

use flate2::{Compression, write::ZlibEncoder};

/// Compressed as PDF readers expect it.
pub(super) fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to a Vec cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
