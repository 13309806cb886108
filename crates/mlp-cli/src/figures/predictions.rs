//! Predicted numbers against true ones: of one network on its parts, and of every sample by networks that did not see it.

use anyhow::Result;
use mlp_plot::{Film, Part, PredictedPoint, PredictedTrue};
use mlp_train::{Kind, OutputMeaning, score::Predicted};

use super::{Draw, Figure, FigureEntry, View, describe, out_of_fold::OutOfFold};
use crate::formatting;

/// The most points that are drawn; of more, evenly picked ones.
const DRAWN: usize = 2000;
/// The most outputs that are drawn.
const OUTPUTS: usize = 6;

/// Those of a single network.
pub static TRAINED: FigureEntry = FigureEntry {
    name: "predicted-true",
    description: "what a network predicts against the true numbers, and the residuals",
    kinds: &[Kind::Train],
    draw: Draw::Samples(|view, _| Ok(trained(view)?.into_iter().collect())),
};

/// Those of folds.
pub static FOLDS: FigureEntry = FigureEntry {
    name: "predicted-true",
    description: "the same of the folds: each sample is predicted by networks that were not trained on it",
    kinds: &[Kind::Population],
    draw: Draw::Run(|view, _| Ok(folds(view)?.into_iter().collect())),
};

/// Targets and predictions of one output.
struct Output {
    name: String,
    points: Vec<PredictedPoint>,
}

fn trained(view: &View) -> Result<Option<Figure>> {
    let model = view.model()?;
    let OutputMeaning::Values { names, .. } = model.answers() else {
        return Ok(None);
    };
    if !model.is_finite() {
        return Ok(None);
    }
    let data = &view.recipe().data;
    let (part, held_out) = view.judged(data);
    let mut outputs: Vec<Output> = (names.iter().take(OUTPUTS))
        .map(|name| Output {
            name: name.clone(),
            points: Vec::new(),
        })
        .collect();
    let mut parts = vec![(&data.split.train[..], Part::Train)];
    if part != "training" {
        parts.push((held_out, Part::Test));
    }
    for (rows, part) in parts {
        let predicted = model.judge(&data.dataset.select_rows(rows)?)?;
        add(&mut outputs, &predicted, part);
    }
    let r2 = ["train", part].map(|part| {
        let known = view.nets().first(&format!("{part}_r2")).ok().flatten();
        known.map(|r2| format!("R² {} ({part})", formatting::measured(r2)))
    });
    let r2: Vec<String> = r2.into_iter().flatten().collect();
    let r2 = match r2.is_empty() {
        true => String::new(),
        false => format!(" {}.", r2.join(", ")),
    };
    let subtitle = format!("{}.{r2}", describe::training(view.recipe()));
    let caption = "What the network predicts against what is true; a sample on the dashed line is predicted without error.";
    Ok(figure(view, &outputs, part, &subtitle, caption))
}

fn add(outputs: &mut [Output], predicted: &Predicted, part: Part) {
    let Some((targets, predictions)) = predicted.as_values() else {
        return;
    };
    for (column, output) in outputs.iter_mut().enumerate() {
        let pairs = targets
            .column(column)
            .into_iter()
            .zip(predictions.column(column));
        output
            .points
            .extend(pairs.map(|(truth, predicted)| PredictedPoint {
                truth: *truth,
                predicted: *predicted,
                part,
            }));
    }
}

/// Predictions of networks of one setting on the samples that they were not trained on.
fn folds(view: &View) -> Result<Option<Figure>> {
    if view.recipe().data.dataset.class_names().is_some() {
        return Ok(None);
    }
    let Some(found) = OutOfFold::of(view)? else {
        return Ok(None);
    };
    let columns = view.recipe().data.dataset.target_columns();
    let mut outputs = Vec::new();
    for name in columns.iter().take(OUTPUTS) {
        let numbers = |what: &str| {
            let own = found.numbers(&format!("{what}_{name}"));
            own.or_else(|| found.numbers(what))
        };
        let (Some(truth), Some(predicted)) = (numbers("truth"), numbers("prediction")) else {
            return Ok(None);
        };
        let pairs = truth.into_iter().zip(predicted);
        let points = pairs.map(|(truth, predicted)| PredictedPoint {
            truth,
            predicted,
            part: Part::Test,
        });
        outputs.push(Output {
            name: (*name).to_owned(),
            points: points.collect(),
        });
    }
    let subtitle = format!("{}.", found.of);
    let caption = "What networks predict for the samples that they were not trained on, against what is true.";
    Ok(figure(view, &outputs, "out of fold", &subtitle, caption))
}

fn figure(
    view: &View,
    outputs: &[Output],
    held_out: &str,
    subtitle: &str,
    caption: &str,
) -> Option<Figure> {
    let most = outputs.iter().map(|output| output.points.len()).max()?;
    let step = most.div_ceil(DRAWN).max(1);
    let thinned = match step {
        1 => String::new(),
        step => format!(" One prediction in {step} is drawn."),
    };
    let title = format!("Predicted against true on {}", view.recipe().data.name);
    let subtitle = format!("{subtitle}{thinned}");
    let count = outputs.len();
    let chart = |output: &Output, title: &str, subtitle: &str| PredictedTrue {
        title: title.to_owned(),
        subtitle: subtitle.to_owned(),
        label: output.name.clone(),
        held_out: held_out.to_owned(),
        points: output.points.iter().step_by(step).copied().collect(),
    };
    let [only] = outputs else {
        let frames = outputs.iter().map(|output| chart(output, &output.name, ""));
        let chart = Film {
            title,
            subtitle,
            columns: 1,
            frames: frames.collect(),
        };
        let height = 90 + 420 * count as u32;
        return Some(Figure::new("predicted-true", caption, chart).sized(900, height));
    };
    let only = chart(only, &title, &subtitle);
    Some(Figure::new("predicted-true", caption, only).sized(900, 500))
}
