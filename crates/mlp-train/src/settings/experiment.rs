//! An experiment as its author writes it: what is not given is left open.

use std::{collections::BTreeMap, time::Duration};

use mlp_core::{Activation, Batch, Init, Loss, Normalization, Optimizer, SettingValue};
use mlp_data::{
    Expansion, GeneratorOptions, ScaleKind,
    table::{self, Categorical, MissingPolicy, TaskChoice},
};

use super::{
    class_weights::ClassWeights, key::info::Key, kind::Kind, precision::Precision, range::Range,
    schedule::RecordSchedule, spelled::Spelled, threshold::Threshold, value::Value,
};
use crate::{
    data::part::Part,
    metrics::{diagnostic::group::Group, metric::Metric, score::definition::Score},
    stopping::spec::StoppingSpec,
};

/// Everything that an experiment file can say. A field that is `None` takes its default, which may
/// depend on the data and on other fields, when the experiment is
/// [resolved](crate::ResolvedExperiment).
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// What it does.
    pub kind: Kind,
    /// The samples.
    pub data: DataSpec,
    /// The shape of the networks and how they start.
    pub network: NetworkSpec,
    /// How they are trained and recorded.
    pub training: TrainingSpec,
    /// How the learning rate moves.
    pub schedule: ScheduleSpec,
    /// Of a population: how many, and what is swept.
    pub population: PopulationSpec,
    /// Of a map: its axes.
    pub map: MapSpec,
    /// What is written.
    pub output: OutputSpec,
    /// Values for single layers (`learning_rate.0`), in the order given.
    pub layers: Vec<(Key, Value)>,
}

impl Experiment {
    /// An experiment in which nothing is given.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            data: DataSpec::default(),
            network: NetworkSpec::default(),
            training: TrainingSpec::default(),
            schedule: ScheduleSpec::default(),
            population: PopulationSpec::default(),
            map: MapSpec::default(),
            output: OutputSpec::default(),
            layers: Vec::new(),
        }
    }

    /// The experiment without what decides no number, or came of it.
    pub fn deciding(mut self) -> Self {
        self.output.figures = None;
        // How a map is read changes nothing in it.
        self.map.tolerance = None;
        if self.map.budget.is_some() {
            self.map.cells = None;
        }
        if self.training.stopping.time_budget.is_some() {
            // What came of the time is a result.
            self.training.stopping.stop_after = None;
        }
        self
    }
}

/// Section `data`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DataSpec {
    /// A data set's name, or a file (`-` is standard input).
    pub name: Option<String>,
    /// Digest of the file, in hexadecimal; checked where given.
    pub sha256: Option<String>,
    /// Options of a generator.
    pub options: GeneratorOptions,
    /// Feature columns of a file, by name or position.
    pub columns: Option<Vec<String>>,
    /// Columns of a file that are left out.
    pub exclude: Option<Vec<String>>,
    /// Target columns of a file.
    pub target: Option<Vec<String>>,
    /// The column of a file with what each sample counts in the loss.
    pub sample_weight: Option<String>,
    /// How the file is written; found out where not given.
    pub format: table::TableFormat,
    /// Inputs computed from the two features (TF Playground's).
    pub inputs: Option<Expansion>,
    /// Classes or numbers.
    pub task: Option<TaskChoice>,
    /// What becomes of missing values in a file.
    pub missing: Option<MissingPolicy>,
    /// What becomes of text in the features of a file.
    pub categories: Option<Categorical>,
    /// Categories of fewer rows become one.
    pub rare: Option<u64>,
    /// A file that is the validation part.
    pub validation_file: Option<String>,
    /// Its digest, in hexadecimal; checked where given.
    pub validation_sha256: Option<String>,
    /// A file that is the test part.
    pub test_file: Option<String>,
    /// Its digest.
    pub test_sha256: Option<String>,
    /// Rows of the training, validation and test part, in the data's order.
    pub split: Option<[usize; 3]>,
    /// Folds of a cross-validation.
    pub folds: Option<usize>,
    /// The fold that is the test part, from 0.
    pub fold: Option<usize>,
    /// Share of the test part.
    pub test_fraction: Option<f64>,
    /// Share of the validation part.
    pub validation_fraction: Option<f64>,
    /// Scaling of the features.
    pub scale: Option<ScaleKind>,
    /// Scaling of the targets (regression).
    pub scale_target: Option<ScaleKind>,
    /// Drives generator and split.
    pub data_seed: Option<u64>,
    /// A file with points at which every network is asked.
    pub predict_on: Option<String>,
    /// Its digest, in hexadecimal; checked where given.
    pub predict_on_sha256: Option<String>,
}

