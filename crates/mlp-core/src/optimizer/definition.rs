//! The interface of optimizers to the rest of the program, and shared code.

use mlp_kernels::update;

use super::{Element, Field, Segment, Tensors, Updates};
use crate::{Error, Scalar, math, spelling::Known};

/// What a training requires of its optimizer.
pub(crate) struct OptimizerRequirements {
    /// Layers of the network.
    pub(crate) layers: usize,
    /// Whether every update uses all samples.
    pub(crate) full_batches: bool,
    /// Whether all layers have one learning rate.
    pub(crate) one_rate: bool,
    /// Whether the gradient is that of a smooth loss: no clipping, L1 penalty or max-norm.
    pub(crate) smooth: bool,
}

/// The definition of an optimizer.
pub(crate) trait OptimizerDefinition: Clone + Default + 'static {
    /// Its names.
    const NAMES: &'static [Known];

    /// Its settings, in the order of help.
    const SETTINGS: &'static [Field<Self>];

    /// The optimizer of one of those names, with default settings.
    fn named(_name: &str) -> Self {
        Self::default()
    }

    /// The name under which all settings can be given.
    fn name(&self) -> &'static str {
        Self::NAMES[0].name
    }

    /// The settings that may follow a name as numbers after colons.
    fn positional(name: &str) -> &'static [&'static str];

    /// The default learning rate.
    fn default_learning_rate(&self) -> f64;

    /// The default weight decay.
    fn default_weight_decay(&self) -> f64 {
        0.0
    }

    /// How many numbers it stores per parameter.
    fn slots(&self) -> usize;

    /// The momentum (beta1 in the Adam family), where there is one that a schedule can cycle.
    fn momentum_mut(&mut self) -> Option<&mut f64> {
        None
    }

    /// How many additional f64 numbers it stores, for this many segments.
    fn scalars(&self, _segments: usize) -> usize {
        0
    }

    /// The start of each segment's state, and the length of the whole state. Usually the slots come
    /// one after the other, each as long as the parameters.
    fn lay_out(&self, segments: &mut [Segment]) -> usize {
        segments.last().map_or(0, |last| last.range.end) * self.slots()
    }

    /// Numbers of scratch space that an update needs.
    fn scratch<T: Scalar>(&self, _segments: &[Segment]) -> usize {
        0
    }

    /// Whether it needs whole matrices, so that segments are not joined.
    fn is_by_tensor(&self) -> bool {
        false
    }

    /// Whether it needs the loss that belongs to the gradient.
    fn needs_loss(&self) -> bool {
        false
    }

    /// Whether its update of a parameter looks at nothing but that parameter's numbers, the step and the
    /// segment, so that networks side by side are updated as they lie.
    fn is_elementwise(&self) -> bool {
        true
    }

    /// Whether its rule is the same in every step but the first.
    fn is_steady(&self) -> bool {
        false
    }

    /// Sets a different rate and decay for a segment of a network with this many layers, where this
    /// optimizer treats it separately. `decays` says whether the segment takes part in decay.
    fn adjust(&self, _layers: usize, _decays: bool, _segment: &mut Segment) {}

    /// Refuses inconsistent settings.
    fn consistent(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Refuses a training that it does not support.
    fn suits(&self, _training: &OptimizerRequirements) -> Result<(), Error> {
        Ok(())
    }

    /// Whether decay shrinks the parameter itself, instead of entering the gradient.
    fn is_decoupled(&self) -> bool {
        false
    }

    /// The textbook form of the update of one parameter `p` by its gradient `g`, after decay: the new
    /// parameter. Optimizers that update several at a time have theirs in
    /// [`reference`](crate::reference).
    fn textbook(&self, _at: &Element, _p: f64, _g: f64, _memory: &mut [f64; 3]) -> f64 {
        unreachable!("this optimizer takes more than one parameter at a time")
    }

    /// Updates one segment and returns whether every parameter in it is finite afterwards. At the
    /// first step all state is zero.
    fn update<T: Scalar>(
        &self,
        updates: &mut Updates<'_, T>,
        step: u64,
        segment: &Segment,
        tensors: Tensors<'_, T>,
    ) -> bool;
}

/// Refuses inconsistent settings.
pub(super) fn conflict(optimizer: &str, expected: &str) -> Error {
    Error::BadArgument {
        kind: "optimizer",
        text: optimizer.to_owned(),
        expected: expected.to_owned(),
    }
}

/// The factor of a parameter under decoupled decay.
pub(super) fn keep(segment: &Segment) -> f64 {
    1.0 - segment.rate * segment.decay
}

/// The decay that enters the gradient, and the factor under decoupled decay.
pub(super) fn decay_and_keep(segment: &Segment, decoupled: bool) -> (f64, f64) {
    match decoupled {
        true => (0.0, keep(segment)),
        false => (segment.decay, 1.0),
    }
}

/// The running means of Adam's family.
pub(super) fn moments_of<T: Scalar>(beta1: f64, beta2: f64, decay: f64) -> update::Moments<T> {
    update::Moments {
        decay: T::from_f64(decay),
        share1: T::from_f64(1.0 - beta1),
        beta2: T::from_f64(beta2),
        share2: T::from_f64(1.0 - beta2),
    }
}

/// A positive number to any power.
pub(crate) fn real_power(base: f64, exponent: f64) -> f64 {
    math::exp(exponent * math::ln(base))
}
