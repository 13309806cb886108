//! Performance of a classifier: which classes it confuses, and how well its probabilities are calibrated.

use mlp_plot::{Reliability, ReliabilityBin};
use mlp_train::{
    Kind,
    score::{BINS, Calibration},
};

use super::{
    Draw, Figure, FigureEntry, View, class_scores, confusion,
    judged::{self, Judged},
    rates,
};

/// Fewer samples say nothing on probabilities.
const LEAST_SAMPLES: usize = 50;

/// What a single network takes for what.
pub static TRAINED: FigureEntry = FigureEntry {
    name: "confusion-matrix, roc",
    description: "which classes a classifier confuses, and its rates over all thresholds (ROC, precision and recall)",
    kinds: &[Kind::Train],
    draw: Draw::Samples(|view, _| Ok(mistakes(view, judged::trained(view)?))),
};

/// The same of folds.
pub static FOLDS: FigureEntry = FigureEntry {
    name: "confusion-matrix, roc",
    description: "the same of the folds: each sample is classified by networks that were not trained on it",
    kinds: &[Kind::Population],
    draw: Draw::Run(|view, _| Ok(mistakes(view, judged::folds(view)?))),
};

/// How good the classes and probabilities of a single network are.
pub static TRAINED_SCORES: FigureEntry = FigureEntry {
    name: "class-scores, calibration",
    description: "the scores of each class, and how often what is predicted with some probability comes true",
    kinds: &[Kind::Train],
    draw: Draw::Samples(|view, _| Ok(scores(view, judged::trained(view)?))),
};

/// The same of folds.
pub static FOLDS_SCORES: FigureEntry = FigureEntry {
    name: "class-scores, calibration",
    description: "the same of the folds, by networks that were not trained on the samples",
    kinds: &[Kind::Population],
    draw: Draw::Run(|view, _| Ok(scores(view, judged::folds(view)?))),
};

/// The confusion matrix, and the curves over all thresholds.
fn mistakes(view: &View, judged: Option<Judged>) -> Vec<Figure> {
    let of = |judged: Judged| {
        let confusion = confusion::matrix(view, &judged);
        confusion.into_iter().chain(rates::curves(view, &judged))
    };
    judged.into_iter().flat_map(of).collect()
}

/// The scores of each class, and the reliability diagram.
fn scores(view: &View, judged: Option<Judged>) -> Vec<Figure> {
    let of = |judged: Judged| {
        let bars = class_scores::bars(view, &judged);
        bars.into_iter().chain(calibration(view, &judged))
    };
    judged.into_iter().flat_map(of).collect()
}

fn calibration(view: &View, judged: &Judged) -> Option<Figure> {
    let (classes, predicted) = (&judged.classes, &judged.predicted);
    if predicted.samples() < LEAST_SAMPLES {
        return None;
    }
    let calibration = Calibration::of(predicted, BINS)?;
    let bin = |bin: &mlp_train::score::Bin| ReliabilityBin {
        probability: bin.probability,
        share: bin.share,
        samples: bin.weight,
    };
    let chart = Reliability {
        title: format!("Calibration on {}", view.recipe().data.name),
        subtitle: format!(
            "{} in {BINS} bins; expected calibration error {:.3}.",
            judged.of,
            calibration.expected_error()
        ),
        x_label: match &classes[..] {
            [_, second] => format!("predicted probability of {second}"),
            _ => "probability of the predicted class".to_owned(),
        },
        bins: calibration.bins.iter().map(bin).collect(),
    };
    let caption = "How often what is predicted with some probability comes true.";
    Some(Figure::new("calibration", caption, chart).sized(620, 620))
}
