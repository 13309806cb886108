//! Predictions with the true targets, from which every score is computed.

use ndarray::{Array2, Axis};

/// Predictions with the true targets, one per sample; at least one.
#[derive(Clone, Debug, PartialEq)]
pub struct Predicted {
    answers: PredictedValues,
    /// Sample weights; all equal where not given.
    weights: Option<Vec<f64>>,
}

/// Predictions of one kind.
#[derive(Clone, Debug, PartialEq)]
pub enum PredictedValues {
    /// Classes, by label.
    Classes {
        /// The true class of each sample.
        labels: Vec<u32>,
        /// The class that was predicted.
        predicted: Vec<u32>,
        /// How many classes there are.
        classes: usize,
        /// `[samples, classes]`, where the model provides them.
        probabilities: Option<Array2<f64>>,
    },
    /// Labels, each yes or no.
    Labels {
        /// The true labels, `[samples, labels]`.
        labels: Array2<bool>,
        /// The predicted labels, `[samples, labels]`.
        predicted: Array2<bool>,
    },
    /// Numbers in original units.
    Values {
        /// The true values, `[samples, outputs]`.
        targets: Array2<f64>,
        /// The predicted values, `[samples, outputs]`.
        predictions: Array2<f64>,
    },
}

/// Classes of [`Predicted`].
#[derive(Clone, Copy, Debug)]
pub struct Classes<'a> {
    /// The true class of each sample.
    pub labels: &'a [u32],
    /// The class that was predicted.
    pub predicted: &'a [u32],
    /// How many classes there are.
    pub classes: usize,
}

impl Predicted {
    /// Predicted classes with the true ones.
    ///
    /// # Panics
    /// If there is no sample, lengths differ, or a label is not a class.
    pub fn classes(
        labels: Vec<u32>,
        predicted: Vec<u32>,
        classes: usize,
        probabilities: Option<Array2<f64>>,
    ) -> Self {
        assert!(!labels.is_empty() && labels.len() == predicted.len());
        let known = |label: &u32| (*label as usize) < classes;
        assert!(labels.iter().all(known) && predicted.iter().all(known));
        if let Some(probabilities) = &probabilities {
            assert_eq!(probabilities.dim(), (labels.len(), classes));
        }
        Self {
            answers: PredictedValues::Classes {
                labels,
                predicted,
                classes,
                probabilities,
            },
            weights: None,
        }
    }

    /// Predicted labels with the true ones, both `[samples, labels]`.
    ///
    /// # Panics
    /// If there is no sample or label, or shapes differ.
    pub fn labels(labels: Array2<bool>, predicted: Array2<bool>) -> Self {
        assert!(!labels.is_empty() && labels.dim() == predicted.dim());
        Self {
            answers: PredictedValues::Labels { labels, predicted },
            weights: None,
        }
    }

    /// Predicted values with the true ones, both `[samples, outputs]`.
    ///
    /// # Panics
    /// If there is no sample or output, or shapes differ.
    pub fn values(targets: Array2<f64>, predictions: Array2<f64>) -> Self {
        assert!(!targets.is_empty() && targets.dim() == predictions.dim());
        Self {
            answers: PredictedValues::Values {
                targets,
                predictions,
            },
            weights: None,
        }
    }

    /// The same with a weight, 0 or more, for each sample.
    ///
    /// # Panics
    /// If there are not as many weights as samples.
    #[must_use]
    pub fn with_weights(mut self, weights: Vec<f64>) -> Self {
        assert_eq!(weights.len(), self.samples());
        self.weights = Some(weights);
        self
    }

    /// How many samples there are.
    pub fn samples(&self) -> usize {
        match &self.answers {
            PredictedValues::Classes { labels, .. } => labels.len(),
            PredictedValues::Labels { labels, .. } => labels.nrows(),
            PredictedValues::Values { targets, .. } => targets.nrows(),
        }
    }

    /// Whether every sample counts the same.
    pub fn is_unweighted(&self) -> bool {
        self.weights.is_none()
    }

    /// Some of the samples, in this order; one may come several times.
    ///
    /// # Panics
    /// Without a sample, or for one that is not there.
    #[must_use]
    pub fn select(&self, samples: &[usize]) -> Self {
        assert!(!samples.is_empty());
        let of = |values: &[u32]| samples.iter().map(|&sample| values[sample]).collect();
        let answers = match &self.answers {
            PredictedValues::Classes {
                labels,
                predicted,
                classes,
                probabilities,
            } => PredictedValues::Classes {
                labels: of(labels),
                predicted: of(predicted),
                classes: *classes,
                probabilities: probabilities
                    .as_ref()
                    .map(|all| all.select(Axis(0), samples)),
            },
            PredictedValues::Labels { labels, predicted } => PredictedValues::Labels {
                labels: labels.select(Axis(0), samples),
                predicted: predicted.select(Axis(0), samples),
            },
            PredictedValues::Values {
                targets,
                predictions,
            } => PredictedValues::Values {
                targets: targets.select(Axis(0), samples),
                predictions: predictions.select(Axis(0), samples),
            },
        };
        let weights = self.weights.as_ref();
        Self {
            answers,
            weights: weights.map(|all| samples.iter().map(|&sample| all[sample]).collect()),
        }
    }

    /// The weight of a sample.
    pub fn weight(&self, sample: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[sample])
    }

    /// The classes, if classes were predicted.
    pub fn as_classes(&self) -> Option<Classes<'_>> {
        match &self.answers {
            PredictedValues::Classes {
                labels,
                predicted,
                classes,
                ..
            } => Some(Classes {
                labels,
                predicted,
                classes: *classes,
            }),
            PredictedValues::Labels { .. } | PredictedValues::Values { .. } => None,
        }
    }

    /// True and predicted labels `[samples, labels]`, if labels were predicted.
    pub fn as_labels(&self) -> Option<(&Array2<bool>, &Array2<bool>)> {
        match &self.answers {
            PredictedValues::Labels { labels, predicted } => Some((labels, predicted)),
            PredictedValues::Classes { .. } | PredictedValues::Values { .. } => None,
        }
    }

    /// True classes and probabilities `[samples, classes]`, where the model provides them.
    pub fn as_probabilities(&self) -> Option<(Classes<'_>, &Array2<f64>)> {
        match &self.answers {
            PredictedValues::Classes { probabilities, .. } => {
                Some((self.as_classes()?, probabilities.as_ref()?))
            }
            PredictedValues::Labels { .. } | PredictedValues::Values { .. } => None,
        }
    }

    /// Targets and predictions `[samples, outputs]`, if numbers were predicted.
    pub fn as_values(&self) -> Option<(&Array2<f64>, &Array2<f64>)> {
        match &self.answers {
            PredictedValues::Values {
                targets,
                predictions,
            } => Some((targets, predictions)),
            PredictedValues::Classes { .. } | PredictedValues::Labels { .. } => None,
        }
    }

    /// The weighted mean of a value of each sample, summed in their order.
    pub(super) fn mean(&self, value: impl Fn(usize) -> f64) -> f64 {
        let (mut sum, mut total) = (0.0, 0.0);
        for sample in 0..self.samples() {
            let weight = self.weight(sample);
            sum += weight * value(sample);
            total += weight;
        }
        sum / total
    }
}
