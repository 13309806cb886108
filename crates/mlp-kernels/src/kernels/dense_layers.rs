//! The safe interface of the kernels of dense layers.

use super::args;
use super::checks::{canonical_sum, size};
use super::table::Kernels;
use crate::update::Sgd;
use crate::{
    Activated, Activation, DenseGradient, DenseLayer, DenseShape, Element, Loss, LossBlock, dense,
};

impl<T: Element> Kernels<T> {
    /// `y = phi(scale * W x + b)`; `pre` receives the pre-activations.
    ///
    /// A sum starts from the bias (or +0) and takes the inputs in ascending order, fused. With a scale other than one it starts from +0, and
    /// `fma(scale, sum, bias)` follows. `x` is `[inputs, columns]`, `y` and `pre` are `[outputs, columns]`.
    #[inline(always)]
    pub fn dense_forward(
        &self,
        layer: DenseLayer<'_, T>,
        phi: Activation,
        x: &[T],
        pre: Option<&mut [T]>,
        y: &mut [T],
    ) {
        layer.shape.check_columns::<T>();
        // The bare sums go to where the activation reads them from.
        let (z, y) = targets(layer.shape, x, pre, y);
        // SAFETY: the sizes are checked.
        unsafe { self.forward_unchecked(layer, phi, x, z, y) }
    }

    /// [`Kernels::dense_forward`] with the sums in `z`; what phi makes of them goes to `y`, or stays in their place without one.
    ///
    /// # Safety
    /// The slices have the sizes of the shape.
    #[inline(always)]
    pub(super) unsafe fn forward_unchecked(
        &self,
        layer: DenseLayer<'_, T>,
        phi: Activation,
        x: &[T],
        z: &mut [T],
        y: Option<&mut [T]>,
    ) {
        let fused = y.is_none()
            && matches!(
                phi,
                Activation::Identity | Activation::Relu | Activation::Tanh
            );
        let in_kernel = if fused { phi } else { Activation::Identity };
        let args = args::Affine {
            layer,
            phi: in_kernel,
            x,
            y: &mut *z,
        };
        let kernel = match layer.packed {
            true => self.table.packed_affine,
            false => self.table.affine,
        };
        // SAFETY: `new` found the level supported.
        unsafe { kernel(args) }
        if !fused {
            self.finish_forward(phi, z, y);
        }
    }

    /// `dx = (scale * W^T dz) * phi'` with the derivative of the activation of the layer below. Below the smallest normal number dx is +0.
    ///
    /// A sum starts from +0 and takes the outputs in ascending order, fused. `dz` is `[outputs, columns]`, the others are `[inputs, columns]`.
    #[inline(always)]
    pub fn dense_input_gradient(
        &self,
        layer: DenseLayer<'_, T>,
        dz: &[T],
        below: Activated<'_, T>,
        dx: &mut [T],
    ) {
        layer.shape.check_columns::<T>();
        check_gradient(layer.shape, dz, below, dx);
        // SAFETY: the sizes are checked.
        unsafe { self.input_gradient_unchecked(layer, dz, below, dx) }
    }

    /// [`Kernels::dense_input_gradient`] without checks.
    ///
    /// # Safety
    /// The slices have the sizes of the shape.
    #[inline(always)]
    pub(super) unsafe fn input_gradient_unchecked(
        &self,
        layer: DenseLayer<'_, T>,
        dz: &[T],
        below: Activated<'_, T>,
        dx: &mut [T],
    ) {
        let phi = below.phi;
        let fused = matches!(phi, Activation::Tanh | Activation::Relu).then_some(phi);
        let args = args::Transposed {
            layer,
            dz,
            phi: fused,
            y_below: below.y,
            dx: &mut *dx,
        };
        let kernel = match layer.packed {
            true => self.table.packed_transposed,
            false => self.table.transposed,
        };
        // SAFETY: `new` found the level supported.
        unsafe { kernel(args) }
        if fused.is_none() {
            self.finish_gradient(below, dx);
        }
    }

