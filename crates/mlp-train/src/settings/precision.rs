//! The floating-point precision of networks.

use mlp_core::Scalar;

use super::words::words;

/// f32 or f64.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Precision {
    /// 32 bits, the default.
    #[default]
    F32,
    /// 64 bits.
    F64,
}

words!(Precision: F32 = "f32", F64 = "f64");

impl Precision {
    /// The precision of a training's type.
    pub(crate) fn of<T: Scalar>() -> Self {
        match size_of::<T>() == size_of::<f32>() {
            true => Self::F32,
            false => Self::F64,
        }
    }

    /// Bytes of one number.
    pub fn bytes(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}
