//! The textbook form of every optimizer. The formulas stand in the documentation of their settings.

use ndarray::{Array1, Array2, ArrayView2, Axis};

use crate::{Adafactor, Lbfgs, Muon, Optimizer, math, optimizer::Segment};

/// The update of one parameter, for optimizers that take each by itself.
pub(super) struct Element {
    /// The step: 1, 2, ...
    pub(super) t: i32,
    pub(super) rate: f64,
    pub(super) decay: f64,
    /// Whether the loss is greater than at the last step.
    pub(super) risen: bool,
}

impl Element {
    /// The new parameter, from the old one and the gradient of the loss.
    pub(super) fn updated(
        &self,
        optimizer: &Optimizer,
        p: f64,
        g: f64,
        memory: &mut [f64; 3],
    ) -> f64 {
        let [a, b, c] = memory;
        let (t, rate) = (self.t, self.rate);
        let shrunk = p * (1.0 - rate * self.decay);
        let decayed = g + self.decay * p;
        // Decay is decoupled, or part of the gradient.
        let (p, g) = match optimizer {
            Optimizer::AdamW(_) | Optimizer::Lion(_) => (shrunk, g),
            Optimizer::Adam(rule) if rule.decoupled => (shrunk, g),
            Optimizer::Nadam(rule) if rule.decoupled => (shrunk, g),
            Optimizer::Radam(rule) if rule.decoupled => (shrunk, g),
            _ => (p, decayed),
        };
        match optimizer {
            Optimizer::Sgd(rule) if rule.momentum == 0.0 => p - rate * g,
            Optimizer::Sgd(rule) if rule.form == crate::Form::Sklearn => {
                *a = rule.momentum * *a + rate * g;
                if rule.nesterov {
                    p - (rule.momentum * *a + rate * g)
                } else {
                    p - *a
                }
            }
            Optimizer::Sgd(rule) => {
                let share = if t == 1 { 1.0 } else { 1.0 - rule.dampening };
                *a = rule.momentum * *a + share * g;
                if rule.nesterov {
                    p - rate * (g + rule.momentum * *a)
                } else {
                    p - rate * *a
                }
            }
            Optimizer::Adam(rule) => {
                let [mean, square] = moments(rule.beta1, rule.beta2, g, [a, b]);
                let square = if rule.amsgrad {
                    largest(c, square)
                } else {
                    square
                };
                let correction1 = 1.0 - power(rule.beta1, t);
                let correction2 = 1.0 - power(rule.beta2, t);
                match rule.form {
                    crate::Form::Pytorch => {
                        let root = (square / correction2).sqrt() + rule.epsilon;
                        p - rate * (mean / correction1) / root
                    }
                    crate::Form::Sklearn => {
                        let rate = rate * correction2.sqrt() / correction1;
                        p - rate * mean / (square.sqrt() + rule.epsilon)
                    }
                }
            }
            Optimizer::AdamW(rule) => {
                let [mean, square] = moments(rule.beta1, rule.beta2, g, [a, b]);
                let square = if rule.amsgrad {
                    largest(c, square)
                } else {
                    square
                };
                let mean = mean / (1.0 - power(rule.beta1, t));
                let square = square / (1.0 - power(rule.beta2, t));
                p - rate * mean / (square.sqrt() + rule.epsilon)
            }
            Optimizer::Nadam(rule) => {
                let [mean, square] = moments(rule.beta1, rule.beta2, g, [a, b]);
                let mu = |t: i32| {
                    let exponent = f64::from(t) * rule.momentum_decay;
                    rule.beta1 * (1.0 - 0.5 * real_power(0.96, exponent))
                };
                let product: f64 = (1..=t).map(mu).product();
                let root = (square / (1.0 - power(rule.beta2, t))).sqrt() + rule.epsilon;
                let ahead = mu(t + 1) * mean / (1.0 - product * mu(t + 1));
                p - rate * ((1.0 - mu(t)) * g / (1.0 - product) + ahead) / root
            }
            Optimizer::Radam(rule) => {
                let [mean, square] = moments(rule.beta1, rule.beta2, g, [a, b]);
                let mean = mean / (1.0 - power(rule.beta1, t));
                let correction = 1.0 - power(rule.beta2, t);
                let most = 2.0 / (1.0 - rule.beta2) - 1.0;
                let length = most - 2.0 * f64::from(t) * power(rule.beta2, t) / correction;
                if length <= 5.0 {
                    return p - rate * mean;
                }
                let rectification = ((length - 4.0) * (length - 2.0) * most
                    / ((most - 4.0) * (most - 2.0) * length))
                    .sqrt();
                p - rate * mean * rectification * correction.sqrt() / (square.sqrt() + rule.epsilon)
            }
            Optimizer::Adamax(rule) => {
                *a = rule.beta1 * *a + (1.0 - rule.beta1) * g;
                *b *= rule.beta2;
                let size = largest(b, g.abs() + rule.epsilon);
                p - rate / (1.0 - power(rule.beta1, t)) * *a / size
            }
            Optimizer::Adagrad(rule) => {
                if t == 1 {
                    *a = rule.initial_accumulator;
                }
                *a += g * g;
                let rate = rate / (1.0 + f64::from(t - 1) * rule.rate_decay);
                p - rate * g / (a.sqrt() + rule.epsilon)
            }
            Optimizer::Adadelta(rule) => {
                *a = rule.smoothing * *a + (1.0 - rule.smoothing) * g * g;
                let d = (*b + rule.epsilon).sqrt() / (*a + rule.epsilon).sqrt() * g;
                *b = rule.smoothing * *b + (1.0 - rule.smoothing) * d * d;
                p - rate * d
            }
            Optimizer::RmsProp(rule) => {
                *a = rule.smoothing * *a + (1.0 - rule.smoothing) * g * g;
                *b = rule.smoothing * *b + (1.0 - rule.smoothing) * g;
                let mean = if rule.centered { *b } else { 0.0 };
                let variance = *a - mean * mean;
                let root = if variance > 0.0 { variance.sqrt() } else { 0.0 };
                *c = rule.momentum * *c + g / (root + rule.epsilon);
                p - rate * *c
            }
            Optimizer::Lion(rule) => {
                let direction = rule.beta1 * *a + (1.0 - rule.beta1) * g;
                *a = rule.beta2 * *a + (1.0 - rule.beta2) * g;
                p - rate * sign(direction)
            }
            Optimizer::Asgd(rule) => {
                // The rate of this step was set at the end of the last one.
                let now = if t == 1 { rate } else { *b };
                let p = p * (1.0 - rule.lambda * now) - now * g;
                let since = f64::from(t - 1) - rule.average_from;
                *a = if since > 1.0 {
                    *a + (p - *a) / since
                } else {
                    p
                };
                *b = rate / real_power(1.0 + rule.lambda * rate * f64::from(t), rule.power);
                p
            }
            Optimizer::Rprop(rule) => {
                // Last gradient, step, last change.
                if t == 1 {
                    *b = rate;
                }
                let product = sign(g) * sign(*a);
                if product > 0.0 {
                    *b *= rule.eta_plus;
                } else if product < 0.0 {
                    *b *= rule.eta_minus;
                }
                *b = b.clamp(rule.step_min, rule.step_max);
                if product < 0.0 {
                    *a = 0.0;
                    *c = if rule.takes_back && self.risen {
                        -*c
                    } else {
                        0.0
                    };
                } else {
                    *a = g;
                    *c = -sign(g) * *b;
                }
                p + *c
            }
            Optimizer::Adafactor(_) | Optimizer::Muon(_) | Optimizer::Lbfgs(_) => {
                unreachable!("these take more than one parameter at a time")
            }
        }
    }
}

