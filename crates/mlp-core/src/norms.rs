//! L2 norms of weights and biases.

use crate::{Architecture, Scalar};

/// L2 norms of a parameter slice, computed in f64. The scale and shift of a normalization are
/// neither weights nor biases, and are excluded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Norms {
    /// Over all weights of the network.
    pub weight: f64,
    /// Over all biases of the network; 0 where there are none.
    pub bias: f64,
    /// Over the weights of each layer.
    pub weights: Vec<f64>,
    /// Over the biases of each layer.
    pub biases: Vec<f64>,
}

impl Norms {
    /// Of `parameters`, laid out by `architecture`. Squares are summed in f64 in the order of
    /// the slice, and layers in order.
    ///
    /// # Panics
    /// If the length of `parameters` is not that of the architecture.
    pub fn of<T: Scalar>(architecture: &Architecture, parameters: &[T]) -> Self {
        let mut norms = Self::default();
        norms.measure(architecture, parameters);
        norms
    }

    /// Sets these to the norms [`of`](Self::of) `parameters`.
    pub(crate) fn measure<T: Scalar>(&mut self, architecture: &Architecture, parameters: &[T]) {
        self.weights.clear();
        self.biases.clear();
        let (mut weights, mut biases, mut end) = (0.0, 0.0, 0);
        for span in architecture.layer_spans() {
            let squares = sum_of_squares(&parameters[span.weights]);
            weights += squares;
            self.weights.push(squares.sqrt());
            let squares = sum_of_squares(&parameters[span.biases]);
            biases += squares;
            self.biases.push(squares.sqrt());
            end = span.shifts.end;
        }
        assert_eq!(parameters.len(), end, "one number per parameter");
        (self.weight, self.bias) = (weights.sqrt(), biases.sqrt());
    }
}

/// The sum of squares in f64, in the order of the slice.
pub(crate) fn sum_of_squares<T: Scalar>(values: &[T]) -> f64 {
    values
        .iter()
        .fold(0.0, |sum, value| sum + value.to_f64() * value.to_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Activation;

    #[test]
    fn weights_and_biases_are_told_apart() {
        let net = Architecture::new(1)
            .layer(2, Activation::Tanh)
            .layer(1, Activation::Identity);
        let norms = Norms::of(&net, &[3.0f32, 4.0, 0.0, 2.0, 12.0, 0.0, 1.5]);
        assert_eq!(norms.weights, [5.0, 12.0]);
        assert_eq!(norms.biases, [2.0, 1.5]);
        assert_eq!((norms.weight, norms.bias), (13.0, 2.5));
    }
}
