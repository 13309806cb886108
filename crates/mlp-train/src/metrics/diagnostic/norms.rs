//! Squared norms.

use super::group::{Cost, DiagnosticColumn, Each, Group, Snapshot, Values, square};
use crate::error::Error;

pub(super) const GROUP: Group = Group {
    name: "norms",
    description: "squared norms of weights and biases, by layer, with the output bias separate",
    columns: &[
        DiagnosticColumn {
            name: "weight_square",
            each: Each::Network,
            description: "sum of squares of all weights, |W|^2",
        },
        DiagnosticColumn {
            name: "bias_square",
            each: Each::Network,
            description: "sum of squares of all biases, |b|^2",
        },
        DiagnosticColumn {
            name: "hidden_bias_square",
            each: Each::Network,
            description: "sum of squares of the hidden layers' biases",
        },
        DiagnosticColumn {
            name: "output_bias_square",
            each: Each::Network,
            description: "sum of squares of the output layer's biases",
        },
        DiagnosticColumn {
            name: "weight_square",
            each: Each::Layer,
            description: "sum of squares of a layer's weights",
        },
        DiagnosticColumn {
            name: "bias_square",
            each: Each::Layer,
            description: "sum of squares of a layer's biases",
        },
    ],
    traces: false,
    pairs: false,
    cost: Cost {
        record: 0.0,
        update: 0.0,
    },
    value,
};

fn value(now: &Snapshot<'_>, values: &mut Values) -> Result<(), Error> {
    let ranges = now.spec.architecture.ranges();
    let of = |range: &std::ops::Range<usize>| square(&now.parameters[range.clone()]);
    let weights: Vec<f64> = ranges.iter().map(|range| of(&range.weights)).collect();
    let biases: Vec<f64> = ranges.iter().map(|range| of(&range.biases)).collect();
    let sum = |layers: &[f64]| layers.iter().fold(0.0, |sum, square| sum + square);
    let (output, hidden) = biases.split_last().unwrap_or((&0.0, &[]));
    values.put("weight_square", sum(&weights));
    values.put("bias_square", sum(&biases));
    values.put("hidden_bias_square", sum(hidden));
    values.put("output_bias_square", *output);
    for (layer, square) in weights.into_iter().enumerate() {
        values.put_layer("weight_square", layer, square);
    }
    for (layer, square) in biases.into_iter().enumerate() {
        values.put_layer("bias_square", layer, square);
    }
    Ok(())
}
