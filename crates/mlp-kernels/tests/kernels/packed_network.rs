//! Whole networks side by side: one call has the bits of its parts.

use super::cases::{Numbers, assert_bits, each_level, run};
use mlp_kernels::{
    Activated, Activation, DenseGradient, DenseLayer, DenseShape, Element, Kernels, Level, Loss,
    LossBlock, OutputShape, PackedBuffers, PackedLayer, PackedNetwork, Target,
};
use proptest::prelude::*;

/// One of some.
fn one<T: Copy>(n: &mut Numbers, of: &[T]) -> T {
    of[n.next() as usize % of.len()]
}

/// The layers' rows of y and z, and their gradients, by the kernels of single layers.
fn in_parts<T: Element>(
    kernels: &Kernels<T>,
    inputs: usize,
    layers: &[PackedLayer<T>],
    (parameters, x): (&[T], &[T]),
    of: LossBlock<'_, T>,
    columns: usize,
) -> (Vec<T>, Vec<T>) {
    let mut outputs: Vec<(Vec<T>, Option<Vec<T>>)> = Vec::new();
    let (mut places, mut first, mut width) = (Vec::new(), 0, inputs);
    for layer in layers {
        let shape = DenseShape {
            inputs: width,
            outputs: layer.outputs,
            columns,
        };
        let biases = first + layer.outputs * width * T::LANES;
        let end = biases + usize::from(layer.bias) * layer.outputs * T::LANES;
        let bias = layer.bias.then_some(&parameters[biases..end]);
        let dense = DenseLayer::packed(shape, width, &parameters[first..biases], bias, layer.scale);
        let below = outputs.last().map_or(x, |(y, _)| y);
        let mut y = vec![T::ONE; layer.outputs * columns];
        let mut z = layer.phi.needs_preactivation().then(|| y.clone());
        kernels.dense_forward(dense, layer.phi, below, z.as_deref_mut(), &mut y);
        places.push((shape, dense, first..biases, biases..end));
        outputs.push((y, z));
        (first, width) = (end, layer.outputs);
    }
    let mut gradient = vec![T::ZERO; parameters.len()];
    let (y, z) = &outputs[layers.len() - 1];
    let mut dz = vec![T::ONE; y.len()];
    kernels.loss_gradient(of, T::from_f64(0.25), y, &mut dz);
    let phi = layers[layers.len() - 1].phi;
    if phi != Activation::Identity {
        let dy = dz.clone();
        kernels.activation_gradient(phi, z.as_deref().unwrap_or_default(), y, &dy, &mut dz);
    }
    for (index, (shape, dense, weights, biases)) in places.into_iter().enumerate().rev() {
        let below = index.checked_sub(1).map(|below| &outputs[below]);
        let (w, b) = gradient[weights.start..biases.end].split_at_mut(weights.len());
        let gradient = DenseGradient {
            w,
            bias: (!biases.is_empty()).then_some(b),
            accumulate: false,
        };
        let input = below.map_or(x, |(y, _)| y);
        kernels.packed_weight_gradient(shape, layers[index].scale, &dz, input, gradient);
        if let Some((y, z)) = below {
            let below = Activated::new(layers[index - 1].phi, y, z.as_deref());
            let mut dx = vec![T::ONE; y.len()];
            kernels.dense_input_gradient(dense, &dz, below, &mut dx);
            dz = dx;
        }
    }
    let rows = outputs.into_iter();
    let rows = rows.flat_map(|(y, z)| y.into_iter().chain(z.unwrap_or_default()));
    (rows.collect(), gradient)
}

fn agree<T: Element>(seed: u64, special: u64) -> Result<(), TestCaseError> {
    let n = &mut Numbers {
        state: seed,
        special: 0,
    };
    let plain = !n.next().is_multiple_of(3);
    let count = 1 + n.next() as usize % 4;
    let layers: Vec<PackedLayer<T>> = (1..=count)
        .map(|layer| PackedLayer {
            outputs: 1 + n.next() as usize % 9,
            bias: !n.next().is_multiple_of(4),
            scale: n.scale(),
            phi: match (plain, layer == count) {
                (true, true) => Activation::Identity,
                (true, false) => one(n, &[Activation::Tanh, Activation::Relu]),
                (false, _) => n.activation(),
            },
        })
        .collect();
    let inputs = 1 + n.next() as usize % 5;
    let samples = one(n, &[1, 2, 3, 4, 4, 5, 7, 8, 8, 9, 16, 16, 17, 33]);
    let columns = samples * T::LANES;
    let (mut parameters, mut rows, mut width) = (0, 0, inputs);
    for layer in &layers {
        parameters += layer.outputs * (width + usize::from(layer.bias)) * T::LANES;
        rows += layer.outputs * (1 + usize::from(layer.phi.needs_preactivation())) * columns;
        width = layer.outputs;
    }
    n.special = special;
    let (parameters, x) = (n.vector::<T>(parameters), n.vector::<T>(inputs * columns));
    let values = n.vector::<T>(width * columns);
    let classes: Vec<u32> = (0..columns).map(|_| n.next() as u32 % 2).collect();
    let loss = one(n, &[Loss::SquaredError, Loss::BinaryCrossEntropy]);
    let target = match width == 2 && !plain {
        true => Target::Classes(&classes),
        false => Target::Values(&values),
    };
    let shape = OutputShape {
        outputs: width,
        columns,
        valid: columns,
    };
    let of = LossBlock::new(loss, shape, target);
    let network = PackedNetwork::new(inputs, layers.iter().copied());
    each_level::<T>(|level: Level, kernels| {
        let want = in_parts(&kernels, inputs, &layers, (&parameters, &x), of, columns);
        // Longer than need be.
        let mut activations = vec![T::ONE; rows + T::LANES];
        let mut delta = [vec![T::ONE; 9 * columns], vec![T::ONE; 9 * columns]];
        let [here, next] = &mut delta;
        let mut gradient = vec![T::ONE; parameters.len()];
        let pass = PackedBuffers {
            columns,
            parameters: &parameters,
            x: &x,
            activations: &mut activations,
            delta: [here, next],
            gradient: &mut gradient,
        };
        kernels.packed_gradient(&network, (of, T::from_f64(0.25)), pass);
        assert_bits("rows", level, &activations[..rows], &want.0)?;
        assert_bits("gradient", level, &gradient, &want.1)
    })
}

#[test]
fn a_network_in_one_call_has_the_bits_of_its_parts() {
    run(96, |seed, _, _, _, special| {
        agree::<f32>(seed, special)?;
        agree::<f64>(seed, special)
    });
}
