//! The Hessian of the training loss, through its products with vectors.

use std::ops::Range;

use ndarray::Array2;

use crate::{
    Activation, Error, LayerRange, Samples, Scalar, Targets, TrainSpec,
    reference::{self, derivative, second_derivative},
    seed::{Purpose, Stream},
    spectrum::{add_scaled, dot, largest_eigenvalue},
    trace,
};

/// The Hessian of a spec's loss (without penalties, in evaluation: without dropout and noise)
/// over all samples, at given parameters.
///
/// A product with a vector is exact: the forward and the backward pass are differentiated once more
/// along the vector (Pearlmutter 1994), here as forward-over-reverse on pairs of numbers and their
/// derivatives. Everything is in f64 whatever the training's precision, and sums are taken in one
/// order, so that the bits are the same on every machine. Where an activation or a loss has a kink
/// (ReLU, hinge), the second derivative is that beside the kink.
///
/// ```
/// use mlp_core::{Activation, Architecture, Hessian, Loss, Samples, Targets, TrainSpec};
/// use ndarray::array;
/// // One weight, no bias: the loss is the mean of (w x - t)^2, its second derivative 2 mean(x^2).
/// let x = array![[1.0], [3.0]];
/// let samples = Samples::new(x.view(), &Targets::Values(array![[1.0], [2.0]]))?;
/// let mut net = Architecture::classical(1, &[], Activation::Identity, 1);
/// net.layers[0].bias = false;
/// let spec = TrainSpec::new(net, Loss::SquaredError);
/// let mut hessian = Hessian::new(&spec, &[0.7], &samples)?;
/// assert_eq!(hessian.product(&[1.0]), [10.0]);
/// assert_eq!(hessian.largest_eigenvalue(0), 10.0);
/// # Ok::<(), mlp_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Hessian<'a> {
    spec: &'a TrainSpec,
    samples: usize,
    targets: Targets<f64>,
    weights: Option<&'a [f64]>,
    layers: Vec<Layer>,
    /// The outputs `[samples, outputs]`.
    outputs: Array2<f64>,
    /// Parameters.
    size: usize,
}

/// A layer at the parameters; matrices of activations have one row per neuron and one column per sample.
#[derive(Debug)]
struct Layer {
    range: LayerRange,
    /// The range of x among the inputs and the outputs of all layers.
    source: Range<usize>,
    bias: bool,
    skip: bool,
    scale: f64,
    weights: Vec<f64>,
    /// Inputs `[in, samples]`.
    x: Vec<f64>,
    /// phi'(z) and phi''(z), `[out, samples]`.
    slope: Vec<f64>,
    bend: Vec<f64>,
    /// dL/dz and dL/dy, `[out, samples]`.
    dz: Vec<f64>,
    dy: Vec<f64>,
}

