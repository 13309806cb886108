"""The Muon cases: Muon for the named layers' weights, Adam or SGD for all other parameters."""

import torch

from . import peers
from .muon import Muon, torch_muon_in_f64
from .trajectory import distance, record

BASE = {"lr": 0.01, "weight_decay": 0.0}
ADAM = ("adam", {"lr": 0.005})
SGD = ("sgd", {"lr": 0.1, "momentum": 0.9})
CASES = {
    "muon": (BASE, [1], ADAM),
    "muon-with-sgd": (BASE, [1], SGD),
    "muon-all-but-output": (BASE, [0, 1], ADAM),
    "muon-all-weights": (BASE, [0, 1, 2], ADAM),
    "muon-no-nesterov": (BASE | {"nesterov": False}, [0, 1], ADAM),
    "muon-decay": (BASE | {"weight_decay": 0.5}, [0, 1], ADAM),
    "muon-momentum": (BASE | {"momentum": 0.8}, [0, 1], ADAM),
    "muon-match-rms-adamw": (BASE | {"adjust_lr_fn": "match_rms_adamw"}, [0, 1], ADAM),
    "muon-spectral-unclamped": (BASE | {"adjust_lr_fn": "spectral_unclamped"}, [0, 1], ADAM),
    "muon-iterations": (BASE | {"ns_steps": 3, "ns_coefficients": (2.0, -1.5, 0.5)}, [0, 1], ADAM),
}


def _optimizers(given, layers, rest, kind):
    muon = peers.build("muon", given, layers=layers, part="weights")
    others = peers.build(rest[0], rest[1], layers=layers, part="rest")

    def build(model):
        ours = muon(model)[0]
        if kind is not Muon:
            ours = kind([{"params": group["params"]} for group in ours.param_groups], **given)
        return [ours, *others(model)]

    return build


def cases():
    for name, (given, layers, rest) in CASES.items():
        fixture, _, _ = record("deep", "in_order", _optimizers(given, layers, rest, Muon))
        with torch_muon_in_f64():
            torchs, _, _ = record("deep", "in_order", _optimizers(given, layers, rest, torch.optim.Muon))
        for step, parameters in fixture["steps"].items():
            if distance(parameters, torchs["steps"][step]) > 1e-9:
                raise ValueError(f"{name} differs from torch.optim.Muon at step {step}")
        yield {
            "name": name,
            "peer": f"{peers.call('muon', given)}, equal to torch.optim.Muon with its Newton-Schulz steps in f64",
            "settings": peers.our_settings("muon", given)
            | {"muon_layers": layers, "rest": peers.our_settings(rest[0], rest[1])},
            "network": "deep",
            "batches": "in_order",
        } | fixture
