//! The computation of a model, step by step, for exports: ONNX, Rust, C.

use std::ops::Range;

use mlp_core::{Activation, Normalization, Outputs, TensorPlace};
use mlp_data::{Input, ScaleKind, Scaler, TargetTransform, table::Unknown};

use super::columns::Columns;
use mlp_train::{Model, OutputMeaning, storing::Numbers};

/// The steps from a row in original units to a prediction.
pub(super) struct Program<'a> {
    /// Names of the columns of a row.
    pub(super) columns: Vec<String>,
    /// The table's columns, where they are others.
    pub(super) table: Option<Columns>,
    /// The network's inputs as computed from the two columns x and y, if they are.
    pub(super) expansion: Option<&'a [Input]>,
    /// The fill value of each input that is NaN; `None` where none may be.
    pub(super) fill: Option<&'a [f64]>,
    /// The offset and divisor of each input; `None` for no scaling.
    pub(super) scaling: Option<&'a Scaler>,
    /// From the first hidden layer to the output layer.
    pub(super) layers: Vec<Layer>,
    /// The meaning of the last layer's outputs.
    pub(super) answer: ExportedOutput<'a>,
    /// The probability of the second of two classes above which it is predicted; `None` for the more likely class.
    pub(super) threshold: Option<f64>,
}

/// One layer: activation(normalization(scale * W x + b)), plus x with `skip`; x is the output of the
/// preceding layer, or of all preceding ones with `shortcuts`.
pub(super) struct Layer {
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    /// `[outputs, inputs]`, row-major.
    pub(super) weights: Numbers,
    /// `[outputs]`.
    pub(super) biases: Option<Numbers>,
    /// In the network's precision.
    pub(super) scale: f64,
    /// Its settings in the network's precision.
    pub(super) activation: Activation,
    pub(super) norm: Option<Norm>,
    /// Whether the layer's inputs are added to its outputs.
    pub(super) skip: bool,
    /// Whether its inputs are those of the network, followed by the outputs of every preceding layer.
    pub(super) shortcuts: bool,
}

/// A normalization: scale * (z - mean) / sqrt(variance + epsilon) + shift.
pub(super) struct Norm {
    pub(super) epsilon: f64,
    /// `[outputs]`; 1 where there is none.
    pub(super) scale: Option<Numbers>,
    /// `[outputs]`; 0 where there is none.
    pub(super) shift: Option<Numbers>,
    /// Mean and variance of each neuron, `[outputs]`; `None` where they are those of the layer's neurons
    /// in one row.
    pub(super) running: Option<(Numbers, Numbers)>,
}

/// The meaning of the outputs of the last layer.
pub(super) enum ExportedOutput<'a> {
    /// One output, the logit of the second class.
    Binary {
        /// Both classes.
        classes: &'a [String],
    },
    /// One logit per class; probabilities are their softmax.
    Softmax {
        /// The classes.
        classes: &'a [String],
    },
    /// One output, the score of the second class; that of the first is its negative.
    Margin {
        /// Both classes.
        classes: &'a [String],
    },
    /// One score per class, the greatest for the most likely.
    Scores {
        /// The classes.
        classes: &'a [String],
    },
    /// One logit per label, each yes or no independently.
    Labels {
        /// The labels.
        labels: &'a [String],
    },
    /// Numbers.
    Values {
        /// Names of the outputs.
        names: &'a [String],
        /// The map from outputs to the scale of the targets.
        link: Link,
        /// Back to original units: value * factor + offset; `None` where that changes nothing.
        scaling: Option<&'a Scaler>,
        /// What a prediction is the inverse of.
        transform: TargetTransform,
    },
}

/// The map from outputs to the scale of the targets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// None is needed.
    Identity,
    /// The outputs are logits of fractions.
    Sigmoid,
    /// The outputs are logarithms.
    Exp,
}

