//! Losses, targets and weights.

/// A loss per sample, from its outputs z.
///
/// Losses of single outputs are summed over the outputs. With classes and several outputs their
/// targets are one-hot; with classes and a single output the target is the class itself, 0 or 1.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Loss {
    /// Sum over the outputs of `(z - t)^2`.
    SquaredError,
    /// Sum over the outputs of `-t ln sigmoid(z) - (1 - t) ln(1 - sigmoid(z))`, t in [0, 1].
    BinaryCrossEntropy,
    /// `-sum of t ln softmax(z)`; with [`Target::Classes`] `-ln softmax(z)[class]`.
    SoftmaxCrossEntropy,
    /// Sum over the outputs of `|z - t|`, whose derivative at 0 is 0.
    AbsoluteError,
    /// Sum over the outputs of `d^2 / 2` where `|d| <= delta`, else `delta (|d| - delta / 2)`; `d = z - t`.
    Huber {
        /// The absolute error above which the loss is linear; positive.
        delta: f64,
    },
    /// Sum over the outputs of `ln cosh(z - t)`.
    LogCosh,
    /// Sum over the outputs of `level (t - z)` where z is below t, `(1 - level) (z - t)` where it is above; the derivative at 0 is 0.
    Quantile {
        /// Which quantile of the targets is estimated, between 0 and 1.
        level: f64,
    },
    /// Negative log-likelihood of counts t: sum over the outputs of `exp(z) - t z`, z the logarithm of the rate.
    Poisson {
        /// z is the rate itself: `z - t ln(z + 1e-8)`.
        rate: bool,
        /// With Stirling's approximation of `ln t!` where t is above 1: `t ln t - t + ln(2 pi t) / 2`.
        full: bool,
    },
    /// Margin losses, `max(0, m)^p`. Values and single outputs: the sum over the outputs with `m = 1 - (2 t - 1) z`.
    /// Classes with several outputs: see [`Margin`].
    Hinge {
        /// p = 2 instead of 1.
        squared: bool,
        /// Which margins of several classes are included.
        margin: Margin,
    },
}

/// Which margins between the true class and the others a hinge loss includes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Margin {
    /// `max(0, 1 - (right score - best wrong score))^p`.
    Best,
    /// The sum over the wrong classes of `max(0, 1 - (right score - wrong score))^p`, divided by the number of classes.
    AllPairs,
}

impl Loss {
    /// Whether the loss of a sample compares its outputs with each other; otherwise it is a sum over the outputs.
    #[must_use]
    pub fn compares_outputs(self, classes: bool, outputs: usize) -> bool {
        match self {
            Self::SoftmaxCrossEntropy => true,
            Self::Hinge { .. } => classes && outputs > 1,
            _ => false,
        }
    }
}

/// The outputs of a block of samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OutputShape {
    /// Outputs of a sample.
    pub outputs: usize,
    /// Samples, padded to a multiple of [`Element::LANES`](crate::Element::LANES).
    pub columns: usize,
    /// Samples without the padding.
    pub valid: usize,
}

/// The targets.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a, T> {
    /// Values, feature-major `[outputs, columns]`.
    Values(&'a [T]),
    /// A class for each sample, at least `valid` of them. With several outputs the target is one-hot; with a single
    /// output it is the class itself (0 or 1).
    Classes(&'a [u32]),
}

/// Sample weights, class weights and label smoothing of a loss.
#[derive(Clone, Copy, Debug)]
pub struct Weighting<'a, T> {
    /// Multiplies the loss of each sample, `[columns]`; 1 where absent.
    pub samples: Option<&'a [T]>,
    /// `[outputs]`; 1 where absent. Binary cross-entropy: multiplies the term `-t ln sigmoid(z)`.
    /// Softmax cross-entropy: multiplies the target of each class. Other losses have none.
    pub outputs: Option<&'a [T]>,
    /// Label smoothing e of the cross-entropies: targets t become `(1 - e) t + e / classes`, with two classes an output
    /// in binary cross-entropy. 0 for other losses.
    pub smoothing: T,
}

impl<T: crate::Element> Weighting<'_, T> {
    /// No weights, no smoothing.
    pub const NONE: Self = Self {
        samples: None,
        outputs: None,
        smoothing: T::ZERO,
    };
}
