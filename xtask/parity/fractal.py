"""`python -m parity.fractal` writes the fixtures of the fractal maps: data, initial weights, and images computed by NumPy.

The rule is that of Sohl-Dickstein 2024 (arXiv 2402.06184) as crates/mlp-train/src/shade.rs states it, in the plainest form:
every cell is trained for all its steps, whatever overflows on the way, all losses are kept, and the shade is read off the list.
"""

from pathlib import Path

import numpy as np

FIXTURES = Path(__file__).resolve().parents[2] / "crates/mlp-train/tests/fixtures/fractal"

WIDTH = 16
SAMPLES = 272
SIDE = 16
STEPS = 100
BATCH = 16
CUT = 1e6

# The hidden function, its derivative by z, and the factor of x W0 / sqrt(16).
ACTIVATIONS = {
    "tanh": (np.tanh, lambda z, h: 1 - h * h, np.sqrt(2)),
    "relu": (lambda z: np.maximum(z, 0), lambda z, h: (z > 0).astype(float), np.sqrt(2)),
    "identity": (lambda z: z, lambda z, h: np.ones_like(z), 1.0),
}


def losses(x, y, weights, rates, activation, batches=None):
    """The loss of all samples before each update. Weights are [out, in]; batches name the samples of every update, or all make it."""
    phi, slope, factor = ACTIVATIONS[activation]
    first, second = factor / np.sqrt(WIDTH), 1 / WIDTH
    w0, w1 = (w.copy() for w in weights)
    found = []
    for step in range(STEPS):
        z = first * (x @ w0.T)
        h = phi(z)
        error = second * (h @ w1.T) - y[:, None]
        found.append(np.mean(error**2))
        batch = slice(None) if batches is None else batches[step]
        d_out = 2 / len(x[batch]) * error[batch]
        d_hidden = second * (d_out @ w1) * slope(z[batch], h[batch])
        w1 -= rates[1] * second * (d_out.T @ h[batch])
        w0 -= rates[0] * first * (d_hidden.T @ x[batch])
    return np.array(found)


def shade(found):
    v = found / found[0]
    v = np.where(np.isfinite(v) & (v <= CUT), v, CUT)
    converged = np.mean(v[-20:]) < 1
    return -np.sum(v) if converged else np.sum(1 / v)


def picture(cell, rates):
    return np.array([[cell(first, second) for first in rates] for second in rates])


def main():
    rng = np.random.default_rng(6184)
    x, y = rng.standard_normal((SAMPLES, WIDTH)), rng.standard_normal(SAMPLES)
    weights = rng.standard_normal((WIDTH, WIDTH)), rng.standard_normal((1, WIDTH))
    rates = np.logspace(-3, 6, SIDE)
    images = {}
    with np.errstate(all="ignore"):
        for activation in ACTIVATIONS:
            # The other order of samples rounds otherwise: what differs tells which cells are chaotic.
            for name, order in (activation, slice(None)), (f"{activation}_reversed", slice(None, None, -1)):
                data = np.ascontiguousarray(x[order]), np.ascontiguousarray(y[order])
                cell = lambda first, second: shade(losses(*data, weights, (first, second), activation))
                images[name] = picture(cell, rates)
        # Drawn with replacement.
        batches = rng.integers(0, SAMPLES, (STEPS, BATCH))
        for name, order in ("mini_batch", slice(None)), ("mini_batch_reversed", slice(None, None, -1)):
            turned = batches[:, order]
            images[name] = picture(lambda first, second: shade(losses(x, y, weights, (first, second), "tanh", turned)), rates)
    FIXTURES.mkdir(parents=True, exist_ok=True)
    np.savez(FIXTURES / "data.npz", x=x, y=y)
    np.savez(FIXTURES / "weights.npz", **{"layers.0.weight": weights[0], "layers.1.weight": weights[1]})
    np.savez(FIXTURES / "batches.npz", batches=batches)
    np.savez(FIXTURES / "images.npz", rates=rates, **images)
    for activation, image in images.items():
        print(f"{activation}: {np.mean(image < 0):.4f} converged")


if __name__ == "__main__":
    main()
