//! Optimizer updates over one segment of parameters, the test for finiteness fused.

/// Gradient descent: `g' = g + decay w; w -= rate g'`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd<T> {
    /// Learning rate.
    pub rate: T,
    /// L2 coefficient.
    pub decay: T,
}

/// Momentum as PyTorch has it (Sutskever et al. 2013): `g' = g + decay w; v = momentum v + share g'; w -= rate v`, and in Nesterov's form
/// `w -= rate (g' + momentum v)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Momentum<T> {
    /// Learning rate.
    pub rate: T,
    /// L2 coefficient.
    pub decay: T,
    /// Factor of the velocity.
    pub momentum: T,
    /// One minus the dampening (one in PyTorch's first step).
    pub share: T,
}

/// Adam (Kingma and Ba 2014) in PyTorch's form: `g' = g + decay w; m += (1 - beta1)(g' - m); v = beta2 v + (1 - beta2) g'^2;
/// w -= rate m / (sqrt(v) / root_correction + epsilon)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam<T> {
    /// Learning rate over `1 - beta1^t`.
    pub rate: T,
    /// L2 coefficient.
    pub decay: T,
    /// `1 - beta1`, rounded once: in f32 the difference of rounded numbers would be off by 5e-5.
    pub share1: T,
    /// Decay of the second moment.
    pub beta2: T,
    /// `1 - beta2`, rounded once.
    pub share2: T,
    /// Added to the denominator.
    pub epsilon: T,
    /// `sqrt(1 - beta2^t)`.
    pub root_correction: T,
}
