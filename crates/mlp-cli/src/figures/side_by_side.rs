//! A sweep over one key, a panel for each value: the curves of both parts, and what a network of each predicts. This is how
//! overfitting is seen.

use std::sync::atomic::AtomicBool;

use anyhow::Result;
use mlp_core::{Batch, Level};
use mlp_plot::{BoundaryPanels, CurvePanel, LearningCurves, Scale, Series};
use mlp_train::{Axis, Kind, Recipe, train_network};

use super::curves::{metrics, score_range};
use super::plane::{boundary, samples, section, size_of_panels};
use super::settings::unlike;
use super::trends::Selection;
use super::{Draw, Figure, FigureEntry, PlaneChoice, View, describe};
use crate::formatting;

/// The most values that stand beside each other.
const MOST: usize = 6;
/// Grid points of a panel's plane.
const GRID: (usize, usize) = (90, 68);
/// The most multiplications for training the networks again: about a second.
pub(super) const MOST_WORK: f64 = 5e9;

/// The curves.
pub static CURVES: FigureEntry = FigureEntry {
    name: "parts-by-KEY",
    description: "loss and score of the training and the test part side by side, a panel for each value of the one key that is swept",
    kinds: &[Kind::Population],
    draw: Draw::Run(|view, _| Ok(curves(view).into_iter().collect())),
};

/// The boundaries.
pub static BOUNDARIES: FigureEntry = FigureEntry {
    name: "boundaries-by-KEY",
    description: "what one network of each value of the one key that is swept predicts, trained again for the figure where that is quick",
    kinds: &[Kind::Population],
    draw: Draw::Samples(|view, drawing| {
        Ok(boundaries(view, &drawing.plane)?.into_iter().collect())
    }),
};

/// The one axis whose cells are unlike, where it changes neither the data nor has too many values.
fn swept(view: &View) -> Option<(usize, &Axis)> {
    let [index] = unlike(view)[..] else {
        return None;
    };
    let axis = &view.experiment().axes()[index];
    let of_data = axis.key.info().path.starts_with("data.");
    ((2..=MOST).contains(&axis.values.len()) && !of_data).then_some((index, axis))
}

/// Loss and score of every part, a column of panels for each value.
fn curves(view: &View) -> Option<Figure> {
    let (index, axis) = swept(view)?;
    let steps = view.trends().steps();
    let mut panels: Vec<CurvePanel> = Vec::new();
    let mut column = 0;
    for value in 0..axis.values.len() {
        let mut own = Vec::new();
        for (row, (label, columns, scale)) in metrics(view).into_iter().enumerate() {
            let series = columns.iter().filter_map(|column| {
                let own = view.trend(column, Selection::Setting(axis, index, value))?;
                let part = column.split('_').next().unwrap_or_default();
                let mut series = Series::of_quantiles(part, steps.to_vec(), &own);
                series.bands.drain(..1);
                series.dashed = part != "train";
                Some(series)
            });
            own.push(CurvePanel {
                title: match row {
                    0 => describe::setting(axis, value),
                    _ => String::new(),
                },
                column,
                y_label: label.replace("r2", "R²"),
                y_scale: scale,
                series: series.collect(),
                ..CurvePanel::default()
            });
        }
        // No network of this value has ended yet.
        if own.iter().all(|panel| panel.series.is_empty()) {
            continue;
        }
        column += 1;
        panels.extend(own);
    }
    let series = panels.iter().filter(|p| p.y_label == "R²");
    let range = score_range(series.flat_map(|panel| &panel.series));
    for panel in panels.iter_mut().filter(|p| p.y_label == "R²") {
        panel.y_range = Some(range);
    }
    // A part alone has no other to be compared with.
    if panels.iter().all(|panel| panel.series.len() < 2) {
        return None;
    }
    let key = axis.key.column();
    let chart = LearningCurves {
        title: format!("Training and held-out parts by {}", describe::label(&key)),
        subtitle: format!("Median with 25–75 % band. {}", describe::population(view)),
        x_label: "step".to_owned(),
        x_scale: Scale::Auto,
        panels,
    };
    let caption = format!(
        "Loss and score of each part side by side: where the test part turns while the training part goes on, the networks overfit. By {}.",
        describe::label(&key)
    );
    let width = 900.max(250 * column as u32);
    let name = format!("parts-by-{}", key.replace('_', "-"));
    Some(Figure::new(name, caption, chart).sized(width, 600))
}

/// About how many multiplications the training of a network takes.
pub(super) fn work(recipe: &Recipe) -> f64 {
    let samples = recipe.data.split.train.len();
    let samples = match recipe.spec.batch {
        Batch::Full => samples,
        Batch::Size(size) => size.min(samples),
    };
    3.0 * recipe.steps as f64 * samples as f64 * recipe.architecture().parameter_count() as f64
}

/// What the first sound network of each value predicts.
fn boundaries(view: &View, choice: &PlaneChoice) -> Result<Option<Figure>> {
    let Some((index, axis)) = swept(view) else {
        return Ok(None);
    };
    let experiment = view.experiment();
    let sound = view.nets().sound();
    let mut networks = Vec::new();
    for value in 0..axis.values.len() {
        let own = |net: &usize| sound[*net] && view.place(*net, index) == Some(value);
        if let Some(net) = (0..sound.len()).find(own) {
            networks.push((value, net as u64, experiment.recipe(net as u64)?));
        }
    }
    let all: f64 = networks.iter().map(|(.., recipe)| work(recipe)).sum();
    if networks.len() < 2 || all > MOST_WORK || experiment.is_timed() {
        return Ok(None);
    }
    let mut panels = Vec::new();
    let mut plane = None;
    for (value, net, _) in &networks {
        let never = AtomicBool::new(false);
        let (outcome, model) = train_network(experiment, *net, Level::best(), &(), &never)?;
        let data = samples(view, &model)?;
        if data.features() < 2 {
            return Ok(None);
        }
        if plane.is_none() {
            plane = Some(section(view, &model, &data, choice)?);
        }
        let Some(section) = &plane else { continue };
        let mut panel = boundary(view, &model, &data, section, GRID)?;
        let last = outcome.last();
        let score = last.map(|record| {
            let (part, judged) = match &record.test {
                Some(test) => ("test", test),
                None => ("training", &record.train),
            };
            let (name, score) = match (judged.accuracy, judged.r2) {
                (Some(accuracy), _) => ("accuracy", accuracy),
                (None, Some(r2)) => ("R²", r2),
                (None, None) => ("loss", judged.loss),
            };
            format!(": {part} {name} {}", formatting::measured(score))
        });
        let score = score.unwrap_or_default();
        panel.title = format!("{}, net {net}{score}", describe::setting(axis, *value));
        panels.push(panel);
    }
    let key = describe::label(&axis.key.column());
    let columns = panels.len().min(3);
    let (width, height) = size_of_panels(&panels, columns);
    let note = plane.map_or_else(String::new, |section| section.note);
    let chart = BoundaryPanels {
        title: format!("Predictions on {} by {key}", view.recipe().data.name),
        subtitle: format!("One network of each {key}, trained again from its seed.{note}"),
        columns,
        panels,
    };
    let caption = format!("What the first network of each {key} predicts, on one plane.");
    let name = format!("boundaries-by-{}", axis.key.column().replace('_', "-"));
    Ok(Some(Figure::new(name, caption, chart).sized(width, height)))
}
