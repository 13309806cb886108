"""`sklearn.json`: scikit-learn's own `fit` from given parameters on batches in file order.

Where its form differs from PyTorch's: the velocity holds the rate, Adam's epsilon stands beside the uncorrected root,
alpha is divided by the batch's size, schedules move once an epoch, and squared error is halved and summed over outputs.
"""

import warnings
from unittest import mock

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor, _multilayer_perceptron
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

from . import problems
from .batches import PLANS, SIZE, steps_per_epoch
from .problems import PROBLEMS
from .trajectory import ALLOWED, NUDGE, STEPS, distance

WEIGHTS = (1 + np.arange(20) % 4) / 2

MOMENTUM = {"solver": "sgd", "learning_rate_init": 0.05, "momentum": 0.9, "nesterovs_momentum": False}
NESTEROV = MOMENTUM | {"nesterovs_momentum": True}
PLAIN = {"solver": "sgd", "learning_rate_init": 0.1, "momentum": 0.0, "nesterovs_momentum": False}
ADAM = {"solver": "adam", "learning_rate_init": 0.02, "epsilon": 1e-8}
INVERSE = {"learning_rate": "invscaling", "power_t": 0.3, "learning_rate_init": 0.2}
ADAPTIVE = {"learning_rate": "adaptive", "tol": 5e-3, "n_iter_no_change": 2}

# Name: (network, batch plan, settings beyond those of `_estimator`, whether samples are weighted).
CASES = {
    "sgd": ("classes", "in_order", PLAIN, False),
    "momentum": ("classes", "in_order", MOMENTUM, False),
    "nesterov": ("classes", "in_order", NESTEROV, False),
    "nesterov-full-batch": ("classes", "full", NESTEROV, False),
    "momentum-alpha": ("classes", "in_order", MOMENTUM | {"alpha": 0.1}, False),
    "nesterov-alpha": ("classes", "in_order", NESTEROV | {"alpha": 0.1}, False),
    "sgd-inverse-scaling": ("classes", "in_order", PLAIN | INVERSE, False),
    "momentum-inverse-scaling": ("classes", "in_order", MOMENTUM | INVERSE, False),
    "nesterov-inverse-scaling": ("classes", "in_order", NESTEROV | INVERSE, False),
    "momentum-adaptive": ("classes", "in_order", MOMENTUM | ADAPTIVE, False),
    "nesterov-adaptive": ("classes", "in_order", NESTEROV | ADAPTIVE, False),
    "adam": ("classes", "in_order", ADAM, False),
    "adam-epsilon": ("classes", "in_order", ADAM | {"epsilon": 1e-3}, False),
    "adam-betas": ("classes", "in_order", ADAM | {"beta_1": 0.8, "beta_2": 0.99}, False),
    "adam-alpha": ("classes", "in_order", ADAM | {"alpha": 0.1}, False),
    "adam-full-batch": ("classes", "full", ADAM, False),
    "adam-sample-weights": ("classes", "in_order", ADAM | {"alpha": 0.1}, True),
    "adam-regression": ("regression", "in_order", ADAM | {"alpha": 0.1}, False),
    "nesterov-regression": ("regression", "in_order", NESTEROV, False),
    "adam-binary": ("binary", "in_order", ADAM | {"alpha": 0.1}, False),
    "nesterov-binary": ("binary", "in_order", NESTEROV, False),
}
# Whose predictions are kept as well.
PREDICTED = {"sgd", "adam", "adam-regression", "adam-binary"}
KEYS = {
    "learning_rate_init": "learning_rate",
    "momentum": "momentum",
    "nesterovs_momentum": "nesterov",
    "beta_1": "beta1",
    "beta_2": "beta2",
    "epsilon": "epsilon",
    "alpha": "alpha",
}
OF_SOLVER = {
    "sgd": ("learning_rate_init", "momentum", "nesterovs_momentum", "alpha"),
    "adam": ("learning_rate_init", "beta_1", "beta_2", "epsilon", "alpha"),
}


def _layers(problem, parameters):
    """The flat parameters as scikit-learn keeps them: coefs[in][out] and intercepts."""
    coefs, intercepts, start = [], [], 0
    for fan_in, fan_out in zip(problem.sizes[:-1], problem.sizes[1:]):
        coefs.append(parameters[start : start + fan_in * fan_out].reshape(fan_out, fan_in).T.copy())
        start += fan_in * fan_out
        intercepts.append(parameters[start : start + fan_out].copy())
        start += fan_out
    return coefs, intercepts


def _flat(coefs, intercepts):
    return np.concatenate([piece for c, b in zip(coefs, intercepts) for piece in (c.T.ravel(), b)])


