"""Estimators for scikit-learn: its ``MLPClassifier`` and ``MLPRegressor`` on this package's engine.

Parameters have scikit-learn's names, meanings and defaults; beside them stand this package's own: ``dropout``, ``loss``,
``class_weight``, an activation per layer, every optimizer by name, and ``settings``, a dictionary of any further key of an
experiment. They are fitted to data in the precision of the inputs (float64, or float32 where X is float32), and the same
``random_state`` gives the same bits on every machine.

What differs from scikit-learn: ``early_stopping`` watches the validation loss instead of the score; ``loss_curve_`` holds
the loss over all training rows after each epoch instead of the mean over its batches; sparse inputs are refused.
"""

from __future__ import annotations

import warnings
from numbers import Integral, Real
from typing import Any

import numpy as np

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, MultiOutputMixin, RegressorMixin
except ImportError as fault:
    raise ImportError("mlp_lab.sklearn needs scikit-learn 1.6 or later: pip install scikit-learn") from fault
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state, column_or_1d
from sklearn.utils.multiclass import check_classification_targets, type_of_target, unique_labels
from sklearn.utils.validation import (
    _check_sample_weight,
    check_is_fitted,
    validate_data,
)

from . import _mlp_lab
from ._network import Network
from ._table import Table

__all__ = ["MLPClassifier", "MLPRegressor"]

_ACTIVATIONS = {"logistic": "sigmoid"}
_FORMS = ("sgd", "adam")
_SCHEDULES = {"constant": "constant", "invscaling": "inverse-scaling", "adaptive": "adaptive"}


class _Rows:
    """What the engine is given of rows."""

    def __init__(self, inputs, *, labels=None, values=None, names, multilabel=False, weights=None):
        self.inputs = np.ascontiguousarray(inputs, dtype=np.float64)
        self.labels = labels
        self.values = values
        self.names = names
        self.multilabel = multilabel
        self.weights = weights


