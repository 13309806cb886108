"""Estimators: scikit-learn's own checks, and its MLP's behaviour beside ours."""

import pickle
import warnings

import numpy as np
import pytest

sklearn = pytest.importorskip("sklearn")

from sklearn.base import clone  # noqa: E402
from sklearn.datasets import load_breast_cancer, load_iris, make_multilabel_classification  # noqa: E402
from sklearn.exceptions import ConvergenceWarning  # noqa: E402
from sklearn.model_selection import GridSearchCV, cross_val_score  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402
from sklearn.utils.estimator_checks import parametrize_with_checks  # noqa: E402

import mlp_lab  # noqa: E402
from mlp_lab.sklearn import MLPClassifier, MLPRegressor  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@parametrize_with_checks([MLPClassifier(), MLPRegressor()])
def test_checks_of_scikit_learn(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True)
    return StandardScaler().fit_transform(X), y


def test_the_numbers_are_those_of_train(iris):
    X, y = iris
    ours = MLPClassifier((8,), activation="tanh", alpha=0, batch_size=150, max_iter=30, tol=0, random_state=3).fit(X, y)
    same = mlp_lab.train(
        (X, y),
        hidden=[8],
        activation="tanh",
        optimizer="adam",
        form="sklearn",
        lr=0.001,
        steps=30,
        seed=3,
        precision="f64",
        test_fraction=0,
        scale="none",
        init="glorot-uniform",
        bias_init="glorot-uniform",
    )
    for name, array in same.network.parameters.items():
        assert array.tobytes() == ours.network_.parameters[name].tobytes(), name
    assert ours.loss_ == same.nets["train_loss"][0]


@pytest.mark.parametrize(
    "settings",
    [
        {"solver": "adam"},
        {"solver": "sgd", "learning_rate_init": 0.1},
        {"solver": "sgd", "learning_rate_init": 0.1, "learning_rate": "invscaling"},
        {"solver": "sgd", "learning_rate_init": 0.1, "learning_rate": "adaptive"},
        {"solver": "lbfgs"},
        {"activation": "logistic", "learning_rate_init": 0.05},
        {"hidden_layer_sizes": ()},
        {"hidden_layer_sizes": (8, 8), "activation": ["tanh", "relu"], "dropout": 0.1},
        {"solver": "adamw", "settings": {"weight_decay": 0.01, "schedule": "cosine"}},
        {"early_stopping": True},
        {"class_weight": "balanced"},
        {"loss": "squared-error"},
    ],
    ids=str,
)
def test_settings_learn_iris(iris, settings):
    X, y = iris
    settings = {"learning_rate_init": 0.02, "max_iter": 200, "random_state": 0, **settings}
    estimator = MLPClassifier(**settings).fit(X, y)
    assert estimator.score(X, y) > 0.85, estimator
    assert len(estimator.coefs_) == len(estimator.intercepts_) == estimator.n_layers_ - 1
    assert estimator.coefs_[0].shape[0] == 4 and estimator.coefs_[0].dtype == np.float64
    assert len(estimator.loss_curve_) == estimator.n_iter_
    if settings.get("early_stopping"):
        assert len(estimator.validation_scores_) == estimator.n_iter_


def test_beside_scikit_learn(iris):
    from sklearn.neural_network import MLPClassifier as Theirs

    X, y = iris
    settings = {"hidden_layer_sizes": (16,), "max_iter": 100, "learning_rate_init": 0.01}
    theirs = [Theirs(**settings, random_state=seed).fit(X, y).score(X, y) for seed in range(5)]
    ours = [MLPClassifier(**settings, random_state=seed).fit(X, y).score(X, y) for seed in range(5)]
    assert np.mean(ours) > np.mean(theirs) - 0.02
    assert set(Theirs().get_params()) - {"max_fun"} <= set(MLPClassifier().get_params())


