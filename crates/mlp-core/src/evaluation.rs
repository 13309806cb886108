//! The performance of a network on a set of samples.

/// Means over all samples of a part, without penalties, accumulated in f64.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// The mean loss, times the loss scale; it includes the weights of samples and classes and label
    /// smoothing. Everything else counts every sample once.
    pub loss: f64,
    /// Fraction of samples whose class is correct: the most likely, where targets are probabilities of
    /// classes. Where the targets are several labels (numbers that are all 0 or 1, with a loss of
    /// yes and no), the fraction of samples with all labels correct, scikit-learn's `accuracy_score`.
    /// `None` for other targets.
    pub accuracy: Option<f64>,
    /// Coefficient of determination, averaged uniformly over outputs like scikit-learn's `r2_score`
    /// (an output with constant targets counts 1 if it is predicted exactly, else 0);
    /// `None` unless the outputs estimate values; where they are logarithms of rates, the rates are
    /// compared.
    pub r2: Option<f64>,
    /// Root of the mean squared error of each output, averaged uniformly over outputs like
    /// scikit-learn's `root_mean_squared_error`; `None` unless the targets are values.
    pub rmse: Option<f64>,
    /// Number of samples.
    pub samples: usize,
}
