//! Predictions of a trained network over a plane through its data.

use anyhow::{Context, Result};
use mlp_data::{Dataset, Targets};
use mlp_plot::{
    Boundary, BoundaryPanels, Film, Guide, NormScatter, Part, Plane, PlanePoint, PointColors,
    Scale, Surface,
};
use mlp_train::{Arrays, Data, Kind, Model, Parameters, Prediction};
use ndarray::{Array2, ArrayView1, Axis};

use super::{Draw, Figure, FigureEntry, PlaneChoice, View, describe};
use crate::failure::Failure;
use crate::formatting;

const COLUMNS: usize = 180;
const ROWS: usize = 135;
/// Frames of a film at most, and in a row of its grid.
const FRAMES: usize = 16;
const FILM_COLUMNS: usize = 4;
/// The most samples that a plane is fitted to.
const FITTED: usize = 2000;
/// The most samples that are drawn; of more, evenly picked ones.
const DRAWN: usize = 10_000;
/// Margin around the samples, as a fraction of their range.
const MARGIN: f64 = 0.08;

/// The last one.
pub static BOUNDARY: FigureEntry = FigureEntry {
    name: "boundary",
    description: "what a network predicts over a plane through its features, or over its one feature",
    kinds: &[Kind::Train],
    draw: Draw::Samples(|view, drawing| Ok(figure(view, &drawing.plane)?.into_iter().collect())),
};

/// Those of several steps.
pub static FILM: FigureEntry = FigureEntry {
    name: "film",
    description: "the boundary at several recorded steps, where their parameters were kept",
    kinds: &[Kind::Train],
    draw: Draw::Samples(|view, drawing| Ok(film(view, &drawing.plane)?.into_iter().collect())),
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

/// The samples in original units, before inputs are computed from them.
pub(super) fn samples(view: &View, model: &Model) -> Result<Dataset> {
    let data = &view.recipe().data;
    if data.expansion.is_none() {
        let dataset = (*data.dataset).clone();
        return match model.imputer() {
            // Missing features are shown as filled in for the network.
            Some(imputer) => {
                let filled = imputer.transform(&dataset.inputs())?;
                Ok(dataset.with_inputs(dataset.feature_names().to_vec(), filled)?)
            }
            None => Ok(dataset),
        };
    }
    let mut plain = view.author().clone();
    plain.data.inputs = None;
    Ok((*mlp_store::resolve(&plain, None)?.data()?.dataset).clone())
}

/// A plane in feature space: the projection of samples onto it and the features of its points.
pub(super) struct Section {
    x_label: String,
    y_label: String,
    pub(super) note: String,
    places: Vec<(f64, f64)>,
    /// Original features of a point of the plane.
    lift: Box<dyn Fn(f64, f64) -> Vec<f64>>,
    pub(super) equal_units: bool,
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
    Ok(Figure::new("boundary", caption, chart).sized(width, height))
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
    let aspect = extent(chart.x_range) / extent(chart.y_range);
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

/// The plane that is drawn.
pub(super) fn section(
    view: &View,
    model: &Model,
    data: &Dataset,
    choice: &PlaneChoice,
) -> Result<Section> {
    Ok(match choice {
        PlaneChoice::Features(a, b) => {
            let (a, b) = (index_of(data, a)?, index_of(data, b)?);
            pair(view, data, (a, b), share_of(model, data, [a, b])?)
        }
        PlaneChoice::Principal if data.features() == 2 => pair(view, data, (0, 1), 1.0),
        PlaneChoice::Principal => principal(model, data)?,
    })
}

/// The boundary at several recorded steps, where their parameters were kept.
fn film(view: &View, choice: &PlaneChoice) -> Result<Option<Figure>> {
    let weights = view.weights()?;
    let Some((steps, parameters)) = weights.first().and_then(kept) else {
        return Ok(None);
    };
    let model = view.model()?;
    let data = samples(view, &model)?;
    if steps.len() < 2 || data.features() < 2 {
        return Ok(None);
    }
    let section = section(view, &model, &data, choice)?;
    let losses = view.curve("train_loss").unwrap_or_default();
    let recorded = view.trends().steps();
    let mut frames = Vec::new();
    for row in moments(&steps) {
        let step = steps[row];
        let model = model.at_step(step as u64, parameters(row))?;
        let mut frame = boundary(view, &model, &data, &section, (COLUMNS / 2, ROWS / 2))?;
        frame.title = format!("Step {step}");
        let place = recorded.iter().position(|at| *at == step as f64);
        let loss = place.and_then(|at| losses.get(at));
        frame.subtitle = match loss {
            Some(loss) => format!("training loss {}", formatting::measured(*loss)),
            None => "training loss unknown".to_owned(),
        };
        frames.push(frame);
    }
    // One scale of colours, and one place of the axes.
    let value_range = Boundary::shared_range(&frames);
    for frame in &mut frames {
        frame.value_range = value_range;
    }
    let rows = frames.len().div_ceil(FILM_COLUMNS) as u32;
    let film = Film {
        title: format!("How the answer forms on {}", view.recipe().data.name),
        subtitle: format!("{}.{}", describe::training(view.recipe()), section.note),
        columns: FILM_COLUMNS,
        frames,
    };
    let caption = "The network's answers early and late in training.";
    let panel = |frame: &Boundary| Boundary {
        title: format!("{}: {}", frame.title, frame.subtitle),
        ..frame.clone()
    };
    let grid = BoundaryPanels {
        title: film.title.clone(),
        subtitle: film.subtitle.clone(),
        columns: film.columns,
        panels: film.frames.iter().map(panel).collect(),
    };
    let mut figure = Figure::new("film", caption, grid).sized(1120, 110 + 250 * rows);
    figure.film = Some(film);
    Ok(Some(figure))
}

/// The kept steps, and the parameters of a row.
#[expect(
    clippy::type_complexity,
    reason = "the second half borrows from the archive"
)]
pub(super) fn kept(npz: &Arrays) -> Option<(Vec<i64>, Box<dyn Fn(usize) -> Parameters + '_>)> {
    let Data::I64(steps) = &npz.get("step")?.data else {
        return None;
    };
    let theta = npz.get("theta")?;
    let parameters = *theta.shape.get(1)?;
    let rows = move |row: usize| row * parameters..(row + 1) * parameters;
    Some((
        steps.clone(),
        match &theta.data {
            Data::F32(values) => {
                Box::new(move |row| Parameters::Single(values[rows(row)].to_vec()))
            }
            Data::F64(values) => {
                Box::new(move |row| Parameters::Double(values[rows(row)].to_vec()))
            }
            _ => return None,
        },
    ))
}

