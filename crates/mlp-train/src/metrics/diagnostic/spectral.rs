//! Spectral norms of the weight matrices.

use mlp_core::{
    seed::{Purpose, Stream},
    spectrum::largest_eigenvalue,
};

use super::group::{Cost, DiagnosticColumn, Each, Group, Snapshot, Values, square};
use crate::error::Error;

pub(super) const GROUP: Group = Group {
    name: "spectral",
    description: "spectral norm and stable rank of each layer's weights",
    columns: &[
        DiagnosticColumn {
            name: "spectral_norm",
            each: Each::Layer,
            description: "largest singular value of W, to a relative 1e-8",
        },
        DiagnosticColumn {
            name: "stable_rank",
            each: Each::Layer,
            description: "|W|^2 (sum of squares) over the squared spectral norm",
        },
    ],
    traces: false,
    pairs: false,
    cost: Cost {
        record: 6.0,
        update: 0.0,
    },
    value,
};

fn value(now: &Snapshot<'_>, values: &mut Values) -> Result<(), Error> {
    for (layer, range) in now.spec.architecture.ranges().into_iter().enumerate() {
        let weights = &now.parameters[range.weights];
        let squared = squared_spectral_norm(weights, range.inputs);
        values.put_layer("spectral_norm", layer, squared.sqrt());
        if squared > 0.0 {
            values.put_layer("stable_rank", layer, square(weights) / squared);
        }
    }
    Ok(())
}

/// The largest eigenvalue of W W', for W `[out, in]` row by row.
fn squared_spectral_norm(weights: &[f64], inputs: usize) -> f64 {
    let outputs = weights.len() / inputs;
    let mut stream = Stream::new(0, Purpose::Lanczos);
    let start: Vec<f64> = (0..outputs).map(|_| stream.normal()).collect();
    let mut along = vec![0.0; inputs];
    let found = largest_eigenvalue(&start, |v, out| {
        along.fill(0.0);
        for (row, v) in weights.chunks_exact(inputs).zip(v) {
            for (along, w) in along.iter_mut().zip(row) {
                *along += v * w;
            }
        }
        for (row, out) in weights.chunks_exact(inputs).zip(out) {
            *out = row.iter().zip(&along).fold(0.0, |sum, (w, a)| sum + w * a);
        }
    });
    // Rounding may leave less than nothing of a zero matrix.
    if found > 0.0 { found } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `numpy.linalg.norm([[1, 2, 3], [4, 5, 6]], 2)` is 9.508032000695724.
    #[test]
    fn of_a_known_matrix() {
        let found = squared_spectral_norm(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3).sqrt();
        assert!((found - 9.508_032_000_695_724).abs() < 1e-9, "{found}");
        assert_eq!(squared_spectral_norm(&[0.0; 6], 2), 0.0);
        let one = squared_spectral_norm(&[3.0, 4.0], 2);
        assert!((one - 25.0).abs() < 1e-12, "{one}");
    }
}
