"""iRprop+ (Igel and Huesken 2000, "Improving the Rprop learning algorithm"), plain, in f64; PyTorch has none."""

import numpy as np
import torch


class IRpropPlus(torch.optim.Optimizer):
    """Full-batch; the loss decides whether a step across a minimum is taken back.

    For each parameter, with the product of its last two gradients
    - positive: step = min(step * eta_plus, step_max); change = -sign(gradient) * step
    - negative: step = max(step * eta_minus, step_min); the last change is taken back where the loss has risen since
      the step before; the gradient is remembered as 0
    - zero: change = -sign(gradient) * step.
    """

    def __init__(self, params, lr=0.01, eta_minus=0.5, eta_plus=1.2, step_min=1e-6, step_max=50.0):
        super().__init__(
            params, dict(lr=lr, eta_minus=eta_minus, eta_plus=eta_plus, step_min=step_min, step_max=step_max)
        )
        self.last_loss = np.inf

    def step(self, closure):
        loss = closure().item()
        for group in self.param_groups:
            for parameter in group["params"]:
                self._update(group, parameter, loss > self.last_loss)
        self.last_loss = loss

    def _update(self, group, parameter, risen):
        values, gradient = parameter.detach().numpy(), parameter.grad.numpy().copy()
        state = self.state[parameter]
        if not state:
            state["step"] = np.full(values.shape, group["lr"])
            state["gradient"] = np.zeros(values.shape)
            state["change"] = np.zeros(values.shape)
        product = gradient * state["gradient"]
        same, crossed = product > 0, product < 0
        step = state["step"]
        step[same] = np.minimum(step[same] * group["eta_plus"], group["step_max"])
        step[crossed] = np.maximum(step[crossed] * group["eta_minus"], group["step_min"])
        change = -np.sign(gradient) * step
        change[crossed] = -state["change"][crossed] if risen else 0.0
        gradient[crossed] = 0.0
        values += change
        state["gradient"], state["change"] = gradient, change
