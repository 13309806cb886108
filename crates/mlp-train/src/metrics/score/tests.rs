//! Every score beside scikit-learn's, on the arrays of `xtask/parity/metrics.py`.

use ndarray::Array2;
use serde_json::Value;

use super::*;

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().expect("a list");
    list.iter().map(|number| number.as_f64().unwrap()).collect()
}

fn table(value: &Value) -> Array2<f64> {
    let rows = value.as_array().unwrap();
    let row = |row: &Value| match row {
        Value::Array(_) => numbers(row),
        number => vec![number.as_f64().unwrap()],
    };
    let rows: Vec<Vec<f64>> = rows.iter().map(row).collect();
    Array2::from_shape_vec((rows.len(), rows[0].len()), rows.concat()).unwrap()
}

fn predicted(case: &Value) -> Predicted {
    let all = if case["kind"] == "values" {
        Predicted::values(table(&case["targets"]), table(&case["predictions"]))
    } else {
        let labels = numbers(&case["labels"])
            .iter()
            .map(|&label| label as u32)
            .collect();
        let mut probabilities = table(&case["probabilities"]);
        if probabilities.ncols() == 1 {
            probabilities = Array2::from_shape_fn((probabilities.nrows(), 2), |(row, class)| {
                let p = probabilities[[row, 0]];
                if class == 1 { p } else { 1.0 - p }
            });
        }
        let answer = |row: ndarray::ArrayView1<'_, f64>| {
            (1..row.len()).fold(
                0,
                |best, class| if row[class] > row[best] { class } else { best },
            )
        };
        let answers = probabilities
            .rows()
            .into_iter()
            .map(|row| answer(row) as u32)
            .collect();
        let classes = probabilities.ncols();
        Predicted::classes(labels, answers, classes, Some(probabilities))
    };
    match &case["sample_weights"] {
        Value::Null => all,
        weights => all.with_weights(numbers(weights)),
    }
}

fn fixture() -> Value {
    let text = include_str!("../../../../mlp-core/tests/fixtures/metrics.json");
    serde_json::from_str(text).unwrap()
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-12 * expected.abs().max(1.0)
}

/// scikit-learn's names of our scores.
const NAMES_THERE: &[(&str, &str)] = &[
    ("accuracy", "accuracy"),
    ("balanced_accuracy", "balanced_accuracy"),
    ("f1", "f1_macro"),
    ("auroc", "roc_auc"),
    ("auroc", "roc_auc_ovr_macro"),
    ("log_loss", "log_loss"),
    ("brier", "brier"),
    ("r2", "r2"),
    ("mae", "mae"),
    ("rmse", "rmse"),
    ("max_error", "max_error"),
    ("precision", "precision"),
    ("recall", "recall"),
    ("specificity", "specificity"),
    ("positive_f1", "f1"),
    ("average_precision", "average_precision"),
    ("median_error", "median_absolute_error"),
    ("mape", "mape"),
    ("ece", ""),
    ("", "f1_each"),
    ("", "confusion"),
];

