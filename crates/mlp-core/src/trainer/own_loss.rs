//! The two halves of a step with a loss of one's own.

use ndarray::{Array2, ArrayView2};

use super::{Trainer, features_fit};
use crate::{Error, Samples, Scalar, Targets, samples::block_columns};

impl<T: Scalar> Trainer<'_, T> {
    /// The outputs `[samples, outputs]` of the network as it stands, for inputs
    /// `[samples, inputs]`: the forward half of a loss of one's own.
    ///
    /// # Errors
    /// Another number of features than the network has inputs.
    pub fn forward(&self, inputs: ArrayView2<'_, T>) -> Result<Array2<T>, Error> {
        self.network().forward(inputs)
    }

    /// The gradient of any loss with respect to the parameters, from inputs `[samples, inputs]`
    /// and the loss's gradient `d_output` `[samples, outputs]` with respect to the outputs there.
    /// It is kept for [`Trainer::update`]: the backward half of a loss of one's own.
    ///
    /// # Errors
    /// Shapes that fit neither the network nor each other; an input that is not finite.
    pub fn backward(
        &mut self,
        inputs: ArrayView2<'_, T>,
        d_output: ArrayView2<'_, T>,
    ) -> Result<&[T], Error> {
        let outputs = self.program.outputs;
        if d_output.ncols() != outputs {
            let what = "a row of output gradients".to_owned();
            return Err(Error::BadLength {
                what,
                found: d_output.ncols(),
                expected: outputs,
            });
        }
        // Output gradients take the same way into blocks as targets do.
        let carrier = Samples::new(inputs, &Targets::Values(d_output.to_owned()))?;
        features_fit(&self.spec.architecture, &carrier)?;
        let columns = block_columns(carrier.len(), self.program.block_limit(), T::LANES);
        self.make_room(columns);
        let blocks = carrier.blocks(columns);
        let Self {
            program,
            workspace,
            parameters,
            gradient,
            ..
        } = self;
        for index in 0..blocks.count() {
            let block = blocks.block(index);
            program.forward(parameters, block.x, block.columns, &mut workspace.pass);
            workspace.pass.delta[0][..block.values.len()].copy_from_slice(block.values);
            program.backward(
                parameters,
                block.x,
                block.columns,
                index > 0,
                &mut workspace.pass,
                gradient,
            );
        }
        Ok(&self.gradient)
    }
}
