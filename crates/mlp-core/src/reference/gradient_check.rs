//! Backpropagation against finite differences.

use mlp_kernels::Level;
use ndarray::ArrayView2;

use super::{gradient, mean_loss};
use crate::{Error, Init, Samples, Targets, TrainSpec, Trainer};

/// The largest relative errors of two gradients against central finite differences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientCheck {
    /// Of the textbook's gradient.
    pub reference: f64,
    /// Of the engine's gradient.
    pub engine: f64,
}

/// Checks both gradients of the spec's loss at `parameters` against central finite differences
/// (f(p + h) - f(p - h)) / 2h of the textbook's loss, in f64.
///
/// With h = 1e-5 the differences' own error is about 1e-10 (h^2 from the third derivative, and
/// rounding over h). The relative error of a component is |a - b| / max(|a|, |b|, 1e-3), so that
/// components near zero are held to an absolute bound. At the corner of a rectifier the derivative
/// does not exist; choose parameters away from it.
///
/// # Errors
/// A spec, targets or parameters that do not fit each other.
pub fn gradient_check(
    spec: &TrainSpec,
    parameters: &[f64],
    inputs: ArrayView2<'_, f64>,
    targets: &Targets<f64>,
) -> Result<GradientCheck, Error> {
    const H: f64 = 1e-5;
    let spec = TrainSpec {
        init: Init::Given(parameters.into()),
        ..spec.clone()
    };
    let samples = Samples::new(inputs, targets)?;
    let mut trainer = Trainer::new(&spec, &samples, 0, Level::best())?;
    let engine = trainer.gradient();
    let reference = gradient(&spec, parameters, inputs, targets);
    let mut at = parameters.to_vec();
    let mut check = GradientCheck {
        reference: 0.0,
        engine: 0.0,
    };
    for (index, &parameter) in parameters.iter().enumerate() {
        let mut loss = |value| {
            at[index] = value;
            mean_loss(&spec, &at, inputs, targets)
        };
        let difference = (loss(parameter + H) - loss(parameter - H)) / (2.0 * H);
        at[index] = parameter;
        grow(
            &mut check.reference,
            relative_error(reference[index], difference),
        );
        grow(&mut check.engine, relative_error(engine[index], difference));
    }
    Ok(check)
}

fn relative_error(a: f64, b: f64) -> f64 {
    let size = [a.abs(), b.abs()]
        .into_iter()
        .fold(1e-3, |size, x| if x > size { x } else { size });
    (a - b).abs() / size
}

/// Keeps the larger, and NaN as soon as there is one.
fn grow(largest: &mut f64, error: f64) {
    if error > *largest || error.is_nan() {
        *largest = error;
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::{
        Activation, Architecture, LayerSpec, Loss,
        seed::{Purpose, Stream},
    };

    #[test]
    fn every_activation_with_every_loss() {
        let mut stream = Stream::new(11, Purpose::Generator);
        for &hidden in Activation::DEFAULTS {
            for &output in Activation::DEFAULTS {
                for &loss in Loss::DEFAULTS {
                    let net = Architecture::new(3)
                        .layer(4, hidden)
                        .with(LayerSpec {
                            scale: 0.7,
                            bias: false,
                            ..LayerSpec::new(5, hidden)
                        })
                        .with(LayerSpec {
                            scale: 1.3,
                            ..LayerSpec::new(2, output)
                        });
                    let parameters: Vec<f64> = (0..net.parameter_count())
                        .map(|_| 0.7 * stream.normal())
                        .collect();
                    let inputs = Array2::from_shape_fn((11, 3), |_| stream.normal());
                    let targets = match loss {
                        Loss::SoftmaxCrossEntropy => Targets::Classes {
                            labels: (0..11).map(|s| s % 2).collect(),
                            classes: 2,
                        },
                        _ => Targets::Values(Array2::from_shape_fn((11, 2), |_| stream.uniform())),
                    };
                    let spec = TrainSpec {
                        loss_scale: 1.7,
                        ..TrainSpec::new(net, loss)
                    };
                    let check =
                        gradient_check(&spec, &parameters, inputs.view(), &targets).unwrap();
                    assert!(
                        check.reference < 1e-6,
                        "{hidden} {output} {loss}: {check:?}"
                    );
                    assert!(check.engine < 1e-6, "{hidden} {output} {loss}: {check:?}");
                }
            }
        }
    }
}
