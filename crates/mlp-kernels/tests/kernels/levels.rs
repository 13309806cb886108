//! Every kernel at every supported level equals the oracle bit for bit.

use mlp_kernels::update::Sgd;
use mlp_kernels::{
    Activated, Activation, DenseGradient, DenseLayer, DenseShape, Element, Kernels, Level, Loss,
    LossBlock, OutputNeuron, OutputShape, Target, oracle,
};
use proptest::prelude::*;

use super::cases::{Numbers, assert_bits, each_level, run};

fn into<'a, T>(w: &'a mut [T], bias: &'a mut [T], accumulate: bool) -> DenseGradient<'a, T> {
    DenseGradient {
        w,
        bias: Some(bias),
        accumulate,
    }
}

fn dense<T: Element>(
    seed: u64,
    inputs: usize,
    outputs: usize,
    vectors: usize,
    special: u64,
) -> Result<(), TestCaseError> {
    let mut n = Numbers {
        state: seed,
        special,
    };
    let shape = DenseShape {
        inputs,
        outputs,
        columns: vectors * T::LANES,
    };
    let (below, above) = (inputs * shape.columns, outputs * shape.columns);
    let (w, b, x) = (
        n.vector::<T>(inputs * outputs),
        n.vector::<T>(outputs),
        n.vector::<T>(below),
    );
    let (dz, z_below) = (n.vector::<T>(above), n.vector::<T>(below));
    let (phi, scale, accumulate) = (n.activation(), n.scale::<T>(), n.next().is_multiple_of(2));
    let bias = (n.next().is_multiple_of(2)).then_some(&b[..]);
    let old = n.vector::<T>(inputs * outputs);

    let (mut pre, mut y) = (vec![T::ZERO; above], vec![T::ZERO; above]);
    let layer = DenseLayer::new(shape, &w, bias, scale);
    let from = Activated::new(phi, &x, Some(&z_below));
    oracle::dense_forward(layer, phi, &x, Some(&mut pre), &mut y);
    let mut dx = vec![T::ZERO; below];
    oracle::dense_input_gradient(layer, &dz, from, &mut dx);
    let (mut gw, mut gb) = (old.clone(), b.clone());
    let gradient = into(&mut gw, &mut gb, accumulate);
    oracle::dense_weight_gradient(shape, scale, &dz, &x, gradient);

    each_level::<T>(|level, kernels| {
        let (mut pre_got, mut y_got) = (vec![T::ONE; above], vec![T::ONE; above]);
        kernels.dense_forward(layer, phi, &x, Some(&mut pre_got), &mut y_got);
        assert_bits("pre", level, &pre_got, &pre)?;
        assert_bits("y", level, &y_got, &y)?;
        y_got.fill(T::ONE);
        kernels.dense_forward(layer, phi, &x, None, &mut y_got);
        assert_bits("y alone", level, &y_got, &y)?;

        // The fused kernel equals its parts.
        let mut parts = vec![T::ONE; above];
        kernels.dense_forward(layer, Activation::Identity, &x, None, &mut parts);
        let z = parts.clone();
        kernels.activation(phi, &z, &mut parts);
        assert_bits("y in parts", level, &parts, &y)?;

        let mut dx_got = vec![T::ONE; below];
        kernels.dense_input_gradient(layer, &dz, from, &mut dx_got);
        assert_bits("dx", level, &dx_got, &dx)?;

        // A band of the inputs has the rows of the whole.
        let first = inputs / 3;
        let rows = first * shape.columns..;
        let band = DenseShape {
            inputs: inputs - first,
            ..shape
        };
        dx_got.fill(T::ONE);
        let band = DenseLayer::band(band, inputs, &w[first.min(w.len())..], scale);
        let from = Activated::new(phi, &x[rows.clone()], Some(&z_below[rows.clone()]));
        kernels.dense_input_gradient(band, &dz, from, &mut dx_got[rows.clone()]);
        assert_bits("a band of dx", level, &dx_got[rows.clone()], &dx[rows])?;

        let (mut gw_got, mut gb_got) = (old.clone(), b.clone());
        let mut scratch = vec![T::ONE; shape.weight_gradient_scratch::<T>()];
        let gradient = into(&mut gw_got, &mut gb_got, accumulate);
        kernels.dense_weight_gradient(shape, scale, &dz, &x, gradient, &mut scratch);
        assert_bits("gw", level, &gw_got, &gw)?;
        assert_bits("gb", level, &gb_got, &gb)
    })
}

#[test]
fn dense_layers() {
    run(250, dense::<f32>);
    run(120, dense::<f64>);
}

#[test]
fn deep_sums_cross_blocks() {
    for special in [0, 400] {
        dense::<f32>(1, 211, 67, 5, special).unwrap();
        dense::<f64>(2, 67, 211, 5, special).unwrap();
    }
}

