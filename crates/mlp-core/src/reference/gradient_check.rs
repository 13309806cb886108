//! Backpropagation against finite differences.

use mlp_kernels::Level;
use ndarray::ArrayView2;

use super::{altered_inputs, gradient_of, layers, masks, mean_loss_of};
use crate::{Error, Init, Samples, Targets, TrainSpec, Trainer, engine::Observe};

/// The largest relative errors of two gradients against central finite differences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientCheck {
    /// Of the textbook's gradient.
    pub reference: f64,
    /// Of the engine's gradient.
    pub engine: f64,
}

/// Checks both gradients of the spec's loss at `parameters` against central finite differences
/// (f(p + h) - f(p - h)) / 2h of the textbook's loss, in f64: those of the first full-batch update of
/// seed 0, with what it drops and adds.
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
    let engine = trainer.training_gradient(Observe::Nothing);
    let altered = altered_inputs(&spec, 0, 0, inputs);
    let masks = masks(&spec, 0, 0, inputs.nrows());
    let layers_at = |parameters: &[f64]| {
        let mut layers = layers(&spec.architecture, parameters);
        for (layer, mask) in layers.iter_mut().zip(&masks) {
            layer.mask.clone_from(mask);
        }
        layers
    };
    let reference = gradient_of(&spec, &layers_at(parameters), altered.view(), targets);
    let mut at = parameters.to_vec();
    let mut check = GradientCheck {
        reference: 0.0,
        engine: 0.0,
    };
    for (index, &parameter) in parameters.iter().enumerate() {
        let mut loss = |value| {
            at[index] = value;
            mean_loss_of(&spec, &layers_at(&at), altered.view(), targets)
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
        Activation, Architecture, BatchNorm, LayerNorm, LayerSpec, Loss, Normalization,
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

    /// Every operation between and around the dense layers, alone and with all others.
    #[test]
    fn every_operation() {
        // Third derivatives grow as a variance falls, and with them the differences' own error.
        let batch = Normalization::Batch(BatchNorm {
            epsilon: 0.05,
            ..BatchNorm::default()
        });
        let wide = Normalization::Batch(BatchNorm {
            epsilon: 0.1,
            affine: false,
            ..BatchNorm::default()
        });
        let layer = Normalization::Layer(LayerNorm {
            epsilon: 0.05,
            ..LayerNorm::default()
        });
        let plain = Normalization::Layer(LayerNorm {
            epsilon: 0.1,
            affine: false,
        });
        let mut stream = Stream::new(12, Purpose::Generator);
        for normalization in [Normalization::None, batch, wide, layer, plain] {
            for skip in [false, true] {
                for (dropout, input_dropout, input_noise) in [
                    (0.0, 0.0, 0.0),
                    (0.4, 0.0, 0.0),
                    (0.0, 0.3, 0.2),
                    (0.3, 0.2, 0.1),
                ] {
                    for activation in [Activation::Tanh, Activation::Gelu] {
                        let with = |bias| LayerSpec {
                            normalization,
                            skip,
                            bias,
                            scale: 0.8,
                            ..LayerSpec::new(4, activation)
                        };
                        let net = Architecture::new(4)
                            .with(with(false))
                            .layer(4, activation)
                            .with(with(true))
                            .with(LayerSpec {
                                normalization,
                                ..LayerSpec::new(2, Activation::Identity)
                            });
                        let parameters: Vec<f64> = (0..net.parameter_count())
                            .map(|_| 0.7 * stream.normal())
                            .collect();
                        // Several blocks, the last one narrower.
                        let samples = 530;
                        let inputs = Array2::from_shape_fn((samples, 4), |_| stream.normal());
                        let values = Array2::from_shape_fn((samples, 2), |_| stream.uniform());
                        let rates = if dropout > 0.0 {
                            vec![dropout, 0.0, dropout]
                        } else {
                            Vec::new()
                        };
                        let spec = TrainSpec {
                            dropout: rates,
                            input_dropout,
                            input_noise,
                            ..TrainSpec::new(net, Loss::SquaredError)
                        };
                        let targets = Targets::Values(values);
                        let check =
                            gradient_check(&spec, &parameters, inputs.view(), &targets).unwrap();
                        let what = format!(
                            "{normalization} {skip} {dropout} {input_noise} {activation}: {check:?}"
                        );
                        assert!(check.reference < 1e-6, "{what}");
                        assert!(check.engine < 1e-6, "{what}");
                    }
                }
            }
        }
    }
}
