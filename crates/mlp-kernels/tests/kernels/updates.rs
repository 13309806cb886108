//! Every optimizer's update at every level: the bits of the oracle, and the rules of storing.

use super::cases::{Numbers, assert_bits, each_level, run};
use mlp_kernels::update::{
    Adadelta, Adagrad, Adam, Adamax, AddScaled, AmsGrad, Asgd, Direction, IRpropPlus, Lion,
    Moments, Momentum, MuonMomentum, Nadam, Nesterov, RmsProp, Rprop, Sgd,
};
use mlp_kernels::{Element, Kernels, Level, Listed, oracle};
use proptest::prelude::*;

/// What is done with every rule.
trait Visit {
    fn rule<T: Element, R: Listed<T, K>, const K: usize>(
        &mut self,
        name: &str,
        rule: R,
    ) -> Result<(), TestCaseError>;
}

/// Every rule, with and without decay.
fn each_rule<T: Element>(visit: &mut impl Visit) -> Result<(), TestCaseError> {
    let t = T::from_f64;
    for (decay, keep) in [(0.0, 1.0), (0.01, 0.999)] {
        let (rate, decay, keep) = (t(0.1), t(decay), t(keep));
        let (share1, beta2, share2) = (t(0.1), t(0.999), t(0.001));
        let moments = Moments {
            decay,
            share1,
            beta2,
            share2,
        };
        let epsilon = t(1e-8);
        visit.rule("sgd", Sgd { rate, decay })?;
        visit.rule("direction", Direction { rate, keep })?;
        visit.rule("add scaled", AddScaled { factor: rate })?;
        let momentum = Momentum {
            rate,
            decay,
            momentum: t(0.9),
            share: t(0.7),
        };
        visit.rule("momentum", momentum)?;
        visit.rule("nesterov", Nesterov(momentum))?;
        for root_correction in [t(0.3), t(f64::INFINITY)] {
            let adam = Adam {
                rate,
                moments,
                keep,
                epsilon,
                root_correction,
            };
            visit.rule("adam", adam)?;
            visit.rule("amsgrad", AmsGrad(adam))?;
        }
        let nadam = Nadam {
            rate_gradient: t(0.02),
            rate_mean: rate,
            moments,
            keep,
            epsilon,
            root_factor: t(3.3),
        };
        visit.rule("nadam", nadam)?;
        let adamax = Adamax {
            rate,
            decay,
            share1,
            beta2,
            epsilon,
        };
        visit.rule("adamax", adamax)?;
        let adagrad = Adagrad {
            rate,
            decay,
            epsilon,
        };
        visit.rule("adagrad", adagrad)?;
        let adadelta = Adadelta {
            rate,
            decay,
            smoothing: t(0.9),
            share: t(0.1),
            epsilon: t(1e-6),
        };
        visit.rule("adadelta", adadelta)?;
        macro_rules! rms_prop {
            ($centered:literal, $momentum:literal) => {
                RmsProp::<T, $centered, $momentum> {
                    rate,
                    decay,
                    smoothing: t(0.99),
                    share: t(0.01),
                    epsilon,
                    momentum: t(0.9),
                }
            };
        }
        visit.rule("rmsprop", rms_prop!(false, false))?;
        visit.rule("rmsprop with momentum", rms_prop!(false, true))?;
        visit.rule("centered rmsprop", rms_prop!(true, false))?;
        visit.rule("centered rmsprop with momentum", rms_prop!(true, true))?;
        for share in [t(1.0), t(0.25)] {
            let asgd = Asgd {
                rate,
                decay,
                keep,
                share,
            };
            visit.rule("asgd", asgd)?;
        }
        let lion = Lion {
            rate,
            keep,
            beta1: t(0.9),
            share1,
            beta2: t(0.99),
            share2: t(0.01),
        };
        visit.rule("lion", lion)?;
        let steps = Rprop {
            decay,
            minus: t(0.5),
            plus: t(1.2),
            least: t(1e-6),
            most: t(50.0),
        };
        visit.rule("rprop", steps)?;
        for takes_back in [false, true] {
            visit.rule("irprop+", IRpropPlus { steps, takes_back })?;
            let muon = MuonMomentum {
                momentum: t(0.95),
                share: t(0.05),
                nesterov: takes_back,
            };
            visit.rule("muon's momentum", muon)?;
        }
    }
    Ok(())
}

/// One update of arbitrary numbers.
struct Bits(Numbers, usize);

impl Visit for Bits {
    fn rule<T: Element, R: Listed<T, K>, const K: usize>(
        &mut self,
        name: &str,
        rule: R,
    ) -> Result<(), TestCaseError> {
        let Self(numbers, size) = self;
        let (w, g) = (numbers.vector::<T>(*size), numbers.vector::<T>(*size));
        let memory: [Vec<T>; K] = std::array::from_fn(|_| numbers.vector(*size));
        let mut expected = w.clone();
        let mut kept = memory.clone();
        let finite = oracle::update(rule, &mut expected, &g, kept.each_mut().map(|m| &mut m[..]));
        each_level::<T>(|level, kernels| {
            let (mut found, mut memory) = (w.clone(), memory.clone());
            let slots = memory.each_mut().map(|m| &mut m[..]);
            prop_assert_eq!(
                kernels.update(rule, &mut found, &g, slots),
                finite,
                "{}",
                name
            );
            assert_bits(name, level, &found, &expected)?;
            for (found, kept) in memory.iter().zip(&kept) {
                assert_bits(&format!("{name}'s memory"), level, found, kept)?;
            }
            Ok(())
        })
    }
}

