//! Errors.

/// Every error of this crate. Messages name the offending value and say what
/// would be right.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An unknown name in a registry.
    #[error("unknown {kind} \"{name}\" (known: {})", known.join(", "))]
    UnknownName {
        /// The kind of name: `activation`, `loss`, `init`, `normalization`, `optimizer`.
        kind: &'static str,
        /// The name as given.
        name: String,
        /// The known names.
        known: Vec<&'static str>,
    },

    /// A known name with invalid arguments, as in `leaky-relu:x`.
    #[error("{kind} \"{text}\": {expected}")]
    BadArgument {
        /// The kind of name.
        kind: &'static str,
        /// The text as given.
        text: String,
        /// What would be right.
        expected: String,
    },

    /// An unknown setting.
    #[error("{setting} is not a setting of the {kind} {name}; it has {}", if known.is_empty() { "none".to_owned() } else { known.join(", ") })]
    ForeignSetting {
        /// The setting.
        setting: String,
        /// The kind of its owner: `schedule`.
        kind: &'static str,
        /// Its name.
        name: String,
        /// The settings that it has.
        known: Vec<&'static str>,
    },

    /// A setting that an optimizer does not have.
    #[error("{setting} is not a setting of the optimizer {optimizer}, which has {}", known.join(", "))]
    UnknownSetting {
        /// The setting as named.
        setting: String,
        /// The optimizer.
        optimizer: &'static str,
        /// The settings that it has.
        known: Vec<&'static str>,
    },

    /// A schedule that cycles a momentum which the optimizer does not have.
    #[error(
        "the {schedule} schedule cycles the momentum, but the optimizer {optimizer} has none: turn cycle_momentum off or choose another optimizer"
    )]
    NoMomentum {
        /// The schedule.
        schedule: &'static str,
        /// The optimizer.
        optimizer: String,
    },

    /// An invalid value of an optimizer's setting.
    #[error("{setting} is {value}: it must be {expected}")]
    BadSetting {
        /// The setting.
        setting: &'static str,
        /// The value as given.
        value: String,
        /// What would be right.
        expected: String,
    },

    /// A number outside its valid range.
    #[error("{what} is {value}: it must be {expected}")]
    BadValue {
        /// The setting.
        what: String,
        /// Its value.
        value: f64,
        /// What would be right.
        expected: &'static str,
    },

    /// An architecture without layers, inputs or neurons.
    #[error(
        "{what} is zero: every network needs at least one input, one layer and one neuron per layer"
    )]
    ZeroSize {
        /// What is missing.
        what: String,
    },

    /// A skip connection around a layer that changes the width.
    #[error(
        "layer {layer} has {inputs} inputs and {outputs} outputs: a skip connection needs equal numbers"
    )]
    SkipMismatch {
        /// Index of the layer.
        layer: usize,
        /// Its inputs.
        inputs: usize,
        /// Its outputs.
        outputs: usize,
    },

    /// A skip connection where there are several inputs.
    #[error(
        "layer {layer} has a skip connection in a network with shortcuts: choose one of the two, because with shortcuts a layer has more inputs than a skip connection would add"
    )]
    SkipBesideShortcuts {
        /// Index of the layer.
        layer: usize,
    },

    /// Nothing to train.
    #[error("all {layers} layers are frozen: leave one to be trained, or take 0 steps")]
    AllFrozen {
        /// Layers of the network.
        layers: usize,
    },

    /// A batch whose statistics cannot be computed.
    #[error(
        "batch normalization needs at least 2 samples in every batch, but with {samples} samples and batch size {size} one batch has a single sample: choose another batch size"
    )]
    SingleSampleBatch {
        /// Samples of the training part.
        samples: usize,
        /// The batch size.
        size: usize,
    },

    /// More parameters than this machine can address.
    #[error("the architecture {architecture} has more parameters than can be counted")]
    TooLarge {
        /// The architecture, as `2-16-1`.
        architecture: String,
    },

    /// A list with the wrong number of entries.
    #[error("{what} has {found} entries, but {expected} are needed")]
    BadLength {
        /// The list.
        what: String,
        /// Its length.
        found: usize,
        /// The length that would be right.
        expected: usize,
    },

    /// An empty sample set.
    #[error("there are no samples")]
    NoSamples,

    /// A feature or target that is NaN or infinite.
    #[error("{what} of sample {sample}, column {column} is {value}: it must be a finite number")]
    NotFinite {
        /// `input` or `target`.
        what: &'static str,
        /// The row, counted from 0.
        sample: usize,
        /// The column, counted from 0.
        column: usize,
        /// Its value.
        value: f64,
    },

    /// A class index that exceeds the number of classes.
    #[error("sample {sample} has class {label}, but there are {classes} classes (0 to {})", classes.saturating_sub(1))]
    LabelOutOfRange {
        /// The row, counted from 0.
        sample: usize,
        /// The class index.
        label: u32,
        /// The number of classes.
        classes: usize,
    },

    /// Targets of a sample that are invalid for the loss.
    #[error(
        "the target of sample {sample} is {}: {loss} needs {expected}",
        numbers(targets)
    )]
    TargetOutOfRange {
        /// The loss.
        loss: String,
        /// The row, counted from 0.
        sample: usize,
        /// Its targets.
        targets: Vec<f64>,
        /// What would be right.
        expected: &'static str,
    },

    /// Samples whose number of features differs from the network's inputs.
    #[error(
        "the samples have {found} features, but the network {architecture} has {expected} inputs"
    )]
    FeatureMismatch {
        /// Features of the samples.
        found: usize,
        /// Inputs of the network.
        expected: usize,
        /// The architecture.
        architecture: String,
    },

    /// Targets for which the loss cannot be computed with this many outputs.
    #[error("{loss} with {outputs} network outputs does not fit {targets}: {expected}")]
    TargetMismatch {
        /// The loss.
        loss: String,
        /// Outputs of the network.
        outputs: usize,
        /// A description of the targets.
        targets: String,
        /// What would be right.
        expected: &'static str,
    },

    /// A state of another training.
    #[error("this state does not fit this training: {what}")]
    StateMismatch {
        /// What differs.
        what: String,
    },

    /// A trace of layers that are not computed one by one.
    #[error("a trace of the layers is not available for a network with normalization")]
    NormalizedTrace,

    /// An instruction-set level that this machine does not support.
    #[error("this machine cannot run the {level} kernels")]
    UnsupportedLevel {
        /// The level.
        level: mlp_kernels::Level,
    },

    /// Bytes that are not a model, or a damaged one.
    #[error("these bytes are not a readable model: {reason}")]
    BadModel {
        /// What is wrong.
        reason: String,
    },
}

impl From<mlp_kernels::ActivationError> for Error {
    fn from(error: mlp_kernels::ActivationError) -> Self {
        use mlp_kernels::{Activation, ActivationError as Activations};
        let kind = "activation";
        match error {
            Activations::UnknownName(name) => Self::UnknownName {
                kind,
                name,
                known: Activation::DEFAULTS.iter().map(|phi| phi.name()).collect(),
            },
            Activations::BadArgument { text, expected } => Self::BadArgument {
                kind,
                text,
                expected,
            },
            Activations::BadParameter {
                what,
                value,
                expected,
            } => Self::BadValue {
                what,
                value,
                expected,
            },
        }
    }
}

/// `1, 0.5`.
fn numbers(numbers: &[f64]) -> String {
    let words: Vec<String> = numbers.iter().map(f64::to_string).collect();
    words.join(", ")
}
