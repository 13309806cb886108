//! The safe interface of optimizer updates.

use super::table::{Kernels, Listed};
use crate::Element;
use crate::update::Step;

impl<T: Element> Kernels<T> {
    /// Updates `params` and the optimizer's state by `grad`; returns whether every parameter is
    /// finite.
    ///
    /// ```
    /// use mlp_kernels::{Kernels, Level, update::Momentum};
    ///
    /// let kernels = Kernels::<f64>::new(Level::best())?;
    /// let rule = Momentum { rate: 0.5, decay: 0.0, momentum: 0.9, share: 1.0 };
    /// let (mut w, mut v) = ([1.0], [0.0]);
    /// assert!(kernels.update(rule, &mut w, &[0.25], [&mut v]));
    /// assert_eq!((w, v), ([0.875], [0.25]));
    /// # Ok::<(), mlp_kernels::UnsupportedLevel>(())
    /// ```
    ///
    /// # Panics
    /// If the slices differ in length.
    pub fn update<R: Listed<T, K>, const K: usize>(
        &self,
        rule: R,
        params: &mut [T],
        grad: &[T],
        memory: [&mut [T]; K],
    ) -> bool {
        assert_eq!(grad.len(), params.len(), "gradients");
        for slot in &memory {
            assert_eq!(slot.len(), params.len(), "memory");
        }
        let step = Step {
            rule,
            params,
            grad,
            memory,
        };
        // SAFETY: `new` found the level supported.
        unsafe { R::entry(self.table)(step) }
    }
}
