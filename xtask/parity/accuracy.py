"""scikit-learn's MLP on five real data sets over 20 seeds: mean and standard error of the test score.

    python -m parity.accuracy [--seeds 20] [--out accuracy.json] [--export FOLDER]

Seed s splits (75/25, stratified for classes), initialises and shuffles. Inputs are standardised, regression targets
too, both fitted on the training part. With `--export` each run's data (training rows first) and initial weights are
written, so that another program can start from exactly the same: `<name>-<seed>.csv`, to be split at the row that
`splits.json` gives, and `<name>-<seed>.npz` with `layers.I.weight` [out, in] and `layers.I.bias`.
"""

import argparse
import json
import os
import time
import warnings
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np  # noqa: E402
from sklearn import datasets  # noqa: E402
from sklearn.compose import TransformedTargetRegressor  # noqa: E402
from sklearn.exceptions import ConvergenceWarning  # noqa: E402
from sklearn.model_selection import train_test_split  # noqa: E402
from sklearn.neural_network import MLPClassifier, MLPRegressor  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

from .document import VERSIONS, dumps  # noqa: E402

LOADERS = {
    "iris": datasets.load_iris,
    "wine": datasets.load_wine,
    "breast-cancer": datasets.load_breast_cancer,
    "digits": datasets.load_digits,
    "diabetes": datasets.load_diabetes,
}
# Both solvers run a fixed number of epochs: no tolerance, no early stopping, no penalty.
COMMON = {
    "hidden_layer_sizes": (16, 16),
    "activation": "tanh",
    "batch_size": 32,
    "alpha": 0.0,
    "tol": 0.0,
    "shuffle": True,
}
SOLVERS = {
    "adam": {"solver": "adam", "learning_rate_init": 1e-3},
    "nesterov": {"solver": "sgd", "learning_rate_init": 0.02, "momentum": 0.9, "nesterovs_momentum": True},
}
EPOCHS = {"diabetes": 30}
USUAL_EPOCHS = 100


def _parts(name, seed):
    x, y = LOADERS[name](return_X_y=True)
    stratify = None if name == "diabetes" else y
    return train_test_split(x, y, test_size=0.25, random_state=seed, stratify=stratify)


def _estimator(name, solver, seed):
    epochs = EPOCHS.get(name, USUAL_EPOCHS)
    settings = COMMON | SOLVERS[solver] | {"max_iter": epochs, "n_iter_no_change": epochs, "random_state": seed}
    if name == "diabetes":
        return TransformedTargetRegressor(MLPRegressor(**settings), transformer=StandardScaler())
    return MLPClassifier(**settings)


def score(name, solver, seed):
    """Test accuracy, or R2 for diabetes."""
    x_train, x_test, y_train, y_test = _parts(name, seed)
    pipeline = make_pipeline(StandardScaler(), _estimator(name, solver, seed))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        pipeline.fit(x_train, y_train)
    return pipeline.score(x_test, y_test)


def initial(name, seed):
    """The weights that `fit` starts from: one draw a layer, coefficients then intercepts, after none for the split."""
    x, y = LOADERS[name](return_X_y=True)
    outputs = 1 if name == "diabetes" or len(set(y)) == 2 else len(set(y))
    sizes = [x.shape[1], *COMMON["hidden_layer_sizes"], outputs]
    rng = np.random.RandomState(seed)
    arrays = {}
    for layer, (fan_in, fan_out) in enumerate(zip(sizes[:-1], sizes[1:])):
        bound = np.sqrt(6 / (fan_in + fan_out))
        arrays[f"layers.{layer}.weight"] = np.ascontiguousarray(rng.uniform(-bound, bound, (fan_in, fan_out)).T)
        arrays[f"layers.{layer}.bias"] = rng.uniform(-bound, bound, fan_out)
    return arrays


def export(folder, seeds):
    folder.mkdir(parents=True, exist_ok=True)
    splits = {}
    for name in LOADERS:
        for seed in range(seeds):
            x_train, x_test, y_train, y_test = _parts(name, seed)
            x, y = np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test])
            header = ",".join([*(f"x{i}" for i in range(x.shape[1])), "target"])
            lines = [",".join(repr(float(v)) for v in row) + f",{t:g}" for row, t in zip(x, y)]
            (folder / f"{name}-{seed}.csv").write_text("\n".join([header, *lines]) + "\n")
            np.savez(folder / f"{name}-{seed}.npz", **initial(name, seed))
            splits[name] = {"train": len(x_train), "test": len(x_test)}
    (folder / "splits.json").write_text(json.dumps(splits, indent=1) + "\n")


def _row(name, solver, seeds):
    start = time.perf_counter()
    scores = np.array([score(name, solver, seed) for seed in range(seeds)])
    row = {
        "name": f"{name}-{solver}",
        "dataset": name,
        "metric": "r2" if name == "diabetes" else "accuracy",
        "settings": COMMON | SOLVERS[solver] | {"epochs": EPOCHS.get(name, USUAL_EPOCHS)},
        "mean": scores.mean(),
        "standard_error": scores.std(ddof=1) / np.sqrt(seeds),
        "scores": scores,
    }
    print(f"{row['name']:24} {row['mean']:.4f} +- {row['standard_error']:.4f}  {time.perf_counter() - start:.0f} s")
    return row


def main():
    parser = argparse.ArgumentParser(prog="python -m parity.accuracy", description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent / "accuracy.json")
    parser.add_argument("--export", type=Path, metavar="FOLDER", help="write data and initial weights, and fit nothing")
    arguments = parser.parse_args()
    if arguments.export:
        export(arguments.export, arguments.seeds)
        return
    rows = [_row(name, solver, arguments.seeds) for name in LOADERS for solver in SOLVERS]
    head = {"format": 1, "versions": VERSIONS, "seeds": arguments.seeds, "split": "75/25, stratified for classes"}
    body = ",\n".join([f'"{key}":{dumps(value)}' for key, value in head.items()])
    arguments.out.write_text("{" + body + ',\n"cases":[\n' + ",\n".join(map(dumps, rows)) + "\n]}\n")


if __name__ == "__main__":
    main()
