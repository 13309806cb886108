/// The storage type of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberType {
    /// A byte, 0 or 1.
    Bool,
    /// 8 bits, unsigned.
    U8,
    /// 16 bits, unsigned.
    U16,
    /// 32 bits, unsigned.
    U32,
    /// 64 bits, unsigned.
    U64,
    /// 8 bits, signed.
    I8,
    /// 16 bits, signed.
    I16,
    /// 32 bits, signed.
    I32,
    /// 64 bits, signed.
    I64,
    /// 32 bits of floating point.
    F32,
    /// 64 bits of floating point.
    F64,
}

impl NumberType {
    /// Bytes of one number.
    pub fn size(self) -> usize {
        match self {
            Self::Bool | Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
        }
    }

    /// The integer at a position, exact; `None` for floating point.
    ///
    /// # Panics
    /// If the bytes end before it.
    pub(crate) fn integer_at(
        self,
        bytes: &[u8],
        position: usize,
        big_endian: bool,
    ) -> Option<i128> {
        macro_rules! read {
            ($kind:ty) => {
                i128::from(<$kind>::from_le_bytes(take(bytes, position, big_endian)))
            };
        }
        match self {
            Self::F32 | Self::F64 => None,
            Self::Bool => Some(i128::from(bytes[position] != 0)),
            Self::U8 => Some(read!(u8)),
            Self::U16 => Some(read!(u16)),
            Self::U32 => Some(read!(u32)),
            Self::U64 => Some(read!(u64)),
            Self::I8 => Some(read!(i8)),
            Self::I16 => Some(read!(i16)),
            Self::I32 => Some(read!(i32)),
            Self::I64 => Some(read!(i64)),
        }
    }
}

/// A number's bytes, in the machine's order.
pub(crate) fn take<const N: usize>(bytes: &[u8], position: usize, big_endian: bool) -> [u8; N] {
    let mut taken = [0; N];
    taken.copy_from_slice(&bytes[position * N..][..N]);
    if big_endian {
        taken.reverse();
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_either_order_of_bytes() {
        let at = |number: NumberType, bytes: &[u8], position, big_endian| {
            number.integer_at(bytes, position, big_endian).unwrap()
        };
        assert_eq!(at(NumberType::I16, &[0, 0, 0xFE, 0xFF], 1, false), -2);
        assert_eq!(at(NumberType::I16, &[0, 0, 0xFF, 0xFE], 1, true), -2);
        assert_eq!(at(NumberType::U32, &[1, 2, 3, 4], 0, true), 16_909_060);
        assert_eq!(at(NumberType::U16, &[1, 2], 0, true), 258);
        assert_eq!(at(NumberType::I32, &[0xFF; 4], 0, false), -1);
        assert_eq!(
            at(NumberType::I64, &i64::MIN.to_le_bytes(), 0, false),
            -(1 << 63)
        );
        assert_eq!(at(NumberType::Bool, &[0, 7], 1, false), 1);
        assert_eq!(at(NumberType::U8, &[0x80], 0, false), 128);
        assert_eq!(at(NumberType::I8, &[0x80], 0, false), -128);
    }

    #[test]
    fn whole_numbers_keep_their_digits() {
        let beyond = (1i64 << 53) + 1;
        let at = |big_endian, bytes: [u8; 8], number: NumberType| {
            number.integer_at(&bytes, 0, big_endian)
        };
        assert_eq!(
            at(true, beyond.to_be_bytes(), NumberType::I64),
            Some(beyond.into())
        );
        assert_eq!(
            at(false, (-beyond).to_le_bytes(), NumberType::I64),
            Some((-beyond).into())
        );
        assert_eq!(at(false, [0xFF; 8], NumberType::U64), Some(u64::MAX.into()));
        assert_eq!(at(false, [0xFF; 8], NumberType::I16), Some(-1));
        assert_eq!(at(false, [0; 8], NumberType::F64), None);
    }
}
