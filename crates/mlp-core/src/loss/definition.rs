//! The interface of losses to the rest of the program.

use super::{Domain, Outputs, SampleRow, Shape};
use crate::{Error, spelling::Known};

/// The definition of a loss.
pub(crate) trait LossDefinition {
    /// Its names.
    fn names(&self) -> &'static [Known];

    /// Its spelling, including settings.
    fn spelling(&self) -> String {
        self.names()[0].name.to_owned()
    }

    /// Refuses invalid settings.
    fn validate(&self) -> Result<(), Error> {
        Ok(())
    }

    /// The kernel.
    fn kernel(&self) -> mlp_kernels::Loss;

    /// The meaning of the outputs.
    fn outputs(&self) -> Outputs {
        Outputs::Estimates
    }

    /// What would be right where the kind of targets and the number of outputs do not match.
    fn fits(&self, targets: Shape, outputs: usize) -> Result<(), &'static str> {
        targets.one_an_output(outputs)
    }

    /// The valid targets.
    fn values(&self) -> Domain {
        Domain::Reals
    }

    /// Whether it supports label smoothing.
    fn smooths(&self) -> bool {
        false
    }

    /// The loss of one sample and its gradient with respect to the outputs.
    fn textbook(&self, row: &SampleRow<'_>) -> (f64, Vec<f64>);

    /// The Hessian of one sample's loss with respect to its outputs, times `direction`.
    fn bend(&self, row: &SampleRow<'_>, direction: &[f64]) -> Vec<f64>;
}
