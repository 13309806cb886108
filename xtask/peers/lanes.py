"""P8 to P12: populations of networks too small to fill a vector with samples; every way trains all networks on both cores.

The points are random ones of the workload's shape, which the time does not depend on; compilation is not counted.
Usage: lanes.py P8
"""

import os
import sys

os.environ.setdefault("XLA_FLAGS", "--xla_force_host_platform_device_count=2")

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402

from timing import best_of, report  # noqa: E402

# Widths, activation, samples, batch (None: all), rate, steps, networks, precision.
WORKLOADS = {
    "P8": ([2, 4, 1], "relu", 4, None, 0.1, 10_000, 2048, np.float32),
    "P9": ([2, 2, 1], "tanh", 4, None, 0.5, 4_000, 4096, np.float32),
    "P10": ([2, 8, 1], "tanh", 16, None, 0.5, 2_000, 2048, np.float32),
    "P11": ([2, 16, 16, 1], "tanh", 256, 16, 0.5, 2_000, 256, np.float32),
    "P12": ([2, 8, 8, 8, 8, 1], "tanh", 100, None, 0.2, 1_500, 128, np.float64),
}


class Work:
    def __init__(self, name):
        self.name = name
        self.widths, self.activation, samples, self.batch, self.rate, self.steps, self.nets, precision = WORKLOADS[name]
        jax.config.update("jax_enable_x64", precision == np.float64)
        rng = np.random.default_rng(0)
        self.x = rng.standard_normal((samples, 2)).astype(precision)
        self.y = (self.x[:, 0] * self.x[:, 1] > 0).astype(precision)
        shapes = list(zip(self.widths, self.widths[1:]))
        limits = [np.sqrt(6.0 / (i + o)) for i, o in shapes]
        self.weights = [rng.uniform(-l, l, (self.nets, *s)).astype(precision) for s, l in zip(shapes, limits)]
        self.biases = [np.zeros((self.nets, o), precision) for _, o in shapes]

    def tell(self, way, function, argument, share=1.0):
        """`function` trains `share` of the networks."""
        seconds = best_of(lambda: jax.block_until_ready(function(argument)), 2)
        report(self.name, way, share * self.nets / seconds, "networks/s")


def halves(tree, axis=0):
    """Half of the networks for each core, on a new first axis."""
    return jax.tree.map(lambda a: jnp.stack(jnp.split(jnp.asarray(a), 2, axis)), tree)


