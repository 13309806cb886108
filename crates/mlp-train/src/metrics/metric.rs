//! A metric: a number recorded for a network, or computed for it by a map. Its name is that of its column.
//!
//! | names | metrics |
//! |---|---|
//! | `train_loss`, `test_loss`, `validation_loss` | the loss on a part |
//! | `test_accuracy`, `train_f1`, ... | a [score](super::score) on a part |
//! | `weight_norm`, `bias_norm`, `weight_norm_0`, ... | the L2 norm of all weights or biases, or of those of one layer |
//! | `grad_norm` | the L2 norm of the training loss's gradient |
//! | `sharpness`, `dead_0`, ... | a column of a group of [diagnostics](super::diagnostic), perhaps of one layer |
//! | `gap`, `steps_to_target`, ...
//! metrics of maps only |

use std::{fmt, str::FromStr};

use mlp_data::names::nearest;

use super::{
    diagnostic::{self, group::Each},
    event::{EVENTS, Event},
    score::{self, definition::Score},
};
use crate::data::part::Part;

/// A number recorded for a network, or computed for it by a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Metric {
    /// The loss on a part.
    Loss(Part),
    /// A score on a part.
    Score(Part, &'static Score),
    /// The L2 norm of all weights, or of those of one layer.
    WeightNorm(Option<usize>),
    /// The L2 norm of all biases, or of those of one layer.
    BiasNorm(Option<usize>),
    /// The L2 norm of the gradient of the training loss.
    GradNorm,
    /// A diagnostic of the network, or of one of its layers.
    Diagnostic(&'static diagnostic::DiagnosticColumn, Option<usize>),
    /// Of maps: test loss minus training loss.
    Gap,
    /// Of maps: an event of the training.
    Event(&'static Event),
}

/// Losses and scores that every record has of each part.
pub const RECORDED: [&str; 4] = ["loss", "accuracy", "r2", "rmse"];

/// The part of a name before the layer.
pub(crate) const WEIGHT_NORM: &str = "weight_norm";
pub(crate) const BIAS_NORM: &str = "bias_norm";
const GRAD_NORM: &str = "grad_norm";
const GAP: &str = "gap";

/// The parts in the order of the columns.
const PARTS: [Part; 3] = [Part::Train, Part::Test, Part::Validation];

impl Metric {
    /// The metrics of every record, without the norms of single layers, in the order of the columns.
    pub fn usual() -> impl Iterator<Item = Self> {
        let of_parts = RECORDED
            .into_iter()
            .flat_map(|name| PARTS.map(|part| Self::of_part(part, name)))
            .flatten();
        of_parts.chain([Self::WeightNorm(None), Self::BiasNorm(None), Self::GradNorm])
    }

    /// The columns of a score or a loss.
    pub(super) fn of_parts(name: &str, validation: bool) -> impl Iterator<Item = Self> {
        let parts = PARTS
            .into_iter()
            .filter(move |part| validation || *part != Part::Validation);
        parts.filter_map(move |part| Self::of_part(part, name))
    }

    /// The loss or the score of this name on a part.
    fn of_part(part: Part, name: &str) -> Option<Self> {
        match name {
            "loss" => Some(Self::Loss(part)),
            name => Some(Self::Score(part, score::find(name)?)),
        }
    }

    /// The metric of this name; `None` where there is none.
    pub fn find(name: &str) -> Option<Self> {
        match name {
            WEIGHT_NORM => return Some(Self::WeightNorm(None)),
            BIAS_NORM => return Some(Self::BiasNorm(None)),
            GRAD_NORM => return Some(Self::GradNorm),
            GAP => return Some(Self::Gap),
            _ => {}
        }
        let (stem, last) = name.rsplit_once('_').unwrap_or((name, ""));
        let layer = last.parse().ok();
        let norm = match (stem, layer) {
            (WEIGHT_NORM, Some(_)) => Some(Self::WeightNorm(layer)),
            (BIAS_NORM, Some(_)) => Some(Self::BiasNorm(layer)),
            _ => None,
        };
        let of_part = || {
            let (part, name) = name.split_once('_')?;
            let part = PARTS.into_iter().find(|known| known.name() == part)?;
            Self::of_part(part, name)
        };
        let of_layer = || Self::diagnostic(stem, Some(layer?));
        let event = || EVENTS.iter().find(|event| event.name == name);
        norm.or_else(of_part)
            .or_else(|| Self::diagnostic(name, None))
            .or_else(of_layer)
            .or_else(|| event().map(Self::Event))
    }

    /// The diagnostic of this name, of a network or of a layer.
    pub(crate) fn diagnostic(name: &str, layer: Option<usize>) -> Option<Self> {
        let mut columns = diagnostic::GROUPS.iter().flat_map(|group| group.columns);
        let column = columns.find(|column| {
            column.name == name && (column.each == Each::Network) == layer.is_none()
        });
        Some(Self::Diagnostic(column?, layer))
    }

    /// The part of the data that it is evaluated on, if any.
    pub fn part(&self) -> Option<Part> {
        match self {
            Self::Loss(part) | Self::Score(part, _) => Some(*part),
            _ => None,
        }
    }

    /// The layer that it belongs to, if any.
    pub fn layer(&self) -> Option<usize> {
        match self {
            Self::WeightNorm(layer) | Self::BiasNorm(layer) | Self::Diagnostic(_, layer) => *layer,
            _ => None,
        }
    }

    /// Whether it is the norm of weights or biases.
    pub fn is_norm(&self) -> bool {
        matches!(self, Self::WeightNorm(_) | Self::BiasNorm(_))
    }

    /// Whether every record has it.
    pub fn is_usual(&self) -> bool {
        match self {
            Self::Score(_, score) => RECORDED.contains(&score.name),
            Self::Loss(_) | Self::WeightNorm(_) | Self::BiasNorm(_) | Self::GradNorm => true,
            Self::Diagnostic(..) | Self::Gap | Self::Event(_) => false,
        }
    }

    /// Whether records have it for the network as a whole: not for one layer, and not only in maps.
    pub fn is_of_network(&self) -> bool {
        self.layer().is_none() && !matches!(self, Self::Gap | Self::Event(_))
    }

    /// The group of diagnostics that it belongs to.
    pub fn group(&self) -> Option<&'static diagnostic::Group> {
        let Self::Diagnostic(column, _) = self else {
            return None;
        };
        let mut groups = diagnostic::GROUPS.iter();
        groups.find(|group| group.columns.contains(column))
    }

    /// The part of an interval of the mean of some scores that it can have: none exceeds 1 where more is better, and but for R²
    /// none of those that are never below 0 is.
    pub fn possible(
        &self,
        (low, high): (f64, f64),
        mut scores: impl Iterator<Item = f64>,
    ) -> (f64, f64) {
        let more = self.larger_is_better() == Some(true);
        let below = matches!(self, Self::Score(_, score) if score.name == "r2");
        let positive = !below && scores.all(|score| score >= 0.0);
        (
            if positive && low < 0.0 { 0.0 } else { low },
            if more && high > 1.0 { 1.0 } else { high },
        )
    }

    /// Whether a larger value is better; `None` where neither is.
    pub fn larger_is_better(&self) -> Option<bool> {
        match self {
            Self::Loss(_) => Some(false),
            Self::Score(_, score) => score.larger_is_better,
            Self::Event(event) => event.larger_is_better,
            Self::WeightNorm(_)
            | Self::BiasNorm(_)
            | Self::GradNorm
            | Self::Diagnostic(..)
            | Self::Gap => None,
        }
    }
}

/// The name of its column.
impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Loss(part) => return write!(f, "{}_loss", part.name()),
            Self::Score(part, score) => return write!(f, "{}_{}", part.name(), score.name),
            Self::WeightNorm(_) => WEIGHT_NORM,
            Self::BiasNorm(_) => BIAS_NORM,
            Self::GradNorm => GRAD_NORM,
            Self::Diagnostic(column, _) => column.name,
            Self::Gap => GAP,
            Self::Event(event) => event.name,
        };
        match self.layer() {
            Some(layer) => write!(f, "{name}_{layer}"),
            None => f.pad(name),
        }
    }
}