impl<'a> Hessian<'a> {
    /// The Hessian at `parameters`.
    ///
    /// # Errors
    /// A network with normalization, parameters or samples that do not match it.
    pub fn new<T: Scalar>(
        spec: &'a TrainSpec,
        parameters: &[T],
        samples: &'a Samples<T>,
    ) -> Result<Self, Error> {
        let architecture = &spec.architecture;
        let traces = trace(architecture, parameters, samples.inputs())?;
        samples.check_loss(spec)?;
        let count = samples.len();
        let mut seen: Vec<f64> = samples.inputs().t().iter().map(|x| x.to_f64()).collect();
        let mut layers = Vec::new();
        let places = architecture
            .ranges()
            .into_iter()
            .zip(architecture.sources());
        for ((layer, (range, source)), trace) in architecture.layers.iter().zip(places).zip(traces)
        {
            let weights = parameters[range.weights.clone()].iter();
            let of = |f: fn(Activation, f64) -> f64| -> Vec<f64> {
                trace.z.iter().map(|&z| f(layer.activation, z)).collect()
            };
            layers.push(Layer {
                bias: layer.bias,
                skip: layer.skip,
                scale: layer.scale,
                weights: weights.map(|w| w.to_f64()).collect(),
                x: seen[source.start * count..source.end * count].to_vec(),
                slope: of(derivative),
                bend: of(second_derivative),
                dz: Vec::new(),
                dy: Vec::new(),
                range,
                source,
            });
            seen.extend(&trace.y);
        }
        let answers = seen.len() - architecture.outputs() * count;
        let outputs = samples_first(&seen[answers..], count);
        let targets = match samples.targets() {
            Targets::Values(values) => Targets::Values(values.mapv(T::to_f64)),
            Targets::Classes { labels, classes } => Targets::Classes {
                labels: labels.clone(),
                classes: *classes,
            },
        };
        let weights = samples.weights();
        // The gradients that later layers have sent to all their inputs.
        let mut sent = vec![0.0; answers];
        sent.extend(neurons_first(&reference::loss_gradient(
            spec, &outputs, &targets, weights,
        )));
        for layer in layers.iter_mut().rev() {
            let dy = sent.split_off(sent.len() - layer.slope.len());
            layer.dz = dy.iter().zip(&layer.slope).map(|(dy, s)| dy * s).collect();
            let dx = &mut sent[layer.source.start * count..];
            backward(&layer.weights, layer.scale, &layer.dz, count, dx);
            if layer.skip {
                add_scaled(1.0, &dy, dx);
            }
            layer.dy = dy;
        }
        Ok(Self {
            spec,
            samples: count,
            targets,
            weights,
            layers,
            outputs,
            size: parameters.len(),
        })
    }

    /// The gradient of the loss, laid out like the parameters.
    pub fn gradient(&self) -> Vec<f64> {
        let mut gradient = vec![0.0; self.size];
        for layer in &self.layers {
            let weights = &mut gradient[layer.range.weights.clone()];
            outer(layer.scale, &layer.dz, &layer.x, self.samples, weights);
            if layer.bias {
                let biases = &mut gradient[layer.range.biases.clone()];
                row_sums(&layer.dz, self.samples, biases);
            }
        }
        gradient
    }

    /// The Hessian times `v`, laid out like the parameters.
    ///
    /// # Panics
    /// If the length of `v` differs from the number of parameters.
    pub fn product(&mut self, v: &[f64]) -> Vec<f64> {
        assert_eq!(v.len(), self.size, "one number per parameter");
        let count = self.samples;
        // Derivatives along v: of a layer's inputs, and of its z.
        let mut along_seen = vec![0.0; self.layers.first().map_or(0, |layer| layer.x.len())];
        let mut along = Vec::new();
        for layer in &self.layers {
            let along_x = along_seen[layer.source.start * count..].to_vec();
            let (weights, biases) = layer.cut(v);
            let mut z = vec![0.0; layer.slope.len()];
            forward(weights, layer.scale, &layer.x, count, &mut z);
            forward(&layer.weights, layer.scale, &along_x, count, &mut z);
            for (row, bias) in z.chunks_exact_mut(count).zip(biases) {
                row.iter_mut().for_each(|z| *z += bias);
            }
            let mut y: Vec<f64> = z.iter().zip(&layer.slope).map(|(z, s)| z * s).collect();
            if layer.skip {
                add_scaled(1.0, &along_x, &mut y);
            }
            along_seen.extend(y);
            along.push((along_x, z));
        }
        let answers = along_seen.len() - self.outputs.len();
        let direction = samples_first(&along_seen[answers..], count);
        let bend = reference::loss_bend(
            self.spec,
            &self.outputs,
            &self.targets,
            self.weights,
            &direction,
        );
        let mut along_sent = vec![0.0; answers];
        along_sent.extend(neurons_first(&bend));
        let mut product = vec![0.0; self.size];
        for (layer, (along_x, along_z)) in self.layers.iter().zip(&along).rev() {
            let along_dy = along_sent.split_off(along_sent.len() - layer.dz.len());
            let along_dz: Vec<f64> = (0..layer.dz.len())
                .map(|i| along_dy[i] * layer.slope[i] + layer.dy[i] * layer.bend[i] * along_z[i])
                .collect();
            let weights = &mut product[layer.range.weights.clone()];
            outer(layer.scale, &along_dz, &layer.x, count, weights);
            outer(layer.scale, &layer.dz, along_x, count, weights);
            if layer.bias {
                let biases = &mut product[layer.range.biases.clone()];
                row_sums(&along_dz, count, biases);
            }
            let (v_weights, _) = layer.cut(v);
            let along_dx = &mut along_sent[layer.source.start * count..];
            backward(&layer.weights, layer.scale, &along_dz, count, along_dx);
            backward(v_weights, layer.scale, &layer.dz, count, along_dx);
            if layer.skip {
                add_scaled(1.0, &along_dy, along_dx);
            }
        }
        product
    }

