//! Which networks are trained side by side, and how many.

use std::{mem::discriminant, sync::Arc};

use mlp_core::{Pack, Scalar, Trainer};

use crate::{metrics::followed::Follow, resolve::recipe::Recipe};

/// How networks like one are trained side by side.
pub struct Company<T: Scalar> {
    /// Advances them.
    pub pack: Pack<T>,
    /// So many at a time.
    pub lanes: usize,
    /// Whether another takes the place of one as soon as that has ended, or else once all have.
    pub refills: bool,
}

/// How networks like that of `recipe` are trained side by side, of which each thread has a `share`; `None`
/// where they are sooner trained alone. They are spread over the threads before they share a pack.
pub fn company<T: Scalar>(
    trainer: &Trainer<'_, T>,
    recipe: &Recipe,
    share: u64,
) -> Option<Company<T>> {
    let groups = share.div_ceil(Pack::<T>::LANES as u64);
    let lanes = share.div_ceil(groups.max(1));
    let stretch = plain_stretch(recipe);
    if lanes < 2 || stretch == 0 {
        return None;
    }
    let pack = Pack::like(trainer)?;
    pack.pays(lanes as usize, stretch).then(|| Company {
        // Those that do not begin together have something due at different steps.
        refills: pack.pays(lanes as usize, stretch / lanes),
        lanes: lanes as usize,
        pack,
    })
}

/// Whether two recipes have the same data and networks of the same shape, so that it is worth asking
/// whether their trainers fit each other.
pub(super) fn alike(a: &Recipe, b: &Recipe) -> bool {
    Arc::ptr_eq(&a.data, &b.data)
        && a.precision == b.precision
        && a.spec.batch == b.spec.batch
        && a.spec.loss == b.spec.loss
        && discriminant(&a.spec.optimizer) == discriminant(&b.spec.optimizer)
        && a.spec.architecture == b.spec.architecture
}

/// The updates that a training makes on average before anything else is due; 0 where every update is
/// looked at.
fn plain_stretch(recipe: &Recipe) -> u64 {
    let mut events = recipe.record.len() as u64;
    if let Some(stopping) = &recipe.stopping {
        events += recipe.steps / stopping.check_every;
    }
    let looks = recipe.shaded
        || recipe.follow != Follow::Nothing
        || recipe
            .diagnostics
            .iter()
            .any(|group| group.cost.update > 0.0);
    match looks {
        true => 0,
        false => recipe.steps / events.max(1),
    }
}