/// An unknown metric name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnknownMetric(String);

impl FromStr for Metric {
    type Err = UnknownMetric;

    fn from_str(name: &str) -> Result<Self, UnknownMetric> {
        let name = name.trim();
        if let Some(metric) = Self::find(name) {
            return Ok(metric);
        }
        let meant = match Self::of_part(Part::Test, name) {
            // A score or a loss without its part probably means the test part.
            Some(on_test) => format!("; did you mean \"{on_test}\"?"),
            None => {
                let names: Vec<String> = Self::all().map(|metric| metric.to_string()).collect();
                let scores = || score::SCORES.iter().map(|score| score.name);
                let meant = nearest(name, names.iter().map(String::as_str)).map(str::to_owned);
                // What a score is called elsewhere, as auc.
                let on_test = || Self::of_part(Part::Test, nearest(name, scores())?);
                let meant = meant.or_else(|| Some(on_test()?.to_string()));
                meant.map_or_else(String::new, |meant| format!("; did you mean \"{meant}\"?"))
            }
        };
        Err(UnknownMetric(format!(
            "there is no metric \"{name}\"{meant} (mlp list metrics)"
        )))
    }
}

impl Metric {
    /// Every metric, those of layers for the first one.
    fn all() -> impl Iterator<Item = Self> {
        let names = std::iter::once("loss").chain(score::SCORES.iter().map(|score| score.name));
        let of_parts = names.flat_map(|name| Self::of_parts(name, true));
        let norms = [None, Some(0)].map(|layer| [Self::WeightNorm(layer), Self::BiasNorm(layer)]);
        let columns = diagnostic::GROUPS.iter().flat_map(|group| group.columns);
        let diagnostics = columns
            .map(|column| Self::Diagnostic(column, (column.each != Each::Network).then_some(0)));
        of_parts
            .chain(norms.into_iter().flatten())
            .chain([Self::GradNorm, Self::Gap])
            .chain(diagnostics)
            .chain(EVENTS.iter().map(Self::Event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_is_found_by_its_name() {
        let mut names: Vec<String> = Vec::new();
        for metric in Metric::all() {
            let name = metric.to_string();
            assert_eq!(name.parse::<Metric>(), Ok(metric), "{name}");
            assert!(!names.contains(&name), "{name}");
            names.push(name);
        }
        let norm = "bias_norm_12".parse::<Metric>().unwrap();
        assert_eq!(norm, Metric::BiasNorm(Some(12)));
        for name in [
            "f1",
            "loss",
            "weight_norm_",
            "train_norm_0",
            "sharpness_0",
            "dead",
            "",
        ] {
            assert_eq!(Metric::find(name), None, "{name}");
        }
    }

    #[test]
    fn a_metric_knows_which_end_is_better() {
        let larger = |name: &str| Metric::find(name).unwrap().larger_is_better();
        assert_eq!(larger("test_r2"), Some(true));
        assert_eq!(larger("train_loss"), Some(false));
        assert_eq!(larger("test_brier"), Some(false));
        assert_eq!(larger("test_balanced_accuracy"), Some(true));
        assert_eq!(larger("steps_to_target"), Some(false));
        assert_eq!((larger("weight_norm"), larger("gap")), (None, None));
        assert_eq!(larger("test_log_loss"), Some(false));
    }

    #[test]
    fn an_unknown_name_is_answered_with_what_may_be_meant() {
        let refused = |name: &str| name.parse::<Metric>().unwrap_err().to_string();
        assert_eq!(
            refused("accuracy"),
            "there is no metric \"accuracy\"; did you mean \"test_accuracy\"? (mlp list metrics)"
        );
        assert!(refused("tset_loss").contains("did you mean \"test_loss\"?"));
        assert_eq!(
            refused("zebra"),
            "there is no metric \"zebra\" (mlp list metrics)"
        );
        assert_eq!(
            refused("auc"),
            "there is no metric \"auc\"; did you mean \"test_auroc\"? (mlp list metrics)"
        );
    }
}
