//! One sample, for the textbook forms of the losses.

/// One sample: its outputs and its targets, in f64.
pub(crate) struct SampleRow<'a> {
    /// The outputs.
    pub(crate) y: &'a [f64],
    /// The targets, one per output: numbers, or 1 for the right class and 0 for the others, or with
    /// one output for two classes the class itself.
    pub(crate) t: &'a [f64],
    /// The right class, where the targets are classes with one output each.
    pub(crate) class: Option<usize>,
    /// e: targets become (1 - e) t + e / classes.
    pub(crate) smoothing: f64,
    /// Weights by output: of the target 1 in binary cross-entropy, of each class in
    /// softmax cross-entropy.
    pub(crate) weights: Option<&'a [f64]>,
}

impl SampleRow<'_> {
    /// The sum over the outputs of a loss of each output, `of(y, t)` being its value and
    /// derivative.
    pub(crate) fn each(&self, of: impl Fn(f64, f64) -> (f64, f64)) -> (f64, Vec<f64>) {
        let terms = self.y.iter().zip(self.t).map(|(&y, &t)| of(y, t));
        terms.fold((0.0, Vec::new()), |(sum, mut slopes), (value, slope)| {
            slopes.push(slope);
            (sum + value, slopes)
        })
    }

    /// Second derivatives of a loss of each output, `of(y, t)`, times `direction`.
    pub(crate) fn bend_each(&self, direction: &[f64], of: impl Fn(f64, f64) -> f64) -> Vec<f64> {
        let terms = self.y.iter().zip(self.t).zip(direction);
        terms.map(|((&y, &t), along)| of(y, t) * along).collect()
    }

    /// The weight of an output; 1 where there are none.
    pub(crate) fn weight(&self, output: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[output])
    }
}
