//! Limited-memory BFGS.

use mlp_kernels::{Kernels, update};

use super::{
    Field, OptimizerDefinition, OptimizerRequirements, Segment, Tensors, Updates, conflict,
    fields::{number, whole, word},
};
use crate::{Error, Scalar, spelling::Known};

/// How L-BFGS determines its step length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LineSearch {
    /// A search for the strong Wolfe conditions that starts at the learning rate.
    #[default]
    StrongWolfe,
    /// The learning rate.
    None,
}

impl LineSearch {
    const NAMES: &'static [&'static str] = &["strong_wolfe", "none"];

    /// The spelling.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    fn of_name(name: &str) -> Self {
        match name {
            "none" => Self::None,
            _ => Self::StrongWolfe,
        }
    }
}

/// L-BFGS (Liu and Nocedal 1989) like PyTorch's `LBFGS` with `max_iter=1`: one step is one
/// iteration. With the gradient g, the last steps s and the changes y of g along them,
///
/// ```text
/// direction = -H g        by the two-loop recursion (Nocedal 1980), from H = (s y) / (y y)
/// parameters += t * direction
/// ```
///
/// where t is the learning rate, or the result of a line search from there; in the first step it is
/// the learning rate times min(1, 1 / sum |g|). A pair with s y of 1e-10 or less is not kept.
/// The parameters stop changing once no element of g exceeds `tolerance_grad`, or the slope along the
/// direction is above `-tolerance_change`.
///
/// Every step needs the loss and the gradient over all samples, so batches must be full. Weight
/// decay X is the penalty X/2 |W|^2, which the line search includes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lbfgs {
    /// Number of stored pairs; at least one.
    pub history: u64,
    /// How the step length is determined.
    pub line_search: LineSearch,
    /// Largest element of a gradient that counts as zero; not negative.
    pub tolerance_grad: f64,
    /// Slope that counts as flat; not negative.
    pub tolerance_change: f64,
}

impl Lbfgs {
    /// The maximum number of stored pairs: more than the number of parameters are of no use.
    pub const MOST_PAIRS: u64 = 10_000;
}

impl Default for Lbfgs {
    fn default() -> Self {
        Self {
            history: 100,
            line_search: LineSearch::StrongWolfe,
            tolerance_grad: 1e-7,
            tolerance_change: 1e-9,
        }
    }
}

/// The curvature estimate, as views of a training's state.
///
/// The moments are slots as long as the parameters: the last gradient, the direction, and the
/// history of changes y and steps s, both as rings.
pub(crate) struct Curvature<'a, T> {
    moments: &'a mut [T],
    scalars: &'a mut [f64],
    length: usize,
}

/// The move of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Move {
    /// None: the gradient or the slope is flat.
    Stay,
    /// Along the direction.
    Along {
        /// The first step length to try.
        first: f64,
        /// The derivative of the loss along the direction.
        slope: f64,
        /// The largest component of the direction.
        largest: f64,
    },
}

/// Indices of scalars. The inverses of s y follow, then the weights of the recursion.
const ITERATIONS: usize = 0;
const STEP: usize = 1;
const SCALE: usize = 2;
const PAIRS: usize = 3;
const OLDEST: usize = 4;
const FIXED: usize = 5;

impl<'a, T: Scalar> Curvature<'a, T> {
    pub(crate) fn new(moments: &'a mut [T], scalars: &'a mut [f64], length: usize) -> Self {
        Self {
            moments,
            scalars,
            length,
        }
    }

    /// The direction of the step.
    pub(crate) fn direction(&self) -> &[T] {
        &self.moments[self.length..2 * self.length]
    }

    /// Sets the length of the step.
    pub(crate) fn go(&mut self, step: f64) {
        self.scalars[STEP] = step;
    }

