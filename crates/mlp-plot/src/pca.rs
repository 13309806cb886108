//! The plane of greatest variance, for pictures of data with more than two features.

use crate::error::{Error, Result};

/// Two orthonormal directions through the mean (principal component analysis).
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// The mean of the samples, one number per feature.
    pub mean: Vec<f64>,
    /// Two directions of unit length, one number per feature each; the largest entry of each is positive.
    pub axes: [Vec<f64>; 2],
    /// Each direction's share of the total variance.
    pub explained: [f64; 2],
}

impl Plane {
    /// Fits the plane to `samples`, row-major `[samples, features]`, by the Jacobi method on the
    /// covariance matrix, or with many features by orthogonal iteration (Golub and Van Loan,
    /// sections 8.5 and 8.2).
    ///
    /// # Errors
    /// If there are no samples or fewer than two features, or the length is not a multiple of the number of features.
    pub fn fit(samples: &[f64], features: usize) -> Result<Self> {
        let rows = samples.len().checked_div(features).unwrap_or(0);
        if features < 2 || rows == 0 || rows * features != samples.len() {
            return Err(Error::Length {
                what: format!("samples for a plane of {features} features"),
                found: samples.len(),
                expected: features.max(2) * rows.max(1),
            });
        }
        let mut mean = vec![0.0; features];
        for row in samples.chunks_exact(features) {
            for (m, v) in mean.iter_mut().zip(row) {
                *m += v / rows as f64;
            }
        }
        let mut covariance = vec![0.0; features * features];
        for row in samples.chunks_exact(features) {
            for i in 0..features {
                for j in 0..=i {
                    covariance[i * features + j] +=
                        (row[i] - mean[i]) * (row[j] - mean[j]) / rows as f64;
                }
            }
        }
        for i in 0..features {
            for j in 0..i {
                covariance[j * features + i] = covariance[i * features + j];
            }
        }
        let total: f64 = (0..features).map(|i| covariance[i * features + i]).sum();
        let (vectors, variances) = if features > DIRECT {
            leading(&covariance, features)
        } else {
            let vectors = jacobi(&mut covariance, features);
            let variances = (0..features)
                .map(|i| covariance[i * features + i])
                .collect();
            (vectors, variances)
        };
        let found = variances.len();
        let mut order: Vec<usize> = (0..found).collect();
        let variance = |i: usize| variances[i];
        order.sort_by(|a, b| variance(*b).total_cmp(&variance(*a)));
        let axis = |k: usize| {
            let mut axis: Vec<f64> = (0..features)
                .map(|i| vectors[i * found + order[k]])
                .collect();
            let mut largest = 0.0f64;
            for v in &axis {
                if v.abs() > largest.abs() + 1e-12 {
                    largest = *v;
                }
            }
            if largest < 0.0 {
                axis.iter_mut().for_each(|v| *v = -*v);
            }
            axis
        };
        let share = |k: usize| {
            if total > 0.0 {
                variance(order[k]) / total
            } else {
                0.0
            }
        };
        Ok(Plane {
            mean,
            axes: [axis(0), axis(1)],
            explained: [share(0), share(1)],
        })
    }

    /// The plane's coordinates of one sample; missing features count as the mean.
    #[must_use]
    pub fn project(&self, sample: &[f64]) -> (f64, f64) {
        let along = |axis: &[f64]| -> f64 {
            let centred = sample.iter().zip(&self.mean).map(|(v, m)| v - m);
            centred.zip(axis).map(|(v, a)| v * a).sum()
        };
        (along(&self.axes[0]), along(&self.axes[1]))
    }

    /// The point of feature space at coordinates (`u`, `v`) of the plane.
    #[must_use]
    pub fn lift(&self, u: f64, v: f64) -> Vec<f64> {
        let axes = self.axes[0].iter().zip(&self.axes[1]);
        let point = self.mean.iter().zip(axes);
        point.map(|(m, (a, b))| m + u * a + v * b).collect()
    }
}

/// From this number of features on, only the leading directions are computed.
const DIRECT: usize = 100;

/// Directions that are iterated together: the more beyond two, the faster the first two converge.
const BLOCK: usize = 8;

/// Rounds of the iteration, enough for a picture.
const ROUNDS: usize = 60;

/// Leading eigenvectors of a symmetric matrix, as `BLOCK` columns, and their eigenvalues, by
/// orthogonal iteration with a Rayleigh-Ritz step at the end.
fn leading(matrix: &[f64], n: usize) -> (Vec<f64>, Vec<f64>) {
    // Any start that is orthogonal to no direction will do; this one is fixed.
    let start = |i: usize, k: usize| ((i * 7919 + k * 104_729 + 1) % 1009) as f64 / 1009.0 - 0.5;
    let mut basis: Vec<Vec<f64>> = (0..BLOCK)
        .map(|k| (0..n).map(|i| start(i, k)).collect())
        .collect();
    let image = |vector: &[f64]| -> Vec<f64> {
        let rows = matrix.chunks_exact(n);
        rows.map(|row| dot(row, vector)).collect()
    };
    orthonormalise(&mut basis);
    for _ in 0..ROUNDS {
        basis = basis.iter().map(|vector| image(vector)).collect();
        orthonormalise(&mut basis);
    }
    let images: Vec<Vec<f64>> = basis.iter().map(|vector| image(vector)).collect();
    let mut small: Vec<f64> = basis
        .iter()
        .flat_map(|a| images.iter().map(move |b| dot(a, b)))
        .collect();
    let turn = jacobi(&mut small, BLOCK);
    let mut vectors = vec![0.0; n * BLOCK];
    for i in 0..n {
        for k in 0..BLOCK {
            vectors[i * BLOCK + k] = (0..BLOCK).map(|j| basis[j][i] * turn[j * BLOCK + k]).sum();
        }
    }
    let values = (0..BLOCK).map(|k| small[k * BLOCK + k]).collect();
    (vectors, values)
}

