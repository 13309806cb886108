//! Learning curves of a run and of a population.

use mlp_plot::{Band, CurvePanel, LearningCurves, Scale, Series};
use mlp_train::Kind;

use super::trends::Selection;
use super::{Draw, Figure, FigureEntry, View, describe};

const PARTS: [&str; 3] = ["train", "test", "validation"];

/// The most settings of a sweep that one chart shows.
pub(super) const MOST_SETTINGS: usize = 8;

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
    description: "loss and score of all networks as bands, and by setting where a key is swept",
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
    let mut figures = vec![Figure::new("learning-curves", caption, chart).sized(900, 640)];
    let axes = view.experiment().axes();
    for (index, axis) in axes.iter().enumerate() {
        if axis.values.len() < 2 || axis.values.len() > MOST_SETTINGS {
            continue;
        }
        let panels = metrics(view)
            .into_iter()
            .filter_map(|(label, columns, scale)| {
                let column = columns
                    .iter()
                    .find(|column| column.starts_with("test_"))
                    .or(columns.first())?;
                let series = (0..axis.values.len())
                    .filter_map(|value| {
                        let own = view.trend(column, Selection::Setting(axis, index, value))?;
                        let name = describe::setting(axis, value);
                        let mut series = Series::of_quantiles(name, steps.to_vec(), &own);
                        series.bands.drain(..1);
                        Some(series)
                    })
                    .collect();
                let part = column.split('_').next().unwrap_or_default();
                Some(CurvePanel {
                    y_label: format!("{part} {label}"),
                    y_scale: scale,
                    y_range: None,
                    series,
                })
            })
            .collect();
        let name = axis.key.column();
        let chart = LearningCurves {
            title: format!("Learning curves by {}", describe::label(&name)),
            subtitle: format!("Median with 25–75 % band. {}", describe::population(view)),
            x_label: "step".to_owned(),
            x_scale: Scale::Auto,
            panels,
        };
        let caption = format!("The same by {}.", describe::label(&name));
        figures.push(
            Figure::new(
                format!("learning-curves-by-{}", name.replace('_', "-")),
                caption,
                chart,
            )
            .sized(900, 640),
        );
    }
    figures
}

/// Label, columns that apply and scale of the loss and of the score.
fn metrics(view: &View) -> Vec<(&'static str, Vec<String>, Scale)> {
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
                panel.y_range = Some(score_range(&panel.series));
            }
            panel
        })
        .collect()
}

/// R2 has no lower end: a bad start must not flatten what follows.
fn score_range(series: &[Series]) -> (f64, f64) {
    let edges = |band: &Band| {
        band.lower
            .iter()
            .chain(&band.upper)
            .copied()
            .collect::<Vec<_>>()
    };
    let values = series
        .iter()
        .flat_map(|s| s.y.iter().copied().chain(s.bands.iter().flat_map(edges)));
    let lowest = values
        .filter(|v| v.is_finite())
        .fold(1.0, |low, v| if v < low { v } else { low });
    (if lowest < -1.0 { -1.0 } else { lowest }, 1.0)
}
