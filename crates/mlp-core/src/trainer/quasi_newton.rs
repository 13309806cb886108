//! Steps of L-BFGS, which may need the gradient several times.

use mlp_kernels::update;

use super::Trainer;
use crate::{
    Lbfgs, LineSearch, Scalar,
    optimizer::{Curvature, Move, line_search},
};

impl<T: Scalar> Trainer<'_, T> {
    /// One iteration from the gradient computed last; without its loss there is no line search.
    /// `evaluate` computes gradient and loss again. Returns whether every parameter is finite.
    pub(super) fn quasi_newton(
        &mut self,
        lbfgs: Lbfgs,
        evaluate: &mut dyn FnMut(&mut Self),
    ) -> bool {
        self.penalise();
        let rate = self.segments.first().map_or(0.0, |segment| segment.rate);
        let length = self.parameters.len();
        let mut curvature = Curvature::new(&mut self.moments, &mut self.scalars, length);
        let aim = lbfgs.aim(&self.program.kernels, rate, &self.gradient, &mut curvature);
        let Move::Along {
            first,
            slope,
            largest,
        } = aim
        else {
            return true;
        };
        self.scratch.copy_from_slice(&self.parameters);
        let mut step = first;
        if lbfgs.line_search == LineSearch::StrongWolfe && !self.loss.is_nan() {
            let start = line_search::Point {
                at: 0.0,
                loss: self.loss,
                slope,
            };
            step = line_search::strong_wolfe(start, first, largest, |step| {
                self.go(step);
                evaluate(self);
                self.forget_frozen();
                self.penalise();
                let direction = &self.moments[length..2 * length];
                (
                    self.loss,
                    self.program.kernels.dot(&self.gradient, direction),
                )
            });
        }
        self.go(step)
    }

    /// Moves the parameters a step along the direction from the start of the iteration.
    fn go(&mut self, step: f64) -> bool {
        self.parameters.copy_from_slice(&self.scratch);
        let length = self.parameters.len();
        Curvature::new(&mut self.moments, &mut self.scalars, length).go(step);
        self.update_segments()
    }

    /// Adds the penalty of weight decay to the loss, and its gradient.
    fn penalise(&mut self) {
        for segment in self.segments.iter().filter(|segment| segment.decay != 0.0) {
            let parameters = &self.parameters[segment.range.clone()];
            let gradient = &mut self.gradient[segment.range.clone()];
            let squares = self.program.kernels.sum_of_squares(parameters);
            self.loss += 0.5 * segment.decay * squares;
            let factor = T::from_f64(segment.decay);
            let rule = update::AddScaled { factor };
            self.program.kernels.update(rule, gradient, parameters, []);
        }
    }
}
