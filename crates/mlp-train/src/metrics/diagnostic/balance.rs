//! The conservation laws of plain gradient descent.

use mlp_core::{Architecture, Outputs, Scalar, Trainer};
use serde::{Deserialize, Serialize};

use super::group::{Cost, DiagnosticColumn, Drift, Each, Group, Snapshot, Values};
use crate::error::Error;

pub(super) const GROUP: Group = Group {
    name: "balance",
    description: "D = |incoming|^2 + b^2 - |outgoing|^2 of hidden neurons, and its drift from theory",
    columns: &[
        DiagnosticColumn {
            name: "balance_sum",
            each: Each::Network,
            description: "sum of D over all hidden neurons",
        },
        DiagnosticColumn {
            name: "balance_max",
            each: Each::Network,
            description: "largest |D| of a hidden neuron",
        },
        DiagnosticColumn {
            name: "balance_predicted",
            each: Each::Network,
            description: "sum of D', the value of D predicted for plain gradient descent on a ReLU network",
        },
        DiagnosticColumn {
            name: "balance_drift",
            each: Each::Network,
            description: "largest |D - D'|, with D' predicted for plain gradient descent on a ReLU network \
                          (Du, Hu, Lee 2018), followed from update to update",
        },
        DiagnosticColumn {
            name: "class_weight_sum",
            each: Each::Network,
            description: "softmax: sum of all weights of the last layer",
        },
        DiagnosticColumn {
            name: "class_bias_sum",
            each: Each::Network,
            description: "softmax: sum of the biases of the last layer",
        },
        DiagnosticColumn {
            name: "class_sum_drift",
            each: Each::Network,
            description: "largest change, but by decay, of a sum over classes of the last weights or \
                          biases; softmax cross-entropy makes none (Kunin et al. 2021)",
        },
    ],
    traces: false,
    pairs: true,
    cost: Cost {
        record: 0.0,
        update: 0.5,
    },
    value,
};

fn value(now: &Snapshot<'_>, values: &mut Values) -> Result<(), Error> {
    let architecture = &now.spec.architecture;
    let balances = balances(architecture, now.parameters);
    values.put("balance_sum", sum(&balances));
    values.put("balance_max", largest(balances.iter().copied()));
    if let Some(drift) = now.drift {
        values.put("balance_predicted", drift.predicted);
        values.put("balance_drift", drift.balance);
        if let Some(classes) = drift.classes {
            values.put("class_sum_drift", classes);
        }
    }
    if now.spec.loss.outputs() == Outputs::ClassLogits
        && let Some(last) = architecture.ranges().last()
    {
        let sums = class_sums(architecture, now.parameters);
        let (weights, biases) = sums.split_at(last.inputs);
        values.put("class_weight_sum", sum(weights));
        if let [bias] = biases {
            values.put("class_bias_sum", *bias);
        }
    }
    Ok(())
}

/// The sum, in order.
fn sum(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |sum, value| sum + value)
}

/// Follows a training from update to update.
///
/// With step size eta, decay lambda of every parameter and gradient g of a ReLU network,
///
/// ```text
/// D' = (1 - eta lambda)^2 D + eta^2 (|g_w|^2 + g_b^2 - |g_v|^2)
/// ```
///
/// since the mixed terms cancel. The step eta g is the part of an update beyond the decay, so the law is
/// followed for any optimizer. Where decays differ between the three parts (for instance of weights
/// only), the terms that then remain are included.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Follower {
    /// The values of D predicted by theory.
    balances: Vec<f64>,
    /// The predicted sums over classes, of each input's weights and then of the biases.
    sums: Option<Vec<f64>>,
}

impl Follower {
    /// At the start of a training. `softmax`: whether sums over classes are conserved.
    pub(super) fn new(architecture: &Architecture, parameters: &[f64], softmax: bool) -> Self {
        Self {
            balances: balances(architecture, parameters),
            sums: softmax.then(|| class_sums(architecture, parameters)),
        }
    }

