//! A recipe: everything that determines one network.

use std::sync::Arc;

use mlp_core::{Architecture, ValidSpec};

use super::data_recipe::DataRecipe;
use crate::{
    metrics::{diagnostic::group::Group, event_tracker::FollowedLosses, score::definition::Score},
    run::saved_state::Start,
    settings::{precision::Precision, threshold::Threshold},
    stopping::rules::Stopping,
};

/// Everything that determines one network: data, training, seed.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// The data.
    pub data: Arc<DataRecipe>,
    /// How the network is trained.
    pub spec: Arc<ValidSpec>,
    /// The seed of init and batch order.
    pub seed: u64,
    /// Number of updates; the last step.
    pub steps: u64,
    /// Steps at which a record is taken: ascending, none above `steps`, the last equal to `steps`.
    pub record: Arc<[u64]>,
    /// f32 or f64.
    pub precision: Precision,
    /// The state that the training continues from, if it does.
    pub start: Option<Arc<Start>>,
    /// Additional scores of each part in a record.
    pub scores: Arc<[&'static Score]>,
    /// The probability above which the model predicts the second of two classes; by default the more likely class is
    /// predicted. Records, rules and tables decide by it, too.
    pub threshold: Option<Threshold>,
    /// In how many folds its training rows are dealt for the model's prediction intervals; none where it has none.
    pub interval_folds: Option<usize>,
    /// Whether the loss of every step is summed into a shade.
    pub shaded: bool,
    /// Which losses are evaluated between the records.
    pub follow: FollowedLosses,
    /// The training loss below which a network counts as having reached its target.
    pub target_loss: f64,
    /// Groups of diagnostics in a record.
    pub diagnostics: Arc<[&'static Group]>,
    /// Whether the fate of every row is followed.
    pub rows: bool,
    /// Whether the answers to the test part, a fold, are kept.
    pub out_of_fold: bool,
    /// What ends the training early, if anything.
    pub stopping: Option<Arc<Stopping>>,
}

impl Recipe {
    /// The network's shape.
    pub fn architecture(&self) -> &Architecture {
        &self.spec.architecture
    }
}
