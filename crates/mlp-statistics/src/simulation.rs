//! Simulated coverage of intervals.

use crate::{
    Distribution, Mean, MedianInterval, mean_coverage, pearson, pearson_coverage, spearman,
};

/// Random numbers for tests: SplitMix64 (Steele, Lea and Flood 2014), normal ones by Box and Muller.
pub(crate) struct Draws(u64);

impl Draws {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Above 0, at most 1.
    fn unit(&mut self) -> f64 {
        ((self.bits() >> 11) + 1) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.bits() % n
    }

    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.unit().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    fn lognormal(&mut self) -> f64 {
        self.normal().exp()
    }

    /// Student's t with three degrees of freedom.
    fn t3(&mut self) -> f64 {
        let squares: f64 = (0..3).map(|_| self.normal().powi(2)).sum();
        self.normal() / (squares / 3.0).sqrt()
    }
}

/// Samples of a simulation; a share of 0.95 has a standard error of 0.003.
const SAMPLES: usize = 5000;

/// The share of samples for which a condition holds.
fn share(mut holds: impl FnMut() -> bool) -> f64 {
    let held = (0..SAMPLES).filter(|_| holds()).count();
    held as f64 / SAMPLES as f64
}

#[test]
fn intervals_of_means_cover() {
    let mut draws = Draws::new(1);
    for n in [5, 20, 100] {
        let mut coverage = |of: fn(&mut Draws) -> f64, expected: f64| {
            share(|| {
                let values: Vec<f64> = (0..n).map(|_| of(&mut draws)).collect();
                let (low, high) = Mean::of(&values).unwrap().interval.unwrap();
                low <= expected && expected <= high
            })
        };
        let [normal, heavy] = [coverage(Draws::normal, 0.0), coverage(Draws::t3, 0.0)];
        assert!((0.94..0.96).contains(&normal), "normal, {n}: {normal}");
        assert!((0.94..0.975).contains(&heavy), "t(3), {n}: {heavy}");
        // What is printed beside the method.
        let skewed = coverage(Draws::lognormal, 0.5f64.exp());
        let printed = mean_coverage(n as u64);
        assert!(
            (skewed - printed).abs() < 0.015,
            "lognormal, {n}: {skewed} {printed}"
        );
    }
}

#[test]
fn intervals_of_medians_cover_whatever_the_distribution() {
    let mut draws = Draws::new(2);
    for n in [5, 20, 100] {
        for (of, expected) in [
            (Draws::normal as fn(&mut Draws) -> f64, 0.0),
            (Draws::t3, 0.0),
            (Draws::lognormal, 1.0),
        ] {
            let mut stated = 0.0;
            let found = share(|| {
                let values: Distribution = (0..n).map(|_| of(&mut draws)).collect();
                let median = MedianInterval::of(&values).unwrap();
                stated = median.coverage;
                let (low, high) = median.interval;
                low <= expected && expected <= high
            });
            assert!((found - stated).abs() < 0.012, "{n}: {found} {stated}");
            assert!(stated >= 0.9375 && found > 0.925, "{n}: {found}");
        }
    }
}

#[test]
fn intervals_of_correlations_cover_as_is_printed() {
    let mut draws = Draws::new(3);
    // Of normal pairs with correlation 0.5: that of their exponentials, and that of their ranks.
    let of_exponentials = (0.5f64.exp() - 1.0) / (1f64.exp() - 1.0);
    let of_ranks = 6.0 / std::f64::consts::PI * 0.25f64.asin();
    for n in [5usize, 20, 100] {
        let (mut normal, mut skewed, mut ranked) = (0, 0, 0);
        for _ in 0..SAMPLES {
            let x: Vec<f64> = (0..n).map(|_| draws.normal()).collect();
            let y: Vec<f64> = x
                .iter()
                .map(|x| 0.5 * x + 0.75f64.sqrt() * draws.normal())
                .collect();
            let [a, b] = [&x, &y].map(|v| v.iter().map(|v| v.exp()).collect::<Vec<f64>>());
            let covers = |(low, high): (f64, f64), r: f64| usize::from(low <= r && r <= high);
            normal += covers(pearson(&x, &y).unwrap().interval, 0.5);
            skewed += covers(pearson(&a, &b).unwrap().interval, of_exponentials);
            ranked += covers(spearman(&x, &y).unwrap().interval, of_ranks);
        }
        let [normal, skewed, ranked] = [normal, skewed, ranked].map(|c| c as f64 / SAMPLES as f64);
        assert!((0.94..0.96).contains(&normal), "normal, {n}: {normal}");
        assert!((0.94..0.97).contains(&ranked), "ranks, {n}: {ranked}");
        let printed = pearson_coverage(n as u64);
        assert!(
            (skewed - printed).abs() < 0.015,
            "lognormal, {n}: {skewed} {printed}"
        );
    }
}
