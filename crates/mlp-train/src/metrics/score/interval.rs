//! How far a score depends on which rows it was taken of.

use mlp_core::seed::{Purpose, Stream};
use mlp_statistics::{Proportion, quantile};

use super::{Predicted, Score};

/// Samples of the rows that are drawn.
const DRAWN: u32 = 1000;

/// The 95 % interval of a score over rows: Wilson's (1927) of the proportions of rows that count the same (accuracy, and of two
/// classes precision, recall and specificity), else the middle 95 % of the scores of 1000 bootstrap samples (Efron 1979) of the
/// rows, drawn under a fixed seed. `None` where more than one in ten samples has no score, as that of few rows with a rare class, and where
/// all have the same, as an area of 1: that of rows without one error says nothing of how rare errors are.
pub fn score_interval(score: &Score, predicted: &Predicted) -> Option<(f64, f64)> {
    let rows = predicted.samples();
    if let Some(proportion) = proportion(score, predicted) {
        return proportion.interval();
    }
    bootstrap_interval(rows, |drawn| (score.value)(&predicted.select(drawn)))
}

/// The middle 95 % of a value of so many rows over 1000 bootstrap samples of them, as [`score_interval`] draws them; `None` where it
/// has none.
pub fn bootstrap_interval(
    rows: usize,
    value: impl Fn(&[usize]) -> Option<f64>,
) -> Option<(f64, f64)> {
    let drawn = |number| {
        let mut stream = Stream::numbered(0, Purpose::Sampling, number);
        let rows: Vec<usize> = (0..rows)
            .map(|_| stream.below(rows as u64) as usize)
            .collect();
        value(&rows).filter(|value| value.is_finite())
    };
    let mut values: Vec<f64> = (0..DRAWN).filter_map(drawn).collect();
    values.sort_by(f64::total_cmp);
    let enough = values.len() * 10 >= DRAWN as usize * 9;
    let varied = values.first() < values.last();
    Some((quantile(&values, 0.025)?, quantile(&values, 0.975)?)).filter(|_| enough && varied)
}

/// The rows behind a score that is a share of them; `None` for any other, and where rows count differently.
fn proportion(score: &Score, predicted: &Predicted) -> Option<Proportion> {
    if !predicted.is_unweighted() {
        return None;
    }
    let classes = predicted.as_classes()?;
    let positive = classes.classes == 2;
    // Of which rows the score is a share, by class and prediction.
    let counts: fn(u32, u32) -> bool = match score.name {
        "accuracy" => |_, _| true,
        "precision" if positive => |_, answer| answer == 1,
        "recall" if positive => |label, _| label == 1,
        "specificity" if positive => |label, _| label == 0,
        _ => return None,
    };
    let mut found = Proportion::default();
    for (&label, &answer) in classes.labels.iter().zip(classes.predicted) {
        if counts(label, answer) {
            found.push(label == answer);
        }
    }
    Some(found)
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

    /// Wilson's interval of 0 of n is 0 to z^2 / (n + z^2), and that of n of n is n / (n + z^2) to 1.
    #[test]
    fn proportions_of_nothing_and_of_all_have_width() {
        let z = 1.959_963_984_540_054_f64;
        let of = |name: &str, predicted: [u32; 10]| {
            let judged = Predicted::classes(
                vec![1, 1, 1, 1, 0, 0, 0, 0, 0, 0],
                predicted.to_vec(),
                2,
                None,
            );
            score_interval(find(name).unwrap(), &judged)
        };
        let near = |found: Option<(f64, f64)>, low: f64, high: f64| {
            let found = found.unwrap();
            assert!((found.0 - low).abs() < 1e-12, "{found:?}");
            assert!((found.1 - high).abs() < 1e-12, "{found:?}");
        };
        let none = [0; 10];
        near(of("recall", none), 0.0, z * z / (4.0 + z * z));
        near(of("specificity", none), 6.0 / (6.0 + z * z), 1.0);
        assert_eq!(of("precision", none), None);
        let right = [1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
        near(of("precision", right), 3.0 / (3.0 + z * z), 1.0);
        // A score that is no share of rows has none where no sample of them varies.
        assert_eq!(of("positive_f1", none), None);
        assert!(of("positive_f1", right).is_some());
    }

    #[test]
    fn an_area_of_one_has_no_interval() {
        let area = |first: f64| {
            let labels = (0..40).map(|row| u32::from(row < 20)).collect();
            let probabilities = Array2::from_shape_fn((40, 2), |(row, class)| {
                let positive = match row {
                    0 => first,
                    row if row < 20 => 0.9,
                    _ => 0.2,
                };
                if class == 1 { positive } else { 1.0 - positive }
            });
            let judged = Predicted::classes(labels, vec![1; 40], 2, Some(probabilities));
            score_interval(find("auroc").unwrap(), &judged)
        };
        assert_eq!(area(0.8), None);
        let (low, high) = area(0.1).unwrap();
        assert!(low < high, "{low} {high}");
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
