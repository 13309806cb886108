//! A recipe: all that determines one network.

use std::sync::Arc;

use mlp_core::{Architecture, TrainSpec};

use super::data_recipe::DataRecipe;
use crate::{
    metrics::{diagnostic::group::Group, followed::Follow, score::definition::Score},
    run::saved_state::Start,
    settings::{precision::Precision, threshold::Threshold},
    stopping::rules::Stopping,
};

/// All that determines one network: data, training, seed.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// The data.
    pub data: Arc<DataRecipe>,
    /// How the network is trained.
    pub spec: Arc<TrainSpec>,
    /// Drives init and batch order.
    pub seed: u64,
    /// Updates to make; the last step.
    pub steps: u64,
    /// Steps at which a record is taken: ascending, none above `steps`, the last of them `steps`.
    pub record: Arc<[u64]>,
    /// f32 or f64.
    pub precision: Precision,
    /// Where the training goes on from, if it is not its beginning.
    pub start: Option<Arc<Start>>,
    /// Scores that a record takes of each part beside those of every record.
    pub scores: Arc<[&'static Score]>,
    /// Above which probability the model takes the second of two classes; the likelier class where not given. The
    /// records of the training are of the likelier class.
    pub threshold: Option<Threshold>,
    /// Whether the loss of every step is summed up as a shade.
    pub shaded: bool,
    /// Which losses are looked at between the records.
    pub follow: Follow,
    /// The training loss below which a network counts as having reached its target.
    pub target_loss: f64,
    /// Groups of columns that a record has beside.
    pub diagnostics: Arc<[&'static Group]>,
    /// Whether the fate of every row is followed.
    pub rows: bool,
    /// Whether the answers to the test part, a fold, are kept.
    pub out_of_fold: bool,
    /// What ends the training before its last step, where anything does.
    pub stopping: Option<Arc<Stopping>>,
}

impl Recipe {
    /// The network's shape.
    pub fn architecture(&self) -> &Architecture {
        &self.spec.architecture
    }
}
