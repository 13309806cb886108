//! An experiment as its author writes it: settings that are not given are left open.

use std::{collections::BTreeMap, time::Duration};

use mlp_core::{Activation, Batch, Init, Loss, Normalization, Optimizer, SettingValue};
use mlp_data::{
    Expansion, GeneratorOptions, ScaleKind, TargetTransform,
    table::{self, Categorical, MissingPolicy, TaskChoice, Unknown},
};

use super::{
    class_weights::ClassWeights, key::info::Key, kind::Kind, precision::Precision, range::Range,
    schedule::RecordSchedule, spelled::Spelled, threshold::Threshold, value::Value, words::words,
};
use crate::{
    data::part::Part,
    metrics::{diagnostic::group::Group, metric::Metric, score::definition::Score},
    stopping::spec::StoppingSpec,
};

/// Everything that an experiment file can contain. A field that is `None` takes its default, which may
/// depend on the data and on other fields, when the experiment is
/// [resolved](crate::ResolvedExperiment).
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// The kind of experiment.
    pub kind: Kind,
    /// The samples.
    pub data: DataSpec,
    /// The shape of the networks and their initialisation.
    pub network: NetworkSpec,
    /// Training and recording.
    pub training: TrainingSpec,
    /// The learning rate schedule.
    pub schedule: ScheduleSpec,
    /// For a population: how many networks, and what is swept.
    pub population: PopulationSpec,
    /// For a map: its axes.
    pub map: MapSpec,
    /// The output files.
    pub output: OutputSpec,
    /// Values for single layers (`learning_rate.0`), in the order given.
    pub layers: Vec<(Key, Value)>,
}

impl Experiment {
    /// An experiment without settings.
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

