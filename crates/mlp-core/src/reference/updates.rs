//! The textbook form of the optimizers that update several parameters at a time; that of the others
//! is in their files. The formulas are in the documentation of their settings.

use ndarray::{Array1, Array2, ArrayView2, Axis};

use crate::{
    Adafactor, Lbfgs, Muon,
    optimizer::{Segment, real_power},
};

/// Adafactor on one tensor. A matrix stores the means of its rows first, then those of its
/// columns, in the first two places of each parameter's state.
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

/// The state of L-BFGS.
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