/// Rows of a few of ascending steps, evenly apart in their logarithms, the first and last among them.
fn moments(steps: &[i64]) -> Vec<usize> {
    let last = steps.len() - 1;
    let top = (steps[last] as f64 + 1.0).ln();
    let low = (steps[0] as f64 + 1.0).ln();
    let mut rows: Vec<usize> = (0..FRAMES)
        .map(|frame| {
            let share = frame as f64 / (FRAMES - 1) as f64;
            let wanted = (low + (top - low) * share).exp() - 1.0;
            steps
                .partition_point(|step| (*step as f64) < wanted - 0.5)
                .min(last)
        })
        .collect();
    rows.dedup();
    rows
}

/// The points of a grid over a plane, `[rows * columns, features]` with the lowest row first, and its extent.
pub(super) fn grid_over(
    section: &Section,
    features: usize,
    (columns, rows): (usize, usize),
) -> (Array2<f64>, (f64, f64), (f64, f64)) {
    let x_range = range(section.places.iter().map(|place| place.0));
    let y_range = range(section.places.iter().map(|place| place.1));
    let mut grid = Array2::zeros((rows * columns, features));
    for (index, mut row) in grid.axis_iter_mut(Axis(0)).enumerate() {
        let (column, line) = (index % columns, index / columns);
        let at = |(low, high): (f64, f64), i: usize, n: usize| {
            low + (high - low) * i as f64 / (n - 1) as f64
        };
        let point = (section.lift)(at(x_range, column, columns), at(y_range, line, rows));
        row.assign(&ArrayView1::from(point.as_slice()));
    }
    (grid, x_range, y_range)
}

/// Predictions of a model over a plane, without title.
pub(super) fn boundary(
    view: &View,
    model: &Model,
    data: &Dataset,
    section: &Section,
    (columns, rows): (usize, usize),
) -> Result<Boundary> {
    let (grid, x_range, y_range) = grid_over(section, data.features(), (columns, rows));
    let (surface, class_names) = match model.predict(&grid.view())? {
        Prediction::Classes { probabilities, .. } => {
            let names = data.class_names().unwrap_or_default().to_vec();
            if names.len() == 2 {
                let surface = Surface::Binary {
                    second: probabilities.column(1).to_vec(),
                    threshold: model.threshold().unwrap_or(0.5),
                };
                (surface, names)
            } else {
                (
                    Surface::Classes(probabilities.iter().copied().collect()),
                    names,
                )
            }
        }
        // Without probabilities the regions alone are drawn.
        Prediction::Scores { labels, .. } => {
            let names = data.class_names().unwrap_or_default().to_vec();
            let rows = labels.iter().flat_map(|&label| {
                (0..names.len()).map(move |class| f64::from(u8::from(class == label as usize)))
            });
            let surface = Surface::Classes(rows.collect());
            (surface, names)
        }
        Prediction::Labels { probabilities, .. } => {
            let columns = data.target_columns();
            let name = columns.first().copied().unwrap_or_default();
            let surface = Surface::Value {
                values: probabilities.column(0).to_vec(),
                label: format!("probability of {name}"),
            };
            (surface, Vec::new())
        }
        Prediction::Values(values) => {
            let label = data
                .target_columns()
                .first()
                .map_or_else(String::new, |name| format!("predicted {name}"));
            (
                Surface::Value {
                    values: values.column(0).to_vec(),
                    label,
                },
                Vec::new(),
            )
        }
    };
    Ok(Boundary {
        title: String::new(),
        subtitle: String::new(),
        x_label: section.x_label.clone(),
        y_label: section.y_label.clone(),
        x_range,
        y_range,
        columns,
        rows,
        surface,
        points: points(view, data, &section.places),
        class_names,
        equal_units: section.equal_units,
        value_range: None,
    })
}

