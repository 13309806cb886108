//! The safe interface of the kernels of dense layers.

use super::activations::check_pre;
use super::args;
use super::checks::{canonical_sum, size};
use super::losses::losses;
use super::table::Kernels;
use crate::update::Sgd;
use crate::{Activation, DenseShape, Element, Loss, Target, dense};

#[expect(
    clippy::too_many_arguments,
    reason = "plain slices and shapes, as in BLAS; a struct a kernel would only rename them"
)]
impl<T: Element> Kernels<T> {
    /// `y = phi(scale * W x + b)`; `pre` gets what `phi` is applied to.
    ///
    /// A sum starts from the bias (or +0) and takes the inputs in ascending order, fused. With a scale other than one it starts from +0, and
    /// `fma(scale, sum, bias)` follows. `x` is `[inputs, columns]`, `y` and `pre` are `[outputs, columns]`.
    pub fn dense_forward(
        &self,
        shape: DenseShape,
        w: &[T],
        bias: Option<&[T]>,
        scale: T,
        phi: Activation,
        x: &[T],
        pre: Option<&mut [T]>,
        y: &mut [T],
    ) {
        self.forward(false, shape, w, bias, scale, phi, x, pre, y);
    }

    /// [`Kernels::dense_forward`] of `LANES` networks side by side, a network a lane: weights and biases are vectors, `[outputs, inputs, LANES]`
    /// and `[outputs, LANES]`, and each vector of columns is one sample of every network.
    pub fn packed_forward(
        &self,
        shape: DenseShape,
        w: &[T],
        bias: Option<&[T]>,
        scale: T,
        phi: Activation,
        x: &[T],
        pre: Option<&mut [T]>,
        y: &mut [T],
    ) {
        self.forward(true, shape, w, bias, scale, phi, x, pre, y);
    }

    #[inline(always)]
    fn forward(
        &self,
        packed: bool,
        shape: DenseShape,
        w: &[T],
        bias: Option<&[T]>,
        scale: T,
        phi: Activation,
        x: &[T],
        pre: Option<&mut [T]>,
        y: &mut [T],
    ) {
        shape.check_columns::<T>();
        let DenseShape {
            inputs,
            outputs,
            columns,
        } = shape;
        let (entry, width) = match packed {
            true => (self.table.packed_affine, T::LANES),
            false => (self.table.affine, 1),
        };
        assert_eq!(w.len(), size(size(outputs, inputs), width), "weights");
        assert_eq!(x.len(), size(inputs, columns), "inputs");
        assert_eq!(y.len(), size(outputs, columns), "outputs");
        let biases = size(outputs, width);
        assert!(bias.is_none_or(|b| b.len() == biases), "biases");
        assert!(
            pre.as_ref().is_none_or(|z| z.len() == y.len()),
            "pre-activations"
        );
        // The bare sums go to where the activation reads them from; some activations are applied in registers.
        let fused = matches!(
            phi,
            Activation::Identity | Activation::Relu | Activation::Tanh
        ) && pre.is_none();
        let (z, y) = match pre {
            Some(z) => (z, Some(y)),
            None => (y, None),
        };
        // SAFETY: `new` found the level supported.
        unsafe {
            entry(args::Affine {
                shape,
                w,
                bias,
                scale: (scale != T::ONE).then_some(scale),
                phi: if fused { phi } else { Activation::Identity },
                x,
                y: z,
            });
        }
        if !fused {
            self.finish_forward(phi, z, y);
        }
    }

    /// `dx = (scale * W^T dz) * phi'` with the derivative of the activation of the layer below, from its outputs `y_below` or, where
    /// [`Activation::needs_preactivation`] says so, from `pre_below`. Below the smallest normal number dx is +0.
    ///
    /// A sum starts from +0 and takes the outputs in ascending order, fused. `dz` is `[outputs, columns]`, the others are `[inputs, columns]`.
    pub fn dense_input_gradient(
        &self,
        shape: DenseShape,
        w: &[T],
        scale: T,
        dz: &[T],
        phi: Activation,
        y_below: &[T],
        pre_below: Option<&[T]>,
        dx: &mut [T],
    ) {
        assert_eq!(w.len(), size(shape.outputs, shape.inputs), "weights");
        let stride = shape.inputs;
        self.dense_input_gradient_band(shape, stride, w, scale, dz, phi, y_below, pre_below, dx);
    }

