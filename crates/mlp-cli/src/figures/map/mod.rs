//! Performance maps as heat maps.

mod cells;
mod metric;
mod over_steps;
mod picture;
mod shade;

use anyhow::{Context, Result};
use mlp_plot::HeatMap;
use mlp_train::{Arrays, Kind, MapAxes, Metric, experiment::Figures};

pub(super) use self::cells::Computed;
use self::picture::Maps;
pub(super) use self::picture::{facets_a_row, size_of_facets};
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

/// The figures of a run, which the page has at earlier steps, too.
fn figures(view: &View, drawing: &Drawing) -> Result<Vec<Figure>> {
    let has_page = drawing.figures != Figures::None && drawing.step.is_none();
    drawn(view, drawing, has_page)
}

/// The chosen metric first, its statistics over seeds, then its companions.
fn drawn(view: &View, drawing: &Drawing, with_steps: bool) -> Result<Vec<Figure>> {
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
    let ended = view.ended_networks()?;
    let computed = Computed::of(view.experiment(), &axes, ended.as_deref());
    let maps = Maps {
        view,
        step: drawing.step,
        axes,
        arrays,
        networks: describe::networks_of(view),
        computed,
        colors: None,
    };
    let mut figures = metric::figures(&maps, &chosen)?;
    if let (Some(first), true) = (figures.first_mut(), with_steps) {
        over_steps::add(&maps, &chosen, over_steps::OF_CHOSEN, first)?;
    }
    for name in COMPANIONS {
        if name != chosen && maps.arrays.get(name).is_some() {
            let mut figure = metric::mean(&maps, name)?;
            if with_steps {
                over_steps::add(&maps, name, over_steps::OF_OTHERS, &mut figure)?;
            }
            figures.push(figure);
        }
    }
    Ok(without_constant(figures))
}

/// The figures whose cells differ, and the chosen metric in any case; its caption names those left out.
fn without_constant(figures: Vec<Figure>) -> Vec<Figure> {
    let mut left_out = Vec::new();
    let mut kept: Vec<Figure> = Vec::new();
    for figure in figures {
        match constant(&figure).filter(|_| !kept.is_empty()) {
            Some(what) => left_out.push(what),
            None => kept.push(figure),
        }
    }
    if let (Some(first), false) = (kept.first_mut(), left_out.is_empty()) {
        let left_out = left_out.join(", ");
        first.caption += &format!(" Not drawn, since all their cells are equal: {left_out}.");
    }
    kept
}

/// What a figure of maps shows and its only value, where all cells with one have the same.
fn constant(figure: &Figure) -> Option<String> {
    let mut values = figure.maps.iter().flat_map(|map| &map.values);
    let label = &figure.maps.first()?.value_label;
    let Some(first) = values.find(|value| value.is_finite()) else {
        return Some(format!("{label} (in none)"));
    };
    let mut others = values.filter(|value| value.is_finite());
    others
        .all(|value| value == first)
        .then(|| format!("{label} ({})", mlp_plot::format_value(*first)))
}

/// The chosen metric of a map without facets as one picture.
pub fn frame(view: &View) -> Result<HeatMap> {
    let drawn = drawn(view, &Drawing::of(None), false)?.into_iter().next();
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
        let over_steps = MapAxes::of(view.experiment()).is_some_and(|axes| axes.y.is_none());
        let reason = match over_steps {
            true => {
                "the steps are an axis of the map, which shows each of them; leave the option out"
            }
            false => "the map was recorded at its last step only; leave the option out",
        };
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

#[cfg(test)]
mod tests {
    use super::*;
    use mlp_plot::{Best, ColorMap, GridAxis, Scale};

    fn figure(name: &str, values: &[f64]) -> Figure {
        let map = HeatMap {
            title: name.into(),
            subtitle: String::new(),
            x: GridAxis::numbers("x", vec![1.0, 2.0], Scale::Linear),
            y: GridAxis::numbers("y", vec![1.0], Scale::Linear),
            values: values.to_vec(),
            diverged: Vec::new(),
            diverged_label: String::new(),
            mixed: Vec::new(),
            exploded: Vec::new(),
            computed: Vec::new(),
            missing: Vec::new(),
            value_label: name.into(),
            value_scale: Scale::Auto,
            value_range: None,
            color_map: ColorMap::Viridis,
            best: Best::None,
        };
        let mut figure = Figure::new(name, format!("Caption of {name}."), map.clone());
        figure.maps = vec![map];
        figure
    }

    #[test]
    fn maps_of_one_value_are_left_out_and_named() {
        let names = |figures: &[Figure]| -> Vec<String> {
            figures.iter().map(|figure| figure.name.clone()).collect()
        };
        let drawn = without_constant(vec![
            figure("test loss", &[0.1, 0.2]),
            figure("spread", &[0.0, f64::NAN]),
            figure("weight norm", &[1.0, 1e34]),
            figure("gap", &[f64::NAN, f64::INFINITY]),
        ]);
        assert_eq!(names(&drawn), ["test loss", "weight norm"]);
        assert_eq!(
            drawn[0].caption,
            "Caption of test loss. Not drawn, since all their cells are equal: spread (0), gap (in none)."
        );
        // What was asked for is drawn.
        let drawn = without_constant(vec![figure("test accuracy", &[1.0, 1.0])]);
        assert_eq!(names(&drawn), ["test accuracy"]);
    }
}
