//! NumPy files as tables: rows are read one at a time, after the claimed size of a file is checked against its length.

mod npy;
mod npz;

use mlp_npy::Header;

use crate::Error;
use crate::binary::{Layout, NumberType};
use crate::files::{malformed, unreadable};

pub(crate) use npy::KIND as NPY;
pub(crate) use npz::KIND as NPZ;

/// An array of numbers as a table of `rows` times `width`, the product of which is that of its shape.
fn layout(
    file: &str,
    what: &str,
    header: &Header,
    rows: usize,
    width: usize,
) -> Result<Layout, Error> {
    let number = header.number().map_err(|error| refuse(file, what, error))?;
    Ok(Layout {
        rows,
        width,
        number: number_type(number),
        big_endian: header.big_endian,
        by_column: header.by_column && rows > 1 && width > 1,
    })
}

/// A type of numbers as those are that no feature asks for.
fn number_type(number: mlp_npy::NumberType) -> NumberType {
    match number {
        mlp_npy::NumberType::Bool => NumberType::Bool,
        mlp_npy::NumberType::U8 => NumberType::U8,
        mlp_npy::NumberType::U16 => NumberType::U16,
        mlp_npy::NumberType::U32 => NumberType::U32,
        mlp_npy::NumberType::U64 => NumberType::U64,
        mlp_npy::NumberType::I8 => NumberType::I8,
        mlp_npy::NumberType::I16 => NumberType::I16,
        mlp_npy::NumberType::I32 => NumberType::I32,
        mlp_npy::NumberType::I64 => NumberType::I64,
        mlp_npy::NumberType::F32 => NumberType::F32,
        mlp_npy::NumberType::F64 => NumberType::F64,
    }
}

/// Refuses a header that does not agree with the length.
fn check_length(file: &str, what: &str, header: &Header, length: Option<u64>) -> Result<(), Error> {
    let shape = header.shape_text();
    let problem = match (header.bytes(), length) {
        (None, _) => {
            format!("{what} has the shape {shape}, more than any file can hold; is it damaged?")
        }
        (Some(bytes), Some(length)) if bytes.checked_add(header.length) != Some(length) => {
            let there = length.saturating_sub(header.length);
            format!(
                "{what} has the shape {shape}, {bytes} bytes, but the file has {there}; is it complete?"
            )
        }
        _ => return Ok(()),
    };
    Err(malformed(file, None, problem))
}

/// An error on `what` of a file.
fn refuse(file: &str, what: &str, error: mlp_npy::Error) -> Error {
    match error {
        mlp_npy::Error::Read(source) => unreadable(file, source),
        whole @ mlp_npy::Error::Archive(_) => malformed(file, None, whole.to_string()),
        other => malformed(file, None, format!("{what}: {other}")),
    }
}

#[cfg(test)]
mod written {
    /// A number as NumPy writes it.
    pub trait Written: Copy {
        const DESCR: &str;
        fn bytes(self) -> Vec<u8>;
    }

    macro_rules! written {
        ($($number:ty: $descr:literal),*) => {
            $(impl Written for $number {
                const DESCR: &str = $descr;
                fn bytes(self) -> Vec<u8> {
                    self.to_le_bytes().to_vec()
                }
            })*
        };
    }

    written!(u8: "|u1", u16: "<u2", u32: "<u4", u64: "<u8", i8: "|i1", i16: "<i2", i32: "<i4", i64: "<i8", f32: "<f4", f64: "<f8");

    impl Written for bool {
        const DESCR: &str = "|b1";
        fn bytes(self) -> Vec<u8> {
            vec![self.into()]
        }
    }

    /// The order of an array's entries.
    #[derive(Clone, Copy)]
    pub enum Order {
        C,
        Fortran,
    }

    /// An array as another program writes it.
    pub fn npy<T: Written>(shape: &[u64], order: Order, data: &[T]) -> Vec<u8> {
        let sizes: String = shape.iter().map(|size| format!("{size}, ")).collect();
        let by_column = match order {
            Order::C => "False",
            Order::Fortran => "True",
        };
        let text = format!(
            "{{'descr': '{}', 'fortran_order': {by_column}, 'shape': ({sizes})}}\n",
            T::DESCR
        );
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((text.len() as u16).to_le_bytes());
        bytes.extend(text.as_bytes());
        bytes.extend(data.iter().flat_map(|number| number.bytes()));
        bytes
    }
}
