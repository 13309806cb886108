//! Buffers kept from step to step.

/// Buffers kept by steps on a custom loss.
#[derive(Clone, Debug)]
pub(super) struct CustomLossBuffers<T> {
    pub(super) outputs: Vec<T>,
    pub(super) d_output: Vec<T>,
}

impl<T> Default for CustomLossBuffers<T> {
    fn default() -> Self {
        Self {
            outputs: Vec::new(),
            d_output: Vec::new(),
        }
    }
}
