"""Exceptions of this package: one base, and what went wrong as its subclasses."""

from __future__ import annotations

__all__ = ["DataError", "Error", "ForkError", "InterruptedWarning", "SettingError", "StorageError"]


class Error(Exception):
    """Any error of this package."""


class SettingError(Error, ValueError):
    """A setting that does not exist, or whose value cannot be.

    ``key`` is the name of the setting at fault, or ``None`` where a text is not TOML.
    """

    def __init__(self, message: str, key: str | None = None) -> None:
        super().__init__(message)
        self.key = key

    def __reduce__(self):
        return type(self), (self.args[0], self.key)


class DataError(Error, ValueError):
    """Data that cannot be read or trained on, or rows that a network cannot use."""


class StorageError(Error):
    """A run directory or file that cannot be read or written."""


class ForkError(Error, RuntimeError):
    """A process that was forked while networks trained in another thread."""


class InterruptedWarning(UserWarning):
    """A run was interrupted, and its results hold what was done by then."""
