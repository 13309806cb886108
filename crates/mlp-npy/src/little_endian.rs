//! Numbers as little-endian bytes, as in files.

use std::borrow::Cow;

use crate::Value;

/// The bytes of numbers; on most machines the memory of the numbers itself.
pub fn bytes<V: Value>(numbers: &[V]) -> Cow<'_, [u8]> {
    let bytes: &[u8] = bytemuck::cast_slice(numbers);
    if cfg!(target_endian = "little") {
        return Cow::Borrowed(bytes);
    }
    let turned = bytes
        .chunks(size_of::<V>())
        .flat_map(|one| one.iter().rev());
    Cow::Owned(turned.copied().collect())
}

/// The numbers of these bytes; `None` where their number is not a multiple of eight.
pub fn numbers(bytes: &[u8]) -> Option<Vec<f64>> {
    let (numbers, rest) = bytes.as_chunks();
    let numbers = numbers.iter().copied().map(f64::from_le_bytes);
    rest.is_empty().then(|| numbers.collect())
}
