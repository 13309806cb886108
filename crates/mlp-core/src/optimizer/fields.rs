//! Settings that several optimizers have, each with one line of help and one range.

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
    beta1: "memory of the mean", BelowOne;
    beta2: "memory of the mean square", BelowOne;
    epsilon: "keeps the division finite", Positive;
    eta_minus: "factor of a step after a change of sign", Inside;
    eta_plus: "factor of a step after the same sign", AboveOne;
    step_min: "the least step; the learning rate is the first", NotNegative;
    step_max: "the largest step", Positive;
}

flags! {
    decoupled: "weight decay shrinks weights instead of entering the gradient";
    amsgrad: "divides by the greatest mean square so far";
}