/// Section `network`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkSpec {
    /// Widths of the hidden layers; empty for a linear model.
    pub hidden: Option<Vec<usize>>,
    /// Hidden layers, all of the one width that `hidden` names.
    pub depth: Option<usize>,
    /// Activation of the hidden layers: one for all, or one a layer.
    pub activation: Option<Vec<Activation>>,
    /// Activation of the output layer.
    pub output_activation: Option<Activation>,
    /// Which layers have biases.
    pub bias: Option<Biases>,
    /// How weights start.
    pub init: Option<Init>,
    /// How biases start.
    pub bias_init: Option<Init>,
    /// Multiplies the initial weights.
    pub init_gain: Option<f64>,
    /// How far the initial weights are moved along a direction of the seed's own.
    pub perturbation: Option<f64>,
    /// File or run directory whose parameters the networks start from, instead of `init`.
    pub init_from: Option<String>,
    /// Digest of that file, in hexadecimal; checked where given.
    pub init_sha256: Option<String>,
    /// What stands between the hidden layers and their activations: one for all, or one a layer.
    pub normalization: Option<Vec<Normalization>>,
    /// Share of a hidden layer's outputs that is dropped in training: one for all, or one a layer.
    pub dropout: Option<Vec<f64>>,
    /// Share of the inputs that is dropped in training.
    pub input_dropout: Option<f64>,
    /// Standard deviation of the noise that is added to the inputs in training.
    pub input_noise: Option<f64>,
    /// What W x of a layer is multiplied by: one for all layers, or one a layer.
    pub layer_scale: Option<Vec<f64>>,
    /// Whether hidden layers as wide as their inputs add these to their outputs.
    pub skip: Option<bool>,
    /// Whether every layer sees the inputs and the outputs of all hidden layers before it.
    pub shortcuts: Option<bool>,
    /// Layers whose parameters stay as they start.
    pub frozen: Option<Vec<usize>>,
}

/// Which layers have biases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Biases {
    /// Every layer.
    All,
    /// The hidden layers; not the output layer.
    Hidden,
    /// No layer.
    None,
}

/// Section `training`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrainingSpec {
    /// The loss that is minimised, perhaps with settings in its spelling.
    pub loss: Option<Spelled<Loss>>,
    /// Multiplies the loss.
    pub loss_scale: Option<f64>,
    /// Where the Huber loss becomes linear.
    pub huber_delta: Option<f64>,
    /// The level of the quantile loss.
    pub quantile: Option<f64>,
    /// Label smoothing of the cross-entropies.
    pub label_smoothing: Option<f64>,
    /// What the classes count.
    pub class_weights: Option<ClassWeights>,
    /// Above which probability the second of two classes is taken.
    pub threshold: Option<Threshold>,
    /// Multiplies binary cross-entropy where the target is 1: one for all outputs, or one an output.
    pub positive_weight: Option<Vec<f64>>,
    /// The optimizer, perhaps with settings in its spelling.
    pub optimizer: Option<Spelled<Optimizer>>,
    /// Settings of the optimizer, by name.
    pub settings: BTreeMap<&'static str, SettingValue>,
    /// Learning rate: one for all layers, or one a layer.
    pub learning_rate: Option<Vec<f64>>,
    /// Name of the learning-rate schedule.
    pub schedule: Option<&'static str>,
    /// L2 decay, added to the gradient of the mean loss: one for all layers, or one a layer.
    pub weight_decay: Option<Vec<f64>>,
    /// scikit-learn's L2 penalty: over the samples of a batch it is added to the decay.
    pub alpha: Option<f64>,
    /// L1 penalty: one for all layers, or one a layer.
    pub l1: Option<Vec<f64>>,
    /// Whether decay and L1 penalty hold for biases too.
    pub decay_bias: Option<bool>,
    /// The greatest norm of a neuron's incoming weights; infinite for no limit.
    pub max_norm: Option<f64>,
    /// What each element of the gradient is cut to; infinite for no limit.
    pub clip_value: Option<f64>,
    /// What the norm of the whole gradient is cut to; infinite for no limit.
    pub clip_norm: Option<f64>,
    /// Samples an update.
    pub batch: Option<Batch>,
    /// Whether mini-batches are drawn in a new order every epoch.
    pub shuffle: Option<bool>,
    /// File with the samples of every batch.
    pub batch_order: Option<String>,
    /// Digest of that file, in hexadecimal; checked where given.
    pub batch_order_sha256: Option<String>,
    /// Updates.
    pub steps: Option<u64>,
    /// Passes over the training part; not together with `steps`.
    pub epochs: Option<u64>,
    /// State file or run directory that the training goes on from.
    pub continue_from: Option<String>,
    /// Digest of that file, in hexadecimal; checked where given.
    pub continue_sha256: Option<String>,
    /// Seed of the first network.
    pub seed: Option<u64>,
    /// The number type.
    pub precision: Option<Precision>,
    /// Which steps are recorded.
    pub record: Option<RecordSchedule>,
    /// Scores that records have beside the usual.
    pub metrics: Option<Vec<&'static Score>>,
    /// Groups of columns about the inside of networks.
    pub diagnostics: Option<Vec<&'static Group>>,
    /// A network with a final training loss below it is solved.
    pub target_loss: Option<f64>,
    /// What ends training before its last step.
    pub stopping: StoppingSpec,
}

