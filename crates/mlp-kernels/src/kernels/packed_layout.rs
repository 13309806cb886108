//! Whole networks side by side, laid out: where their numbers lie, and a pass through them.
//!
//! A tiny network spends more time between its kernels than in them: on finding slices, on checking them, on asking of what kind an
//! operation is. Here that is settled when the network is laid out.

use super::checks::size;
use crate::{Activated, Activation, DenseGradient, DenseLayer, DenseShape, Element};

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

/// Where a pass reads and writes.
#[derive(Debug)]
pub struct PackedBuffers<'a, T> {
    /// Columns of a row: one for each sample of each network.
    pub columns: usize,
    /// The parameters of all networks.
    pub parameters: &'a [T],
    /// The samples, `[inputs, columns]`.
    pub x: &'a [T],
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
    /// Whether hidden layers end in tanh or the rectifier and the last in neither.
    pub(super) fn is_plain(&self) -> bool {
        self.plain
    }

    /// The outputs of a network.
    pub(super) fn outputs(&self) -> usize {
        self.outputs
    }

    /// # Panics
    /// Where a buffer is too short.
    pub(super) fn check(&self, a: &PackedBuffers<'_, T>) {
        let parameters = size(self.parameters, T::LANES);
        assert_eq!(a.parameters.len(), parameters, "parameters");
        assert_eq!(a.gradient.len(), parameters, "gradient");
        assert_eq!(a.x.len(), size(self.inputs, a.columns), "inputs");
        let rows = size(self.rows, a.columns);
        assert!(a.activations.len() >= rows, "activations");
        let widest = size(self.widest, a.columns);
        assert!(a.delta.iter().all(|delta| delta.len() >= widest), "deltas");
    }
}

/// What a pass is made of.
pub(crate) trait Calls<T: Element> {
    /// A forward product, with the sums in `z`.
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
    /// The gradient of the loss by the outputs.
    fn loss_gradient(&self, y: &[T], dz: &mut [T]);
    /// The derivative of the last activation, in place.
    fn output_gradient(&self, last: Activated<'_, T>, dz: &mut [T]);
    /// The gradient of a layer's parameters, without scratch.
    ///
    /// # Safety
    /// The slices have the sizes of the shape.
    unsafe fn weight_gradient(
        &self,
        shape: DenseShape,
        scale: T,
        dz: &[T],
        x: &[T],
        gradient: DenseGradient<'_, T>,
    );
    /// The gradient by a layer's inputs.
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

/// A pass through all layers and back again.
///
/// # Safety
/// The buffers have the sizes of [`PackedNetwork::check`].
#[inline(always)]
pub(crate) unsafe fn there_and_back<T: Element, C: Calls<T>>(
    calls: &C,
    network: &PackedNetwork<T>,
    a: PackedBuffers<'_, T>,
) {
    let columns = a.columns;
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
        calls.loss_gradient(x, dz);
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
            let x = match below {
                None => a.x,
                Some(below) => rows(slab, below.y, below.layer.outputs, columns),
            };
            let weights = outputs * placed.inputs;
            let own = DenseGradient {
                w: rows_mut(gradient, placed.weights, weights, T::LANES),
                bias: match bias {
                    true => Some(rows_mut(gradient, placed.biases, outputs, T::LANES)),
                    false => None,
                },
                accumulate: false,
            };
            calls.weight_gradient(placed.shape(columns), scale, dz, x, own);
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
