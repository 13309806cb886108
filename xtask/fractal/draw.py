"""`python xtask/fractal/draw.py` writes the weights, points and batches of the notebook of Sohl-Dickstein 2024 beside this file.

The notebook (github.com/Sohl-Dickstein/fractal) takes them from fixed keys of `jax.random`. Its values are those of JAX before 0.5,
where the generator's bits were laid out in one piece; later versions say so with `jax_threefry_partitionable`. Batches of fewer steps are others,
since the key is split into as many as there are steps. Written with JAX 0.10.2.
"""

from pathlib import Path

import jax
import numpy as np

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_threefry_partitionable", False)

HERE = Path(__file__).resolve().parent
WIDTH, STEPS, BATCH = 16, 1000, 16


def main():
    key, weights = jax.random.split(jax.random.PRNGKey(0))
    first, second = jax.random.split(weights, 2)
    # Stored as [outputs, inputs].
    layers = {
        "layers.0.weight": jax.random.normal(first, (WIDTH, WIDTH)).T,
        "layers.1.weight": jax.random.normal(second, (WIDTH, 1)).T,
    }
    np.savez_compressed(HERE / "weights.npz", **{name: np.array(values, order="C") for name, values in layers.items()})
    key, inputs = jax.random.split(key)
    key, targets = jax.random.split(key)
    for count in (272, 16, 1):
        x, y = jax.random.normal(inputs, (count, WIDTH)), jax.random.normal(targets, (count, 1))
        np.savez_compressed(HERE / f"points-{count}.npz", x=np.asarray(x), y=np.asarray(y)[:, 0])
    keys = jax.random.split(jax.random.PRNGKey(42), STEPS)
    batches = [np.asarray(jax.random.randint(key, (BATCH,), 0, 272)) for key in keys]
    np.savez_compressed(HERE / "batches.npz", batches=np.stack(batches).astype(np.int64))


if __name__ == "__main__":
    main()