fn one<T: Element>(
    seed: u64,
    inputs: usize,
    outputs: usize,
    _: usize,
    special: u64,
) -> Result<(), TestCaseError> {
    let mut n = Numbers {
        state: seed,
        special,
    };
    let (w, b, x) = (
        n.vector::<T>(inputs * outputs),
        n.vector::<T>(outputs),
        n.vector::<T>(inputs),
    );
    let (dz, z_below, old) = (
        n.vector::<T>(outputs),
        n.vector::<T>(inputs),
        n.vector::<T>(inputs * outputs),
    );
    let (phi, scale, accumulate) = (n.activation(), n.scale::<T>(), n.next().is_multiple_of(2));
    let bias = (n.next().is_multiple_of(2)).then_some(&b[..]);
    let step = Sgd {
        rate: n.number(),
        decay: n.number(),
    };

    let (mut pre, mut y) = (vec![T::ZERO; outputs], vec![T::ZERO; outputs]);
    let shape = DenseShape {
        inputs,
        outputs,
        columns: 1,
    };
    let layer = DenseLayer::new(shape, &w, bias, scale);
    let from = Activated::new(phi, &x, Some(&z_below));
    oracle::dense_forward_one(layer, phi, &x, Some(&mut pre), &mut y);
    let mut dx = vec![T::ZERO; inputs];
    oracle::dense_input_gradient(layer, &dz, from, &mut dx);
    let (mut gw, mut gb) = (old.clone(), b.clone());
    let gradient = into(&mut gw, &mut gb, accumulate);
    oracle::rank_one_gradient(scale, &dz, &x, gradient);
    let (mut w_new, mut b_new) = (w.clone(), b.clone());
    let finite = oracle::rank_one_sgd(step, scale, &dz, &x, &mut w_new, Some(&mut b_new));

    each_level::<T>(|level, kernels| {
        let (mut pre_got, mut y_got) = (vec![T::ONE; outputs], vec![T::ONE; outputs]);
        kernels.dense_forward_one(layer, phi, &x, Some(&mut pre_got), &mut y_got);
        assert_bits("pre one", level, &pre_got, &pre)?;
        assert_bits("y one", level, &y_got, &y)?;
        let mut dx_got = vec![T::ONE; inputs];
        kernels.dense_input_gradient_one(layer, &dz, from, &mut dx_got);
        assert_bits("dx one", level, &dx_got, &dx)?;
        let (mut gw_got, mut gb_got) = (old.clone(), b.clone());
        let gradient = into(&mut gw_got, &mut gb_got, accumulate);
        kernels.rank_one_gradient(scale, &dz, &x, gradient);
        assert_bits("gw one", level, &gw_got, &gw)?;
        assert_bits("gb one", level, &gb_got, &gb)?;
        let (mut w_got, mut b_got) = (w.clone(), b.clone());
        prop_assert_eq!(
            kernels.rank_one_sgd(step, scale, &dz, &x, &mut w_got, Some(&mut b_got)),
            finite
        );
        assert_bits("w one", level, &w_got, &w_new)?;
        assert_bits("b one", level, &b_got, &b_new)
    })
}

#[test]
fn single_samples() {
    run(250, one::<f32>);
    run(120, one::<f64>);
}

fn elementwise<T: Element>(
    seed: u64,
    size: usize,
    _: usize,
    _: usize,
    special: u64,
) -> Result<(), TestCaseError> {
    let mut n = Numbers {
        state: seed,
        special,
    };
    let (z, y, dy) = (
        n.vector::<T>(size),
        n.vector::<T>(size),
        n.vector::<T>(size),
    );
    let phi = n.activation();
    let (mut value, mut slope) = (vec![T::ZERO; size], vec![T::ZERO; size]);
    oracle::activation(phi, &z, &mut value);
    oracle::activation_gradient(phi, &z, &y, &dy, &mut slope);
    each_level::<T>(|level, kernels| {
        let mut got = vec![T::ONE; size];
        kernels.activation(phi, &z, &mut got);
        assert_bits("phi", level, &got, &value)?;
        kernels.activation_gradient(phi, &z, &y, &dy, &mut got);
        assert_bits("phi'", level, &got, &slope)?;
        prop_assert_eq!(
            kernels.sum_of_squares(&z).to_bits(),
            oracle::sum_of_squares(&z).to_bits()
        );
        prop_assert_eq!(kernels.is_finite(&z), oracle::is_finite(&z));
        Ok(())
    })
}

#[test]
fn elements_and_sums() {
    run(400, elementwise::<f32>);
    run(200, elementwise::<f64>);
}

