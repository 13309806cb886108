//! Shared parts of the textbook forms of the optimizers.

/// The update of one parameter.
pub(crate) struct Element {
    /// The step: 1, 2, ...
    pub(crate) t: i32,
    pub(crate) rate: f64,
    pub(crate) decay: f64,
    /// Whether the loss is greater than at the last step.
    pub(crate) risen: bool,
}

/// Running means of the gradient and of its square.
pub(super) fn moments(beta1: f64, beta2: f64, g: f64, [mean, square]: [&mut f64; 2]) -> [f64; 2] {
    *mean = beta1 * *mean + (1.0 - beta1) * g;
    *square = beta2 * *square + (1.0 - beta2) * g * g;
    [*mean, *square]
}

/// Keeps the largest value seen.
pub(super) fn largest(kept: &mut f64, new: f64) -> f64 {
    if new > *kept {
        *kept = new;
    }
    *kept
}

/// -1, 0 or 1.
pub(super) fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

/// A number to a whole power.
pub(super) fn power(base: f64, exponent: i32) -> f64 {
    (0..exponent).fold(1.0, |product, _| product * base)
}
