"""Tables of results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

__all__ = ["Table"]


class Table(Mapping):
    """A table of results: a mapping from the names of columns to NumPy arrays.

    Numbers are read-only views of the memory that the run filled; nothing is copied, neither here nor by
    :meth:`to_pandas` and by whatever reads Arrow's C stream (``polars.DataFrame(table)``, ``pyarrow.table(table)``,
    ``duckdb``). Missing numbers are NaN in NumPy and null in Arrow. Whole numbers with missing ones become float64
    in NumPy, and flags become objects with ``None``.
    """

    __slots__ = ("_arrays", "_raw")

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self._arrays: dict[str, np.ndarray] = {}

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        return self._raw.names

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self._raw.rows, len(self._raw.names)

    def __getitem__(self, name: str) -> np.ndarray:
        array = self._arrays.get(name)
        if array is None:
            try:
                array = self._made(name)
            except KeyError:
                import difflib

                meant = difflib.get_close_matches(str(name), self.columns, 1)
                hint = f'; did you mean "{meant[0]}"?' if meant else ""
                raise KeyError(f'there is no column "{name}"{hint} (see .columns)') from None
            self._arrays[name] = array
        return array

    def _made(self, name: str) -> np.ndarray:
        kind, memory, words, present = self._raw.parts(name)
        array = np.asarray(memory)
        if kind == "text":
            # The last word stands for the code -1.
            words = np.array([*words, None], dtype=object)
            array = words[array]
            array.flags.writeable = False
        elif present is not None and kind == "integer":
            array = np.where(present, array, np.nan)
            array.flags.writeable = False
        elif present is not None and kind == "flag":
            array = np.where(present, array.astype(object), None)
            array.flags.writeable = False
        return array

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw.names)

    def __len__(self) -> int:
        """The number of columns, as of a mapping; rows are ``shape[0]``."""
        return len(self._raw.names)

    def __contains__(self, name: object) -> bool:
        return name in self._raw.names

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Arrow's C stream, of one batch, without a copy of numbers."""
        return self._raw.arrow_c_stream(requested_schema)

    def to_pandas(self) -> Any:
        """As a ``pandas.DataFrame``, whose numbers are the same memory."""
        import pandas

        return pandas.DataFrame({name: self[name] for name in self}, copy=False)

    def to_polars(self) -> Any:
        """As a ``polars.DataFrame``, whose numbers are the same memory."""
        import polars

        return polars.DataFrame(self)

    def to_arrow(self) -> Any:
        """As a ``pyarrow.Table``, whose numbers are the same memory."""
        import pyarrow

        return pyarrow.table(self)

    def __repr__(self) -> str:
        rows, columns = self.shape
        names = ", ".join(self.columns[:8]) + (", ..." if columns > 8 else "")
        return f"<mlp_lab.Table of {rows} rows, {columns} columns: {names}>"

    def _repr_html_(self) -> str:
        from html import escape

        rows, columns = self.shape
        shown = min(rows, 10)
        cells = {name: self[name][:shown] for name in self}
        head = "".join(f"<th>{escape(name)}</th>" for name in cells)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(_cell(cells[name][row]))}</td>" for name in cells) + "</tr>"
            for row in range(shown)
        )
        more = f"<p>{rows} rows, {columns} columns{', the first 10 shown' if rows > shown else ''}</p>"
        return (
            f'<div style="overflow-x:auto"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{more}'
        )


def _cell(value: Any) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, (float, np.floating)):
        return f"{value:.6g}"
    return str(value)
