"""Training a problem in PyTorch and keeping the parameters after given steps.

Every training is run twice: the second time from parameters moved by a relative 1e-15 and with the samples of each
batch in reverse. How far the two part (`sensitivity`) is what another correct implementation may differ by.
"""

import numpy as np
import torch
from torch import nn

from .batches import PLANS, steps_per_epoch
from .irprop import IRpropPlus
from .problems import PROBLEMS

STEPS = (1, 10, 200)
NUDGE = 1e-15
# A trajectory that multiplies rounding by more is not a fixture for a bound of 1e-9.
ALLOWED = 2e-11


class Training:
    """A network in training: what the hooks of `record` see."""

    def __init__(self, problem, plan, optimizers, model):
        self.problem, self.plan, self.model = problem, plan, model
        self.optimizers = optimizers(model)
        self.step = 0

    def epoch_ended(self):
        return self.step % steps_per_epoch(self.plan) == 0


def flat(model):
    return nn.utils.parameters_to_vector(model.parameters()).detach().numpy().copy()


def takes_closure(optimizer):
    """Whether the optimizer asks for losses and gradients itself."""
    return isinstance(optimizer, torch.optim.LBFGS | IRpropPlus)


def _train(problem, plan, optimizers, steps, schedule, on_gradient, penalty, after_step, model, reverse):
    training = Training(problem, plan, optimizers, model)
    advance = schedule(training) if schedule else None
    recorded, rates = {}, []
    for step in range(1, max(steps) + 1):
        rates.append([group["lr"] for group in training.optimizers[0].param_groups][0])
        rows = PLANS[plan][(step - 1) % len(PLANS[plan])]
        rows = rows[::-1] if reverse else rows

        def closure():
            model.zero_grad()
            loss = problem.loss_of(model, rows)
            if penalty:
                loss = loss + penalty(model)
            loss.backward()
            return loss

        if takes_closure(training.optimizers[0]):
            training.optimizers[0].step(closure)
        else:
            closure()
            if on_gradient:
                on_gradient(model)
            for optimizer in training.optimizers:
                optimizer.step()
        if after_step:
            after_step(model)
        training.step = step
        if advance:
            advance()
        if step in steps:
            recorded[step] = flat(model)
    return recorded, rates, training


def distance(one, other):
    """The largest relative difference of an element."""
    return float(np.max(np.abs(one - other) / np.abs(one)))


def record(
    network,
    plan,
    optimizers,
    *,
    steps=STEPS,
    schedule=None,
    on_gradient=None,
    penalty=None,
    after_step=None,
    model=None,
    allowed=ALLOWED,
):
    """Trains `network` by `plan`.

    `optimizers(model)` gives the optimizers, `schedule(training)` what is called after each step, `on_gradient(model)`
    sees the gradients before the update, `penalty(model)` is added to the loss, `after_step(model)` may project the
    parameters, `model(initial)` builds another network than the problem's.
    Returns a dictionary with `steps` and `sensitivity`, the rate of each step (of the first parameter group), and the
    training as it stood at the end.
    """
    problem = PROBLEMS[network]
    build = model or problem.model
    arguments = (problem, plan, optimizers, steps, schedule, on_gradient, penalty, after_step)
    recorded, rates, training = _train(*arguments, build(None), False)
    start = flat(build(None))
    signs = np.random.default_rng(7).choice([-1.0, 1.0], start.shape)
    nudged = build(start * (1 + NUDGE * signs))
    again, _, _ = _train(*arguments, nudged, True)
    sensitivity = {step: float(f"{distance(recorded[step], again[step]):.1e}") for step in recorded}
    if not all(np.isfinite(values).all() for values in recorded.values()):
        raise ValueError("the trajectory diverges")
    if max(sensitivity.values()) > allowed:
        raise ValueError(f"the trajectory multiplies rounding too much: {sensitivity}")
    return {"steps": recorded, "sensitivity": sensitivity}, rates, training