    /// [`Kernels::dense_input_gradient_band`] of packed networks, laid out as in [`Kernels::packed_forward`]; `stride` counts vectors.
    pub fn packed_input_gradient(
        &self,
        shape: DenseShape,
        stride: usize,
        w: &[T],
        scale: T,
        dz: &[T],
        phi: Activation,
        y_below: &[T],
        pre_below: Option<&[T]>,
        dx: &mut [T],
    ) {
        self.input_gradient(
            true, shape, stride, w, scale, dz, phi, y_below, pre_below, dx,
        );
    }

    /// [`Kernels::dense_input_gradient`] for a band of neighbouring inputs: `shape.inputs` counts the band, whose weights lie in `w` from the
    /// start of each row of `stride` numbers on; `y_below`, `pre_below` and `dx` are the band's rows.
    pub fn dense_input_gradient_band(
        &self,
        shape: DenseShape,
        stride: usize,
        w: &[T],
        scale: T,
        dz: &[T],
        phi: Activation,
        y_below: &[T],
        pre_below: Option<&[T]>,
        dx: &mut [T],
    ) {
        self.input_gradient(
            false, shape, stride, w, scale, dz, phi, y_below, pre_below, dx,
        );
    }

    #[inline(always)]
    fn input_gradient(
        &self,
        packed: bool,
        shape: DenseShape,
        stride: usize,
        w: &[T],
        scale: T,
        dz: &[T],
        phi: Activation,
        y_below: &[T],
        pre_below: Option<&[T]>,
        dx: &mut [T],
    ) {
        shape.check_columns::<T>();
        let DenseShape {
            inputs,
            outputs,
            columns,
        } = shape;
        let (entry, width) = match packed {
            true => (self.table.packed_transposed, T::LANES),
            false => (self.table.transposed, 1),
        };
        assert!(inputs <= stride, "inputs of a row");
        let rows = outputs.saturating_sub(1);
        let needed = size(rows, stride).checked_add(inputs).expect("a size");
        assert!(outputs == 0 || w.len() >= size(needed, width), "weights");
        assert_eq!(dz.len(), size(outputs, columns), "deltas");
        assert_eq!(dx.len(), size(inputs, columns), "input gradients");
        assert_eq!(y_below.len(), dx.len(), "outputs below");
        check_pre(phi, pre_below, dx.len());
        let fused = matches!(phi, Activation::Tanh | Activation::Relu).then_some(phi);
        // SAFETY: `new` found the level supported.
        unsafe {
            entry(args::Transposed {
                shape,
                w,
                stride,
                scale: (scale != T::ONE).then_some(scale),
                dz,
                phi: fused,
                y_below,
                dx,
            });
        }
        if fused.is_none() {
            self.finish_gradient(phi, y_below, pre_below, dx);
        }
    }

    /// `gw = scale * dz x^T` and `gb`, the sum of dz over the columns (in partial sums of `LANES`, folded); both flushed, and added to what is
    /// there if `accumulate`. The order of a weight's sum is [`DenseShape::weight_gradient_order`].
    ///
    /// `scratch` has at least [`DenseShape::weight_gradient_scratch`] numbers.
    pub fn dense_weight_gradient(
        &self,
        shape: DenseShape,
        scale: T,
        dz: &[T],
        x: &[T],
        accumulate: bool,
        gw: &mut [T],
        gb: Option<&mut [T]>,
        scratch: &mut [T],
    ) {
        shape.check_columns::<T>();
        let DenseShape {
            inputs,
            outputs,
            columns,
        } = shape;
        assert_eq!(gw.len(), size(outputs, inputs), "weight gradients");
        assert_eq!(dz.len(), size(outputs, columns), "deltas");
        assert_eq!(x.len(), size(inputs, columns), "inputs");
        assert!(
            gb.as_ref().is_none_or(|g| g.len() == outputs),
            "bias gradients"
        );
        assert!(
            scratch.len() >= shape.weight_gradient_scratch::<T>(),
            "scratch"
        );
        // SAFETY: `new` found the level supported.
        unsafe {
            (self.table.dense_weight_gradient)(args::WeightGradient {
                shape,
                scale,
                dz,
                x,
                accumulate,
                gw,
                gb,
                scratch,
            });
        }
    }