    /// `scale * dz x^T` and the sum of dz over the columns (in partial sums of `LANES`, folded); both flushed. The order of a weight's sum is
    /// [`DenseShape::weight_gradient_order`].
    ///
    /// `scratch` has at least [`DenseShape::weight_gradient_scratch`] numbers.
    pub fn dense_weight_gradient(
        &self,
        shape: DenseShape,
        scale: T,
        dz: &[T],
        x: &[T],
        gradient: DenseGradient<'_, T>,
        scratch: &mut [T],
    ) {
        shape.check_columns::<T>();
        gradient.check(shape.inputs, shape.outputs);
        check_samples(shape, dz, x);
        assert!(
            scratch.len() >= shape.weight_gradient_scratch::<T>(),
            "scratch"
        );
        let args = args::WeightGradient {
            shape,
            scale,
            dz,
            x,
            gradient,
            scratch,
        };
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.dense_weight_gradient)(args) }
    }

    /// [`Kernels::dense_weight_gradient`] of networks side by side, laid out as in [`DenseLayer::packed`]: `gradient` is
    /// `[outputs, inputs, LANES]` and `[outputs, LANES]`. The sums of each network have the same order as if it were alone, with its samples padded
    /// to whole vectors by zeros.
    #[inline(always)]
    pub fn packed_weight_gradient(
        &self,
        shape: DenseShape,
        scale: T,
        dz: &[T],
        x: &[T],
        gradient: DenseGradient<'_, T>,
    ) {
        shape.check_columns::<T>();
        gradient.check(shape.inputs, size(shape.outputs, T::LANES));
        check_samples(shape, dz, x);
        let args = args::WeightGradient {
            shape,
            scale,
            dz,
            x,
            gradient,
            scratch: &mut [],
        };
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.packed_weight_gradient)(args) }
    }

    /// Whether [`Kernels::output_neuron`] supports a layer with this many inputs, this loss, and the activation `phi` in the layer below.
    #[must_use]
    pub fn has_output_neuron(inputs: usize, loss: Loss, phi: Activation) -> bool {
        (1..=dense::output_neuron::INPUTS).contains(&inputs)
            && matches!(loss, Loss::BinaryCrossEntropy | Loss::SquaredError)
            && matches!(phi, Activation::Tanh | Activation::Relu)
    }

    /// An output layer of one neuron with its loss in one pass, with the bits of [`Kernels::dense_forward`], [`Kernels::loss_gradient`],
    /// [`Kernels::loss_sum`], [`Kernels::dense_weight_gradient`] and [`Kernels::dense_input_gradient`].
    ///
    /// `below` are the layer's inputs `[inputs, columns]`; `z` `[columns]` receives its outputs, `dx` the gradient with respect to its inputs. Gradients are of
    /// `factor` times the loss summed over the block. Returns that sum, without the factor, if `sum` is set.
    ///
    /// # Panics
    /// Also where [`Kernels::has_output_neuron`] is false, or the loss is weighted.
    #[must_use]
    pub fn output_neuron(&self, neuron: OutputNeuron<'_, T>) -> Option<f64> {
        let OutputNeuron {
            layer,
            below,
            of,
            factor,
            sum,
            z,
            dx,
            gradient,
        } = neuron;
        let DenseShape {
            inputs,
            outputs,
            columns,
        } = layer.shape;
        assert!(
            outputs == 1 && Self::has_output_neuron(inputs, of.loss, below.phi),
            "an output neuron's layer"
        );
        assert!(
            of.weighting.is_none() && of.outputs == 1 && of.columns == columns,
            "the plain loss of one output"
        );
        layer.check_whole();
        gradient.check(inputs, 1);
        assert_eq!(below.y.len(), size(inputs, columns), "inputs");
        assert_eq!(dx.len(), below.y.len(), "input gradients");
        assert_eq!(z.len(), columns, "outputs");
        let args = args::OutputNeuron {
            layer,
            phi: below.phi,
            x: below.y,
            of: of.without_logits(),
            factor,
            sum,
            z,
            dx,
            gradient,
        };
        // SAFETY: `new` found the level supported.
        let total = unsafe { (self.table.output_neuron)(args) };
        sum.then(|| canonical_sum(total))
    }

    /// `y = phi(scale * W x + b)` for one sample: `x` is `[inputs]`, `y` and `pre` are `[outputs]`.
    ///
    /// Input i goes to partial sum `i mod LANES`; the partial sums are folded by halves; the bias is added last.
    pub fn dense_forward_one(
        &self,
        layer: DenseLayer<'_, T>,
        phi: Activation,
        x: &[T],
        pre: Option<&mut [T]>,
        y: &mut [T],
    ) {
        check_one(layer);
        let (z, y) = targets(layer.shape, x, pre, y);
        let args = args::Affine {
            layer,
            phi: Activation::Identity,
            x,
            y: z,
        };
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.affine_one)(args) }
        self.finish_forward(phi, z, y);
    }

    /// [`Kernels::dense_input_gradient`] for one sample, with its order of sums.
    pub fn dense_input_gradient_one(
        &self,
        layer: DenseLayer<'_, T>,
        dz: &[T],
        below: Activated<'_, T>,
        dx: &mut [T],
    ) {
        check_one(layer);
        check_gradient(layer.shape, dz, below, dx);
        let args = args::Transposed {
            layer,
            dz,
            phi: None,
            y_below: below.y,
            dx,
        };
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.transposed_one)(args) }
        self.finish_gradient(below, dx);
    }

    /// `(scale * dz) x^T` and `dz` for one sample, flushed; where it accumulates, fused for the weights.
    pub fn rank_one_gradient(&self, scale: T, dz: &[T], x: &[T], gradient: DenseGradient<'_, T>) {
        gradient.check(x.len(), dz.len());
        let args = args::RankOne {
            scale,
            dz,
            x,
            gradient,
        };
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.rank_one_gradient)(args) }
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
        let args = args::RankOneSgd {
            step,
            scale,
            dz,
            x,
            w,
            b,
        };
        // SAFETY: `new` found the level supported.
        unsafe { (self.table.rank_one_sgd)(args) }
    }
}

