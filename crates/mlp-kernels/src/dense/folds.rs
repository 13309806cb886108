//! The order in which partial sums are folded.

/// The partial sums by position modulo `L`, folded by halves: a position, and how many folds follow once its sum is known.
///
/// Positions come in the order in which a fold depth first asks for them (0, L/2, L/4, 3L/4, ...), so that a fold is always of the two sums
/// known last, and at most `log2 L` of them wait.
pub(super) struct Folds<const L: usize>;

impl<const L: usize> Folds<L> {
    /// By the number of positions that have samples, less one. Sums without samples are +0; they are left out, which changes the sign of a zero
    /// alone.
    pub(super) const OF: [[(u8, u8); L]; L] = {
        let mut table = [[(0, 0); L]; L];
        let mut present = 1;
        while present <= L {
            let (mut visited, mut found) = (0, 0);
            while visited < L {
                let position = reversed(visited, L);
                if position < present {
                    table[present - 1][found] = (position as u8, folds(position, present, L));
                    found += 1;
                }
                visited += 1;
            }
            present += 1;
        }
        table
    };
}

/// The bits of `index` below `lanes` in reverse.
const fn reversed(index: usize, lanes: usize) -> usize {
    let (mut left, mut bit, mut result) = (index, lanes / 2, 0);
    while bit > 0 {
        result += (left % 2) * bit;
        left /= 2;
        bit /= 2;
    }
    result
}

/// How many folds follow a position's sum: upwards as long as the other half is known or has no samples.
const fn folds(position: usize, present: usize, lanes: usize) -> u8 {
    let (mut at, mut half, mut folds) = (position, lanes / 2, 0);
    while half > 0 {
        if at >= half {
            folds += 1;
            at -= half;
        } else if at + half < present {
            break;
        }
        half /= 2;
    }
    folds
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Folds whole numbers, of which each stands for itself, as text.
    fn text<const L: usize>(present: usize) -> String {
        let mut waiting: Vec<String> = Vec::new();
        for &(position, folds) in &Folds::<L>::OF[present - 1][..present] {
            let mut sum = position.to_string();
            for _ in 0..folds {
                sum = format!("({}+{sum})", waiting.pop().unwrap());
            }
            waiting.push(sum);
        }
        assert_eq!(waiting.len(), 1);
        waiting.remove(0)
    }

    #[test]
    fn sums_are_folded_by_halves_without_those_that_have_no_samples() {
        assert_eq!(text::<8>(1), "0");
        assert_eq!(text::<8>(3), "((0+2)+1)");
        assert_eq!(text::<16>(4), "((0+2)+(1+3))");
        assert_eq!(text::<8>(6), "(((0+4)+2)+((1+5)+3))");
        assert_eq!(text::<8>(8), "(((0+4)+(2+6))+((1+5)+(3+7)))");
        for present in 1..=16 {
            assert_eq!(text::<16>(present).matches('+').count(), present - 1);
        }
    }
}
