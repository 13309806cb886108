//! The gradient and the last update.

use super::group::{Cost, DiagnosticColumn, Each, Group, Snapshot, Values, square};
use crate::error::Error;

pub(super) const GROUP: Group = Group {
    name: "gradient",
    description: "gradient norm by layer, <theta, gradient>, size of the last update",
    columns: &[
        DiagnosticColumn {
            name: "theta_grad",
            each: Each::Network,
            description: "inner product of the parameters with the training loss's gradient",
        },
        DiagnosticColumn {
            name: "update_ratio",
            each: Each::Network,
            description: "|theta_t - theta_(t-1)| / |theta_(t-1)| for a record at step t > 0",
        },
        DiagnosticColumn {
            name: "grad_norm",
            each: Each::Layer,
            description: "L2 norm of the gradient by a layer's weights and biases",
        },
    ],
    traces: false,
    pairs: false,
    cost: Cost {
        record: 1.0,
        update: 0.0,
    },
    value,
};

fn value(now: &Snapshot<'_>, values: &mut Values) -> Result<(), Error> {
    let pairs = now.parameters.iter().zip(now.gradient);
    values.put("theta_grad", pairs.fold(0.0, |sum, (p, g)| sum + p * g));
    if let Some(previous) = now.previous {
        let moved = now.parameters.iter().zip(previous);
        let moved = moved.fold(0.0, |sum, (p, q)| sum + (p - q) * (p - q));
        let size = square(previous);
        if size > 0.0 {
            values.put("update_ratio", (moved / size).sqrt());
        }
    }
    for (layer, range) in now.spec.architecture.ranges().into_iter().enumerate() {
        let squares = square(&now.gradient[range.weights]) + square(&now.gradient[range.biases]);
        values.put_layer("grad_norm", layer, squares.sqrt());
    }
    Ok(())
}
