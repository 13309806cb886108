//! The outputs of every layer of a network, in f64.

use ndarray::{Array2, ArrayView2};

use crate::{Architecture, Error, Normalization, Scalar, reference::value, spectrum::add_scaled};

/// The outputs of one layer for some samples.
#[derive(Clone, Debug)]
pub struct LayerTrace {
    /// Before the activation, `[neurons, samples]`.
    pub z: Array2<f64>,
    /// The layer's outputs, `[neurons, samples]`.
    pub y: Array2<f64>,
}

/// The outputs of every layer for `inputs` `[samples, features]`, in f64 whatever the network's
/// precision, in evaluation mode. Sums are taken in one order, so that the bits are the same on every machine.
///
/// # Errors
/// A network with normalization, parameters or inputs that do not match it.
pub fn trace<T: Scalar>(
    architecture: &Architecture,
    parameters: &[T],
    inputs: ArrayView2<'_, T>,
) -> Result<Vec<LayerTrace>, Error> {
    if architecture
        .layers
        .iter()
        .any(|layer| layer.normalization != Normalization::None)
    {
        return Err(Error::NormalizedTrace);
    }
    for (what, found, expected) in [
        (
            "parameters",
            parameters.len(),
            architecture.parameter_count(),
        ),
        ("features", inputs.ncols(), architecture.inputs),
    ] {
        if found != expected {
            return Err(Error::BadLength {
                what: format!("the list of {what}"),
                found,
                expected,
            });
        }
    }
    let samples = inputs.nrows();
    // A row of no samples is no chunk.
    let chunk = if samples == 0 { 1 } else { samples };
    // The inputs and the outputs of all layers so far, one row per neuron.
    let mut seen: Vec<f64> = inputs.t().iter().map(|x| x.to_f64()).collect();
    let mut sources = architecture.sources().into_iter();
    let mut traces = Vec::with_capacity(architecture.layers.len());
    for (layer, range) in architecture.layers.iter().zip(architecture.ranges()) {
        let source = sources.next().unwrap_or_default();
        let x = &seen[source.start * samples..source.end * samples];
        let mut z = vec![0.0; range.outputs * samples];
        let rows = parameters[range.weights].chunks_exact(range.inputs);
        for (row, z) in rows.zip(z.chunks_exact_mut(chunk)) {
            for (weight, x) in row.iter().zip(x.chunks_exact(chunk)) {
                add_scaled(layer.scale * weight.to_f64(), x, z);
            }
        }
        let biases = parameters[range.biases].iter();
        for (z, bias) in z.chunks_exact_mut(chunk).zip(biases) {
            z.iter_mut().for_each(|z| *z += bias.to_f64());
        }
        let mut y: Vec<f64> = z.iter().map(|&z| value(layer.activation, z)).collect();
        if layer.skip {
            add_scaled(1.0, x, &mut y);
        }
        let array = |rows: &[f64]| {
            Array2::from_shape_vec((range.outputs, samples), rows.to_vec())
                .expect("one number per neuron and sample")
        };
        traces.push(LayerTrace {
            z: array(&z),
            y: array(&y),
        });
        seen.extend(y);
    }
    Ok(traces)
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::{Activation, reference};

    #[test]
    fn it_agrees_with_the_textbook() {
        let plain = Architecture::new(2)
            .layer(3, Activation::Tanh)
            .layer(4, Activation::Tanh)
            .layer(2, Activation::Softplus);
        let mut shortcuts = plain.clone();
        shortcuts.layers[2].shortcuts = true;
        agrees(&plain);
        agrees(&shortcuts);
    }

    fn agrees(net: &Architecture) {
        let parameters: Vec<f64> = (0..net.parameter_count())
            .map(|p| f64::from(p as u32 % 7) / 3.0 - 1.0)
            .collect();
        let x = array![[0.5, -1.0], [2.0, 0.25], [0.0, 1.5]];
        let none = trace(net, &parameters, Array2::<f64>::zeros((0, 2)).view()).unwrap();
        assert!(none.iter().all(|layer| layer.y.is_empty()));
        let found = trace(net, &parameters, x.view()).unwrap();
        let expected = reference::forward(&reference::layers(net, &parameters), x.view());
        for (found, expected) in found.iter().zip(&expected) {
            assert!((&found.z.t() - &expected.z).iter().all(|d| d.abs() < 1e-14));
            assert!((&found.y.t() - &expected.y).iter().all(|d| d.abs() < 1e-14));
        }
        assert!(trace(net, &parameters[1..], x.view()).is_err());
        assert!(trace(net, &parameters, x.t()).is_err());
    }
}
