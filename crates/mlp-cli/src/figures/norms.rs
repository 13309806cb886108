//! Norms of weights and biases over steps and over swept keys.

use mlp_plot::{
    CurvePanel, LearningCurves, NormTrend, Scale, Series, TrendAxis, TrendPanel, TrendSeries,
};
use mlp_train::Kind;

use super::curves::MOST_SETTINGS;
use super::trends::Selection;
use super::{Draw, Figure, FigureEntry, View, describe};

const NORMS: [&str; 2] = ["weight_norm", "bias_norm"];
/// The most layers with a panel of their own.
const MOST_LAYERS: usize = 6;
/// Recorded steps that a sweep's chart compares.
const COMPARED_STEPS: usize = 4;

/// Those of a single network.
pub static SINGLE: FigureEntry = FigureEntry {
    name: "norms",
    description: "norms of weights and biases of a single network at every recorded step, in all and by layer",
    kinds: &[Kind::Train],
    draw: Draw::Run(|view, _| Ok(vec![single(view)])),
};

/// Those of a population over steps.
pub static OVER_STEPS: FigureEntry = FigureEntry {
    name: "norms-over-steps",
    description: "norms of all networks as bands over the recorded steps, in all and by layer",
    kinds: &[Kind::Population],
    draw: Draw::Run(|view, _| Ok(vec![over_steps(view)])),
};

/// Those of a population over swept keys.
pub static OVER_AXES: FigureEntry = FigureEntry {
    name: "norms-against-KEY",
    description: "norms of all networks as bands over the values of each key that is swept",
    kinds: &[Kind::Population],
    draw: Draw::Run(|view, _| Ok(over_axes(view))),
};

/// The norms of a single network: in all and by layer.
fn single(view: &View) -> Figure {
    let panels = NORMS
        .iter()
        .map(|norm| {
            let total = std::iter::once(("all layers".to_owned(), (*norm).to_owned()));
            let layers = (0..layers(view))
                .map(|layer| (format!("layer {layer}"), format!("{norm}_{layer}")));
            let series = total
                .chain(layers)
                .filter_map(|(name, column)| {
                    let steps = view.trends().steps().to_vec();
                    Some(Series::new(name, steps, view.curve(&column)?))
                })
                .collect();
            CurvePanel {
                y_label: describe::label(norm),
                series,
                ..CurvePanel::default()
            }
        })
        .collect();
    let chart = LearningCurves {
        title: "Norms of weights and biases".to_owned(),
        subtitle: "L2 norm over the whole network and by layer.".to_owned(),
        x_label: "step".to_owned(),
        x_scale: Scale::Auto,
        panels,
    };
    Figure::new(
        "norms",
        "How far weights and biases grow while the network learns.",
        chart,
    )
    .sized(900, 640)
}

/// The norms of a population over steps, by layer below.
fn over_steps(view: &View) -> Figure {
    let axes = view.experiment().axes();
    let first = axes
        .first()
        .filter(|axis| (2..=MOST_SETTINGS).contains(&axis.values.len()));
    let trend = |column: &str| -> Option<Vec<TrendSeries>> {
        let summary = |name: String, selection: Selection| {
            let quantiles = view.trend(column, selection)?;
            Some(TrendSeries { name, quantiles })
        };
        match first {
            None => Some(vec![summary("all networks".to_owned(), Selection::All)?]),
            Some(axis) => (0..axis.values.len())
                .map(|value| {
                    let name = describe::setting(axis, value);
                    summary(name, Selection::Setting(axis, 0, value))
                })
                .collect(),
        }
    };
    let panel =
        |column: String, label: String| trend(&column).map(|series| TrendPanel { label, series });
    let small = |norm: &str| {
        let name = describe::label(norm);
        (0..layers(view))
            .filter_map(|layer| panel(format!("{norm}_{layer}"), format!("{name}, layer {layer}")))
            .collect::<Vec<_>>()
    };
    let chart = NormTrend {
        title: "Norms of weights and biases over training".to_owned(),
        subtitle: describe::population(view),
        x_label: "step".to_owned(),
        x: TrendAxis::Numbers {
            values: view.trends().steps().to_vec(),
            scale: Scale::Auto,
        },
        y_scale: Scale::Auto,
        panels: NORMS
            .iter()
            .filter_map(|norm| panel((*norm).to_owned(), describe::label(norm)))
            .collect(),
        small_panels: NORMS.iter().flat_map(|norm| small(norm)).collect(),
    };
    let rows = (2 * layers(view)).div_ceil(3) as u32;
    let caption =
        "Median norm with 25–75 % and 5–95 % bands: the whole network above, each layer below.";
    Figure::new("norms-over-steps", caption, chart).sized(900, 430 + 210 * rows)
}

/// The norms over every swept key.
fn over_axes(view: &View) -> Vec<Figure> {
    let steps = view.trends().steps();
    let compared = spread(steps.len());
    let mut figures = Vec::new();
    for (index, axis) in view.experiment().axes().iter().enumerate() {
        if axis.values.len() < 2 {
            continue;
        }
        let mut order: Vec<usize> = (0..axis.values.len()).collect();
        let x = match axis.numbers() {
            Some(numbers) => {
                order.sort_by(|&a, &b| numbers[a].total_cmp(&numbers[b]));
                let values: Vec<f64> = order.iter().map(|&i| numbers[i]).collect();
                let scale = match Scale::over_decades(values.iter().copied()) {
                    Scale::Log => Scale::Log,
                    _ if axis.is_log() => Scale::Log,
                    _ => Scale::Auto,
                };
                TrendAxis::Numbers { values, scale }
            }
            None => TrendAxis::Names(axis.labels()),
        };
        let panels: Vec<TrendPanel> = NORMS
            .iter()
            .filter_map(|norm| {
                // One distribution over steps per value.
                let trends = (0..axis.values.len())
                    .map(|value| view.trend(norm, Selection::Setting(axis, index, value)))
                    .collect::<Option<Vec<_>>>()?;
                let series = compared
                    .iter()
                    .map(|&step| TrendSeries {
                        name: format!("step {}", steps[step]),
                        quantiles: order.iter().map(|&value| trends[value][step]).collect(),
                    })
                    .collect();
                Some(TrendPanel {
                    label: describe::label(norm),
                    series,
                })
            })
            .collect();
        if panels.is_empty() {
            continue;
        }
        let key = describe::label(&axis.key.column());
        let chart = NormTrend {
            title: format!("Norms against {key}"),
            subtitle: describe::population(view),
            x_label: key.clone(),
            x,
            y_scale: Scale::Auto,
            panels,
            small_panels: Vec::new(),
        };
        let caption = format!("Median norm with bands against {key}, early and late in training.");
        figures.push(
            Figure::new(
                format!("norms-against-{}", key.replace(' ', "-")),
                caption,
                chart,
            )
            .sized(900, 500),
        );
    }
    figures
}

fn layers(view: &View) -> usize {
    let mut count = 0;
    while count < MOST_LAYERS && view.trends().has(&format!("weight_norm_{count}")) {
        count += 1;
    }
    count
}

/// Positions of a few of `count` recorded steps, the first and the last among them.
fn spread(count: usize) -> Vec<usize> {
    let mut chosen: Vec<usize> = match count {
        0 => Vec::new(),
        1 => vec![0],
        _ => (0..COMPARED_STEPS)
            .map(|i| i * (count - 1) / (COMPARED_STEPS - 1))
            .collect(),
    };
    chosen.dedup();
    chosen
}
