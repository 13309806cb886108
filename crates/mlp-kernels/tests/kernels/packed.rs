//! Networks side by side: every lane has the bits that the oracle gives to its network alone, padded.

use super::cases::{Numbers, assert_bits, each_level, run};
use mlp_kernels::update::{Adam, Asgd, Moments, Rprop};
use mlp_kernels::{
    Activated, Activation, DenseGradient, DenseLayer, DenseShape, Element, Listed, oracle,
};
use proptest::prelude::*;

/// The numbers of a lane, rows of `width` of them padded to rows of `columns` with zeros.
fn lane<T: Element>(packed: &[T], lane: usize, width: usize, columns: usize) -> Vec<T> {
    let own: Vec<T> = packed
        .iter()
        .skip(lane)
        .step_by(T::LANES)
        .copied()
        .collect();
    let mut padded = Vec::new();
    for row in own.chunks(width) {
        padded.extend_from_slice(row);
        padded.resize(padded.len() + columns - width, T::ZERO);
    }
    padded
}

fn dense<T: Element>(
    seed: u64,
    inputs: usize,
    outputs: usize,
    samples: usize,
) -> Result<(), TestCaseError> {
    let mut n = Numbers {
        state: seed,
        special: 0,
    };
    let lanes = T::LANES;
    let columns = samples * lanes;
    let shape = DenseShape {
        inputs,
        outputs,
        columns,
    };
    let alone = DenseShape {
        columns: samples.next_multiple_of(lanes),
        ..shape
    };
    let (w, b) = (
        n.vector::<T>(inputs * outputs * lanes),
        n.vector::<T>(outputs * lanes),
    );
    let (x, dz) = (
        n.vector::<T>(inputs * columns),
        n.vector::<T>(outputs * columns),
    );
    let phi = [Activation::Tanh, Activation::Relu, Activation::Softplus][n.next() as usize % 3];
    let (scale, accumulate) = (n.scale::<T>(), n.next().is_multiple_of(2));
    let bias = (n.next().is_multiple_of(2)).then_some(&b[..]);
    let y_below: Vec<T> = x.iter().map(|&x| T::from_f64(x.to_f64().tanh())).collect();
    each_level::<T>(|level, kernels| {
        let mut y = vec![T::ONE; outputs * columns];
        let layer = DenseLayer::packed(shape, inputs, &w, bias, scale);
        kernels.dense_forward(layer, phi, &x, None, &mut y);
        let mut dx = vec![T::ONE; inputs * columns];
        let below = Activated::new(Activation::Tanh, &y_below, None);
        kernels.dense_input_gradient(layer, &dz, below, &mut dx);
        let (mut gw, mut gb) = (w.clone(), b.clone());
        let gradient = DenseGradient {
            w: &mut gw,
            bias: Some(&mut gb),
            accumulate,
        };
        kernels.packed_weight_gradient(shape, scale, &dz, &x, gradient);
        for k in 0..lanes {
            let of = |values: &[T]| lane(values, k, samples, alone.columns);
            let whole = |values: &[T]| lane(values, k, 1, 1);
            let (w, b) = (whole(&w), whole(&b));
            let bias = bias.map(|_| &b[..]);
            // What comes out of the padding is not compared.
            let cut = |values: Vec<T>| -> Vec<T> {
                let rows = values.chunks(alone.columns);
                rows.flat_map(|row| row[..samples].to_vec()).collect()
            };
            let mut want = vec![T::ZERO; outputs * alone.columns];
            let layer = DenseLayer::new(alone, &w, bias, scale);
            oracle::dense_forward(layer, phi, &of(&x), None, &mut want);
            assert_bits("y", level, &whole(&y), &cut(want))?;
            let mut want = vec![T::ZERO; inputs * alone.columns];
            let (dz, x, y_below) = (of(&dz), of(&x), of(&y_below));
            let below = Activated::new(Activation::Tanh, &y_below, None);
            oracle::dense_input_gradient(layer, &dz, below, &mut want);
            assert_bits("dx", level, &whole(&dx), &cut(want))?;
            let (mut want, mut want_b) = (w.clone(), b.clone());
            let gradient = DenseGradient {
                w: &mut want,
                bias: Some(&mut want_b),
                accumulate,
            };
            oracle::dense_weight_gradient(alone, scale, &dz, &x, gradient);
            assert_bits("gw", level, &whole(&gw), &want)?;
            assert_bits("gb", level, &whole(&gb), &want_b)?;
        }
        Ok(())
    })
}

#[test]
fn packed_layers_have_the_bits_of_each_network_alone() {
    run(48, |seed, inputs, outputs, _, special| {
        let samples = 1 + (seed % 45) as usize;
        let outputs = if special == 0 { 1 } else { outputs };
        dense::<f32>(seed, inputs, outputs, samples)?;
        dense::<f64>(seed, inputs, outputs, samples)
    });
}

