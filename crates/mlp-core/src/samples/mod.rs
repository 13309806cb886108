//! Data, prepared for the engine.

mod blocks;
mod samples_ref;
mod targets;

use std::sync::{Arc, Mutex, PoisonError};

use ndarray::{Array2, ArrayView2, CowArray, Ix2};

pub use self::targets::Targets;
pub(crate) use self::{
    blocks::{Block, Blocks, Rows, TargetKind, block_columns, transpose},
    samples_ref::SamplesRef,
};
use crate::{
    Architecture, Error, Scalar, TrainSpec,
    loss::{Domain, Shape},
};

/// Inputs and targets, checked once and shared read-only by any number of trainings.
///
/// They are kept as given (one sample per row), for mini-batches, and in addition in the blocks for
/// full batches and evaluation (one feature per row), which are created on first use.
///
/// ```
/// use mlp_core::{Samples, Targets};
/// use ndarray::array;
/// let inputs = array![[0.0f32, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
/// let targets = Targets::Classes { labels: vec![0, 1, 1, 0], classes: 2 };
/// let samples = Samples::new(inputs.view(), &targets)?;
/// assert_eq!((samples.len(), samples.features()), (4, 2));
/// # Ok::<(), mlp_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Samples<T> {
    inputs: Array2<T>,
    targets: Targets<T>,
    /// Targets as numbers, `[samples, outputs]`; two classes count as 0 and 1, more have none.
    values: Option<Array2<T>>,
    /// The first sample whose targets are outside each domain.
    misfits: Vec<(Domain, usize)>,
    /// Sample weights in the loss; `None` where all are equal.
    weights: Option<Vec<f64>>,
    /// Sum over samples of (t - mean)^2, for each output, where the targets are values.
    spread: Vec<f64>,
    layouts: Mutex<Vec<Arc<Blocks<T>>>>,
}

