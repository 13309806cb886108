//! Which networks are trained side by side, and how many.

use std::{mem::discriminant, sync::Arc};

use mlp_core::{Pack, Scalar, Trainer};

use crate::{metrics::event_tracker::FollowedLosses, resolve::recipe::Recipe};

/// How networks like one are trained side by side.
pub struct GroupPlan<T: Scalar> {
    /// The pack that advances them.
    pub pack: Pack<T>,
    /// Number of networks at a time.
    pub lanes: usize,
    /// Whether a network is replaced by the next one as soon as it has ended; otherwise the next ones begin
    /// once all have ended.
    pub refills: bool,
}

/// How networks like that of `recipe` are trained side by side, where each thread trains `share` of them and `left` are
/// left for all threads; `None` where training each alone is faster. Networks are spread over the threads before they
/// share a pack. Packs are filled, since a pack takes as long with half its lanes.
pub fn group_plan<T: Scalar>(
    trainer: &Trainer<'_, T>,
    recipe: &Recipe,
    share: u64,
    left: u64,
) -> Option<GroupPlan<T>> {
    let lanes = share.min(left).min(Pack::<T>::LANES as u64);
    let stretch = plain_stretch(recipe);
    if lanes < 2 || stretch == 0 {
        return None;
    }
    let pack = Pack::like(trainer)?;
    pack.pays(lanes as usize, stretch).then(|| GroupPlan {
        // Networks that do not begin together have records and checks due at different steps.
        refills: pack.pays(lanes as usize, stretch / lanes),
        lanes: lanes as usize,
        pack,
    })
}

/// Whether two recipes have the same data and networks of the same shape, a precondition of sharing a
/// pack that is cheap to check.
pub(super) fn alike(a: &Recipe, b: &Recipe) -> bool {
    Arc::ptr_eq(&a.data, &b.data)
        && a.precision == b.precision
        && a.spec.batch == b.spec.batch
        && a.spec.loss == b.spec.loss
        && discriminant(&a.spec.optimizer) == discriminant(&b.spec.optimizer)
        && a.spec.architecture == b.spec.architecture
}

/// The average number of updates between records and checks; 0 where every update is observed.
fn plain_stretch(recipe: &Recipe) -> u64 {
    let mut events = recipe.record.len() as u64;
    if let Some(stopping) = &recipe.stopping {
        events += recipe.steps / stopping.check_every;
    }
    let observed = recipe.shaded
        || recipe.follow != FollowedLosses::Nothing
        || recipe
            .diagnostics
            .iter()
            .any(|group| group.cost.update > 0.0);
    match observed {
        true => 0,
        false => recipe.steps / events.max(1),
    }
}

#[cfg(test)]
mod tests {
    use mlp_core::Level;

    use super::*;
    use crate::{Experiment, Kind, ResolvedExperiment, SettingsLayer, data::prepare::Prepared};

    #[test]
    fn packs_are_filled_and_the_last_few_are_left_to_all_threads() {
        let mut layer = SettingsLayer::new();
        for text in [
            "data=moons",
            "samples=100",
            "hidden=12,12",
            "batch=16",
            "nets=17",
            "steps=60000",
            "record=last",
        ] {
            layer.set(text).unwrap();
        }
        let mut author = Experiment::new(Kind::Population);
        layer.apply(&mut author).unwrap();
        let experiment = ResolvedExperiment::new(&author, None).unwrap();
        let recipe = experiment.recipe(0).unwrap();
        let prepared = Prepared::<f32>::new(&recipe.data).unwrap();
        let trainer = prepared
            .trainer(&recipe.spec, recipe.seed, Level::best())
            .unwrap();
        let lanes = |share, left| group_plan(&trainer, &recipe, share, left).map(|plan| plan.lanes);
        assert_eq!(lanes(17, 17), Some(16));
        assert_eq!(lanes(12, 24), Some(12));
        // These are faster one by one, on whatever thread is free.
        assert_eq!(lanes(17, 3), None);
    }
}
