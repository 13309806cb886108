//! Updates, one parameter at a time.

use super::updates::{self, Element};
use crate::{Optimizer, Scalar, TrainSpec, optimizer::Segment};

/// Applies a spec's optimizer to flat slices, remembering what the optimizer remembers.
#[derive(Clone, Debug)]
pub struct Updater {
    optimizer: Optimizer,
    /// The weights and the biases of every layer, with their learning rate and weight decay.
    tensors: Vec<Segment>,
    /// What is remembered of each parameter.
    memory: Vec<[f64; 3]>,
    quasi_newton: updates::QuasiNewton,
    last_loss: f64,
    step: i32,
}

impl Updater {
    /// Nothing remembered yet.
    ///
    /// # Panics
    /// If the spec is not valid.
    pub fn new(spec: &TrainSpec) -> Self {
        let valid = spec.validate().expect("a valid spec");
        let tensors = valid.tensors();
        let count = tensors.last().map_or(0, |last| last.range.end);
        Self {
            optimizer: spec.optimizer.clone(),
            tensors,
            memory: vec![[0.0; 3]; count],
            quasi_newton: updates::QuasiNewton::default(),
            last_loss: f64::INFINITY,
            step: 0,
        }
    }

    /// One update with the gradient of the loss (without penalty).
    ///
    /// # Panics
    /// If the slices have not one number a parameter.
    pub fn update<T: Scalar>(&mut self, parameters: &mut [T], gradient: &[T]) {
        self.update_at(f64::NAN, parameters, gradient);
    }

    /// The same where the loss is known, which iRprop+ goes by. L-BFGS goes by its learning rate,
    /// without a line search.
    ///
    /// # Panics
    /// If the slices have not one number a parameter.
    pub fn update_at<T: Scalar>(&mut self, loss: f64, parameters: &mut [T], gradient: &[T]) {
        let count = self.memory.len();
        assert_eq!(parameters.len(), count, "one number a parameter");
        assert_eq!(gradient.len(), count, "one number a parameter");
        self.step += 1;
        let risen = self.step > 1 && loss > self.last_loss;
        self.last_loss = loss;
        let mut p: Vec<f64> = parameters.iter().map(|p| p.to_f64()).collect();
        let g: Vec<f64> = gradient.iter().map(|g| g.to_f64()).collect();
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
                            *p = element.updated(optimizer, *p, *g, memory);
                        }
                    }
                }
            }
        }
        for (parameter, p) in parameters.iter_mut().zip(p) {
            *parameter = T::from_f64(p);
        }
    }
}
