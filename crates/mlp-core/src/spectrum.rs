//! The largest eigenvalue of a symmetric matrix that is given by its products with vectors.

/// Maximum number of products; with as many as the matrix has rows the result is exact.
const MOST_PRODUCTS: usize = 300;

/// The relative change of the estimate between products that counts as none.
const TOLERANCE: f64 = 1e-9;

/// Products in a row without change after which the search ends.
const PATIENCE: usize = 4;

/// The largest eigenvalue (the rightmost, not the largest in size) of the symmetric
/// matrix whose product with a vector `multiply(v, out)` writes to `out`, by the method of Lanczos
/// (1950) from `start`, with every direction orthogonalised twice against all earlier ones.
///
/// It stops when four products in a row have changed the estimate by no more than a relative 1e-9, or
/// after 300 products. The estimate never exceeds the eigenvalue except by rounding. Sums are taken in
/// one order, so that the bits are the same on every machine. 0 for an empty or a zero `start`; NaN
/// where a product is not finite.
///
/// ```
/// let diagonal = [3.0, -7.0, 5.0];
/// let found = mlp_core::spectrum::largest_eigenvalue(&[1.0, 1.0, 1.0], |v, out| {
///     for ((out, v), d) in out.iter_mut().zip(v).zip(diagonal) {
///         *out = d * v;
///     }
/// });
/// assert!((found - 5.0).abs() < 1e-12);
/// ```
pub fn largest_eigenvalue(start: &[f64], mut multiply: impl FnMut(&[f64], &mut [f64])) -> f64 {
    let length = dot(start, start).sqrt();
    if length == 0.0 {
        return 0.0;
    }
    let mut basis: Vec<Vec<f64>> = vec![start.iter().map(|x| x / length).collect()];
    let (mut alphas, mut betas): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
    let (mut estimate, mut still) = (f64::NEG_INFINITY, 0);
    let mut image = vec![0.0; start.len()];
    for round in 1..=start.len().min(MOST_PRODUCTS) {
        multiply(&basis[round - 1], &mut image);
        let alpha = dot(&image, &basis[round - 1]);
        if !alpha.is_finite() {
            return f64::NAN;
        }
        alphas.push(alpha);
        for _ in 0..2 {
            for direction in &basis {
                let along = dot(&image, direction);
                add_scaled(-along, direction, &mut image);
            }
        }
        let found = largest_of_tridiagonal(&alphas, &betas);
        let change = (found - estimate).abs();
        still = if change <= TOLERANCE * found.abs() {
            still + 1
        } else {
            0
        };
        estimate = found;
        let beta = dot(&image, &image).sqrt();
        // The rest is rounding: the directions so far span every eigenvector in `start`.
        let scale = alphas.iter().fold(0.0, |most: f64, alpha| {
            if alpha.abs() > most {
                alpha.abs()
            } else {
                most
            }
        });
        if still == PATIENCE || beta <= 1e-14 * scale || beta == 0.0 {
            break;
        }
        betas.push(beta);
        basis.push(image.iter().map(|x| x / beta).collect());
    }
    estimate
}

/// The largest eigenvalue of the symmetric tridiagonal matrix with this diagonal and off-diagonal,
/// by bisection on Sturm's count.
fn largest_of_tridiagonal(diagonal: &[f64], beside: &[f64]) -> f64 {
    let size = diagonal.len();
    let next = |row: usize| beside.get(row).map_or(0.0, |b| b.abs());
    let previous = |row: usize| if row == 0 { 0.0 } else { beside[row - 1].abs() };
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    for (row, &d) in diagonal.iter().enumerate() {
        let reach = d + previous(row) + if row + 1 < size { next(row) } else { 0.0 };
        high = if reach > high { reach } else { high };
        low = if d > low { d } else { low };
    }
    // The largest is at least the largest of the diagonal, and within Gershgorin's discs.
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return high;
        }
        if is_above_all(middle, diagonal, beside) {
            high = middle;
        } else {
            low = middle;
        }
    }
}

/// Whether every eigenvalue is below `x`: all pivots of the matrix minus x are negative.
fn is_above_all(x: f64, diagonal: &[f64], beside: &[f64]) -> bool {
    let mut pivot = f64::NAN;
    for (row, &d) in diagonal.iter().enumerate() {
        pivot = match row {
            0 => d - x,
            _ => d - x - beside[row - 1] * beside[row - 1] / pivot,
        };
        if pivot >= 0.0 {
            return false;
        }
    }
    true
}

/// The inner product, in eight chains that are added in one order.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut chains = [0.0; 8];
    let (mut heads_a, mut heads_b) = (a.chunks_exact(8), b.chunks_exact(8));
    for (a, b) in heads_a.by_ref().zip(heads_b.by_ref()) {
        for lane in 0..8 {
            chains[lane] += a[lane] * b[lane];
        }
    }
    let tail = heads_a.remainder().iter().zip(heads_b.remainder());
    let tail = tail.fold(0.0, |sum, (a, b)| sum + a * b);
    chains.iter().fold(tail, |sum, chain| sum + chain)
}

/// `y += factor * x`.
pub(crate) fn add_scaled(factor: f64, x: &[f64], y: &mut [f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += factor * x;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{Purpose, Stream};

    fn start(size: usize) -> Vec<f64> {
        let mut stream = Stream::new(1, Purpose::Init);
        (0..size).map(|_| stream.normal()).collect()
    }

    /// The second difference with fixed ends has the eigenvalues 2 - 2 cos(k pi / (n + 1)).
    #[test]
    fn of_the_second_difference() {
        for size in [1, 2, 3, 10, 57] {
            let found = largest_eigenvalue(&start(size), |v, out| {
                for row in 0..size {
                    let left = if row == 0 { 0.0 } else { v[row - 1] };
                    let right = v.get(row + 1).copied().unwrap_or(0.0);
                    out[row] = 2.0 * v[row] - left - right;
                }
            });
            let angle = std::f64::consts::PI * size as f64 / (size + 1) as f64;
            let expected = 2.0 - 2.0 * angle.cos();
            assert!(
                (found - expected).abs() < 1e-8,
                "{size}: {found} for {expected}"
            );
        }
    }

    #[test]
    fn the_largest_is_the_one_furthest_right() {
        let found = largest_eigenvalue(&start(4), |v, out| {
            for (row, d) in [-9.0, -2.0, -5.0, -2.5].into_iter().enumerate() {
                out[row] = d * v[row];
            }
        });
        assert!((found + 2.0).abs() < 1e-10, "{found}");
    }

    #[test]
    fn zero_and_what_is_not_finite() {
        assert_eq!(largest_eigenvalue(&[], |_, _| {}), 0.0);
        assert_eq!(largest_eigenvalue(&start(3), |_, out| out.fill(0.0)), 0.0);
        assert!(largest_eigenvalue(&start(3), |_, out| out.fill(f64::NAN)).is_nan());
    }
}
