"""P3: a 32x32 grid over two layers' learning rates; 16-16-1 tanh, mean-field scaling, no biases, 272 points, f64, 500 steps."""

import os

os.environ.setdefault("XLA_FLAGS", "--xla_force_host_platform_device_count=2")

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402

from timing import best_of, report  # noqa: E402

jax.config.update("jax_enable_x64", True)

WIDTH, POINTS, STEPS, SIDE = 16, 272, 500, 32


def main():
    rng = np.random.default_rng(0)
    w0 = jnp.asarray(rng.standard_normal((WIDTH, WIDTH)))
    w1 = jnp.asarray(rng.standard_normal((WIDTH, 1)))
    x = jnp.asarray(rng.standard_normal((POINTS, WIDTH)))
    y = jnp.asarray(rng.standard_normal((POINTS, 1)))

    def loss(parameters):
        hidden = jnp.tanh(np.sqrt(2.0) * (x @ parameters[0]) / np.sqrt(WIDTH))
        return jnp.mean(((hidden @ parameters[1]) / np.sqrt(WIDTH) / np.sqrt(WIDTH) - y) ** 2)

    value_and_gradient = jax.value_and_grad(loss)

    def train(rates):
        def step(parameters, _):
            value, gradient = value_and_gradient(parameters)
            return (parameters[0] - rates[0] * gradient[0], parameters[1] - rates[1] * gradient[1]), value

        return jax.lax.scan(step, (w0, w1), None, length=STEPS)[1]

    axis = np.logspace(-3, 6, SIDE)
    grid = np.stack(np.meshgrid(axis, axis), -1).reshape(2, SIDE * SIDE // 2, 2)
    grid = jnp.asarray(grid)
    cells = SIDE * SIDE
    for name, function, argument in [
        ("JAX lax.map + scan on both cores", jax.pmap(lambda r: jax.lax.map(train, r)), grid),
        ("JAX vmap on both cores", jax.pmap(jax.vmap(train)), grid),
        ("JAX vmap", jax.jit(jax.vmap(train)), grid.reshape(cells, 2)),
    ]:
        seconds = best_of(lambda: jax.block_until_ready(function(argument)), 2)
        report("P3", name, cells / seconds, "networks/s")


if __name__ == "__main__":
    main()
