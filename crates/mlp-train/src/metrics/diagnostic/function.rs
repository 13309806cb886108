//! The function that a classifier computes: its predictions for all training samples.

use mlp_core::{Outputs, Targets};
use ndarray::Array2;

use super::{
    group::{Cost, DiagnosticColumn, Each, Group, Snapshot, Values},
    hash::Hash,
};
use crate::error::Error;

pub(super) const GROUP: Group = Group {
    name: "function",
    description: "a hash of the predictions for all training samples",
    columns: &[
        DiagnosticColumn {
            name: "function",
            each: Each::Network,
            description: "52-bit hash of the predicted labels of the training part, in its order: equal \
                          for networks that are the same Boolean function there (Mingard et al. 2019)",
        },
        DiagnosticColumn {
            name: "positives",
            each: Each::Network,
            description: "training samples whose predicted class is not the first; of several labels those \
                          with any",
        },
    ],
    traces: true,
    pairs: false,
    cost: Cost {
        record: 20.0,
        update: 0.0,
    },
    value,
};

fn value(now: &Snapshot<'_>, values: &mut Values) -> Result<(), Error> {
    if let Some(last) = now.traces()?.last()
        && let Some((function, positives)) = answers(now, &last.y)?
    {
        values.put("function", function);
        values.put("positives", positives);
    }
    Ok(())
}

/// A number that names the answers of outputs `[outputs, samples]`, and how many are not the first class; `None` where
/// the network answers with numbers.
pub(super) fn answers(
    now: &Snapshot<'_>,
    outputs: &Array2<f64>,
) -> Result<Option<(f64, f64)>, Error> {
    let by_label = match now.samples.targets() {
        Targets::Classes { .. } => false,
        Targets::Values(_) if now.spec.loss.outputs() == Outputs::Logits => true,
        Targets::Values(_) => return Ok(None),
    };
    let mut hash = Hash::new();
    let mut positives = 0;
    let mut tell = |answer: u64| positives += u32::from(answer > 0);
    if let Some(threshold) = now.threshold {
        let probabilities = now.spec.loss.probabilities(outputs.t())?;
        for p in probabilities.column(1) {
            let class = u64::from(*p > threshold);
            hash.add(class);
            tell(class);
        }
        return Ok(Some((hash.number(), f64::from(positives))));
    }
    for y in outputs.columns() {
        // How many labels are answered with yes, or the class.
        tell(match by_label || y.len() == 1 {
            true => {
                let yes = y.iter().map(|&y| u64::from(y > 0.0));
                yes.clone().for_each(|yes| hash.add(yes));
                yes.sum()
            }
            false => {
                let best = |best, class| if y[class] > y[best] { class } else { best };
                let class = (1..y.len()).fold(0, best) as u64;
                hash.add(class);
                class
            }
        });
    }
    Ok(Some((hash.number(), f64::from(positives))))
}
