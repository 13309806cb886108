//! Hashes of data that are too long for a table.

/// FNV-1a (Fowler, Noll, Vo) over words, finished by the mixer of SplitMix64.
pub(super) struct Hash(u64);

impl Hash {
    pub(super) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    pub(super) fn add(&mut self, word: u64) {
        for byte in word.to_le_bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// 52 bits, which an f64 in a table holds exactly.
    pub(super) fn number(&self) -> f64 {
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) >> 12) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_whole_numbers_that_differ() {
        let number = |words: &[u64]| {
            let mut hash = Hash::new();
            words.iter().for_each(|&word| hash.add(word));
            hash.number()
        };
        let (a, b) = (number(&[1, 2]), number(&[2, 1]));
        assert!(a != b && a.fract() == 0.0 && a < 2f64.powi(52));
    }
}
