"""How a fixture file is written: compact JSON, one case per line, floats in their shortest exact form."""

import json
import platform
from importlib import metadata
from pathlib import Path

import numpy as np


def _versions():
    versions = {"python": platform.python_version()}
    for package in ("numpy", "scipy", "scikit-learn", "torch"):
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            pass  # not needed for what is being written
    return versions


VERSIONS = _versions()


def plain(value):
    """`value` with arrays and NumPy scalars turned into lists and Python numbers."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "detach"):  # a tensor of PyTorch
        return value.detach().tolist()
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    return value


def dumps(value):
    # Infinities and NaN are not JSON; a fixture that holds one is a mistake.
    return json.dumps(plain(value), separators=(",", ":"), allow_nan=False)


def write(path: Path, document: dict) -> int:
    """Writes `document` (with a list `cases`) and returns the number of cases."""
    cases = document["cases"]
    names = [case["name"] for case in cases]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"two cases of {path.name} are called {', '.join(sorted(twice))}")
    head = {"format": 1, "versions": VERSIONS} | {key: value for key, value in document.items() if key != "cases"}
    lines = [f'"{key}":{dumps(value)}' for key, value in head.items()]
    lines.append('"cases":[\n' + ",\n".join(dumps(case) for case in cases) + "\n]")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{" + ",\n".join(lines) + "}\n")
    return len(cases)
