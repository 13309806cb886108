//! Data, prepared for the engine.

mod blocks;
mod targets;

use std::sync::{Arc, Mutex, PoisonError};

use ndarray::{Array2, ArrayView2};

pub(crate) use self::blocks::{Block, Blocks, TargetKind, block_columns, transpose};
pub use self::targets::Targets;
use crate::{Architecture, Error, Loss, Scalar};

/// Inputs and targets, checked once and shared read-only between any number of trainings.
///
/// They are kept as given (a sample is a row), for mini-batches, and beside that in the blocks
/// that full batches and evaluation want (a feature is a row), which are made when first asked
/// for.
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
    /// The first target outside `[0, 1]`, for binary cross-entropy.
    beyond_unit: Option<(usize, usize)>,
    /// Sum over samples of (t - mean)^2, for each output, where the targets are values.
    spread: Vec<f64>,
    layouts: Mutex<Vec<Arc<Blocks<T>>>>,
}

impl<T: Scalar> Samples<T> {
    /// Copies `inputs` `[samples, features]` and `targets`.
    ///
    /// # Errors
    /// No samples or no features, other numbers of inputs and targets, a number that is not
    /// finite, a class index that is too large.
    pub fn new(inputs: ArrayView2<'_, T>, targets: &Targets<T>) -> Result<Self, Error> {
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
        check_finite("input", &inputs)?;
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
        let beyond_unit = values.as_ref().and_then(|values| {
            let inside = |value: &T| (0.0..=1.0).contains(&value.to_f64());
            values
                .indexed_iter()
                .find(|(_, value)| !inside(value))
                .map(|(at, _)| at)
        });
        let spread = match targets {
            Targets::Values(values) => values.columns().into_iter().map(spread).collect(),
            Targets::Classes { .. } => Vec::new(),
        };
        Ok(Self {
            inputs: inputs.as_standard_layout().into_owned(),
            targets: targets.clone(),
            values,
            beyond_unit,
            spread,
            layouts: Mutex::new(Vec::new()),
        })
    }

    /// How many samples there are; never 0.
    #[expect(clippy::len_without_is_empty, reason = "there is always a sample")]
    pub fn len(&self) -> usize {
        self.inputs.nrows()
    }

    /// Features of a sample.
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

    /// Whether `loss` of a network with `outputs` outputs can be computed on these targets.
    pub(crate) fn check_loss(&self, loss: Loss, outputs: usize) -> Result<(), Error> {
        let mismatch = |expected| {
            let targets = self.targets.describe();
            Err(Error::TargetMismatch {
                loss: loss.to_string(),
                outputs,
                targets,
                expected,
            })
        };
        match (loss, &self.targets) {
            (Loss::SquaredError, Targets::Values(values)) if values.ncols() == outputs => Ok(()),
            (Loss::SquaredError, Targets::Values(_)) => {
                mismatch("one output for each target column")
            }
            (Loss::SquaredError, Targets::Classes { classes, .. }) if *classes == outputs => Ok(()),
            (Loss::SquaredError, Targets::Classes { .. }) => mismatch("one output for each class"),
            (Loss::BinaryCrossEntropy, Targets::Classes { classes: 2, .. }) if outputs == 1 => {
                Ok(())
            }
            (Loss::BinaryCrossEntropy, Targets::Classes { .. }) => {
                mismatch("two classes and one output")
            }
            (Loss::BinaryCrossEntropy, Targets::Values(values)) if values.ncols() == outputs => {
                let Some((sample, output)) = self.beyond_unit else {
                    return Ok(());
                };
                let value = values[[sample, output]].to_f64();
                Err(Error::BinaryTargetOutOfRange {
                    sample,
                    output,
                    value,
                })
            }
            (Loss::BinaryCrossEntropy, Targets::Values(_)) => {
                mismatch("one output for each target column")
            }
            (Loss::SoftmaxCrossEntropy, Targets::Classes { classes, .. })
                if *classes == outputs =>
            {
                Ok(())
            }
            (Loss::SoftmaxCrossEntropy, Targets::Classes { .. }) => {
                mismatch("one output for each class")
            }
            (Loss::SoftmaxCrossEntropy, Targets::Values(_)) => {
                mismatch("softmax needs targets that are classes")
            }
        }
    }

    /// The samples in blocks of `columns`, made once and shared.
    pub(crate) fn blocks(&self, columns: usize) -> Arc<Blocks<T>> {
        // A thread that panicked here left the list as it was.
        let mut layouts = self.layouts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = layouts.iter().find(|blocks| blocks.columns() == columns) {
            return Arc::clone(found);
        }
        let made = Arc::new(Blocks::new(self, columns));
        layouts.push(Arc::clone(&made));
        made
    }

    /// The inputs, one sample after the other.
    pub(crate) fn input_rows(&self) -> &[T] {
        self.inputs
            .as_slice()
            .expect("inputs are kept in standard layout")
    }

    /// The targets as numbers, one sample after the other, and how many a sample.
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
            beyond_unit: self.beyond_unit,
            spread: self.spread.clone(),
            layouts: Mutex::new(Vec::new()),
        }
    }
}

/// Refuses samples that have other features than a network has inputs.
pub(crate) fn features_fit<T: Scalar>(
    architecture: &Architecture,
    samples: &Samples<T>,
) -> Result<(), Error> {
    let (found, expected) = (samples.features(), architecture.inputs);
    if found == expected {
        return Ok(());
    }
    Err(Error::FeatureMismatch {
        found,
        expected,
        architecture: architecture.to_string(),
    })
}

fn check_finite<T: Scalar>(what: &'static str, values: &ArrayView2<'_, T>) -> Result<(), Error> {
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
        let (squared, binary, softmax) = (
            Loss::SquaredError,
            Loss::BinaryCrossEntropy,
            Loss::SoftmaxCrossEntropy,
        );
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
        ] {
            assert_eq!(
                samples.check_loss(loss, outputs).is_ok(),
                fits,
                "{loss} {outputs} {:?}",
                samples.targets()
            );
        }
    }
}
