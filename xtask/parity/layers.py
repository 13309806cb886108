"""`layers.json`: normalization, dropout with a given mask, skip connections, and penalties on the parameters."""

import numpy as np
import torch
from torch import nn

from . import peers, problems
from .batches import PLANS
from .problems import PROBLEMS
from .trajectory import record

WAYS = {"sgd": {"lr": 0.1, "momentum": 0.9}, "adam": {"lr": 0.005}}


def _rounded(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape).round(3)


def _pass(layer, x, dy):
    """Forward and backward of one layer; the gradients of its parameters too."""
    x = torch.tensor(x, requires_grad=True)
    layer.zero_grad()
    y = layer(x)
    y.backward(torch.tensor(dy))
    parameters = {f"d_{name}": parameter.grad.clone() for name, parameter in layer.named_parameters()}
    return {"y": y.detach(), "dx": x.grad} | parameters


def _with_parameters(layer, seed):
    for offset, parameter in enumerate(layer.parameters()):
        parameter.data = torch.tensor(_rounded(seed + offset, *parameter.shape) + 1 - offset)
    return layer


def batch_normalisation():
    """Two training passes (the running statistics move), then one in evaluation mode."""
    first, second, dy = _rounded(31, 8, 3) + 0.5, 2 * _rounded(32, 5, 3), _rounded(33, 8, 3)
    for name, options in {
        "batch-norm": {},
        "batch-norm-settings": {"eps": 1e-3, "momentum": 0.3},
        "batch-norm-plain": {"affine": False},
    }.items():
        layer = _with_parameters(nn.BatchNorm1d(3, **options), 34)
        start = {key: value.clone() for key, value in layer.named_parameters()}
        passes = []
        for x, training in [(first, True), (second, True), (first, False)]:
            layer.train(training)
            result = {"training": training, "x": x, "dy": dy[: len(x)]} | _pass(layer, x, dy[: len(x)])
            result |= {"running_mean": layer.running_mean.clone(), "running_variance": layer.running_var.clone()}
            passes.append(result)
        settings = {
            "layer": "batch-norm",
            "epsilon": layer.eps,
            "momentum": layer.momentum,
            "affine": layer.affine,
        }
        listed = ", ".join(f"{key}={value}" for key, value in options.items())
        peer = f"torch.nn.BatchNorm1d(3{', ' + listed if listed else ''})"
        yield {"name": name, "peer": peer, "settings": settings} | start | {"passes": passes}


def layer_normalisation():
    x, dy = _rounded(41, 6, 4) + 0.5, _rounded(42, 6, 4)
    for name, options in {
        "layer-norm": {},
        "layer-norm-epsilon": {"eps": 1e-2},
        "layer-norm-plain": {"elementwise_affine": False},
    }.items():
        layer = _with_parameters(nn.LayerNorm(4, **options), 43)
        start = dict(layer.named_parameters())
        settings = {"layer": "layer-norm", "epsilon": layer.eps, "affine": layer.elementwise_affine}
        listed = ", ".join(f"{key}={value}" for key, value in options.items())
        peer = f"torch.nn.LayerNorm(4{', ' + listed if listed else ''})"
        passes = [{"training": True, "x": x, "dy": dy} | _pass(layer, x, dy)]
        yield {"name": name, "peer": peer, "settings": settings} | start | {"passes": passes}


def dropout():
    """Inverted dropout with a given mask (1 keeps): kept values are divided by 1 - rate, in training only."""
    x, dy = _rounded(51, 6, 4), _rounded(52, 6, 4)
    for rate in (0.2, 0.5):
        mask = (np.random.default_rng(53).random((6, 4)) >= rate).astype(float)
        kept = torch.tensor(x, requires_grad=True)
        y = kept * torch.tensor(mask) / (1 - rate)
        y.backward(torch.tensor(dy))
        settings = {"layer": "dropout", "rate": rate}
        one = {"training": True, "mask": mask, "x": x, "dy": dy, "y": y, "dx": kept.grad}
        yield {
            "name": f"dropout-{rate}",
            "peer": f"torch.nn.Dropout({rate}) with this mask",
            "settings": settings,
            "passes": [one, {"training": False, "x": x, "dy": dy, "y": x, "dx": dy}],
        }


