//! How much is taken at once.

/// The longest header read: one of plain numbers has about a hundred bytes.
pub(crate) const LONGEST: u32 = 1 << 16;

/// Entries go through memory by pieces of so many bytes: each read of a zip entry is checked by itself.
pub(crate) const PIECE: usize = 1 << 16;
