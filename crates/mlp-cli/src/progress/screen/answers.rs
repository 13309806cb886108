//! What the network answers while it is trained: over the plane of its two features, over its one feature, or for samples.

use std::sync::Arc;

use mlp_data::{Dataset, Targets};
use mlp_train::{
    DataRecipe, Model, Prediction,
    score::{Confusion, Predicted},
};
use ndarray::Array2;

/// Points of a plane, and samples that are asked at most.
const COLUMNS: usize = 72;
const ROWS: usize = 48;
const SAMPLES: usize = 1000;
/// Points on a line, and samples that are drawn at most.
const LINE: usize = 160;
const DRAWN: usize = 300;
/// Margin around the samples, as a fraction of their range.
const MARGIN: f64 = 0.08;

/// What is asked of every network on the way.
pub struct Asked {
    samples: Arc<Dataset>,
    part: &'static str,
    rows: Array2<f64>,
    kind: Kind,
}

enum Kind {
    Plane { x: (f64, f64), y: (f64, f64) },
    Line { x: (f64, f64) },
    Samples,
}

/// What the network answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Answers {
    /// The plane of two features: what it answers at each point, from the bottom row on, and samples on top.
    Plane {
        /// Ranges of the features, and their names.
        x: (f64, f64),
        y: (f64, f64),
        names: [String; 2],
        columns: usize,
        surface: Surface,
        /// Places and classes or targets.
        samples: Vec<(f64, f64, f64)>,
    },
    /// Answers over the only feature, and samples.
    Line {
        name: String,
        answer: String,
        curve: Vec<(f64, f64)>,
        samples: Vec<(f64, f64)>,
    },
    /// True targets with the answers.
    Compared {
        part: &'static str,
        pairs: Vec<(f64, f64)>,
    },
    /// How often each class is taken for which.
    Confusion {
        part: &'static str,
        names: Vec<String>,
        counts: Vec<Vec<f64>>,
    },
}

/// What a network answers over a plane.
#[derive(Clone, Debug, PartialEq)]
pub enum Surface {
    /// Classes, with their names.
    Classes(Vec<u32>, Vec<String>),
    /// Numbers.
    Numbers(Vec<f64>),
}

impl Asked {
    /// What can be asked where a network is trained on these data.
    pub fn of(data: &DataRecipe) -> Option<Self> {
        let dataset = &data.dataset;
        let plain = data.expansion.is_none();
        let (part, rows) = match (&data.split.validation, &data.split.test) {
            (validation, _) if !validation.is_empty() => ("validation", validation),
            (_, test) if !test.is_empty() => ("test", test),
            _ => ("train", &data.split.train),
        };
        let pick = |rows: &[usize], most: usize| {
            let step = rows.len().div_ceil(most).max(1);
            let picked: Vec<usize> = rows.iter().copied().step_by(step).collect();
            dataset.select_rows(&picked).ok()
        };
        let kind = match dataset.features() {
            1 if plain => Kind::Line {
                x: range(dataset, 0)?,
            },
            2 if plain => Kind::Plane {
                x: range(dataset, 0)?,
                y: range(dataset, 1)?,
            },
            _ => Kind::Samples,
        };
        let (samples, rows, part) = match &kind {
            Kind::Samples => (pick(rows, SAMPLES)?, Array2::zeros((0, 0)), part),
            Kind::Line { x } => {
                let rows = Array2::from_shape_fn((LINE, 1), |(row, _)| at(*x, row, LINE));
                (pick(&data.split.train, DRAWN)?, rows, "train")
            }
            Kind::Plane { x, y } => {
                let rows =
                    Array2::from_shape_fn((ROWS * COLUMNS, 2), |(point, feature)| match feature {
                        0 => at(*x, point % COLUMNS, COLUMNS),
                        _ => at(*y, point / COLUMNS, ROWS),
                    });
                (pick(&data.split.train, DRAWN)?, rows, "train")
            }
        };
        Some(Self {
            samples: Arc::new(samples),
            part,
            rows,
            kind,
        })
    }