/// Arguments of [`Kernels::output_neuron`].
#[derive(Debug)]
pub struct OutputNeuron<'a, T> {
    /// The layer, of one output.
    pub layer: DenseLayer<'a, T>,
    /// Its inputs, and the activation that produced them.
    pub below: Activated<'a, T>,
    /// The loss and its targets.
    pub of: LossBlock<'a, T>,
    /// Multiplies the gradients.
    pub factor: T,
    /// Whether the loss is summed.
    pub sum: bool,
    /// Receives the outputs.
    pub z: &'a mut [T],
    /// Receives the gradient with respect to the inputs.
    pub dx: &'a mut [T],
    /// Receives the gradient with respect to weights and bias.
    pub gradient: DenseGradient<'a, T>,
}

/// Where the sums go, and where the activation of them does if that is elsewhere.
#[inline(always)]
fn targets<'y, T>(
    shape: DenseShape,
    x: &[T],
    pre: Option<&'y mut [T]>,
    y: &'y mut [T],
) -> (&'y mut [T], Option<&'y mut [T]>) {
    assert_eq!(x.len(), size(shape.inputs, shape.columns), "inputs");
    assert_eq!(y.len(), size(shape.outputs, shape.columns), "outputs");
    match pre {
        Some(z) => {
            assert_eq!(z.len(), y.len(), "pre-activations");
            (z, Some(y))
        }
        None => (y, None),
    }
}

#[inline(always)]
fn check_samples<T>(shape: DenseShape, dz: &[T], x: &[T]) {
    assert_eq!(dz.len(), size(shape.outputs, shape.columns), "deltas");
    assert_eq!(x.len(), size(shape.inputs, shape.columns), "inputs");
}

#[inline(always)]
fn check_gradient<T>(shape: DenseShape, dz: &[T], below: Activated<'_, T>, dx: &[T]) {
    assert_eq!(dz.len(), size(shape.outputs, shape.columns), "deltas");
    assert_eq!(
        dx.len(),
        size(shape.inputs, shape.columns),
        "input gradients"
    );
    assert_eq!(below.y.len(), dx.len(), "outputs below");
}

fn check_one<T: Element>(layer: DenseLayer<'_, T>) {
    layer.check_whole();
    assert_eq!(layer.shape.columns, 1, "one sample");
}
