//! Products with the Hessian against finite differences of the textbook's gradient, and its largest
//! eigenvalue where that is known.

use mlp_core::{
    Activation, Architecture, Hessian, LayerSpec, Loss, Samples, Targets, TrainSpec, reference,
    seed::{Purpose, Stream},
};
use ndarray::{Array1, Array2, ArrayView2};

fn normals(stream: &mut Stream, count: usize, deviation: f64) -> Vec<f64> {
    (0..count).map(|_| deviation * stream.normal()).collect()
}

/// The gradient of the textbook at `parameters`, with weights.
fn gradient(
    spec: &TrainSpec,
    parameters: &[f64],
    x: ArrayView2<'_, f64>,
    targets: &Targets<f64>,
    weights: &[f64],
) -> Array1<f64> {
    let layers = reference::layers(&spec.architecture, parameters);
    Array1::from(reference::gradient_of(
        spec,
        &layers,
        x,
        targets,
        Some(weights),
    ))
}

fn check(spec: &TrainSpec, targets: &Targets<f64>, stream: &mut Stream) {
    let count = spec.architecture.parameter_count();
    // The exponential of what grows faster than z has no digits to compare.
    let steep = spec.architecture.layers[0].activation.value(10.0) > 20.0;
    let parameters = normals(stream, count, if steep { 0.3 } else { 0.6 });
    let x = Array2::from_shape_fn((13, 3), |_| stream.normal());
    let weights: Vec<f64> = (0..13).map(|s| f64::from(s % 3 + 1) / 2.0).collect();
    let samples = Samples::new(x.view(), targets).unwrap();
    let samples = samples.with_weights(&weights).unwrap();
    let mut hessian = Hessian::new(spec, &parameters, &samples).unwrap();
    let at = |parameters: &[f64]| gradient(spec, parameters, x.view(), targets, &weights);

    let what = format!("{} {}", spec.loss, spec.architecture.layers[0].activation);
    let found = Array1::from(hessian.gradient());
    let expected = at(&parameters);
    let far = (&found - &expected).mapv(f64::abs).sum() / (1.0 + expected.mapv(f64::abs).sum());
    assert!(far < 1e-12, "{what}: gradient off by {far:e}");

    let (u, v) = (normals(stream, count, 1.0), normals(stream, count, 1.0));
    let h = 1e-5;
    let moved = |step: f64| -> Vec<f64> {
        parameters
            .iter()
            .zip(&v)
            .map(|(p, v)| p + step * v)
            .collect()
    };
    let slope = (at(&moved(h)) - at(&moved(-h))) / (2.0 * h);
    let product = Array1::from(hessian.product(&v));
    let far = (&product - &slope).mapv(f64::abs).sum() / (1.0 + slope.mapv(f64::abs).sum());
    assert!(far < 1e-6, "{what}: product off by {far:e}");

    let along: f64 = u.iter().zip(&product).map(|(u, p)| u * p).sum();
    let other: f64 = hessian.product(&u).iter().zip(&v).map(|(p, v)| p * v).sum();
    assert!(
        (along - other).abs() < 1e-9 * (1.0 + along.abs()),
        "{what}: {along} {other}"
    );
}

#[test]
fn products_are_slopes_of_the_gradient() {
    let mut stream = Stream::new(21, Purpose::Generator);
    check_all(&[1, 3], false, &mut stream);
}

#[test]
fn products_are_slopes_of_the_gradient_with_shortcuts() {
    let mut stream = Stream::new(22, Purpose::Generator);
    check_all(&[2], true, &mut stream);
}

/// Every loss with every activation, beside a skip connection or shortcuts.
fn check_all(outputs: &[usize], shortcuts: bool, stream: &mut Stream) {
    for known in Loss::ALL.concat() {
        for &phi in Activation::DEFAULTS {
            for &outputs in outputs {
                let loss: Loss = known.name.parse().unwrap();
                let net = Architecture::new(3)
                    .with(LayerSpec {
                        scale: 1.3,
                        ..LayerSpec::new(5, phi)
                    })
                    .with(LayerSpec {
                        skip: !shortcuts,
                        shortcuts,
                        bias: false,
                        ..LayerSpec::new(5, phi)
                    })
                    .with(LayerSpec {
                        shortcuts,
                        ..LayerSpec::new(outputs, Activation::Softplus)
                    });
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
                        loss_scale: 1.7,
                        label_smoothing: if loss.smooths() { 0.1 } else { 0.0 },
                        class_weights: match targets {
                            Targets::Classes { .. } => Some((1..=classes).map(f64::from).collect()),
                            Targets::Values(_) => None,
                        },
                        positive_weights: (loss == Loss::BinaryCrossEntropy)
                            .then(|| vec![2.5; outputs]),
                        ..TrainSpec::new(net.clone(), loss)
                    };
                    let x = Array2::<f64>::zeros((13, 3));
                    let fits = Samples::new(x.view(), &targets).unwrap();
                    let zeros = vec![0.0; net.parameter_count()];
                    if Hessian::new(&spec, &zeros, &fits).is_ok() {
                        check(&spec, &targets, stream);
                    }
                }
            }
        }
    }
}

/// Of linear least squares the Hessian is 2/N X'X; by NumPy,
/// `numpy.linalg.eigvalsh(2 / 4 * X.T @ X)[-1]` for the X below with a column of ones.
#[test]
fn sharpness_of_least_squares() {
    let x = ndarray::array![[1.0, 2.0], [0.5, -1.0], [-2.0, 0.0], [3.0, 1.5]];
    let targets = Targets::Values(Array2::zeros((4, 1)));
    let samples = Samples::new(x.view(), &targets).unwrap();
    let spec = TrainSpec::new(
        Architecture::classical(2, &[], Activation::Identity, 1),
        Loss::SquaredError,
    );
    let mut hessian = Hessian::new(&spec, &[0.1, 0.2, 0.3], &samples).unwrap();
    // X'X = [[14.25, 6, 2.5], [6, 7.25, 2.5], [2.5, 2.5, 4]]; its characteristic polynomial.
    let root = hessian.largest_eigenvalue(3) * 2.0;
    let polynomial = |l: f64| {
        (14.25 - l) * ((7.25 - l) * (4.0 - l) - 6.25) - 6.0 * (6.0 * (4.0 - l) - 6.25)
            + 2.5 * (15.0 - 2.5 * (7.25 - l))
    };
    assert!(root > 14.25 && polynomial(root).abs() < 1e-8, "{root}");
}

#[test]
fn networks_with_normalization_are_refused() {
    let net = Architecture::new(2)
        .with(LayerSpec {
            normalization: "layer".parse().unwrap(),
            ..LayerSpec::new(3, Activation::Tanh)
        })
        .layer(1, Activation::Identity);
    let x = Array2::<f64>::ones((2, 2));
    let samples = Samples::new(x.view(), &Targets::Values(Array2::zeros((2, 1)))).unwrap();
    let parameters = vec![0.0; net.parameter_count()];
    let spec = TrainSpec::new(net, Loss::SquaredError);
    assert!(Hessian::new(&spec, &parameters, &samples).is_err());
}