fn index_of(data: &Dataset, name: &str) -> Result<usize> {
    let names = data.feature_names();
    match names.iter().position(|known| known == name) {
        Some(index) => Ok(index),
        None => Err(Failure::usage(format!(
            "{} has no feature \"{name}\"; its features are {}",
            data.name(),
            names.join(", ")
        ))
        .into()),
    }
}

/// The share of the variance of the scaled features that two of them have.
fn share_of(model: &Model, data: &Dataset, pair: [usize; 2]) -> Result<f64> {
    let scaled = model.feature_scaler().transform(&data.inputs())?;
    let variances = scaled.var_axis(Axis(0), 0.0);
    let total = variances.sum();
    Ok(match total > 0.0 {
        true => pair.iter().map(|feature| variances[*feature]).sum::<f64>() / total,
        false => 0.0,
    })
}

/// Two features; the others stay at their means over the training part.
fn pair(view: &View, data: &Dataset, (a, b): (usize, usize), share: f64) -> Section {
    let inputs = data.inputs();
    let train = &view.recipe().data.split.train;
    let mean = |column: usize| {
        train
            .iter()
            .fold(0.0, |sum, &row| sum + inputs[[row, column]])
            / train.len() as f64
    };
    let means: Vec<f64> = (0..data.features()).map(mean).collect();
    let places: Vec<(f64, f64)> = inputs
        .rows()
        .into_iter()
        .map(|row| (row[a], row[b]))
        .collect();
    let spread = |(low, high): (f64, f64)| high - low;
    let ratio =
        spread(range(places.iter().map(|p| p.0))) / spread(range(places.iter().map(|p| p.1)));
    let note = match data.features() {
        3.. => format!(
            " Two of {} features, with {:.0} % of the variance; the others stay at their means.",
            data.features(),
            100.0 * share
        ),
        _ => String::new(),
    };
    Section {
        x_label: data.feature_names()[a].clone(),
        y_label: data.feature_names()[b].clone(),
        note,
        equal_units: data.features() == 2 && (0.4..2.5).contains(&ratio),
        places,
        lift: Box::new(move |x, y| {
            let mut point = means.clone();
            (point[a], point[b]) = (x, y);
            point
        }),
    }
}

/// The plane of greatest variance of the scaled features.
fn principal(model: &Model, data: &Dataset) -> Result<Section> {
    let scaler = model.feature_scaler().clone();
    let scaled = scaler.transform(&data.inputs())?;
    let flat: Vec<f64> = scaled.iter().copied().collect();
    // A few thousand evenly picked samples determine the plane as well as all of them.
    let step = data.samples().div_ceil(FITTED);
    let fitted: Vec<f64> = scaled
        .rows()
        .into_iter()
        .step_by(step)
        .flatten()
        .copied()
        .collect();
    let plane = Plane::fit(&fitted, data.features())?;
    let places = flat
        .chunks_exact(data.features())
        .map(|sample| plane.project(sample))
        .collect();
    let [first, second] = plane.explained;
    let share = 100.0 * (first + second);
    Ok(Section {
        x_label: format!(
            "first principal direction ({:.0} % of the variance)",
            100.0 * first
        ),
        y_label: format!("second principal direction ({:.0} %)", 100.0 * second),
        note: format!(
            " The plane of greatest variance through the mean shows {share:.0} % of the variance of {} features.",
            data.features()
        ),
        places,
        lift: Box::new(move |u, v| {
            let point = plane.lift(u, v);
            let unscale =
                |(i, value): (usize, f64)| value * scaler.factor()[i] + scaler.offset()[i];
            point.into_iter().enumerate().map(unscale).collect()
        }),
        equal_units: false,
    })
}

fn points(view: &View, data: &Dataset, places: &[(f64, f64)]) -> Vec<PlanePoint> {
    let target = |row: usize| match data.targets() {
        Targets::Classes { labels, .. } => f64::from(labels[row]),
        Targets::Values { values, .. } => values[[row, 0]],
    };
    let split = &view.recipe().data.split;
    let step = data.samples().div_ceil(DRAWN);
    let of = |rows: &[usize], part: Part| -> Vec<PlanePoint> {
        let point = |&row: &usize| PlanePoint {
            x: places[row].0,
            y: places[row].1,
            target: target(row),
            part,
        };
        rows.iter().step_by(step).map(point).collect()
    };
    let mut points = of(&split.train, Part::Train);
    points.extend(of(&split.validation, Part::Test));
    points.extend(of(&split.test, Part::Test));
    points
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

fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
        (
            if v < low { v } else { low },
            if v > high { v } else { high },
        )
    });
    let room = if high > low {
        MARGIN * (high - low)
    } else {
        1.0
    };
    (low - room, high + room)
}
