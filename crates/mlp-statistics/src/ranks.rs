//! Ranks.

/// Ranks from 1, in the order of the values; equal values share the mean of their ranks. Also the
/// sum of t^3 - t over groups of t equal values, by which tests correct for them.
pub fn ranks(values: &[f64]) -> (Vec<f64>, f64) {
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
}
