//! What the distinct values of a column tell: few whole numbers may be classes, and a text a row names it.

use super::number::one_zero;

/// The most distinct whole numbers that are taken for classes.
const MOST_INTEGER_CLASSES: usize = 20;

/// The distinct numbers in order, if they are few and whole enough to be classes or categories.
pub(super) fn few_integers(numbers: impl Iterator<Item = f64>) -> Option<Vec<f64>> {
    let mut found: Vec<f64> = Vec::new();
    for number in numbers.map(one_zero) {
        if number.fract() != 0.0 {
            return None;
        }
        if !found.contains(&number) {
            if found.len() == MOST_INTEGER_CLASSES {
                return None;
            }
            found.push(number);
        }
    }
    found.sort_by(f64::total_cmp);
    Some(found)
}

/// Whether so many texts tell the rows apart.
pub(super) fn names_rows(texts: usize, rows: usize) -> bool {
    texts >= 10 && 2 * texts > rows
}
