//! Neurons that no longer learn.

use mlp_core::reference::derivative;

use super::group::{Cost, DiagnosticColumn, Each, Group, Snapshot, Values};
use crate::error::Error;

/// A slope below it counts as flat; the steepest slope of the activations is 1 or near it.
const FLAT: f64 = 0.01;

pub(super) const GROUP: Group = Group {
    name: "units",
    description: "dead and saturated neurons by hidden layer",
    columns: &[
        DiagnosticColumn {
            name: "dead",
            each: Each::Hidden,
            description: "neurons whose |phi'(z)| is below 0.01 on every training sample",
        },
        DiagnosticColumn {
            name: "saturated",
            each: Each::Hidden,
            description: "fraction of neurons and training samples with |phi'(z)| below 0.01",
        },
    ],
    traces: true,
    pairs: false,
    cost: Cost {
        record: 90.0,
        update: 0.0,
    },
    value,
};

fn value(now: &Snapshot<'_>, values: &mut Values) -> Result<(), Error> {
    let layers = &now.spec.architecture.layers;
    let hidden = layers.len().saturating_sub(1);
    let counted: Vec<(usize, f64)> = now.traces()?[..hidden]
        .iter()
        .zip(layers)
        .map(|(trace, layer)| {
            let flat = |z: &f64| derivative(layer.activation, *z).abs() < FLAT;
            let rows = trace.z.rows().into_iter();
            let dead = rows.filter(|row| row.iter().all(flat)).count();
            let all = trace.z.iter().filter(|z| flat(z)).count();
            (dead, all as f64 / trace.z.len() as f64)
        })
        .collect();
    for (layer, (dead, _)) in counted.iter().enumerate() {
        values.put_layer("dead", layer, *dead as f64);
    }
    for (layer, (_, share)) in counted.into_iter().enumerate() {
        values.put_layer("saturated", layer, share);
    }
    Ok(())
}
