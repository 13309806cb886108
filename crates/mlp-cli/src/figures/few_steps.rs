//! A few of many recorded steps.

/// Places of at most so many of ascending steps, evenly apart in their logarithms, the first and the last among them.
pub fn few(steps: &[i64], most: usize) -> Vec<usize> {
    if steps.len() <= most {
        return (0..steps.len()).collect();
    }
    let last = steps.len() - 1;
    let top = (steps[last] as f64 + 1.0).ln();
    let low = (steps[0] as f64 + 1.0).ln();
    let mut rows: Vec<usize> = (0..most)
        .map(|frame| {
            let share = frame as f64 / (most - 1).max(1) as f64;
            let wanted = (low + (top - low) * share).exp() - 1.0;
            steps
                .partition_point(|step| (*step as f64) < wanted - 0.5)
                .min(last)
        })
        .collect();
    rows.dedup();
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_steps_have_both_ends() {
        let steps: Vec<i64> = (0..=1000).collect();
        let found = few(&steps, 16);
        assert!(found.len() <= 16 && found.is_sorted_by(|a, b| a < b));
        assert_eq!((found[0], found[found.len() - 1]), (0, 1000));
        assert_eq!(few(&[0, 1, 2], 16), [0, 1, 2]);
        assert_eq!(few(&[5], 16), [0]);
        assert_eq!(few(&[], 16), [0; 0]);
    }
}