    /// [`Kernels::dense_weight_gradient`] of packed networks, laid out as in [`Kernels::packed_forward`]: the sums of each have the order that its
    /// samples have alone, padded to whole vectors, where what is padded with is finite.
    pub fn packed_weight_gradient(
        &self,
        shape: DenseShape,
        scale: T,
        dz: &[T],
        x: &[T],
        accumulate: bool,
        gw: &mut [T],
        gb: Option<&mut [T]>,
    ) {
        shape.check_columns::<T>();
        let DenseShape {
            inputs,
            outputs,
            columns,
        } = shape;
        assert_eq!(
            gw.len(),
            size(size(outputs, inputs), T::LANES),
            "weight gradients"
        );
        assert_eq!(dz.len(), size(outputs, columns), "deltas");
        assert_eq!(x.len(), size(inputs, columns), "inputs");
        let biases = size(outputs, T::LANES);
        assert!(
            gb.as_ref().is_none_or(|g| g.len() == biases),
            "bias gradients"
        );
        // SAFETY: `new` found the level supported.
        unsafe {
            (self.table.packed_weight_gradient)(args::WeightGradient {
                shape,
                scale,
                dz,
                x,
                accumulate,
                gw,
                gb,
                scratch: &mut [],
            });
        }
    }

    /// Whether [`Kernels::output_neuron`] covers a layer of these inputs, under this loss, over a layer that ends in `phi`.
    #[must_use]
    pub fn has_output_neuron(inputs: usize, loss: Loss, phi: Activation) -> bool {
        (1..=dense::output_neuron::INPUTS).contains(&inputs)
            && matches!(loss, Loss::BinaryCrossEntropy | Loss::SquaredError)
            && matches!(phi, Activation::Tanh | Activation::Relu)
    }

    /// An output layer of one neuron with its loss in one pass, with the bits of [`Kernels::dense_forward`], [`Kernels::loss_gradient`],
    /// [`Kernels::loss_sum`], [`Kernels::dense_weight_gradient`] and [`Kernels::dense_input_gradient`].
    ///
    /// `x` `[inputs, columns]` are the outputs of the layer below, which ends in `phi`; `z` `[columns]` gets this layer's, `dx` the
    /// gradient there. Gradients are of `factor` times the loss summed over the first `valid` samples. Returns that sum, without the factor,
    /// where `sum` asks for it.
    ///
    /// # Panics
    /// Where [`Kernels::has_output_neuron`] says no, too.
    #[must_use]
    pub fn output_neuron(
        &self,
        shape: DenseShape,
        w: &[T],
        bias: Option<&[T]>,
        scale: T,
        phi: Activation,
        x: &[T],
        loss: Loss,
        valid: usize,
        target: Target<'_, T>,
        factor: T,
        sum: bool,
        accumulate: bool,
        z: &mut [T],
        dx: &mut [T],
        gw: &mut [T],
        gb: Option<&mut [T]>,
    ) -> Option<f64> {
        let DenseShape {
            inputs,
            outputs,
            columns,
        } = shape;
        assert!(
            outputs == 1 && Self::has_output_neuron(inputs, loss, phi),
            "an output neuron's layer"
        );
        assert!(w.len() == inputs && gw.len() == inputs, "weights");
        assert_eq!(x.len(), size(inputs, columns), "inputs");
        assert_eq!(dx.len(), x.len(), "input gradients");
        assert!(bias.is_none_or(|b| b.len() == 1), "biases");
        assert!(gb.as_ref().is_none_or(|b| b.len() == 1), "bias gradients");
        assert_eq!(z.len(), columns, "outputs");
        let mut of = losses(loss, 1, columns, valid, &x[..columns], target);
        of.logits = &[];
        // SAFETY: `new` found the level supported.
        let total = unsafe {
            (self.table.output_neuron)(args::OutputNeuron {
                shape,
                w,
                bias,
                scale: (scale != T::ONE).then_some(scale),
                phi,
                x,
                of,
                factor,
                sum,
                accumulate,
                z,
                dx,
                gw,
                gb,
            })
        };
        sum.then(|| canonical_sum(total))
    }

