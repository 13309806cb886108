//! Predictions of a trained network over a plane through its data, or over its one feature.

use anyhow::{Context, Result};
use mlp_data::{Dataset, Targets};
use mlp_plot::{Boundary, Guide, NormScatter, PointColors, Scale, Surface};
use mlp_train::{Kind, Model, Prediction};
use ndarray::Array2;

use super::film::{Moment, moments};
use super::plane::{DRAWN, Section, boundary, range, samples, section};
use super::{Draw, Figure, FigureEntry, Frame, PlaneChoice, View, describe};
use crate::formatting;

const COLUMNS: usize = 180;
const ROWS: usize = 135;

/// The last one.
pub static BOUNDARY: FigureEntry = FigureEntry {
    name: "boundary",
    description: "what a network predicts over a plane through its features, or over its one feature",
    kinds: &[Kind::Train],
    draw: Draw::Samples(|view, drawing| Ok(figure(view, &drawing.plane)?.into_iter().collect())),
};

/// The boundary over two features, over a plane through more of them, or the fit over one.
fn figure(view: &View, choice: &PlaneChoice) -> Result<Option<Figure>> {
    let model = view.model()?;
    let data = samples(view, &model)?;
    match data.features() {
        0 => Ok(None),
        1 => Ok(fit(view, &model, &data)?),
        _ => Ok(Some(plane(view, &model, &data, choice)?)),
    }
}

fn plane(view: &View, model: &Model, data: &Dataset, choice: &PlaneChoice) -> Result<Figure> {
    let section = section(view, model, data, choice)?;
    let mut chart = boundary(view, model, data, &section, (COLUMNS, ROWS))?;
    let what = match data.features() {
        // A plane through more features shows where it cuts the boundary, not the boundary.
        3.. => "Predictions on a plane through",
        _ if chart.class_names.is_empty() => "Prediction on",
        _ => "Decision boundary on",
    };
    chart.title = format!("{what} {}", view.recipe().data.name);
    let thinned = match data.samples().div_ceil(DRAWN) {
        1 => String::new(),
        step => format!(" One sample in {step} is drawn."),
    };
    let (training, note) = (describe::training(view.recipe()), &section.note);
    let line = match model.parts().threshold {
        Some(threshold) => format!(
            " The line is at the probability {}.",
            formatting::measured(threshold)
        ),
        None => String::new(),
    };
    chart.subtitle = format!("{training}.{note}{line}{thinned}");
    let caption = match data.features() {
        3.. => format!(
            "What the network predicts on a plane through the {} features, onto which the samples of both parts are projected: \
             where a sample lies on the plane, the network may predict another thing than for the sample itself.",
            data.features()
        ),
        _ => "What the network predicts everywhere, with the samples of both parts on top."
            .to_owned(),
    };
    let (width, height) = frame(&chart);
    let frames = frames(view, model, data, &section, &mut chart)?;
    let figure = Figure::new("boundary", caption, chart).sized(width, height);
    Ok(Figure { frames, ..figure })
}

/// The same at the steps whose parameters were kept, in the colours of all of them, which `own` takes, too.
fn frames(
    view: &View,
    model: &Model,
    data: &Dataset,
    section: &Section,
    own: &mut Boundary,
) -> Result<Vec<Frame>> {
    let mut moments = moments(view, model, data, section)?;
    let best = view.nets().first("best_step")?;
    let last = view.trends().steps().last().copied();
    let Some(step) = best.or(last).map(|step| step as i64) else {
        return Ok(Vec::new());
    };
    moments.retain(|moment| moment.step != step);
    if moments.is_empty() {
        return Ok(Vec::new());
    }
    let all = moments.iter().map(|moment| &moment.boundary).chain([&*own]);
    own.value_range = Boundary::shared_range(&all.cloned().collect::<Vec<_>>());
    let frame = |moment: Moment| Frame {
        name: moment.step.to_string(),
        chart: Some(Box::new(Boundary {
            title: format!("{} at step {}", own.title, moment.step),
            subtitle: own.subtitle.clone(),
            value_range: own.value_range,
            ..moment.boundary
        })),
        cells: None,
    };
    let place = moments.partition_point(|moment| moment.step < step);
    let mut frames: Vec<Frame> = moments.into_iter().map(frame).collect();
    frames.insert(place, Frame::own(step.to_string()));
    Ok(frames)
}

/// A size of picture that the plane fills, where its units are equal.
fn frame(chart: &Boundary) -> (u32, u32) {
    /// About what legend, labels and a colour bar take.
    const BESIDE: f64 = 175.0;
    const BELOW: f64 = 165.0;
    let (width, height) = (900.0, 680.0);
    if !chart.equal_units {
        return (width as u32, height as u32);
    }
    let extent = |(low, high): (f64, f64)| high - low;
    let aspect = extent(chart.grid.x_range) / extent(chart.grid.y_range);
    let beside = match &chart.surface {
        Surface::Classes(_) => BESIDE / 2.0,
        _ => BESIDE,
    };
    let fitted = (width - beside) / aspect + BELOW;
    if fitted <= 820.0 {
        return (width as u32, fitted.max(360.0) as u32);
    }
    let narrow = (820.0 - BELOW) * aspect + beside;
    (narrow.clamp(480.0, width) as u32, 820)
}

/// The fit over a single feature: the prediction as a line through the samples.
fn fit(view: &View, model: &Model, data: &Dataset) -> Result<Option<Figure>> {
    let Targets::Values { values, .. } = data.targets() else {
        return Ok(None);
    };
    let feature = data.inputs().column(0).to_vec();
    let (low, high) = range(feature.iter().copied());
    const POINTS: usize = 400;
    let line: Vec<f64> = (0..POINTS)
        .map(|i| low + (high - low) * i as f64 / (POINTS - 1) as f64)
        .collect();
    let grid =
        Array2::from_shape_vec((POINTS, 1), line.clone()).context("the grid has one column")?;
    let Prediction::Values(predicted) = model.predict(&grid.view())? else {
        return Ok(None);
    };
    let mut classes = vec![1; feature.len()];
    for &row in &view.recipe().data.split.train {
        classes[row] = 0;
    }
    let chart = NormScatter {
        title: format!("Prediction on {}", view.recipe().data.name),
        subtitle: format!("{}.", describe::training(view.recipe())),
        x_label: data.feature_names()[0].clone(),
        y_label: data
            .target_columns()
            .first()
            .map_or_else(String::new, |name| (*name).to_owned()),
        x_scale: Scale::Linear,
        y_scale: Scale::Linear,
        x: feature,
        y: values.column(0).to_vec(),
        outcome: PointColors::Categorical {
            names: vec!["train".to_owned(), "test".to_owned()],
            classes,
        },
        marginals: false,
        guides: vec![Guide {
            name: "prediction".to_owned(),
            class: None,
            line: line.into_iter().zip(predicted.column(0).to_vec()).collect(),
        }],
    };
    let caption = "The network's answer as a line through the samples.";
    Ok(Some(
        Figure::new("boundary", caption, chart).sized(900, 560),
    ))
}