impl<'a> Program<'a> {
    /// The steps of a model.
    ///
    /// # Errors
    /// What about the model has no such steps.
    pub(super) fn of(model: &'a Model, unknown: Unknown) -> Result<Self, String> {
        let network = model.network();
        let architecture = network.architecture();
        let part = |range| network.numbers(&TensorPlace::Parameters(range));
        let mut statistics = architecture.statistics().into_iter();
        let ranges = architecture.ranges();
        let mut layers = Vec::new();
        for (index, (spec, range)) in architecture.layers.iter().zip(ranges).enumerate() {
            let affine = spec.normalization.is_affine();
            let (scale, shift) = (
                affine.then(|| part(range.scales)),
                affine.then(|| part(range.shifts)),
            );
            let norm = match spec.normalization {
                Normalization::None => None,
                Normalization::Batch(batch) => {
                    let running = statistics.next().map(|place| {
                        let number = |range| network.numbers(&TensorPlace::Statistics(range));
                        (number(place.means), number(place.variances))
                    });
                    Some((batch.epsilon, running))
                }
                Normalization::Layer(layer) => Some((layer.epsilon, None)),
                other => {
                    return Err(format!(
                        "the normalization {other} cannot be exported to it"
                    ));
                }
            };
            layers.push(Layer {
                inputs: range.inputs,
                outputs: range.outputs,
                weights: part(range.weights),
                biases: spec.bias.then(|| part(range.biases)),
                scale: network.rounded(spec.scale),
                activation: spec
                    .activation
                    .map_parameter(|number| network.rounded(number)),
                norm: norm.map(|(epsilon, running)| Norm {
                    epsilon: network.rounded(epsilon),
                    scale,
                    shift,
                    running,
                }),
                skip: spec.skip,
                shortcuts: spec.shortcuts && index > 0,
            });
        }
        let loss = model.loss();
        let single = architecture.outputs() == 1;
        let values = |names, scaler: &'a Scaler, link| ExportedOutput::Values {
            names,
            link,
            scaling: changing(scaler),
            transform: scaler.transform_of_values(),
        };
        let answer = match (model.answers(), loss.outputs()) {
            (OutputMeaning::Classes(classes), Outputs::Logits) if single => {
                ExportedOutput::Binary { classes }
            }
            (OutputMeaning::Classes(classes), Outputs::ClassLogits) => {
                ExportedOutput::Softmax { classes }
            }
            (OutputMeaning::Classes(classes), Outputs::Scores) if single => {
                ExportedOutput::Margin { classes }
            }
            (OutputMeaning::Classes(classes), Outputs::Scores | Outputs::Estimates) => {
                ExportedOutput::Scores { classes }
            }
            (OutputMeaning::Labels(labels), Outputs::Logits) => ExportedOutput::Labels { labels },
            (OutputMeaning::Values { names, scaler }, Outputs::Estimates) => {
                values(names, scaler, Link::Identity)
            }
            (OutputMeaning::Values { names, scaler }, Outputs::LogEstimates) => {
                values(names, scaler, Link::Exp)
            }
            (OutputMeaning::Values { names, scaler }, Outputs::Logits) => {
                values(names, scaler, Link::Sigmoid)
            }
            _ => {
                return Err(format!(
                    "the meaning of the outputs of a network trained with {loss} cannot be exported to it"
                ));
            }
        };
        Ok(Self {
            columns: model.columns(),
            table: Columns::of(model, unknown)?,
            expansion: model.expansion().map(|expansion| expansion.inputs()),
            fill: model.imputer().map(|imputer| imputer.fill()),
            scaling: changing(model.feature_scaler()),
            layers,
            answer,
            threshold: model.parts().threshold,
        })
    }

    /// Number of inputs and outputs that some layer with shortcuts reads together; 0 where there is none.
    pub(super) fn seen(&self) -> usize {
        let last = self.layers.iter().rfind(|layer| layer.shortcuts);
        last.map_or(0, |layer| layer.inputs)
    }

    /// The position of the outputs of a layer among the inputs of later ones with shortcuts.
    pub(super) fn place(&self, index: usize) -> Option<Range<usize>> {
        let before = self.layers[..index].iter().map(|layer| layer.outputs);
        let start = self.layers[0].inputs + before.sum::<usize>();
        let place = start..start + self.layers[index].outputs;
        (place.end <= self.seen()).then_some(place)
    }

    /// Whether inputs rounded to f32 would be others to the network: where values lie far from zero in units of their scale, as
    /// seconds since 1970 do, the rounding is no longer small beside that unit.
    pub(super) fn needs_doubles(&self) -> bool {
        const MOST: f64 = 1e-6;
        let rounding = f64::from(f32::EPSILON) / 2.0;
        self.scaling.is_some_and(|scaler| {
            let mut columns = scaler.offset().iter().zip(scaler.factor());
            columns.any(|(offset, factor)| offset.abs() * rounding > MOST * factor.abs())
        })
    }

    /// Number of outputs of the last layer.
    pub(super) fn outputs(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.outputs)
    }

    /// How the predicted class of a row is decided.
    pub(super) fn decision(&self) -> &'static str {
        match self.threshold {
            Some(_) => {
                "The predicted class of a row: the second where its probability is above the threshold"
            }
            None => "The most likely class",
        }
    }

    /// Whether one output represents two classes.
    pub(super) fn is_single(&self) -> bool {
        matches!(
            self.answer,
            ExportedOutput::Binary { .. } | ExportedOutput::Margin { .. }
        )
    }

    /// The kind of the names of the outputs, and the names.
    pub(super) fn answers(&self) -> (&'static str, &'a [String]) {
        match self.answer {
            ExportedOutput::Binary { classes }
            | ExportedOutput::Softmax { classes }
            | ExportedOutput::Margin { classes }
            | ExportedOutput::Scores { classes } => ("classes", classes),
            ExportedOutput::Labels { labels } => ("labels", labels),
            ExportedOutput::Values { names, .. } => ("targets", names),
        }
    }

    /// The meaning of the numbers of a prediction.
    pub(super) fn numbers(&self) -> &'static str {
        match self.answer {
            ExportedOutput::Binary { .. } | ExportedOutput::Softmax { .. } => {
                "The probability of each class"
            }
            ExportedOutput::Margin { .. } | ExportedOutput::Scores { .. } => {
                "The score of each class, the greatest for the most likely"
            }
            ExportedOutput::Labels { .. } => "The probability of each label",
            ExportedOutput::Values { .. } => "What the network predicts, in original units",
        }
    }

    /// The classes, for a classifier.
    pub(super) fn classes(&self) -> Option<&'a [String]> {
        match self.answer {
            ExportedOutput::Binary { classes }
            | ExportedOutput::Softmax { classes }
            | ExportedOutput::Margin { classes }
            | ExportedOutput::Scores { classes } => Some(classes),
            ExportedOutput::Labels { .. } | ExportedOutput::Values { .. } => None,
        }
    }
}

