//! What a network is, as numbers.

/// The numbers of a network.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers<'a, T> {
    /// The flat parameter slice.
    pub(crate) parameters: &'a [T],
    /// Running statistics of batch normalisation; they count in evaluation alone.
    pub(crate) statistics: &'a [T],
}