/// Gram and Schmidt's way, each twice; a direction that vanishes becomes zero.
fn orthonormalise(basis: &mut [Vec<f64>]) {
    for k in 0..basis.len() {
        let (before, rest) = basis.split_at_mut(k);
        let vector = &mut rest[0];
        for _ in 0..2 {
            for other in before.iter() {
                let along = dot(vector, other);
                vector
                    .iter_mut()
                    .zip(other)
                    .for_each(|(v, o)| *v -= along * o);
            }
        }
        let length = dot(vector, vector).sqrt();
        let scale = if length > 0.0 { 1.0 / length } else { 0.0 };
        vector.iter_mut().for_each(|v| *v *= scale);
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Turns a symmetric matrix diagonal in place and returns the eigenvectors as columns.
fn jacobi(a: &mut [f64], n: usize) -> Vec<f64> {
    let mut vectors = vec![0.0; n * n];
    for i in 0..n {
        vectors[i * n + i] = 1.0;
    }
    for _sweep in 0..60 {
        let scale: f64 = (0..n).map(|i| a[i * n + i].abs()).sum();
        let off: f64 = (0..n)
            .flat_map(|i| (0..i).map(move |j| (i, j)))
            .map(|(i, j)| a[i * n + j].abs())
            .sum();
        if off.is_nan() || off <= scale * 1e-14 {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                let apq = a[p * n + q];
                if apq == 0.0 {
                    continue;
                }
                let theta = (a[q * n + q] - a[p * n + p]) / (2.0 * apq);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for k in 0..n {
                    let (x, y) = (a[k * n + p], a[k * n + q]);
                    a[k * n + p] = c * x - s * y;
                    a[k * n + q] = s * x + c * y;
                }
                for k in 0..n {
                    let (x, y) = (a[p * n + k], a[q * n + k]);
                    a[p * n + k] = c * x - s * y;
                    a[q * n + k] = s * x + c * y;
                }
                for k in 0..n {
                    let (x, y) = (vectors[k * n + p], vectors[k * n + q]);
                    vectors[k * n + p] = c * x - s * y;
                    vectors[k * n + q] = s * x + c * y;
                }
            }
        }
    }
    vectors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_in_three_dimensions_is_found() {
        // Points m + u a + v b with a = (2, 1, 2)/3, b = (-2, 2, 1)/3, u spread wider than v.
        let mut samples = Vec::new();
        for i in -5..=5 {
            for j in -3..=3 {
                let (u, v) = (f64::from(i), f64::from(j) * 0.5);
                samples.extend([
                    1.0 + (2.0 * u - 2.0 * v) / 3.0,
                    2.0 + (u + 2.0 * v) / 3.0,
                    3.0 + (2.0 * u + v) / 3.0,
                ]);
            }
        }
        let plane = Plane::fit(&samples, 3).unwrap();
        // Var u = 10, var v = 0.25 * 4.
        assert!((plane.explained[0] - 10.0 / 11.0).abs() < 1e-12);
        assert!((plane.explained[1] - 1.0 / 11.0).abs() < 1e-12);
        for (found, expected) in plane.axes[0].iter().zip([2.0, 1.0, 2.0]) {
            assert!((found - expected / 3.0).abs() < 1e-12);
        }
        let (u, v) = plane.project(&samples[..3]);
        for (found, expected) in plane.lift(u, v).iter().zip(&samples[..3]) {
            assert!((found - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn many_features_give_the_same_plane() {
        // Two waves of different strength over 150 features, and a little of a third.
        let features = 150;
        let wave = |i: usize, k: usize| ((i * k) as f64 * 0.37).sin();
        let mut samples = Vec::new();
        for row in 0..90 {
            let t = f64::from(row);
            let (a, b, c) = (
                (t * 0.7).sin() * 3.0,
                (t * 1.3).cos(),
                (t * 2.1).sin() * 0.1,
            );
            samples.extend((0..features).map(|i| a * wave(i, 1) + b * wave(i, 2) + c * wave(i, 3)));
        }
        let plane = Plane::fit(&samples, features).unwrap();
        assert!(plane.explained[0] > plane.explained[1] && plane.explained[1] > 0.05);
        let share: f64 = plane.explained.iter().sum();
        assert!((0.99..1.0).contains(&share), "{share}");
        // Each axis is an eigenvector: its variance along the samples is what it explains.
        let total: f64 = (0..features)
            .map(|i| {
                samples
                    .iter()
                    .skip(i)
                    .step_by(features)
                    .map(|v| (v - plane.mean[i]).powi(2))
                    .sum::<f64>()
            })
            .sum();
        let (mut first, mut second, mut both) = (0.0, 0.0, 0.0);
        for row in samples.chunks_exact(features) {
            let (u, v) = plane.project(row);
            first += u * u;
            second += v * v;
            both += u * v;
        }
        assert!((first / total - plane.explained[0]).abs() < 1e-9);
        assert!((second / total - plane.explained[1]).abs() < 1e-9);
        assert!((both / total).abs() < 1e-9);
        assert!(Plane::fit(&vec![1.0; 2 * features], features).is_ok());
    }

    #[test]
    fn shapes_that_make_no_plane_are_refused() {
        assert!(Plane::fit(&[1.0, 2.0, 3.0], 2).is_err());
        assert!(Plane::fit(&[], 2).is_err());
        assert!(Plane::fit(&[1.0], 0).is_err());
        assert!(Plane::fit(&[f64::NAN; 6], 3).is_ok());
    }
}
