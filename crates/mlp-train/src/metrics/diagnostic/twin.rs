//! A second training that starts nearby, for the Lyapunov exponent.

use mlp_core::{Level, Scalar, Trainer, math};

use crate::{data::prepare::Prepared, error::Error, run::state_numbers::StateNumbers};

/// The same training from a start a tiny distance away, with the same batches and dropout.
///
/// The start is moved by 1e-8 of the weights' norm (1e-4 in f32, far above its rounding error) along the
/// direction of the key `perturbation`. The exponent after t updates is ln(|d_t| / |d_0|) / t, where d is
/// the difference of all parameters. The twin is never rescaled: once it is as far away as different
/// solutions are, the exponent falls as 1/t (see Wolf et al. 1985 on renormalisation).
pub(super) struct Twin<'d, T: Scalar> {
    trainer: Trainer<'d, T>,
    begun: u64,
    distance: f64,
}

impl<'d, T: Scalar> Twin<'d, T> {
    /// A twin of a training that begins here.
    pub(super) fn new(trainer: &Trainer<'_, T>, prepared: &'d Prepared<T>) -> Result<Self, Error> {
        let mut state = trainer.state();
        let spec = trainer.spec();
        let single = size_of::<T>() == size_of::<f32>();
        let share = if single { 1e-4 } else { 1e-8 };
        let norm = trainer.norms().weight;
        // Weights of zero are moved too.
        let far = if norm > 0.0 { share * norm } else { share };
        spec.perturb(state.seed, far, &mut state.parameters);
        let distance = distance(&state.parameters, trainer.parameters());
        // Every level has the same bits.
        let mut twin = prepared.trainer(spec, state.seed, Level::best())?;
        twin.restore(&state)?;
        Ok(Self {
            trainer: twin,
            begun: state.steps,
            distance,
        })
    }

    /// The state of the twin.
    pub(super) fn memory(&self) -> StateNumbers {
        StateNumbers::of(self.trainer.state())
    }

    /// Restores a state of the twin.
    pub(super) fn recall(&mut self, state: &StateNumbers) -> Result<(), Error> {
        Ok(self.trainer.restore(&state.to_state())?)
    }

    /// The exponent at the current step; `None` at the start, where the training has passed the twin, and where
    /// the distance is 0 or infinite.
    pub(super) fn exponent(&mut self, trainer: &Trainer<'_, T>) -> Option<f64> {
        let step = trainer.steps_done();
        let running = |twin: &Trainer<'_, T>| twin.status() == mlp_core::Status::Running;
        while self.trainer.steps_done() < step && running(&self.trainer) {
            self.trainer.step();
        }
        if step == self.begun || self.trainer.steps_done() != step {
            return None;
        }
        let distance = distance(self.trainer.parameters(), trainer.parameters());
        let exponent = math::ln(distance / self.distance) / (step - self.begun) as f64;
        exponent.is_finite().then_some(exponent)
    }
}

/// The L2 norm of a difference, in f64.
fn distance<T: Scalar>(a: &[T], b: &[T]) -> f64 {
    let squares = a.iter().zip(b).fold(0.0, |sum, (a, b)| {
        let difference = a.to_f64() - b.to_f64();
        f64::mul_add(difference, difference, sum)
    });
    squares.sqrt()
}
