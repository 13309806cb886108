"""Gradient clipping as PyTorch does it, before the optimizer adds any decay."""

from torch.nn import utils


def by_value(limit):
    """Each element of the gradient is cut to [-limit, limit]."""
    return lambda model: utils.clip_grad_value_(model.parameters(), limit)


def by_norm(limit, kind=2.0):
    """The gradient of all parameters together is multiplied by min(1, limit / (norm + 1e-6))."""
    return lambda model: utils.clip_grad_norm_(model.parameters(), limit, norm_type=kind)
