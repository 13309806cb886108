"""A laboratory for small neural networks: the engine, the bits and the results of the command ``mlp``, in Python.

>>> import mlp_lab
>>> runs = mlp_lab.population("moons", nets=8, steps=100, sweep={"weight_decay": [0, 1e-3]})
>>> runs.nets["test_loss"].shape
(16,)
"""

from ._api import (
    analyze,
    dataset,
    datasets,
    keys,
    map,
    open,
    population,
    predict,
    replay,
    resume,
    run,
    train,
    verify,
)
from ._mlp_lab import ENGINE
from ._network import Network
from ._results import Analysis, Map, Results, Verification
from ._table import Table
from .errors import DataError, Error, ForkError, InterruptedWarning, SettingError, StorageError

__version__ = "0.1.0"

__all__ = [
    "ENGINE",
    "Analysis",
    "DataError",
    "Error",
    "ForkError",
    "InterruptedWarning",
    "Map",
    "Network",
    "Results",
    "SettingError",
    "StorageError",
    "Table",
    "Verification",
    "analyze",
    "dataset",
    "datasets",
    "keys",
    "map",
    "open",
    "population",
    "predict",
    "replay",
    "resume",
    "run",
    "train",
    "verify",
]
