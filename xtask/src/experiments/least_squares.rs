//! A2: a linear network reaches least squares.

use anyhow::{Context, Result};
use mlp_core::Targets;
use mlp_train::Prepared;
use ndarray::{Array1, Array2, ArrayView2};

use super::laboratory::{Laboratory, last};
use super::suite::{Row, Suite};

pub(super) const SUITE: Suite = Suite {
    id: "A2",
    title: "a linear network reaches least squares",
    run,
};

fn run(laboratory: &Laboratory) -> Result<Vec<Row>> {
    let (experiment, run) = laboratory.run("a2-least-squares.toml", &[])?;
    let found = last(&run.nets()?, "train_loss")?;
    let prepared = Prepared::<f64>::new(&experiment.recipe(0)?.data)?;
    let Targets::Values(targets) = prepared.train().targets() else {
        anyhow::bail!("diabetes has numbers as targets");
    };
    let least = least_squares(&prepared.train().inputs(), targets)?;
    let far = (found - least).abs();
    Ok(vec![Row::new(
        "loss above the closed form, diabetes scaled, 20,000 steps",
        "0, within 1e-8",
        format!("{far:.1e}"),
        far < 1e-8,
    )])
}

/// The least mean squared error of a linear model with an intercept, by the normal equations.
fn least_squares(x: &ArrayView2<'_, f64>, targets: &Array2<f64>) -> Result<f64> {
    let ones = Array2::ones((x.nrows(), 1));
    let x = ndarray::concatenate(ndarray::Axis(1), &[x.view(), ones.view()])?;
    let t: Array1<f64> = targets.column(0).to_owned();
    let mut matrix = x.t().dot(&x);
    let mut right = x.t().dot(&t);
    let size = right.len();
    for pivot in 0..size {
        for row in pivot + 1..size {
            let factor = matrix[[row, pivot]] / matrix[[pivot, pivot]];
            for column in pivot..size {
                matrix[[row, column]] -= factor * matrix[[pivot, column]];
            }
            right[row] -= factor * right[pivot];
        }
    }
    let mut weights = Array1::zeros(size);
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size)
            .map(|column| matrix[[row, column]] * weights[column])
            .sum();
        weights[row] = (right[row] - known) / matrix[[row, row]];
    }
    let errors = x.dot(&weights) - t;
    errors
        .mapv(|error| error * error)
        .mean()
        .context("there are samples")
}
