//! Performance maps as heat maps.

use anyhow::{Context, Result, bail};
use mlp_plot::{Best, ColorMap, GridAxis, HeatMap, Scale, quantile_of_sorted};
use mlp_train::{Axis, Npz, metric};

use super::{Figure, View, describe};

/// Metrics drawn beside the chosen one, where they apply.
const COMPANIONS: [&str; 5] = [
    "train_loss",
    "test_accuracy",
    "test_r2",
    "weight_norm",
    "bias_norm",
];

/// The chosen metric first, then its companions.
pub fn figures(view: &View, metric: Option<&str>) -> Result<Vec<Figure>> {
    let arrays = view.map()?;
    let chosen = metric.map_or_else(|| chosen(view), str::to_owned);
    if arrays.get(&chosen).is_none() {
        bail!(
            "{}: the map has no {chosen}; that metric does not apply to it",
            view.path().display()
        );
    }
    let others = COMPANIONS.into_iter().filter(|name| *name != chosen);
    let names = std::iter::once(chosen.as_str()).chain(others);
    names
        .filter(|name| arrays.get(name).is_some())
        .map(|name| figure(view, &arrays, name))
        .collect()
}

/// The metric that the map was made for.
pub fn chosen(view: &View) -> String {
    view.experiment()
        .experiment()
        .map
        .metric
        .clone()
        .unwrap_or_else(|| "test_loss".to_owned())
}

fn figure(view: &View, arrays: &Npz, name: &str) -> Result<Figure> {
    let axes = view.experiment().axes();
    let x_axis = axes.last().context("a map has an axis")?;
    let x = grid_axis(x_axis);
    let over_steps = axes.len() == 1;
    let y = match axes {
        [y, _] => grid_axis(y),
        _ => {
            let steps = arrays
                .get("y")
                .and_then(|array| array.numbers())
                .context("map.npz lacks its y axis")?;
            GridAxis::numbers("step", steps, Scale::Auto)
        }
    };
    let rows = match axes {
        [y, _] => y.values.len(),
        _ => arrays.get("y").map_or(0, |array| array.data.len()),
    };
    let values = arrays
        .get(name)
        .and_then(|array| array.numbers())
        .with_context(|| format!("map.npz lacks {name}"))?;
    let cells = rows * x_axis.values.len();
    let seeds = view.experiment().seeds_per_cell() as usize;
    // A map over two keys holds every recorded step: the last one is drawn.
    let last = if over_steps {
        values.as_slice()
    } else {
        &values[values.len().saturating_sub(seeds * cells)..]
    };
    let mean = |cell: usize| {
        (0..seeds).fold(0.0, |sum, seed| sum + last[seed * cells + cell]) / seeds as f64
    };
    let values: Vec<f64> = (0..cells).map(mean).collect();
    let best = match metric::larger_is_better(name) {
        Some(true) => Best::Highest,
        Some(false) => Best::Lowest,
        None => Best::None,
    };
    let label = describe::label(name).replace(" r2", " R²");
    let of_seeds = if seeds > 1 {
        format!("; mean of {seeds} seeds")
    } else {
        String::new()
    };
    let y_label = y.label.clone();
    let chart = HeatMap {
        title: format!("{} over {} and {}", capital(&label), x.label, y_label),
        subtitle: format!(
            "{} on {}{of_seeds}.",
            view.recipe().architecture(),
            view.recipe().data.name
        ),
        x,
        y,
        value_range: color_range(&values, best),
        values,
        diverged: Vec::new(),
        value_label: label.clone(),
        value_scale: Scale::Auto,
        color_map: ColorMap::Viridis,
        best,
    };
    let caption = match best {
        Best::None => format!("{} of every cell.", capital(&label)),
        _ => format!(
            "{} of every cell; the best one is ringed, diverged cells are hatched.",
            capital(&label)
        ),
    };
    Ok(Figure::new(format!("map-{}", name.replace('_', "-")), caption, chart).sized(900, 620))
}

/// A few huge losses next to divergence must not flatten the rest: colours of losses end at ten medians.
fn color_range(values: &[f64], best: Best) -> Option<(f64, f64)> {
    let mut finite: Vec<f64> = values
        .iter()
        .copied()
        .filter(|value| value.is_finite())
        .collect();
    finite.sort_by(f64::total_cmp);
    let (low, high) = (*finite.first()?, *finite.last()?);
    let cap = 10.0 * quantile_of_sorted(&finite, 0.5);
    (best == Best::Lowest && high > cap && cap > low).then_some((low, cap))
}

fn grid_axis(axis: &Axis) -> GridAxis {
    let label = describe::label(&axis.key.column());
    match axis.numbers() {
        Some(numbers) if numbers.is_sorted() => GridAxis::numbers(
            label,
            numbers,
            if axis.is_log() {
                Scale::Log
            } else {
                Scale::Auto
            },
        ),
        _ => GridAxis::names(label, axis.labels()),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
