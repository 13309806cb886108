//! The shape of a dense layer and what follows from it alone.

use crate::Element;

/// A dense layer over a block of samples: weights `[outputs, inputs]`, activations `[features, columns]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DenseShape {
    /// Inputs: neurons of the preceding layer.
    pub inputs: usize,
    /// Outputs: neurons of this layer.
    pub outputs: usize,
    /// Samples, padded to a multiple of [`Element::LANES`].
    pub columns: usize,
}

/// How a weight's gradient is summed over the samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightGradientOrder {
    /// Sample s goes to partial sum `s mod LANES`, one fused chain each; the partial sums are folded by halves.
    Lanes,
    /// One fused chain over the samples in ascending order.
    Chain,
}

impl DenseShape {
    /// The order of the weight gradient's sums: the cheaper one by a cost model in tenths of a vector operation. Partial sums cost a
    /// horizontal sum per weight; the chain costs whole vectors of inputs and the transposition of x.
    #[must_use]
    pub fn weight_gradient_order<T: Element>(&self) -> WeightGradientOrder {
        let vectors = self.columns / T::LANES;
        let lanes = self.inputs * self.outputs * (10 * vectors + 17);
        let chain =
            self.inputs.next_multiple_of(T::LANES) * (10 * vectors * self.outputs + 50 * vectors);
        if chain < lanes {
            WeightGradientOrder::Chain
        } else {
            WeightGradientOrder::Lanes
        }
    }

    /// Length of the scratch slice of the weight gradient.
    #[must_use]
    pub fn weight_gradient_scratch<T: Element>(&self) -> usize {
        match self.weight_gradient_order::<T>() {
            WeightGradientOrder::Lanes => 0,
            WeightGradientOrder::Chain => self.inputs.next_multiple_of(T::LANES) * self.columns,
        }
    }

    pub(crate) fn check_columns<T: Element>(&self) {
        assert!(
            self.columns.is_multiple_of(T::LANES),
            "columns are whole vectors"
        );
    }
}
