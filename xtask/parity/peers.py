"""PyTorch's optimizers under our names: which setting of theirs is which key of ours."""

import inspect

import torch

from .irprop import IRpropPlus
from .lion import Lion
from .muon import Muon

OPTIMIZERS = {
    "sgd": torch.optim.SGD,
    "adagrad": torch.optim.Adagrad,
    "adadelta": torch.optim.Adadelta,
    "adafactor": torch.optim.Adafactor,
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "nadam": torch.optim.NAdam,
    "radam": torch.optim.RAdam,
    "adamax": torch.optim.Adamax,
    "asgd": torch.optim.ASGD,
    "rprop": torch.optim.Rprop,
    "lbfgs": torch.optim.LBFGS,
    "lion": Lion,
    "irprop+": IRpropPlus,
    "muon": Muon,
}

# Their keyword -> our key, or our keys for a tuple of theirs.
KEYS = {
    "lr": "learning_rate",
    "betas": ("beta1", "beta2"),
    "eps": "epsilon",
    "etas": ("eta_minus", "eta_plus"),
    "step_sizes": ("step_min", "step_max"),
    "lr_decay": "rate_decay",
    "initial_accumulator_value": "initial_accumulator",
    "decoupled_weight_decay": "decoupled",
    "history_size": "history",
    "line_search_fn": "line_search",
    "ns_coefficients": "coefficients",
    "ns_steps": "iterations",
    "adjust_lr_fn": "rate_factor",
    "lambd": "lambda",
    "t0": "average_from",
}
# Where one word of theirs means different things.
OWN_KEYS = {
    "rmsprop": {"alpha": "smoothing"},
    "adadelta": {"rho": "smoothing"},
    "asgd": {"alpha": "power"},
    "adafactor": {"eps": ("epsilon", "epsilon_scale"), "d": "clip_threshold"},
}
# How it is computed, not what.
INNER = {"maximize", "foreach", "capturable", "differentiable", "fused"}


def arguments(optimizer, given):
    """Every setting of the optimizer by its keyword: what is given, and the defaults."""
    parameters = inspect.signature(OPTIMIZERS[optimizer].__init__).parameters
    names = [name for name in parameters if name not in {"self", "params"} | INNER]
    unknown = set(given) - set(names)
    if unknown:
        raise ValueError(f"{optimizer} has no {unknown}")
    return {name: given.get(name, parameters[name].default) for name in names}


def our_settings(optimizer, given):
    """The same under our keys."""
    settings = {"optimizer": optimizer}
    keys = KEYS | OWN_KEYS.get(optimizer, {})
    for name, value in arguments(optimizer, given).items():
        key = keys.get(name, name)
        settings |= dict(zip(key, value)) if isinstance(key, tuple) else {key: value}
    return settings


def call(optimizer, given):
    """How a user of the peer writes it."""
    kind = OPTIMIZERS[optimizer]
    place = "torch.optim." if kind.__module__.startswith("torch") else "parity."
    return f"{place}{kind.__name__}({', '.join(f'{name}={value}' for name, value in given.items())})"


def build(optimizer, given, *, decay_bias=True, rates=None, decays=None, layers=None, part="all"):
    """`optimizers(model)` for `trajectory.record`: one parameter group per tensor.

    `decay_bias=False` keeps the decay from the biases; `rates` and `decays` give one value per layer; `layers` and
    `part` ("all", "weights", "rest") restrict the optimizer to the weights of some layers or to all but those.
    """
    given = dict(given)

    def make(model):
        groups, tensors = [], list(model.parameters())
        for index, tensor in enumerate(tensors):
            layer, is_bias = index // 2, index % 2 == 1
            chosen = layers is not None and layer in layers and not is_bias
            if part != "all" and chosen != (part == "weights"):
                continue
            group = {"params": [tensor]}
            if rates:
                group["lr"] = rates[layer]
            if decays:
                group["weight_decay"] = decays[layer]
            if is_bias and not decay_bias:
                group["weight_decay"] = 0.0
            groups.append(group)
        return OPTIMIZERS[optimizer](groups, **given)

    return lambda model: [make(model)]


def build_whole(optimizer, given):
    """The same for an optimizer that takes all parameters as one vector (L-BFGS)."""
    return lambda model: [OPTIMIZERS[optimizer](model.parameters(), **given)]
