//! The three origins of data.

/// The origin of data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Generated from a formula and a seed.
    Generated,
    /// A real table embedded in this crate.
    Embedded,
    /// A table of the user's own.
    #[default]
    File,
}
