"""Functions of the package."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Union

import numpy as np

from . import _mlp_lab
from ._data import frame_of, frame_of_arrays, is_frame, is_name
from ._network import Network
from ._progress import reporter
from ._results import Analysis, Results, Verification
from .errors import DataError, InterruptedWarning, SettingError, StorageError

Progress = Union[bool, Callable[[float, int, str], Any], None]
PathLike = Union[str, os.PathLike]


def train(data: Any = None, **keys: Any) -> Results:
    """Trains one network.

    Parameters
    ----------
    data
        A data set's name (``mlp_lab.datasets()``), the path of a table, a pair ``(X, y)`` of features
        ``[rows, features]`` and targets ``[rows]`` or ``[rows, outputs]``, or a data frame (pandas, Polars, Arrow, or a
        dictionary of columns) whose last column is the target unless ``target=`` names it. Arrays and frames are read
        as the same table in a file is, so ``task``, ``missing``, ``categories``, ``exclude`` and the like apply.
    out
        A folder for the run directory, as the command ``mlp`` makes it. Without it, results stay in memory.
    force
        Whether another experiment in that folder is moved aside.
    threads
        Worker threads, by default one a core. They change no bit of a result.
    progress
        ``True`` or ``False`` for a bar of tqdm, or a function of what is done, the total and the unit. By default a bar
        appears in notebooks and on terminals when a run takes longer than a second.
    preset
        A named experiment below all other settings.
    sample_weight
        Weights ``[rows]`` of the rows in the loss, or the name of their column.
    **keys
        The keys of experiments, as the command line has them (``learning_rate`` or ``lr``, ``hidden=[16, 16]``,
        ``steps``, ``optimizer="adam"``) or as in files (``training={"steps": 100}``). A key with a dot, as one for a
        layer, is passed as ``**{"learning_rate.0": 0.1}``; one that Python reserves takes an underscore (``continue_``).
        ``mlp_lab.keys()`` lists them.

    Returns
    -------
    Results
        With ``network``, ``series`` and ``nets``. At Ctrl-C, or the notebook's stop button, the results hold what is
        done (``interrupted`` is true) and an ``InterruptedWarning`` is given; a second Ctrl-C raises
        ``KeyboardInterrupt``.

    Raises
    ------
    SettingError
        A key that does not exist or a value that cannot be; ``key`` names it.
    DataError, StorageError
        Data or files that cannot be used.
    """
    return _run("train", data, keys)


def population(data: Any = None, **keys: Any) -> Results:
    """Trains many networks that differ in their seeds, for each setting of a sweep.

    Parameters are those of :func:`train`, and ``nets``, the number of networks per setting, ``sweep``, a dictionary of
    keys and their values (``{"weight_decay": [0, 1e-3], "lr": "log:1e-3:1:7"}``), ``draws``, ``select`` and so on.

    Returns
    -------
    Results
        With ``nets`` (a row a network), ``series`` (a row a network and record) and ``stats``.
    """
    return _run("population", data, keys)


def map(data: Any = None, **keys: Any) -> Results:
    """Trains a network (or ``seeds`` of them) in every cell of a grid of two keys, or of one key over the steps.

    Parameters are those of :func:`train`, and the axes ``x``, ``y`` and ``facet``, each a pair of a key and its values:
    ``x=("learning_rate", "log:1e-3:1e2:96")``, ``y=("hidden", [2, 4, 8])``, ``y="step"``.

    Returns
    -------
    Results
        With ``map``, arrays by metric with named axes, and ``best``.
    """
    return _run("map", data, keys)


def run(experiment: Mapping[str, Any] | PathLike, data: Any = None, **keys: Any) -> Results:
    """Runs an experiment: a dictionary as in files, the path of a file, or its text (TOML).

    ``data`` and ``**keys`` are as of :func:`train`, and take precedence over the experiment.
    """
    if isinstance(experiment, Mapping):
        table = dict(experiment)
        kind = table.pop("kind", None)
        if kind is None:
            raise SettingError("kind: an experiment needs one: train, population or map", "kind")
        return _run(kind, data, keys, table=table)
    text = os.fspath(experiment)
    if isinstance(experiment, str) and ("\n" in text or "=" in text) and not os.path.exists(text):
        return _run(None, data, keys, text=text)
    return _run(None, data, keys, path=text)


def _run(kind: str | None, data: Any, keys: dict[str, Any], **base: Any) -> Results:
    options: dict[str, Any] = {name: keys.pop(name) for name in ("force", "threads", "preset") if name in keys}
    out = keys.pop("out", None)
    progress, close = reporter(keys.pop("progress", None))
    if data is not None:
        if "data" in keys:
            raise SettingError("data: is given twice", "data")
        if is_name(data):
            keys["data"] = data
        else:
            options["data"] = _table_of(data, keys)
    elif isinstance(keys.get("sample_weight"), (list, tuple, np.ndarray)) and len(keys["sample_weight"]) > 1:
        raise SettingError("sample_weight: weights by row go with data passed as arrays or a frame; name a column", "sample_weight")
    try:
        raw, told = _mlp_lab.run(
            kind=kind, keys=keys, out=None if out is None else os.fspath(out), progress=progress, **options, **base
        )
    finally:
        close()
    return _results(raw, told)


def _table_of(data: Any, keys: dict[str, Any]) -> bytes:
    """The text of a table in memory, with the settings that it needs."""
    if isinstance(data, tuple) and len(data) == 2:
        frame, targets = frame_of_arrays(*data)
        keys.setdefault("target", targets)
    elif isinstance(data, np.ndarray) and data.ndim == 2:
        raise DataError("data: an array has no targets; pass (X, y)")
    else:
        frame = frame_of(data)
    weight = keys.get("sample_weight")
    if weight is not None and not isinstance(weight, (str, int)):
        name = "sample_weight"
        while name in frame.names:
            name += "_"
        if isinstance(data, tuple) or "target" in keys:
            frame.add(name, weight)
        else:
            # The target stays the last column.
            last = frame.names[-1]
            frame.add(name, weight)
            keys["target"] = [last]
        keys["sample_weight"] = name
    keys.setdefault("header", True)
    keys.setdefault("delimiter", ",")
    if frame.has_dates:
        keys.setdefault("dates", "ymd")
    return frame.text()


def _results(raw: _mlp_lab.RawResults, told: list[str], level: int = 4) -> Results:
    for text in told:
        warnings.warn(text, stacklevel=level)
    results = Results(raw)
    if results.interrupted:
        where = "" if results.folder is None else f"; mlp_lab.resume({str(results.folder)!r}) continues it"
        warnings.warn(f"the run was interrupted; the results hold what was done{where}", InterruptedWarning, level)
    return results


def open(folder: PathLike) -> Results:
    """The results in a run directory, whoever made it: this package or the command ``mlp``."""
    return Results(_mlp_lab.open(os.fspath(folder)))


def _opened(run: Results | PathLike) -> Results:
    return run if isinstance(run, Results) else open(run)


def resume(folder: PathLike, *, threads: int | None = None, progress: Progress = None) -> Results:
    """Finishes an interrupted run in its directory, with the bytes of an uninterrupted one."""
    report, close = reporter(progress)
    try:
        raw, told = _mlp_lab.resume(os.fspath(folder), threads=threads, progress=report)
    finally:
        close()
    return _results(raw, told, 3)


def replay(
    run: Results | PathLike,
    net: int = 0,
    *,
    record: Any = None,
    out: PathLike | None = None,
    force: bool = False,
    progress: Progress = None,
    **keys: Any,
) -> Results:
    """Trains a network of a run once more, the same bits, with every step recorded and its parameters kept.

    Of large networks as many geometrically spaced steps are kept as fit into memory, unless ``record`` says which
    (``"every:10"``, ``"log:100"``). ``results.network_at(step)`` is the network as it was.
    """
    run = _opened(run)
    keys = {"record": record, **keys}
    report, close = reporter(progress)
    where = None if out is None else os.fspath(out)
    try:
        raw, told = _mlp_lab.replay(run._raw, net, keys=keys, out=where, force=force, progress=report)
    finally:
        close()
    return _results(raw, told, 3)


def verify(
    run: Results | PathLike, *, nets: int = 20, seed: int = 0, threads: int | None = None, progress: Progress = None
) -> Verification:
    """Trains ``nets`` networks of a run directory again and compares them, bit by bit, with its files."""
    run = _opened(run)
    report, close = reporter(progress)
    try:
        return Verification(_mlp_lab.verify(run._raw, nets=nets, seed=seed, threads=threads, progress=report))
    finally:
        close()


def analyze(
    run: Results | PathLike,
    *,
    scatter: str | list[str] = (),
    color: str | None = None,
    records: bool = False,
    after: int = 0,
    where: str | None = None,
    compare: str | list[str] = (),
) -> Analysis:
    """Analyses the networks of a population or a training: growth and laws of norms, success, classes, paired tests.

    Arguments are those of ``mlp analyze``: ``scatter="|W|^L,|b|"``, ``where="test_accuracy > 0.9"``,
    ``compare="weight_decay=0,1e-3"``.
    """
    listed = [[texts] if isinstance(texts, str) else list(texts) for texts in (scatter, compare)]
    counts, tables = _mlp_lab.analysis(
        _opened(run)._raw,
        scatters=listed[0],
        color=color,
        records=records,
        after=after,
        condition=where,
        comparisons=listed[1],
    )
    return Analysis(counts, tables)


def predict(model: Network | Results | PathLike, X: Any, **options: Any) -> np.ndarray:
    """Predictions ``[rows]`` of a network, of results that have one, of a model file or of a run directory."""
    if isinstance(model, Results):
        network = model.network
        if network is None:
            raise StorageError("predict: the results hold no network; a population has one with select=")
        model = network
    if not isinstance(model, Network):
        model = Network.load(model)
    return model.predict(X, **options)


def datasets() -> list[dict[str, Any]]:
    """The built-in data sets: ``name``, ``description``, ``task``, ``samples``, ``features``, ``source``, ``licence``."""
    return _mlp_lab.datasets()


def dataset(
    name: str, *, samples: int | None = None, noise: float | None = None, data_seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """A built-in data set as ``X`` ``[rows, features]`` and ``y``: classes, numbers ``[rows]`` or ``[rows, outputs]``."""
    X, y, _, names, are_classes = _mlp_lab.dataset(name, samples=samples, noise=noise, data_seed=data_seed)
    if are_classes:
        try:
            return X, np.array([int(name) for name in names])[y]
        except ValueError:
            return X, np.array(names, dtype=object)[y]
    return X, y[:, 0] if y.shape[1] == 1 else y


def keys() -> list[dict[str, Any]]:
    """Every key of an experiment: ``path``, ``name``, ``aliases``, ``help``, ``default``, the ``kinds`` that have it."""
    return _mlp_lab.keys()