    /// `y = phi(scale * W x + b)` for one sample: `x` is `[inputs]`, `y` and `pre` are `[outputs]`.
    ///
    /// Input i goes to partial sum `i mod LANES`; the partial sums are folded by halves; the bias is added last.
    pub fn dense_forward_one(
        &self,
        inputs: usize,
        outputs: usize,
        w: &[T],
        bias: Option<&[T]>,
        scale: T,
        phi: Activation,
        x: &[T],
        pre: Option<&mut [T]>,
        y: &mut [T],
    ) {
        assert_eq!(w.len(), size(outputs, inputs), "weights");
        assert_eq!(x.len(), inputs, "inputs");
        assert_eq!(y.len(), outputs, "outputs");
        assert!(bias.is_none_or(|b| b.len() == outputs), "biases");
        assert!(
            pre.as_ref().is_none_or(|z| z.len() == y.len()),
            "pre-activations"
        );
        let shape = DenseShape {
            inputs,
            outputs,
            columns: 1,
        };
        let (z, y) = match pre {
            Some(z) => (z, Some(y)),
            None => (y, None),
        };
        // SAFETY: `new` found the level supported.
        unsafe {
            (self.table.affine_one)(args::AffineOne {
                shape,
                w,
                bias,
                scale,
                x,
                y: z,
            });
        }
        self.finish_forward(phi, z, y);
    }

    /// [`Kernels::dense_input_gradient`] for one sample, with its order of sums.
    pub fn dense_input_gradient_one(
        &self,
        inputs: usize,
        outputs: usize,
        w: &[T],
        scale: T,
        dz: &[T],
        phi: Activation,
        y_below: &[T],
        pre_below: Option<&[T]>,
        dx: &mut [T],
    ) {
        assert_eq!(w.len(), size(outputs, inputs), "weights");
        assert_eq!(dz.len(), outputs, "deltas");
        assert_eq!(dx.len(), inputs, "input gradients");
        assert_eq!(y_below.len(), inputs, "outputs below");
        check_pre(phi, pre_below, inputs);
        let shape = DenseShape {
            inputs,
            outputs,
            columns: 1,
        };
        // SAFETY: `new` found the level supported.
        unsafe {
            (self.table.transposed_one)(args::Transposed {
                shape,
                w,
                stride: inputs,
                scale: (scale != T::ONE).then_some(scale),
                dz,
                phi: None,
                y_below,
                dx,
            });
        }
        self.finish_gradient(phi, y_below, pre_below, dx);
    }

    /// `gw = (scale * dz) x^T` and `gb = dz` for one sample, flushed; `accumulate` adds, fused for the weights.
    pub fn rank_one_gradient(
        &self,
        scale: T,
        dz: &[T],
        x: &[T],
        accumulate: bool,
        gw: &mut [T],
        gb: Option<&mut [T]>,
    ) {
        assert_eq!(gw.len(), size(dz.len(), x.len()), "weight gradients");
        assert!(
            gb.as_ref().is_none_or(|g| g.len() == dz.len()),
            "bias gradients"
        );
        // SAFETY: `new` found the level supported.
        unsafe {
            (self.table.rank_one_gradient)(args::RankOne {
                scale,
                dz,
                x,
                accumulate,
                gw,
                gb,
            });
        }
    }

    /// [`Kernels::rank_one_gradient`] and [`Kernels::update`] with [`Sgd`] in one pass, with the same bits. The step's decay applies to weights and biases alike.
    pub fn rank_one_sgd(
        &self,
        step: Sgd<T>,
        scale: T,
        dz: &[T],
        x: &[T],
        w: &mut [T],
        b: Option<&mut [T]>,
    ) -> bool {
        assert_eq!(w.len(), size(dz.len(), x.len()), "weights");
        assert!(b.as_ref().is_none_or(|b| b.len() == dz.len()), "biases");
        // SAFETY: `new` found the level supported.
        unsafe {
            (self.table.rank_one_sgd)(args::RankOneSgd {
                step,
                scale,
                dz,
                x,
                w,
                b,
            })
        }
    }
}
