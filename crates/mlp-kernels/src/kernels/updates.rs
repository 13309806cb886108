//! The safe interface of optimizer updates.

use super::table::{Kernels, Listed};
use crate::Element;
use crate::update::Step;

impl<T: Element> Kernels<T> {
    /// Updates `params` and the optimizer's state with `grad`; returns whether every parameter is
    /// finite afterwards.
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
        self.update_with(T::ZERO, &[rule], params, grad, memory)
    }

    /// [`Kernels::update`] of packed networks, one network per lane: one rule for all, or `LANES` rules, one per network.
    /// Flags, if the rule has any, are those of the first.
    ///
    /// Returns whether `factor` times every parameter is finite, and so are the sums by lanes: true implies that every parameter is finite and
    /// at most the largest finite number divided by `factor`.
    pub fn packed_update<R: Listed<T, K>, const K: usize>(
        &self,
        factor: T,
        rules: &[R],
        params: &mut [T],
        grad: &[T],
        memory: [&mut [T]; K],
    ) -> bool {
        assert!(
            params.len().is_multiple_of(T::LANES),
            "parameters are whole vectors"
        );
        assert!(
            rules.len() == 1 || rules.len() == T::LANES,
            "one rule, or one a lane"
        );
        self.update_with(factor, rules, params, grad, memory)
    }

    #[inline(always)]
    fn update_with<R: Listed<T, K>, const K: usize>(
        &self,
        factor: T,
        rules: &[R],
        params: &mut [T],
        grad: &[T],
        memory: [&mut [T]; K],
    ) -> bool {
        assert_eq!(grad.len(), params.len(), "gradients");
        for slot in &memory {
            assert_eq!(slot.len(), params.len(), "memory");
        }
        let step = Step {
            rules,
            factor,
            params,
            grad,
            memory,
        };
        // SAFETY: `new` found the level supported.
        unsafe { R::entry(self.table)(step) }
    }
}
