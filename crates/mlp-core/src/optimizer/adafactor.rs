//! Adafactor: Adam with factored second moments.

use mlp_kernels::update;

use super::{
    Field, OptimizerDefinition, Segment, Tensors, Updates, fields::number, keep, real_power,
};
use crate::{Scalar, spelling::Known};

/// Adafactor (Shazeer and Stern 2018) like PyTorch's `Adafactor`, with decoupled decay: of the squares of
/// a gradient matrix g `[out, in]` it stores only the means of rows and columns. With the step
/// t = 1, 2, ..., the rate r and the weight s = t^beta2_decay,
///
/// ```text
/// rows += s * (mean of g^2 over each row - rows);  columns += s * (mean over each column - columns)
/// v = rows columns^T / max(mean of rows, epsilon)
/// u = g / sqrt(max(v, epsilon^2))
/// a = min(r, 1 / sqrt(t)) * max(epsilon_scale, root mean square of the parameters)
/// parameter -= a * u / max(1, root mean square of u / clip_threshold)
/// ```
///
/// Biases store every square: v += s * (g^2 - v). Root mean squares are those of one tensor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adafactor {
    /// Power of the step in the weight of a new square; not positive.
    pub beta2_decay: f64,
    /// Lower bound on the root mean square; 0 stands for the machine epsilon of the precision.
    pub epsilon: f64,
    /// Lower bound on the size of the parameters that scales the rate; not negative.
    pub epsilon_scale: f64,
    /// Root mean square above which an update is scaled down; positive.
    pub clip_threshold: f64,
}

impl Default for Adafactor {
    fn default() -> Self {
        Self {
            beta2_decay: -0.8,
            epsilon: 0.0,
            epsilon_scale: 1e-3,
            clip_threshold: 1.0,
        }
    }
}

impl Adafactor {
    fn epsilon<T: Scalar>(&self) -> f64 {
        match (self.epsilon, T::NAME) {
            (0.0, "f32") => f64::from(f32::EPSILON),
            (0.0, _) => f64::EPSILON,
            (epsilon, _) => epsilon,
        }
    }
}

/// Moves a mean towards a new value.
fn blend<T: Scalar>(mean: &mut T, share: f64, new: f64) {
    let old = mean.to_f64();
    *mean = T::from_f64(old + share * (new - old)).flush();
}

impl OptimizerDefinition for Adafactor {
    const NAMES: &'static [Known] = &[Known::new(
        "adafactor",
        "adam with factored second moments and decoupled weight decay",
    )];

    const SETTINGS: &'static [Field<Self>] = &[
        number!(
            beta2_decay,
            "power of the step in the decay of the second moments",
            NotPositive
        ),
        number!(
            epsilon,
            "lower bound on the root mean square; 0 for the machine epsilon",
            NotNegative
        ),
        number!(
            epsilon_scale,
            "lower bound on the size of the parameters that scales the rate",
            NotNegative
        ),
        number!(
            clip_threshold,
            "root mean square above which an update is scaled down",
            Positive
        ),
    ];

    fn positional(_: &str) -> &'static [&'static str] {
        &["beta2_decay"]
    }

    fn default_learning_rate(&self) -> f64 {
        1e-2
    }

    fn is_elementwise(&self) -> bool {
        false
    }

    /// Upper bound: a matrix of one row or column stores one number more than it has.
    fn slots(&self) -> usize {
        1
    }

    fn lay_out(&self, segments: &mut [Segment]) -> usize {
        let mut length = 0;
        for segment in segments {
            segment.memory = length;
            length += match segment.tensor.shape {
                Some([rows, columns]) => rows + columns,
                None => segment.range.len(),
            };
        }
        length
    }

    /// The update of the largest tensor, and sums over its columns.
    fn scratch<T: Scalar>(&self, segments: &[Segment]) -> usize {
        let longest = segments.iter().map(|s| s.range.len()).max();
        longest.unwrap_or(0)
    }

    fn is_by_tensor(&self) -> bool {
        true
    }

    fn update<T: Scalar>(
        &self,
        updates: &mut Updates<'_, T>,
        step: u64,
        segment: &Segment,
        tensors: Tensors<'_, T>,
    ) -> bool {
        let kernels = updates.kernels;
        let count = segment.range.len() as f64;
        let share = real_power(step as f64, self.beta2_decay);
        let parameters = &mut tensors.parameters[segment.range.clone()];
        let gradient = &tensors.gradient[segment.range.clone()];
        let memory = &mut tensors.moments[segment.memory..];
        let direction = &mut tensors.scratch[..gradient.len()];
        let epsilon = self.epsilon::<T>();
        let scaled = |g: T, square: f64| {
            let least = epsilon * epsilon;
            let square = if square < least { least } else { square };
            T::from_f64(g.to_f64() / square.sqrt())
        };
        if let Some([rows, columns]) = segment.tensor.shape {
            let (of_rows, rest) = memory.split_at_mut(rows);
            let of_columns = &mut rest[..columns];
            // Sums of squares of the columns, row after row, in the training's precision.
            let sums = &mut direction[..columns];
            sums.fill(T::from_f64(0.0));
            for (row, mean) in gradient.chunks_exact(columns).zip(&mut *of_rows) {
                blend(mean, share, kernels.sum_of_squares(row) / columns as f64);
                for (sum, &g) in sums.iter_mut().zip(row) {
                    *sum = *sum + g * g;
                }
            }
            for (mean, sum) in of_columns.iter_mut().zip(&*sums) {
                blend(mean, share, sum.to_f64() / rows as f64);
            }
            let mean = of_rows.iter().map(|row| row.to_f64()).sum::<f64>() / rows as f64;
            let mean = if mean < epsilon { epsilon } else { mean };
            let outer = gradient
                .chunks_exact(columns)
                .zip(direction.chunks_exact_mut(columns));
            for ((row, out), row_mean) in outer.zip(&*of_rows) {
                for ((out, &g), column_mean) in out.iter_mut().zip(row).zip(&*of_columns) {
                    *out = scaled(g, row_mean.to_f64() * column_mean.to_f64() / mean);
                }
            }
        } else {
            for ((out, &g), square) in direction.iter_mut().zip(gradient).zip(memory) {
                blend(square, share, g.to_f64() * g.to_f64());
                *out = scaled(g, square.to_f64());
            }
        }
        let size = (kernels.sum_of_squares(parameters) / count).sqrt();
        let size = if size < self.epsilon_scale {
            self.epsilon_scale
        } else {
            size
        };
        let most = 1.0 / (step as f64).sqrt();
        let rate = if segment.rate < most {
            segment.rate
        } else {
            most
        };
        let excess = (kernels.sum_of_squares(direction) / count).sqrt() / self.clip_threshold;
        // A direction that is not a number stays one.
        let divisor = if excess <= 1.0 { 1.0 } else { excess };
        let rule = update::Direction {
            rate: T::from_f64(size * rate / divisor),
            keep: T::from_f64(keep(segment)),
        };
        updates.update(rule, parameters, direction, [])
    }
}