fn losses<T: Element>(
    seed: u64,
    outputs: usize,
    less: usize,
    vectors: usize,
    special: u64,
) -> Result<(), TestCaseError> {
    let mut n = Numbers {
        state: seed,
        special,
    };
    let outputs = outputs.min(20);
    let columns = vectors * T::LANES;
    let valid = columns - less.min(columns - 1);
    let logits = n.vector::<T>(outputs * columns);
    let values = n.vector::<T>(outputs * columns);
    let classes: Vec<u32> = (0..valid)
        .map(|_| (n.next() % outputs.max(2) as u64) as u32)
        .collect();
    let scale = n.scale::<T>();
    let softmax_classes: Vec<u32> = classes.iter().map(|c| c % outputs as u32).collect();
    let cases = [
        (Loss::SquaredError, Target::Values(&values[..])),
        (Loss::SquaredError, Target::Classes(&classes)),
        (Loss::BinaryCrossEntropy, Target::Values(&values)),
        (Loss::BinaryCrossEntropy, Target::Classes(&classes)),
        (Loss::SoftmaxCrossEntropy, Target::Classes(&softmax_classes)),
    ];
    let shape = OutputShape {
        outputs,
        columns,
        valid,
    };
    for (loss, target) in cases {
        let of = LossBlock::new(loss, shape, target);
        let mut dz = vec![T::ONE; logits.len()];
        oracle::loss_gradient(of, scale, &logits, &mut dz);
        let sum = oracle::loss_sum(of, &logits);
        let correct = oracle::correct(of, &logits);
        each_level::<T>(|level, kernels| {
            let mut got = vec![T::ONE; logits.len()];
            kernels.loss_gradient(of, scale, &logits, &mut got);
            assert_bits(&format!("{loss:?} gradient"), level, &got, &dz)?;
            let total = kernels.loss_sum(of, &logits);
            let same = total.to_bits() == sum.to_bits();
            prop_assert!(same, "{} {:?}: {:e} is not {:e}", level, loss, total, sum);
            prop_assert_eq!(kernels.correct(of, &logits), correct);
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn losses_and_counts() {
    run(200, losses::<f32>);
    run(100, losses::<f64>);
}

/// The layer of one neuron in one pass against the five steps of the oracle.
fn output_neuron<T: Element>(
    seed: u64,
    inputs: usize,
    less: usize,
    vectors: usize,
    special: u64,
) -> Result<(), TestCaseError> {
    let mut n = Numbers {
        state: seed,
        special,
    };
    let inputs = inputs.min(64);
    let columns = vectors * T::LANES;
    let valid = columns - less.min(columns - 1);
    let shape = DenseShape {
        inputs,
        outputs: 1,
        columns,
    };
    let (w, bias) = (n.vector::<T>(inputs), n.vector::<T>(1));
    let bias = n.next().is_multiple_of(2).then_some(&bias[..]);
    let (scale, factor) = (n.scale::<T>(), n.scale::<T>());
    let accumulate = n.next().is_multiple_of(2);
    let (old_gw, old_gb) = (n.vector::<T>(inputs), n.vector::<T>(1));
    let values = n.vector::<T>(columns);
    let classes: Vec<u32> = (0..columns).map(|_| (n.next() % 2) as u32).collect();
    let wide = n.vector::<T>(inputs * columns);
    for (loss, phi, target) in [
        (
            Loss::BinaryCrossEntropy,
            Activation::Tanh,
            Target::Values(&values[..]),
        ),
        (
            Loss::BinaryCrossEntropy,
            Activation::Relu,
            Target::Classes(&classes),
        ),
        (
            Loss::SquaredError,
            Activation::Tanh,
            Target::Classes(&classes),
        ),
        (
            Loss::SquaredError,
            Activation::Relu,
            Target::Values(&values),
        ),
    ] {
        let mut x = wide.clone();
        oracle::activation(phi, &wide, &mut x);
        let zeros = |n: usize| vec![T::ZERO; n];
        let (mut z, mut dz, mut dx) = (zeros(columns), zeros(columns), zeros(x.len()));
        let layer = DenseLayer::new(shape, &w, bias, scale);
        let of = OutputShape {
            outputs: 1,
            columns,
            valid,
        };
        let of = LossBlock::new(loss, of, target);
        let below = Activated::new(phi, &x, None);
        oracle::dense_forward(layer, Activation::Identity, &x, None, &mut z);
        oracle::loss_gradient(of, factor, &z, &mut dz);
        let loss_sum = oracle::loss_sum(of, &z);
        oracle::dense_input_gradient(layer, &dz, below, &mut dx);
        let (mut gw, mut gb) = (old_gw.clone(), old_gb.clone());
        let gradient = into(&mut gw, &mut gb, accumulate);
        oracle::dense_weight_gradient(shape, scale, &dz, &x, gradient);
        each_level::<T>(|level, kernels| {
            let (mut z2, mut dx2) = (zeros(columns), zeros(x.len()));
            let (mut gw2, mut gb2) = (old_gw.clone(), old_gb.clone());
            for sum in [true, false] {
                gw2.copy_from_slice(&old_gw);
                gb2.copy_from_slice(&old_gb);
                let total = kernels.output_neuron(OutputNeuron {
                    layer,
                    below,
                    of,
                    factor,
                    sum,
                    z: &mut z2,
                    dx: &mut dx2,
                    gradient: into(&mut gw2, &mut gb2, accumulate),
                });
                prop_assert_eq!(total.map(f64::to_bits), sum.then_some(loss_sum.to_bits()));
                assert_bits("z", level, &z2, &z)?;
                assert_bits("dx", level, &dx2, &dx)?;
                assert_bits("gw", level, &gw2, &gw)?;
                assert_bits("gb", level, &gb2, &gb)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn output_neurons() {
    run(150, output_neuron::<f32>);
    run(100, output_neuron::<f64>);
}

fn adjustments<T: Element>(
    seed: u64,
    rows: usize,
    columns: usize,
    _: usize,
    special: u64,
) -> Result<(), TestCaseError> {
    let mut n = Numbers {
        state: seed,
        special,
    };
    let (w, g) = (n.vector::<T>(rows * columns), n.vector::<T>(rows * columns));
    let number = n.scale::<T>();
    each_level::<T>(|level, kernels| {
        let (mut a, mut b) = (g.clone(), g.clone());
        kernels.scale(number, &mut a);
        oracle::scale(number, &mut b);
        assert_bits("scale", level, &a, &b)?;
        let (mut a, mut b) = (g.clone(), g.clone());
        kernels.clip(number, &mut a);
        oracle::clip(number, &mut b);
        assert_bits("clip", level, &a, &b)?;
        let (mut a, mut b) = (g.clone(), g.clone());
        kernels.add_sign(number, &w, &mut a);
        oracle::add_sign(number, &w, &mut b);
        assert_bits("add_sign", level, &a, &b)?;
        let (mut a, mut b) = (w.clone(), w.clone());
        kernels.limit_rows(2.0, columns, &mut a);
        oracle::limit_rows(2.0, columns, &mut b);
        assert_bits("limit_rows", level, &a, &b)
    })
}

#[test]
fn adjusted_gradients_and_weights() {
    run(200, adjustments::<f32>);
    run(100, adjustments::<f64>);
}

#[test]
fn clipped_signed_and_limited_by_hand() {
    for level in Level::supported() {
        let kernels = Kernels::<f64>::new(level).unwrap();
        let mut g = [-3.0, -0.5, 0.0, 0.5, 3.0, f64::INFINITY, f64::NAN];
        kernels.clip(1.0, &mut g);
        assert_eq!(g[..6], [-1.0, -0.5, 0.0, 0.5, 1.0, 1.0]);
        assert!(g[6].is_nan());
        let mut g = [1.0; 4];
        kernels.add_sign(0.25, &[-2.0, 0.0, -0.0, 1e-300], &mut g);
        assert_eq!(g, [0.75, 1.0, 1.0, 1.25]);
        let mut rows = [3.0, 4.0, 0.3, 0.4, -6.0, 8.0];
        kernels.limit_rows(5.0, 2, &mut rows);
        assert_eq!(rows, [3.0, 4.0, 0.3, 0.4, -3.0, 4.0]);
    }
}

#[test]
fn results_below_the_smallest_normal_number_are_positive_zero() {
    for level in Level::supported() {
        let kernels = Kernels::<f32>::new(level).unwrap();
        let mut dz = [1.0f32; 16];
        kernels.activation_gradient(
            Activation::Identity,
            &[],
            &[0.0; 16],
            &[-1e-39; 16],
            &mut dz,
        );
        assert!(dz.iter().all(|d| d.to_bits() == 0), "{level}");
    }
}

#[test]
fn nan_is_canonical() {
    for level in Level::supported() {
        let kernels = Kernels::<f32>::new(level).unwrap();
        let odd = f32::from_bits(0xffc1_2345);
        let mut y = [0.0f32; 16];
        for phi in [
            Activation::Identity,
            Activation::Tanh,
            Activation::Relu,
            Activation::Gelu,
            Activation::Sine,
            Activation::Softplus,
        ] {
            kernels.activation(phi, &[odd; 16], &mut y);
            assert!(
                y.iter().all(|y| y.to_bits() == 0x7fc0_0000),
                "{level} {phi:?}"
            );
        }
    }
}
