//! Backpropagation checked against finite differences.

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
/// seed 0, with its dropout and noise.
///
/// With h = 1e-5 the differences' own error is about 1e-10 (h^2 from the third derivative, and
/// rounding over h). The relative error of a component is |a - b| / max(|a|, |b|, 1e-3), so that
/// components near zero have an absolute bound. At the kink of a rectifier the derivative
/// does not exist; choose parameters away from it.
///
/// # Errors
/// A spec, targets or parameters that do not match.
pub fn gradient_check(
    spec: &TrainSpec,
    parameters: &[f64],
    inputs: ArrayView2<'_, f64>,
    targets: &Targets<f64>,
) -> Result<GradientCheck, Error> {
    weighted_gradient_check(spec, parameters, inputs, targets, None)
}

/// [`gradient_check`] with a weight for each sample.
///
/// # Errors
/// As [`gradient_check`]; invalid weights.
pub fn weighted_gradient_check(
    spec: &TrainSpec,
    parameters: &[f64],
    inputs: ArrayView2<'_, f64>,
    targets: &Targets<f64>,
    weights: Option<&[f64]>,
) -> Result<GradientCheck, Error> {
    const H: f64 = 1e-5;
    let spec = TrainSpec {
        init: Init::Given(parameters.into()),
        ..spec.clone()
    };
    let samples = Samples::new(inputs, targets)?;
    let samples = match weights {
        Some(weights) => samples.with_weights(weights)?,
        None => samples,
    };
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
    let reference = gradient_of(
        &spec,
        &layers_at(parameters),
        altered.view(),
        targets,
        weights,
    );
    let mut at = parameters.to_vec();
    let mut check = GradientCheck {
        reference: 0.0,
        engine: 0.0,
    };
    for (index, &parameter) in parameters.iter().enumerate() {
        let mut loss = |value| {
            at[index] = value;
            mean_loss_of(&spec, &layers_at(&at), altered.view(), targets, weights)
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
        Activation, Architecture, BatchNorm, LayerNorm, LayerSpec, Loss, Normalization, Outputs,
        seed::{Purpose, Stream},
    };

    /// Targets of 11 samples for two outputs.
    fn targets(loss: Loss, stream: &mut Stream) -> Targets<f64> {
        match loss.outputs() {
            Outputs::ClassLogits | Outputs::Scores => Targets::Classes {
                labels: (0..11).map(|s| s % 2).collect(),
                classes: 2,
            },
            _ => Targets::Values(Array2::from_shape_fn((11, 2), |_| stream.uniform())),
        }
    }

    #[test]
    fn every_loss_with_weights_and_smoothing() {
        let mut stream = Stream::new(12, Purpose::Generator);
        let names = Loss::ALL.concat();
        for (loss, outputs) in names
            .iter()
            .flat_map(|known| [(known.name, 1), (known.name, 3)])
        {
            let loss: Loss = loss.parse().unwrap();
            let net = Architecture::new(3)
                .layer(5, Activation::Tanh)
                .layer(outputs, Activation::Softplus);
            let parameters: Vec<f64> = (0..net.parameter_count())
                .map(|_| 0.7 * stream.normal())
                .collect();
            let inputs = Array2::from_shape_fn((13, 3), |_| stream.normal());
            let weights: Vec<f64> = (0..13).map(|s| f64::from(s % 4) / 2.0).collect();
            let classes = outputs.max(2) as u32;
            let labels = Targets::Classes {
                labels: (0..13).map(|s| s % classes).collect(),
                classes: classes as usize,
            };
            let values = Targets::Values(Array2::from_shape_fn((13, outputs), |_| {
                (3.0 * stream.uniform()).floor() / 2.0
            }));
            for targets in [labels, values] {
                let spec = TrainSpec {
                    label_smoothing: if loss.smooths() { 0.1 } else { 0.0 },
                    class_weights: match targets {
                        Targets::Classes { .. } => Some((1..=classes).map(f64::from).collect()),
                        Targets::Values(_) => None,
                    },
                    positive_weights: (loss == Loss::BinaryCrossEntropy)
                        .then(|| vec![2.5; outputs]),
                    ..TrainSpec::new(net.clone(), loss)
                };
                let (inputs, weights) = (inputs.view(), Some(&weights[..]));
                let check = weighted_gradient_check(&spec, &parameters, inputs, &targets, weights);
                let check = match check {
                    Err(Error::TargetMismatch { .. } | Error::TargetOutOfRange { .. }) => continue,
                    check => check.unwrap(),
                };
                assert!(check.reference < 1e-6, "{loss} {outputs}: {check:?}");
                assert!(check.engine < 1e-6, "{loss} {outputs}: {check:?}");
            }
        }
    }

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
                    // The exponential of what grows faster than z has no digits to compare.
                    let steep = hidden.value(10.0) > 20.0 || output.value(10.0) > 20.0;
                    let size = if steep { 0.3 } else { 0.7 };
                    let parameters: Vec<f64> = (0..net.parameter_count())
                        .map(|_| size * stream.normal())
                        .collect();
                    let inputs = Array2::from_shape_fn((11, 3), |_| stream.normal());
                    let targets = targets(loss, &mut stream);
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
            for (skip, shortcuts) in [(false, false), (true, false), (false, true)] {
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
                            shortcuts,
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
                                shortcuts,
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
                            "{normalization} {skip} {shortcuts} {dropout} {input_noise} {activation}: {check:?}"
                        );
                        assert!(check.reference < 1e-6, "{what}");
                        assert!(check.engine < 1e-6, "{what}");
                    }
                }
            }
        }
    }
}
