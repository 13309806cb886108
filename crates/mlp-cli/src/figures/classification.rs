//! Performance of a classifier: which classes it confuses, and how well its probabilities are calibrated.

use anyhow::Result;
use mlp_plot::{ConfusionMatrix, Reliability, ReliabilityBin};
use mlp_train::{
    Kind, OutputMeaning,
    score::{BINS, Calibration, Confusion},
};

use super::{Draw, Figure, FigureEntry, View};
use crate::formatting;

/// More classes make no readable matrix.
const MOST_CLASSES: usize = 40;

/// Fewer samples say nothing on probabilities.
const LEAST_SAMPLES: usize = 50;

/// Both charts of a classifier.
pub static CLASSIFICATION: FigureEntry = FigureEntry {
    name: "confusion-matrix, calibration",
    description: "which classes a classifier confuses, and how well its probabilities are calibrated",
    kinds: &[Kind::Train],
    draw: Draw::Samples(|view, _| figures(view)),
};

/// The confusion matrix and the reliability diagram of a single run, on the part that it is judged
/// by; none for numbers.
fn figures(view: &View) -> Result<Vec<Figure>> {
    let model = view.model()?;
    let OutputMeaning::Classes(classes) = model.answers() else {
        return Ok(Vec::new());
    };
    let data = &view.recipe().data;
    let (part, rows) = view.judged(data);
    if !model.is_finite() || classes.len() > MOST_CLASSES {
        return Ok(Vec::new());
    }
    let predicted = model.judge(&data.dataset.select_rows(rows)?)?;
    let mut figures = Vec::new();
    if let Some(confusion) = Confusion::of(&predicted) {
        let every = 0..classes.len();
        let counts = every
            .clone()
            .flat_map(|label| every.clone().map(move |answer| (label, answer)))
            .map(|(label, answer)| confusion.count(label, answer))
            .collect();
        let chart = ConfusionMatrix {
            title: format!("Confusion matrix on {}", data.name),
            subtitle: format!(
                "{} of the {part} part; shaded by the share of the true class.",
                formatting::so_many(rows.len(), "sample")
            ),
            classes: classes.clone(),
            counts,
        };
        let side = (220 + 90 * classes.len() as u32).clamp(420, 900);
        let caption = format!("Which classes of the {part} part are taken for which.");
        figures.push(Figure::new("confusion-matrix", caption, chart).sized(side + 60, side));
    }
    if rows.len() >= LEAST_SAMPLES
        && let Some(calibration) = Calibration::of(&predicted, BINS)
    {
        let bin = |bin: &mlp_train::score::Bin| ReliabilityBin {
            probability: bin.probability,
            share: bin.share,
            samples: bin.weight,
        };
        let chart = Reliability {
            title: format!("Calibration on {}", data.name),
            subtitle: format!(
                "{} of the {part} part in {BINS} bins; expected calibration error {:.3}.",
                formatting::so_many(rows.len(), "sample"),
                calibration.expected_error()
            ),
            x_label: match &classes[..] {
                [_, second] => format!("predicted probability of {second}"),
                _ => "probability of the predicted class".to_owned(),
            },
            bins: calibration.bins.iter().map(bin).collect(),
        };
        let caption = "How often what is predicted with some probability comes true.";
        figures.push(Figure::new("calibration", caption, chart).sized(620, 620));
    }
    Ok(figures)
}
