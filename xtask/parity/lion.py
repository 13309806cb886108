"""Lion (Chen et al. 2023, "Symbolic discovery of optimization algorithms"), plain, in f64; PyTorch has none."""

import numpy as np
import torch


class Lion(torch.optim.Optimizer):
    """c = beta1 m + (1 - beta1) g;  p = p - lr (sign(c) + weight_decay p);  m = beta2 m + (1 - beta2) g."""

    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for parameter in group["params"]:
                values, gradient = parameter.detach().numpy(), parameter.grad.numpy()
                state = self.state[parameter]
                moment = state.get("moment", np.zeros(values.shape))
                direction = np.sign(beta1 * moment + (1 - beta1) * gradient)
                values -= group["lr"] * (direction + group["weight_decay"] * values)
                state["moment"] = beta2 * moment + (1 - beta2) * gradient
