"""The batch plans. A plan is a list of batches of sample indices; step t = 1, 2, ... takes batch (t - 1) mod length."""

import numpy as np

SAMPLES = 20
SIZE = 8


def _cut(order):
    """`order` in batches of SIZE; the short last one is kept."""
    return [[int(i) for i in order[start : start + SIZE]] for start in range(0, len(order), SIZE)]


def _shuffled():
    """Four epochs, each in an order of its own."""
    rng = np.random.default_rng(2)
    return [batch for _ in range(4) for batch in _cut(rng.permutation(SAMPLES))]


PLANS = {
    "full": [list(range(SAMPLES))],
    "in_order": _cut(range(SAMPLES)),
    "shuffled": _shuffled(),
}


def steps_per_epoch(plan):
    return 1 if plan == "full" else len(PLANS["in_order"])
