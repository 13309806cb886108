"""`metrics.json`: scikit-learn's metrics on small fixed arrays."""

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve

SAMPLES = 24
WEIGHTS = (1 + np.arange(SAMPLES) % 5) / 2


def _binary():
    rng = np.random.default_rng(71)
    labels = (rng.random(SAMPLES) < 0.4).astype(int)
    # Two digits, so that scores tie within and between the classes.
    scores = np.clip(0.3 * labels + rng.random(SAMPLES) * 0.7, 0.01, 0.99).round(2)
    return labels, scores


def _classes():
    rng = np.random.default_rng(72)
    labels = rng.choice(4, SAMPLES, p=[0.45, 0.3, 0.15, 0.1])
    logits = rng.normal(size=(SAMPLES, 4)) + 1.2 * np.eye(4)[labels]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    # The last takes the rest, so that rows add up to one to the last digit that is written.
    probabilities = probabilities.round(3)
    probabilities[:, 3] = (1 - probabilities[:, :3].sum(axis=1)).round(3)
    return labels, probabilities


def _of_predictions(labels, predicted, classes, **weights):
    values = {
        "accuracy": metrics.accuracy_score(labels, predicted, **weights),
        "balanced_accuracy": metrics.balanced_accuracy_score(labels, predicted, **weights),
        "f1_macro": metrics.f1_score(labels, predicted, labels=range(classes), average="macro", zero_division=0, **weights),
        "f1_micro": metrics.f1_score(labels, predicted, average="micro", **weights),
        "f1_weighted": metrics.f1_score(labels, predicted, average="weighted", zero_division=0, **weights),
        "f1_each": metrics.f1_score(labels, predicted, labels=range(classes), average=None, zero_division=0, **weights),
        "confusion": metrics.confusion_matrix(labels, predicted, labels=range(classes), **weights),
    }
    if classes == 2:
        values["f1"] = metrics.f1_score(labels, predicted, zero_division=0, **weights)
    # Of two classes those of the second; specificity is the recall of what a class is not.
    average = {"average": "binary"} if classes == 2 else {"average": "macro", "labels": sorted({*labels, *predicted})}
    values |= {
        "precision": metrics.precision_score(labels, predicted, zero_division=0, **average, **weights),
        "recall": metrics.recall_score(labels, predicted, zero_division=0, **average, **weights),
        "specificity": np.mean(
            [
                metrics.recall_score(labels != c, predicted != c, zero_division=0, **weights)
                for c in ([1] if classes == 2 else average["labels"])
            ]
        ),
    }
    return values


def _case(name, kind, data, values):
    return {"name": name, "peer": "sklearn.metrics", "kind": kind, **data, "values": values}


def binary(name, labels, scores, weights=None):
    predicted = (scores > 0.5).astype(int)
    given = {} if weights is None else {"sample_weight": weights}
    values = _of_predictions(labels, predicted, 2, **given)
    if len(set(labels.tolist())) == 2:
        values |= {
            "roc_auc": metrics.roc_auc_score(labels, scores, **given),
            "average_precision": metrics.average_precision_score(labels, scores, **given),
        }
    values |= {
        "log_loss": metrics.log_loss(labels, scores, labels=[0, 1], **given),
        "brier": metrics.brier_score_loss(labels, scores, pos_label=1, **given),
    }
    data = {"labels": labels, "probabilities": scores} | ({"sample_weights": weights} if given else {})
    return _case(name, "binary", data, values)


def classes(name, labels, probabilities, weights=None):
    count = probabilities.shape[1]
    given = {} if weights is None else {"sample_weight": weights}
    values = _of_predictions(labels, probabilities.argmax(axis=1), count, **given)
    values |= {
        "log_loss": metrics.log_loss(labels, probabilities, labels=range(count), **given),
        "brier": metrics.brier_score_loss(labels, probabilities, labels=range(count), scale_by_half=False, **given),
        "roc_auc_ovr_macro": metrics.roc_auc_score(labels, probabilities, multi_class="ovr", **given),
        "roc_auc_ovr_weighted": metrics.roc_auc_score(
            labels, probabilities, multi_class="ovr", average="weighted", **given
        ),
    }
    values["average_precision"] = metrics.average_precision_score(labels, probabilities, **given)
    if weights is None:
        values["roc_auc_ovo_macro"] = metrics.roc_auc_score(labels, probabilities, multi_class="ovo")
        values["top_2_accuracy"] = metrics.top_k_accuracy_score(labels, probabilities, k=2)
    data = {"labels": labels, "probabilities": probabilities} | ({"sample_weights": weights} if given else {})
    return _case(name, "classes", data, values)


def values(name, targets, predictions, weights=None):
    given = {} if weights is None else {"sample_weight": weights}
    results = {
        "r2": metrics.r2_score(targets, predictions, **given),
        "mae": metrics.mean_absolute_error(targets, predictions, **given),
        "mse": metrics.mean_squared_error(targets, predictions, **given),
        "rmse": metrics.root_mean_squared_error(targets, predictions, **given),
        "median_absolute_error": metrics.median_absolute_error(targets, predictions, **given),
        "mape": metrics.mean_absolute_percentage_error(targets, predictions, **given),
        "max_error": max(np.abs(targets - predictions).ravel()),
    }
    if targets.ndim == 2:
        results["r2_each"] = metrics.r2_score(targets, predictions, multioutput="raw_values", **given)
        results["r2_variance_weighted"] = metrics.r2_score(
            targets, predictions, multioutput="variance_weighted", **given
        )
    data = {"targets": targets, "predictions": predictions} | ({"sample_weights": weights} if given else {})
    return _case(name, "values", data, results)


def calibration(name, labels, scores, bins, strategy):
    """The bins that hold samples: the share of positives and the mean score in each."""
    share, mean = calibration_curve(labels, scores, n_bins=bins, strategy=strategy)
    data = {"labels": labels, "probabilities": scores, "bins": bins, "strategy": strategy}
    case = _case(name, "calibration", data, {"positive_share": share, "mean_score": mean})
    return case | {"peer": "sklearn.calibration.calibration_curve"}


def document():
    labels, scores = _binary()
    many, probabilities = _classes()
    certain = probabilities.copy()
    certain[0], certain[1] = np.eye(4)[many[0]], np.eye(4)[(many[1] + 1) % 4]
    unpredicted = probabilities.copy()
    unpredicted[:, 0] += unpredicted[:, 3]
    unpredicted[:, 3] = 0.0
    rng = np.random.default_rng(73)
    targets = rng.normal(10, 3, (SAMPLES, 2)).round(3)
    predictions = (targets + rng.normal(0, 1.5, targets.shape)).round(3)
    cases = [
        binary("binary", labels, scores),
        binary("binary-sample-weights", labels, scores, WEIGHTS),
        binary("binary-never-positive", labels, (scores / 2.1).round(3)),
        binary("binary-one-class", np.zeros(SAMPLES, int), scores),
        classes("classes", many, probabilities),
        classes("classes-sample-weights", many, probabilities, WEIGHTS),
        classes("classes-certain", many, certain),
        classes("classes-one-never-predicted", many, unpredicted.round(3)),
        values("values", targets[:, 0], predictions[:, 0]),
        values("values-sample-weights", targets[:, 0], predictions[:, 0], WEIGHTS),
        values("values-two-outputs", targets, predictions),
        values("values-constant-target", np.full(SAMPLES, 2.0), predictions[:, 0]),
        calibration("calibration-uniform", labels, scores, 5, "uniform"),
        calibration("calibration-quantile", labels, scores, 4, "quantile"),
    ]
    return {"cases": cases}
