"""P1: 256 networks 2-16-16-1 tanh on two moons, full-batch gradient descent, 1000 steps, f32.

Each way trains the whole population on both cores; compilation is not counted.
"""

import os
import sys

os.environ.setdefault("XLA_FLAGS", "--xla_force_host_platform_device_count=2")

import numpy as np  # noqa: E402

from timing import best_of, report  # noqa: E402

NETS, STEPS, RATE = 256, 1000, 0.5
SHAPES = [(2, 16), (16, 16), (16, 1)]


def data(path):
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    return table[:, :2].astype(np.float32), table[:, 2].astype(np.float32)


def initial(nets):
    rng = np.random.default_rng(0)
    limits = [np.sqrt(6.0 / (i + o)) for i, o in SHAPES]
    weights = [rng.uniform(-l, l, (nets, i, o)).astype(np.float32) for (i, o), l in zip(SHAPES, limits)]
    biases = [np.zeros((nets, o), np.float32) for _, o in SHAPES]
    return weights, biases


def jax_ways(x, y):
    import jax
    import jax.numpy as jnp

    def loss(parameters):
        weights, biases = parameters
        h = x
        for layer in range(2):
            h = jnp.tanh(h @ weights[layer] + biases[layer])
        z = (h @ weights[2] + biases[2])[:, 0]
        return jnp.mean(jnp.logaddexp(0.0, z) - y * z)

    gradient = jax.grad(loss)

    def step(parameters, _):
        return jax.tree.map(lambda p, g: p - RATE * g, parameters, gradient(parameters)), None

    def train(parameters):
        return jax.lax.scan(step, parameters, None, length=STEPS)[0]

    start = initial(NETS)
    halves = jax.tree.map(lambda a: jnp.asarray(a.reshape(2, NETS // 2, *a.shape[1:])), start)
    whole = jax.tree.map(jnp.asarray, start)

    mapped = jax.pmap(lambda p: jax.lax.map(train, p))
    batched = jax.jit(jax.vmap(train))
    batched_halves = jax.pmap(jax.vmap(train))
    for name, function, argument in [
        ("JAX lax.map + scan on both cores", mapped, halves),
        ("JAX vmap", batched, whole),
        ("JAX vmap on both cores", batched_halves, halves),
    ]:
        seconds = best_of(lambda: jax.block_until_ready(function(argument)), 3)
        report("P1", name, NETS / seconds, "networks/s")


def torch_ways(x, y):
    import torch

    torch.set_num_threads(2)
    inputs = torch.from_numpy(x).expand(NETS, -1, -1)
    target = torch.from_numpy(y)[None, :, None]

    def step(w0, b0, w1, b1, w2, b2):
        # The backward pass by hand: faster than autograd on stacked networks.
        h0 = torch.tanh(torch.baddbmm(b0, inputs, w0))
        h1 = torch.tanh(torch.baddbmm(b1, h0, w1))
        d2 = (torch.sigmoid(torch.baddbmm(b2, h1, w2)) - target) / 256.0
        d1 = torch.bmm(d2, w2.transpose(1, 2)) * (1 - h1 * h1)
        d0 = torch.bmm(d1, w1.transpose(1, 2)) * (1 - h0 * h0)
        return (
            torch.baddbmm(w0, inputs.transpose(1, 2), d0, alpha=-RATE),
            b0 - RATE * d0.sum(1, keepdim=True),
            torch.baddbmm(w1, h0.transpose(1, 2), d1, alpha=-RATE),
            b1 - RATE * d1.sum(1, keepdim=True),
            torch.baddbmm(w2, h1.transpose(1, 2), d2, alpha=-RATE),
            b2 - RATE * d2.sum(1, keepdim=True),
        )

    def train(function, steps):
        weights, biases = initial(NETS)
        state = []
        for w, b in zip(weights, biases):
            state += [torch.from_numpy(w), torch.from_numpy(b[:, None, :])]
        with torch.no_grad():
            for _ in range(steps):
                state = function(*state)
        return state

    steps = STEPS // 5
    seconds = best_of(lambda: train(step, steps), 3)
    report("P1", "torch eager, stacked", NETS / seconds / 5, "networks/s")
    compiled = torch.compile(step)
    seconds = best_of(lambda: train(compiled, steps), 3)
    report("P1", "torch.compile, stacked", NETS / seconds / 5, "networks/s")


def scikit_learn(x, y):
    import warnings
    from concurrent.futures import ProcessPoolExecutor

    warnings.simplefilter("ignore")
    nets = 8
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(fit_one, [0, 1], [x] * 2, [y] * 2))
        seconds = best_of(lambda: list(pool.map(fit_one, range(nets), [x] * nets, [y] * nets)), 2)
    report("P1", "scikit-learn, two processes", nets / seconds, "networks/s")


def fit_one(seed, x, y):
    import warnings

    from sklearn.neural_network import MLPClassifier
    from threadpoolctl import threadpool_limits

    warnings.simplefilter("ignore")
    with threadpool_limits(1):
        MLPClassifier(
            (16, 16), activation="tanh", solver="sgd", alpha=0.0, batch_size=len(x), learning_rate_init=RATE,
            max_iter=STEPS, momentum=0.0, nesterovs_momentum=False, tol=0.0, n_iter_no_change=STEPS + 1, random_state=seed,
        ).fit(x, y)


if __name__ == "__main__":
    points, labels = data(sys.argv[1])
    jax_ways(points, labels)
    torch_ways(points, labels)
    scikit_learn(points, labels)
