"""How a long job says how far it is, and is told to stop."""

from __future__ import annotations

from collections.abc import Callable

from frontdesk.core.errors import StoppedError

Progress = Callable[[int, int], None]
"""Told how much is done, and of how much (0: not known); called from the job's thread, as often as it likes."""

Cancelled = Callable[[], bool]
"""Asked whether to stop; what was begun is then undone."""


def step(done: int, total: int, progress: Progress | None, cancelled: Cancelled | None) -> None:
    """Report, and stop when asked to. Raises StoppedError."""
    if cancelled is not None and cancelled():
        raise StoppedError("已取消，什么都没有改动。")
    if progress is not None:
        progress(done, total)
