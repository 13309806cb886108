//! How well a network does on a set of samples.

/// Means over all samples of a part, without penalties, accumulated in f64.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// The mean loss, times the loss scale; the weights of samples and classes and the smoothing of
    /// labels enter it. All else counts every sample once.
    pub loss: f64,
    /// Share of samples whose class is right: the likeliest, where targets are probabilities of
    /// classes. Where the targets are several labels (numbers that are all 0 or 1, with a loss of
    /// yes and no), the share of samples with all labels right, scikit-learn's `accuracy_score`.
    /// `None` for other targets.
    pub accuracy: Option<f64>,
    /// Coefficient of determination, averaged uniformly over outputs as scikit-learn's `r2_score`
    /// does (an output whose targets are all the same counts 1 if it is met exactly, else 0);
    /// `None` unless the outputs estimate values; where they are logarithms of rates, the rates are
    /// compared.
    pub r2: Option<f64>,
    /// Root of the mean squared error of each output, averaged uniformly over outputs as
    /// scikit-learn's `root_mean_squared_error` does; `None` unless the targets are values.
    pub rmse: Option<f64>,
    /// How many samples there were.
    pub samples: usize,
}
