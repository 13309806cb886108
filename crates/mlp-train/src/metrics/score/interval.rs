//! How far a score depends on which rows it was taken of.

use mlp_core::seed::{Purpose, Stream};
use mlp_statistics::{Proportion, quantile};

use super::{Predicted, Score};

/// Samples of the rows that are drawn.
const DRAWN: u32 = 1000;

/// The 95 % interval of a score over rows: Wilson's (1927) of an accuracy of rows that count the same, else the middle
/// 95 % of the scores of 1000 bootstrap samples (Efron 1979) of the rows, drawn under a fixed seed. `None` where more than
/// one in ten samples has no score, as that of few rows with a rare class.
pub fn score_interval(score: &Score, predicted: &Predicted) -> Option<(f64, f64)> {
    let rows = predicted.samples();
    if score.name == super::confusion::ACCURACY.name
        && predicted.is_unweighted()
        && let Some(classes) = predicted.as_classes()
    {
        let answers = classes.labels.iter().zip(classes.predicted);
        let right = answers.filter(|(label, answer)| label == answer).count();
        return Proportion {
            successes: right as u64,
            trials: rows as u64,
        }
        .interval();
    }
    let drawn = |number| {
        let mut stream = Stream::numbered(0, Purpose::Sampling, number);
        let rows: Vec<usize> = (0..rows)
            .map(|_| stream.below(rows as u64) as usize)
            .collect();
        (score.value)(&predicted.select(&rows)).filter(|value| value.is_finite())
    };
    let mut values: Vec<f64> = (0..DRAWN).filter_map(drawn).collect();
    values.sort_by(f64::total_cmp);
    let enough = values.len() * 10 >= DRAWN as usize * 9;
    Some((quantile(&values, 0.025)?, quantile(&values, 0.975)?)).filter(|_| enough)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::score::find;
    use ndarray::Array2;

    #[test]
    fn an_accuracy_has_the_interval_of_a_proportion() {
        let labels = vec![1, 1, 0, 0, 1, 0, 1, 1, 0, 1];
        let predicted = vec![1, 0, 0, 1, 1, 0, 1, 1, 0, 1];
        let judged = Predicted::classes(labels, predicted, 2, None);
        let found = score_interval(find("accuracy").unwrap(), &judged).unwrap();
        // scipy.stats.binomtest(8, 10).proportion_ci(method="wilson")
        assert!((found.0 - 0.490_162_471_536_641_8).abs() < 1e-12);
        assert!((found.1 - 0.943_317_848_545_624_8).abs() < 1e-12);
    }

    #[test]
    fn the_bootstrap_agrees_with_the_standard_error_of_a_mean() {
        // Absolute errors 0 to 9, each ten times: their mean is 4.5, its standard error sqrt(8.25 / 100).
        let predictions = Array2::from_shape_fn((100, 1), |(row, _)| (row % 10) as f64);
        let judged = Predicted::values(Array2::zeros((100, 1)), predictions);
        let (low, high) = score_interval(find("mae").unwrap(), &judged).unwrap();
        let half = 1.96 * (8.25f64 / 100.0).sqrt();
        assert!((low - (4.5 - half)).abs() < 0.06, "{low}");
        assert!((high - (4.5 + half)).abs() < 0.06, "{high}");
    }

    #[test]
    fn rows_without_a_class_to_find_have_no_interval() {
        let judged = Predicted::classes(vec![0, 0], vec![0, 0], 2, Some(Array2::zeros((2, 2))));
        assert_eq!(score_interval(find("auroc").unwrap(), &judged), None);
    }
}
