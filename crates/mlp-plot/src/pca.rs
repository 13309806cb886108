//! The plane of greatest variance, for pictures of data with more than two features.

use crate::error::{Error, Result};

/// Two orthonormal directions through the mean (principal component analysis).
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// The mean of the samples, one number a feature.
    pub mean: Vec<f64>,
    /// Two directions of unit length, one number a feature each; the largest entry of each is positive.
    pub axes: [Vec<f64>; 2],
    /// Each direction's share of the whole variance.
    pub explained: [f64; 2],
}

impl Plane {
    /// Fits the plane to `samples`, row-major `[samples, features]`, by the Jacobi method on the
    /// covariance matrix (Golub and Van Loan, section 8.5).
    ///
    /// # Errors
    /// If there is no sample, there are fewer than two features, or the length does not divide.
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
        let vectors = jacobi(&mut covariance, features);
        let mut order: Vec<usize> = (0..features).collect();
        let variance = |i: usize| covariance[i * features + i];
        order.sort_by(|a, b| variance(*b).total_cmp(&variance(*a)));
        let axis = |k: usize| {
            let mut axis: Vec<f64> = (0..features)
                .map(|i| vectors[i * features + order[k]])
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
    fn shapes_that_make_no_plane_are_refused() {
        assert!(Plane::fit(&[1.0, 2.0, 3.0], 2).is_err());
        assert!(Plane::fit(&[], 2).is_err());
        assert!(Plane::fit(&[1.0], 0).is_err());
        assert!(Plane::fit(&[f64::NAN; 6], 3).is_ok());
    }
}