impl<T: Scalar> Samples<T> {
    /// Takes `inputs` `[samples, features]`, which are copied if they are views, and copies `targets`.
    ///
    /// # Errors
    /// No samples or no features, different numbers of inputs and targets, a number that is not
    /// finite, a class index that is too large.
    pub fn new<'a>(
        inputs: impl Into<CowArray<'a, T, Ix2>>,
        targets: &Targets<T>,
    ) -> Result<Self, Error> {
        let inputs = inputs.into();
        if inputs.nrows() == 0 {
            return Err(Error::NoSamples);
        }
        if inputs.ncols() == 0 {
            return Err(Error::ZeroSize {
                what: "the number of features".to_owned(),
            });
        }
        if targets.len() != inputs.nrows() {
            let what = "the list of targets".to_owned();
            return Err(Error::BadLength {
                what,
                found: targets.len(),
                expected: inputs.nrows(),
            });
        }
        check_finite("input", &inputs.view())?;
        let values = match targets {
            Targets::Values(values) => {
                if values.ncols() == 0 {
                    return Err(Error::ZeroSize {
                        what: "the number of target columns".to_owned(),
                    });
                }
                check_finite("target", &values.view())?;
                Some(values.as_standard_layout().into_owned())
            }
            Targets::Classes { labels, classes } => {
                let beyond = labels.iter().position(|&label| label as usize >= *classes);
                if let Some(sample) = beyond {
                    return Err(Error::LabelOutOfRange {
                        sample,
                        label: labels[sample],
                        classes: *classes,
                    });
                }
                let number = |row: usize| T::from_f64(f64::from(labels[row]));
                (*classes == 2)
                    .then(|| Array2::from_shape_fn((labels.len(), 1), |(row, _)| number(row)))
            }
        };
        let misfits = values.as_ref().map_or_else(Vec::new, misfits);
        let spread = match targets {
            Targets::Values(values) => values.columns().into_iter().map(spread).collect(),
            Targets::Classes { .. } => Vec::new(),
        };
        Ok(Self {
            inputs: match inputs.is_standard_layout() {
                true => inputs.into_owned(),
                false => inputs.as_standard_layout().into_owned(),
            },
            targets: targets.clone(),
            values,
            misfits,
            weights: None,
            spread,
            layouts: Mutex::new(Vec::new()),
        })
    }

    /// The same samples with weights in the loss: a sample of weight 2 counts as if it
    /// were there twice, one of weight 0 not at all.
    ///
    /// The loss becomes the sum of weight times loss divided by the sum of weights, for each batch as for
    /// all samples; a batch with total weight 0 makes no step.
    ///
    /// ```
    /// # use mlp_core::{Samples, Targets, ndarray::array};
    /// let targets = Targets::Values(array![[1.0], [2.0]]);
    /// let samples = Samples::new(array![[0.0], [1.0]].view(), &targets)?.with_weights(&[1.0, 3.0])?;
    /// assert_eq!(samples.weights(), Some(&[1.0, 3.0][..]));
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// A number of weights that differs from the samples, a weight that is negative or not finite, none above 0.
    pub fn with_weights(mut self, weights: &[f64]) -> Result<Self, Error> {
        check_weights("sample weight", weights, self.len())?;
        self.weights = Some(weights.to_vec());
        Ok(self)
    }

    /// Sample weights in the loss; `None` where all are equal.
    pub fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    /// Weights that give all classes equal total weight: samples / (classes * samples of the class), as
    /// scikit-learn's `balanced`; 0 for a class without samples, which does not count among the
    /// classes. `None` where the targets are values.
    ///
    /// ```
    /// # use mlp_core::{Samples, Targets, ndarray::array};
    /// let targets = Targets::Classes { labels: vec![0, 1, 1, 1], classes: 2 };
    /// let inputs = array![[0.0f32], [1.0], [2.0], [3.0]];
    /// let samples = Samples::new(inputs.view(), &targets)?;
    /// assert_eq!(samples.balanced_class_weights(), Some(vec![2.0, 4.0 / 6.0]));
    /// # Ok::<(), mlp_core::Error>(())
    /// ```
    pub fn balanced_class_weights(&self) -> Option<Vec<f64>> {
        let Targets::Classes { labels, classes } = &self.targets else {
            return None;
        };
        let mut counts = vec![0usize; *classes];
        labels.iter().for_each(|&label| counts[label as usize] += 1);
        let present = counts.iter().filter(|&&count| count > 0).count();
        let weight = |&count: &usize| match count {
            0 => 0.0,
            count => labels.len() as f64 / (present as f64 * count as f64),
        };
        Some(counts.iter().map(weight).collect())
    }

    /// Whether every target is 0 or 1.
    pub(crate) fn have_binary_targets(&self) -> bool {
        !self
            .misfits
            .iter()
            .any(|(domain, _)| *domain == Domain::Binary)
    }

    /// Number of samples; never 0.
    #[expect(clippy::len_without_is_empty, reason = "there is always a sample")]
    pub fn len(&self) -> usize {
        self.inputs.nrows()
    }

    /// Number of features.
    pub fn features(&self) -> usize {
        self.inputs.ncols()
    }

    /// The inputs, `[samples, features]`.
    pub fn inputs(&self) -> ArrayView2<'_, T> {
        self.inputs.view()
    }

    /// The targets.
    pub fn targets(&self) -> &Targets<T> {
        &self.targets
    }

    /// For each output, the sum over samples of (t - mean)^2 in f64.
    pub(crate) fn spread(&self) -> &[f64] {
        &self.spread
    }

    /// Whether the spec's loss can be computed for these targets.
    pub(crate) fn check_loss(&self, spec: &TrainSpec) -> Result<(), Error> {
        let (loss, outputs) = (spec.loss, spec.architecture.outputs());
        let shape = Shape::of(&self.targets);
        loss.fits(shape, outputs)
            .map_err(|expected| Error::TargetMismatch {
                loss: loss.to_string(),
                outputs,
                targets: self.targets.describe(),
                expected,
            })?;
        if let (Some(weights), Shape::Classes(classes)) = (&spec.class_weights, shape) {
            check_weights("class weight", weights, classes)?;
        }
        if spec.class_weights.is_some() && matches!(shape, Shape::Values(_)) {
            return Err(Error::TargetMismatch {
                loss: "a loss with class weights".to_owned(),
                outputs,
                targets: self.targets.describe(),
                expected: "class weights need targets that are classes",
            });
        }
        let Targets::Values(values) = &self.targets else {
            return Ok(());
        };
        let domain = loss.values();
        let misfit = self.misfits.iter().find(|(other, _)| *other == domain);
        misfit.map_or(Ok(()), |&(_, sample)| {
            let row = values.row(sample);
            Err(Error::TargetOutOfRange {
                loss: loss.to_string(),
                sample,
                targets: row.iter().map(|target| target.to_f64()).collect(),
                expected: domain.expected(),
            })
        })
    }

    /// The samples in blocks of `columns`, created once and shared.
    pub(crate) fn blocks(&self, columns: usize) -> Arc<Blocks<T>> {
        // A thread that panicked here left the list as it was.
        let mut layouts = self.layouts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = layouts.iter().find(|blocks| blocks.columns() == columns) {
            return Arc::clone(found);
        }
        let made = Arc::new(Blocks::new(self.rows(), columns));
        layouts.push(Arc::clone(&made));
        made
    }

    fn rows(&self) -> Rows<'_, T> {
        let (values, outputs) = self.value_rows();
        Rows {
            samples: self.len(),
            features: self.features(),
            inputs: self.input_rows(),
            outputs,
            values,
            labels: self.labels(),
        }
    }

    /// The inputs, one sample after the other.
    pub(crate) fn input_rows(&self) -> &[T] {
        self.inputs
            .as_slice()
            .expect("inputs are kept in standard layout")
    }

    /// The targets as numbers, one sample after the other, and their number per sample.
    pub(crate) fn value_rows(&self) -> (&[T], usize) {
        self.values.as_ref().map_or((&[], 0), |values| {
            (
                values
                    .as_slice()
                    .expect("values are kept in standard layout"),
                values.ncols(),
            )
        })
    }

    /// The classes; empty where the targets are values.
    pub(crate) fn labels(&self) -> &[u32] {
        match &self.targets {
            Targets::Classes { labels, .. } => labels,
            Targets::Values(_) => &[],
        }
    }
}

