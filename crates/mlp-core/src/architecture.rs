//! The shape of a network: its layers, and the layout of their parameters in the flat slice.

use std::{fmt, ops::Range};

use crate::{Activation, Error, Normalization, Scalar};

/// One dense layer: y = activation(normalization(scale * W x + b)), plus x with `skip`. Its input x
/// is the output of the preceding layer, or of all preceding layers with `shortcuts`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct LayerSpec {
    /// Number of neurons.
    pub outputs: usize,
    /// Activation of every neuron.
    pub activation: Activation,
    /// Whether the neurons have biases.
    pub bias: bool,
    /// Factor of W x (mean-field scaling such as 1/sqrt(inputs)); 1 in a plain network.
    pub scale: f64,
    /// Normalization between the dense layer and its activation.
    pub normalization: Normalization,
    /// Whether the layer's inputs are added to its outputs (He et al. 2015, an identity shortcut), after
    /// the activation and dropout. It must have equal numbers of outputs and inputs.
    pub skip: bool,
    /// Whether the layer takes the network's inputs and the outputs of every preceding layer (PROBEN1's
    /// "all possible feed-forward connections"; DenseNet's concatenation, Huang et al. 2017), in this
    /// order: W is `[outputs, inputs + h1 + h2 + ...]`. The first layer takes the inputs either way.
    #[cfg_attr(feature = "serde", serde(default))]
    pub shortcuts: bool,
}

impl LayerSpec {
    /// A layer with biases; without scaling, normalization and shortcuts.
    pub fn new(outputs: usize, activation: Activation) -> Self {
        Self {
            outputs,
            activation,
            bias: true,
            scale: 1.0,
            normalization: Normalization::None,
            skip: false,
            shortcuts: false,
        }
    }

    /// Whether it is only a dense layer with its activation.
    pub(crate) fn is_plain(&self) -> bool {
        self.normalization == Normalization::None && !self.skip
    }
}

/// The shape of a multilayer perceptron, without parameters. Written `2-16-16-1`.
///
/// ```
/// use mlp_core::{Activation, Architecture};
/// let net = Architecture::new(2).layer(16, Activation::Tanh).layer(1, Activation::Identity);
/// assert_eq!(net.to_string(), "2-16-1");
/// assert_eq!(net.parameter_count(), 2 * 16 + 16 + 16 + 1);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Architecture {
    /// Number of features of a sample.
    pub inputs: usize,
    /// From the first hidden layer to the output layer, whose outputs are the logits.
    pub layers: Vec<LayerSpec>,
}

/// The location of one layer's parameters in the flat slice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerRange {
    /// Inputs of the layer: with shortcuts, all preceding outputs.
    pub inputs: usize,
    /// Outputs of the layer.
    pub outputs: usize,
    /// W, `[outputs, inputs]` row-major.
    pub weights: Range<usize>,
    /// b, `[outputs]`; empty in a layer without biases.
    pub biases: Range<usize>,
    /// Scale of the normalization, `[outputs]`; empty in a layer without one.
    pub scales: Range<usize>,
    /// Shift of the normalization, `[outputs]`; empty in a layer without one.
    pub shifts: Range<usize>,
}

/// The location of one layer's running statistics in their flat slice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatisticsRange {
    /// Index of the layer.
    pub layer: usize,
    /// Running means, `[outputs]`.
    pub means: Range<usize>,
    /// Running variances, `[outputs]`.
    pub variances: Range<usize>,
}

/// A named part of the flat slice, with PyTorch's name: `layers.0.weight` `[out, in]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterTensor {
    /// Its name in a `state_dict` where the layers are in a list called `layers`.
    pub name: String,
    /// The length of each axis; entries are row-major.
    pub shape: Vec<usize>,
    /// Its location.
    pub place: TensorPlace,
}

/// The location of the numbers of a tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TensorPlace {
    /// In the flat slice of parameters.
    Parameters(Range<usize>),
    /// In the slice of running statistics.
    Statistics(Range<usize>),
}

impl Architecture {
    /// Without layers.
    pub fn new(inputs: usize) -> Self {
        Self {
            inputs,
            layers: Vec::new(),
        }
    }

    /// The classical network: `hidden` layers with one activation, then `outputs` logits.
    pub fn classical(
        inputs: usize,
        hidden: &[usize],
        activation: Activation,
        outputs: usize,
    ) -> Self {
        hidden
            .iter()
            .fold(Self::new(inputs), |net, &width| {
                net.layer(width, activation)
            })
            .layer(outputs, Activation::Identity)
    }

