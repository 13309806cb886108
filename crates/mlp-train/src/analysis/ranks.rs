//! Ranks of numbers.

/// Ranks from one on, in the order of the values; equal values share the mean of their ranks. Also the
/// sum of t^3 - t over groups of t equal values, by which tests correct for them.
pub(super) fn ranks(values: &[f64]) -> (Vec<f64>, f64) {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut ties = 0.0;
    let mut start = 0;
    while start < order.len() {
        let value = values[order[start]];
        let equal = order[start..].iter().take_while(|&&i| values[i] == value);
        let end = start + equal.count().max(1);
        let shared = (start + 1 + end) as f64 / 2.0;
        order[start..end].iter().for_each(|&i| ranks[i] = shared);
        let group = (end - start) as f64;
        ties += group * group * group - group;
        start = end;
    }
    (ranks, ties)
}

/// The median of numbers, of an even count the mean of the middle two; `None` of no number.
pub(super) fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    let last = numbers.len().checked_sub(1)?;
    Some((numbers[last / 2] + numbers[last.div_ceil(2)]) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_a_rank() {
        // scipy.stats.rankdata([3, 1, 3, 2, 2, 3])
        let (found, ties) = ranks(&[3.0, 1.0, 3.0, 2.0, 2.0, 3.0]);
        assert_eq!(found, [5.0, 1.0, 5.0, 2.5, 2.5, 5.0]);
        assert_eq!(ties, 24.0 + 6.0);
        assert_eq!(ranks(&[]), (Vec::new(), 0.0));
    }

    #[test]
    fn medians_lie_in_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(Vec::new()), None);
    }
}
