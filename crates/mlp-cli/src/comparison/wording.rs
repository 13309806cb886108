//! How means and differences are said.

use std::fmt::Write;

use mlp_statistics::Mean;

use super::Paired;
use crate::formatting;

/// A mean with its interval: `0.1234 (0.1200 to 0.1268)`.
pub fn mean(mean: &Mean) -> String {
    let value = formatting::measured(mean.value);
    match mean.interval {
        Some((low, high)) if low < high => format!(
            "{value} ({} to {})",
            formatting::measured(low),
            formatting::measured(high)
        ),
        _ => value,
    }
}

/// The tests of a paired difference: how often each is larger, and the p-values.
pub fn tests(found: &Paired) -> String {
    let pairs = found.difference.count;
    let mut text = format!(
        "larger in {} and smaller in {} of {}",
        formatting::count(found.signs.positive as f64),
        formatting::count(found.signs.negative as f64),
        formatting::so_many(pairs as usize, "pair")
    );
    if let Some(ranks) = found.ranks.filter(|_| pairs > 1) {
        let _ = write!(
            text,
            "; p {} (signed ranks), {} (signs)",
            formatting::measured(ranks.p_value),
            formatting::measured(found.signs.p_value)
        );
    }
    text
}

/// Why two runs cannot be paired.
pub const UNPAIRED: &str =
    "no pairs: no seed is once in each run, beside the same values of what both sweep";