    /// Slot `index` and another one, which is read.
    fn pair(&mut self, index: usize, other: usize) -> (&mut [T], &[T]) {
        let [a, b] = [index, other].map(|slot| slot * self.length..(slot + 1) * self.length);
        if index < other {
            let (low, high) = self.moments.split_at_mut(b.start);
            (&mut low[a], &high[..self.length])
        } else {
            let (low, high) = self.moments.split_at_mut(a.start);
            (&mut high[..self.length], &low[b])
        }
    }

    /// Stores the last step and the change of the gradient along it.
    fn remember(&mut self, kernels: &Kernels<T>, gradient: &[T]) {
        let history = (self.scalars.len() - FIXED) / 2;
        let (pairs, oldest) = (self.scalars[PAIRS] as usize, self.scalars[OLDEST] as usize);
        // The position after the newest pair, which is that of the oldest where the history is full.
        let place = (oldest + pairs) % history;
        let (y_slot, s_slot) = (2 + place, 2 + history + place);
        let step = T::from_f64(self.scalars[STEP]);
        // The change replaces the last gradient, which is no longer needed.
        let (change, direction) = self.pair(0, 1);
        for (change, &new) in change.iter_mut().zip(gradient) {
            *change = (new - *change).flush();
        }
        let ys = kernels.dot(change, direction) * step.to_f64();
        if ys > 1e-10 {
            let (y, change) = self.pair(y_slot, 0);
            y.copy_from_slice(change);
            let squares = kernels.sum_of_squares(y);
            let (s, along) = self.pair(s_slot, 1);
            s.fill(T::from_f64(0.0));
            kernels.update(update::AddScaled { factor: step }, s, along, []);
            self.scalars[FIXED + place] = 1.0 / ys;
            self.scalars[SCALE] = ys / squares;
            if pairs == history {
                self.scalars[OLDEST] = ((oldest + 1) % history) as f64;
            } else {
                self.scalars[PAIRS] = (pairs + 1) as f64;
            }
        }
    }

    /// Multiplies the direction, which is minus the gradient, by the inverse curvature.
    fn turn(&mut self, kernels: &Kernels<T>) {
        let history = (self.scalars.len() - FIXED) / 2;
        let (pairs, oldest) = (self.scalars[PAIRS] as usize, self.scalars[OLDEST] as usize);
        let place = |pair: usize| (oldest + pair) % history;
        for pair in (0..pairs).rev() {
            let place = place(pair);
            let (q, s) = self.pair(1, 2 + history + place);
            let along = kernels.dot(s, q);
            let weight = along * self.scalars[FIXED + place];
            self.scalars[FIXED + history + place] = weight;
            let (q, y) = self.pair(1, 2 + place);
            let factor = T::from_f64(-weight);
            kernels.update(update::AddScaled { factor }, q, y, []);
        }
        let scale = T::from_f64(self.scalars[SCALE]);
        for q in &mut self.moments[self.length..2 * self.length] {
            *q = (*q * scale).flush();
        }
        for pair in 0..pairs {
            let place = place(pair);
            let (r, y) = self.pair(1, 2 + place);
            let against = kernels.dot(y, r) * self.scalars[FIXED + place];
            let weight = self.scalars[FIXED + history + place] - against;
            let (r, s) = self.pair(1, 2 + history + place);
            let factor = T::from_f64(weight);
            kernels.update(update::AddScaled { factor }, r, s, []);
        }
    }
}