class _Recorder:
    """Wraps an optimizer's update, so that the parameters after each are seen, and the rate before each."""

    def __init__(self, kind):
        self.kind, self.history, self.rates = kind, [], []

    def __call__(self, parameters, *arguments):
        optimizer = self.kind(parameters, *arguments)
        half = len(parameters) // 2
        update = optimizer.update_params

        def recorded(values, gradients):
            self.rates.append(float(optimizer.learning_rate))
            update(values, gradients)
            self.history.append(_flat(values[:half], values[half:]))

        optimizer.update_params = recorded
        return optimizer


def _fit(problem, plan, given, weighted, start):
    """Runs `fit` for 200 steps at least; returns the estimator and what was recorded."""
    coefs, intercepts = _layers(problem, start)
    regression = problem.loss == "squared-error"
    kind = MLPRegressor if regression else MLPClassifier
    epochs = -(-max(STEPS) // steps_per_epoch(plan))
    common = {
        "hidden_layer_sizes": problem.sizes[1:-1],
        "activation": problem.activation,
        "alpha": 0.0,
        "batch_size": 20 if plan == "full" else SIZE,
        "shuffle": False,
        "max_iter": epochs,
        "tol": 0.0,
        "n_iter_no_change": epochs,
    }
    estimator = kind(**common | given)
    layers = iter(zip(coefs, intercepts))
    recorder = _Recorder({"sgd": SGDOptimizer, "adam": AdamOptimizer}[given["solver"]])
    name = recorder.kind.__name__
    targets = problem.targets if regression else problem.targets.ravel()
    with (
        warnings.catch_warnings(),
        mock.patch.object(kind, "_init_coef", lambda *_: next(layers)),
        mock.patch.object(_multilayer_perceptron, name, recorder),
    ):
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimator.fit(problem.inputs, targets, sample_weight=WEIGHTS if weighted else None)
    return estimator, recorder


def _settings(estimator, problem):
    """Our keys. `form` says that the update is scikit-learn's."""
    given = estimator.get_params()
    settings = {"optimizer": given["solver"], "form": "sklearn"}
    settings |= {KEYS[name]: given[name] for name in OF_SOLVER[given["solver"]]}
    if problem.loss == "squared-error":
        # Half the sum over outputs is what the mean over outputs is times outputs / 2.
        settings["loss_scale"] = problem.sizes[-1] / 2
    if given["solver"] == "sgd":
        schedule = {"constant": "constant", "invscaling": "inverse-scaling", "adaptive": "adaptive"}
        settings["schedule"] = schedule[given["learning_rate"]]
        if given["learning_rate"] == "invscaling":
            settings["schedule.power"] = given["power_t"]
        if given["learning_rate"] == "adaptive":
            settings["schedule.tolerance"] = given["tol"]
            settings["schedule.patience"] = given["n_iter_no_change"]
    return settings


def _case(name, network, plan, given, weighted):
    problem = PROBLEMS[network]
    estimator, recorder = _fit(problem, plan, given, weighted, problem.initial)
    signs = np.random.default_rng(7).choice([-1.0, 1.0], problem.initial.shape)
    _, again = _fit(problem, plan, given, weighted, problem.initial * (1 + NUDGE * signs))
    last = len(recorder.history)
    # Where it stops by itself, the last step stands for the 200th.
    steps = sorted({min(step, last) for step in STEPS})
    if len(again.history) != last:
        raise ValueError(f"{name} stops by chance")
    sensitivity = {s: float(f"{distance(recorder.history[s - 1], again.history[s - 1]):.1e}") for s in steps}
    if max(sensitivity.values()) > ALLOWED:
        raise ValueError(f"{name} multiplies rounding too much: {sensitivity}")
    case = {
        "name": name,
        "peer": f"sklearn.neural_network.{estimator!r}".replace("\n", "").replace("              ", " "),
        "settings": _settings(estimator, problem),
        "network": network,
        "batches": plan,
    }
    if weighted:
        case["sample_weights"] = WEIGHTS
    case |= {
        "steps": {s: recorder.history[s - 1] for s in steps},
        "sensitivity": sensitivity,
        "last_step": last,
        # The mean over an epoch's samples of the loss before each update, penalty included.
        "loss_curve": estimator.loss_curve_[:5] + estimator.loss_curve_[-1:],
    }
    if given.get("learning_rate"):
        # The rate of each epoch.
        case["rates"] = recorder.rates[:: steps_per_epoch(plan)]
    if name in PREDICTED:
        predict = estimator.predict_proba if hasattr(estimator, "predict_proba") else estimator.predict
        # After `last_step` updates.
        case["predictions"] = predict(problem.inputs)
    return case


def document():
    cases = [_case(name, *arguments) for name, arguments in CASES.items()]
    return {"networks": problems.describe(cases), "batches": PLANS, "cases": cases}
