//! The gradient of whole networks side by side in one call.
//!
//! A tiny network spends more time between its kernels than in them: on finding slices, on checking them, on asking of what kind an
//! operation is. Here that is settled when the network is laid out. A call checks its buffers once and then only calls kernels.

use super::args;
use super::checks::size;
use super::table::Kernels;
use crate::{
    Activated, Activation, DenseGradient, DenseLayer, DenseShape, Element, Loss, LossBlock, Target,
};

/// A dense layer of a [`PackedNetwork`].
#[derive(Clone, Copy, Debug)]
pub struct PackedLayer<T> {
    /// Its neurons.
    pub outputs: usize,
    /// Whether they have biases.
    pub bias: bool,
    /// Multiplies W x.
    pub scale: T,
    /// Its activation.
    pub phi: Activation,
}

/// Dense layers, each over the one before, of `LANES` networks side by side, and where their numbers lie.
///
/// Parameters are W `[outputs, inputs, LANES]` and then, where there are any, the biases `[outputs, LANES]` of one layer after the other.
/// Of the activations, too, one layer follows the other: rows of its outputs and then, where the gradient needs them, of its
/// pre-activations. A row has a column for each sample of each network.
#[derive(Clone, Debug)]
pub struct PackedNetwork<T> {
    layers: Vec<Placed<T>>,
    inputs: usize,
    outputs: usize,
    parameters: usize,
    rows: usize,
    widest: usize,
    /// Whether hidden layers end in tanh or the rectifier and the last in neither.
    plain: bool,
}

/// A layer in its place; positions are counted in vectors and in rows.
#[derive(Clone, Copy, Debug)]
struct Placed<T> {
    layer: PackedLayer<T>,
    inputs: usize,
    weights: usize,
    biases: usize,
    y: usize,
    z: Option<usize>,
}

/// What [`Kernels::packed_gradient`] takes.
#[derive(Debug)]
pub struct PackedGradient<'a, T> {
    /// The parameters of all networks.
    pub parameters: &'a [T],
    /// The samples, `[inputs, columns]`.
    pub x: &'a [T],
    /// The loss and its targets.
    pub of: LossBlock<'a, T>,
    /// Multiplies the loss.
    pub factor: T,
    /// Gets the rows of all layers.
    pub activations: &'a mut [T],
    /// Each at least as large as the rows of the widest layer.
    pub delta: [&'a mut [T]; 2],
    /// Gets the gradient, laid out like the parameters.
    pub gradient: &'a mut [T],
}

impl<T: Element> PackedNetwork<T> {
    /// The layers over so many inputs.
    ///
    /// # Panics
    /// Without layers, or where the sizes do not fit the address space.
    #[must_use]
    pub fn new(inputs: usize, layers: impl IntoIterator<Item = PackedLayer<T>>) -> Self {
        let plus = |a: usize, b: usize| a.checked_add(b).expect("a size");
        let (mut parameters, mut rows, mut widest) = (0, 0, 0);
        let mut below = inputs;
        let place = |layer: PackedLayer<T>| {
            let (weights, y) = (parameters, rows);
            let biases = plus(weights, size(layer.outputs, below));
            let after = plus(y, layer.outputs);
            let keeps_z = layer.phi.needs_preactivation();
            parameters = plus(biases, if layer.bias { layer.outputs } else { 0 });
            rows = plus(after, if keeps_z { layer.outputs } else { 0 });
            widest = if widest < layer.outputs {
                layer.outputs
            } else {
                widest
            };
            Placed {
                layer,
                inputs: std::mem::replace(&mut below, layer.outputs),
                weights,
                biases,
                y,
                z: keeps_z.then_some(after),
            }
        };
        let layers: Vec<_> = layers.into_iter().map(place).collect();
        let (last, hidden) = layers.split_last().expect("a network has layers");
        let mut phis = hidden.iter().map(|placed| placed.layer.phi);
        let plain = last.layer.phi == Activation::Identity
            && phis.all(|phi| matches!(phi, Activation::Tanh | Activation::Relu));
        Self {
            plain,
            layers,
            inputs,
            outputs: below,
            parameters,
            rows,
            widest,
        }
    }
}

impl<T: Element> Placed<T> {
    #[inline(always)]
    fn shape(&self, columns: usize) -> DenseShape {
        DenseShape {
            inputs: self.inputs,
            outputs: self.layer.outputs,
            columns,
        }
    }

