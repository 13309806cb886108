//! What a loss is to the rest of the program.

use super::{Domain, Outputs, Row, Shape};
use crate::{Error, spelling::Known};

/// What a loss has to say for itself.
pub(crate) trait Rule {
    /// The names it answers to.
    fn names(&self) -> &'static [Known];

    /// Its spelling, settings included.
    fn spelling(&self) -> String {
        self.names()[0].name.to_owned()
    }

    /// Refuses settings that make no sense.
    fn validate(&self) -> Result<(), Error> {
        Ok(())
    }

    /// The kernel.
    fn kernel(&self) -> mlp_kernels::Loss;

    /// What the outputs are.
    fn outputs(&self) -> Outputs {
        Outputs::Estimates
    }

    /// What would be right where the targets' kind and the number of outputs do not fit.
    fn fits(&self, targets: Shape, outputs: usize) -> Result<(), &'static str> {
        targets.one_an_output(outputs)
    }

    /// The targets it takes.
    fn values(&self) -> Domain {
        Domain::Reals
    }

    /// Whether targets can be smoothed.
    fn smooths(&self) -> bool {
        false
    }

    /// The loss of one sample and its gradient by the outputs.
    fn textbook(&self, row: &Row<'_>) -> (f64, Vec<f64>);

    /// The Hessian of one sample's loss by its outputs, times `direction`.
    fn bend(&self, row: &Row<'_>, direction: &[f64]) -> Vec<f64>;
}
