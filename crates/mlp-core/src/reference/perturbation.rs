//! Dropout and input noise, drawn one number at a time by the rule in
//! [`TrainSpec`](crate::TrainSpec).

use ndarray::{Array2, ArrayView2};

use crate::{
    Scalar, TrainSpec,
    seed::{Purpose, Stream},
};

/// Words of a stream that one step may use.
const SPAN: u128 = 1 << 36;

/// The mask `[samples, width]` of the update after `steps` updates, from stream `number` (0 for the
/// inputs, else a layer's index plus 1): 0 with probability `rate`, else 1 / (1 - rate).
pub fn dropout_mask<T: Scalar>(
    seed: u64,
    number: u32,
    steps: u64,
    rate: f64,
    (samples, width): (usize, usize),
) -> Array2<T> {
    let mut stream = Stream::numbered(seed, Purpose::Dropout, number);
    Array2::from_shape_fn((samples, width), |(sample, neuron)| {
        stream.set_position(u128::from(steps) * SPAN + (sample * width + neuron) as u128);
        let dropped = f64::from(stream.word()) < rate * 4_294_967_296.0;
        T::from_f64(if dropped { 0.0 } else { 1.0 / (1.0 - rate) })
    })
}

/// The inputs x `[samples, inputs]` as changed in the update after `steps` updates: noise is added, then
/// dropout is applied.
pub fn altered_inputs<T: Scalar>(
    spec: &TrainSpec,
    seed: u64,
    steps: u64,
    x: ArrayView2<'_, T>,
) -> Array2<T> {
    let (samples, width) = x.dim();
    let mut x = x.to_owned();
    if spec.input_noise > 0.0 {
        let mut stream = Stream::numbered(seed, Purpose::InputNoise, 0);
        for ((sample, feature), x) in x.indexed_iter_mut() {
            // A normal number takes four words.
            let place = 4 * (sample * width + feature) as u128;
            stream.set_position(u128::from(steps) * SPAN + place);
            *x = T::from_f64(x.to_f64() + spec.input_noise * stream.normal());
        }
    }
    if spec.input_dropout > 0.0 {
        x = x * dropout_mask::<T>(seed, 0, steps, spec.input_dropout, (samples, width));
    }
    x
}

/// The masks of all layers in the update after `steps` updates; `None` where nothing is dropped.
pub fn masks<T: Scalar>(
    spec: &TrainSpec,
    seed: u64,
    steps: u64,
    samples: usize,
) -> Vec<Option<Array2<T>>> {
    let layers = spec.architecture.layers.iter().enumerate();
    layers
        .map(|(index, layer)| {
            let rate = spec.dropout.get(index).copied().unwrap_or(0.0);
            let shape = (samples, layer.outputs);
            (rate > 0.0).then(|| dropout_mask(seed, index as u32 + 1, steps, rate, shape))
        })
        .collect()
}