    /// The layer out of the parameters of all.
    ///
    /// # Safety
    /// These are those of its network.
    #[inline(always)]
    unsafe fn of<'p>(&self, parameters: &'p [T], columns: usize) -> DenseLayer<'p, T> {
        let layer = self.layer;
        let first = parameters.as_ptr();
        // SAFETY: the caller's promise.
        let (w, bias) = unsafe {
            let bias = match layer.bias {
                true => Some(rows(first, self.biases, layer.outputs, T::LANES)),
                false => None,
            };
            let weights = layer.outputs * self.inputs;
            (rows(first, self.weights, weights, T::LANES), bias)
        };
        DenseLayer {
            shape: self.shape(columns),
            w,
            stride: self.inputs,
            bias,
            scale: (layer.scale != T::ONE).then_some(layer.scale),
            packed: true,
        }
    }

    /// What it has made of its inputs.
    ///
    /// # Safety
    /// The activations hold its rows.
    #[inline(always)]
    unsafe fn activated<'w>(&self, slab: *const T, columns: usize) -> Activated<'w, T> {
        let count = self.layer.outputs;
        // SAFETY: the caller's promise.
        let (y, pre) = unsafe {
            let pre = self.z.map(|z| rows(slab, z, count, columns));
            (rows(slab, self.y, count, columns), pre)
        };
        Activated {
            phi: self.layer.phi,
            y,
            pre,
        }
    }
}

impl<T: Element> PackedNetwork<T> {
    /// Whether the kernel of small networks covers it under this loss.
    fn is_covered(&self, of: &LossBlock<'_, T>) -> bool {
        let elementwise = matches!(of.loss, Loss::SquaredError | Loss::BinaryCrossEntropy)
            && matches!(of.target, Target::Values(_))
            && of.weighting.is_none()
            && of.valid == of.columns;
        elementwise && self.plain
    }
}