    /// Adds a layer with biases.
    #[must_use]
    pub fn layer(self, outputs: usize, activation: Activation) -> Self {
        self.with(LayerSpec::new(outputs, activation))
    }

    /// Adds a layer.
    #[must_use]
    pub fn with(mut self, layer: LayerSpec) -> Self {
        self.layers.push(layer);
        self
    }

    /// Width of the last layer; without layers, the number of inputs.
    pub fn outputs(&self) -> usize {
        self.layers
            .last()
            .map_or(self.inputs, |layer| layer.outputs)
    }

    /// Length of the flat parameter slice.
    pub fn parameter_count(&self) -> usize {
        self.layer_spans()
            .last()
            .map_or(0, |range| range.shifts.end)
    }

    /// The location of each layer's parameters: layer after layer, W row-major, then b, then the scale and
    /// the shift of its normalization.
    pub fn ranges(&self) -> Vec<LayerRange> {
        self.layer_spans().collect()
    }

    /// The parameters and running statistics as named tensors, layer by layer: `layers.I.weight`
    /// `[out, in]`, `layers.I.bias` `[out]`, and for a normalization after layer I `norms.I.weight` (its
    /// scale), `norms.I.bias` (its shift), `norms.I.running_mean` and `norms.I.running_var`; so that a
    /// PyTorch module with the lists `layers` and `norms` loads them. Empty tensors are omitted.
    pub fn tensors(&self) -> Vec<ParameterTensor> {
        use TensorPlace::{Parameters, Statistics};
        let mut tensors = Vec::new();
        let mut statistics = self.statistics().into_iter().peekable();
        for (layer, range) in self.layer_spans().enumerate() {
            let running = statistics.next_if(|running| running.layer == layer);
            let (means, variances) = running.map_or((0..0, 0..0), |r| (r.means, r.variances));
            let row = vec![range.outputs];
            for (kind, name, shape, place, range) in [
                (
                    "layers",
                    "weight",
                    vec![range.outputs, range.inputs],
                    Parameters as fn(_) -> _,
                    range.weights,
                ),
                ("layers", "bias", row.clone(), Parameters, range.biases),
                ("norms", "weight", row.clone(), Parameters, range.scales),
                ("norms", "bias", row.clone(), Parameters, range.shifts),
                ("norms", "running_mean", row.clone(), Statistics, means),
                ("norms", "running_var", row, Statistics, variances),
            ] {
                if !range.is_empty() {
                    tensors.push(ParameterTensor {
                        name: format!("{kind}.{layer}.{name}"),
                        shape,
                        place: place(range),
                    });
                }
            }
        }
        tensors
    }

    /// Whether any layer takes more than the output of the preceding one.
    pub fn has_shortcuts(&self) -> bool {
        self.layers.iter().skip(1).any(|layer| layer.shortcuts)
    }

    /// The inputs of each layer: a range within the network's inputs followed by the outputs of all layers,
    /// one after the other.
    pub fn sources(&self) -> Vec<Range<usize>> {
        self.source_spans().collect()
    }

    fn source_spans(&self) -> impl Iterator<Item = Range<usize>> {
        let (mut last, mut end) = (0, self.inputs);
        self.layers.iter().map(move |layer| {
            let from = if layer.shortcuts { 0 } else { last };
            let source = from..end;
            (last, end) = (end, end + layer.outputs);
            source
        })
    }

    /// The same as [`Architecture::ranges`], as an iterator.
    pub(crate) fn layer_spans(&self) -> impl Iterator<Item = LayerRange> {
        let mut start = 0;
        self.layers
            .iter()
            .zip(self.source_spans())
            .map(move |(layer, source)| {
                let inputs = source.len();
                let weights = start..start + inputs * layer.outputs;
                let biases = weights.end..weights.end + if layer.bias { layer.outputs } else { 0 };
                let affine = if layer.normalization.is_affine() {
                    layer.outputs
                } else {
                    0
                };
                let scales = biases.end..biases.end + affine;
                let shifts = scales.end..scales.end + affine;
                start = shifts.end;
                LayerRange {
                    inputs,
                    outputs: layer.outputs,
                    weights,
                    biases,
                    scales,
                    shifts,
                }
            })
    }

    /// The location of the running statistics of layers with batch normalization in a separate slice:
    /// layer after layer, means, then variances.
    pub fn statistics(&self) -> Vec<StatisticsRange> {
        self.statistics_spans().collect()
    }