    /// The largest eigenvalue, the *sharpness*, by Lanczos' method from a random normal vector of `seed`
    /// ([`largest_eigenvalue`]).
    pub fn largest_eigenvalue(&mut self, seed: u64) -> f64 {
        let mut stream = Stream::new(seed, Purpose::Lanczos);
        let start: Vec<f64> = (0..self.size).map(|_| stream.normal()).collect();
        largest_eigenvalue(&start, |v, out| out.copy_from_slice(&self.product(v)))
    }
}

impl Layer {
    /// The layer's weights and biases in a vector laid out like the parameters.
    fn cut<'v>(&self, v: &'v [f64]) -> (&'v [f64], &'v [f64]) {
        let biases = if self.bias {
            self.range.biases.clone()
        } else {
            0..0
        };
        (&v[self.range.weights.clone()], &v[biases])
    }
}

/// `z += scale * W x` for `x` `[in, samples]`.
fn forward(weights: &[f64], scale: f64, x: &[f64], samples: usize, z: &mut [f64]) {
    let inputs = x.len() / samples;
    for (row, z) in weights
        .chunks_exact(inputs)
        .zip(z.chunks_exact_mut(samples))
    {
        for (weight, x) in row.iter().zip(x.chunks_exact(samples)) {
            add_scaled(scale * weight, x, z);
        }
    }
}

/// `dx += scale * W^T dz` for `dz` `[out, samples]`.
fn backward(weights: &[f64], scale: f64, dz: &[f64], samples: usize, dx: &mut [f64]) {
    let inputs = dx.len() / samples;
    for (row, dz) in weights.chunks_exact(inputs).zip(dz.chunks_exact(samples)) {
        for (weight, dx) in row.iter().zip(dx.chunks_exact_mut(samples)) {
            add_scaled(scale * weight, dz, dx);
        }
    }
}

/// `dw += scale * dz x^T`.
fn outer(scale: f64, dz: &[f64], x: &[f64], samples: usize, dw: &mut [f64]) {
    let inputs = x.len() / samples;
    for (dw, dz) in dw.chunks_exact_mut(inputs).zip(dz.chunks_exact(samples)) {
        for (dw, x) in dw.iter_mut().zip(x.chunks_exact(samples)) {
            *dw += scale * dot(dz, x);
        }
    }
}

fn row_sums(dz: &[f64], samples: usize, sums: &mut [f64]) {
    for (sum, dz) in sums.iter_mut().zip(dz.chunks_exact(samples)) {
        *sum = dz.iter().fold(0.0, |sum, dz| sum + dz);
    }
}

/// `[neurons, samples]` as an array `[samples, neurons]`.
fn samples_first(rows: &[f64], samples: usize) -> Array2<f64> {
    let neurons = rows.len() / samples;
    Array2::from_shape_fn((samples, neurons), |(s, n)| rows[n * samples + s])
}

fn neurons_first(array: &Array2<f64>) -> Vec<f64> {
    array.t().iter().copied().collect()
}