class _MLP(BaseEstimator):
    def __init__(
        self,
        hidden_layer_sizes=(100,),
        activation="relu",
        *,
        solver="adam",
        alpha=0.0001,
        batch_size="auto",
        learning_rate="constant",
        learning_rate_init=0.001,
        power_t=0.5,
        max_iter=200,
        shuffle=True,
        random_state=None,
        tol=1e-4,
        verbose=False,
        warm_start=False,
        momentum=0.9,
        nesterovs_momentum=True,
        early_stopping=False,
        validation_fraction=0.1,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-8,
        n_iter_no_change=10,
        dropout=0.0,
        loss=None,
        settings=None,
    ):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.dropout = dropout
        self.loss = loss
        self.settings = settings

    # What is asked of data.

    def fit(self, X, y, sample_weight=None):
        """Fits the network to rows ``X`` ``[rows, features]`` and targets ``y``, weighted by ``sample_weight`` ``[rows]``."""
        rows, dtype = self._rows(X, y, sample_weight, reset=True)
        start = None
        if self.warm_start and hasattr(self, "network_"):
            start = self.network_._raw
            seed = self._seed
        else:
            seed = self._new_seed()
        self._state = None
        count = len(rows.inputs)
        keys = self._keys(rows, dtype, seed, started=start is not None)
        raw, epoch = _mlp_lab.fit(rows, keys, start)
        if raw.interrupted:
            warnings.warn("Training interrupted by user.", stacklevel=2)
        if self.verbose:
            for epochs, loss in enumerate(Table(raw.table("series"))["train_loss"].tolist()):
                print(f"Iteration {epochs}, loss = {loss:.8f}")
        outcome = raw.outcome()
        self._seed = seed
        self._dtype = dtype
        self.network_ = Network(raw.network())
        self._curves(raw)
        self.n_iter_ = max(1, -(-outcome["steps"] // epoch))
        self.t_ = self.n_iter_ * count
        if outcome["status"] == "diverged":
            warnings.warn(
                "Training diverged: its loss became infinite or NaN; try a smaller learning_rate_init.",
                ConvergenceWarning,
                stacklevel=2,
            )
        elif outcome["status"] == "completed" and outcome["stopped_by"] is None:
            warnings.warn(
                f"Stochastic Optimizer: Maximum iterations ({self.max_iter}) reached and the optimization hasn't converged yet.",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self

    def partial_fit(self, X, y, sample_weight=None):
        """Trains one epoch on these rows, and keeps the optimizer's state for the next call."""
        return self._partial(X, y, sample_weight, first=not hasattr(self, "network_"))

    def _partial(self, X, y, sample_weight, first):
        rows, dtype = self._rows(X, y, sample_weight, reset=first, partial=True)
        if first:
            self._seed = self._new_seed()
            self._state = None
            self._dtype = dtype
            self.n_iter_ = 0
            self.t_ = 0
            self.loss_curve_ = []
        if self.early_stopping:
            raise ValueError("partial_fit does not support early_stopping=True")
        start = None if first or self._state is not None else self.network_._raw
        keys = self._keys(rows, self._dtype, self._seed, single=True, started=start is not None)
        raw, self._state, loss = _mlp_lab.fit_epoch(rows, keys, start, self._state)
        self.network_ = Network(raw)
        self.n_iter_ += 1
        self.t_ += len(rows.inputs)
        self.loss_ = loss
        self.loss_curve_.append(loss)
        self.best_loss_ = min(self.loss_curve_)
        self.validation_scores_ = None
        self.best_validation_score_ = None
        return self

    # Settings.

    def _new_seed(self) -> int:
        if isinstance(self.random_state, Integral):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))

    def _check(self) -> None:
        """Refuses what no key of the engine sees, in scikit-learn's words."""
        for name, least in (("max_iter", 1), ("n_iter_no_change", 1)):
            value = getattr(self, name)
            if not isinstance(value, Integral) or value < least:
                raise ValueError(f"The {name!r} parameter of {type(self).__name__} must be an int, {least} or more. Got {value!r} instead.")
        for name in ("alpha", "tol", "learning_rate_init"):
            value = getattr(self, name)
            if not isinstance(value, Real) or value < 0:
                raise ValueError(f"The {name!r} parameter of {type(self).__name__} must be a float, 0 or more. Got {value!r} instead.")
        if self.learning_rate not in _SCHEDULES:
            raise ValueError(
                f"The 'learning_rate' parameter of {type(self).__name__} must be one of {sorted(_SCHEDULES)}. Got {self.learning_rate!r} instead."
            )

    def _keys(self, rows: _Rows, dtype, seed: int, single: bool = False, started: bool = False) -> dict[str, Any]:
        """Keys of the experiment."""
        self._check()
        count = len(rows.inputs)
        validated = self.early_stopping and not single
        hidden = self.hidden_layer_sizes
        hidden = [int(width) for width in (hidden if np.iterable(hidden) else [hidden])]
        if any(width < 1 for width in hidden):
            raise ValueError(f"hidden_layer_sizes must be > 0, got {hidden}.")
        activation = self.activation
        named = [activation] if isinstance(activation, str) else list(activation)
        named = [_ACTIVATIONS.get(name, name) for name in named]
        size = self.batch_size
        if size == "auto":
            size = min(200, count)
        elif not isinstance(size, Integral) or size < 1:
            raise ValueError(f"batch_size must be 'auto' or an int, 1 or more, got {size!r}.")
        full = size >= count or self.solver == "lbfgs"
        keys: dict[str, Any] = {
            "hidden": hidden,
            "optimizer": self.solver,
            "batch": "full" if full else int(size),
            "seed": seed,
            "precision": "f32" if dtype == np.float32 else "f64",
            "test_fraction": 0,
            "scale": "none",
            "alpha": self.alpha,
            # As scikit-learn draws weights and biases.
            "init": "glorot-uniform",
            "bias_init": "glorot-uniform",
            "epochs": 1 if single else self.max_iter,
        }
        if named == ["sigmoid"]:
            keys["init_gain"] = 3**-0.5
        if started:
            for name in ("init", "bias_init", "init_gain"):
                keys.pop(name, None)
        if hidden:
            keys["activation"] = named if len(named) > 1 else named[0]
        if not self.shuffle and not full:
            keys["shuffle"] = False
        if self.solver in _FORMS:
            keys["form"] = "sklearn"
        if self.solver != "lbfgs":
            keys["learning_rate"] = self.learning_rate_init
        if self.solver == "sgd":
            keys["momentum"] = self.momentum
            if self.momentum > 0:
                keys["nesterov"] = bool(self.nesterovs_momentum)
            keys["schedule"] = _SCHEDULES[self.learning_rate]
            if self.learning_rate == "invscaling":
                keys["schedule.power"] = self.power_t
            elif self.learning_rate == "adaptive":
                keys["schedule.tolerance"] = self.tol
                keys["schedule.patience"] = self.n_iter_no_change
        if self.solver == "adam":
            keys |= {"beta1": self.beta_1, "beta2": self.beta_2, "epsilon": self.epsilon}
        if np.any(np.asarray(self.dropout) > 0):
            keys["dropout"] = self.dropout if np.iterable(self.dropout) else [self.dropout] * len(hidden)
        if self.loss is not None:
            keys["loss"] = self.loss
        if validated:
            keys["validation_fraction"] = self.validation_fraction
            keys["patience"] = self.n_iter_no_change
            keys["min_delta"] = self.tol
        elif not single and self.learning_rate != "adaptive" and self.tol > 0:
            keys["tolerance"] = self.tol
            keys["tolerance_checks"] = self.n_iter_no_change
        self._own_keys(keys, rows)
        keys.update(self.settings or {})
        return keys

    def _curves(self, raw) -> None:
        series = Table(raw.table("series"))
        after = series["step"] > 0
        self.loss_curve_ = series["train_loss"][after].tolist() or series["train_loss"].tolist()
        self.loss_ = self.loss_curve_[-1]
        self.best_loss_ = min(self.loss_curve_)
        self.validation_scores_ = None
        self.best_validation_score_ = None
        score = f"validation_{self._score}"
        if self.early_stopping and score in series:
            self.validation_scores_ = series[score][after].tolist()
            self.best_validation_score_ = max(self.validation_scores_)
            self.best_loss_ = None

    # What was fitted.

    @property
    def coefs_(self) -> list[np.ndarray]:
        """Weights of each layer, ``[in, out]``."""
        check_is_fitted(self, "network_")
        parameters = self.network_.parameters
        return [parameters[f"layers.{layer}.weight"].T for layer in range(self.n_layers_ - 1)]

    @property
    def intercepts_(self) -> list[np.ndarray]:
        """Biases of each layer, ``[out]``."""
        check_is_fitted(self, "network_")
        parameters = self.network_.parameters
        return [parameters[f"layers.{layer}.bias"] for layer in range(self.n_layers_ - 1)]

    @property
    def n_layers_(self) -> int:
        """Layers, those of inputs and outputs included."""
        check_is_fitted(self, "network_")
        return len(self.network_.activations) + 1

    @property
    def n_outputs_(self) -> int:
        """Outputs of the network."""
        check_is_fitted(self, "network_")
        return int(self.network_.architecture.rsplit("-", 1)[1])

    def _inputs(self, X):
        check_is_fitted(self, "network_")
        return validate_data(self, X, reset=False, dtype=np.float64, order="C")

    def __getstate__(self):
        state = dict(super().__getstate__())
        if state.get("_state") is not None:
            state["_state"] = state["_state"].to_bytes()
        return state

    def __setstate__(self, state):
        if state.get("_state") is not None:
            state = {**state, "_state": _mlp_lab.RawState.from_bytes(state["_state"])}
        super().__setstate__(state)

    def _validated(self, X, y, sample_weight, reset, *, multi_output, **checks):
        X, y = validate_data(
            self, X, y, multi_output=multi_output, dtype=(np.float64, np.float32), order="C", reset=reset, **checks
        )
        weights = None
        if sample_weight is not None:
            weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
            if not weights.any():
                raise ValueError("Sample weights are all zero, and some must be positive.")
            weights = weights.tolist()
        return X, y, weights


class MLPClassifier(ClassifierMixin, _MLP):
    """A multilayer perceptron that tells classes or labels apart, with scikit-learn's parameters.

    Parameters
    ----------
    hidden_layer_sizes : tuple of int, default=(100,)
        Widths of the hidden layers.
    activation : str or list of str, default="relu"
        ``identity``, ``logistic``, ``tanh``, ``relu``, or any of this package's; a list has one a hidden layer.
    solver : str, default="adam"
        ``lbfgs``, ``sgd`` or ``adam``, as scikit-learn updates, or any other optimizer of this package.
    alpha, batch_size, learning_rate, learning_rate_init, power_t, max_iter, shuffle, random_state, tol, verbose, warm_start, \
momentum, nesterovs_momentum, early_stopping, validation_fraction, beta_1, beta_2, epsilon, n_iter_no_change
        As in scikit-learn.
    dropout : float or list of float, default=0.0
        Dropout rate of the hidden layers, or one each.
    loss : str, default=None
        A loss of this package instead of the cross-entropy: ``squared-error``, ``hinge``, ...
    class_weight : dict or "balanced", default=None
        Weights of the classes in the loss.
    settings : dict, default=None
        Further keys of the experiment, as ``mlp_lab.train`` takes them.

    Attributes
    ----------
    classes_ : array ``[classes]``
    network_ : mlp_lab.Network
    coefs_, intercepts_ : list of arrays ``[in, out]`` and ``[out]``
    loss_, best_loss_, loss_curve_, validation_scores_, best_validation_score_, n_iter_, t_, n_layers_, n_outputs_, \
out_activation_, n_features_in_, feature_names_in_
        As in scikit-learn.
    """

    _score = "accuracy"

    def __init__(
        self,
        hidden_layer_sizes=(100,),
        activation="relu",
        *,
        solver="adam",
        alpha=0.0001,
        batch_size="auto",
        learning_rate="constant",
        learning_rate_init=0.001,
        power_t=0.5,
        max_iter=200,
        shuffle=True,
        random_state=None,
        tol=1e-4,
        verbose=False,
        warm_start=False,
        momentum=0.9,
        nesterovs_momentum=True,
        early_stopping=False,
        validation_fraction=0.1,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-8,
        n_iter_no_change=10,
        dropout=0.0,
        loss=None,
        class_weight=None,
        settings=None,
    ):
        super().__init__(
            hidden_layer_sizes=hidden_layer_sizes,
            activation=activation,
            solver=solver,
            alpha=alpha,
            batch_size=batch_size,
            learning_rate=learning_rate,
            learning_rate_init=learning_rate_init,
            power_t=power_t,
            max_iter=max_iter,
            shuffle=shuffle,
            random_state=random_state,
            tol=tol,
            verbose=verbose,
            warm_start=warm_start,
            momentum=momentum,
            nesterovs_momentum=nesterovs_momentum,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            beta_1=beta_1,
            beta_2=beta_2,
            epsilon=epsilon,
            n_iter_no_change=n_iter_no_change,
            dropout=dropout,
            loss=loss,
            settings=settings,
        )
        self.class_weight = class_weight

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

    def partial_fit(self, X, y, sample_weight=None, classes=None):
        """Trains one epoch on these rows; the first call names all ``classes`` that there will be."""
        first = not hasattr(self, "network_")
        if first:
            if classes is None:
                raise ValueError("classes must be passed on the first call to partial_fit.")
            self._all_classes = unique_labels(classes) if not _is_multilabel(y) else np.arange(np.shape(y)[1])
        elif classes is not None and not np.array_equal(self.classes_, unique_labels(classes)):
            raise ValueError("`classes` is not the same as on last call to partial_fit.")
        return self._partial(X, y, sample_weight, first)

    def _rows(self, X, y, sample_weight, reset, partial=False):
        X, y, weights = self._validated(X, y, sample_weight, reset, multi_output=True)
        kind = type_of_target(y)
        if y.ndim == 2 and kind != "multilabel-indicator":
            y = column_or_1d(y, warn=True)
        check_classification_targets(y)
        self._multilabel = kind == "multilabel-indicator"
        if self._multilabel:
            self.classes_ = np.arange(y.shape[1])
            names = [f"y{place}" for place in range(y.shape[1])]
            rows = _Rows(X, values=np.ascontiguousarray(y, dtype=np.float64), names=names, multilabel=True, weights=weights)
            return rows, X.dtype
        classes = np.unique(y) if not partial else self._all_classes if reset else self.classes_
        if self.warm_start and hasattr(self, "network_") and not partial and not np.array_equal(self.classes_, classes):
            raise ValueError(
                f"warm_start can only be used where `y` has the same classes as in the previous call to fit. "
                f"Previously got {self.classes_}, `y` has {classes}"
            )
        if len(classes) < 2:
            raise ValueError(f"{type(self).__name__} needs samples of at least 2 classes, and the data have one class: {classes[0]!r}")
        self.classes_ = classes
        labels = np.searchsorted(classes, y).clip(0, len(classes) - 1)
        if partial and not np.array_equal(classes[labels], y):
            unknown = np.setdiff1d(y, classes)
            raise ValueError(f"`y` has classes not in `self.classes_`. `self.classes_` has {classes}. 'y' has {unknown}.")
        if self.class_weight is not None:
            from sklearn.utils.class_weight import compute_sample_weight

            factor = compute_sample_weight(self.class_weight, y)
            weights = (factor * (1.0 if weights is None else np.asarray(weights))).tolist()
        names = [f"c{place}" for place in range(len(classes))]
        return _Rows(X, labels=labels.astype(np.int64), names=names, weights=weights), X.dtype

    def _own_keys(self, keys, rows) -> None:
        if self.loss == "squared-error":
            keys["loss_scale"] = len(rows.names) / 2

    @property
    def out_activation_(self) -> str:
        """``softmax`` or ``logistic``."""
        check_is_fitted(self, "network_")
        return "logistic" if self._multilabel or len(self.classes_) == 2 else "softmax"

    def predict(self, X):
        """Classes ``[rows]``, or labels ``[rows, labels]``, for rows ``[rows, features]``."""
        labels, _, _ = self.network_._raw.predict(self._inputs(X)) if hasattr(self, "network_") else self._inputs(X)
        return labels.astype(int) if self._multilabel else self.classes_[labels]

    def predict_proba(self, X):
        """Probabilities ``[rows, classes]``, in the order of ``classes_``, or ``[rows, labels]``."""
        X = self._inputs(X)
        return self.network_.predict_proba(X)

    def predict_log_proba(self, X):
        """Logarithms of :meth:`predict_proba`."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))


def _is_multilabel(y) -> bool:
    return np.ndim(y) == 2 and np.shape(y)[1] > 1


class MLPRegressor(RegressorMixin, MultiOutputMixin, _MLP):
    """A multilayer perceptron that predicts numbers, with scikit-learn's parameters.

    Parameters and attributes are those of :class:`MLPClassifier` without ``class_weight``; ``loss`` is scikit-learn's
    ``squared_error`` by default, half the squared error summed over outputs, or any of this package's (``huber``,
    ``quantile``, ``poisson``, ...).
    """

    _score = "r2"

    def _rows(self, X, y, sample_weight, reset, partial=False):
        X, y, weights = self._validated(X, y, sample_weight, reset, multi_output=True, y_numeric=True)
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        self._single = y.ndim == 1
        values = np.ascontiguousarray(y.reshape(len(y), -1), dtype=np.float64)
        names = [f"y{place}" for place in range(values.shape[1])]
        return _Rows(X, values=values, names=names, weights=weights), X.dtype

    def _own_keys(self, keys, rows) -> None:
        keys["scale_target"] = "none"
        if self.loss in (None, "squared_error", "squared-error"):
            keys["loss"] = "squared-error"
            # scikit-learn's is half the sum over outputs, the engine's the mean.
            keys["loss_scale"] = len(rows.names) / 2

    @property
    def out_activation_(self) -> str:
        """``identity``."""
        return "identity"

    def predict(self, X):
        """Numbers ``[rows]``, or ``[rows, outputs]``, for rows ``[rows, features]``."""
        X = self._inputs(X)
        _, values, _ = self.network_._raw.predict(X)
        return values[:, 0] if self._single else values
