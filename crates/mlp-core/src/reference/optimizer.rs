//! Updates, one parameter at a time.

use crate::{Clip, Optimizer, Scalar, TrainSpec};

/// Applies a spec's optimizer to flat slices, remembering what the optimizer remembers.
#[derive(Clone, Debug)]
pub struct Updater {
    spec: TrainSpec,
    /// For each parameter: learning rate, weight decay and L1 penalty.
    settings: Vec<(f64, f64, f64)>,
    first: Vec<f64>,
    second: Vec<f64>,
    step: i32,
}

impl Updater {
    /// Nothing remembered yet.
    pub fn new(spec: &TrainSpec) -> Self {
        let mut settings = Vec::new();
        for (layer, range) in spec.architecture.ranges().into_iter().enumerate() {
            let of = |all, list: &Option<Vec<f64>>| list.as_ref().map_or(all, |list| list[layer]);
            let rate = of(spec.learning_rate, &spec.layer_learning_rates);
            let decay = of(spec.weight_decay, &spec.layer_weight_decays);
            let l1 = of(spec.l1, &spec.layer_l1);
            let bias = if spec.decay_bias {
                (rate, decay, l1)
            } else {
                (rate, 0.0, 0.0)
            };
            settings.extend(range.weights.map(|_| (rate, decay, l1)));
            let rest = range.biases.start..range.shifts.end;
            settings.extend(rest.map(|_| bias));
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

    /// One update with the gradient of the loss (without penalty). The learning rate stays what it
    /// is: schedules are tables of numbers, see [`Schedule`](crate::Schedule).
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
        let gradient = clipped(&self.spec.clip, gradient);
        for (index, parameter) in parameters.iter_mut().enumerate() {
            let (rate, decay, l1) = self.settings[index];
            let p = parameter.to_f64();
            let sign = if p == 0.0 { 0.0 } else { p.signum() };
            let g = gradient[index] + decay * p + l1 * sign;
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
        if let Some(limit) = self.spec.max_norm {
            for range in self.spec.architecture.ranges() {
                for row in parameters[range.weights].chunks_mut(range.inputs) {
                    let norm = row.iter().map(|w| w.to_f64().powi(2)).sum::<f64>().sqrt();
                    if norm > limit {
                        row.iter_mut()
                            .for_each(|w| *w = T::from_f64(w.to_f64() * limit / norm));
                    }
                }
            }
        }
    }
}

/// The gradient with each element cut, then shortened as a whole, where that is wanted.
fn clipped<T: Scalar>(clip: &Clip, gradient: &[T]) -> Vec<f64> {
    let cut = clip.value.unwrap_or(f64::INFINITY);
    let mut gradient: Vec<f64> = gradient
        .iter()
        .map(|g| g.to_f64().clamp(-cut, cut))
        .collect();
    let norm = gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
    if let Some(limit) = clip.norm
        && norm + 1e-6 > limit
    {
        gradient
            .iter_mut()
            .for_each(|g| *g *= limit / (norm + 1e-6));
    }
    gradient
}

fn power(base: f64, exponent: i32) -> f64 {
    (0..exponent).fold(1.0, |product, _| product * base)
}
