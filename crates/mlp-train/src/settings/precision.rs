//! The floating-point precision of networks.

use std::{fmt, str::FromStr};

use mlp_core::Scalar;

/// f32 or f64.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Precision {
    /// 32 bits, the default.
    #[default]
    F32,
    /// 64 bits.
    F64,
}

impl Precision {
    /// Every precision.
    pub const ALL: [Self; 2] = [Self::F32, Self::F64];

    /// The spelling.
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F64 => "f64",
        }
    }

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

impl FromStr for Precision {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|precision| precision.name() == text)
            .ok_or(())
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