    /// The experiment without settings that determine no number, or record results.
    pub fn deciding(mut self) -> Self {
        self.output.figures = None;
        // How a map is read changes nothing in it.
        self.map.tolerance = None;
        if self.map.budget.is_some() {
            self.map.cells = None;
        }
        if self.training.stopping.time_budget.is_some() {
            // Whatever the clock decided is a result.
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
    /// The column of a file with the sample weights.
    pub sample_weight: Option<String>,
    /// The format of the file; detected where not given.
    pub format: table::TableFormat,
    /// Inputs computed from the two features (TF Playground's).
    pub inputs: Option<Expansion>,
    /// Classes or numbers.
    pub task: Option<TaskChoice>,
    /// The positive one of two classes.
    pub positive: Option<String>,
    /// How missing values of a file are handled.
    pub missing: Option<MissingPolicy>,
    /// How text features of a file are handled.
    pub categories: Option<Categorical>,
    /// Categories with fewer rows become one.
    pub rare: Option<u64>,
    /// A file with the validation part.
    pub validation_file: Option<String>,
    /// Its digest, in hexadecimal; checked where given.
    pub validation_sha256: Option<String>,
    /// A file with the test part.
    pub test_file: Option<String>,
    /// Its digest.
    pub test_sha256: Option<String>,
    /// Rows of the training, validation and test part, in the data's order.
    pub split: Option<[usize; 3]>,
    /// Folds of a cross-validation.
    pub folds: Option<usize>,
    /// The test fold, counted from 0.
    pub fold: Option<usize>,
    /// Fraction of the test part.
    pub test_fraction: Option<f64>,
    /// Fraction of the validation part.
    pub validation_fraction: Option<f64>,
    /// Whether no network is evaluated on the test part.
    pub withhold_test: Option<bool>,
    /// Scaling of the features.
    pub scale: Option<ScaleKind>,
    /// What is taken of the targets before they are scaled (regression).
    pub target_transform: Option<TargetTransform>,
    /// Scaling of the targets (regression).
    pub scale_target: Option<ScaleKind>,
    /// Seed of generator and split.
    pub data_seed: Option<u64>,
    /// A file with points at which every network is asked.
    pub predict_on: Option<String>,
    /// Its digest, in hexadecimal; checked where given.
    pub predict_on_sha256: Option<String>,
    /// What becomes of its rows with categories that the data do not have.
    pub unknown: Option<Unknown>,
}

/// Section `network`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkSpec {
    /// Widths of the hidden layers; empty for a linear model.
    pub hidden: Option<Vec<usize>>,
    /// Number of hidden layers, all with the one width in `hidden`.
    pub depth: Option<usize>,
    /// Activation of the hidden layers: one for all, or one per layer.
    pub activation: Option<Vec<Activation>>,
    /// Activation of the output layer.
    pub output_activation: Option<Activation>,
    /// Which layers have biases.
    pub bias: Option<Biases>,
    /// Initialisation of the weights.
    pub init: Option<Init>,
    /// Initialisation of the biases.
    pub bias_init: Option<Init>,
    /// Factor of the initial weights.
    pub init_gain: Option<f64>,
    /// How far the initial weights are moved along a random direction.
    pub perturbation: Option<f64>,
    /// File or run directory with the initial parameters, instead of `init`.
    pub init_from: Option<String>,
    /// Digest of that file, in hexadecimal; checked where given.
    pub init_sha256: Option<String>,
    /// Normalization between hidden layers and their activations: one for all, or one per layer.
    pub normalization: Option<Vec<Normalization>>,
    /// Dropout rate of the hidden layers' outputs: one for all, or one per layer.
    pub dropout: Option<Vec<f64>>,
    /// Dropout rate of the inputs.
    pub input_dropout: Option<f64>,
    /// Standard deviation of the noise added to the inputs in training.
    pub input_noise: Option<f64>,
    /// Factor of W x of a layer: one for all layers, or one per layer.
    pub layer_scale: Option<Vec<f64>>,
    /// Whether hidden layers as wide as their inputs have skip connections.
    pub skip: Option<bool>,
    /// Whether every layer takes the inputs and the outputs of all preceding hidden layers.
    pub shortcuts: Option<bool>,
    /// Frozen layers.
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
    /// The loss that is minimised, optionally with settings in its spelling.
    pub loss: Option<Spelled<Loss>>,
    /// Factor of the loss.
    pub loss_scale: Option<f64>,
    /// Where the Huber loss becomes linear.
    pub huber_delta: Option<f64>,
    /// The level of the quantile loss.
    pub quantile: Option<f64>,
    /// Label smoothing of the cross-entropies.
    pub label_smoothing: Option<f64>,
    /// Class weights.
    pub class_weights: Option<ClassWeights>,
    /// The probability above which the second of two classes is predicted.
    pub threshold: Option<Threshold>,
    /// Folds of the training rows for prediction intervals.
    pub interval_folds: Option<usize>,
    /// Weight of positive targets in binary cross-entropy: one for all outputs, or one per output.
    pub positive_weight: Option<Vec<f64>>,
    /// The optimizer, optionally with settings in its spelling.
    pub optimizer: Option<Spelled<Optimizer>>,
    /// Settings of the optimizer, by name.
    pub settings: BTreeMap<&'static str, SettingValue>,
    /// Learning rate: one for all layers, or one per layer.
    pub learning_rate: Option<Vec<f64>>,
    /// Name of the learning rate schedule.
    pub schedule: Option<&'static str>,
    /// L2 decay, added to the gradient of the mean loss: one for all layers, or one per layer.
    pub weight_decay: Option<Vec<f64>>,
    /// scikit-learn's L2 penalty: divided by the samples of a batch it is added to the decay.
    pub alpha: Option<f64>,
    /// L1 penalty: one for all layers, or one per layer.
    pub l1: Option<Vec<f64>>,
    /// Whether decay and L1 penalty apply to biases too.
    pub decay_bias: Option<bool>,
    /// The largest norm of a neuron's incoming weights; infinite for no limit.
    pub max_norm: Option<f64>,
    /// Limit for clipping each element of the gradient; infinite for no limit.
    pub clip_value: Option<f64>,
    /// Limit for clipping the norm of the whole gradient; infinite for no limit.
    pub clip_norm: Option<f64>,
    /// Samples per update.
    pub batch: Option<Batch>,
    /// Whether mini-batches are drawn in a new order every epoch.
    pub shuffle: Option<bool>,
    /// File with the samples of every batch.
    pub batch_order: Option<String>,
    /// Digest of that file, in hexadecimal; checked where given.
    pub batch_order_sha256: Option<String>,
    /// Number of updates.
    pub steps: Option<u64>,
    /// Passes over the training part; not together with `steps`.
    pub epochs: Option<u64>,
    /// State file or run directory that the training continues from.
    pub continue_from: Option<String>,
    /// Digest of that file, in hexadecimal; checked where given.
    pub continue_sha256: Option<String>,
    /// Seed of the first network.
    pub seed: Option<u64>,
    /// The precision.
    pub precision: Option<Precision>,
    /// Which steps are recorded.
    pub record: Option<RecordSchedule>,
    /// Additional scores of records.
    pub metrics: Option<Vec<&'static Score>>,
    /// Groups of diagnostics.
    pub diagnostics: Option<Vec<&'static Group>>,
    /// Training loss below which a network counts as solved.
    pub target_loss: Option<f64>,
    /// Stopping rules.
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
    /// Networks per cell.
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
    /// Networks per cell: by default 100 in a grid, one per draw.
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
    /// Networks per cell.
    pub seeds: Option<u64>,
    /// The metric shown in the figure.
    pub metric: Option<Metric>,
    /// How long the map is refined; every cell is computed where not given.
    pub budget: Option<Duration>,
    /// Which cells were computed, encoded as text, where not all were.
    pub cells: Option<String>,
    /// Relative tolerance within which cells count as good as the best.
    pub tolerance: Option<f64>,
}

impl MapSpec {
    /// The metric shown in the figure: by default the test loss.
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
    /// Which parameters are saved.
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

/// Which parameters of every network are written, in addition to the model of a single run.
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
    /// SVG only.
    Svg,
    /// PNG only.
    Png,
    /// None, and no report.
    None,
}

words!(Biases: All = "all", Hidden = "hidden", None = "none");
words!(TableFormat: Parquet = "parquet", Csv = "csv");
words!(KeptWeights: None = "none", Last = "last", Recorded = "recorded");
words!(Figures: All = "all", Svg = "svg", Png = "png", None = "none");
