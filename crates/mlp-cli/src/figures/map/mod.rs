//! Performance maps as heat maps.

mod cells;
mod metric;
mod picture;
mod shade;

use anyhow::{Context, Result};
use mlp_plot::HeatMap;
use mlp_train::{Arrays, Kind, MapAxes, Metric};

use self::{cells::Computed, picture::Maps};
use super::{Draw, Drawing, Figure, FigureEntry, View, describe};
use crate::failure::Failure;

/// The chosen metric of a map and its companions.
pub static MAP: FigureEntry = FigureEntry {
    name: "map-METRIC",
    description: "a metric over both axes, its statistics over the seeds of each cell, and further metrics",
    kinds: &[Kind::Map],
    draw: Draw::Run(figures),
};

/// Metrics drawn beside the chosen one, where they apply.
const COMPANIONS: [&str; 5] = [
    "train_loss",
    "test_accuracy",
    "test_r2",
    "weight_norm",
    "bias_norm",
];

/// The chosen metric first, its statistics over seeds, then its companions.
fn figures(view: &View, drawing: &Drawing) -> Result<Vec<Figure>> {
    let at_step;
    let arrays = match drawing.step {
        None => view.map()?,
        Some(step) => {
            at_step = view.map_at(step)?;
            check_step(view, &at_step, step)?;
            &at_step
        }
    };
    let metric = drawing.metric.unwrap_or_else(|| chosen(view));
    let chosen = metric.to_string();
    let usage =
        |reason: String| Err(Failure::usage(format!("{}: {reason}", view.path().display())).into());
    if arrays.get(&chosen).is_none() {
        return usage(format!(
            "the map has no {chosen}; that metric does not apply to it, or was not recorded"
        ));
    }
    let axes = MapAxes::of(view.experiment()).context("a map has axes")?;
    if matches!(metric, Metric::Event(_)) && axes.y.is_none() {
        return usage(format!(
            "{chosen} is one number per training, but the map is over steps; train a map over two keys"
        ));
    }
    let computed = Computed::of(view.experiment(), &axes);
    let maps = Maps {
        view,
        step: drawing.step,
        axes,
        arrays,
        networks: describe::networks_of(view),
        computed,
    };
    let mut figures = metric::figures(&maps, &chosen)?;
    for name in COMPANIONS {
        if name != chosen && maps.arrays.get(name).is_some() {
            figures.push(metric::mean(&maps, name)?);
        }
    }
    Ok(figures)
}

/// The chosen metric of a map without facets as one picture.
pub fn frame(view: &View) -> Result<HeatMap> {
    let drawn = figures(view, &Drawing::of(None))?.into_iter().next();
    let map = drawn.and_then(|figure| figure.maps.into_iter().next());
    map.context("a map has a picture")
}

/// The metric that the map was made for.
pub fn chosen(view: &View) -> Metric {
    view.experiment().experiment().map.shown()
}

/// Refuses a step that the map does not have.
fn check_step(view: &View, arrays: &Arrays, step: u64) -> Result<()> {
    let path = view.path();
    let Some(steps) = arrays.get("step").and_then(|array| array.numbers()) else {
        let reason = "the map has no step axis to choose from";
        return Err(Failure::usage(format!("{}: --step {step}: {reason}", path.display())).into());
    };
    if steps.contains(&(step as f64)) {
        return Ok(());
    }
    let nearest = steps.iter().copied().reduce(|best, next| {
        let distance = |recorded: f64| (recorded - step as f64).abs();
        if distance(next) < distance(best) {
            next
        } else {
            best
        }
    });
    Err(Failure::usage(format!(
        "{}: --step {step} was not recorded; the nearest recorded step is {}",
        path.display(),
        nearest.unwrap_or(0.0)
    ))
    .into())
}
