//! The margin of a classifier.

use mlp_core::Targets;

use super::group::{Cost, DiagnosticColumn, Each, Group, Snapshot, Values, square};
use crate::error::Error;

pub(super) const GROUP: Group = Group {
    name: "margin",
    description: "smallest margin on the training part, and over |theta|^L",
    columns: &[
        DiagnosticColumn {
            name: "margin",
            each: Each::Network,
            description: "minimum over the samples of s y (two classes) or y_right - best y_wrong",
        },
        DiagnosticColumn {
            name: "normalized_margin",
            each: Each::Network,
            description: "margin / |theta|^L, theta all parameters, L the layers with weights",
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
    let Targets::Classes { labels, .. } = now.samples.targets() else {
        return Ok(());
    };
    let traces = now.traces()?;
    let Some(outputs) = traces.last().map(|trace| &trace.y) else {
        return Ok(());
    };
    let mut least = f64::INFINITY;
    for (sample, &label) in labels.iter().enumerate() {
        let y = outputs.column(sample);
        let label = label as usize;
        let margin = if y.len() == 1 {
            if label == 1 { y[0] } else { -y[0] }
        } else {
            let wrong = (0..y.len())
                .filter(|&class| class != label)
                .map(|class| y[class]);
            let best = wrong.fold(f64::NEG_INFINITY, |a, b| if b > a { b } else { a });
            y[label] - best
        };
        least = if margin < least { margin } else { least };
    }
    values.put("margin", least);
    let size = square(now.parameters).sqrt();
    let power = traces.iter().fold(1.0, |power, _| power * size);
    if power > 0.0 {
        values.put("normalized_margin", least / power);
    }
    Ok(())
}
