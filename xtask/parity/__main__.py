"""`python -m parity [FAMILY ...]` writes the fixture files of the named families, or of all."""

import argparse
import importlib
import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# The file that each family writes and the module that makes its contents.
FAMILIES = {
    "optimizers": "optimizers",
    "schedules": "schedules",
    "losses": "losses",
    "layers": "layers",
    "sklearn": "scikit",
    "metrics": "metrics",
    "importance": "importance",
}
FIXTURES = Path(__file__).resolve().parents[2] / "crates/mlp-core/tests/fixtures"


def main():
    parser = argparse.ArgumentParser(prog="python -m parity", description=__doc__)
    parser.add_argument("families", nargs="*", metavar="FAMILY", help=f"any of {', '.join(FAMILIES)}; all without")
    parser.add_argument("--out", type=Path, default=FIXTURES, help="folder of the fixtures")
    arguments = parser.parse_args()
    unknown = set(arguments.families) - set(FAMILIES)
    if unknown:
        parser.error(f"unknown family {', '.join(sorted(unknown))}; known: {', '.join(FAMILIES)}")

    from .document import write

    for family in arguments.families or FAMILIES:
        module = importlib.import_module(f".{FAMILIES[family]}", __package__)
        path = arguments.out / f"{family}.json"
        cases = write(path, module.document())
        print(f"{path.name}: {cases} cases, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
