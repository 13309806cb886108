//! A5: how many XOR networks of each width are solved.

use anyhow::{Context, Result};

use super::laboratory::{Laboratory, Variant, numbers};
use super::suite::{Row, Suite};

pub(super) const SUITE: Suite = Suite {
    id: "A5",
    title: "XOR networks by width (Frankle and Carbin 2018, version 1, section 2)",
    run,
};

/// Width and the published share of solved networks, in per cent.
const PUBLISHED: [(&str, f64, f64); 5] = [
    ("2", 17.6, 17.6),
    ("4", 55.0, 57.0),
    ("6", 77.0, 79.0),
    ("8", 87.5, 88.0),
    ("10", 93.0, 94.5),
];

/// Final losses of two hidden neurons: nothing learnt, one corner apart, two solved, all solved.
const VALUES: [f64; 4] = [
    std::f64::consts::LN_2,
    0.4774,
    std::f64::consts::LN_2 / 2.0,
    0.0,
];

fn run(laboratory: &Laboratory) -> Result<Vec<Row>> {
    let nets = match laboratory.variant {
        Variant::Quick => 200,
        Variant::Full => 1000,
    };
    let (_, run) = laboratory.run("a5-xor.toml", &[&format!("nets={nets}")])?;
    let table = run.nets()?;
    let losses = numbers(&table, "train_loss")?;
    let widths = table.texts("hidden").context("widths are texts")?;
    let of = |width: &str| -> Vec<f64> {
        let pairs = losses.iter().zip(&widths);
        pairs
            .filter(|(_, w)| *w == width)
            .map(|(loss, _)| *loss)
            .collect()
    };
    let mut rows = Vec::new();
    for (width, low, high) in PUBLISHED {
        let losses = of(width);
        let solved = losses.iter().filter(|&&loss| loss < 0.01).count();
        let share = 100.0 * solved as f64 / losses.len() as f64;
        // Four standard deviations of a share among so many networks.
        let p: f64 = (low + high) / 200.0;
        let reach = 400.0 * (p * (1.0 - p) / losses.len() as f64).sqrt();
        let published = if low == high {
            format!("{low} %")
        } else {
            format!("{low} to {high} %")
        };
        rows.push(Row::new(
            format!("share solved of {} networks 2-{width}-1", losses.len()),
            format!("{published}, ± {reach:.1} (4 sigma)"),
            format!("{share:.1} %"),
            losses.len() == nets && share >= low - reach && share <= high + reach,
        ));
    }
    let narrow = of("2");
    let near = |loss: f64| VALUES.iter().any(|value| (loss - value).abs() < 0.01);
    let share = narrow.iter().filter(|&&loss| near(loss)).count() as f64 / narrow.len() as f64;
    rows.push(Row::new(
        "final losses of 2-2-1 within 0.01 of 0.6931, 0.4774, 0.3466 or 0",
        "at least 99 %",
        format!("{:.1} %", 100.0 * share),
        share >= 0.99,
    ));
    Ok(rows)
}
