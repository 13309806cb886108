//! The marks with which a text is a number.

use super::format::{DecimalMark, ThousandsMark};
use super::number::{Marks, number};

/// A set of marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Readings(u16);

impl Readings {
    /// Every pair of marks that does not contradict itself.
    const ALL: [Marks; 10] = {
        use DecimalMark::{Comma, Point};
        use ThousandsMark as T;
        [
            (Point, None),
            (Comma, None),
            (Point, Some(T::Comma)),
            (Comma, Some(T::Point)),
            (Point, Some(T::Space)),
            (Comma, Some(T::Space)),
            (Point, Some(T::Apostrophe)),
            (Comma, Some(T::Apostrophe)),
            (Point, Some(T::Underscore)),
            (Comma, Some(T::Underscore)),
        ]
    };

    /// The marks with which a text is a number.
    pub fn of(text: &str) -> Self {
        let fits = |&marks: &Marks| number(text, marks).is_some_and(f64::is_finite);
        Self::those(fits)
    }

    fn those(fits: impl Fn(&Marks) -> bool) -> Self {
        let bits = (0..)
            .zip(&Self::ALL)
            .map(|(bit, marks)| u16::from(fits(marks)) << bit);
        Self(bits.sum())
    }

    /// Those that are in both.
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those with this decimal mark.
    pub fn with(self, decimal: DecimalMark) -> Self {
        self.and(Self::those(|marks| marks.0 == decimal))
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn contains(self, marks: Marks) -> bool {
        self.iter().any(|one| one == marks)
    }

    /// The pairs, those that need the fewest marks first.
    pub fn iter(self) -> impl Iterator<Item = Marks> {
        let held = move |bit: &usize| self.0 >> bit & 1 == 1;
        (0..Self::ALL.len()).filter(held).map(|bit| Self::ALL[bit])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_are_the_marks_that_fit() {
        use DecimalMark::{Comma, Point};
        let first = |text: &str| Readings::of(text).iter().next();
        assert_eq!(first("4,5"), Some((Comma, None)));
        assert_eq!(
            first("1,234,567"),
            Some((Point, Some(ThousandsMark::Comma)))
        );
        assert_eq!(first("1.234,5"), Some((Comma, Some(ThousandsMark::Point))));
        let both = Readings::of("1,200");
        assert!(both.contains((Comma, None)) && both.contains((Point, Some(ThousandsMark::Comma))));
        assert!(both.and(Readings::of("1,234,567")).with(Comma).is_empty());
        assert!(Readings::of("1,2,3").is_empty());
    }
}
