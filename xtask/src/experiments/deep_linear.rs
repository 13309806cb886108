//! A3: the exact learning curve of a deep linear network.

use anyhow::Result;
use mlp_plot::{Scale, Series};

use super::laboratory::{Laboratory, figure, numbers};
use super::suite::{Row, Suite};

pub(super) const SUITE: Suite = Suite {
    id: "A3",
    title: "the exact learning curve of a deep linear network (Saxe et al. 2013)",
    run,
};

const TARGET: f64 = 2.0;
const START: f64 = 1e-3;
/// Units of time, steps times rate.
const TIME: f64 = 5.0;

/// u(t) = s e^(2st) / (e^(2st) - 1 + s / u0).
fn exact(time: f64) -> f64 {
    let growth = (2.0 * TARGET * time).exp();
    TARGET * growth / (growth - 1.0 + TARGET / START)
}

fn run(laboratory: &Laboratory) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for rate in [1e-2, 1e-3, 1e-4] {
        let settings = [
            format!("learning_rate={rate}"),
            format!("steps={:.0}", TIME / rate),
        ];
        let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        let (_, run) = laboratory.run("a3-deep-linear.toml", &settings)?;
        let series = run.series()?;
        let steps = numbers(&series, "step")?;
        let a = numbers(&series, "weight_norm_0")?;
        let b = numbers(&series, "weight_norm_1")?;
        let times: Vec<f64> = steps.iter().map(|step| step * rate).collect();
        let found: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a * b).collect();
        let theory: Vec<f64> = times.iter().map(|&time| exact(time)).collect();
        let errors = found.iter().zip(&theory).map(|(u, v)| (u - v).abs());
        let largest = errors.fold(0.0, f64::max);
        let ratio = largest / rate;
        rows.push(Row::new(
            format!("largest error of the curve over the rate, rate {rate}"),
            "2.78, within 5 %",
            format!("{ratio:.3}"),
            (ratio / 2.78 - 1.0).abs() < 0.05,
        ));
        if rate == 1e-2 {
            laboratory.curves(
                "a3",
                &figure(
                    "A deep linear network learns as Saxe et al. (2013) say",
                    "product of the two weights; target 2, start 1e-3, learning rate 0.01",
                    ("time (steps x learning rate)", Scale::Linear),
                    "u = a b",
                    vec![
                        Series::new("closed form", times.clone(), theory).dashed(),
                        Series::new("trained", times, found),
                    ],
                ),
            )?;
        }
    }
    Ok(rows)
}
