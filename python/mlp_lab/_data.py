"""Arrays and data frames as the columns of one table, which the library reads like a file."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from . import _mlp_lab
from .errors import DataError

DATE = "date"


class Frame:
    """Names and columns, each an array of numbers or a list of texts."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.columns: list[Any] = []
        self.has_dates = False

    def add(self, name: Any, values: Any) -> None:
        values, is_date = _column(str(name), values)
        self.names.append(str(name))
        self.columns.append(values)
        self.has_dates |= is_date

    def text(self) -> bytes:
        """The table as text with a header; its digest is in every result."""
        return _mlp_lab.table_text(self.names, self.columns)


def is_name(data: Any) -> bool:
    """Whether data are a data set's name or a file's path."""
    return isinstance(data, (str, os.PathLike))


def is_frame(data: Any) -> bool:
    """Whether data have named columns."""
    return (
        isinstance(data, Mapping)
        or hasattr(data, "__arrow_c_stream__")
        or hasattr(data, "__dataframe__")
        or (hasattr(data, "columns") and hasattr(data, "iloc"))
    )


def frame_of(data: Any, what: str = "data") -> Frame:
    """A table of a data frame (pandas, Polars, Arrow, or a dictionary of columns)."""
    frame = Frame()
    if isinstance(data, Mapping):
        pairs = data.items()
    elif hasattr(data, "iloc") and hasattr(data, "columns"):  # pandas
        pairs = ((data.columns[i], data.iloc[:, i]) for i in range(data.shape[1]))
    elif hasattr(data, "get_columns"):  # Polars
        pairs = ((series.name, series) for series in data.get_columns())
    elif hasattr(data, "__arrow_c_stream__"):
        pairs = _arrow_columns(data)
    else:
        raise DataError(f"{what}: must be a name, a path, (X, y), or a data frame, not of type {type(data).__name__}")
    for name, values in pairs:
        frame.add(name, values)
    if not frame.names:
        raise DataError(f"{what}: the table has no columns")
    return frame


def _arrow_columns(data: Any):
    """The columns of whatever offers Arrow's C stream, read by a library that is there."""
    try:
        import pyarrow

        table = pyarrow.table(data)
        return list(zip(table.column_names, table.columns))
    except ImportError:
        pass
    try:
        import polars

        return [(series.name, series) for series in polars.DataFrame(data).get_columns()]
    except ImportError:
        raise DataError(
            f"data: a {type(data).__name__} is read through pyarrow or Polars, and neither is installed"
        ) from None


def matrix_of(X: Any, what: str = "X") -> np.ndarray:
    """An array ``[rows, features]`` of numbers."""
    try:
        array = np.asarray(X, dtype=np.float64)
    except (TypeError, ValueError) as fault:
        raise DataError(f"{what}: must hold numbers: {fault}") from None
    if array.ndim != 2:
        raise DataError(f"{what}: must have two axes, [rows, features], not the shape {array.shape}")
    return array


def frame_of_arrays(X: Any, y: Any) -> tuple[Frame, list[str]]:
    """The table of features and targets, and the names of the target columns."""
    if is_frame(X):
        frame = frame_of(X, "X")
    else:
        frame = Frame()
        array = np.asarray(X)
        if array.ndim != 2:
            raise DataError(f"X: must have two axes, [rows, features], not the shape {array.shape}")
        for place in range(array.shape[1]):
            frame.add(f"x{place}", array[:, place])
    targets: list[str] = []

    def target(name: str, values: Any) -> None:
        while name in frame.names:
            name += "_"
        targets.append(name)
        frame.add(name, values)

    if is_frame(y):
        own = frame_of(y, "y")
        for name, values in zip(own.names, own.columns):
            target(name, values)
        frame.has_dates |= own.has_dates
        return frame, targets
    name = getattr(y, "name", None)
    name = name if isinstance(name, str) and name else "y"
    array = np.asarray(y) if not isinstance(y, (list, tuple)) or (y and np.ndim(y[0])) else y
    if np.ndim(array) == 2:
        array = np.asarray(array)
        if array.shape[1] == 1:
            target(name, array[:, 0])
        else:
            for place in range(array.shape[1]):
                target(f"{name}{place}", array[:, place])
    else:
        target(name, y)
    return frame, targets


