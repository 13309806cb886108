//! Whether one or two pairs decide a correlation or a line.
//!
//! Leaving out a pair of n alike ones moves either by about 1 / n of itself, which is far inside its interval. Where one or
//! two pairs that lie far from all others can move it out of that, it tells of them and not of the others.

use crate::{
    correlation::{Correlation, pearson},
    line::{Line, Pairs},
    proportion::Z,
};

/// The most pairs that are tried: more are no outliers.
const MOST: usize = 2;

/// A pair lies far from the others where it is so many of their standard deviations from their mean.
const FAR: f64 = 6.0;

/// Two pairs decide a number, and not one of them, where it changes by so many times as much without both.
const TWO: f64 = 1.5;

/// Of fewer others nobody can say where they lie.
const LEAST: usize = 5;

/// Rounding errors are no change.
const ROUNDING: f64 = 1e-9;

/// What is left of a number without the pairs that decide it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decided {
    /// How many pairs decide it.
    pub by: u64,
    /// What it is without them; nothing where all the others are alike.
    pub without: Option<f64>,
}

/// Whether one or two pairs decide Pearson's correlation: each lies far from the others, more than six of their standard
/// deviations from their mean along x or y, and without them it lies outside the interval that it has with them.
/// They are found one after the other, each time of the two pairs that lie farthest from the mean along x and along y the one
/// that moves the correlation more.
pub fn decided_by_few(x: &[f64], y: &[f64], found: &Correlation) -> Option<Decided> {
    let (low, high) = found.interval;
    let mut decided = None;
    let mut out = Vec::new();
    let mut left: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).collect();
    for by in 1..=MOST {
        if left.len() <= LEAST {
            break;
        }
        let without = |place: usize| {
            let mut rest = left.clone();
            let pair = rest.swap_remove(place);
            let (x, y): (Vec<f64>, Vec<f64>) = rest.iter().copied().unzip();
            (pearson(&x, &y).map(|rest| rest.value), rest, pair)
        };
        let moved = |value: Option<f64>| value.map_or(f64::INFINITY, |r| (r - found.value).abs());
        let [along_x, along_y] = [|pair: &(f64, f64)| pair.0, |pair: &(f64, f64)| pair.1]
            .map(|axis| without(farthest(&left, axis)));
        let (value, rest, pair) = match moved(along_y.0) > moved(along_x.0) {
            true => along_y,
            false => along_x,
        };
        left = rest;
        out.push(pair);
        let mut others = Pairs::default();
        left.iter().for_each(|(x, y)| others.push(*x, *y));
        let inside = |r: f64| low - ROUNDING <= r && r <= high + ROUNDING;
        if !value.is_some_and(inside) && out.iter().all(|pair| is_far(*pair, &others)) {
            keep(&mut decided, found.value, by, value);
        }
    }
    decided
}

/// Whether a pair lies far from others, along x or along y.
fn is_far((x, y): (f64, f64), others: &Pairs) -> bool {
    let spread = others.spread();
    let places = [x, y].into_iter().zip(spread);
    places
        .into_iter()
        .any(|(place, (mean, deviation))| (place - mean).abs() > FAR * deviation)
}

/// Takes that so many pairs decide a number, unless fewer do nearly as much.
fn keep(decided: &mut Option<Decided>, all: f64, by: usize, without: Option<f64>) {
    let change = |without: Option<f64>| without.map_or(f64::INFINITY, |value| (value - all).abs());
    if decided.is_none_or(|fewer| change(without) > TWO * change(fewer.without)) {
        *decided = Some(Decided {
            by: by as u64,
            without,
        });
    }
}

/// The place of the pair that lies farthest from the mean along an axis.
fn farthest(pairs: &[(f64, f64)], axis: fn(&(f64, f64)) -> f64) -> usize {
    let mean = pairs.iter().map(axis).sum::<f64>() / pairs.len() as f64;
    let far = |pair: &(f64, f64)| (axis(pair) - mean).abs();
    let order = |a: &(f64, f64), b: &(f64, f64)| {
        let by_size = far(a).total_cmp(&far(b));
        by_size.then(a.0.total_cmp(&b.0)).then(a.1.total_cmp(&b.1))
    };
    let places = (0..pairs.len()).max_by(|&a, &b| order(&pairs[a], &pairs[b]));
    places.unwrap_or_default()
}

/// Pairs of a line as they come in, of which the two with the largest |x| are held apart.
#[derive(Clone, Debug, Default)]
pub struct Fringe {
    rest: Pairs,
    /// At most two, the farther one last.
    far: Vec<(f64, f64)>,
}

impl Fringe {
    /// Adds a pair; one with a number that is not finite is left out.
    pub fn push(&mut self, x: f64, y: f64) {
        if !(x.is_finite() && y.is_finite()) {
            return;
        }
        let size = |pair: &(f64, f64)| pair.0.abs();
        let order = |other: &(f64, f64)| {
            let by_size = size(other).total_cmp(&x.abs());
            by_size
                .then(other.0.total_cmp(&x))
                .then(other.1.total_cmp(&y))
        };
        let place = self.far.partition_point(|other| order(other).is_lt());
        self.far.insert(place, (x, y));
        if self.far.len() > MOST {
            let (x, y) = self.far.remove(0);
            self.rest.push(x, y);
        }
    }

