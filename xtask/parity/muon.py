"""Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/), plain, in f64.

`torch.optim.Muon` is the same algorithm, but orthogonalises in bfloat16 whatever the parameters are, which no f64
program can follow. `muon_cases` runs PyTorch's own class with that one function in f64 and compares.
"""

from unittest import mock

import numpy as np
import torch

COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonalise(matrix, coefficients=COEFFICIENTS, steps=5, epsilon=1e-7):
    """The quintic Newton-Schulz iteration X <- a X + (b A + c A^2) X with A = X X^T, on the shorter side.

    The matrix is first divided by its Frobenius norm, which is taken as at least `epsilon`.
    """
    a, b, c = coefficients
    x = matrix.T if matrix.shape[0] > matrix.shape[1] else matrix
    x = x / max(np.sqrt((x * x).sum()), epsilon)
    for _ in range(steps):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if matrix.shape[0] > matrix.shape[1] else x


def rate_factor(form, rows, columns):
    """What the rate of an [out, in] matrix is multiplied by."""
    return {
        "original": np.sqrt(max(1.0, rows / columns)),
        "match_rms_adamw": 0.2 * np.sqrt(max(rows, columns)),
        "spectral_unclamped": np.sqrt(rows / columns),
    }[form]


class Muon(torch.optim.Optimizer):
    """m = momentum m + (1 - momentum) g;  u = (1 - momentum) g + momentum m with Nesterov, else m;
    p = p (1 - lr weight_decay) - lr rate_factor orthogonalise(u)."""

    def __init__(
        self,
        params,
        lr=1e-3,
        weight_decay=0.1,
        momentum=0.95,
        nesterov=True,
        ns_coefficients=COEFFICIENTS,
        eps=1e-7,
        ns_steps=5,
        adjust_lr_fn="original",
    ):
        defaults = dict(lr=lr, weight_decay=weight_decay, momentum=momentum, nesterov=nesterov)
        orthogonal = dict(ns_coefficients=ns_coefficients, eps=eps, ns_steps=ns_steps, adjust_lr_fn=adjust_lr_fn)
        super().__init__(params, defaults | orthogonal)

    def step(self):
        for group in self.param_groups:
            momentum = group["momentum"]
            for parameter in group["params"]:
                values, gradient = parameter.detach().numpy(), parameter.grad.numpy()
                state = self.state[parameter]
                moment = momentum * state.get("moment", 0.0) + (1 - momentum) * gradient
                update = (1 - momentum) * gradient + momentum * moment if group["nesterov"] else moment
                update = orthogonalise(update, group["ns_coefficients"], group["ns_steps"], group["eps"])
                values *= 1 - group["lr"] * group["weight_decay"]
                values -= group["lr"] * rate_factor(group["adjust_lr_fn"], *values.shape) * update
                state["moment"] = moment


def torch_muon_in_f64():
    """A context in which `torch.optim.Muon` orthogonalises in f64."""

    def in_f64(gradient, coefficients, steps, epsilon):
        return torch.from_numpy(orthogonalise(gradient.numpy(), coefficients, steps, epsilon).copy())

    return mock.patch("torch.optim._muon._zeropower_via_newtonschulz", in_f64)
