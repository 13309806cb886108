//! Settings shared by several optimizers, each with one line of help and one range.

use super::{Bounds, Field};

/// A setting that is a number in a field of its name.
macro_rules! number {
    ($name:ident, $meaning:literal, $bounds:ident) => {
        $crate::optimizer::Field::number(
            stringify!($name),
            $meaning,
            $crate::Bounds::$bounds,
            |rule| rule.$name,
            |rule, value| rule.$name = value,
        )
    };
}

/// The same of a whole number.
macro_rules! whole {
    ($name:ident, $meaning:literal) => {
        $crate::optimizer::Field::whole(
            stringify!($name),
            $meaning,
            |rule| rule.$name,
            |rule, value| rule.$name = value,
        )
    };
}

/// The same of a flag.
macro_rules! flag {
    ($name:ident, $meaning:literal) => {
        $crate::optimizer::Field::flag(
            stringify!($name),
            $meaning,
            |rule| rule.$name,
            |rule, value| rule.$name = value,
        )
    };
}

/// The same of a choice.
macro_rules! word {
    ($name:ident, $meaning:literal, $choice:ident) => {
        $crate::optimizer::Field::word(
            stringify!($name),
            $meaning,
            $choice::NAMES,
            |rule| rule.$name.name(),
            |rule, value| rule.$name = $choice::of_name(value),
        )
    };
}

pub(super) use {flag, number, whole, word};

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