/// A rule a lane against each rule alone.
fn rules<T: Element, R: Listed<T, K>, const K: usize>(
    n: &mut Numbers,
    count: usize,
    rule: impl Fn(T) -> R,
) -> Result<(), TestCaseError> {
    let lanes = T::LANES;
    let rules: Vec<R> = (1..=lanes)
        .map(|lane| rule(T::from_f64(0.01 * lane as f64)))
        .collect();
    let (w, g) = (n.vector::<T>(count * lanes), n.vector::<T>(count * lanes));
    let memory: [Vec<T>; K] = std::array::from_fn(|_| {
        let positive = n.vector::<T>(count * lanes).into_iter();
        positive.map(|m| if m < T::ZERO { -m } else { m }).collect()
    });
    each_level::<T>(|level, kernels| {
        let (mut packed, mut kept) = (w.clone(), memory.clone());
        let slots = kept.each_mut().map(|slot| &mut slot[..]);
        assert!(kernels.packed_update(T::ONE, &rules, &mut packed, &g, slots));
        for (k, &rule) in rules.iter().enumerate() {
            let of = |values: &[T]| lane(values, k, 1, 1);
            let (mut w, mut own) = (of(&w), memory.each_ref().map(|slot| of(slot)));
            let slots = own.each_mut().map(|slot| &mut slot[..]);
            kernels.update(rule, &mut w, &of(&g), slots);
            assert_bits("w", level, &of(&packed), &w)?;
            for (kept, own) in kept.iter().zip(&own) {
                assert_bits("memory", level, &of(kept), own)?;
            }
        }
        // The first lane's rule for all.
        let (mut one, mut all) = (w.clone(), w.clone());
        let mut slots = [memory.clone(), memory.clone()];
        let [a, b] = &mut slots;
        let a = a.each_mut().map(|slot| &mut slot[..]);
        kernels.packed_update(T::ZERO, &rules[..1], &mut one, &g, a);
        let b = b.each_mut().map(|slot| &mut slot[..]);
        kernels.packed_update(T::ZERO, &vec![rules[0]; lanes], &mut all, &g, b);
        assert_bits("one rule", level, &one, &all)
    })
}

#[test]
fn every_lane_has_its_own_rule() {
    fn test<T: Element>(seed: u64, count: usize) -> Result<(), TestCaseError> {
        let n = &mut Numbers {
            state: seed,
            special: 0,
        };
        let t = T::from_f64;
        rules(n, count, |rate: T| Adam {
            rate,
            moments: Moments {
                decay: rate * t(0.1),
                share1: t(0.1),
                beta2: t(0.999),
                share2: rate,
            },
            keep: T::ONE - rate,
            epsilon: t(1e-8),
            root_correction: t(0.4) + rate,
        })?;
        // Some averages begin anew, some do not.
        rules(n, count, |rate: T| Asgd {
            rate,
            decay: t(0.02),
            keep: T::ONE - rate,
            share: if rate < t(0.04) { T::ONE } else { rate },
        })?;
        rules(n, count, |rate: T| Rprop {
            decay: rate,
            minus: t(0.5),
            plus: t(1.0) + rate,
            least: t(0.01),
            most: t(2.0),
        })
    }
    run(24, |seed, count, _, _, _| {
        test::<f32>(seed, count)?;
        test::<f64>(seed, count)
    });
}

#[test]
fn parameters_beyond_the_factor_are_told() {
    fn test<T: Element>(largest: f64) {
        let rule = mlp_kernels::update::Sgd {
            rate: T::ZERO,
            decay: T::ZERO,
        };
        let g = vec![T::ZERO; 3 * T::LANES];
        for level in mlp_kernels::Level::supported() {
            let kernels = mlp_kernels::Kernels::<T>::new(level).unwrap();
            let fits = |value: f64| {
                let mut w = vec![T::ONE; 3 * T::LANES];
                w[T::LANES + 5] = T::from_f64(value);
                // Twice 2^40 is not representable any more.
                let factor = T::from_f64(largest / 2.0f64.powi(40));
                kernels.packed_update(factor, &[rule], &mut w, &g, [])
            };
            assert!(fits(2.0f64.powi(39)) && fits(-2.0f64.powi(39)));
            assert!(!fits(2.0f64.powi(41)) && !fits(-2.0f64.powi(41)));
            assert!(!fits(f64::INFINITY) && !fits(f64::NAN));
        }
    }
    test::<f32>(f64::from(f32::MAX));
    test::<f64>(f64::MAX);
}
