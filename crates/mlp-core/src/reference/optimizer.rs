//! Updates, one parameter at a time.

use crate::{Optimizer, Scalar, TrainSpec};

/// Applies a spec's optimizer to flat slices, remembering what the optimizer remembers.
#[derive(Clone, Debug)]
pub struct Updater {
    spec: TrainSpec,
    /// For each parameter: learning rate and weight decay.
    settings: Vec<(f64, f64)>,
    first: Vec<f64>,
    second: Vec<f64>,
    step: i32,
}

impl Updater {
    /// Nothing remembered yet.
    pub fn new(spec: &TrainSpec) -> Self {
        let mut settings = Vec::new();
        for (layer, range) in spec.architecture.ranges().iter().enumerate() {
            let rate = spec
                .layer_learning_rates
                .as_ref()
                .map_or(spec.learning_rate, |rates| rates[layer]);
            let bias_decay = if spec.decay_bias {
                spec.weight_decay
            } else {
                0.0
            };
            settings.extend(range.weights.clone().map(|_| (rate, spec.weight_decay)));
            let rest = range.biases.start..range.shifts.end;
            settings.extend(rest.map(|_| (rate, bias_decay)));
        }
        let zeros = vec![0.0; settings.len()];
        Self {
            spec: spec.clone(),
            settings,
            first: zeros.clone(),
            second: zeros,
            step: 0,
        }
    }

    /// One update with the gradient of the loss (without penalty).
    ///
    /// # Panics
    /// If the slices have not one number a parameter.
    pub fn update<T: Scalar>(&mut self, parameters: &mut [T], gradient: &[T]) {
        assert_eq!(
            parameters.len(),
            self.settings.len(),
            "one number a parameter"
        );
        assert_eq!(
            gradient.len(),
            self.settings.len(),
            "one number a parameter"
        );
        self.step += 1;
        for (index, parameter) in parameters.iter_mut().enumerate() {
            let (rate, decay) = self.settings[index];
            let p = parameter.to_f64();
            let g = gradient[index].to_f64() + decay * p;
            let (first, second) = (&mut self.first[index], &mut self.second[index]);
            let change = match self.spec.optimizer {
                Optimizer::Sgd(sgd) if sgd.momentum == 0.0 => g,
                Optimizer::Sgd(sgd) => {
                    let fresh = if self.step == 1 {
                        g
                    } else {
                        (1.0 - sgd.dampening) * g
                    };
                    *first = sgd.momentum * *first + fresh;
                    if sgd.nesterov {
                        g + sgd.momentum * *first
                    } else {
                        *first
                    }
                }
                Optimizer::Adam(adam) => {
                    *first = adam.beta1 * *first + (1.0 - adam.beta1) * g;
                    *second = adam.beta2 * *second + (1.0 - adam.beta2) * g * g;
                    let mean = *first / (1.0 - power(adam.beta1, self.step));
                    let square = *second / (1.0 - power(adam.beta2, self.step));
                    mean / (square.sqrt() + adam.epsilon)
                }
            };
            *parameter = T::from_f64(p - rate * change);
        }
    }
}

fn power(base: f64, exponent: i32) -> f64 {
    (0..exponent).fold(1.0, |product, _| product * base)
}
