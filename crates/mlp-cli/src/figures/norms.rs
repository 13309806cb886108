//! Norms of weights and biases over steps and over swept keys.

use mlp_plot::{
    CurvePanel, LearningCurves, NormTrend, Quantiles, Scale, Series, TrendAxis, TrendPanel,
    TrendSeries,
};
use mlp_train::Kind;

use super::settings::{MOST_SETTINGS, Others, is_draw, unlike};
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
    description: "norms of all networks as bands over the recorded steps, in all and by layer, or of each setting where several keys are swept",
    kinds: &[Kind::Population],
    draw: Draw::Run(|view, _| Ok(over_steps(view).into_iter().collect())),
};

/// Those of a population over swept keys.
pub static OVER_AXES: FigureEntry = FigureEntry {
    name: "norms-against-KEY",
    description: "norms as bands over the values of each key that is swept, for each setting of the others",
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

/// The norms of a population over steps: of all networks or by the values of a key with the layers below, or for
/// every setting of the other keys where there are some. `None` where that makes no chart.
fn over_steps(view: &View) -> Option<Figure> {
    let axes = view.experiment().axes();
    let shown = |axis: &usize| (2..=MOST_SETTINGS).contains(&axes[*axis].values.len());
    let unlike = unlike(view);
    // By the first key whose others have few settings; what is drawn at random, by the first of few values.
    let by = match unlike.is_empty() {
        true => (0..axes.len()).find(shown),
        false => {
            let few = |axis: &usize| shown(axis) && Others::but(view, *axis).is_ok();
            Some(unlike.into_iter().find(few)?)
        }
    };
    let others = match by {
        None => Vec::new(),
        Some(axis) => Others::but(view, axis).ok()?,
    };
    let trend = |column: &str, others: Option<&Others>| -> Option<Vec<TrendSeries>> {
        let (Some(others), Some(axis)) = (others, by) else {
            let quantiles = view.trend(column, Selection::All)?;
            let name = "all networks".to_owned();
            return Some(vec![TrendSeries { name, quantiles }]);
        };
        let values = 0..axes[axis].values.len();
        let series = values.filter_map(|value| {
            let quantiles = others.trend(view, column, axis, value)?;
            let name = describe::setting(&axes[axis], value);
            Some(TrendSeries { name, quantiles })
        });
        let series: Vec<TrendSeries> = series.collect();
        (!series.is_empty()).then_some(series)
    };
    let panel = |norm: &str, column: &str, label: String, others: Option<&Others>| {
        trend(column, others).map(|series| TrendPanel {
            label,
            quantity: describe::label(norm),
            series,
        })
    };
    let (panels, small_panels) = match &others[..] {
        [] | [_] => {
            let only = others.first();
            let small = |norm: &str| {
                let name = describe::label(norm);
                let of = |layer| (format!("{norm}_{layer}"), format!("{name}, layer {layer}"));
                let layers = (0..layers(view)).map(of);
                let panels = layers.filter_map(|(column, label)| panel(norm, &column, label, only));
                panels.collect::<Vec<_>>()
            };
            let large = NORMS.iter();
            let large = large
                .filter_map(|norm| panel(norm, norm, describe::label(norm), only))
                .collect();
            (large, NORMS.iter().flat_map(|norm| small(norm)).collect())
        }
        several => {
            let of = |norm: &str, label, others: Option<&Others>| panel(norm, norm, label, others);
            (Vec::new(), by_others(several, of))
        }
    };
    let rows = match panels.is_empty() {
        true => small_panels.len().div_ceil(4),
        false => (2 * layers(view)).div_ceil(3),
    } as u32;
    let height = if panels.is_empty() { 160 } else { 430 } + 210 * rows;
    let each = match panels.is_empty() {
        true => "a panel for each setting of the other keys",
        false => "the whole network above, each layer below",
    };
    let chart = NormTrend {
        title: "Norms of weights and biases over training".to_owned(),
        subtitle: describe::population(view),
        x_label: "step".to_owned(),
        x: TrendAxis::Numbers {
            values: view.trends().steps().to_vec(),
            scale: Scale::Auto,
        },
        sequence: false,
        y_scale: Scale::Auto,
        panels,
        small_panels,
    };
    let caption = format!("Median norm with 25–75 % and 5–95 % bands: {each}.");
    Some(Figure::new("norms-over-steps", caption, chart).sized(900, height))
}

/// A panel of both norms for every setting of the other keys.
fn by_others(
    others: &[Others],
    panel: impl Fn(&str, String, Option<&Others>) -> Option<TrendPanel>,
) -> Vec<TrendPanel> {
    let panels = NORMS.iter().flat_map(|norm| {
        let panel = &panel;
        others.iter().filter_map(move |others| {
            let label = match others.name.as_str() {
                "" => describe::label(norm),
                name => format!("{}, {name}", describe::label(norm)),
            };
            panel(norm, label, Some(others))
        })
    });
    panels.collect()
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
        // Numbers of folds and of data are names.
        let column = axis.key.column();
        let numbers = axis.numbers().filter(|_| !is_draw(&column));
        let x = match numbers {
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
        let Ok(others) = Others::but(view, index) else {
            continue;
        };
        let mut panels = by_others(&others, |norm, label, others| {
            // One distribution over steps per value.
            let trend = |value| others?.trend(view, norm, index, value);
            let trends: Vec<_> = (0..axis.values.len()).map(trend).collect();
            trends.iter().flatten().next()?;
            let at = |value: usize, step: usize| match &trends[value] {
                Some(trend) => trend[step],
                None => Quantiles::of([]),
            };
            let series = compared.iter().map(|&step| TrendSeries {
                name: format!("step {}", steps[step]),
                quantiles: order.iter().map(|&value| at(value, step)).collect(),
            });
            Some(TrendPanel {
                label,
                quantity: describe::label(norm),
                series: series.collect(),
            })
        });
        if panels.is_empty() {
            continue;
        }
        let mut small_panels = Vec::new();
        if others.len() > 1 {
            std::mem::swap(&mut panels, &mut small_panels);
        }
        let height = 500.max(160 + 230 * small_panels.len().div_ceil(4) as u32);
        let key = describe::label(&axis.key.column());
        let chart = NormTrend {
            title: format!("Norms against {key}"),
            subtitle: describe::population(view),
            x_label: key.clone(),
            x,
            sequence: true,
            y_scale: Scale::Auto,
            panels,
            small_panels,
        };
        let caption = format!("Median norm with bands against {key}, early and late in training.");
        figures.push(
            Figure::new(
                format!("norms-against-{}", key.replace(' ', "-")),
                caption,
                chart,
            )
            .sized(900, height),
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
