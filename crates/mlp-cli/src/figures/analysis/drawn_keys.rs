//! Norms over the values of keys that were drawn.

use mlp_plot::{NormTrend, Quantiles, Scale, TrendAxis, TrendPanel, TrendSeries};
use mlp_train::{Kind, analysis::Trend};

use crate::figures::{Draw, Figure, FigureEntry, View, describe};

/// Norms against every key that was drawn.
pub static DRAWN_KEYS: FigureEntry = FigureEntry {
    name: "norms-by-KEY",
    description: "norms of weights and biases against a key whose values were drawn between two ends",
    kinds: &[Kind::Train, Kind::Population],
    draw: Draw::Analysis(|view, analysis, _| figures(view, &analysis.trends)),
};

/// Norms over the values of keys that were drawn, which no other chart has by group.
fn figures(view: &View, trends: &[Trend]) -> Vec<Figure> {
    let mut figures = Vec::new();
    let axes = view.experiment().axes().iter();
    for axis in axes.filter(|axis| axis.is_continuous()) {
        let key = axis.key.column();
        let own = |norm: &str| -> Vec<&Trend> {
            let own = trends.iter();
            own.filter(|t| t.name.key == key && t.norm == norm)
                .collect()
        };
        let panel = |norm: &str| TrendPanel {
            label: describe::label(norm),
            quantity: describe::label(norm),
            series: vec![TrendSeries {
                name: "last records".to_owned(),
                quantiles: own(norm).into_iter().map(quantiles).collect(),
            }],
        };
        let places = own("weight_norm");
        if places.is_empty() {
            continue;
        }
        let label = describe::label(&key);
        let chart = NormTrend {
            title: format!("Norms against {label}"),
            subtitle: describe::population(view),
            x_label: label.clone(),
            x: TrendAxis::Names(places.iter().map(|t| t.name.value.clone()).collect()),
            sequence: false,
            y_scale: Scale::Auto,
            panels: ["weight_norm", "bias_norm"].map(panel).to_vec(),
            small_panels: Vec::new(),
        };
        let caption =
            format!("Norms of last records in equal steps of the {label} that was drawn.");
        let name = format!("norms-by-{}", label.replace(' ', "-"));
        figures.push(Figure::new(name, caption, chart).sized(900, 500));
    }
    figures
}

fn quantiles(trend: &Trend) -> Quantiles {
    let [p5, p25, p50, p75, p95] = trend.quantiles.map(|q| q.unwrap_or(f64::NAN));
    Quantiles {
        p5,
        p25,
        p50,
        p75,
        p95,
        count: trend.count as usize,
    }
}
