//! How fast a training converged or diverged, as one signed number: the shade of a fractal map.
//!
//! Sohl-Dickstein 2024 (arXiv 2402.06184). With L_t the training loss before update t + 1, t = 0 to
//! steps - 1, and v_t = L_t / L_0, clipped at 10^6, which is also the value of every v_t that is not a
//! number: a training converged if the mean of its last 20 v is below 1. Its shade is then -sum v_t,
//! otherwise sum 1 / v_t: negative where it converged, nearer to 0 the faster; positive where it
//! diverged, also nearer to 0 the faster.
//!
//! The loss is always that of the whole training part, also with mini-batches, as in the paper's
//! notebook: it judges the parameters, not the batch. A training ends at the first loss or parameter
//! that is not finite; every v from there on is the clip value, so the sums are those of a training that
//! continued.

use serde::{Deserialize, Serialize};

/// The value at which v is clipped.
const CUT: f64 = 1e6;

/// The number of last v that decide whether a training converged.
const LAST: usize = 20;

/// The sums over a training, loss by loss.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ConvergenceMeasure {
    first: Option<f64>,
    sum: f64,
    sum_of_inverses: f64,
    last: [f64; LAST],
    seen: u64,
}

impl ConvergenceMeasure {
    /// Before the first loss.
    pub(crate) fn new() -> Self {
        Self {
            first: None,
            sum: 0.0,
            sum_of_inverses: 0.0,
            last: [0.0; LAST],
            seen: 0,
        }
    }

    /// The loss before an update; the first one is L_0.
    #[inline]
    pub(crate) fn push(&mut self, loss: f64) {
        let first = *self.first.get_or_insert(loss);
        let ratio = loss / first;
        // A ratio that is not a number compares false with everything.
        let v = if ratio < CUT { ratio } else { CUT };
        self.sum += v;
        self.sum_of_inverses += 1.0 / v;
        self.last[(self.seen % LAST as u64) as usize] = v;
        self.seen += 1;
    }

    /// The shade after `updates` updates; those that a diverged training did not make count as clipped.
    /// A training without updates has none.
    pub(crate) fn finish(mut self, updates: u64) -> Option<f64> {
        while self.seen < updates {
            self.push(f64::NAN);
        }
        let count = usize::try_from(self.seen).unwrap_or(LAST).min(LAST);
        if count == 0 {
            return None;
        }
        // From the oldest on.
        let oldest = if count < LAST {
            0
        } else {
            (self.seen % LAST as u64) as usize
        };
        let last = (0..count).map(|back| self.last[(oldest + back) % LAST]);
        let mean = last.fold(0.0, |sum, v| sum + v) / count as f64;
        Some(if mean < 1.0 {
            -self.sum
        } else {
            self.sum_of_inverses
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, straight from the list of losses.
    fn by_definition(losses: &[f64], updates: usize) -> f64 {
        let mut v: Vec<f64> = losses.iter().map(|loss| loss / losses[0]).collect();
        v.resize(updates, f64::NAN);
        for v in &mut v {
            if v.is_nan() || *v > 1e6 {
                *v = 1e6;
            }
        }
        let tail = &v[v.len().saturating_sub(20)..];
        if tail.iter().sum::<f64>() / (tail.len() as f64) < 1.0 {
            -v.iter().sum::<f64>()
        } else {
            v.iter().map(|v| 1.0 / v).sum()
        }
    }

    fn shade(losses: &[f64], updates: u64) -> Option<f64> {
        let mut shade = ConvergenceMeasure::new();
        losses.iter().for_each(|loss| shade.push(*loss));
        shade.finish(updates)
    }

    #[test]
    fn sums_are_those_of_the_definition() {
        let falls: Vec<f64> = (0..75).map(|t| 4.0 * 0.9f64.powi(t)).collect();
        let rises: Vec<f64> = (0..75).map(|t| 4.0 * 1.7f64.powi(t)).collect();
        // Comes back from beyond the cut.
        let returns: Vec<f64> = (0..75)
            .map(|t| {
                if (10..30).contains(&t) {
                    1e12
                } else {
                    2.0 - 0.02 * f64::from(t)
                }
            })
            .collect();
        let swings: Vec<f64> = (0..75)
            .map(|t| if t % 2 == 0 { 1.0 } else { 1.5 })
            .collect();
        for losses in [&falls[..], &rises, &returns, &swings, &falls[..7], &[3.0]] {
            let expected = by_definition(losses, losses.len());
            assert_eq!(shade(losses, losses.len() as u64), Some(expected));
        }
        assert!(shade(&falls, 75).unwrap() < 0.0 && shade(&returns, 75).unwrap() < 0.0);
        assert!(shade(&rises, 75).unwrap() > 0.0 && shade(&swings, 75).unwrap() > 0.0);
    }

    #[test]
    fn what_a_diverged_training_left_out_counts_as_cut() {
        let losses = [1.0, 50.0, 1e200, f64::INFINITY];
        assert_eq!(shade(&losses, 500), Some(by_definition(&losses, 500)));
        let all: Vec<f64> = (0..500)
            .map(|t| *losses.get(t).unwrap_or(&f64::NAN))
            .collect();
        assert_eq!(shade(&losses, 500), shade(&all, 500));
        assert_eq!(shade(&[], 0), None);
        // Nothing is known of what it would have come to.
        assert_eq!(shade(&[f64::NAN], 30), Some(by_definition(&[f64::NAN], 30)));
    }
}
