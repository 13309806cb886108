//! Learning curves of a run and of a population.

use mlp_plot::{Band, CurvePanel, LearningCurves, Scale, Series};
use mlp_train::Kind;

use super::settings::{MOST_SETTINGS, Others, unlike};
use super::trends::Selection;
use super::{Draw, Figure, FigureEntry, View, describe};

/// Columns of panels beside each other in a picture of the usual width.
const BESIDE: usize = 3;

const PARTS: [&str; 3] = ["train", "test", "validation"];

/// Those of a single network.
pub static SINGLE: FigureEntry = FigureEntry {
    name: "learning-curve",
    description: "loss and score of each part of a single network at every recorded step",
    kinds: &[Kind::Train],
    draw: Draw::Run(|view, _| Ok(vec![single(view)])),
};

/// Those of a population.
pub static POPULATION: FigureEntry = FigureEntry {
    name: "learning-curves, learning-curves-by-KEY",
    description: "loss and score of all networks as bands, or of each setting where keys are swept",
    kinds: &[Kind::Population],
    draw: Draw::Run(|view, _| Ok(population(view))),
};

/// Loss and score of a single run.
fn single(view: &View) -> Figure {
    let steps = view.trends().steps();
    let panels = panels(view, |name, column| {
        Some(Series::new(name, steps.to_vec(), view.curve(column)?))
    });
    let chart = LearningCurves {
        title: format!("Learning curve on {}", view.recipe().data.name),
        subtitle: format!("{}.", describe::training(view.recipe())),
        x_label: "step".to_owned(),
        x_scale: Scale::Auto,
        panels,
    };
    Figure::new(
        "learning-curve",
        "Loss and score of each part after every recorded step.",
        chart,
    )
    .sized(900, 640)
}

/// Loss and score of all networks, and by setting where something is swept.
fn population(view: &View) -> Vec<Figure> {
    let steps = view.trends().steps();
    let chart = LearningCurves {
        title: format!("Learning curves on {}", view.recipe().data.name),
        subtitle: format!(
            "Median with 25–75 % and 5–95 % bands. {}",
            describe::population(view)
        ),
        x_label: "step".to_owned(),
        x_scale: Scale::Auto,
        panels: panels(view, |name, column| {
            let quantiles = view.trend(column, Selection::All)?;
            Some(Series::of_quantiles(name, steps.to_vec(), &quantiles))
        }),
    };
    let caption = "Loss and score over all networks that neither diverged nor exploded.";
    let mut figures = Vec::new();
    if unlike(view).is_empty() {
        figures.push(Figure::new("learning-curves", caption, chart).sized(900, 640));
    }
    let axes = view.experiment().axes();
    for (index, axis) in axes.iter().enumerate() {
        if axis.values.len() < 2 || axis.values.len() > MOST_SETTINGS {
            continue;
        }
        let Ok(others) = Others::but(view, index) else {
            continue;
        };
        let panel = |column: usize, others: &Others, metric: &(&str, Vec<String>, Scale)| {
            let (label, columns, scale) = metric;
            let tested = columns.iter().find(|column| column.starts_with("test_"));
            let shown = tested.or(columns.first())?;
            let series = (0..axis.values.len()).filter_map(|value| {
                let own = others.trend(view, shown, index, value)?;
                let name = describe::setting(axis, value);
                let mut series = Series::of_quantiles(name, steps.to_vec(), &own);
                series.bands.drain(..1);
                Some(series)
            });
            let part = shown.split('_').next().unwrap_or_default();
            Some(CurvePanel {
                y_label: format!("{part} {label}").replace("r2", "R²"),
                y_scale: *scale,
                series: series.collect(),
                column,
                ..CurvePanel::default()
            })
        };
        let metrics = metrics(view);
        let mut panels = Vec::new();
        let mut column = 0;
        for others in &others {
            let own = metrics.iter().filter_map(|m| panel(column, others, m));
            let mut own: Vec<CurvePanel> = own.collect();
            if own.iter().all(|panel| panel.series.is_empty()) {
                continue;
            }
            column += 1;
            if let Some(first) = own.first_mut() {
                first.title.clone_from(&others.name);
            }
            panels.extend(own);
        }
        if panels.is_empty() {
            continue;
        }
        let scores = || panels.iter().filter(|p| p.y_label.ends_with("R²"));
        let range = score_range(scores().flat_map(|p| &p.series));
        for panel in panels.iter_mut().filter(|p| p.y_label.ends_with("R²")) {
            panel.y_range = Some(range);
        }
        let name = axis.key.column();
        let chart = LearningCurves {
            title: format!("Learning curves by {}", describe::label(&name)),
            subtitle: format!("Median with 25–75 % band. {}", describe::population(view)),
            x_label: "step".to_owned(),
            x_scale: Scale::Auto,
            panels,
        };
        let each = match others.len() {
            1 => "",
            _ => ", a column for each setting of the other keys",
        };
        let caption = format!("Loss and score by {}{each}.", describe::label(&name));
        let name = format!("learning-curves-by-{}", name.replace('_', "-"));
        // As many columns as fit beside each other; a wider picture would be small on a page.
        let rows = column.div_ceil(BESIDE).max(1) as u32;
        figures.push(Figure::new(name, caption, chart).sized(900, (640 * rows).min(8000)));
    }
    figures
}

/// Label, columns that apply and scale of the loss and of the score.
pub(super) fn metrics(view: &View) -> Vec<(&'static str, Vec<String>, Scale)> {
    [
        ("loss", Scale::Auto),
        ("accuracy", Scale::Linear),
        ("r2", Scale::Linear),
    ]
    .into_iter()
    .map(|(metric, scale)| {
        let columns = PARTS
            .iter()
            .map(|part| format!("{part}_{metric}"))
            .filter(|name| view.trends().has(name));
        (metric, columns.collect::<Vec<_>>(), scale)
    })
    .filter(|(_, columns, _)| !columns.is_empty())
    .collect()
}

fn panels(view: &View, series: impl Fn(String, &str) -> Option<Series>) -> Vec<CurvePanel> {
    metrics(view)
        .into_iter()
        .map(|(label, columns, y_scale)| {
            let mut panel = CurvePanel {
                y_label: label.replace("r2", "R²"),
                y_scale,
                ..CurvePanel::default()
            };
            for column in columns {
                let part = column.split('_').next().unwrap_or_default().to_owned();
                let dashed = part != "train";
                let Some(one) = series(part, &column) else {
                    continue;
                };
                panel.series.push(if dashed { one.dashed() } else { one });
            }
            if label == "r2" {
                panel.y_range = Some(score_range(panel.series.iter()));
            }
            panel
        })
        .collect()
}

/// R2 has no lower end: a bad start must not flatten what follows.
pub(super) fn score_range<'a>(series: impl Iterator<Item = &'a Series>) -> (f64, f64) {
    let edges = |band: &Band| {
        band.lower
            .iter()
            .chain(&band.upper)
            .copied()
            .collect::<Vec<_>>()
    };
    let values = series.flat_map(|s| s.y.iter().copied().chain(s.bands.iter().flat_map(edges)));
    let lowest = values
        .filter(|v| v.is_finite())
        .fold(1.0, |low, v| if v < low { v } else { low });
    (if lowest < -1.0 { -1.0 } else { lowest }, 1.0)
}
