//! Where in a row of samples the weighted losses are.

/// A vector of samples: where it starts, their classes (0 where the targets are values), and what their slopes are
/// multiplied by.
#[derive(Clone, Copy)]
pub struct SampleVector<V> {
    pub at: usize,
    pub classes: V,
    pub factor: V,
}
