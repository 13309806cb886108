//! Instruction-set levels and their detection.

use std::fmt;
use std::str::FromStr;

/// An instruction-set level. Every level gives the same bits; they differ only in speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Level {
    /// Arrays of lanes in plain Rust: any processor.
    Portable,
    /// x86-64 with AVX2 and FMA: two 256-bit registers per virtual vector.
    Avx2,
    /// x86-64 with AVX-512 F, DQ, BW and VL: one 512-bit register per virtual vector.
    Avx512,
}

impl Level {
    /// Every level, slowest first.
    pub const ALL: [Level; 3] = [Level::Portable, Level::Avx2, Level::Avx512];

    /// The fastest level that this machine supports.
    #[must_use]
    pub fn best() -> Level {
        Level::supported()
            .last()
            .copied()
            .unwrap_or(Level::Portable)
    }

    /// The levels that this machine supports, slowest first.
    #[must_use]
    pub fn supported() -> Vec<Level> {
        Level::ALL
            .into_iter()
            .filter(|level| level.is_supported())
            .collect()
    }

    /// Whether this machine supports the level.
    #[must_use]
    pub fn is_supported(self) -> bool {
        match self {
            Level::Portable => true,
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => {
                Level::Avx2.is_supported()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512vl")
            }
            #[cfg(not(target_arch = "x86_64"))]
            _ => false,
        }
    }

    /// The name that [`FromStr`] reads: `portable`, `avx2` or `avx512`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Level::Portable => "portable",
            Level::Avx2 => "avx2",
            Level::Avx512 => "avx512",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A text that is not the name of a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseLevelError {
    text: String,
}

impl fmt::Display for ParseLevelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "unknown SIMD level '{}': expected portable, avx2 or avx512",
            self.text
        )
    }
}

impl std::error::Error for ParseLevelError {}

impl FromStr for Level {
    type Err = ParseLevelError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Level::ALL
            .into_iter()
            .find(|level| level.name() == text)
            .ok_or_else(|| ParseLevelError {
                text: text.to_owned(),
            })
    }
}

/// A level that this machine's processor does not support.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnsupportedLevel(pub Level);

impl fmt::Display for UnsupportedLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "this processor does not support the SIMD level '{}'; the best it supports is '{}'",
            self.0,
            Level::best()
        )
    }
}

impl std::error::Error for UnsupportedLevel {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_others_are_refused() {
        for level in Level::ALL {
            assert_eq!(level.to_string().parse(), Ok(level));
        }
        let error = "sse2".parse::<Level>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown SIMD level 'sse2': expected portable, avx2 or avx512"
        );
    }

    #[test]
    fn portable_is_always_supported_and_best_is_supported() {
        assert!(Level::Portable.is_supported());
        assert!(Level::best().is_supported());
        assert_eq!(Level::supported()[0], Level::Portable);
    }
}
