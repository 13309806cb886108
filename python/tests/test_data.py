"""Data as arrays and frames."""

import datetime

import numpy as np
import pytest

import mlp_lab


def rows(count=60):
    random = np.random.default_rng(0)
    X = random.normal(size=(count, 3))
    return X, (X[:, 0] + X[:, 1] > 0).astype(int)


def test_arrays_are_the_table_of_the_same_numbers(tmp_path):
    X, y = rows()
    here = mlp_lab.train((X, y), steps=30, hidden=[4])
    lines = ["x0,x1,x2,y"] + [",".join([*(repr(float(v)) for v in row), str(c)]) for row, c in zip(X, y)]
    path = tmp_path / "data.csv"
    path.write_text("\n".join(lines) + "\n")
    there = mlp_lab.train(path, steps=30, hidden=[4])
    assert here.nets["test_loss"].tobytes() == there.nets["test_loss"].tobytes()
    assert here.network.features == ["x0", "x1", "x2"]
    assert here.network.task == "classification" and here.network.classes.tolist() == [0, 1]
    assert "sha256" in here.experiment
    # The digest tells data that are not the same.
    changed = X.copy()
    changed[0, 0] += 1
    again = mlp_lab.run(here.experiment, (X, y))
    assert again.nets["test_loss"].tobytes() == here.nets["test_loss"].tobytes()


def test_a_regression_and_several_outputs():
    X, _ = rows()
    one = mlp_lab.train((X, X[:, 0] * 2.5), steps=20)
    assert one.network.task == "regression" and one.network.predict(X).shape == (60,)
    two = mlp_lab.train((X, X[:, :2] * 1.5), steps=20)
    assert two.network.predict(X).shape == (60, 2)
    assert two.network.targets == ["y0", "y1"]


def test_texts_are_classes():
    X, y = rows()
    done = mlp_lab.train((X, np.where(y == 1, "yes", "no")), steps=30)
    assert done.network.classes.tolist() == ["no", "yes"]
    assert set(done.network.predict(X)) <= {"no", "yes"}
    probabilities = done.network.predict_proba(X)
    assert probabilities.shape == (60, 2)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)


def frames():
    X, y = rows()
    columns = {
        "a": X[:, 0],
        "b": np.round(X[:, 1] * 10).astype(int),
        "flag": X[:, 2] > 0,
        "town": np.where(X[:, 2] > 0.5, "Bonn", "Köln, West"),
        "class": np.where(y == 1, "yes", "no"),
    }
    yield "dict", {name: list(values) for name, values in columns.items()}
    try:
        import pandas

        yield "pandas", pandas.DataFrame(columns)
        yield "pandas-arrow", pandas.DataFrame(columns).convert_dtypes()
    except ImportError:
        pass
    try:
        import polars

        yield "polars", polars.DataFrame(columns)
    except ImportError:
        pass
    try:
        import pyarrow

        yield "arrow", pyarrow.table({name: pyarrow.array(list(values)) for name, values in columns.items()})
    except ImportError:
        pass


def test_frames_of_every_kind_are_the_same_table():
    keys = {"categories": "one-hot", "steps": 20}
    runs = {name: mlp_lab.train(frame, **keys) for name, frame in frames()}
    first = runs["dict"]
    for name, run in runs.items():
        assert run.nets["test_loss"].tobytes() == first.nets["test_loss"].tobytes(), name
    named = mlp_lab.train(dict(frames())["dict"], target="flag", exclude=["class"], **keys)
    assert "flag" not in named.network.features
    for name, frame in frames():
        assert (first.network.predict(frame) == first.network.predict(dict(frames())["dict"])).all(), name


def test_missing_values_and_dates():
    pandas = pytest.importorskip("pandas")
    X, y = rows()
    a = X[:, 0].copy()
    a[3] = np.nan
    start = datetime.date(2024, 1, 1)
    days = [start + datetime.timedelta(days=int(day)) for day in range(60)]
    frame = pandas.DataFrame({"a": a, "when": pandas.to_datetime(days), "y": y})
    done = mlp_lab.train(frame, missing="mean", steps=10)
    assert done.network.features == ["a", "when"]
    with pytest.raises(mlp_lab.DataError, match="missing"):
        mlp_lab.train(frame, steps=10)
    late = frame.assign(when=frame["when"] + pandas.Timedelta(hours=3))
    with pytest.raises(mlp_lab.DataError, match="time of day"):
        mlp_lab.train(late, missing="mean", steps=10)


def test_sample_weights_by_row():
    X, y = rows()
    plain = mlp_lab.train((X, y), steps=10)
    weighted = mlp_lab.train((X, y), sample_weight=np.where(y == 1, 2.0, 1.0), steps=10)
    assert plain.nets["train_loss"][0] != weighted.nets["train_loss"][0]
    assert weighted.network.features == plain.network.features


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (np.zeros((3, 2)), "pass (X, y)"),
        ((np.zeros(3), np.zeros(3)), "two axes"),
        ((np.zeros((3, 2)), np.zeros(4)), "has 4 rows"),
        ({"a": [object()], "y": [1]}, "column a"),
        ({}, "no columns"),
        (3.5, "must be a name"),
        ((np.full((4, 1), np.inf), np.arange(4)), "inf"),
    ],
)
def test_data_that_cannot_be_are_named(data, told):
    with pytest.raises(mlp_lab.DataError) as raised:
        mlp_lab.train(data, steps=1)
    assert told in str(raised.value)


def test_rows_to_predict_are_checked():
    X, y = rows()
    network = mlp_lab.train((X, y), steps=5).network
    with pytest.raises(mlp_lab.DataError, match="3 inputs"):
        network.predict(X[:, :2])
    with pytest.raises(mlp_lab.DataError, match="two axes"):
        network.predict(X[0])
    with pytest.raises(mlp_lab.DataError, match="no column x2"):
        network.predict({"x0": X[:, 0], "x1": X[:, 1]})
    shuffled = {"x2": X[:, 2], "x0": X[:, 0], "other": X[:, 0], "x1": X[:, 1]}
    assert (network.predict(shuffled) == network.predict(X)).all()
