//! What a network predicts over a plane through the samples of its data.

use anyhow::Result;
use mlp_data::{Dataset, Targets};
use mlp_plot::{Boundary, Part, Plane, PlaneGrid, PlanePoint, Surface, usual_range};
use mlp_train::{Model, Prediction};
use ndarray::{Array2, ArrayView1, Axis};

use super::{PlaneChoice, View};
use crate::failure::Failure;

/// The most samples that a plane is fitted to.
const FITTED: usize = 2000;
/// The most samples that are drawn; of more, evenly picked ones.
pub(super) const DRAWN: usize = 10_000;
/// Margin around the samples, as a fraction of their range.
const MARGIN: f64 = 0.08;

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
        grid: PlaneGrid {
            x_label: section.x_label.clone(),
            y_label: section.y_label.clone(),
            x_range,
            y_range,
            columns,
            rows,
        },
        surface,
        points: points(view, data, &section.places),
        class_names,
        equal_units: section.equal_units,
        value_range: None,
    })
}

/// A size of picture that boundaries side by side fill, where their units are equal.
pub(super) fn size_of_panels(panels: &[Boundary], columns: usize) -> (u32, u32) {
    /// The width of a plane, and what the labels and the colour bar take.
    const PLANE: f64 = 318.0;
    const BESIDE: u32 = 200;
    /// The title of a panel with the gap below it, and the header with the labels below.
    const TITLE: u32 = 40;
    const HEADER: u32 = 125;
    let span = |(low, high): (f64, f64)| high - low;
    let aspect = match panels.first() {
        Some(first) if first.equal_units => {
            (span(first.grid.y_range) / span(first.grid.x_range)).clamp(0.4, 1.6)
        }
        _ => 0.75,
    };
    let columns = columns.max(1);
    let plane = PLANE.min(f64::from(1120 - BESIDE) / columns as f64);
    let rows = panels.len().div_ceil(columns) as u32;
    let width = BESIDE + (plane * columns as f64) as u32;
    (
        width,
        (HEADER + rows * (TITLE + (plane * aspect) as u32)).min(8000),
    )
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

/// The range of numbers with a margin.
pub(super) fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = usual_range(values).unwrap_or((0.0, 0.0));
    let room = if high > low {
        MARGIN * (high - low)
    } else {
        1.0
    };
    (low - room, high + room)
}
