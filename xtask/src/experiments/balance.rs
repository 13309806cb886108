//! A1: what gradient descent conserves.

use anyhow::Result;

use super::laboratory::{Laboratory, last};
use super::suite::{Row, Suite};

pub(super) const SUITE: Suite = Suite {
    id: "A1",
    title: "conservation laws, exact per step (Du, Hu, Lee 2018; Kunin et al. 2021)",
    run,
};

/// Settings that the law holds for, beside mini-batches of 16 without decay.
const VARIANTS: &[(&str, &[&str])] = &[
    ("mini-batches", &[]),
    ("full batch", &["batch=full"]),
    (
        "mini-batches, decay",
        &["weight_decay=0.01", "decay_bias=true"],
    ),
];

fn run(laboratory: &Laboratory) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (file, column, what) in [
        (
            "a1-balance.toml",
            "balance_drift",
            "balance of ReLU neurons",
        ),
        (
            "a1-class-sums.toml",
            "class_sum_drift",
            "sums over classes, softmax",
        ),
    ] {
        for (name, settings) in VARIANTS {
            for (precision, bound) in [("f64", 1e-12), ("f32", 1e-4)] {
                let precision_is = format!("precision={precision}");
                let settings = [settings, &[precision_is.as_str()][..]].concat();
                let (_, run) = laboratory.run(file, &settings)?;
                let drift = last(&run.nets()?, column)?;
                rows.push(Row::new(
                    format!("{what}: error after 2000 steps, {name}, {precision}"),
                    format!("0, below {bound:.0e}"),
                    format!("{drift:.1e}"),
                    drift < bound,
                ));
            }
        }
    }
    Ok(rows)
}