/// Running means of the gradient and of its square.
fn moments(beta1: f64, beta2: f64, g: f64, [mean, square]: [&mut f64; 2]) -> [f64; 2] {
    *mean = beta1 * *mean + (1.0 - beta1) * g;
    *square = beta2 * *square + (1.0 - beta2) * g * g;
    [*mean, *square]
}

/// Keeps the largest value seen.
fn largest(kept: &mut f64, new: f64) -> f64 {
    if new > *kept {
        *kept = new;
    }
    *kept
}

fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

fn power(base: f64, exponent: i32) -> f64 {
    (0..exponent).fold(1.0, |product, _| product * base)
}

fn real_power(base: f64, exponent: f64) -> f64 {
    math::exp(exponent * math::ln(base))
}

/// Adafactor on one tensor. A matrix remembers the means of its rows at the front, then those of its
/// columns, in the first two places of each parameter's memory.
pub(super) fn adafactor(
    rule: &Adafactor,
    t: i32,
    tensor: &Segment,
    shape: Option<[usize; 2]>,
    p: &mut [f64],
    g: &[f64],
    memory: &mut [[f64; 3]],
) {
    let epsilon = if rule.epsilon == 0.0 {
        f64::EPSILON
    } else {
        rule.epsilon
    };
    let share = real_power(f64::from(t), rule.beta2_decay);
    let root_mean_square =
        |values: &[f64]| (values.iter().map(|x| x * x).sum::<f64>() / values.len() as f64).sqrt();
    let squares: Vec<f64> = match shape {
        Some([rows, columns]) => {
            let squares = Array2::from_shape_fn((rows, columns), |(i, j)| {
                g[i * columns + j] * g[i * columns + j]
            });
            let of_rows = squares.sum_axis(Axis(1)) / columns as f64;
            let of_columns = squares.sum_axis(Axis(0)) / rows as f64;
            for (i, new) in of_rows.iter().enumerate() {
                memory[i * columns][0] += share * (new - memory[i * columns][0]);
            }
            for (j, new) in of_columns.iter().enumerate() {
                memory[j][1] += share * (new - memory[j][1]);
            }
            let total: f64 = (0..rows).map(|i| memory[i * columns][0]).sum();
            let mean = (total / rows as f64).max(epsilon);
            (0..rows * columns)
                .map(|at| memory[at - at % columns][0] * memory[at % columns][1] / mean)
                .collect()
        }
        None => {
            for (memory, g) in memory.iter_mut().zip(g) {
                memory[0] += share * (g * g - memory[0]);
            }
            memory.iter().map(|memory| memory[0]).collect()
        }
    };
    let update: Vec<f64> = g
        .iter()
        .zip(squares)
        .map(|(g, square)| g / square.max(epsilon * epsilon).sqrt())
        .collect();
    let rate = tensor.rate.min(1.0 / f64::from(t).sqrt());
    let size = root_mean_square(p).max(rule.epsilon_scale);
    let divisor = (root_mean_square(&update) / rule.clip_threshold).max(1.0);
    for (p, update) in p.iter_mut().zip(update) {
        *p = *p * (1.0 - tensor.rate * tensor.decay) - size * rate * update / divisor;
    }
}