def test_partial_fit_keeps_the_optimizer(iris):
    X, y = iris
    whole = MLPClassifier((8,), max_iter=5, tol=0, batch_size=32, random_state=0, alpha=0).fit(X, y)
    parts = MLPClassifier((8,), batch_size=32, random_state=0, alpha=0)
    for epoch in range(5):
        parts.partial_fit(X, y, classes=[0, 1, 2])
        if epoch == 2:
            parts = pickle.loads(pickle.dumps(parts))
    assert [c.tobytes() for c in parts.coefs_] == [c.tobytes() for c in whole.coefs_]
    more = whole.partial_fit(X, y)
    assert more.n_iter_ == 6 and more.loss_ < whole.loss_curve_[0]
    parts.partial_fit(X[:40], y[:40])
    assert parts.n_iter_ == 6
    with pytest.raises(ValueError, match="classes must be passed"):
        MLPClassifier().partial_fit(X, y)
    with pytest.raises(ValueError, match="not in"):
        parts.partial_fit(X, y + 1)


def test_warm_start_begins_where_the_last_fit_ended(iris):
    X, y = iris
    estimator = MLPClassifier((8,), max_iter=50, warm_start=True, random_state=0)
    first = estimator.fit(X, y).loss_
    assert estimator.fit(X, y).loss_curve_[0] < first
    with pytest.raises(ValueError, match="same classes"):
        estimator.fit(X, y + 1)


def test_pickles_clones_and_frames(iris):
    pandas = pytest.importorskip("pandas")
    X, y = iris
    frame = pandas.DataFrame(X, columns=list("abcd"))
    estimator = MLPClassifier((4,), max_iter=10, random_state=0).fit(frame, y)
    assert estimator.feature_names_in_.tolist() == list("abcd")
    copy = pickle.loads(pickle.dumps(estimator))
    assert copy.predict_proba(frame).tobytes() == estimator.predict_proba(frame).tobytes()
    again = clone(estimator).fit(frame, y)
    assert again.predict_proba(frame).tobytes() == estimator.predict_proba(frame).tobytes()
    with pytest.raises(ValueError, match="feature names"):
        estimator.predict(frame[list("dcba")])


def test_labels_and_outputs():
    X, y = make_multilabel_classification(n_samples=80, n_classes=3, random_state=0)
    estimator = MLPClassifier((8,), max_iter=50, random_state=0).fit(X, y)
    assert estimator.predict(X).shape == estimator.predict_proba(X).shape == (80, 3)
    assert estimator.out_activation_ == "logistic"
    two = np.stack([X[:, 0], X[:, 1] * 2], axis=1)
    regressor = MLPRegressor((8,), max_iter=50, random_state=0).fit(X, two)
    assert regressor.predict(X).shape == (80, 2) and regressor.n_outputs_ == 2


def test_weights_and_float32(iris):
    X, y = iris
    weights = np.where(y == 0, 0.0, 1.0)
    estimator = MLPClassifier((8,), max_iter=100, learning_rate_init=0.02, random_state=0)
    assert (estimator.fit(X, y, sample_weight=weights).predict(X[y == 0]) != 0).mean() > 0.5
    assert estimator.fit(X.astype(np.float32), y).coefs_[0].dtype == np.float32


def test_pipelines_searches_and_scores():
    X, y = load_breast_cancer(return_X_y=True)
    pipeline = make_pipeline(StandardScaler(), MLPClassifier((8,), max_iter=30, learning_rate_init=0.02, random_state=0))
    assert cross_val_score(pipeline, X, y, cv=3).mean() > 0.9
    search = GridSearchCV(pipeline, {"mlpclassifier__alpha": [1e-4, 1.0]}, cv=2, n_jobs=2).fit(X, y)
    assert search.best_score_ > 0.9


def test_what_cannot_be_is_refused(iris):
    X, y = iris
    for settings in ({"max_iter": 0}, {"alpha": -1}, {"learning_rate": "fast"}, {"activation": "tahn"}, {"hidden_layer_sizes": (0,)}):
        with pytest.raises(ValueError):
            MLPClassifier(**settings).fit(X, y)
    with pytest.raises(mlp_lab.SettingError, match="did you mean"):
        MLPClassifier(settings={"learnig_rate": 1}).fit(X, y)


def test_it_warns_where_it_did_not_converge(iris):
    X, y = iris
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ConvergenceWarning):
            MLPClassifier(max_iter=2).fit(X, y)
