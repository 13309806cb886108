//! A quantile sketch that depends only on the numbers, not on their order.

use crate::quantile::{between, place};

/// Largest number of buckets of a sketch; where numbers fill more, the width of all buckets is doubled.
const BUCKETS: usize = 2048;
/// Initial number of buckets per power of two, as a power of two.
const FINEST: u32 = 9;

/// Neighbouring numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bucket {
    count: u64,
    least: f64,
    most: f64,
}

/// Counts of numbers in buckets of constant relative width (as in DDSketch, Masson,
/// Rim and Lee 2019), whose resolution is halved as often as memory requires (UDDSketch, Epicoco and others 2020).
///
/// A bucket's key is the leading bits of its numbers: sign, exponent and some of the mantissa, so
/// nothing is rounded. The final width is the smallest with which all numbers fill at most 2,048 buckets,
/// and counts and ends of buckets are integers, minima and maxima: so any order and any cut of the
/// numbers gives the same sketch.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sketch {
    /// How often the width of the buckets was doubled.
    widened: u32,
    /// Ascending.
    buckets: Vec<Bucket>,
}

/// The bucket of a finite number after this many doublings.
fn key(x: f64, widened: u32) -> i64 {
    // Below the sign, the bits of a number are ordered as the numbers are.
    let size = (x.to_bits() & !(1 << 63)) as i64;
    let finest = size >> (52 - FINEST);
    let signed = if x < 0.0 { -1 - finest } else { finest };
    signed >> widened.min(62)
}

impl Sketch {
    /// Adds ascending finite numbers.
    pub(crate) fn add(&mut self, sorted: &[f64]) {
        let mut fresh: Vec<Bucket> = Vec::new();
        let mut last_key = None;
        for &x in sorted {
            let key = key(x, self.widened);
            match fresh.last_mut().filter(|_| last_key == Some(key)) {
                Some(last) => {
                    last.count += 1;
                    last.most = x;
                }
                None => fresh.push(Bucket {
                    count: 1,
                    least: x,
                    most: x,
                }),
            }
            last_key = Some(key);
        }
        self.join(fresh);
    }

    /// Merges another sketch.
    pub(crate) fn merge(&mut self, other: &Self) {
        let mut other = other.clone();
        while other.widened < self.widened {
            other.widen();
        }
        while self.widened < other.widened {
            self.widen();
        }
        self.join(other.buckets);
    }

    /// Adds ascending buckets of the same width.
    fn join(&mut self, fresh: Vec<Bucket>) {
        let own = std::mem::take(&mut self.buckets);
        self.buckets = Vec::with_capacity(own.len() + fresh.len());
        let (mut own, mut fresh) = (own.into_iter().peekable(), fresh.into_iter().peekable());
        loop {
            let next = match (own.peek(), fresh.peek()) {
                (Some(a), Some(b)) if a.least <= b.least => own.next(),
                (Some(_), None) => own.next(),
                _ => fresh.next(),
            };
            match next {
                Some(bucket) => push(&mut self.buckets, bucket, self.widened),
                None => break,
            }
        }
        while self.buckets.len() > BUCKETS {
            self.widen();
        }
        self.buckets.shrink_to_fit();
    }

    /// Doubles the width of every bucket.
    fn widen(&mut self) {
        self.widened += 1;
        let mut wider = Vec::with_capacity(self.buckets.len());
        for &bucket in &self.buckets {
            push(&mut wider, bucket, self.widened);
        }
        self.buckets = wider;
    }

    /// A quantile; `None` if empty. Numbers are assumed to be spread evenly between the ends of their
    /// bucket, which are exact.
    pub(crate) fn quantile(&self, share: f64) -> Option<f64> {
        let count = self.buckets.iter().map(|bucket| bucket.count).sum();
        let (below, part) = place(count, share)?;
        let a = self.at(below)?;
        let b = self.at((below + 1).min(count - 1))?;
        Some(between(a, b, part))
    }

    /// An approximation of the number at an index in ascending order; the first and the last are exact.
    pub(crate) fn at(&self, index: u64) -> Option<f64> {
        let mut before = 0;
        for bucket in &self.buckets {
            if index < before + bucket.count {
                let place = index - before;
                let last = bucket.count - 1;
                return Some(match place {
                    0 => bucket.least,
                    _ if place == last => bucket.most,
                    _ => between(bucket.least, bucket.most, place as f64 / last as f64),
                });
            }
            before += bucket.count;
        }
        None
    }

    /// The largest relative error of a number from the sketch.
    pub(crate) fn error(&self) -> f64 {
        2f64.powi(self.widened.cast_signed() - FINEST.cast_signed())
    }
}

/// Adds a bucket behind ascending ones.
fn push(buckets: &mut Vec<Bucket>, bucket: Bucket, widened: u32) {
    match buckets.last_mut() {
        Some(last) if key(last.least, widened) == key(bucket.least, widened) => {
            last.count += bucket.count;
            if bucket.least < last.least {
                last.least = bucket.least;
            }
            if bucket.most > last.most {
                last.most = bucket.most;
            }
        }
        _ => buckets.push(bucket),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_ascend_with_numbers_at_every_width() {
        let numbers = [
            -f64::MAX,
            -1e3,
            -1.5,
            -1.0,
            -1e-300,
            -5e-324,
            0.0,
            5e-324,
            1e-9,
            1.0,
            1.001,
            2.0,
            f64::MAX,
        ];
        for widened in 0..60 {
            let keys = numbers.map(|x| key(x, widened));
            assert!(keys.is_sorted(), "{widened}: {keys:?}");
            assert!(keys[5] < 0 && keys[6] >= 0, "signs stay apart");
        }
        assert_eq!(key(-0.0, 0), key(0.0, 0));
        assert_ne!(key(1.0, 0), key(1.002, 0));
    }

    #[test]
    fn numbers_of_every_size_fit() {
        let numbers: Vec<f64> = (0..40_000)
            .map(|i| 2f64.powf(f64::from(i) / 20.0 - 1000.0))
            .collect();
        let mut sketch = Sketch::default();
        sketch.add(&numbers);
        assert!(sketch.buckets.len() <= BUCKETS);
        assert!(sketch.buckets.len() > BUCKETS / 4);
        assert_eq!(sketch.quantile(0.0), Some(numbers[0]));
        assert_eq!(sketch.quantile(1.0), numbers.last().copied());
        let mut narrow = Sketch::default();
        narrow.add(
            &(0..5000)
                .map(|i| 1.0 + f64::from(i) / 5000.0)
                .collect::<Vec<_>>(),
        );
        assert_eq!(narrow.error(), 1.0 / 512.0);
    }
}