#[test]
fn scores_agree_with_scikit_learn() {
    let mut compared = 0;
    for case in fixture()["cases"].as_array().unwrap() {
        if case["kind"] == "calibration" {
            continue;
        }
        let predicted = predicted(case);
        for &(name, there) in NAMES_THERE {
            let (Some(score), Some(expected)) = (find(name), case["values"][there].as_f64()) else {
                continue;
            };
            let found = (score.value)(&predicted).unwrap();
            assert!(
                close(found, expected),
                "{} {name}: {found} and {expected}",
                case["name"]
            );
            compared += 1;
        }
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn every_score_has_a_case() {
    for score in SCORES {
        assert!(
            NAMES_THERE.iter().any(|(name, _)| *name == score.name),
            "{}",
            score.name
        );
    }
}

#[test]
fn confusion_and_scores_by_class_agree_with_scikit_learn() {
    let mut compared = 0;
    for case in fixture()["cases"].as_array().unwrap() {
        let Some(rows) = case["values"]["confusion"].as_array() else {
            continue;
        };
        let confusion = Confusion::of(&predicted(case)).unwrap();
        let each = numbers(&case["values"]["f1_each"]);
        assert_eq!(
            (rows.len(), each.len()),
            (confusion.classes(), confusion.classes())
        );
        for (label, row) in rows.iter().enumerate() {
            for (answer, count) in numbers(row).into_iter().enumerate() {
                assert_eq!(confusion.count(label, answer), count, "{}", case["name"]);
            }
            assert!(close(confusion.f1(label), each[label]));
        }
        if let Some(f1) = case["values"]["f1"].as_f64() {
            assert!(close(confusion.f1(1), f1));
            let (precision, recall) = (confusion.precision(1), confusion.recall(1));
            if precision + recall > 0.0 {
                assert!(close(2.0 * precision * recall / (precision + recall), f1));
            }
        }
        compared += 1;
    }
    assert_eq!(compared, 8);
}

#[test]
fn bins_agree_with_scikit_learn() {
    let mut compared = 0;
    for case in fixture()["cases"].as_array().unwrap() {
        if case["kind"] != "calibration" {
            continue;
        }
        let (predicted, bins) = (predicted(case), case["bins"].as_u64().unwrap() as usize);
        let found = match case["strategy"].as_str() {
            Some("uniform") => Calibration::of(&predicted, bins),
            _ => Calibration::of_quantiles(&predicted, bins),
        };
        let found = found.unwrap();
        let shares = numbers(&case["values"]["positive_share"]);
        let means = numbers(&case["values"]["mean_score"]);
        assert_eq!(found.bins.len(), shares.len());
        for (bin, (share, mean)) in found.bins.iter().zip(shares.into_iter().zip(means)) {
            assert!(
                close(bin.share, share) && close(bin.probability, mean),
                "{}",
                case["name"]
            );
        }
        compared += 1;
    }
    assert_eq!(compared, 2);
}

#[test]
fn the_calibration_error_by_hand() {
    // Bins (0.1, 0.2], (0.6, 0.7] and (0.8, 0.9]: distances 0.2, 0.2 and 0.1 of 1, 2 and 1 of 4.
    let p = [0.2, 0.7, 0.7, 0.9];
    let probabilities =
        Array2::from_shape_fn(
            (4, 2),
            |(row, class)| if class == 1 { p[row] } else { 1.0 - p[row] },
        );
    let predicted = Predicted::classes(vec![0, 1, 0, 1], vec![0, 1, 1, 1], 2, Some(probabilities));
    let error = Calibration::of(&predicted, BINS).unwrap().expected_error();
    assert!(
        (error - (0.2 + 2.0 * 0.2 + 0.1) / 4.0).abs() < 1e-15,
        "{error}"
    );
}

#[test]
fn what_does_not_apply_is_none() {
    let one_class = Predicted::classes(vec![0, 0], vec![0, 1], 2, None);
    let value = |name: &str, of: &Predicted| (find(name).unwrap().value)(of);
    assert_eq!(value("accuracy", &one_class), Some(0.5));
    for name in ["auroc", "log_loss", "brier", "ece", "r2", "mae"] {
        assert_eq!(value(name, &one_class), None, "{name}");
    }
    let probabilities = Array2::from_elem((2, 2), 0.5);
    let one_class = Predicted::classes(vec![0, 0], vec![0, 0], 2, Some(probabilities));
    assert_eq!(value("auroc", &one_class), None);
    let numbers = Predicted::values(Array2::zeros((2, 1)), Array2::zeros((2, 1)));
    assert_eq!(
        (value("accuracy", &numbers), value("r2", &numbers)),
        (None, Some(1.0))
    );
}

#[test]
fn classes_that_neither_occur_nor_are_predicted_do_not_count() {
    // scikit-learn 1.9: f1_score(average="macro", zero_division=0) and balanced_accuracy_score.
    /// True classes, answers and weights; F1 and balanced accuracy.
    type Case<'a> = (&'a [u32], &'a [u32], Option<&'a [f64]>, f64, f64);
    let cases: [Case<'_>; 4] = [
        (&[1, 1, 1], &[1, 1, 1], None, 1.0, 1.0),
        (
            &[0, 0, 2, 2, 2],
            &[0, 2, 2, 2, 0],
            None,
            0.583_333_333_333_333_3,
            0.583_333_333_333_333_3,
        ),
        // One class is only predicted: it counts in F1, with 0.
        (
            &[0, 0, 2, 2, 2],
            &[0, 1, 2, 2, 0],
            None,
            0.433_333_333_333_333_35,
            0.583_333_333_333_333_3,
        ),
        // Samples of one class count nothing: F1 counts the class, balanced accuracy does not.
        (
            &[0, 0, 2, 1],
            &[0, 0, 2, 1],
            Some(&[1.0, 2.0, 1.0, 0.0]),
            0.666_666_666_666_666_6,
            1.0,
        ),
    ];
    for (labels, answers, weights, f1, balanced) in cases {
        let mut predicted = Predicted::classes(labels.to_vec(), answers.to_vec(), 3, None);
        if let Some(weights) = weights {
            predicted = predicted.with_weights(weights.to_vec());
        }
        let value = |name: &str| (find(name).unwrap().value)(&predicted).unwrap();
        assert!(close(value("f1"), f1), "{labels:?}: {}", value("f1"));
        assert!(close(value("balanced_accuracy"), balanced), "{labels:?}");
    }
}