    fn statistics_spans(&self) -> impl Iterator<Item = StatisticsRange> {
        let mut start = 0;
        let layers = self.layers.iter().enumerate();
        let batch = layers.filter(|(_, layer)| layer.normalization.is_batch());
        batch.map(move |(layer, spec)| {
            let means = start..start + spec.outputs;
            let variances = means.end..means.end + spec.outputs;
            start = variances.end;
            StatisticsRange {
                layer,
                means,
                variances,
            }
        })
    }

    /// Running statistics before the first update: mean 0, variance 1.
    pub fn initial_statistics<T: Scalar>(&self) -> Vec<T> {
        let last = self.statistics_spans().last();
        let mut statistics = vec![T::ZERO; last.map_or(0, |range| range.variances.end)];
        self.reset_statistics(&mut statistics);
        statistics
    }

    /// [`Architecture::initial_statistics`] in place.
    pub(crate) fn reset_statistics<T: Scalar>(&self, statistics: &mut [T]) {
        statistics.fill(T::ZERO);
        for range in self.statistics_spans() {
            statistics[range.variances].fill(T::ONE);
        }
    }

    /// Whether every layer is only a dense layer with its activation.
    pub(crate) fn is_plain(&self) -> bool {
        !self.has_shortcuts() && self.layers.iter().all(LayerSpec::is_plain)
    }

