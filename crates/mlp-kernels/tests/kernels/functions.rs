//! Elementary functions in `f64` against true values.

use crate::references::REFERENCES;
use mlp_kernels::math::{self, Function};
use mlp_kernels::{Kernels, Level};

fn scalar(function: Function, x: f64) -> f64 {
    match function {
        Function::Exp => math::exp(x),
        Function::Expm1 => math::expm1(x),
        Function::Ln => math::ln(x),
        Function::Log1p => math::log1p(x),
        Function::Tanh => math::tanh(x),
        Function::Sigmoid => math::sigmoid(x),
        Function::Softplus => math::softplus(x),
        Function::Erf => math::erf(x),
        Function::Sin => math::sin(x),
        Function::Cos => math::cos(x),
        _ => panic!("{function:?} has no scalar form"),
    }
}

fn bound(function: Function) -> u64 {
    match function {
        Function::Exp | Function::Ln => 1,
        Function::Tanh | Function::Sigmoid | Function::Softplus => 3,
        _ => 2,
    }
}

#[test]
fn double_precision_keeps_its_bounds() {
    assert!(REFERENCES.len() > 200);
    for &(function, x, want) in REFERENCES {
        let got = scalar(function, x);
        // Neighbouring numbers of one sign have neighbouring bits.
        let distance = got.to_bits().abs_diff(want.to_bits());
        assert!(
            distance <= bound(function),
            "{function:?}({x:e}) = {got:e}, not {want:e}: {distance} units"
        );
    }
}

#[test]
fn vectors_equal_the_scalar_functions() {
    for level in Level::supported() {
        let kernels = Kernels::<f64>::new(level).unwrap();
        for &(function, x, _) in REFERENCES {
            let mut y = [0.0; 9];
            kernels.function(function, &[x; 9], &mut y);
            let want = scalar(function, x).to_bits();
            assert!(
                y.iter().all(|y| y.to_bits() == want),
                "{level} {function:?}({x:e})"
            );
        }
    }
}

#[test]
fn edges() {
    let inf = f64::INFINITY;
    assert_eq!(
        [
            math::exp(-inf),
            math::exp(inf),
            math::exp(0.0),
            math::exp(-750.0)
        ],
        [0.0, inf, 1.0, 0.0]
    );
    assert_eq!(
        [math::ln(0.0), math::ln(inf), math::ln(1.0)],
        [-inf, inf, 0.0]
    );
    assert_eq!(
        [
            math::log1p(-1.0),
            math::log1p(inf),
            math::expm1(-inf),
            math::expm1(inf)
        ],
        [-inf, inf, -1.0, inf]
    );
    assert_eq!(
        [math::tanh(inf), math::tanh(-inf), math::tanh(30.0)],
        [1.0, -1.0, 1.0]
    );
    assert_eq!(
        [
            math::sigmoid(inf),
            math::sigmoid(-inf),
            math::softplus(inf),
            math::softplus(-inf)
        ],
        [1.0, 0.0, inf, 0.0]
    );
    assert_eq!([math::erf(inf), math::erf(-7.0)], [1.0, -1.0]);
    for odd in [math::tanh, math::erf, math::sin, math::expm1, math::log1p] {
        assert_eq!(odd(-0.0).to_bits(), (-0.0f64).to_bits());
    }
    for near in [math::tanh, math::sin, math::expm1, math::log1p] {
        assert_eq!(near(1e-300), 1e-300);
    }
    for nan in [
        math::ln(-1.0),
        math::log1p(-2.0),
        math::sin(inf),
        math::cos(-inf),
        math::exp(f64::NAN),
        math::tanh(f64::NAN),
    ] {
        assert!(nan.is_nan());
    }
}