impl<T: Scalar> Clone for Samples<T> {
    fn clone(&self) -> Self {
        Self {
            inputs: self.inputs.clone(),
            targets: self.targets.clone(),
            values: self.values.clone(),
            misfits: self.misfits.clone(),
            weights: self.weights.clone(),
            spread: self.spread.clone(),
            layouts: Mutex::new(Vec::new()),
        }
    }
}

/// Refuses samples whose number of features differs from a network's inputs.
pub(crate) fn features_fit<T: Scalar>(
    architecture: &Architecture,
    samples: &Samples<T>,
) -> Result<(), Error> {
    width_fits(architecture, samples.features())
}

/// Refuses a number of features that differs from a network's inputs.
pub(crate) fn width_fits(architecture: &Architecture, found: usize) -> Result<(), Error> {
    let expected = architecture.inputs;
    if found == expected {
        return Ok(());
    }
    Err(Error::FeatureMismatch {
        found,
        expected,
        architecture: architecture.to_string(),
    })
}

/// Refuses numbers that are not finite.
pub(crate) fn check_finite<T: Scalar>(
    what: &'static str,
    values: &ArrayView2<'_, T>,
) -> Result<(), Error> {
    match values
        .indexed_iter()
        .find(|(_, value)| !value.to_f64().is_finite())
    {
        Some(((sample, column), value)) => Err(Error::NotFinite {
            what,
            sample,
            column,
            value: value.to_f64(),
        }),
        None => Ok(()),
    }
}

/// Refuses weights that are negative, not finite, or all 0.
fn check_weights(what: &'static str, weights: &[f64], expected: usize) -> Result<(), Error> {
    if weights.len() != expected {
        return Err(Error::BadLength {
            what: format!("the list of {what}s"),
            found: weights.len(),
            expected,
        });
    }
    let bad = weights
        .iter()
        .position(|&weight| !(weight >= 0.0 && weight.is_finite()));
    if let Some(at) = bad {
        return Err(Error::BadValue {
            what: format!("{what} {at}"),
            value: weights[at],
            expected: "a finite number, not negative",
        });
    }
    if weights.iter().all(|&weight| weight == 0.0) {
        return Err(Error::BadValue {
            what: format!("every {what}"),
            value: 0.0,
            expected: "above 0 for at least one entry",
        });
    }
    Ok(())
}

/// For every domain that excludes some targets, the first sample outside it.
fn misfits<T: Scalar>(values: &Array2<T>) -> Vec<(Domain, usize)> {
    let first = |domain: Domain| {
        let holds = |row: ndarray::ArrayView1<'_, T>| {
            domain.holds(row.iter().map(|target| target.to_f64()))
        };
        let sample = values.rows().into_iter().position(|row| !holds(row))?;
        Some((domain, sample))
    };
    Domain::LIMITED
        .iter()
        .filter_map(|&domain| first(domain))
        .collect()
}