class Skip(nn.Module):
    """y = x + inner(x)."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return x + self.inner(x)


def _networks():
    """Networks with normalization, dense - normalization - activation, and with a skip around a hidden layer."""
    return {
        "batch-norm": ("classes", [2, 5, 3], lambda: [nn.Linear(2, 5), nn.BatchNorm1d(5), nn.Tanh(), nn.Linear(5, 3)]),
        "batch-norm-no-bias": (
            "classes",
            [2, 5, 3],
            lambda: [nn.Linear(2, 5, bias=False), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 3)],
        ),
        "layer-norm": ("classes", [2, 5, 3], lambda: [nn.Linear(2, 5), nn.LayerNorm(5), nn.Tanh(), nn.Linear(5, 3)]),
        "skip": (
            "classes",
            [2, 4, 4, 3],
            lambda: [nn.Linear(2, 4), nn.Tanh(), Skip(nn.Sequential(nn.Linear(4, 4), nn.Tanh())), nn.Linear(4, 3)],
        ),
    }


def _start(layers, seed):
    model = nn.Sequential(*layers)
    rng = np.random.default_rng(seed)
    for module in model.modules():
        normalizes = isinstance(module, nn.BatchNorm1d | nn.LayerNorm)
        for name, parameter in module.named_parameters(recurse=False):
            centre, spread = (1.0, 0.2) if normalizes and name == "weight" else (0.0, 0.6)
            parameter.data = torch.tensor(rng.uniform(centre - spread, centre + spread, parameter.shape).round(3))
    return model


def _evaluation(problem, model):
    model.eval()
    outputs = model(torch.from_numpy(problem.inputs)).detach()
    model.train()
    return outputs


def trajectories():
    for index, (name, (network, sizes, layers)) in enumerate(_networks().items()):

        def build(initial, layers=layers, seed=60 + index):
            model = _start(layers(), seed)
            if initial is not None:
                nn.utils.vector_to_parameters(torch.from_numpy(initial), model.parameters())
            return model

        start = build(None)
        for optimizer, given in WAYS.items():
            if (name, optimizer) == ("batch-norm", "adam"):
                # A bias before batch normalization has no gradient but rounding, which Adam makes as large as any.
                continue
            fixture, _, training = record(network, "in_order", peers.build_whole(optimizer, given), model=build)
            case = {
                "name": f"{name}-{optimizer}",
                "peer": f"{peers.call(optimizer, given)} on {' '.join(repr(start).split())}",
                "settings": {"sizes": sizes, "hidden": name} | peers.our_settings(optimizer, given),
                "network": network,
                "batches": "in_order",
                "parameters": {key: list(value.shape) for key, value in start.named_parameters()},
                "initial": nn.utils.parameters_to_vector(start.parameters()),
            }
            buffers = {key: value for key, value in training.model.named_buffers() if "running" in key}
            case |= fixture | {"evaluation": _evaluation(PROBLEMS[network], training.model)}
            yield case | ({"running": buffers} if buffers else {})


def _l1(strength, biases):
    """strength x the sum of |w|, added to the mean loss. Its derivative at 0 is 0."""
    return lambda model: strength * sum(p.abs().sum() for p in model.parameters() if biases or p.dim() == 2)


def _max_norm(limit):
    """After each update every row of weights (one neuron's inputs) longer than `limit` is brought back to it."""

    def project(model):
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.dim() == 2:
                    norms = parameter.norm(dim=1, keepdim=True)
                    parameter.copy_(torch.where(norms > limit, parameter * (limit / norms), parameter))

    return project


def penalties():
    for optimizer, given in WAYS.items():
        for name, settings, keywords in [
            ("l1", {"l1": 0.01, "decay_bias": False}, {"penalty": _l1(0.01, False)}),
            ("l1-all", {"l1": 0.01, "decay_bias": True}, {"penalty": _l1(0.01, True)}),
            ("max-norm", {"max_norm": 0.9}, {"after_step": _max_norm(0.9)}),
        ]:
            # l1 pins weights to 0, about which they jump for ever: their relative error means nothing there, so that
            # these trajectories end before the first weight arrives.
            steps = (1, 10) if "l1" in settings else (1, 10, 200)
            build = peers.build_whole(optimizer, given)
            fixture, _, _ = record("classes", "in_order", build, steps=steps, **keywords)
            yield {
                "name": f"{name}-{optimizer}",
                "peer": f"{peers.call(optimizer, given)}, parity.layers",
                "settings": peers.our_settings(optimizer, given) | settings,
                "network": "classes",
                "batches": "in_order",
            } | fixture


def document():
    parts = [batch_normalisation, layer_normalisation, dropout, trajectories, penalties]
    cases = [case for part in parts for case in part()]
    return {"networks": problems.describe(cases), "batches": PLANS, "cases": cases}
