//! How well a network does on a set of samples.

/// Means over all samples of a part, without penalties, accumulated in f64.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evaluation {
    /// The mean loss, times the loss scale.
    pub loss: f64,
    /// Share of samples whose class is right; `None` unless the targets are classes.
    pub accuracy: Option<f64>,
    /// Coefficient of determination, averaged uniformly over outputs as scikit-learn's `r2_score`
    /// does (an output whose targets are all the same counts 1 if it is met exactly, else 0);
    /// `None` unless the targets are values.
    pub r2: Option<f64>,
    /// Root of the mean squared error of each output, averaged uniformly over outputs as
    /// scikit-learn's `root_mean_squared_error` does; `None` unless the targets are values.
    pub rmse: Option<f64>,
    /// How many samples there were.
    pub samples: usize,
}
