//! Least-squares lines.

/// Moments of pairs of numbers, updated pair by pair (Welford 1962), so that a stream of any length
/// is fitted in constant memory.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pairs {
    count: u64,
    mean_x: f64,
    mean_y: f64,
    xx: f64,
    yy: f64,
    xy: f64,
}

/// A line fitted by least squares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// The slope.
    pub slope: f64,
    /// Standard error of the slope; `None` for fewer than three points.
    pub slope_error: Option<f64>,
    /// The intercept.
    pub intercept: f64,
    /// R²; `None` where y is constant.
    pub r_squared: Option<f64>,
    /// The number of points.
    pub count: u64,
}

impl Line {
    /// The line's y at `x`.
    pub fn at(&self, x: f64) -> f64 {
        self.intercept + self.slope * x
    }
}

impl Pairs {
    /// Adds a pair; pairs with a non-finite number are ignored.
    pub fn push(&mut self, x: f64, y: f64) {
        if !(x.is_finite() && y.is_finite()) {
            return;
        }
        self.count += 1;
        let n = self.count as f64;
        let (dx, dy) = (x - self.mean_x, y - self.mean_y);
        self.mean_x += dx / n;
        self.mean_y += dy / n;
        self.xx += dx * (x - self.mean_x);
        self.yy += dy * (y - self.mean_y);
        self.xy += dx * (y - self.mean_y);
    }

    /// The number of pairs.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Mean and standard deviation of x and of y.
    pub(crate) fn spread(&self) -> [(f64, f64); 2] {
        let freedom = self.count.saturating_sub(1) as f64;
        [(self.mean_x, self.xx), (self.mean_y, self.yy)]
            .map(|(mean, squares)| (mean, (squares / freedom).sqrt()))
    }

    /// The least-squares line; `None` where x is constant.
    pub fn line(&self) -> Option<Line> {
        if self.count < 2 || self.xx <= 0.0 {
            return None;
        }
        let slope = self.xy / self.xx;
        let r_squared = (self.yy > 0.0).then(|| {
            let r = self.xy / (self.xx * self.yy).sqrt();
            (r * r).min(1.0)
        });
        let residual = (self.yy - slope * self.xy).max(0.0);
        let freedom = self.count - 2;
        Some(Line {
            slope,
            slope_error: (freedom > 0).then(|| (residual / freedom as f64 / self.xx).sqrt()),
            intercept: self.mean_y - slope * self.mean_x,
            r_squared,
            count: self.count,
        })
    }

    /// Pearson's correlation; `None` where one of the variables is constant.
    pub fn correlation(&self) -> Option<f64> {
        let varies = self.count > 1 && self.xx > 0.0 && self.yy > 0.0;
        varies.then(|| (self.xy / (self.xx * self.yy).sqrt()).clamp(-1.0, 1.0))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const X: [f64; 10] = [1.2, 0.4, 3.3, 2.1, 5.0, 4.4, 2.8, 6.1, 0.9, 3.7];
    pub(crate) const Y: [f64; 10] = [2.0, 1.1, 3.9, 2.2, 6.3, 4.1, 3.5, 5.2, 1.1, 4.8];

    #[test]
    fn the_line_is_that_of_scipy() {
        // r = scipy.stats.linregress(X, Y)
        let mut pairs = Pairs::default();
        X.iter().zip(&Y).for_each(|(&x, &y)| pairs.push(x, y));
        pairs.push(f64::NAN, 1.0);
        let line = pairs.line().unwrap();
        for (found, expected) in [
            (line.slope, 0.887_707_345_028_494_9),
            (line.intercept, 0.765_755_038_364_800_2),
            (line.r_squared.unwrap(), 0.873_484_478_899_085_9),
            (line.slope_error.unwrap(), 0.119_445_317_164_490_13),
        ] {
            assert!((found - expected).abs() < 1e-13, "{found} {expected}");
        }
        assert_eq!(line.count, 10);
    }

    #[test]
    fn far_from_zero_nothing_cancels() {
        let mut pairs = Pairs::default();
        for i in 0..1000 {
            let x = 1e9 + f64::from(i);
            pairs.push(x, 3.0 * f64::from(i) + 5.0);
        }
        let line = pairs.line().unwrap();
        assert!((line.slope - 3.0).abs() < 1e-9, "{line:?}");
        assert!(line.r_squared.unwrap() > 1.0 - 1e-12);
    }

    #[test]
    fn what_does_not_vary_has_no_line() {
        let mut pairs = Pairs::default();
        assert_eq!(pairs.line(), None);
        pairs.push(1.0, 2.0);
        pairs.push(1.0, 3.0);
        assert_eq!((pairs.line(), pairs.correlation()), (None, None));
        let mut level = Pairs::default();
        level.push(1.0, 2.0);
        level.push(2.0, 2.0);
        let line = level.line().unwrap();
        assert_eq!((line.slope, line.r_squared), (0.0, None));
    }
}
