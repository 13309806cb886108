//! What a network predicts at several steps of its training, where their parameters were kept.

use anyhow::Result;
use mlp_data::Dataset;
use mlp_plot::{Boundary, BoundaryPanels, Film};
use mlp_train::{Arrays, Data, Kind, Model, Parameters};

use super::few_steps::few;
use super::plane::{Section, boundary, samples, section, size_of_panels};
use super::{Draw, Figure, FigureEntry, PlaneChoice, View, describe};
use crate::formatting;

/// Frames of a film at most, and in a row of its grid.
const FRAMES: usize = 16;
const FILM_COLUMNS: usize = 4;
/// Grid points of a frame.
const GRID: (usize, usize) = (90, 67);

/// Those of several steps.
pub static FILM: FigureEntry = FigureEntry {
    name: "film",
    description: "the boundary at several recorded steps, where their parameters were kept",
    kinds: &[Kind::Train],
    draw: Draw::Samples(|view, drawing| Ok(film(view, &drawing.plane)?.into_iter().collect())),
};

/// The predictions at a step.
pub(super) struct Moment {
    pub(super) step: i64,
    /// Without title.
    pub(super) boundary: Boundary,
}

/// The predictions at a few of the steps whose parameters were kept; none where those of only one step were.
pub(super) fn moments(
    view: &View,
    model: &Model,
    data: &Dataset,
    section: &Section,
) -> Result<Vec<Moment>> {
    let weights = view.weights()?;
    let Some((steps, parameters)) = weights.first().and_then(kept) else {
        return Ok(Vec::new());
    };
    if steps.len() < 2 {
        return Ok(Vec::new());
    }
    let moment = |row: usize| {
        let model = model.at_step(steps[row] as u64, parameters(row))?;
        Ok(Moment {
            step: steps[row],
            boundary: boundary(view, &model, data, section, GRID)?,
        })
    };
    few(&steps, FRAMES).into_iter().map(moment).collect()
}

/// The boundary at several recorded steps, where their parameters were kept.
fn film(view: &View, choice: &PlaneChoice) -> Result<Option<Figure>> {
    // Most runs keep the last parameters alone, and planes need not be fitted for them.
    if view.weights()?.is_empty() {
        return Ok(None);
    }
    let model = view.model()?;
    let data = samples(view, &model)?;
    if data.features() < 2 {
        return Ok(None);
    }
    let section = section(view, &model, &data, choice)?;
    let losses = view.curve("train_loss").unwrap_or_default();
    let recorded = view.trends().steps();
    let mut frames = Vec::new();
    for Moment { step, boundary } in moments(view, &model, &data, &section)? {
        let place = recorded.iter().position(|at| *at == step as f64);
        let loss = place.and_then(|at| losses.get(at));
        frames.push(Boundary {
            title: format!("Step {step}"),
            subtitle: match loss {
                Some(loss) => format!("training loss {}", formatting::measured(*loss)),
                None => "training loss unknown".to_owned(),
            },
            ..boundary
        });
    }
    if frames.is_empty() {
        return Ok(None);
    }
    // One scale of colours, and one place of the axes.
    let value_range = Boundary::shared_range(&frames);
    for frame in &mut frames {
        frame.value_range = value_range;
    }
    let (width, height) = size_of_panels(&frames, FILM_COLUMNS);
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
    let mut figure = Figure::new("film", caption, grid).sized(width, height);
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
