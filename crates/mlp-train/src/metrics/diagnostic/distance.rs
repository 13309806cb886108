//! The distance from the initial parameters.

use super::group::{Cost, DiagnosticColumn, Each, Group, Snapshot, Values};
use crate::error::Error;

pub(super) const GROUP: Group = Group {
    name: "distance",
    description: "distance from the initial parameters",
    columns: &[
        DiagnosticColumn {
            name: "distance",
            each: Each::Network,
            description: "L2 distance of all parameters from their initial values",
        },
        DiagnosticColumn {
            name: "distance",
            each: Each::Layer,
            description: "L2 distance of a layer's weights and biases from their initial values",
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
    let pairs = now.parameters.iter().zip(now.initial);
    let squares: Vec<f64> = pairs.map(|(p, q)| (p - q) * (p - q)).collect();
    let sum = |squares: &[f64]| squares.iter().fold(0.0, |sum, square| sum + square);
    values.put("distance", sum(&squares).sqrt());
    for (layer, range) in now.spec.architecture.ranges().into_iter().enumerate() {
        let square = sum(&squares[range.weights]) + sum(&squares[range.biases]);
        values.put_layer("distance", layer, square.sqrt());
    }
    Ok(())
}
