"""The L-BFGS cases: full batch, one step is one iteration (max_iter=1), up to ten steps.

PyTorch gives a line search what is left of max_eval, which by default is nothing where max_iter is 1: 26 leaves the
25 evaluations that the search itself allows.
"""

from . import peers
from .trajectory import record

STEPS = (1, 2, 3, 5, 10)
CASES = {
    "lbfgs": ("classes", {}),
    "lbfgs-short-history": ("classes", {"history_size": 3}),
    "lbfgs-slow": ("classes", {"lr": 0.5}),
    "lbfgs-regression": ("regression", {}),
    "lbfgs-binary": ("binary", {}),
    "lbfgs-no-line-search": ("classes", {"line_search_fn": None, "lr": 0.3}),
}


def cases():
    for name, (network, more) in CASES.items():
        given = {"max_iter": 1, "max_eval": 26, "line_search_fn": "strong_wolfe"} | more
        optimizers = peers.build_whole("lbfgs", given)
        fixture, _, _ = record(network, "full", optimizers, steps=STEPS, allowed=1e-9)
        yield {
            "name": name,
            "peer": peers.call("lbfgs", given),
            "settings": peers.our_settings("lbfgs", given),
            "network": network,
            "batches": "full",
        } | fixture
