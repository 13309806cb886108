//! Metrics in a frame: a bit a value that tells whether it is there, then the values that are, eight
//! bytes each, little-endian.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, Visitor},
};

/// Bytes as one run, which encoders copy at once.
struct Bytes(Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Run;
        impl Visitor<'_> for Run {
            type Value = Bytes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a run of bytes")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }

            fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Bytes, E> {
                Ok(Bytes(bytes))
            }
        }
        deserializer.deserialize_byte_buf(Run)
    }
}

/// How many values there are, and the run of bytes.
#[derive(Serialize, Deserialize)]
struct Packed {
    count: u64,
    bytes: Bytes,
}

/// Writes values.
pub(super) fn serialize<S: Serializer>(
    values: &[Option<f64>],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mask = values.len().div_ceil(8);
    let mut bytes = vec![0; mask + 8 * values.iter().flatten().count()];
    let (bits, numbers) = bytes.split_at_mut(mask);
    for (index, value) in values.iter().enumerate() {
        bits[index / 8] |= u8::from(value.is_some()) << (index % 8);
    }
    for (place, value) in numbers.chunks_exact_mut(8).zip(values.iter().flatten()) {
        place.copy_from_slice(&value.to_le_bytes());
    }
    let packed = Packed {
        count: values.len() as u64,
        bytes: Bytes(bytes),
    };
    packed.serialize(serializer)
}

/// Reads values.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Option<f64>>, D::Error> {
    let Packed { count, bytes } = Packed::deserialize(deserializer)?;
    let wrong = || D::Error::custom("the values are not as many as it says");
    // As long as its bits are there, a count takes no more memory than the frame allows.
    let count = usize::try_from(count).map_err(|_| wrong())?;
    let (bits, numbers) = bytes
        .0
        .split_at_checked(count.div_ceil(8))
        .ok_or_else(wrong)?;
    let mut numbers = numbers.chunks_exact(8);
    let mut values = Vec::with_capacity(count);
    for index in 0..count {
        values.push(match bits[index / 8] >> (index % 8) & 1 {
            0 => None,
            _ => {
                let number = numbers.next().ok_or_else(wrong)?;
                Some(f64::from_le_bytes(number.try_into().unwrap_or_default()))
            }
        });
    }
    match numbers.next().is_none() && numbers.remainder().is_empty() {
        true => Ok(values),
        false => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{self, FrameKind};

    const KIND: FrameKind = FrameKind {
        magic: *b"mlp-test",
        version: 1,
    };

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Values(#[serde(with = "super")] Vec<Option<f64>>);

    #[test]
    fn values_come_back_bit_by_bit() {
        let nan = f64::from_bits(0x7ff8_0000_0000_1234);
        let some = [Some(-0.0), None, Some(f64::INFINITY), Some(nan), None];
        for count in 0..40 {
            let values: Vec<_> = some.into_iter().cycle().take(count).collect();
            let frame = frame::encode(KIND, &Values(values.clone()), 0).unwrap();
            let (found, _): (Values, usize) = frame::decode(KIND, &frame).unwrap();
            let bits = |values: &[Option<f64>]| -> Vec<Option<u64>> {
                values.iter().map(|value| value.map(f64::to_bits)).collect()
            };
            assert_eq!(bits(&found.0), bits(&values));
        }
    }

    #[test]
    fn counts_that_do_not_fit_are_refused() {
        for (count, bytes) in [
            (1, vec![1, 0, 0]),
            (9, vec![0]),
            (1, vec![0, 7]),
            (u64::MAX, vec![]),
        ] {
            let bytes = Bytes(bytes);
            let frame = frame::encode(KIND, &Packed { count, bytes }, 0).unwrap();
            assert!(frame::decode::<Values>(KIND, &frame).is_err(), "{count}");
        }
    }
}
