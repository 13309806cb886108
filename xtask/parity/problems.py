"""The problems that the trajectories solve: small fixed networks, data and initial parameters."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from .batches import SAMPLES

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

ACTIVATIONS = {"tanh": nn.Tanh, "relu": nn.ReLU}
LOSSES = {
    "squared-error": functional.mse_loss,
    "binary-cross-entropy": functional.binary_cross_entropy_with_logits,
    "softmax-cross-entropy": functional.cross_entropy,
}


@dataclass(frozen=True)
class Problem:
    """Data and a network that starts from fixed parameters."""

    sizes: tuple[int, ...]
    activation: str
    loss: str
    inputs: np.ndarray  # [samples, features]
    targets: np.ndarray  # [samples, outputs], or classes [samples]
    initial: np.ndarray  # a layer after the other: W[out][in] row-major, then b[out]

    def model(self, initial=None):
        """The network in PyTorch, with the hidden activation after every layer but the last."""
        layers = []
        for inputs, outputs in zip(self.sizes[:-1], self.sizes[1:]):
            layers += [nn.Linear(inputs, outputs), ACTIVATIONS[self.activation]()]
        model = nn.Sequential(*layers[:-1])
        start = torch.from_numpy(self.initial if initial is None else initial)
        nn.utils.vector_to_parameters(start.clone(), model.parameters())
        return model

    def loss_of(self, model, rows=slice(None)):
        """The mean loss over `rows`, without penalties."""
        outputs = model(torch.from_numpy(self.inputs[rows]))
        return LOSSES[self.loss](outputs, torch.from_numpy(self.targets[rows]))

    def describe(self):
        return {
            "sizes": self.sizes,
            "activation": self.activation,
            "loss": self.loss,
            "inputs": self.inputs,
            "targets": self.targets,
            "initial": self.initial,
        }


def _problem(seed, sizes, activation, loss):
    """Draws a problem. Everything is rounded to three digits, so that the files stay short and exact."""
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(SAMPLES, sizes[0])).round(3)
    # A teacher with noise: the labels contradict each other a little, so that the loss has a minimum away from zero.
    scores = np.tanh(inputs @ rng.normal(size=(sizes[0], sizes[-1]))) + 0.4 * rng.normal(size=(SAMPLES, sizes[-1]))
    if loss == "softmax-cross-entropy":
        targets = scores.argmax(axis=1)
    elif loss == "binary-cross-entropy":
        targets = (scores > 0).astype(float)
    else:
        targets = scores.round(3)
    pieces = []
    for fan_in, fan_out in zip(sizes[:-1], sizes[1:]):
        limit = np.sqrt(6 / (fan_in + fan_out))
        pieces += [rng.uniform(-limit, limit, fan_in * fan_out), rng.uniform(-0.2, 0.2, fan_out)]
    return Problem(sizes, activation, loss, inputs, targets, np.concatenate(pieces).round(3))


PROBLEMS = {
    "classes": _problem(11, (2, 5, 3), "tanh", "softmax-cross-entropy"),
    "regression": _problem(12, (3, 4, 2), "relu", "squared-error"),
    "binary": _problem(13, (3, 4, 1), "tanh", "binary-cross-entropy"),
    "deep": _problem(14, (3, 5, 4, 2), "tanh", "softmax-cross-entropy"),
}


def describe(cases, key="network"):
    """The problems that `cases` name, for the head of a file."""
    return {name: PROBLEMS[name].describe() for name in PROBLEMS if any(case.get(key) == name for case in cases)}
