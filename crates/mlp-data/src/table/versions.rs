//! Numbers that are versions: `1.10` beside `1.2` is a later one, and a smaller number.

use std::collections::BTreeMap;

use crate::names;

/// What the decimals of a column tell.
#[derive(Debug, Default)]
pub(super) struct Versions {
    /// By what stands before the point: a text with one decimal, and one with two of which the second is 0.
    found: BTreeMap<String, (Option<String>, Option<String>)>,
    /// Whether some number is none: with more decimals than two, a sign or an exponent.
    measured: bool,
}

/// So many different whole numbers are those of measurements.
const MOST: usize = 100;

impl Versions {
    /// Takes down how a number is written, decimals behind a point.
    pub fn take(&mut self, text: &str) {
        if self.measured {
            return;
        }
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let is_one = is_digits(whole) && is_digits(decimals) && (1..=2).contains(&whole.len());
        if !is_one || decimals.len() > 2 || self.found.len() == MOST {
            (self.measured, self.found) = (true, BTreeMap::new());
            return;
        }
        if decimals.is_empty() || decimals == "00" {
            return;
        }
        let (short, tenth) = self.found.entry(whole.to_owned()).or_default();
        match decimals.as_bytes() {
            [b'1'..=b'9'] => drop(short.get_or_insert_with(|| text.to_owned())),
            [b'1'..=b'9', b'0'] => drop(tenth.get_or_insert_with(|| text.to_owned())),
            _ => {}
        }
    }

    /// What is said of a column of versions, it seems.
    pub fn note(&self, column: &str) -> Option<String> {
        let mut found = self.found.values();
        let (short, tenth) =
            found.find_map(|(short, tenth)| Some((short.as_ref()?, tenth.as_ref()?)))?;
        Some(format!(
            "column `{column}` has `{tenth}` beside `{short}`, as versions are numbered, and both are read as decimal numbers; if they are names, \
             give --text {}",
            names::shell(column)
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zero_behind_one_of_two_decimals_is_a_version() {
        let said = |texts: &[&str]| {
            let mut versions = Versions::default();
            texts.iter().for_each(|text| versions.take(text));
            versions.note("v").is_some()
        };
        assert!(said(&["1.2", "1.9", "1.10", "2"]));
        assert!(said(&["0.1", "1.20", "1.3"]));
        for texts in [
            &["1.20", "1.35", "2.10"][..],
            // Three digits of a measurement.
            &["1.10", "12.3", "0.50"],
            &["1.10", "1.2", "1.25", "1.234"],
            &["-1.10", "1.2"],
            &["1.0", "1.00", "1.5"],
            &["100.10", "100.2"],
        ] {
            assert!(!said(texts), "{texts:?}");
        }
    }
}
