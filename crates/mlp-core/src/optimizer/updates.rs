//! How an optimizer's rules reach parameters: those of one network, or of networks side by side.

use std::any::Any;

use mlp_kernels::{Kernels, Listed};

use crate::Scalar;

/// Applies rules to the parameters that an optimizer takes out of its tensors.
#[derive(Debug)]
pub(crate) struct Updates<'u, T: Scalar> {
    pub(crate) kernels: Kernels<T>,
    /// Where the network is one of several side by side.
    packed: Option<(&'u mut LaneRules<T>, Turn)>,
}

/// What becomes of the rule of a network that is one of several.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Turn {
    /// Nothing: the rules that are known are applied.
    Known,
    /// It is that of all networks, and applied.
    All,
    /// It is that of a lane.
    Lane {
        lane: usize,
        /// Whether it is the rule of all lanes until they have others.
        fill: bool,
        /// Whether all rules are known then, and applied.
        apply: bool,
    },
}

/// The rules of networks side by side for one segment, a rule a lane.
#[derive(Debug)]
pub(crate) struct LaneRules<T> {
    /// A vector of them; which type they have is the optimizer's affair.
    rules: Option<Box<dyn Any + Send + Sync>>,
    alike: bool,
    /// What parameters are multiplied by before they are tested for finiteness.
    factor: T,
}

impl<'u, T: Scalar> Updates<'u, T> {
    /// Of one network.
    pub(crate) fn alone(kernels: Kernels<T>) -> Self {
        Self {
            kernels,
            packed: None,
        }
    }

    /// Of the network of a lane.
    pub(crate) fn packed(kernels: Kernels<T>, rules: &'u mut LaneRules<T>, turn: Turn) -> Self {
        Self {
            kernels,
            packed: Some((rules, turn)),
        }
    }

    /// Updates parameters by their gradient and what is remembered of them, and says whether every
    /// parameter is finite: of networks side by side as [`Kernels::packed_update`] does, once all rules
    /// are known.
    pub(crate) fn update<R: Listed<T, K>, const K: usize>(
        &mut self,
        rule: R,
        parameters: &mut [T],
        gradient: &[T],
        memory: [&mut [T]; K],
    ) -> bool {
        let Some((lanes, turn)) = &mut self.packed else {
            return self.kernels.update(rule, parameters, gradient, memory);
        };
        let factor = lanes.factor;
        let (rules, alike) = lanes.known(rule, *turn);
        if let Turn::Lane { apply: false, .. } = turn {
            return true;
        }
        let rules = if alike { &rules[..1] } else { rules };
        self.kernels
            .packed_update(factor, rules, parameters, gradient, memory)
    }
}

impl<T: Scalar> LaneRules<T> {
    /// None yet.
    pub(crate) fn new(factor: T) -> Self {
        Self {
            rules: None,
            alike: true,
            factor,
        }
    }

    /// The rules as they are known after this turn, and whether all are one.
    fn known<R: Listed<T, K>, const K: usize>(&mut self, rule: R, turn: Turn) -> (&[R], bool) {
        let fits = self
            .rules
            .as_ref()
            .is_some_and(|rules| rules.is::<Vec<R>>());
        if !fits {
            self.rules = Some(Box::new(vec![rule; T::LANES]));
        }
        let rules = self
            .rules
            .as_mut()
            .and_then(|rules| rules.downcast_mut::<Vec<R>>());
        let rules = rules.expect("they were made of this type");
        match turn {
            Turn::Known => {}
            Turn::All => (rules[0], self.alike) = (rule, true),
            Turn::Lane { lane, fill, .. } => {
                if fill {
                    rules.fill(rule);
                }
                rules[lane] = rule;
                self.alike = rules.iter().all(|other| *other == rules[0]);
            }
        }
        (rules, self.alike)
    }
}