    /// Whether one or two pairs decide the slope of the line through all: they lie far from the others, and without them it lies outside the interval of that
    /// slope and differs by more than half of the larger one.
    pub fn decides(&self, all: &Line) -> Option<Decided> {
        let margin = Z * all.slope_error?;
        let mut decided = None;
        for by in 1..=MOST.min(self.far.len()) {
            let mut rest = self.rest;
            for (x, y) in &self.far[..self.far.len() - by] {
                rest.push(*x, *y);
            }
            if rest.count() < LEAST as u64 {
                break;
            }
            let without = rest.line().map(|line| line.slope);
            let alike = |slope: f64| {
                let (off, larger) = (slope - all.slope, slope.abs().max(all.slope.abs()));
                off.abs() <= margin + ROUNDING * larger || off.abs() <= larger / 2.0
            };
            let mut out = self.far[self.far.len() - by..].iter();
            if !without.is_some_and(alike) && out.all(|pair| is_far(*pair, &rest)) {
                keep(&mut decided, all.slope, by, without);
            }
        }
        decided
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::Draws;

    /// So many pairs of independent normal numbers.
    fn cloud(draws: &mut Draws, count: usize) -> (Vec<f64>, Vec<f64>) {
        (0..count).map(|_| (draws.normal(), draws.normal())).unzip()
    }

    fn decided(x: &[f64], y: &[f64]) -> Option<Decided> {
        decided_by_few(x, y, &pearson(x, y)?)
    }

    fn line(x: &[f64], y: &[f64]) -> (Line, Option<Decided>) {
        let (mut all, mut fringe) = (Pairs::default(), Fringe::default());
        for (x, y) in x.iter().zip(y) {
            all.push(*x, *y);
            fringe.push(*x, *y);
        }
        let line = all.line().unwrap();
        (line, fringe.decides(&line))
    }

    #[test]
    fn one_or_two_outliers_are_told_with_what_is_left() {
        let (x, y) = cloud(&mut Draws::new(1), 40);
        let rest = pearson(&x, &y).unwrap();
        assert_eq!((decided(&x, &y), line(&x, &y).1), (None, None));
        for outliers in [&[(4e7, 3e6)][..], &[(4e7, 3e6), (5e7, 3e6)]] {
            for turned in [false, true] {
                let (mut a, mut b) = (x.clone(), y.clone());
                // Wherever they stand.
                for (place, &(x, y)) in outliers.iter().enumerate() {
                    a.insert(7 * place, x);
                    b.insert(7 * place, y);
                }
                let slope = line(&x, &y).0.slope;
                let (all, of_line) = line(&a, &b);
                assert!((all.slope - 0.06).abs() < 0.02, "{all:?}");
                let of_line = of_line.unwrap();
                assert_eq!(of_line.by, outliers.len() as u64);
                assert!((of_line.without.unwrap() - slope).abs() < 1e-12);
                if turned {
                    std::mem::swap(&mut a, &mut b);
                }
                let all = pearson(&a, &b).unwrap();
                assert!(all.value > 0.9, "{all:?}");
                let found = decided_by_few(&a, &b, &all).unwrap();
                assert_eq!(found.by, outliers.len() as u64);
                assert!(
                    (found.without.unwrap() - rest.value).abs() < 1e-12,
                    "{found:?}"
                );
            }
        }
        // Three are no outliers any more.
        let many = [(&x[..], 4e7), (&y[..], 3e6)].map(|(rest, far)| {
            let far = (0..3).map(|i| far * (1.0 + 0.01 * f64::from(i)));
            rest.iter().copied().chain(far).collect::<Vec<f64>>()
        });
        assert_eq!(decided(&many[0], &many[1]), None);
    }

    #[test]
    fn an_outlier_hides_a_correlation_too() {
        let x: Vec<f64> = (0..20).map(f64::from).collect();
        let mut y = x.clone();
        y[10] = 1e6;
        let found = decided(&x, &y).unwrap();
        assert_eq!((found.by, found.without), (1, Some(1.0)));
        // Where all others are alike nothing is left.
        let mut level = vec![1.0; 20];
        level[3] = 2.0;
        let found = decided(&level, &x).unwrap();
        assert_eq!((found.by, found.without), (1, None));
    }

    #[test]
    fn curves_and_small_clouds_are_decided_by_all() {
        let x: Vec<f64> = (1..30).map(f64::from).collect();
        let squares: Vec<f64> = x.iter().map(|x| x * x).collect();
        assert_eq!(decided(&x, &x), None);
        assert_eq!((decided(&x, &squares), line(&x, &squares).1), (None, None));
        assert_eq!(
            decided(&x[..5], &squares[..5]),
            None,
            "too few to leave one out"
        );
        for count in [6, 8, 20, 100] {
            let mut draws = Draws::new(count as u64);
            let told = (0..2000).filter(|_| {
                let (x, y) = cloud(&mut draws, count);
                let y: Vec<f64> = x.iter().zip(&y).map(|(x, y)| x + y).collect();
                decided(&x, &y).is_some() || line(&x, &y).1.is_some()
            });
            let told = told.count();
            let most = if count < 20 { 80 } else { 4 };
            assert!(told < most, "{told} of 2000 clouds of {count}");
        }
    }
}