fn spread<T: Scalar>(column: ndarray::ArrayView1<'_, T>) -> f64 {
    let mean = column.iter().fold(0.0, |sum, value| sum + value.to_f64()) / column.len() as f64;
    column.iter().fold(0.0, |sum, value| {
        sum + (value.to_f64() - mean) * (value.to_f64() - mean)
    })
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::{Activation, Architecture, Hinge, Loss, Poisson};

    #[test]
    fn weights_are_checked_by_place() {
        let inputs = array![[1.0], [2.0]];
        let targets = Targets::Values(array![[0.0], [1.0]]);
        let samples = Samples::new(inputs.view(), &targets).unwrap();
        let refuse = |weights: &[f64]| {
            let weighted = samples.clone().with_weights(weights);
            weighted.unwrap_err().to_string()
        };
        assert!(refuse(&[1.0]).contains("2 are needed"));
        assert!(refuse(&[1.0, -1.0]).contains("sample weight 1 is -1"));
        assert!(refuse(&[f64::NAN, 1.0]).contains("sample weight 0"));
        assert!(refuse(&[0.0, 0.0]).contains("every sample weight"));
        let weighted = samples.with_weights(&[0.0, 2.0]).unwrap();
        assert_eq!(weighted.clone().weights(), Some(&[0.0, 2.0][..]));
    }

    #[test]
    fn bad_data_is_refused_by_place() {
        let inputs = array![[1.0, 2.0], [3.0, f64::NAN]];
        let targets = Targets::Classes {
            labels: vec![0, 1],
            classes: 2,
        };
        let error = Samples::new(inputs.view(), &targets).unwrap_err();
        assert!(
            matches!(
                error,
                Error::NotFinite {
                    what: "input",
                    sample: 1,
                    column: 1,
                    ..
                }
            ),
            "{error}"
        );

        let inputs = array![[1.0, 2.0], [3.0, 4.0]];
        let labels = |labels: Vec<u32>, classes| {
            Samples::new(inputs.view(), &Targets::Classes { labels, classes })
        };
        assert!(matches!(
            labels(vec![0, 2], 2),
            Err(Error::LabelOutOfRange {
                sample: 1,
                label: 2,
                classes: 2
            })
        ));
        assert!(matches!(
            labels(vec![0], 2),
            Err(Error::BadLength {
                found: 1,
                expected: 2,
                ..
            })
        ));
        let infinite = Targets::Values(array![[0.0], [f64::INFINITY]]);
        assert!(matches!(
            Samples::new(inputs.view(), &infinite),
            Err(Error::NotFinite { what: "target", .. })
        ));
        let nothing = Array2::<f64>::zeros((0, 2));
        assert!(matches!(
            Samples::new(nothing.view(), &targets),
            Err(Error::NoSamples)
        ));
        let featureless = Array2::<f64>::zeros((2, 0));
        assert!(matches!(
            Samples::new(featureless.view(), &targets),
            Err(Error::ZeroSize { .. })
        ));
    }

    #[test]
    fn losses_ask_for_targets_that_fit() {
        let inputs = array![[1.0f32], [2.0], [3.0]];
        let of = |targets| Samples::new(inputs.view(), &targets).unwrap();
        let two = of(Targets::Classes {
            labels: vec![0, 1, 1],
            classes: 2,
        });
        let three = of(Targets::Classes {
            labels: vec![0, 1, 2],
            classes: 3,
        });
        let values = of(Targets::Values(array![[0.0], [0.5], [2.0]]));
        let counts = of(Targets::Values(array![[0.0], [3.0], [1.0]]));
        let labels = of(Targets::Values(array![[0.0, 1.0], [1.0, 1.0], [0.0, 0.0]]));
        let shares = of(Targets::Values(array![[0.3, 0.7], [1.0, 0.0], [0.5, 0.5]]));
        let (squared, binary, softmax) = (
            Loss::SquaredError,
            Loss::BinaryCrossEntropy,
            Loss::SoftmaxCrossEntropy,
        );
        let hinge = Loss::Hinge(Hinge::default());
        let poisson = Loss::Poisson(Poisson::default());
        for (samples, loss, outputs, fits) in [
            (&two, binary, 1, true),
            (&two, binary, 2, false),
            (&two, softmax, 2, true),
            (&two, squared, 1, false),
            (&three, softmax, 3, true),
            (&three, softmax, 2, false),
            (&three, binary, 1, false),
            (&three, squared, 3, true),
            (&values, squared, 1, true),
            (&values, squared, 2, false),
            (&values, softmax, 1, false),
            (&values, binary, 1, false),
            (&values, poisson, 1, true),
            (&counts, poisson, 1, true),
            (&two, poisson, 1, false),
            (&labels, binary, 2, true),
            (&labels, hinge, 2, true),
            (&labels, softmax, 2, false),
            (&shares, softmax, 2, true),
            (&shares, binary, 2, true),
            (&shares, hinge, 2, false),
            (&two, hinge, 1, true),
            (&two, hinge, 2, true),
            (&three, hinge, 3, true),
            (&three, hinge, 1, false),
        ] {
            let net = Architecture::classical(1, &[], Activation::Identity, outputs);
            let spec = TrainSpec::new(net, loss);
            assert_eq!(
                samples.check_loss(&spec).is_ok(),
                fits,
                "{loss} {outputs} {:?}",
                samples.targets()
            );
        }
    }
}
