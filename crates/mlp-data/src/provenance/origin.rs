//! The three origins of data.

/// Where data come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Drawn from a formula and a seed.
    Generated,
    /// A real table that comes with this crate.
    Embedded,
    /// A table of the user's own.
    #[default]
    File,
}
