"""Progress bars of runs."""

from __future__ import annotations

import sys
from typing import Any, Callable


def is_watched() -> bool:
    """Whether someone looks at this process: a terminal or a notebook."""
    if "ipykernel" in sys.modules:
        return True
    stderr = sys.stderr
    return bool(stderr and stderr.isatty())


class Bar:
    """A bar of ``tqdm.auto`` that appears when a run takes longer than a second."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __call__(self, done: float, total: int, unit: str) -> None:
        if not total:
            return
        if self._bar is None:
            from tqdm.auto import tqdm

            self._bar = tqdm(total=total, unit=f" {unit}", delay=1, leave=False)
        self._bar.update(int(done) - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def reporter(progress: bool | Callable[[float, int, str], Any] | None) -> tuple[Callable | None, Callable[[], None]]:
    """What is called with progress, and what ends it."""
    if callable(progress):
        return progress, lambda: None
    if progress or (progress is None and is_watched()):
        try:
            import tqdm.auto  # noqa: F401
        except ImportError:
            if progress:
                raise ImportError("progress=True needs tqdm; install it, or pass a function") from None
            return None, lambda: None
        bar = Bar()
        return bar, bar.close
    return None, lambda: None
