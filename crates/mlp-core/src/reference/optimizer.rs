//! Updates, one parameter at a time.

use std::ops::Range;

use super::updates;
use crate::{
    Clip, Optimizer, Scalar, TrainSpec,
    optimizer::{Element, Segment},
};

/// Applies a spec's optimizer to flat slices, with the optimizer's state.
#[derive(Clone, Debug)]
pub struct Updater {
    spec: TrainSpec,
    optimizer: Optimizer,
    /// The weights and the biases of every layer, with their learning rate and weight decay.
    tensors: Vec<Segment>,
    /// Frozen ranges.
    frozen: Vec<Range<usize>>,
    /// The L1 penalty of each parameter.
    l1: Vec<f64>,
    /// The state of each parameter.
    memory: Vec<[f64; 3]>,
    quasi_newton: updates::QuasiNewton,
    last_loss: f64,
    step: i32,
}

impl Updater {
    /// Without state.
    ///
    /// # Panics
    /// If the spec is not valid.
    pub fn new(spec: &TrainSpec) -> Self {
        let valid = spec.validate().expect("a valid spec");
        let count = spec.architecture.parameter_count();
        let mut tensors = valid.tensors();
        tensors.retain(|tensor| !spec.is_frozen(tensor.tensor.layer));
        let mut l1 = vec![0.0; count];
        for (range, strength) in valid.signs() {
            l1[range].fill(strength);
        }
        Self {
            spec: spec.clone(),
            optimizer: spec.optimizer.clone(),
            frozen: valid.frozen_ranges(),
            tensors,
            l1,
            memory: vec![[0.0; 3]; count],
            quasi_newton: updates::QuasiNewton::default(),
            last_loss: f64::INFINITY,
            step: 0,
        }
    }

    /// One update with the gradient of the loss (without penalty). The learning rate stays
    /// constant: schedules are tables of numbers, see [`Schedule`](crate::Schedule).
    ///
    /// # Panics
    /// If the slices do not have one number per parameter.
    pub fn update<T: Scalar>(&mut self, parameters: &mut [T], gradient: &[T]) {
        self.update_at(f64::NAN, parameters, gradient);
    }

    /// The same where the loss is known, which iRprop+ uses. L-BFGS uses its learning rate,
    /// without a line search.
    ///
    /// # Panics
    /// If the slices do not have one number per parameter.
    pub fn update_at<T: Scalar>(&mut self, loss: f64, parameters: &mut [T], gradient: &[T]) {
        let count = self.memory.len();
        assert_eq!(parameters.len(), count, "one number per parameter");
        assert_eq!(gradient.len(), count, "one number per parameter");
        self.step += 1;
        let risen = self.step > 1 && loss > self.last_loss;
        self.last_loss = loss;
        let mut p: Vec<f64> = parameters.iter().map(|p| p.to_f64()).collect();
        let mut gradient = gradient.to_vec();
        for range in &self.frozen {
            gradient[range.clone()].fill(T::ZERO);
        }
        let mut g = clipped(&self.spec.clip, &gradient);
        for ((g, p), l1) in g.iter_mut().zip(&p).zip(&self.l1) {
            *g += if *p == 0.0 { 0.0 } else { l1 * p.signum() };
        }
        if let Optimizer::Lbfgs(lbfgs) = &self.optimizer {
            let mut g = g;
            for tensor in &self.tensors {
                for index in tensor.range.clone() {
                    g[index] += tensor.decay * p[index];
                }
            }
            let rate = self.tensors.first().map_or(0.0, |tensor| tensor.rate);
            self.quasi_newton.step(lbfgs, rate, &mut p, &g);
        } else {
            for tensor in &self.tensors {
                let range = tensor.range.clone();
                let p = &mut p[range.clone()];
                let memory = &mut self.memory[range.clone()];
                let g = &g[range];
                match (&self.optimizer, tensor.tensor.shape) {
                    (Optimizer::Adafactor(rule), shape) => {
                        updates::adafactor(rule, self.step, tensor, shape, p, g, memory);
                    }
                    (Optimizer::Muon(rule), Some(shape)) if !tensor.rest => {
                        updates::muon(rule, tensor, shape, p, g, memory);
                    }
                    (optimizer, _) => {
                        let optimizer = match optimizer {
                            Optimizer::Muon(rule) => &rule.rest,
                            optimizer => optimizer,
                        };
                        let element = Element {
                            t: self.step,
                            rate: tensor.rate,
                            decay: tensor.decay,
                            risen,
                        };
                        for ((p, g), memory) in p.iter_mut().zip(g).zip(memory) {
                            *p = optimizer.textbook(&element, *p, *g, memory);
                        }
                    }
                }
            }
        }
        if let Some(limit) = self.spec.max_norm {
            let ranges = self.spec.architecture.ranges().into_iter().enumerate();
            for (_, range) in ranges.filter(|(layer, _)| !self.spec.is_frozen(*layer)) {
                for row in p[range.weights].chunks_mut(range.inputs) {
                    let norm = row.iter().map(|w| w * w).sum::<f64>().sqrt();
                    if norm > limit {
                        row.iter_mut().for_each(|w| *w *= limit / norm);
                    }
                }
            }
        }
        for (parameter, p) in parameters.iter_mut().zip(p) {
            *parameter = T::from_f64(p);
        }
    }
}

/// The gradient with each element clipped, then its norm, where requested.
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