    /// What this network answers; `None` where that cannot be shown.
    pub fn answers(&self, model: &Model) -> Option<Answers> {
        let names = self.samples.feature_names();
        match &self.kind {
            Kind::Plane { x, y } => Some(Answers::Plane {
                x: *x,
                y: *y,
                names: [names[0].clone(), names[1].clone()],
                columns: COLUMNS,
                surface: match model.predict(&self.rows.view()).ok()? {
                    Prediction::Classes { labels, .. } | Prediction::Scores { labels, .. } => {
                        Surface::Classes(labels, self.samples.class_names()?.to_vec())
                    }
                    Prediction::Labels { probabilities, .. } => {
                        Surface::Numbers(probabilities.column(0).to_vec())
                    }
                    Prediction::Values(values) => Surface::Numbers(values.column(0).to_vec()),
                },
                samples: self.points(|row| self.samples.inputs()[(row, 1)]),
            }),
            Kind::Line { .. } => {
                let (answer, values) = match model.predict(&self.rows.view()).ok()? {
                    Prediction::Classes { probabilities, .. } => {
                        let last = probabilities.ncols() - 1;
                        let name = self.samples.class_names()?.get(last)?;
                        (
                            format!("probability of {name}"),
                            probabilities.column(last).to_vec(),
                        )
                    }
                    Prediction::Scores { labels, .. } => (
                        "class".to_owned(),
                        labels.into_iter().map(f64::from).collect(),
                    ),
                    Prediction::Labels { probabilities, .. } => {
                        ("probability".to_owned(), probabilities.column(0).to_vec())
                    }
                    Prediction::Values(values) => {
                        let name = self
                            .samples
                            .target_columns()
                            .first()
                            .map(|name| (*name).to_owned());
                        (name.unwrap_or_default(), values.column(0).to_vec())
                    }
                };
                let last = self.samples.class_names().map(|names| names.len() - 1);
                let target = |row| match (self.target(row), last) {
                    // A class beside a probability.
                    (class, Some(last)) => f64::from(u8::from(class as usize == last)),
                    (value, None) => value,
                };
                Some(Answers::Line {
                    name: names[0].clone(),
                    answer,
                    curve: self.rows.column(0).iter().copied().zip(values).collect(),
                    samples: (self.points(target).into_iter())
                        .map(|(x, y, _)| (x, y))
                        .collect(),
                })
            }
            Kind::Samples => self.judged(&model.judge(&self.samples).ok()?),
        }
    }

    fn judged(&self, judged: &Predicted) -> Option<Answers> {
        if let Some(names) = self.samples.class_names()
            && let Some(confusion) = Confusion::of(judged)
        {
            return Some(Answers::Confusion {
                part: self.part,
                names: names.to_vec(),
                counts: (0..names.len())
                    .map(|label| {
                        (0..names.len())
                            .map(|own| confusion.count(label, own))
                            .collect()
                    })
                    .collect(),
            });
        }
        let (truth, predicted) = judged.as_values()?;
        let pairs = truth.column(0).into_iter().zip(predicted.column(0));
        Some(Answers::Compared {
            part: self.part,
            pairs: pairs.map(|(truth, own)| (*truth, *own)).collect(),
        })
    }

    /// The class or first target of a sample.
    fn target(&self, row: usize) -> f64 {
        match self.samples.targets() {
            Targets::Classes { labels, .. } => f64::from(labels[row]),
            Targets::Values { values, .. } => values[(row, 0)],
        }
    }

    /// The first feature of the samples, something else of them, and their targets.
    fn points(&self, second: impl Fn(usize) -> f64) -> Vec<(f64, f64, f64)> {
        (0..self.samples.samples())
            .map(|row| {
                (
                    self.samples.inputs()[(row, 0)],
                    second(row),
                    self.target(row),
                )
            })
            .collect()
    }
}

/// A point between the ends of a range.
fn at((low, high): (f64, f64), index: usize, count: usize) -> f64 {
    let share = index as f64 / (count - 1) as f64;
    low * (1.0 - share) + high * share
}

/// The range of a feature with a margin.
fn range(data: &Dataset, feature: usize) -> Option<(f64, f64)> {
    let column = data.inputs();
    let column = column.column(feature);
    let known = column.iter().copied().filter(|value| value.is_finite());
    let (low, high) = known.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    if low > high {
        return None;
    }
    let margin = match (high - low) * MARGIN {
        0.0 => low.abs().max(1.0) * MARGIN,
        margin => margin,
    };
    let wide = (low - margin, high + margin);
    (wide.0.is_finite() && wide.1.is_finite()).then_some(wide)
}
