//! The numbers of a network.

/// The numbers of a network.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers<'a, T> {
    /// The flat parameter slice.
    pub(crate) parameters: &'a [T],
    /// Running statistics of batch normalization, used only in evaluation.
    pub(crate) statistics: &'a [T],
}