def _column(name: str, values: Any) -> tuple[Any, bool]:
    """A column as numbers, flags or texts, and whether it holds dates."""
    kind = getattr(getattr(values, "dtype", None), "kind", None)
    if kind is None or kind in "Mm" or not isinstance(values, np.ndarray):
        array = _numpy_of(values)
        if array is not None:
            values = array
            kind = values.dtype.kind
        else:
            kind = None
    if kind == "f":
        return np.ascontiguousarray(values, dtype=np.float64), False
    if kind == "b":
        return np.ascontiguousarray(values, dtype=np.bool_), False
    if kind == "i" or (kind == "u" and values.dtype.itemsize < 8):
        return np.ascontiguousarray(values, dtype=np.int64), False
    if kind == "M":
        return _dates(name, values.astype("datetime64[us]").tolist()), True
    entries = values.tolist() if hasattr(values, "tolist") else _entries(values)
    if any(isinstance(entry, (datetime.date, datetime.datetime)) for entry in entries):
        return _dates(name, [None if _is_missing(entry) else entry for entry in entries]), True
    return [_text(name, entry) for entry in entries], False


def _numpy_of(values: Any) -> np.ndarray | None:
    """The column as an array of numbers, flags or dates; ``None`` where it is something else."""
    if isinstance(values, np.ndarray):
        return values if values.dtype.kind in "fbiuM" else None
    dtype = getattr(values, "dtype", None)
    if str(dtype) == "category" or str(dtype).startswith(("Categorical", "Enum")):
        return None
    try:
        if hasattr(values, "isna") and hasattr(values, "to_numpy"):  # pandas
            has_missing = bool(values.isna().any())
            kind = getattr(dtype, "kind", "O")
            if kind in "iuf" and has_missing:
                return values.to_numpy(dtype=np.float64, na_value=np.nan)
            if kind in "iufb" and not (kind == "b" and has_missing):
                return values.to_numpy(dtype={"i": np.int64, "u": np.uint64, "f": np.float64, "b": np.bool_}[kind])
            if kind == "M":
                return np.asarray(values.dt.tz_localize(None) if values.dt.tz is not None else values, dtype="datetime64[us]")
            return None
        if hasattr(values, "null_count") and hasattr(values, "to_numpy"):  # Polars, Arrow
            null_count = values.null_count
            has_missing = bool(null_count() if callable(null_count) else null_count)
            array = values.to_numpy()
            if array.dtype.kind == "b" and has_missing:
                return None
            return array if array.dtype.kind in "fbiuM" else None
        array = np.asarray(values)
    except (TypeError, ValueError):
        return None
    return array if array.dtype.kind in "fbiuM" else None


def _entries(values: Any) -> list:
    if hasattr(values, "to_list"):
        return values.to_list()
    if hasattr(values, "to_pylist"):
        return values.to_pylist()
    return list(values)


def _is_missing(entry: Any) -> bool:
    if entry is None:
        return True
    if isinstance(entry, str):
        return False
    try:
        return bool(entry != entry)
    except (TypeError, ValueError):
        return True  # pandas' NA has no truth value.


def _text(name: str, entry: Any) -> str | None:
    if _is_missing(entry):
        return None
    if isinstance(entry, str):
        return entry
    if isinstance(entry, (bool, np.bool_)):
        return "true" if entry else "false"
    if isinstance(entry, bytes):
        return entry.decode()
    if isinstance(entry, (int, float, np.number)):
        return str(entry)
    if type(entry).__module__ == "decimal":
        return str(entry)
    raise DataError(f"column {name}: holds a {type(entry).__name__}; give numbers, texts, booleans or dates")


def _dates(name: str, entries: list) -> list[str | None]:
    texts: list[str | None] = []
    for entry in entries:
        if entry is None or entry != entry:
            texts.append(None)
            continue
        if isinstance(entry, datetime.datetime):
            if entry.time() != datetime.time():
                raise DataError(
                    f"column {name}: {entry} has a time of day, and dates are read as whole days; make a number of it"
                )
            entry = entry.date()
        texts.append(entry.isoformat())
    return texts
