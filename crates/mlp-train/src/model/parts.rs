//! What a model consists of, and what its outputs mean.

use mlp_core::Loss;
use mlp_data::{
    Expansion, Imputer, Scaler,
    table::{OneHot, TableFormat},
};

use super::{AnyNetwork, Intervals};

/// The meaning of the outputs.
#[derive(Clone, Debug, PartialEq)]
pub enum OutputMeaning {
    /// Classes, by name, in the order of their labels.
    Classes(Vec<String>),
    /// Labels, by name, each yes or no.
    Labels(Vec<String>),
    /// Numbers, by name, and their scaling.
    Values {
        /// The outputs' names.
        names: Vec<String>,
        /// The scaling of the targets.
        scaler: Scaler,
    },
}

/// All parts of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelParts {
    /// The network, which expects scaled inputs; of an ensemble the first.
    pub network: AnyNetwork,
    /// Of an ensemble, its further networks, of the same precision.
    pub members: Vec<AnyNetwork>,
    /// The loss that it was trained with.
    pub loss: Loss,
    /// The factor of the loss.
    pub loss_scale: f64,
    /// Other inputs of the loss besides outputs and targets.
    pub weighting: Weighting,
    /// Name of the data that it was trained on.
    pub data: String,
    /// Names of the inputs, in order.
    pub features: Vec<String>,
    /// How the inputs are computed from two features, if they are.
    pub expansion: Option<Expansion>,
    /// The columns of categories that became several features each.
    pub one_hot: Vec<OneHot>,
    /// The fill values of missing features; `None` where none may be missing.
    pub imputer: Option<Imputer>,
    /// The scaling of the inputs.
    pub feature_scaler: Scaler,
    /// The meaning of the outputs.
    pub answers: OutputMeaning,
    /// For two classes, the probability of the second above which it is predicted; `None` for the more likely class, and for
    /// models of earlier versions.
    pub threshold: Option<f64>,
    /// What prediction intervals come from, where it has any.
    pub intervals: Option<Intervals>,
    /// Names of the target columns in the training data.
    pub target_columns: Vec<String>,
    /// The format of the text table that it was trained on.
    pub table_format: Option<TableFormat>,
    /// Names of the columns of its table that it was not trained on.
    pub left_out: Vec<String>,
    /// Where it comes from.
    pub origin: ModelOrigin,
}

/// Other inputs of the loss besides outputs and targets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weighting {
    /// Label smoothing: the fraction of a target that is spread over all classes.
    pub label_smoothing: f64,
    /// The class weights, where they are not all equal.
    pub class_weights: Option<Vec<f64>>,
    /// The weight of the positive samples of each output.
    pub positive_weights: Option<Vec<f64>>,
}

/// Where a model comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelOrigin {
    /// The version of the numerics.
    pub engine: String,
    /// The seed.
    pub seed: u64,
    /// Number of updates.
    pub steps: u64,
    /// Whether its training was interrupted and has not continued since.
    pub unfinished: bool,
    /// The experiment, as a file.
    pub experiment: String,
}