def jax_ways(work):
    act = {"relu": jax.nn.relu, "tanh": jnp.tanh}[work.activation]
    x, y = jnp.asarray(work.x), jnp.asarray(work.y)
    samples, last = len(work.x), len(work.widths) - 2

    def cross_entropy(z, y):
        return jnp.logaddexp(0.0, z) - y * z

    def loss(parameters, x, y):
        h = x
        for layer, (w, b) in enumerate(zip(*parameters)):
            z = h @ w + b
            h = act(z) if layer < last else z
        return jnp.mean(cross_entropy(h[:, 0], y))

    gradient = jax.grad(loss)

    def descend(parameters, gradients):
        return jax.tree.map(lambda p, g: p - work.rate * g, parameters, gradients)

    def scan(step, parameters, steps):
        return jax.lax.scan(lambda p, s: (step(p, s), None), parameters, steps)[0]

    def train(start):
        """One network from its parameters and the key of its batches."""
        parameters, key = start
        if work.batch is None:
            return scan(lambda p, _: descend(p, gradient(p, x, y)), parameters, jnp.arange(work.steps))

        def epoch(p, key):
            rows = jax.random.permutation(key, samples).reshape(-1, work.batch)
            return scan(lambda p, rows: descend(p, gradient(p, x[rows], y[rows])), p, rows)

        return scan(epoch, parameters, jax.random.split(key, work.steps * work.batch // samples))

    # Networks last: every product runs over the networks, whose axis is contiguous.
    def last_loss(parameters, x, y, rows="si"):
        h = x
        for layer, (w, b) in enumerate(zip(*parameters)):
            axes = rows if layer == 0 else "sin"
            z = jnp.einsum(f"{axes},ion->son", h, w) + b
            h = act(z) if layer < last else z
        # The sum of the networks' means has the gradient of each in its place.
        return jnp.sum(jnp.mean(cross_entropy(h[:, 0], y), axis=0))

    last_gradient = jax.grad(last_loss)

    def train_last(start):
        parameters, keys = start
        if work.batch is None:
            target = y[:, None]
            return scan(lambda p, _: descend(p, last_gradient(p, x, target)), parameters, jnp.arange(work.steps))

        def epoch(p, keys):
            orders = jax.vmap(lambda key: jax.random.permutation(key, samples))(keys)
            batches = orders.T.reshape(-1, work.batch, keys.shape[0])

            def step(p, rows):
                inputs = jnp.moveaxis(x[rows], 2, 1)
                return descend(p, last_gradient(p, inputs, y[rows], rows="sin"))

            return scan(step, p, batches)

        epochs = work.steps * work.batch // samples
        keys = jax.vmap(lambda key: jax.random.split(key, epochs), out_axes=1)(keys)
        return scan(epoch, parameters, keys)

    keys = jax.random.split(jax.random.key(0), work.nets)
    start = ((work.weights, work.biases), keys)
    first = halves(start)
    moved = jax.tree.map(lambda a: np.moveaxis(a, 0, -1), (work.weights, work.biases))
    work.tell("JAX vmap on both cores", jax.pmap(jax.vmap(train)), first)
    work.tell("JAX networks-last einsum on both cores", jax.pmap(train_last), (halves(moved, -1), first[1]))
    work.tell("JAX lax.map over vmaps of 64 on both cores", jax.pmap(lambda s: jax.lax.map(train, s, batch_size=64)), first)
    # One network after the other: as many as there is time for.
    few = max(2, work.nets // 16)
    part = halves(jax.tree.map(lambda a: a[:few], start))
    work.tell("JAX lax.map on both cores", jax.pmap(lambda s: jax.lax.map(train, s)), part, few / work.nets)


def torch_ways(work):
    import torch
    from torch.func import grad, vmap

    torch.set_num_threads(2)
    act = {"relu": torch.relu, "tanh": torch.tanh}[work.activation]
    x, y = torch.from_numpy(work.x), torch.from_numpy(work.y)
    last = len(work.widths) - 2

    def loss(parameters, x, y):
        weights, biases = parameters
        h = x
        for layer, (w, b) in enumerate(zip(weights, biases)):
            z = h @ w + b
            h = act(z) if layer < last else z
        return torch.nn.functional.binary_cross_entropy_with_logits(h[:, 0], y)

    over = (0, None, None) if work.batch is None else (0, 0, 0)
    gradient = vmap(grad(loss), in_dims=over)

    def step(parameters, x, y):
        g = gradient(parameters, x, y)
        return tuple([p - work.rate * g for p, g in zip(ps, gs)] for ps, gs in zip(parameters, g))

    # A step costs the same at any time, so a tenth of them is timed.
    steps = work.steps // 10

    def train(step):
        parameters = tuple([torch.from_numpy(a) for a in arrays] for arrays in (work.weights, work.biases))
        with torch.no_grad():
            done = 0
            while done < steps:
                if work.batch is None:
                    parameters = step(parameters, x, y)
                    done += 1
                    continue
                orders = torch.rand(work.nets, len(x)).argsort(1)
                for rows in orders.split(work.batch, 1):
                    parameters = step(parameters, x[rows], y[rows])
                    done += 1
        return parameters

    for way, function in [("torch.func", step), ("torch.func, compiled", torch.compile(step))]:
        seconds = best_of(lambda: train(function), 2)
        report(work.name, way, work.nets / seconds / 10, "networks/s")


if __name__ == "__main__":
    workload = Work(sys.argv[1])
    jax_ways(workload)
    torch_ways(workload)