impl Lbfgs {
    /// Computes the direction of the next step from the gradient at the current parameters, including the
    /// penalty's.
    pub(crate) fn aim<T: Scalar>(
        &self,
        kernels: &Kernels<T>,
        rate: f64,
        gradient: &[T],
        curvature: &mut Curvature<'_, T>,
    ) -> Move {
        // A gradient that is not a number does not count as flat.
        if largest(gradient) <= self.tolerance_grad && kernels.is_finite(gradient) {
            return Move::Stay;
        }
        let length = curvature.length;
        let first_time = curvature.scalars[ITERATIONS] == 0.0;
        curvature.scalars[ITERATIONS] += 1.0;
        if first_time {
            curvature.scalars[SCALE] = 1.0;
        } else {
            curvature.remember(kernels, gradient);
        }
        let (last, rest) = curvature.moments.split_at_mut(length);
        last.copy_from_slice(gradient);
        for (direction, &g) in rest.iter_mut().zip(gradient) {
            *direction = T::from_f64(0.0) - g;
        }
        curvature.turn(kernels);
        let first = if first_time {
            let sum: f64 = gradient.iter().map(|g| g.to_f64().abs()).sum();
            rate * if sum > 1.0 { 1.0 / sum } else { 1.0 }
        } else {
            rate
        };
        let direction = curvature.direction();
        let slope = kernels.dot(gradient, direction);
        let largest = largest(direction);
        curvature.go(first);
        if slope > -self.tolerance_change || first == 0.0 {
            return Move::Stay;
        }
        Move::Along {
            first,
            slope,
            largest,
        }
    }
}

/// The largest absolute value of an element.
fn largest<T: Scalar>(values: &[T]) -> f64 {
    values.iter().fold(0.0, |most, value| {
        let size = value.to_f64().abs();
        if size > most { size } else { most }
    })
}

impl OptimizerDefinition for Lbfgs {
    const NAMES: &'static [Known] = &[Known::new(
        "lbfgs",
        "quasi-Newton steps with a line search, full batches only",
    )];

    const SETTINGS: &'static [Field<Self>] = &[
        whole!(history, "steps that the curvature estimate is made from"),
        word!(
            line_search,
            "line search: how far a step goes along its direction",
            LineSearch
        ),
        number!(
            tolerance_grad,
            "tolerance: largest element of a gradient that counts as zero",
            NotNegative
        ),
        number!(
            tolerance_change,
            "slope along the direction that counts as flat",
            NotNegative
        ),
    ];

    fn positional(_: &str) -> &'static [&'static str] {
        &["history"]
    }

    fn default_learning_rate(&self) -> f64 {
        1.0
    }

    fn is_elementwise(&self) -> bool {
        false
    }

    fn slots(&self) -> usize {
        2 + 2 * self.history as usize
    }

    fn scalars(&self, _: usize) -> usize {
        FIXED + 2 * self.history as usize
    }

    /// The start of a line search.
    fn scratch<T: Scalar>(&self, segments: &[Segment]) -> usize {
        segments.last().map_or(0, |last| last.range.end)
    }

    fn is_by_tensor(&self) -> bool {
        true
    }

    fn needs_loss(&self) -> bool {
        true
    }

    fn consistent(&self) -> Result<(), Error> {
        if self.history > Self::MOST_PAIRS {
            let what = format!("the history can be {} at most", Self::MOST_PAIRS);
            return Err(conflict("lbfgs", &what));
        }
        Ok(())
    }

    fn suits(&self, training: &OptimizerRequirements) -> Result<(), Error> {
        if !training.full_batches {
            return Err(conflict(
                "lbfgs",
                "a line search needs all samples in every step; use full batches",
            ));
        }
        if !training.one_rate {
            let what = "all parameters move along one direction; give a single learning rate";
            return Err(conflict("lbfgs", what));
        }
        if !training.smooth {
            let what = "it needs a smooth loss; leave out clipping, l1 and max-norm";
            return Err(conflict("lbfgs", what));
        }
        Ok(())
    }

    /// Moves a segment along the direction by the chosen step length.
    fn update<T: Scalar>(
        &self,
        updates: &mut Updates<'_, T>,
        _: u64,
        segment: &Segment,
        tensors: Tensors<'_, T>,
    ) -> bool {
        let rule = update::Direction {
            rate: T::from_f64(-tensors.scalars[STEP]),
            keep: T::from_f64(1.0),
        };
        let direction = &tensors.moments[tensors.parameters.len()..][segment.range.clone()];
        let parameters = &mut tensors.parameters[segment.range.clone()];
        updates.update(rule, parameters, direction, [])
    }
}