/// Muon on one matrix.
pub(super) fn muon(
    rule: &Muon,
    tensor: &Segment,
    shape: [usize; 2],
    p: &mut [f64],
    g: &[f64],
    memory: &mut [[f64; 3]],
) {
    let (momentum, share) = (rule.momentum, 1.0 - rule.momentum);
    let mut direction = Array2::zeros(shape);
    for ((u, g), [m, ..]) in direction.iter_mut().zip(g).zip(memory) {
        *m = momentum * *m + share * g;
        *u = if rule.nesterov {
            share * g + momentum * *m
        } else {
            *m
        };
    }
    let orthogonal = orthogonalised(rule, direction.view());
    let rate = tensor.rate * rule.rate_factor.of(shape);
    for (p, u) in p.iter_mut().zip(&orthogonal) {
        *p = *p * (1.0 - tensor.rate * tensor.decay) - rate * u;
    }
}

/// The Newton-Schulz iteration towards the nearest matrix with singular values of one.
fn orthogonalised(rule: &Muon, matrix: ArrayView2<'_, f64>) -> Array2<f64> {
    if matrix.nrows() > matrix.ncols() {
        return orthogonalised(rule, matrix.t()).reversed_axes();
    }
    let [a, b, c] = rule.coefficients;
    let norm = matrix.iter().map(|x| x * x).sum::<f64>().sqrt();
    let mut x = &matrix / norm.max(rule.epsilon);
    for _ in 0..rule.iterations {
        let gram = x.dot(&x.t());
        x = a * &x + (b * &gram + c * gram.dot(&gram)).dot(&x);
    }
    x
}

/// What L-BFGS remembers.
#[derive(Clone, Debug, Default)]
pub(super) struct QuasiNewton {
    gradient: Option<Array1<f64>>,
    step: Array1<f64>,
    /// The last steps s and the changes y of the gradient along them, oldest first.
    pairs: Vec<(Array1<f64>, Array1<f64>)>,
}

impl QuasiNewton {
    /// One iteration at a given step length.
    pub(super) fn step(&mut self, rule: &Lbfgs, rate: f64, p: &mut [f64], g: &[f64]) {
        let g = Array1::from(g.to_vec());
        if g.iter().all(|g| g.abs() <= rule.tolerance_grad) {
            return;
        }
        let mut rate = rate;
        match &self.gradient {
            None => rate *= (1.0 / g.iter().map(|g| g.abs()).sum::<f64>()).min(1.0),
            Some(last) => {
                let y = &g - last;
                if y.dot(&self.step) > 1e-10 {
                    self.pairs.push((self.step.clone(), y));
                    if self.pairs.len() > rule.history as usize {
                        self.pairs.remove(0);
                    }
                }
            }
        }
        let direction = -self.inverse_hessian_times(g.clone());
        let slope = g.dot(&direction);
        self.step = rate * &direction;
        self.gradient = Some(g);
        if slope <= -rule.tolerance_change {
            for (p, step) in p.iter_mut().zip(&self.step) {
                *p += step;
            }
        }
    }

    /// The two-loop recursion (Nocedal 1980).
    fn inverse_hessian_times(&self, mut q: Array1<f64>) -> Array1<f64> {
        let mut weights = Vec::new();
        for (s, y) in self.pairs.iter().rev() {
            let weight = s.dot(&q) / y.dot(s);
            q.scaled_add(-weight, y);
            weights.push(weight);
        }
        if let Some((s, y)) = self.pairs.last() {
            q *= y.dot(s) / y.dot(y);
        }
        for ((s, y), weight) in self.pairs.iter().zip(weights.into_iter().rev()) {
            let against = y.dot(&q) / y.dot(s);
            q.scaled_add(weight - against, s);
        }
        q
    }
}
