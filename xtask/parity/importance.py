"""`importance.json`: scikit-learn's permutation importance and partial dependence of small networks."""

import numpy as np
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.neural_network import MLPClassifier, MLPRegressor

SAMPLES, REPEATS, SEED = 36, 4, 11


def _inputs():
    rng = np.random.default_rng(81)
    inputs = rng.normal(size=(SAMPLES, 3)).round(2)
    # So few values that they are the grid.
    inputs[:, 1] = rng.integers(0, 6, SAMPLES) / 2
    return inputs


def _orders():
    """The orders that permutation_importance deals every column out by: it shuffles what it has shuffled before."""
    seed = np.random.RandomState(SEED).randint(np.iinfo(np.int32).max + 1)
    random, shuffled, order = np.random.RandomState(seed), np.arange(SAMPLES), np.arange(SAMPLES)
    orders = []
    for _ in range(REPEATS):
        random.shuffle(shuffled)
        order = order[shuffled]
        orders.append(order)
    return np.array(orders)


def _case(name, model, inputs, targets, scorings):
    orders = _orders()
    parameters = [part for w, b in zip(model.coefs_, model.intercepts_) for part in (w.T.ravel(), b)]
    importances = {}
    for scoring in scorings:
        found = permutation_importance(model, inputs, targets, scoring=scoring, n_repeats=REPEATS, random_state=SEED)
        importances[scoring] = found.importances
    # The orders are read out of its source, so they are held against it.
    first = inputs.copy()
    first[:, 0] = inputs[orders[1], 0]
    if scorings[0] in ("r2", "accuracy"):
        assert np.isclose(model.score(inputs, targets) - model.score(first, targets), importances[scorings[0]][0, 1])
    one = partial_dependence(model, inputs, [1], grid_resolution=50, method="brute", kind="average")
    two = partial_dependence(model, inputs, [1, 0], grid_resolution=50, method="brute", kind="average")
    return {
        "name": name,
        "peer": "sklearn.inspection",
        "sizes": [3, *model.hidden_layer_sizes, model.n_outputs_],
        "parameters": np.concatenate(parameters),
        "inputs": inputs,
        "targets": targets,
        "orders": orders,
        "importances": importances,
        "dependence": {"grid": one["grid_values"][0], "means": one["average"]},
        "plane": {"grid": [list(grid) for grid in two["grid_values"]], "means": two["average"]},
    }


def document():
    inputs = _inputs()
    rng = np.random.default_rng(82)
    numbers = (np.sin(inputs[:, 0]) + inputs[:, 1] ** 2 + 0.1 * rng.normal(size=SAMPLES)).round(3)
    classes = (inputs[:, 0] + inputs[:, 1] > 1).astype(int) + (inputs[:, 2] > 0.5)
    given = {"hidden_layer_sizes": (5,), "activation": "tanh", "solver": "lbfgs", "max_iter": 60, "random_state": 3}
    return {
        "cases": [
            _case(
                "regression",
                MLPRegressor(**given).fit(inputs, numbers),
                inputs,
                numbers,
                ["r2", "neg_root_mean_squared_error"],
            ),
            _case(
                "classes",
                MLPClassifier(**given).fit(inputs, classes),
                inputs,
                classes,
                ["accuracy", "neg_log_loss"],
            ),
        ]
    }
