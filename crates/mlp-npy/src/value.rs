//! Numbers that can be written.

use crate::NumberType;

/// A number that is written without conversion.
pub trait Value: bytemuck::NoUninit {
    /// Its storage type.
    const NUMBER: NumberType;
}

impl Value for f64 {
    const NUMBER: NumberType = NumberType::F64;
}

impl Value for f32 {
    const NUMBER: NumberType = NumberType::F32;
}

impl Value for i64 {
    const NUMBER: NumberType = NumberType::I64;
}