/// What a pass is made of.
pub(crate) trait Calls<T: Element> {
    /// [`Kernels::dense_forward`], with the sums in `z`.
    ///
    /// # Safety
    /// The slices have the sizes of the shape.
    unsafe fn forward(
        &self,
        layer: DenseLayer<'_, T>,
        phi: Activation,
        x: &[T],
        z: &mut [T],
        y: Option<&mut [T]>,
    );
    /// [`Kernels::loss_gradient`].
    fn loss_gradient(&self, of: LossBlock<'_, T>, factor: T, y: &[T], dz: &mut [T]);
    /// The derivative of the last activation, in place.
    fn output_gradient(&self, last: Activated<'_, T>, dz: &mut [T]);
    /// [`Kernels::packed_weight_gradient`].
    ///
    /// # Safety
    /// The slices have the sizes of the shape.
    unsafe fn weight_gradient(&self, a: args::WeightGradient<'_, T>);
    /// [`Kernels::dense_input_gradient`].
    ///
    /// # Safety
    /// The slices have the sizes of the shape.
    unsafe fn input_gradient(
        &self,
        layer: DenseLayer<'_, T>,
        dz: &[T],
        below: Activated<'_, T>,
        dx: &mut [T],
    );
}

impl<T: Element> Calls<T> for Kernels<T> {
    unsafe fn forward(
        &self,
        layer: DenseLayer<'_, T>,
        phi: Activation,
        x: &[T],
        z: &mut [T],
        y: Option<&mut [T]>,
    ) {
        // SAFETY: the caller's promise.
        unsafe { self.forward_unchecked(layer, phi, x, z, y) }
    }

    fn loss_gradient(&self, of: LossBlock<'_, T>, factor: T, y: &[T], dz: &mut [T]) {
        self.loss_gradient(of, factor, y, dz);
    }

    fn output_gradient(&self, last: Activated<'_, T>, dz: &mut [T]) {
        if last.phi != Activation::Identity {
            self.finish_gradient(last, dz);
        }
    }

    unsafe fn weight_gradient(&self, a: args::WeightGradient<'_, T>) {
        // SAFETY: `new` found the level supported; the rest is the caller's promise.
        unsafe { (self.table.packed_weight_gradient)(a) }
    }

    unsafe fn input_gradient(
        &self,
        layer: DenseLayer<'_, T>,
        dz: &[T],
        below: Activated<'_, T>,
        dx: &mut [T],
    ) {
        // SAFETY: the caller's promise.
        unsafe { self.input_gradient_unchecked(layer, dz, below, dx) }
    }
}

impl<T: Element> Kernels<T> {
    /// The gradient of the networks' losses: what the forward products, the loss's gradient and the layers' gradients give one after the other.
    ///
    /// # Panics
    /// Where a slice is too short for the network and the columns of the loss.
    pub fn packed_gradient(&self, network: &PackedNetwork<T>, of: PackedGradient<'_, T>) {
        let columns = of.of.columns;
        let parameters = size(network.parameters, T::LANES);
        assert_eq!(of.parameters.len(), parameters, "parameters");
        assert_eq!(of.gradient.len(), parameters, "gradient");
        assert_eq!(of.x.len(), size(network.inputs, columns), "inputs");
        assert!(
            of.activations.len() >= size(network.rows, columns),
            "activations"
        );
        let widest = size(network.widest, columns);
        assert!(of.delta.iter().all(|delta| delta.len() >= widest), "deltas");
        assert_eq!(of.of.outputs, network.outputs, "outputs");
        // SAFETY: `new` found the level supported; the buffers hold all rows and parameters.
        unsafe {
            if network.is_covered(&of.of) {
                let weight_gradient = self.table.packed_weight_gradient;
                (self.table.packed_network)(args::PackedNetwork {
                    network,
                    of,
                    weight_gradient,
                });
            } else {
                there_and_back(self, network, of);
            }
        }
    }
}

/// A pass through all layers and back again.
///
/// # Safety
/// The buffers have the sizes that [`Kernels::packed_gradient`] asserts.
#[inline(always)]
pub(crate) unsafe fn there_and_back<T: Element, C: Calls<T>>(
    calls: &C,
    network: &PackedNetwork<T>,
    a: PackedGradient<'_, T>,
) {
    let columns = a.of.columns;
    let slab = a.activations.as_mut_ptr();
    let mut x = a.x;
    // SAFETY: the buffers hold all rows and parameters, no two layers share any, and what is written is none of what is read.
    unsafe {
        for placed in &network.layers {
            let PackedLayer { outputs, phi, .. } = placed.layer;
            let layer = placed.of(a.parameters, columns);
            let z = rows_mut(slab, placed.z.unwrap_or(placed.y), outputs, columns);
            let y = (placed.z).map(|_| rows_mut(slab, placed.y, outputs, columns));
            calls.forward(layer, phi, x, z, y);
            x = rows(slab, placed.y, outputs, columns);
        }
        let [mut here, mut next] = a.delta.map(<[T]>::as_mut_ptr);
        let dz = rows_mut(here, 0, network.outputs, columns);
        calls.loss_gradient(a.of, a.factor, x, dz);
        let mut index = network.layers.len() - 1;
        let mut placed = network.layers.get_unchecked(index);
        let dz = rows_mut(here, 0, network.outputs, columns);
        calls.output_gradient(placed.activated(slab, columns), dz);
        let gradient = a.gradient.as_mut_ptr();
        loop {
            let PackedLayer {
                outputs,
                bias,
                scale,
                ..
            } = placed.layer;
            let below = match index {
                0 => None,
                _ => Some(network.layers.get_unchecked(index - 1)),
            };
            let dz = rows(here, 0, outputs, columns);
            calls.weight_gradient(args::WeightGradient {
                shape: placed.shape(columns),
                scale,
                dz,
                x: match below {
                    None => a.x,
                    Some(below) => rows(slab, below.y, below.layer.outputs, columns),
                },
                gradient: DenseGradient {
                    w: rows_mut(gradient, placed.weights, outputs * placed.inputs, T::LANES),
                    bias: match bias {
                        true => Some(rows_mut(gradient, placed.biases, outputs, T::LANES)),
                        false => None,
                    },
                    accumulate: false,
                },
                scratch: &mut [],
            });
            let Some(below) = below else {
                return;
            };
            let layer = placed.of(a.parameters, columns);
            let dx = rows_mut(next, 0, placed.inputs, columns);
            calls.input_gradient(layer, dz, below.activated(slab, columns), dx);
            std::mem::swap(&mut here, &mut next);
            index -= 1;
            placed = below;
        }
    }
}

/// So many rows from the first on, each of `width` numbers.
///
/// # Safety
/// They are valid, and no one writes them meanwhile.
#[inline(always)]
unsafe fn rows<'r, T>(all: *const T, first: usize, count: usize, width: usize) -> &'r [T] {
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(all.add(first * width), count * width) }
}

/// The same to be written.
///
/// # Safety
/// They are valid, and no one else reads or writes them meanwhile.
#[inline(always)]
unsafe fn rows_mut<'r, T>(all: *mut T, first: usize, count: usize, width: usize) -> &'r mut [T] {
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts_mut(all.add(first * width), count * width) }
}
