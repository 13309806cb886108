//! A line search for the strong Wolfe conditions.

/// The loss along a direction, at one step length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    /// The step length.
    pub(crate) at: f64,
    /// The loss there; infinite where it is not a number.
    pub(crate) loss: f64,
    /// The derivative of the loss by the step length there.
    pub(crate) slope: f64,
}

/// Fraction of the first slope by which the loss must fall at least (Armijo).
const DECREASE: f64 = 1e-4;
/// Fraction of the first slope to which the slope must fall.
const CURVATURE: f64 = 0.9;
/// Maximum number of steps after the first.
const MOST: usize = 25;
/// A bracket in which no parameter moves by more than this is not searched further.
const TOLERANCE: f64 = 1e-9;

/// A step length that satisfies the strong Wolfe conditions, or the best one found: bracketing,
/// then zooming in by cubic interpolation (Nocedal and Wright 2006, algorithms 3.5 and 3.6), in the
/// steps of PyTorch's `_strong_wolfe`.
///
/// The search starts at the length `first`. `largest` is the largest component of the direction;
/// `evaluate` returns loss and slope at a length.
pub(crate) fn strong_wolfe(
    start: Point,
    first: f64,
    largest: f64,
    mut evaluate: impl FnMut(f64) -> (f64, f64),
) -> f64 {
    let mut probe = |at| match evaluate(at) {
        (loss, slope) if loss.is_nan() || slope.is_nan() => Point {
            at,
            loss: f64::INFINITY,
            slope: f64::INFINITY,
        },
        (loss, slope) => Point { at, loss, slope },
    };
    let falls = |point: Point| point.loss <= start.loss + DECREASE * point.at * start.slope;
    let is_flat = |point: Point| point.slope.abs() <= -CURVATURE * start.slope;

    let (mut last, mut new) = (start, probe(first));
    let mut steps = 0;
    let mut bracket = loop {
        if steps == MOST {
            break [start, new];
        }
        if !falls(new) || (steps > 1 && new.loss >= last.loss) {
            break [last, new];
        }
        if is_flat(new) {
            return new.at;
        }
        if new.slope >= 0.0 {
            break [last, new];
        }
        let bounds = (new.at + 0.01 * (new.at - last.at), new.at * 10.0);
        let at = cubic_minimum(last, new, bounds);
        last = new;
        new = probe(at);
        steps += 1;
    };

    let mut stuck = false;
    let mut low = usize::from(bracket[0].loss > bracket[1].loss);
    while steps < MOST {
        let (left, right) = ordered(bracket[0].at, bracket[1].at);
        if (right - left) * largest < TOLERANCE {
            break;
        }
        let mut at = cubic_minimum(bracket[0], bracket[1], (left, right));
        // Close to an end of the bracket a second time, or at it: a tenth away from it.
        let margin = 0.1 * (right - left);
        let close = right - at < margin || at - left < margin;
        let moved = close && (stuck || at >= right || at <= left);
        if moved {
            at = if (at - right).abs() < (at - left).abs() {
                right - margin
            } else {
                left + margin
            };
        }
        stuck = close && !moved;
        let new = probe(at);
        steps += 1;
        let high = 1 - low;
        if !falls(new) || new.loss >= bracket[low].loss {
            bracket[high] = new;
            low = usize::from(bracket[0].loss > bracket[1].loss);
            continue;
        }
        if is_flat(new) {
            return new.at;
        }
        if new.slope * (bracket[high].at - bracket[low].at) >= 0.0 {
            bracket[high] = bracket[low];
        }
        bracket[low] = new;
    }
    bracket[low].at
}

fn ordered(a: f64, b: f64) -> (f64, f64) {
    if a <= b { (a, b) } else { (b, a) }
}

/// The minimum of the cubic through two points with their slopes, within bounds; the midpoint of the
/// bounds where it has no minimum.
fn cubic_minimum(a: Point, b: Point, (least, most): (f64, f64)) -> f64 {
    let (a, b) = if a.at <= b.at { (a, b) } else { (b, a) };
    let sum = a.slope + b.slope - 3.0 * (a.loss - b.loss) / (a.at - b.at);
    let root = (sum * sum - a.slope * b.slope).sqrt();
    let share = (b.slope + root - sum) / (b.slope - a.slope + 2.0 * root);
    let minimum = b.at - (b.at - a.at) * share;
    if !minimum.is_finite() {
        return (least + most) / 2.0;
    }
    if minimum < least {
        least
    } else if minimum > most {
        most
    } else {
        minimum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Searches along a function of one variable with its derivative.
    fn search(first: f64, f: impl Fn(f64) -> (f64, f64)) -> (f64, usize) {
        let (loss, slope) = f(0.0);
        let mut count = 0;
        let start = Point {
            at: 0.0,
            loss,
            slope,
        };
        let at = strong_wolfe(start, first, 1.0, |at| {
            count += 1;
            f(at)
        });
        let (found, flat) = f(at);
        assert!(found <= loss + DECREASE * at * slope, "{found} at {at}");
        assert!(flat.abs() <= -CURVATURE * slope, "{flat} at {at}");
        (at, count)
    }

    #[test]
    fn a_parabola_is_solved_from_too_short_and_too_long_steps() {
        let parabola = |at: f64| ((at - 2.0) * (at - 2.0), 2.0 * (at - 2.0));
        for first in [1e-3, 0.1, 1.0, 2.0, 3.9, 50.0, 1e4] {
            search(first, parabola);
        }
        // The cubic through two points of a parabola is the parabola.
        assert!((search(50.0, parabola).0 - 2.0).abs() < 1e-12);
    }

    #[test]
    fn valleys_between_walls_are_found() {
        // More and Thuente 1994, function 1 (beta = 2) and a polynomial of many minima.
        let wall = |at: f64| {
            let square = at * at + 2.0;
            (-at / square, (at * at - 2.0) / (square * square))
        };
        let steep = |at: f64| {
            let x = at + 0.004;
            (
                x.powi(5) - 2.0 * x.powi(4),
                5.0 * x.powi(4) - 8.0 * x.powi(3),
            )
        };
        // From far beyond the valley PyTorch's steps settle for any lower loss.
        for first in [1e-3, 0.1, 10.0] {
            let (at, count) = search(first, wall);
            assert!(at > 0.0 && count < 12, "{at} after {count}");
            search(first, steep);
        }
    }

    #[test]
    fn a_loss_that_is_no_number_bounds_the_search() {
        let (at, _) = search(8.0, |at| match at {
            at if at < 3.0 => ((at - 2.0) * (at - 2.0), 2.0 * (at - 2.0)),
            _ => (f64::NAN, f64::NAN),
        });
        assert!(at < 3.0);
    }

    #[test]
    fn a_slope_that_never_ends_is_left() {
        let start = Point {
            at: 0.0,
            loss: 0.0,
            slope: -1.0,
        };
        let mut count = 0;
        let at = strong_wolfe(start, 1.0, 1.0, |at| {
            count += 1;
            (-at, -1.0)
        });
        assert!(at > 1.0 && count <= MOST + 1);
    }
}
