//! Settings shared by several optimizers, each with one line of help and one range.

use super::{Bounds, Field};

macro_rules! numbers {
    ($($name:ident: $meaning:literal, $bounds:ident;)+) => {
        impl<R> Field<R> {
            $(pub(crate) const fn $name(get: fn(&R) -> f64, set: fn(&mut R, f64)) -> Self {
                Self::number(stringify!($name), $meaning, Bounds::$bounds, get, set)
            })+
        }
    };
}

macro_rules! flags {
    ($($name:ident: $meaning:literal;)+) => {
        impl<R> Field<R> {
            $(pub(crate) const fn $name(get: fn(&R) -> bool, set: fn(&mut R, bool)) -> Self {
                Self::flag(stringify!($name), $meaning, get, set)
            })+
        }
    };
}

numbers! {
    beta1: "decay of the mean", BelowOne;
    beta2: "decay of the mean square", BelowOne;
    epsilon: "term that keeps the division finite", Positive;
    eta_minus: "factor of a step size after a change of sign", Inside;
    eta_plus: "factor of a step size after the same sign", AboveOne;
    step_min: "smallest step size; the learning rate is the first", NotNegative;
    step_max: "largest step size", Positive;
}

flags! {
    decoupled: "decoupled weight decay: shrinks weights instead of entering the gradient";
    amsgrad: "divide by the greatest mean square so far";
}
