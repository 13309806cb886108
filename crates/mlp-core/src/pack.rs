//! Alike networks side by side: the plain form, which trains one after the other.

use std::marker::PhantomData;

use crate::{Scalar, Status, Trainer};

/// Trains alike networks side by side.
#[derive(Debug)]
pub struct Pack<T: Scalar> {
    parameters: usize,
    moments: usize,
    number: PhantomData<T>,
}

impl<T: Scalar> Pack<T> {
    /// Networks per pack.
    pub const LANES: usize = T::LANES;

    /// A pack for trainings like that of `trainer`, or `None` where they are better trained alone.
    pub fn like(trainer: &Trainer<'_, T>) -> Option<Self> {
        let state = trainer.state();
        let small = state.parameters.len() <= 1000;
        small.then_some(Self {
            parameters: state.parameters.len(),
            moments: state.moments.len(),
            number: PhantomData,
        })
    }

    /// Whether `trainer` can share a pack with what this was made for.
    pub fn takes(&self, trainer: &Trainer<'_, T>) -> bool {
        let state = trainer.state();
        (self.parameters, self.moments) == (state.parameters.len(), state.moments.len())
    }

    /// Whether so many networks make so many updates sooner in this pack than one after the other, alone.
    pub fn pays(&self, networks: usize, steps: u64) -> bool {
        networks > 1 && steps >= 4
    }

    /// Advances each of `trainers` by up to `steps` updates, as [`Trainer::step`] called that often would, to
    /// the last bit; a trainer that diverges or stops on the way ends as it would alone.
    pub fn advance(&mut self, trainers: &mut [&mut Trainer<'_, T>], steps: u64) {
        for trainer in trainers {
            for _ in 0..steps {
                if trainer.step() != Status::Running {
                    break;
                }
            }
        }
    }
}
