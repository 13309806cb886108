//! A7: the edge of stability.

use anyhow::{Context, Result};
use mlp_plot::{Scale, Series};

use super::laboratory::{Laboratory, Variant, figure, numbers};
use super::suite::{Row, Suite};

pub(super) const SUITE: Suite = Suite {
    id: "A7",
    title: "the edge of stability (Cohen et al. 2021)",
    run,
};

/// Units of time, steps times rate.
const TIME: f64 = 3000.0;

fn run(laboratory: &Laboratory) -> Result<Vec<Row>> {
    let (degrees, rates): (&[u32], &[f64]) = match laboratory.variant {
        Variant::Quick => (&[3], &[0.4, 0.2]),
        Variant::Full => (&[3, 4, 5], &[0.1, 0.2, 0.4]),
    };
    let mut rows = Vec::new();
    let mut curves = Vec::new();
    for &degree in degrees {
        for &rate in rates {
            let steps = TIME / rate;
            let settings = [
                format!(
                    "data={}",
                    crate::command::root()
                        .join(format!("experiments/data/chebyshev-{degree}.csv"))
                        .display()
                ),
                format!("learning_rate={rate}"),
                format!("steps={steps:.0}"),
                "record=every:37".to_owned(),
            ];
            let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
            let (_, run) = laboratory.run("a7-edge-of-stability.toml", &settings)?;
            let series = run.series()?;
            let steps = numbers(&series, "step")?;
            let sharpness = numbers(&series, "sharpness_eta_half")?;
            let half = sharpness[sharpness.len() / 2..].iter().copied();
            let median = mlp_statistics::median(half).context("there are records")?;
            rows.push(Row::new(
                format!("median sharpness x eta/2 in the last half, T{degree}, eta {rate}"),
                "0.95 to 1.10",
                format!("{median:.4}"),
                (0.95..=1.10).contains(&median),
            ));
            if degree == 3 {
                let times = steps.iter().map(|step| step * rate).collect();
                curves.push(Series::new(format!("eta {rate}"), times, sharpness));
            }
        }
    }
    laboratory.curves(
        "a7",
        &figure(
            "Gradient descent ends at the edge of stability (Cohen et al. 2021)",
            "1-100-1 tanh on a Chebyshev polynomial of degree 3",
            ("time (steps x learning rate)", Scale::Linear),
            "sharpness x eta / 2",
            curves,
        ),
    )?;
    Ok(rows)
}
