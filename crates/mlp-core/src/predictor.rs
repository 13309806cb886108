//! Repeated prediction.

use ndarray::{Array2, ArrayView2, ArrayViewMut2};

use crate::{
    Error, Level, Network, Scalar,
    engine::{Forward, RowForward},
};

/// Up to this many rows are computed one by one, where possible: a block of padded ones costs as much.
const FEW: usize = 3;

/// A network prepared for prediction: for loops in which [`Network::forward`], which prepares everything
/// on each call, would spend more time on preparation than on computation.
///
/// [`Predictor::predict_into`] allocates nothing once it has been called with as many rows. The
/// outputs are those of [`Network::forward`], bit for bit, at every level and for any number of rows
/// at a time.
///
/// ```
/// use mlp_core::{Activation, Architecture, Level, Network, Predictor};
/// use ndarray::{Array2, array};
/// let half = Architecture::new(2).layer(1, Activation::Identity);
/// let network = Network::new(half, vec![0.5, 0.5, 1.0])?;
/// let mut predictor = Predictor::new(network, Level::best())?;
/// let mut outputs = Array2::zeros((1, 1));
/// for x in [2.0, 4.0] {
///     predictor.predict_into(array![[x, x]].view(), outputs.view_mut())?;
///     assert_eq!(outputs[[0, 0]], x + 1.0);
/// }
/// # Ok::<(), mlp_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Predictor<T: Scalar> {
    network: Network<T>,
    forward: Forward<T>,
    row: Option<RowForward<T>>,
}

impl<T: Scalar> Predictor<T> {
    /// Prepares a network, at an instruction-set level.
    ///
    /// # Errors
    /// A level that this machine does not support.
    pub fn new(network: Network<T>, level: Level) -> Result<Self, Error> {
        let forward = Forward::new(network.architecture(), level, 1)?;
        Ok(Self {
            row: RowForward::new(forward.program(), network.parameters()),
            network,
            forward,
        })
    }

    /// Writes the outputs `[samples, outputs]` (logits, for a classifier) for inputs
    /// `[samples, inputs]`. Arrays in standard layout are the fastest.
    ///
    /// # Errors
    /// Arrays whose widths differ from the network's, or whose numbers of rows differ.
    pub fn predict_into(
        &mut self,
        inputs: ArrayView2<'_, T>,
        mut outputs: ArrayViewMut2<'_, T>,
    ) -> Result<(), Error> {
        let Self {
            network,
            forward,
            row,
        } = self;
        network.check_width(inputs)?;
        let needed = (inputs.nrows(), network.architecture().outputs());
        let found = outputs.dim();
        for (what, found, expected) in [
            ("the array for the outputs", found.0, needed.0),
            ("a row for the outputs", found.1, needed.1),
        ] {
            if found != expected {
                let what = what.to_owned();
                return Err(Error::BadLength {
                    what,
                    found,
                    expected,
                });
            }
        }
        match row {
            Some(row) if inputs.nrows() <= FEW => {
                for (x, y) in inputs.rows().into_iter().zip(outputs.rows_mut()) {
                    row.run(x, y);
                }
            }
            _ => forward.run(network.numbers(), inputs, outputs),
        }
        Ok(())
    }

    /// The outputs in a new array.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Network, Predictor, ndarray::array};
    /// let line = Architecture::new(1).layer(1, Activation::Identity);
    /// let mut predictor = Predictor::new(Network::new(line, vec![2.0, 1.0])?, Level::best())?;
    /// assert_eq!(predictor.predict(array![[0.5], [1.0]].view())?, array![[2.0], [3.0]]);
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// A number of features that differs from the network's inputs.
    pub fn predict(&mut self, inputs: ArrayView2<'_, T>) -> Result<Array2<T>, Error> {
        let width = self.network.architecture().outputs();
        let mut outputs = Array2::from_elem((inputs.nrows(), width), T::ZERO);
        self.predict_into(inputs, outputs.view_mut())?;
        Ok(outputs)
    }

    /// The network.
    pub fn network(&self) -> &Network<T> {
        &self.network
    }

    /// Returns the network.
    pub fn into_network(self) -> Network<T> {
        self.network
    }
}