fn updates<T: Element>(seed: u64, size: usize, special: u64) -> Result<(), TestCaseError> {
    let numbers = Numbers {
        state: seed,
        special,
    };
    each_rule::<T>(&mut Bits(numbers, size))
}

#[test]
fn every_update_has_the_oracles_bits() {
    run(100, |seed, size, _, _, special| {
        updates::<f32>(seed, size, special)
    });
    run(50, |seed, size, _, _, special| {
        updates::<f64>(seed, size, special)
    });
}

/// What is remembered is never subnormal, whatever it was: numbers around the smallest normal one.
struct Flushed;

impl Visit for Flushed {
    fn rule<T: Element, R: Listed<T, K>, const K: usize>(
        &mut self,
        name: &str,
        rule: R,
    ) -> Result<(), TestCaseError> {
        let least = if T::LANES == 16 { 1.2e-38 } else { 2.3e-308 };
        for sign in [1.0, -1.0] {
            let tiny = vec![T::from_f64(sign * least); 21];
            let gradient = vec![T::from_f64(-sign * least * 1e-3); 21];
            each_level::<T>(|level, kernels| {
                let mut w = vec![T::ZERO; 21];
                let mut memory: [Vec<T>; K] = std::array::from_fn(|_| tiny.clone());
                for _ in 0..3 {
                    let slots = memory.each_mut().map(|m| &mut m[..]);
                    kernels.update(rule, &mut w, &gradient, slots);
                }
                for kept in memory.iter().flatten().map(|m| m.to_f64()) {
                    let subnormal = kept != 0.0 && kept.abs() < T::LANES as f64 * least / 20.0;
                    prop_assert!(!subnormal, "{} {}: {:e}", level, name, kept);
                    let negative_zero = kept == 0.0 && kept.is_sign_negative();
                    prop_assert!(!negative_zero, "{} {}", level, name);
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}

#[test]
fn what_is_remembered_is_zero_or_normal() {
    each_rule::<f32>(&mut Flushed).unwrap();
    each_rule::<f64>(&mut Flushed).unwrap();
    for level in Level::supported() {
        let kernels = Kernels::<f32>::new(level).unwrap();
        let (mut w, mut v) = ([1.0f32; 3], [-1.2e-38f32; 3]);
        let rule = Momentum {
            rate: 0.1,
            decay: 0.0,
            momentum: 0.9,
            share: 1.0,
        };
        assert!(kernels.update(rule, &mut w, &[0.0; 3], [&mut v]));
        assert!(v.iter().all(|v| v.to_bits() == 0), "{level}");
    }
}

/// A gradient that is not a number makes the parameters none, whether it enters by its size or by its
/// sign alone.
struct Diverging;

impl Visit for Diverging {
    fn rule<T: Element, R: Listed<T, K>, const K: usize>(
        &mut self,
        name: &str,
        rule: R,
    ) -> Result<(), TestCaseError> {
        each_level::<T>(|level, kernels| {
            let mut w = vec![T::ONE; 19];
            let mut g = vec![T::ONE; 19];
            g[17] = T::from_f64(f64::NAN);
            let mut memory: [Vec<T>; K] = std::array::from_fn(|_| vec![T::ONE; 19]);
            let slots = memory.each_mut().map(|m| &mut m[..]);
            prop_assert!(!kernels.update(rule, &mut w, &g, slots), "{level} {name}");
            prop_assert!(!w[17].is_finite() && w[18].is_finite(), "{level} {name}");
            Ok(())
        })
    }
}

#[test]
fn a_gradient_that_is_no_number_is_found() {
    each_rule::<f32>(&mut Diverging).unwrap();
    each_rule::<f64>(&mut Diverging).unwrap();
}

#[test]
fn scalar_products() {
    run(100, |seed, a, b, _, special| {
        let mut numbers = Numbers {
            state: seed,
            special,
        };
        let (x, y) = (numbers.vector::<f32>(a * b), numbers.vector::<f32>(a * b));
        let (u, v) = (numbers.vector::<f64>(a + b), numbers.vector::<f64>(a + b));
        for level in Level::supported() {
            let single = Kernels::<f32>::new(level).unwrap().dot(&x, &y);
            prop_assert_eq!(single.to_bits(), oracle::dot(&x, &y).to_bits());
            let double = Kernels::<f64>::new(level).unwrap().dot(&u, &v);
            prop_assert_eq!(double.to_bits(), oracle::dot(&u, &v).to_bits());
        }
        Ok(())
    });
}
