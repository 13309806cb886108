//! Losses, targets and the argmax.

/// A loss per sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Loss {
    /// Sum over the outputs of `(z - t)^2`.
    SquaredError,
    /// Sum over the outputs of `-t ln sigmoid(z) - (1 - t) ln(1 - sigmoid(z))`, t in [0, 1].
    BinaryCrossEntropy,
    /// `-ln softmax(z)[class]`; needs [`Target::Classes`].
    SoftmaxCrossEntropy,
}

/// What the outputs are compared with.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a, T> {
    /// Values, feature-major `[outputs, columns]`.
    Values(&'a [T]),
    /// A class for each sample, at least `valid` of them. With several outputs the target is one-hot; with a single
    /// output it is the class itself (0 or 1).
    Classes(&'a [u32]),
}
