"""Results of runs."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from . import _mlp_lab
from ._network import Network
from ._table import Table

__all__ = ["Analysis", "Map", "Results", "Verification"]


class Results:
    """The results of a run, in memory or in a run directory, whose files are read when they are first asked for."""

    def __init__(self, raw: _mlp_lab.RawResults) -> None:
        self._raw = raw

    @property
    def kind(self) -> str:
        """``train``, ``population`` or ``map``."""
        return self._raw.kind

    @property
    def interrupted(self) -> bool:
        """Whether it ended before all networks had: then the results hold what was done."""
        return self._raw.interrupted

    @property
    def folder(self) -> Path | None:
        """The run directory, or ``None`` of results in memory."""
        return self._raw.folder

    @cached_property
    def experiment(self) -> str:
        """The experiment as a file (TOML) with every default spelled out: ``run(experiment)`` gives the same bits.

        Of data passed as arrays or frames it has their sha256; pass the same data again with it.
        """
        return self._raw.experiment

    @property
    def counts(self) -> dict[str, int]:
        """Networks by outcome: ``networks`` in all, ``completed``, ``stopped``, ``diverged``, and ``exploded`` of those."""
        return self._raw.counts

    def _table(self, name: str) -> Table | None:
        raw = self._raw.table(name)
        return None if raw is None else Table(raw)

    @cached_property
    def nets(self) -> Table:
        """A row a network: ``net``, ``cell``, ``seed``, the swept keys, how it ended, the metrics of its last record."""
        return self._table("nets")

    @cached_property
    def series(self) -> Table:
        """A row a network and recorded step: losses, scores, norms in total and by layer."""
        return self._table("series")

    @cached_property
    def stats(self) -> Table | None:
        """Of a population, moments and quantiles by step, outcome and swept key."""
        return self._table("stats")

    @cached_property
    def folds(self) -> Table | None:
        """Of a cross-validation, mean and standard error of every metric over the folds."""
        return self._table("folds")

    @cached_property
    def selection(self) -> Table | None:
        """With ``select``, the best networks in order, then what the model comes to on untouched test rows."""
        return self._table("selection")

    @cached_property
    def rows(self) -> Table | None:
        """With ``rows``, what becomes of every row of the data."""
        return self._table("rows")

    @cached_property
    def out_of_fold(self) -> Table | None:
        """With ``folds``, what networks say of the rows that they were not trained on."""
        return self._table("out_of_fold")

    @cached_property
    def predict_on(self) -> Table | None:
        """With ``predict_on``, what networks say of the points of that file."""
        return self._table("predict_on")

    @cached_property
    def map(self) -> Map | None:
        """The arrays of a map with their axes; ``None`` of other runs."""
        arrays = self._raw.map()
        return None if arrays is None else Map(arrays)

    @cached_property
    def best(self) -> dict[str, Any] | None:
        """The best cell of a map: ``metric``, ``value``, ``x`` and ``y`` as text, their places, its first ``net``."""
        return self._raw.best()

    @cached_property
    def network(self) -> Network | None:
        """The network of a single training; of a population with ``select`` the one that was selected."""
        raw = self._raw.network()
        return None if raw is None else Network(raw)

    @cached_property
    def outcome(self) -> dict[str, Any] | None:
        """How a single training ended: ``status``, ``stopped_by``, ``steps``, ``best_step``, ``seed``, ``exploded``."""
        outcome = self._raw.outcome()
        if outcome is None and self.kind == "train":
            wanted = ("status", "stopped_by", "steps", "best_step", "seed", "exploded")
            outcome = {name: self.nets[name][0] for name in wanted if name in self.nets}
        return outcome

    @property
    def kept_steps(self) -> list[int]:
        """Steps at which a single training in memory kept its parameters (``save_weights="recorded"``, and replays)."""
        return self._raw.kept_steps

    def network_at(self, step: int) -> Network:
        """The network of a single training as it was after ``step`` updates, one of ``kept_steps``."""
        raw = self._raw.network_at(step)
        if raw is None:
            kept = self.kept_steps
            what = f"kept are {len(kept)} steps from {kept[0]} to {kept[-1]}" if kept else (
                'no parameters are kept; train with save_weights="recorded", or replay'
            )
            raise KeyError(f"no parameters were kept at step {step}; {what}")
        return Network(raw)

    @cached_property
    def weights(self) -> list[tuple[int, int, np.ndarray]]:
        """Kept parameters in memory (``save_weights``): network, step, flat array; weights ``[out, in]``, then biases, by layer."""
        return self._raw.weights()

    def replay(self, net: int = 0, **options: Any) -> Results:
        """Network ``net`` trained once more: see :func:`mlp_lab.replay`."""
        from ._api import replay

        return replay(self, net, **options)

    def verify(self, **options: Any) -> Verification:
        """See :func:`mlp_lab.verify`."""
        from ._api import verify

        return verify(self, **options)

    def analyze(self, **options: Any) -> Analysis:
        """See :func:`mlp_lab.analyze`."""
        from ._api import analyze

        return analyze(self, **options)

    def __repr__(self) -> str:
        counts = self.counts
        parts = [f"{counts['networks']} networks" if self.kind != "train" else repr(self.network)]
        parts += [f"{counts[what]} {what}" for what in ("diverged", "exploded") if counts[what]]
        if self.interrupted:
            done = counts["completed"] + counts["stopped"] + counts["diverged"]
            parts.append("interrupted" if self.kind == "train" else f"interrupted after {done}")
        if self.folder is not None:
            parts.append(f"in {os.fspath(self.folder)}")
        return f"<mlp_lab.Results of a {self.kind}: {', '.join(parts)}>"


class Map(dict):
    """Arrays of a map by name; each metric has the axes ``dims(name)``, a part of ``step, seed, facet, y, x`` in this order.

    ``x``, ``y`` and ``facet`` are the values along the axes, with the swept keys in ``x_key``, ``y_key``, ``facet_key``.
    """

    def dims(self, name: str) -> tuple[str, ...]:
        """The names of the axes of an array."""
        array = np.asarray(self[name])
        axes = [str(axis) for axis in self["axes"]]
        if name in axes:
            return (name,)
        sizes = dict(zip(axes, self._shape()))
        if array.ndim == len(axes):
            return tuple(axes)
        # What is about networks or cells lacks axes from the left; over steps, also y.
        for without in ({"step"}, {"y"}, {"step", "seed"}, {"y", "seed"}, {"seed"}):
            kept = tuple(axis for axis in axes if axis not in without)
            if array.shape == tuple(sizes[axis] for axis in kept):
                return kept
        return tuple(f"{name}_{place}" for place in range(array.ndim))

    def _shape(self) -> tuple[int, ...]:
        count = len(self["axes"])
        shapes = [array.shape for array in self.values() if isinstance(array, np.ndarray) and array.ndim == count]
        return shapes[0] if shapes else ()

    @property
    def metrics(self) -> list[str]:
        """The names of the arrays that have all axes of the map or those of its cells."""
        known = set(self["axes"])
        return [
            name
            for name, array in self.items()
            if isinstance(array, np.ndarray) and array.ndim > 1 and set(self.dims(name)) <= known
        ]

    def to_xarray(self) -> Any:
        """As an ``xarray.Dataset`` whose axes have the names of the swept keys, with their values as coordinates."""
        import xarray

        axes = [str(axis) for axis in self["axes"]]
        keys = {axis: str(self[f"{axis}_key"]) if f"{axis}_key" in self else axis for axis in axes}
        coordinates = {}
        for axis, key in keys.items():
            # Values that are names are stored beside their places.
            values = self.get(f"{axis}_labels", self.get(axis))
            if values is not None:
                coordinates[key] = (key, np.asarray(values))

        def named(name: str) -> tuple[str, ...]:
            return tuple(keys.get(axis, axis) for axis in self.dims(name))

        return xarray.Dataset({name: (named(name), self[name]) for name in self.metrics}, coords=coordinates)

    def __repr__(self) -> str:
        axes = ", ".join(f"{axis} {size}" for axis, size in zip(self["axes"], self._shape()))
        return f"<mlp_lab.Map [{axes}] of {', '.join(self.metrics)}>"


class Verification:
    """What came of training networks of a run again."""

    def __init__(self, found: dict[str, Any]) -> None:
        #: Whether everything is as the run must have written it.
        self.passed: bool = found["passed"]
        #: The networks that were trained again.
        self.nets: list[int] = found["nets"]
        #: The files that were compared with their results.
        self.compared: list[str] = found["compared"]
        #: Differences in words, the first of many.
        self.differences: list[str] = found["differences"]
        #: How many differences there are.
        self.difference_count: int = found["difference_count"]
        #: The engine that made the run.
        self.engine: str = found["engine"]

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        how = "passed" if self.passed else f"{self.difference_count} differences: {self.differences[0]}"
        return f"<mlp_lab.Verification of {len(self.nets)} networks: {how}>"


class Analysis(dict):
    """Tables of an analysis by name: ``success``, ``means``, ``trends``, ``growth``, ``laws``, ``classes``, ``comparisons`` ..."""

    def __init__(self, counts: dict[str, int], tables: dict[str, Any]) -> None:
        super().__init__({name: Table(raw) for name, raw in tables.items()})
        #: ``networks``, ``seeds``, and those that ``diverged`` or ``exploded``, which are left out of everything else.
        self.counts = counts

    def __repr__(self) -> str:
        return f"<mlp_lab.Analysis of {self.counts['networks']} networks: {', '.join(self)}>"
