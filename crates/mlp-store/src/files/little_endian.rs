//! Numbers as bytes, little-endian, as they stand in frames and in NumPy's arrays.

use std::borrow::Cow;

/// Eight bytes a number; on most machines the memory of the numbers itself.
pub(crate) fn bytes(numbers: &[f64]) -> Cow<'_, [u8]> {
    if cfg!(target_endian = "little") {
        return Cow::Borrowed(bytemuck::cast_slice(numbers));
    }
    let bytes = numbers.iter().flat_map(|number| number.to_le_bytes());
    Cow::Owned(bytes.collect())
}

/// The numbers again; `None` where the bytes are not eight a number.
pub(crate) fn numbers(bytes: &[u8]) -> Option<Vec<f64>> {
    let (numbers, rest) = bytes.as_chunks();
    let numbers = numbers.iter().copied().map(f64::from_le_bytes);
    rest.is_empty().then(|| numbers.collect())
}
