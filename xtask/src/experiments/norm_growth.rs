//! A4: norm growth after separation.

use anyhow::{Context, Result};
use mlp_plot::{Scale, Series};

use super::laboratory::{Laboratory, figure, numbers};
use super::suite::{Row, Suite};

pub(super) const SUITE: Suite = Suite {
    id: "A4",
    title: "norm growth after separation (Soudry et al. 2018)",
    run,
};

const RATE: f64 = 0.5;

fn run(laboratory: &Laboratory) -> Result<Vec<Row>> {
    let (_, run) = laboratory.run("a4-norm-growth.toml", &[])?;
    let series = run.series()?;
    let steps = numbers(&series, "step")?;
    let norms = numbers(&series, "weight_norm")?;
    let losses = numbers(&series, "train_loss")?;
    let last = steps.len() - 1;
    let third = steps.partition_point(|&step| step < steps[last] / 3.0);
    let slope = (norms[last] - norms[third]) / (steps[last] / steps[third]).ln();
    let product = steps[last] * RATE * losses.last().context("there are records")?;
    let first = steps.partition_point(|&step| step < 1.0);
    let theory = steps[first..]
        .iter()
        .map(|step| norms[last] + std::f64::consts::FRAC_1_SQRT_2 * (step / steps[last]).ln());
    laboratory.curves(
        "a4",
        &figure(
            "After separation the norm grows like ln t (Soudry et al. 2018)",
            "logistic regression on four points, gradient descent on the summed loss",
            ("step", Scale::Log),
            "|w|",
            vec![
                Series::new("0.7071 ln t", steps[first..].to_vec(), theory.collect()).dashed(),
                Series::new("trained", steps[first..].to_vec(), norms[first..].to_vec()),
            ],
        ),
    )?;
    Ok(vec![
        Row::new(
            "d‖w‖ / d ln t over the last factor of 3 in t",
            "0.7071 ± 0.001",
            format!("{slope:.4}"),
            (slope - std::f64::consts::FRAC_1_SQRT_2).abs() < 0.001,
        ),
        Row::new(
            "t eta loss after 300,000 steps",
            "0.500 ± 0.002",
            format!("{product:.4}"),
            (product - 0.5).abs() < 0.002,
        ),
    ])
}