/// Section `schedule`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScheduleSpec {
    /// Settings of the schedule and of the warm-up before it, by name.
    pub settings: BTreeMap<&'static str, Value>,
}

/// Section `population`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PopulationSpec {
    /// Networks a cell.
    pub nets: Option<u64>,
    /// Cells drawn at random from the ranges; the full grid where not given.
    pub draws: Option<u64>,
    /// The loss or score of the validation part by which the best network is kept as a model.
    pub select: Option<Metric>,
    /// How many of the best networks are one model together.
    pub ensemble: Option<u64>,
    /// Whether it is told of each row how many networks are right on it.
    pub rows: Option<bool>,
    /// The keys of the grid, the last one running fastest.
    pub sweep: Vec<(Key, Range)>,
}

impl PopulationSpec {
    /// Networks a cell: 100 of a grid, one a draw, unless given.
    pub fn nets_a_cell(&self) -> u64 {
        self.nets
            .unwrap_or(if self.draws.is_some() { 1 } else { 100 })
    }
}

/// Section `map`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MapSpec {
    /// The horizontal axis.
    pub x: Option<(Key, Range)>,
    /// The vertical axis.
    pub y: Option<MapAxis>,
    /// A third key: a map for each of its values.
    pub facet: Option<(Key, Range)>,
    /// Networks a cell.
    pub seeds: Option<u64>,
    /// The metric that the figure shows.
    pub metric: Option<Metric>,
    /// How long it is refined; every cell is computed where not given.
    pub budget: Option<Duration>,
    /// Which cells were computed, as a text, where not all were.
    pub cells: Option<String>,
    /// Cells within this share of the best value count as good as the best.
    pub tolerance: Option<f64>,
}

impl MapSpec {
    /// The metric that the figure shows: the test loss, unless another one is given.
    pub fn shown(&self) -> Metric {
        self.metric.unwrap_or(Metric::Loss(Part::Test))
    }
}

/// The vertical axis of a map.
#[derive(Clone, Debug, PartialEq)]
pub enum MapAxis {
    /// The recorded steps of one pass.
    Step,
    /// A key.
    Key(Key, Range),
}

/// Section `output`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutputSpec {
    /// Format of the tables.
    pub format: Option<TableFormat>,
    /// Which figures are drawn.
    pub figures: Option<Figures>,
    /// Which parameters are kept.
    pub save_weights: Option<KeptWeights>,
}

/// Format of the tables `nets` and `series`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TableFormat {
    /// Parquet.
    Parquet,
    /// Comma-separated text.
    Csv,
}

/// Which parameters of every network are written, beside the model of a single run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum KeptWeights {
    /// None.
    #[default]
    None,
    /// Those of the last record.
    Last,
    /// Those of every record.
    Recorded,
}

/// Which figures a run draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Figures {
    /// SVG and PNG.
    All,
    /// SVG alone.
    Svg,
    /// PNG alone.
    Png,
    /// None, and no report.
    None,
}

/// Spelling of closed choices.
macro_rules! words {
    ($type:ident: $($variant:ident = $word:literal),+) => {
        impl $type {
            /// Every choice.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The spelling.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

words!(Biases: All = "all", Hidden = "hidden", None = "none");
words!(TableFormat: Parquet = "parquet", Csv = "csv");
words!(KeptWeights: None = "none", Last = "last", Recorded = "recorded");
words!(Figures: All = "all", Svg = "svg", Png = "png", None = "none");
