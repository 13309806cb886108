//! Restarting with other rates.

use super::{Trainer, descent};
use crate::{Error, Scalar, TrainSpec};

impl<T: Scalar> Trainer<'_, T> {
    /// Restarts with another seed and another spec, in the same buffers, if that spec differs from
    /// the trainer's only in learning rates and weight decays: equivalent to a new trainer, without
    /// most of its work. Returns whether it did; if not, nothing has changed.
    ///
    /// ```
    /// # use mlp_core::{Activation, Architecture, Level, Loss, Samples, Targets, TrainSpec, Trainer};
    /// # let inputs = mlp_core::ndarray::array![[0.0f64], [1.0], [2.0]];
    /// # let samples = Samples::new(inputs.view(), &Targets::Values(inputs.clone()))?;
    /// # let net = Architecture::new(1).layer(1, Activation::Identity);
    /// # let spec = TrainSpec::new(net, Loss::SquaredError);
    /// let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    /// let faster = TrainSpec { learning_rate: 0.2, ..spec.clone() };
    /// assert!(trainer.restart_with(&faster, 1)?);
    /// assert_eq!(trainer.spec().learning_rate, 0.2);
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// A spec that [`TrainSpec::validate`] refuses.
    pub fn restart_with(&mut self, spec: &TrainSpec, seed: u64) -> Result<bool, Error> {
        let Some(rates) = self.spec.take_rates(spec)? else {
            return Ok(false);
        };
        let mut segments = self.spec.segments();
        let moments = self.spec.optimizer.lay_out(&mut segments);
        segments.retain(|segment| !self.spec.is_frozen(segment.tensor.layer));
        // If decays become equal or different, parameters are divided into other segments.
        let ranges = segments.iter().map(|segment| &segment.range);
        let alike = ranges.eq(self.base.iter().map(|segment| &segment.range));
        if !alike || moments != self.moments.len() {
            self.spec.restore_rates(rates);
            return Ok(false);
        }
        self.segments.clone_from(&segments);
        self.base = segments;
        self.optimizer = self.spec.optimizer.clone();
        if !self.layers.is_empty() {
            self.layers = self.spec.layer_segments();
            self.descent = descent(&self.layers);
        }
        self.restart(seed);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::{
        Activation, Adam, Architecture, Batch, Init, Level, Loss, Optimizer, Samples, Targets,
    };

    #[test]
    fn a_trainer_begun_anew_at_other_rates_is_a_new_one() {
        let inputs = array![
            [0.0f32, 1.0],
            [1.0, 0.5],
            [0.3, 0.2],
            [0.9, 0.1],
            [0.4, 0.6]
        ];
        let labels = vec![0, 1, 1, 0, 1];
        let targets = Targets::Classes { labels, classes: 2 };
        let samples = Samples::new(inputs.view(), &targets).unwrap();
        let net = Architecture::classical(2, &[4, 3], Activation::Tanh, 1);
        for (optimizer, batch) in [
            (Optimizer::Sgd(crate::Sgd::default()), Batch::Full),
            (Optimizer::Sgd(crate::Sgd::default()), Batch::Size(1)),
            (Optimizer::Adam(Adam::default()), Batch::Size(2)),
        ] {
            let spec = TrainSpec {
                optimizer,
                batch,
                weight_decay: 0.1,
                ..TrainSpec::new(net.clone(), Loss::BinaryCrossEntropy)
            };
            let new =
                |spec: &TrainSpec, seed| Trainer::new(spec, &samples, seed, Level::best()).unwrap();
            let mut trainer = new(&spec, 1);
            for (other, done) in [
                (
                    TrainSpec {
                        learning_rate: 0.7,
                        ..spec.clone()
                    },
                    true,
                ),
                (
                    TrainSpec {
                        weight_decay: 0.3,
                        ..spec.clone()
                    },
                    true,
                ),
                (
                    TrainSpec {
                        layer_learning_rates: Some(vec![0.1, 0.2, 0.3]),
                        ..spec.clone()
                    },
                    true,
                ),
                (
                    TrainSpec {
                        weight_decay: 0.0,
                        ..spec.clone()
                    },
                    false,
                ),
                (
                    TrainSpec {
                        bias_init: Init::Constant(0.3),
                        ..spec.clone()
                    },
                    false,
                ),
            ] {
                for _ in 0..7 {
                    trainer.step();
                }
                let before = trainer.state();
                let began = trainer.restart_with(&other, 5).unwrap();
                if !began {
                    assert_eq!(trainer.state(), before);
                }
                assert_eq!(began, done, "{other:?}");
                let mut fresh = new(&other, 5);
                if began {
                    for _ in 0..7 {
                        assert_eq!(trainer.state(), fresh.state());
                        trainer.step();
                        fresh.step();
                    }
                    assert_eq!(trainer.parameters(), fresh.parameters());
                }
                trainer = new(&spec, 1);
            }
            let wrong = TrainSpec {
                learning_rate: -1.0,
                ..spec.clone()
            };
            assert!(trainer.restart_with(&wrong, 5).is_err());
            assert_eq!(trainer.spec().learning_rate, spec.learning_rate);
        }
    }

    #[test]
    fn rates_that_the_optimizer_does_not_take_are_refused() {
        let inputs = array![[0.0f64, 1.0], [1.0, 0.5]];
        let labels = vec![0, 1];
        let samples =
            Samples::new(inputs.view(), &Targets::Classes { labels, classes: 2 }).unwrap();
        let net = Architecture::classical(2, &[3], Activation::Tanh, 1);
        let spec = TrainSpec {
            optimizer: Optimizer::Lbfgs(crate::Lbfgs::default()),
            ..TrainSpec::new(net, Loss::BinaryCrossEntropy)
        };
        let mut trainer = Trainer::new(&spec, &samples, 1, Level::best()).unwrap();
        let several = TrainSpec {
            layer_learning_rates: Some(vec![0.1, 0.2]),
            ..spec.clone()
        };
        let refused = several.validate().unwrap_err();
        assert_eq!(trainer.restart_with(&several, 2).unwrap_err(), refused);
        assert_eq!(**trainer.spec(), spec);
    }
}
