//! The points that a law is fitted to, and whether a fit is meaningful.

use std::{collections::BTreeMap, fmt};

use mlp_statistics::{Decided, Fringe, Line, Pairs};

use crate::settings::value::shortest;

/// The fewest points that a law is fitted to: two always lie on a line.
pub(super) const LEAST_POINTS: u64 = 3;

/// Cells whose points are this many times farther from zero than those of another cell dominate any line through both.
const UNLIKE: f64 = 100.0;

/// Why points have no law.
#[derive(Clone, Debug, PartialEq)]
pub enum NoLaw {
    /// Too few points: a line always fits them.
    Few(u64),
    /// All points have the same x.
    Level,
    /// The cells differ so much that the largest dominate the line.
    Unlike {
        /// The quantity in which they differ.
        quantity: String,
        /// The least mean size of a cell,
        least: f64,
        /// and the largest.
        largest: f64,
    },
}

impl fmt::Display for NoLaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Few(1) => write!(f, "no law: there is one point"),
            Self::Few(points) => {
                write!(f, "no law: {points} points always lie on a line")
            }
            Self::Level => f.write_str("no law: the horizontal axis does not vary"),
            Self::Unlike {
                quantity,
                least,
                largest,
            } => write!(
                f,
                "no common law: the cells' means of {quantity} lie between {} and {}, so the largest alone would decide it",
                shortest(rounded(*least)),
                shortest(rounded(*largest))
            ),
        }
    }
}

/// Three digits.
fn rounded(number: f64) -> f64 {
    format!("{number:.2e}").parse().unwrap_or(number)
}

/// Points as they are added, with the sizes of their cells.
#[derive(Clone, Debug, Default)]
pub(super) struct Pool {
    pairs: Pairs,
    fringe: Fringe,
    /// By cell: points, and the sums of |x| and |y|.
    cells: BTreeMap<u64, [f64; 3]>,
}

impl Pool {
    /// Adds a point, of a cell where cells are distinguished.
    pub(super) fn push(&mut self, x: f64, y: f64, cell: Option<u64>) {
        self.pairs.push(x, y);
        self.fringe.push(x, y);
        if let Some(cell) = cell {
            let sums = self.cells.entry(cell).or_default();
            for (sum, more) in sums.iter_mut().zip([1.0, x.abs(), y.abs()]) {
                *sum += more;
            }
        }
    }

    /// How many points there are.
    pub(super) fn count(&self) -> u64 {
        self.pairs.count()
    }

    /// Whether one or two points decide a line through all of them.
    pub(super) fn decided(&self, line: &Line) -> Option<Decided> {
        self.fringe.decides(line)
    }

    /// The least-squares line, where it is meaningful; `axes` are the names of x and y.
    pub(super) fn law(&self, axes: &[String; 2]) -> Result<Line, NoLaw> {
        if self.count() < LEAST_POINTS {
            return Err(NoLaw::Few(self.count()));
        }
        for (place, quantity) in axes.iter().enumerate() {
            let means = self.cells.values().map(|sums| sums[place + 1] / sums[0]);
            let least = means
                .clone()
                .fold(f64::INFINITY, |a, b| if b < a { b } else { a });
            let largest = means.fold(0.0, |a, b| if b > a { b } else { a });
            if least > 0.0 && largest > UNLIKE * least {
                return Err(NoLaw::Unlike {
                    quantity: quantity.clone(),
                    least,
                    largest,
                });
            }
        }
        self.pairs.line().ok_or(NoLaw::Level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law(points: &[(f64, f64, u64)]) -> Result<Line, NoLaw> {
        let mut pool = Pool::default();
        for &(x, y, cell) in points {
            pool.push(x, y, Some(cell));
        }
        pool.law(&["|W|^2", "|b|^2"].map(str::to_owned))
    }

    #[test]
    fn two_points_are_no_law() {
        let points = [(1.0, 2.0, 0), (2.0, 3.0, 0), (3.0, 4.0, 0)];
        assert_eq!(law(&points[..2]), Err(NoLaw::Few(2)));
        assert_eq!(law(&points[..1]), Err(NoLaw::Few(1)));
        assert_eq!(law(&points).unwrap().r_squared, Some(1.0));
        assert_eq!(
            law(&points.map(|(_, y, cell)| (1.0, y, cell))),
            Err(NoLaw::Level)
        );
    }

    #[test]
    fn unlike_cells_have_no_common_law() {
        let near = [
            (1.0, 2.0, 0),
            (2.0, 1.0, 0),
            (60.0, 30.0, 1),
            (90.0, 80.0, 1),
        ];
        assert!(law(&near).is_ok());
        let far = near.map(|(x, y, cell)| {
            if cell == 1 {
                (50.0 * x, y, cell)
            } else {
                (x, y, cell)
            }
        });
        let none = law(&far).unwrap_err();
        assert_eq!(
            none.to_string(),
            "no common law: the cells' means of |W|^2 lie between 1.5 and 3750, so the largest alone would decide it"
        );
        // Within one cell any range is its own.
        assert!(law(&far.map(|(x, y, _)| (x, y, 0))).is_ok());
    }
}
