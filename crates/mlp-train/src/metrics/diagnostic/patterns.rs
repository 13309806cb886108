//! The class of a solution: which neurons are active on which samples.

use mlp_core::LayerTrace;

use super::{
    group::{Cost, DiagnosticColumn, Each, Group, Snapshot, Values},
    hash::Hash,
};
use crate::error::Error;

pub(super) const GROUP: Group = Group {
    name: "patterns",
    description: "a hash of the activation pattern on the training part",
    columns: &[DiagnosticColumn {
        name: "pattern",
        each: Each::Network,
        description: "52-bit hash of the signs of all hidden z, neurons sorted: equal for networks \
                      that differ by the order of neurons, or the sign of odd ones",
    }],
    traces: true,
    pairs: false,
    cost: Cost {
        record: 30.0,
        update: 0.0,
    },
    value,
};

fn value(now: &Snapshot<'_>, values: &mut Values) -> Result<(), Error> {
    let layers = &now.spec.architecture.layers;
    let hidden = layers.len().saturating_sub(1);
    let traces = now.traces()?[..hidden].iter().zip(layers);
    let mut hash = Hash::new();
    for (trace, layer) in traces {
        // A neuron of an odd activation and its mirror image compute the same.
        for word in sorted_signs(trace, layer.activation.is_odd()) {
            hash.add(word);
        }
    }
    values.put("pattern", hash.number());
    Ok(())
}

/// Each neuron's signs over the samples as bits, the neurons in order of their words.
fn sorted_signs(trace: &LayerTrace, odd: bool) -> Vec<u64> {
    let bits = |row: ndarray::ArrayView1<'_, f64>, active: fn(f64) -> bool| -> Vec<u64> {
        let mut words = vec![0; row.len().div_ceil(64)];
        for (sample, &z) in row.iter().enumerate() {
            words[sample / 64] |= u64::from(active(z)) << (sample % 64);
        }
        words
    };
    let mut neurons: Vec<Vec<u64>> = trace
        .z
        .rows()
        .into_iter()
        .map(|row| {
            let above = bits(row, |z| z > 0.0);
            let below = bits(row, |z| z < 0.0);
            if odd && below < above { below } else { above }
        })
        .collect();
    neurons.sort_unstable();
    neurons.concat()
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;

    fn signs(z: Array2<f64>, odd: bool) -> Vec<u64> {
        let y = z.clone();
        sorted_signs(&LayerTrace { z, y }, odd)
    }

    #[test]
    fn order_and_odd_signs_do_not_count() {
        let z = array![[1.0, -1.0, 0.0], [2.0, 2.0, -0.5]];
        let turned = array![[-2.0, -2.0, 0.5], [1.0, -1.0, 0.0]];
        assert_eq!(signs(z.clone(), true), signs(turned.clone(), true));
        assert_ne!(signs(z.clone(), false), signs(turned, false));
        let swapped = array![[2.0, 2.0, -0.5], [1.0, -1.0, 0.0]];
        assert_eq!(signs(z.clone(), false), signs(swapped, false));
        let other = array![[1.0, 1.0, 0.0], [2.0, 2.0, -0.5]];
        assert_ne!(signs(z, true), signs(other, true));
    }
}
