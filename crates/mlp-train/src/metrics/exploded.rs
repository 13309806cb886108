//! Networks that exploded: their values are finite, but nothing is learned at such magnitudes, and a single
//! one dominates every mean.

use mlp_core::{Architecture, Norms, Samples, Scalar, Targets, Trainer};

/// The column of `nets`.
pub const EXPLODED: &str = "exploded";

/// A norm beyond this many times the network's reference norm has exploded, unless the training loss fell.
pub const FACTOR: f64 = 1e3;

/// Beyond this many times, unless the training loss at least halved.
pub const FAR: f64 = 1e6;

/// Beyond this many times, whatever the loss: a huge initial loss falls as all units die.
pub const BEYOND: f64 = 1e12;

/// The reference norm of a network before training, by which its norms are judged.
///
/// It is the larger of the norm of the initial weights and the square root of the number of neurons (the
/// norm of weights with variance 1 over a neuron's inputs, so that a start at zero has a reference too),
/// times the root mean square of the scaled targets where that is above 1. A network that did not diverge
/// has exploded where the final norm of its weights or of its biases is more than [`FACTOR`] times that and
/// its training loss is not below the first one, or more than [`FAR`] times and the loss did not halve, or
/// more than [`BEYOND`] times. So the rule depends only on the network: not on other networks, nor on what
/// was recorded. Large weights alone are not a sign: Rprop, L-BFGS, separable classes and inputs in small
/// units need them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ReferenceNorm(f64);

impl ReferenceNorm {
    /// Of a network before training.
    pub(crate) fn of<T: Scalar>(trainer: &Trainer<'_, T>, samples: &Samples<T>) -> Self {
        let targets = match samples.targets() {
            Targets::Classes { .. } => 1.0,
            Targets::Values(values) => {
                let squares: f64 = values.iter().map(|value| value.to_f64().powi(2)).sum();
                (squares / values.len() as f64).sqrt()
            }
        };
        Self::new(
            &trainer.spec().architecture,
            trainer.norms().weight,
            targets,
        )
    }

    fn new(architecture: &Architecture, weights: f64, targets: f64) -> Self {
        let neurons: usize = architecture.layers.iter().map(|layer| layer.outputs).sum();
        let own = (neurons as f64).sqrt();
        let largest = if weights > own { weights } else { own };
        Self(if targets > 1.0 {
            largest * targets
        } else {
            largest
        })
    }

    /// Whether norms are too large for a network whose training loss did not fall, so that the loss has to
    /// be checked.
    pub(crate) fn is_exceeded_by(self, norms: &Norms) -> bool {
        self.times(norms) > FACTOR
    }

    /// Whether norms and training losses, the first and the last one, are those of a network that
    /// exploded.
    pub(crate) fn is_of_exploded(self, norms: &Norms, first: f64, last: f64) -> bool {
        let times = self.times(norms);
        // A loss that is not a number did not fall.
        let fell = |below: f64| last < below;
        times > FACTOR && !fell(first) || times > FAR && !fell(first / 2.0) || times > BEYOND
    }

    /// The larger norm as a multiple of the reference norm.
    fn times(self, norms: &Norms) -> f64 {
        let largest = if norms.weight > norms.bias {
            norms.weight
        } else {
            norms.bias
        };
        largest / self.0
    }
}

#[cfg(test)]
mod tests {
    use mlp_core::Activation;

    use super::*;

    fn exceeded(weights: f64, targets: f64, weight: f64, bias: f64) -> bool {
        let architecture = Architecture::classical(2, &[8], Activation::Tanh, 1);
        let norms = Norms {
            weight,
            bias,
            ..Norms::default()
        };
        ReferenceNorm::new(&architecture, weights, targets).is_exceeded_by(&norms)
    }

    #[test]
    fn norms_are_judged_in_the_size_of_the_start() {
        // Nine neurons have the size 3.
        for small in [0.0, 0.03, 3.0] {
            assert!(!exceeded(small, 1.0, 2999.0, 2999.0));
            assert!(exceeded(small, 1.0, 3001.0, 0.0));
            assert!(exceeded(small, 1.0, 1.0, 3001.0));
        }
        assert!(!exceeded(100.0, 1.0, 99_000.0, 0.0), "a large start");
        assert!(!exceeded(3.0, 1e6, 1e9, 2e6), "prices that are not scaled");
        assert!(
            exceeded(3.0, 1e-6, 3001.0, 0.0),
            "small targets need no large norms"
        );
        assert!(exceeded(3.0, 1.0, 1e26, 0.0));
    }

    #[test]
    fn networks_whose_loss_fell_did_not_explode() {
        let exploded = |weight: f64, last: f64| {
            let norms = Norms {
                weight,
                ..Norms::default()
            };
            ReferenceNorm(3.0).is_of_exploded(&norms, 0.7, last)
        };
        assert!(!exploded(2999.0, 5.0), "no size to speak of");
        assert!(exploded(3001.0, 0.7) && exploded(3001.0, 1e9));
        assert!(!exploded(3001.0, 0.69) && !exploded(2e6, 0.69));
        assert!(exploded(4e6, 0.69) && !exploded(4e6, 0.34));
        assert!(exploded(4e12, 0.0) && !exploded(2e12, 0.0));
        assert!(exploded(1e26, f64::NAN) && exploded(3001.0, f64::INFINITY));
    }
}
