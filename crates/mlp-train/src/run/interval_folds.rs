//! Networks that are each trained without one fold of the training rows, for prediction intervals.

use std::sync::Arc;

use mlp_core::{Bands, Level, Scalar};
use mlp_data::Split;

use super::{
    outcome::Ending,
    training::{CheckpointAccess, TrainingContext, train},
};
use crate::{
    data::prepare::Prepared,
    error::Error,
    metrics::event_tracker::FollowedLosses,
    model::{Intervals, Model, ModelOrigin},
    resolve::recipe::Recipe,
};

/// What came of the folds.
pub(super) enum Folds {
    /// All of them are trained.
    Trained(Intervals),
    /// This one diverged, counted from 1, so that there are no intervals.
    Diverged(usize),
    /// They were given up.
    Interrupted,
}

/// Trains a network for each of so many folds of the recipe's training rows, dealt by its seed, with its settings.
///
/// Test and validation part stay what they are, so that nothing looks at the rows of a fold before its network is trained.
pub(super) fn train_folds<T: Scalar>(
    recipe: &Recipe,
    folds: usize,
    (mut watch, level): (TrainingContext<'_>, Level),
    bands: Option<&Arc<dyn Bands>>,
) -> Result<Folds, Error> {
    let observer = std::mem::replace(&mut watch.observer, &());
    let data = &recipe.data;
    let own = &data.split.train;
    let rows = data.dataset.select_rows(own)?;
    let mut networks = Vec::new();
    for fold in 0..folds {
        observer.on_interval_fold(fold + 1, folds);
        let parts = mlp_data::fold(&rows, folds, fold, 0.0, recipe.seed)?;
        let outer = |rows: &[usize]| rows.iter().map(|&row| own[row]).collect::<Vec<usize>>();
        let split = Split {
            train: outer(&parts.train),
            ..data.split.clone()
        };
        let recipe = Recipe {
            data: Arc::new(data.with_split(split, &format!("without fold {fold} of {folds}"))),
            record: Arc::from([recipe.steps]),
            scores: Arc::from([]),
            diagnostics: Arc::from([]),
            shaded: false,
            follow: FollowedLosses::Nothing,
            ..recipe.clone()
        };
        let prepared = Prepared::<T>::new(&recipe.data)?;
        let mut trainer = prepared.trainer(&recipe.spec, recipe.seed, level)?;
        if let Some(bands) = bands {
            trainer = trainer.with_bands(Arc::clone(bands));
        }
        let (room, keeping) = (Vec::new(), CheckpointAccess::default());
        let outcome = train(
            &mut trainer,
            &prepared,
            &recipe,
            (0, 0),
            watch,
            room,
            keeping,
        )?;
        if outcome.ending == Ending::Interrupted {
            return Ok(Folds::Interrupted);
        }
        let origin = ModelOrigin::default();
        let model = Model::new(trainer.network(), &prepared, &recipe, origin);
        if !model.is_finite() {
            return Ok(Folds::Diverged(fold + 1));
        }
        let held_out = outer(&parts.test);
        let network = model.fold_network(&data.dataset, &held_out, level)?;
        if !network
            .residuals
            .iter()
            .all(|residual| residual.is_finite())
        {
            return Ok(Folds::Diverged(fold + 1));
        }
        networks.push(network);
    }
    Ok(Folds::Trained(Intervals { folds: networks }))
}
