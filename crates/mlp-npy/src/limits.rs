//! Limits of single allocations.

/// The longest header read: one of plain numbers has about a hundred bytes.
pub(crate) const LONGEST: u32 = 1 << 16;

/// Entries are read and written in pieces of this many bytes, since every read of a zip entry has a fixed cost.
pub(crate) const PIECE: usize = 1 << 16;
