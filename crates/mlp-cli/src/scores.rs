//! All scores of a model's predictions, as text and as an object.

use std::fmt::Write;

use mlp_core::Evaluation;
use mlp_train::{
    Model, OutputMeaning,
    score::{BINS, Calibration, Confusion, Predicted, SCORES, Subject},
};
use serde_json::{Map, Value, json};

use crate::{formatting, summary::positive};

/// A confusion matrix of more classes is left to `--json`.
const SHOWN_CLASSES: usize = 12;

/// A column of sample weights, and the weighted scores.
struct Weights {
    column: String,
    sum: f64,
    numbers: Vec<(&'static str, f64)>,
}

/// The scores of a model on labelled data.
pub struct Scores {
    samples: usize,
    /// Rows that were left out, and why.
    dropped: (u64, &'static str),
    numbers: Vec<(&'static str, f64)>,
    classes: Vec<String>,
    confusion: Option<Confusion>,
    calibration: Option<Calibration>,
    /// Sample weights, where they are not all equal.
    weights: Option<Weights>,
    /// The column of sample weights in training, where these data have none.
    unweighted: Option<String>,
    /// The probability of the second of two classes above which it is taken, where that is not one half.
    threshold: Option<f64>,
    /// The loss, where its classifier gives no probabilities to judge.
    scored_by: Option<&'static str>,
    /// Whether the numbers that were to be predicted are all the same, so that none of their variance can be explained.
    same_target: bool,
}

impl Scores {
    /// Takes every score that applies. Those that training records are as it records them.
    pub fn new(model: &Model, evaluation: &Evaluation, predicted: &Predicted) -> Self {
        let recorded = [
            ("loss", Some(evaluation.loss)),
            ("accuracy", evaluation.accuracy),
            ("r2", evaluation.r2),
            ("rmse", evaluation.rmse),
        ];
        let further = SCORES
            .iter()
            .filter(|score| recorded.iter().all(|(name, _)| *name != score.name))
            .map(|score| (score.name, (score.value)(predicted)));
        Self {
            samples: evaluation.samples,
            dropped: (0, ""),
            numbers: recorded
                .into_iter()
                .chain(further)
                .filter_map(|(name, number)| Some((name, number?)))
                .collect(),
            classes: match model.answers() {
                OutputMeaning::Classes(names) => names.clone(),
                OutputMeaning::Labels(_) | OutputMeaning::Values { .. } => Vec::new(),
            },
            confusion: Confusion::of(predicted),
            calibration: Calibration::of(predicted, BINS),
            weights: None,
            unweighted: None,
            threshold: model.parts().threshold,
            scored_by: (predicted.as_classes().is_some() && !model.loss().gives_probabilities())
                .then(|| model.loss().name()),
            same_target: predicted.as_values().is_some_and(|(targets, _)| {
                targets.rows().into_iter().all(|row| row == targets.row(0))
            }),
        }
    }

    /// The same, of a table of which so many rows were left out, and why.
    pub fn without(mut self, dropped: u64, why: &'static str) -> Self {
        self.dropped = (dropped, why);
        self
    }

    /// The same of samples with weights, which are in the loss: beside every score, which counts each sample
    /// once as in a training's records, stands what it is where samples count as the column says.
    pub fn weighted(mut self, column: &str, predicted: Predicted, weights: &[f64]) -> Self {
        let predicted = predicted.with_weights(weights.to_vec());
        let numbers = SCORES
            .iter()
            .filter_map(|score| Some((score.name, (score.value)(&predicted)?)));
        self.weights = Some(Weights {
            column: column.to_owned(),
            sum: weights.iter().sum(),
            numbers: numbers.collect(),
        });
        self
    }

    /// The same of a table without the column with what samples counted in the training.
    pub fn unweighted(mut self, column: String) -> Self {
        self.unweighted = Some(column);
        self
    }

    /// The scores for people.
    pub fn text(&self) -> String {
        let mut text = format!("{:<17} {}\n", "samples", self.samples);
        let (dropped, why) = self.dropped;
        if dropped > 0 {
            let _ = writeln!(text, "{:<17} {dropped} ({why})", "rows left out");
        }
        match (&self.weights, &self.unweighted) {
            (Some(weights), _) => {
                let _ = writeln!(
                    text,
                    "{:<17} {} (sum {}): in the loss, and in the values after \"weighted\"; everything else counts each sample once",
                    "sample weight",
                    weights.column,
                    formatting::measured(weights.sum)
                );
            }
            (None, Some(column)) => {
                let _ = writeln!(
                    text,
                    "{:<17} none: the model was trained with the column {column}, which these data lack; each sample counts once",
                    "sample weight"
                );
            }
            (None, None) => {}
        }
        if let Some(threshold) = self.threshold {
            let _ = writeln!(
                text,
                "{:<17} {}",
                "threshold",
                formatting::measured(threshold)
            );
        }
        if let (Some(confusion), [_, _]) = (&self.confusion, &self.classes[..]) {
            let (positives, others) = (confusion.support(1), confusion.support(0));
            let shown = self.numbers.iter().map(|(name, _)| *name);
            let share = positives / (positives + others);
            if let Some(told) = positive::told(&self.classes, share, "of these samples", shown) {
                let _ = writeln!(text, "{:<17} {told}", "positive");
            }
        }
        for (name, number) in &self.numbers {
            if let Some(why) = self.undefined(name) {
                let _ = writeln!(text, "{name:<17} {:<12} {why}", "n/a");
                continue;
            }
            let weights = self.weights.iter();
            let mut weighted = weights.flat_map(|weights| &weights.numbers);
            let number = formatting::measured(*number);
            let _ = match weighted.find(|(weighted, _)| weighted == name) {
                Some((_, weighted)) => {
                    let weighted = formatting::measured(*weighted);
                    writeln!(text, "{name:<17} {number:<12} weighted {weighted}")
                }
                None => writeln!(text, "{name:<17} {number}"),
            };
        }
        if let Some(loss) = self.scored_by {
            let probable = SCORES
                .iter()
                .filter(|score| score.subject == Subject::Probabilities)
                .map(|score| score.name);
            let names: Vec<&str> = probable.collect();
            let _ = writeln!(
                text,
                "{:<17} {}: the outputs of a network trained with {loss} are scores, not probabilities",
                "left out",
                names.join(", ")
            );
        }
        if let Some((names, class)) = self.without_classes() {
            let _ = writeln!(
                text,
                "{:<17} {}: all samples are of class {class}",
                "left out",
                names.join(", ")
            );
        }
        if let Some(confusion) = &self.confusion {
            text.push('\n');
            text.push_str(&self.by_class(confusion));
        }
        text
    }

    /// The scores that need samples of several classes, and the only class that these are of.
    fn without_classes(&self) -> Option<(Vec<&'static str>, &str)> {
        let confusion = self
            .confusion
            .as_ref()
            .filter(|_| self.scored_by.is_none())?;
        let of = |class: &usize| confusion.support(*class) > 0.0;
        let mut present = (0..confusion.classes()).filter(of);
        let (Some(only), None) = (present.next(), present.next()) else {
            return None;
        };
        let missing = SCORES.iter().filter(|score| {
            score.subject == Subject::Probabilities
                && self.numbers.iter().all(|(name, _)| *name != score.name)
        });
        let names: Vec<&str> = missing.map(|score| score.name).collect();
        (!names.is_empty()).then(|| (names, self.classes[only].as_str()))
    }

    /// Why a score is not defined, so that it counts as 0 or 1 in a record.
    fn undefined(&self, name: &str) -> Option<String> {
        if name == "r2" && self.same_target {
            return Some("all targets are the same".to_owned());
        }
        let (Some(confusion), [other, class]) = (&self.confusion, &self.classes[..]) else {
            return None;
        };
        match name {
            "specificity" if confusion.support(0) == 0.0 => {
                Some(format!("there is no sample of {other}; counted as 0"))
            }
            "positive_f1" if !confusion.is_present(1) => Some(format!(
                "no sample is of {class} or predicted as it; counted as 0"
            )),
            "precision" if confusion.known_precision(1).is_none() => {
                Some(format!("no sample is predicted as {class}; counted as 0"))
            }
            "recall" if confusion.known_recall(1).is_none() => {
                Some(format!("there is no sample of {class}; counted as 0"))
            }
            _ => None,
        }
    }

    /// One line per class: its predictions, and its scores.
    fn by_class(&self, confusion: &Confusion) -> String {
        let shown = match self.classes.len() {
            0..=SHOWN_CLASSES => self.classes.len(),
            _ => 0,
        };
        let mut rows = vec![vec!["class".to_owned()]];
        rows[0].extend(
            self.classes[..shown]
                .iter()
                .map(|name| format!("as {name}")),
        );
        rows[0].extend(["precision", "recall", "f1", "samples"].map(str::to_owned));
        for (class, name) in self.classes.iter().enumerate() {
            let mut row = vec![name.clone()];
            let count = |answer| formatting::count(confusion.count(class, answer));
            row.extend((0..shown).map(count));
            row.extend(of_class(confusion, class).map(|score| match score {
                Some(score) => formatting::share(score),
                None => "n/a".to_owned(),
            }));
            row.push(formatting::count(confusion.support(class)));
            rows.push(row);
        }
        let width = |column: usize| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
        let mut text = String::new();
        for row in &rows {
            let _ = write!(text, "{:<1$}", row[0], widths[0]);
            for (cell, width) in row.iter().zip(&widths).skip(1) {
                let _ = write!(text, "  {cell:>width$}");
            }
            text.push('\n');
        }
        text
    }

    /// The scores as one object.
    pub fn json(&self) -> Value {
        let mut object = Map::new();
        for (name, number) in &self.numbers {
            let number = self
                .undefined(name)
                .map_or((*number).into(), |_| Value::Null);
            object.insert((*name).to_owned(), number);
        }
        let names = self.numbers.iter().map(|(name, _)| *name);
        let mut undefined: Map<_, _> = names
            .filter_map(|name| Some((name.to_owned(), self.undefined(name)?.into())))
            .collect();
        if let Some((names, class)) = self.without_classes() {
            let why = format!("all samples are of class {class}");
            undefined.extend(
                names
                    .iter()
                    .map(|name| ((*name).to_owned(), why.clone().into())),
            );
        }
        if !undefined.is_empty() {
            object.insert("undefined".to_owned(), undefined.into());
        }
        object.insert("samples".to_owned(), self.samples.into());
        if let Some(threshold) = self.threshold {
            object.insert("threshold".to_owned(), threshold.into());
        }
        if self.dropped.0 > 0 {
            object.insert("dropped".to_owned(), self.dropped.0.into());
        }
        if let Some(weights) = &self.weights {
            let numbers = weights.numbers.iter();
            let numbers: Map<_, _> = numbers
                .map(|(name, number)| ((*name).to_owned(), (*number).into()))
                .collect();
            object.insert("sample_weight".to_owned(), weights.column.clone().into());
            object.insert("sum_of_weights".to_owned(), weights.sum.into());
            object.insert("weighted".to_owned(), numbers.into());
        }
        if let Some(column) = &self.unweighted {
            object.insert("sample_weight".to_owned(), Value::Null);
            object.insert("trained_with_weights".to_owned(), column.clone().into());
        }
        if let Some(confusion) = &self.confusion {
            let size = confusion.classes();
            let row = |label| (0..size).map(move |answer| confusion.count(label, answer));
            let rows: Vec<Vec<f64>> = (0..size).map(|label| row(label).collect()).collect();
            object.insert("confusion".to_owned(), json!(rows));
            let class = |(class, name): (usize, &String)| {
                let [precision, recall, f1] = of_class(confusion, class);
                json!({
                    "name": name,
                    "precision": precision,
                    "recall": recall,
                    "f1": f1,
                    "samples": confusion.support(class),
                })
            };
            let classes: Vec<Value> = self.classes.iter().enumerate().map(class).collect();
            object.insert("classes".to_owned(), classes.into());
        }
        if let Some(calibration) = &self.calibration {
            let bin = |bin: &mlp_train::score::Bin| json!({ "probability": bin.probability, "share": bin.share, "samples": bin.weight });
            let bins: Vec<Value> = calibration.bins.iter().map(bin).collect();
            object.insert("calibration".to_owned(), bins.into());
        }
        object.into()
    }
}

/// Precision, recall and F1 of a class; `None` where it is not predicted, does not occur, or neither.
fn of_class(confusion: &Confusion, class: usize) -> [Option<f64>; 3] {
    let f1 = confusion.is_present(class).then(|| confusion.f1(class));
    [
        confusion.known_precision(class),
        confusion.known_recall(class),
        f1,
    ]
}