    /// After an update of `trainer` from `before` to `after`.
    pub(super) fn follow<T: Scalar>(
        &mut self,
        trainer: &Trainer<'_, T>,
        before: &[f64],
        after: &[f64],
    ) {
        let architecture = trainer.architecture();
        let keep = |parameter: usize| {
            let (rate, decay) = trainer.rate_and_decay(parameter);
            1.0 - rate * decay
        };
        let ranges = architecture.ranges();
        let mut place = 0;
        for pair in ranges.windows(2) {
            let (below, above) = (&pair[0], &pair[1]);
            let keep_w = keep(below.weights.start);
            let keep_v = keep(above.weights.start);
            for neuron in 0..below.outputs {
                let balance = &mut self.balances[place];
                place += 1;
                *balance *= keep_w * keep_w;
                let start = below.weights.start + neuron * below.inputs;
                for p in start..start + below.inputs {
                    let step = keep_w * before[p] - after[p];
                    *balance += step * step;
                }
                if !below.biases.is_empty() {
                    let p = below.biases.start + neuron;
                    let keep_b = keep(p);
                    let step = keep_b * before[p] - after[p];
                    *balance += step * step + beyond(keep_b, keep_w, before[p], step);
                }
                for output in 0..above.outputs {
                    let p = above.weights.start + output * above.inputs + neuron;
                    let step = keep_v * before[p] - after[p];
                    *balance -= step * step + beyond(keep_v, keep_w, before[p], step);
                }
            }
        }
        if let (Some(sums), Some(last)) = (&mut self.sums, ranges.last()) {
            let (weights, biases) = sums.split_at_mut(last.inputs);
            let keep_w = keep(last.weights.start);
            weights.iter_mut().for_each(|sum| *sum *= keep_w);
            if !last.biases.is_empty() {
                let keep_b = keep(last.biases.start);
                biases.iter_mut().for_each(|sum| *sum *= keep_b);
            }
        }
    }

    /// The deviation of the parameters from theory.
    pub(super) fn drift(&self, architecture: &Architecture, parameters: &[f64]) -> Drift {
        let apart = |a: &[f64], b: &[f64]| largest(a.iter().zip(b).map(|(a, b)| a - b));
        Drift {
            predicted: sum(&self.balances),
            balance: apart(&balances(architecture, parameters), &self.balances),
            classes: self
                .sums
                .as_ref()
                .map(|sums| apart(&class_sums(architecture, parameters), sums)),
        }
    }
}

/// The contribution to the square of a parameter that decays differently from the incoming weights,
/// beyond theirs, including the mixed term that no longer cancels.
fn beyond(keep: f64, keep_w: f64, before: f64, step: f64) -> f64 {
    (keep * keep - keep_w * keep_w) * before * before - 2.0 * (keep - keep_w) * before * step
}

/// D of every hidden neuron, layer after layer.
fn balances(architecture: &Architecture, parameters: &[f64]) -> Vec<f64> {
    let mut balances = Vec::new();
    for pair in architecture.ranges().windows(2) {
        let (below, above) = (&pair[0], &pair[1]);
        for neuron in 0..below.outputs {
            let start = below.weights.start + neuron * below.inputs;
            let mut balance =
                crate::metrics::diagnostic::group::square(&parameters[start..start + below.inputs]);
            if !below.biases.is_empty() {
                let bias = parameters[below.biases.start + neuron];
                balance += bias * bias;
            }
            for output in 0..above.outputs {
                let v = parameters[above.weights.start + output * above.inputs + neuron];
                balance -= v * v;
            }
            balances.push(balance);
        }
    }
    balances
}

/// Sums over the outputs: of each input's weights, and then of the biases.
fn class_sums(architecture: &Architecture, parameters: &[f64]) -> Vec<f64> {
    let Some(last) = architecture.ranges().pop() else {
        return Vec::new();
    };
    let mut sums = vec![0.0; last.inputs];
    for row in parameters[last.weights].chunks_exact(last.inputs) {
        for (sum, weight) in sums.iter_mut().zip(row) {
            *sum += weight;
        }
    }
    if !last.biases.is_empty() {
        sums.push(parameters[last.biases].iter().fold(0.0, |sum, b| sum + b));
    }
    sums
}

/// The largest absolute value; 0 for none.
fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |most: f64, value| {
        if value.abs() > most {
            value.abs()
        } else {
            most
        }
    })
}