    /// Refuses a network without inputs, layers or neurons, with too many parameters to count, with an
    /// invalid scale, activation or normalization setting, with a skip connection around a layer whose
    /// numbers of outputs and inputs differ, or with both skip connections and shortcuts.
    pub fn validate(&self) -> Result<(), Error> {
        let zero = |what: String| Err(Error::ZeroSize { what });
        if self.inputs == 0 {
            return zero("the number of inputs".to_owned());
        }
        if self.layers.is_empty() {
            return zero("the number of layers".to_owned());
        }
        let shortcuts = self.has_shortcuts();
        let mut inputs = self.inputs;
        // Inputs and outputs of all layers so far.
        let mut seen = Some(self.inputs);
        let mut count = Some(0usize);
        for (index, layer) in self.layers.iter().enumerate() {
            if layer.outputs == 0 {
                return zero(format!("the width of layer {index}"));
            }
            layer.activation.validate()?;
            if !(layer.scale.is_finite() && layer.scale != 0.0) {
                let what = format!("the scale of layer {index}");
                return Err(Error::BadValue {
                    what,
                    value: layer.scale,
                    expected: "a finite number other than 0",
                });
            }
            layer.normalization.validate()?;
            if layer.skip && shortcuts {
                return Err(Error::SkipBesideShortcuts { layer: index });
            }
            if layer.skip && layer.outputs != inputs {
                return Err(Error::SkipMismatch {
                    layer: index,
                    inputs,
                    outputs: layer.outputs,
                });
            }
            let rows = usize::from(layer.bias) + 2 * usize::from(layer.normalization.is_affine());
            let row = if layer.shortcuts { seen } else { Some(inputs) };
            count = row
                .and_then(|row| row.checked_add(rows))
                .and_then(|row| row.checked_mul(layer.outputs))
                .and_then(|here| count?.checked_add(here));
            seen = seen.and_then(|seen| seen.checked_add(layer.outputs));
            inputs = layer.outputs;
        }
        // Sizes in bytes must fit as well, with room for moments and workspaces.
        match seen.and(count) {
            Some(count) if count <= isize::MAX as usize / 64 => Ok(()),
            _ => Err(Error::TooLarge {
                architecture: self.to_string(),
            }),
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.inputs)?;
        self.layers
            .iter()
            .try_for_each(|layer| write!(f, "-{}", layer.outputs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_lie_layer_after_layer_weights_first() {
        let net = Architecture::new(3)
            .layer(2, Activation::Tanh)
            .with(LayerSpec {
                bias: false,
                ..LayerSpec::new(4, Activation::Relu)
            })
            .layer(1, Activation::Identity);
        let ranges = net.ranges();
        assert_eq!(
            (ranges[0].weights.clone(), ranges[0].biases.clone()),
            (0..6, 6..8)
        );
        assert_eq!(
            (ranges[1].weights.clone(), ranges[1].biases.clone()),
            (8..16, 16..16)
        );
        assert_eq!(
            (ranges[2].weights.clone(), ranges[2].biases.clone()),
            (16..20, 20..21)
        );
        assert_eq!(net.parameter_count(), 21);
        let tensors: Vec<_> = net
            .tensors()
            .into_iter()
            .map(|tensor| (tensor.name, tensor.shape, tensor.place))
            .collect();
        let tensor = |name: &str, shape: &[usize], range| {
            let place = TensorPlace::Parameters(range);
            (name.to_owned(), shape.to_vec(), place)
        };
        assert_eq!(
            tensors,
            [
                tensor("layers.0.weight", &[2, 3], 0..6),
                tensor("layers.0.bias", &[2], 6..8),
                tensor("layers.1.weight", &[4, 2], 8..16),
                tensor("layers.2.weight", &[1, 4], 16..20),
                tensor("layers.2.bias", &[1], 20..21),
            ]
        );
        assert_eq!(net.to_string(), "3-2-4-1");
        assert_eq!(net.validate(), Ok(()));
    }

    #[test]
    fn scale_and_shift_follow_the_layer_that_they_normalise() {
        let with = |normalization, outputs| LayerSpec {
            normalization,
            ..LayerSpec::new(outputs, Activation::Tanh)
        };
        let batch = Normalization::Batch(crate::BatchNorm::default());
        let plain = Normalization::Batch(crate::BatchNorm {
            affine: false,
            ..crate::BatchNorm::default()
        });
        let net = Architecture::new(2)
            .with(with(batch, 3))
            .with(with(Normalization::Layer(crate::LayerNorm::default()), 2))
            .with(with(plain, 1));
        let ranges = net.ranges();
        assert_eq!(
            (ranges[0].scales.clone(), ranges[0].shifts.clone()),
            (9..12, 12..15)
        );
        assert_eq!(
            (ranges[1].weights.clone(), ranges[1].scales.clone()),
            (15..21, 23..25)
        );
        assert_eq!(
            (ranges[2].biases.clone(), ranges[2].shifts.clone()),
            (29..30, 30..30)
        );
        assert_eq!(net.parameter_count(), 30);
        let statistics = net.statistics();
        assert_eq!(statistics.len(), 2);
        assert_eq!(
            (statistics[0].means.clone(), statistics[0].variances.clone()),
            (0..3, 3..6)
        );
        assert_eq!(
            (statistics[1].layer, statistics[1].means.clone()),
            (2, 6..7)
        );
        assert_eq!(
            net.initial_statistics::<f64>(),
            [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0]
        );
    }

    #[test]
    fn a_shortcut_needs_as_many_outputs_as_inputs() {
        let skip = |outputs| LayerSpec {
            skip: true,
            ..LayerSpec::new(outputs, Activation::Tanh)
        };
        let net = Architecture::new(4).layer(3, Activation::Tanh);
        assert_eq!(net.clone().with(skip(3)).validate(), Ok(()));
        let error = net.with(skip(2)).validate().unwrap_err().to_string();
        assert!(
            error.contains("layer 1") && error.contains("3 inputs and 2 outputs"),
            "{error}"
        );
    }

    #[test]
    fn shortcuts_see_everything_before_them_in_order() {
        let with = |shortcuts, outputs| LayerSpec {
            shortcuts,
            ..LayerSpec::new(outputs, Activation::Tanh)
        };
        let net = Architecture::new(4)
            .with(with(true, 3))
            .with(with(true, 2))
            .with(with(false, 5))
            .with(with(true, 1));
        assert_eq!(net.sources(), [0..4, 0..7, 7..9, 0..14]);
        let widths: Vec<_> = net.ranges().iter().map(|range| range.inputs).collect();
        assert_eq!(widths, [4, 7, 2, 14]);
        assert_eq!(
            net.parameter_count(),
            4 * 3 + 3 + 7 * 2 + 2 + 2 * 5 + 5 + 14 + 1
        );
        assert_eq!(net.validate(), Ok(()));
        assert!(net.has_shortcuts() && !net.is_plain());
        let skip = LayerSpec {
            skip: true,
            ..with(false, 1)
        };
        let error = net.with(skip).validate().unwrap_err().to_string();
        assert!(error.contains("layer 4"), "{error}");
        // The first layer has nothing else to see.
        assert!(Architecture::new(2).with(with(true, 3)).is_plain());
    }

    #[test]
    fn impossible_networks_are_refused() {
        let tanh = Activation::Tanh;
        assert!(Architecture::new(0).layer(1, tanh).validate().is_err());
        assert!(Architecture::new(1).validate().is_err());
        assert!(Architecture::new(1).layer(0, tanh).validate().is_err());
        let huge = Architecture::new(usize::MAX)
            .layer(2, tanh)
            .layer(usize::MAX, tanh);
        assert!(matches!(huge.validate(), Err(Error::TooLarge { .. })));
        for scale in [f64::NAN, f64::INFINITY, 0.0] {
            let layer = LayerSpec {
                scale,
                ..LayerSpec::new(1, tanh)
            };
            assert!(Architecture::new(1).with(layer).validate().is_err());
        }
    }
}
