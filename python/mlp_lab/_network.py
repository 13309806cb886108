"""Trained networks."""

from __future__ import annotations

import os
from functools import cached_property
from typing import Any

import numpy as np

from . import _mlp_lab
from ._data import frame_of, is_frame, matrix_of
from .errors import DataError, SettingError

__all__ = ["Network"]


class Network:
    """A trained network (or an ensemble of them) with its scaling and names: it takes rows in original units."""

    def __init__(self, raw: _mlp_lab.RawNetwork) -> None:
        self._raw = raw

    @classmethod
    def load(cls, path: str | os.PathLike) -> Network:
        """The network of a model file, or that of a run directory."""
        return cls(_mlp_lab.RawNetwork.read(os.fspath(path)))

    def save(self, path: str | os.PathLike, format: str | None = None) -> None:
        """Writes it in the format of the file's extension: safetensors, onnx, npz, json, Rust or C.

        ``safetensors`` and ``json`` can be loaded again, also by the command ``mlp``.
        """
        self._raw.save(os.fspath(path), format)

    @property
    def task(self) -> str:
        """``classification``, ``multilabel`` or ``regression``."""
        return self._raw.task

    @property
    def features(self) -> list[str]:
        """The names of the columns of a row, in order."""
        return self._raw.features

    @property
    def targets(self) -> list[str]:
        """The names of the outputs of a regression, or of the labels; of a classification those of the classes."""
        return self._raw.outputs

    @cached_property
    def classes(self) -> np.ndarray | None:
        """The classes ``[classes]`` in the order of probabilities, whole numbers where all are; ``None`` of a regression."""
        if self._raw.task != "classification":
            return None
        names = self._raw.outputs
        try:
            whole = [int(name) for name in names]
        except ValueError:
            return np.array(names, dtype=object)
        if [str(number) for number in whole] != names:
            return np.array(names, dtype=object)
        return np.array(whole)

    @property
    def architecture(self) -> str:
        """The widths of its layers, as ``2-16-16-1``."""
        return self._raw.architecture

    @property
    def activations(self) -> list[str]:
        """The activation of each layer, the last one's included."""
        return self._raw.activations

    @property
    def members(self) -> int:
        """How many networks it is: more than one of an ensemble."""
        return self._raw.members

    @property
    def seed(self) -> int:
        """The seed of its training."""
        return self._raw.seed

    @property
    def steps(self) -> int:
        """The number of updates."""
        return self._raw.steps

    @property
    def loss(self) -> str:
        """The loss that it was trained with."""
        return self._raw.loss

    @property
    def experiment(self) -> str:
        """The experiment that it is of, as a file for ``mlp run``."""
        return self._raw.experiment

    @cached_property
    def parameters(self) -> dict[str, np.ndarray]:
        """Parameters by name: ``layers.N.weight`` ``[out, in]``, ``layers.N.bias`` ``[out]``, and ``norms.N.*`` of normalizations.

        They are those that the engine trained, on scaled inputs, in its precision (float32 by default).
        """
        return self._raw.parameters()

    def to_torch_state_dict(self) -> dict[str, Any]:
        """The parameters as PyTorch tensors, for ``load_state_dict`` of a module with the lists ``layers`` and ``norms``."""
        import torch

        return {name: torch.from_numpy(array.copy()) for name, array in self.parameters.items()}

    def _answer(self, X: Any, unknown: str = "refuse"):
        if unknown not in ("refuse", "zero"):
            raise SettingError(f'unknown: must be "refuse" or "zero", not "{unknown}"', "unknown")
        if is_frame(X):
            frame = frame_of(X, "X")
            if self._raw.has_categories or set(self._raw.features) <= set(frame.names):
                return self._raw.predict_table(frame.text(), unknown)
            missing = [name for name in self._raw.features if name not in frame.names]
            raise DataError(f"X: has no column {missing[0]}; the network has the features {', '.join(self._raw.features)}")
        if self._raw.has_categories:
            raise DataError("X: the network has text features, so rows come as a data frame with columns by name")
        return self._raw.predict(matrix_of(X))

    def predict(self, X: Any, *, unknown: str = "refuse") -> np.ndarray:
        """Predictions for rows ``[rows, features]`` in original units, or for a data frame whose columns are matched by name.

        Classes ``[rows]``; of several labels flags ``[rows, labels]``; of a regression numbers ``[rows]``, or
        ``[rows, outputs]`` of several outputs, in the targets' units. ``unknown`` says what becomes of a category
        that no training row had: ``refuse`` or ``zero``.
        """
        labels, values, _ = self._answer(X, unknown)
        if self._raw.task == "classification":
            return self.classes[labels]
        if self._raw.task == "multilabel":
            return labels
        return values[:, 0] if values.shape[1] == 1 else values

    def predict_proba(self, X: Any, *, unknown: str = "refuse") -> np.ndarray:
        """Probabilities ``[rows, classes]`` in the order of ``classes``, or ``[rows, labels]`` of labels.

        A network that was trained on margins or squared errors has none.
        """
        if self._raw.task == "regression":
            raise DataError("predict_proba: the network predicts numbers; use predict")
        _, values, what = self._answer(X, unknown)
        if what != "probabilities":
            raise DataError(f"predict_proba: the loss {self.loss} gives scores, not probabilities; use predict")
        return values

    def __reduce__(self):
        return _from_bytes, (self._raw.to_bytes(),)

    def __repr__(self) -> str:
        several = f"{self.members} networks " if self.members > 1 else ""
        return f"<mlp_lab.Network {several}{self.architecture}, {self.task}, {self.steps} steps>"


def _from_bytes(data: bytes) -> Network:
    return Network(_mlp_lab.RawNetwork.from_bytes(data))
