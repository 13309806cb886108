//! Weighted losses equal the oracle on every level, and weights of one change no bit.

use mlp_kernels::{Element, Loss, LossBlock, Margin, OutputShape, Target, Weighting, oracle};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use crate::cases::{Numbers, assert_bits, each_level, run};

const LOSSES: [Loss; 15] = [
    Loss::SquaredError,
    Loss::BinaryCrossEntropy,
    Loss::SoftmaxCrossEntropy,
    Loss::AbsoluteError,
    Loss::Huber { delta: 0.7 },
    Loss::LogCosh,
    Loss::Quantile { level: 0.9 },
    poisson(false, false),
    poisson(false, true),
    poisson(true, false),
    poisson(true, true),
    hinge(false, Margin::Best),
    hinge(true, Margin::Best),
    hinge(false, Margin::AllPairs),
    hinge(true, Margin::AllPairs),
];

const fn poisson(rate: bool, full: bool) -> Loss {
    Loss::Poisson { rate, full }
}

const fn hinge(squared: bool, margin: Margin) -> Loss {
    Loss::Hinge { squared, margin }
}

fn bits<T: Element>(
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
    let outputs = outputs.min(12);
    let columns = vectors * T::LANES;
    let valid = columns - less.min(columns - 1);
    let logits = n.vector::<T>(outputs * columns);
    let values = n.vector::<T>(outputs * columns);
    let classes: Vec<u32> = (0..valid)
        .map(|_| (n.next() % outputs as u64) as u32)
        .collect();
    let scale = n.scale::<T>();
    let positive = |n: &mut Numbers, count| -> Vec<T> {
        let weight = |n: &mut Numbers| T::from_f64((n.next() % 1000) as f64 / 300.0);
        (0..count).map(|_| weight(n)).collect()
    };
    let samples = positive(&mut n, columns);
    let by_output = positive(&mut n, outputs);
    let weightings = [
        Weighting::NONE,
        Weighting {
            samples: Some(&samples[..]),
            ..Weighting::NONE
        },
        Weighting {
            samples: Some(&samples),
            outputs: Some(&by_output),
            smoothing: T::from_f64(0.1),
        },
    ];
    let shape = OutputShape {
        outputs,
        columns,
        valid,
    };
    for loss in LOSSES {
        for target in [Target::Values(&values[..]), Target::Classes(&classes)] {
            for weighting in weightings {
                let of = LossBlock::new(loss, shape, target).weighted(weighting);
                let mut dz = vec![T::ONE; logits.len()];
                oracle::loss_gradient(of, scale, &logits, &mut dz);
                let sum = oracle::loss_sum(of, &logits);
                each_level::<T>(|level, kernels| {
                    let mut got = vec![T::ONE; logits.len()];
                    kernels.loss_gradient(of, scale, &logits, &mut got);
                    assert_bits(&format!("{loss:?} gradient"), level, &got, &dz)?;
                    let total = kernels.loss_sum(of, &logits);
                    let same = total.to_bits() == sum.to_bits();
                    prop_assert!(same, "{level} {loss:?}: {total:e} is not {sum:e}");
                    Ok(())
                })?;
            }
        }
    }
    for target in [Target::Values(&values[..]), Target::Classes(&classes)] {
        let of = LossBlock::new(Loss::BinaryCrossEntropy, shape, target);
        let right = oracle::all_right(of, &logits);
        each_level::<T>(|_, kernels| {
            let found = kernels.all_right(of, &logits);
            prop_assert_eq!(found, right);
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn every_level_gives_the_bits_of_the_oracle() {
    run(40, bits::<f32>);
    run(20, bits::<f64>);
}

/// The plain forms and the weighted ones are separate code for three losses.
fn ones<T: Element>(
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
    let outputs = outputs.min(12);
    let columns = vectors * T::LANES;
    let valid = columns - less.min(columns - 1);
    let logits = n.vector::<T>(outputs * columns);
    let shares: Vec<T> = (0..outputs * columns)
        .map(|_| T::from_f64((n.next() % 1001) as f64 / 1000.0))
        .collect();
    let classes: Vec<u32> = (0..valid)
        .map(|_| (n.next() % outputs as u64) as u32)
        .collect();
    let scale = n.scale::<T>();
    let weights = vec![T::ONE; columns];
    let of_outputs = vec![T::ONE; outputs];
    let ones = Weighting {
        samples: Some(&weights[..]),
        outputs: Some(&of_outputs),
        smoothing: T::ZERO,
    };
    let cases = [
        (Loss::SquaredError, Target::Values(&shares[..])),
        (Loss::SquaredError, Target::Classes(&classes)),
        (Loss::BinaryCrossEntropy, Target::Values(&shares)),
        (Loss::SoftmaxCrossEntropy, Target::Classes(&classes)),
        (Loss::Huber { delta: 1.0 }, Target::Values(&shares)),
    ];
    let shape = OutputShape {
        outputs,
        columns,
        valid,
    };
    for (loss, target) in cases {
        each_level::<T>(|level, kernels| {
            let (mut plain, mut weighted) = (logits.clone(), logits.clone());
            let of = LossBlock::new(loss, shape, target);
            kernels.loss_gradient(of, scale, &logits, &mut plain);
            let expected = kernels.loss_sum(of, &logits);
            for weighting in [Weighting::NONE, ones] {
                let of = of.weighted(weighting);
                kernels.loss_gradient(of, scale, &logits, &mut weighted);
                assert_bits(&format!("{loss:?} gradient"), level, &weighted, &plain)?;
                let found = kernels.loss_sum(of, &logits);
                let same = found.to_bits() == expected.to_bits();
                prop_assert!(same, "{level} {loss:?}: {found:e} is not {expected:e}");
            }
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn weights_of_one_change_no_bit() {
    run(80, ones::<f32>);
    run(40, ones::<f64>);
}