/// A scaling, unless it is the identity.
fn changing(scaler: &Scaler) -> Option<&Scaler> {
    Some(scaler).filter(|scaler| scaler.kind() != ScaleKind::None)
}

impl Norm {
    /// Where mean and variance are known, the factor of z and the offset added to it, neuron by
    /// neuron.
    pub(super) fn folded(&self) -> Option<(Vec<f64>, Vec<f64>)> {
        let (means, variances) = self.running.as_ref()?;
        let (means, variances) = (means.to_f64(), variances.to_f64());
        let scales = self.scale.as_ref().map(Numbers::to_f64);
        let shifts = self.shift.as_ref().map(Numbers::to_f64);
        let neurons = 0..means.len();
        let factors: Vec<f64> = neurons
            .clone()
            .map(|n| scales.as_ref().map_or(1.0, |s| s[n]) / (variances[n] + self.epsilon).sqrt())
            .collect();
        let added = neurons
            .map(|n| shifts.as_ref().map_or(0.0, |s| s[n]) - means[n] * factors[n])
            .collect();
        Some((factors, added))
    }

    /// The factor and offset of a number of mean 0 and variance 1.
    pub(super) fn affine(&self, outputs: usize) -> (Vec<f64>, Vec<f64>) {
        let list = |numbers: &Option<Numbers>, usual: f64| match numbers {
            Some(numbers) => numbers.to_f64(),
            None => vec![usual; outputs],
        };
        (list(&self.scale, 1.0), list(&self.shift, 0.0))
    }
}
