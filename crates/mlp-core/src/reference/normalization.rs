//! Normalization of z `[samples, neurons]`, forward and backward.
//!
//! With the mean and variance of each neuron over the samples (batch normalization), or of each
//! sample over the neurons (layer normalization),
//!
//! ```text
//! q = (z - mean) / sqrt(variance + epsilon)          y = scale * q + shift
//! ```
//!
//! and backward, where the means run over the same axis as mean and variance,
//!
//! ```text
//! dL/dscale = sum of dy * q over samples             dL/dshift = sum of dy over samples
//! dq = dy * scale
//! dL/dz = (dq - mean(dq) - q * mean(dq * q)) / sqrt(variance + epsilon)
//! ```
//!
//! Given statistics do not depend on z; then dL/dz = dq / sqrt(variance + epsilon).

use ndarray::{Array1, Array2, Axis};

use crate::Scalar;

/// What mean and variance are taken over.
#[derive(Clone, Debug, PartialEq)]
pub enum StatisticsSource<T> {
    /// The samples of the batch.
    Samples,
    /// The neurons of the layer.
    Neurons,
    /// Running statistics: the mean and the variance of each neuron.
    Given(Array1<T>, Array1<T>),
}

/// The normalization of one layer.
#[derive(Clone, Debug)]
pub struct Normalize<T> {
    /// What mean and variance are taken over.
    pub over: StatisticsSource<T>,
    /// Added to the variance.
    pub epsilon: f64,
    /// `[neurons]`; ones where it is not a parameter.
    pub scale: Array1<T>,
    /// `[neurons]`; zeros where it is not a parameter.
    pub shift: Array1<T>,
}

/// What a normalization computed in the forward pass.
#[derive(Clone, Debug)]
pub struct Normalized<T> {
    /// q, `[samples, neurons]`.
    pub quotient: Array2<T>,
    /// 1 / sqrt(variance + epsilon), `[samples, neurons]`.
    pub inverse: Array2<T>,
}

impl<T: Scalar> Normalize<T> {
    /// The axis that mean and variance run along; `None` where they are given.
    fn axis(&self) -> Option<Axis> {
        match self.over {
            StatisticsSource::Samples => Some(Axis(0)),
            StatisticsSource::Neurons => Some(Axis(1)),
            StatisticsSource::Given(..) => None,
        }
    }

    /// y, and the values for the backward pass.
    pub fn forward(&self, z: &Array2<T>) -> (Array2<T>, Normalized<T>) {
        let (mean, variance) = match (&self.over, self.axis()) {
            (StatisticsSource::Given(mean, variance), _) => (rows(mean, z), rows(variance, z)),
            (_, axis) => {
                let mean = average(z, axis);
                let difference = z - &mean;
                (mean, average(&(&difference * &difference), axis))
            }
        };
        let inverse = variance.mapv(|v| T::from_f64(1.0 / (v.to_f64() + self.epsilon).sqrt()));
        let quotient = (z - &mean) * &inverse;
        let y = &quotient * &self.scale + &self.shift;
        (y, Normalized { quotient, inverse })
    }

    /// dL/dz from dL/dy, and the gradients of scale and shift.
    pub fn backward(
        &self,
        normalized: &Normalized<T>,
        dy: &Array2<T>,
    ) -> (Array2<T>, Array1<T>, Array1<T>) {
        let Normalized { quotient, inverse } = normalized;
        let scale = (dy * quotient).sum_axis(Axis(0));
        let shift = dy.sum_axis(Axis(0));
        let dq = dy * &self.scale;
        let dz = match self.axis() {
            None => dq * inverse,
            axis => {
                let means = average(&dq, axis) + quotient * &average(&(&dq * quotient), axis);
                (dq - means) * inverse
            }
        };
        (dz, scale, shift)
    }
}

/// The mean along an axis, repeated along it.
fn average<T: Scalar>(values: &Array2<T>, axis: Option<Axis>) -> Array2<T> {
    let Some(axis) = axis else {
        return values.clone();
    };
    let mean = values.sum_axis(axis) / T::from_f64(values.len_of(axis) as f64);
    let mean = mean.insert_axis(axis);
    mean.broadcast(values.dim())
        .expect("one number along the axis")
        .to_owned()
}

/// A number per neuron, the same for every sample.
fn rows<T: Scalar>(numbers: &Array1<T>, like: &Array2<T>) -> Array2<T> {
    numbers
        .broadcast(like.dim())
        .expect("one number per neuron")
        .to_owned()
}

/// Running means and variances `[neurons]` after a training pass over a batch with these z
/// `[samples, neurons]`: (1 - momentum) * running + momentum * batch, where the batch's variance is
/// divided by n - 1.
pub fn move_statistics<T: Scalar>(
    means: &mut Array1<T>,
    variances: &mut Array1<T>,
    momentum: f64,
    z: &Array2<T>,
) {
    let n = z.nrows() as f64;
    let (old, new) = (T::from_f64(1.0 - momentum), T::from_f64(momentum));
    let mean = average(z, Some(Axis(0)));
    let difference = z - &mean;
    let variance = average(&(&difference * &difference), Some(Axis(0)));
    let unbiased = T::from_f64(n / (n - 1.0));
    *means = &*means * old + &(&mean.row(0) * new);
    *variances = &*variances * old + &(&variance.row(0) * unbiased * new);
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    /// By hand: neuron 0 has mean 2 and variance 1 over the samples, neuron 1 mean 5 and variance 4.
    #[test]
    fn known_values() {
        let z = array![[1.0, 3.0], [3.0, 7.0]];
        let mut normalize = Normalize {
            over: StatisticsSource::Samples,
            epsilon: 0.0,
            scale: array![2.0, 1.0],
            shift: array![0.5, 0.0],
        };
        assert_eq!(normalize.forward(&z).0, array![[-1.5, -1.0], [2.5, 1.0]]);
        normalize.over = StatisticsSource::Neurons;
        assert_eq!(normalize.forward(&z).0, array![[-1.5, 1.0], [-1.5, 1.0]]);
        normalize.over = StatisticsSource::Given(array![1.0, 1.0], array![4.0, 1.0]);
        assert_eq!(normalize.forward(&z).0, array![[0.5, 2.0], [2.5, 6.0]]);

        let (mut means, mut variances) = (array![0.0, 0.0], array![1.0, 1.0]);
        move_statistics(&mut means, &mut variances, 0.5, &z);
        assert_eq!((means, variances), (array![1.0, 2.5], array![1.5, 4.5]));
    }
}
