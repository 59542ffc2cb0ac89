"""Small work for when nobody types, so that it is never felt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from frontdesk.core.errors import SurroundingsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.idle_lock import IdleWatch

QUIET = 3.0  # seconds without a key or a movement
EVERY_MS = 250


class SpareTime(QObject):
    """Takes one step after another while nobody types and no long job runs, until `step()` says that all is done.

    `wake` begins anew; a file that is busy or full just then is tried again after the next `wake`.
    """

    def __init__(self, idle: IdleWatch, step: Callable[[], bool], is_busy: Callable[[], bool]) -> None:
        super().__init__(idle)
        self._idle, self._step, self._is_busy = idle, step, is_busy
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self._on_timeout)

    def wake(self) -> None:
        """There may be something to do again."""
        if not self._timer.isActive():
            self._timer.start()

    def sleep(self) -> None:
        """Do nothing until the next `wake`."""
        self._timer.stop()

    def is_done(self) -> bool:
        """Whether it sleeps until the next `wake`."""
        return not self._timer.isActive()

    def _on_timeout(self) -> None:
        if self._idle.quiet_seconds() < QUIET or self._is_busy():
            return
        try:
            more = self._step()
        except SurroundingsError:
            more = False
        if not more:
            self._timer.stop()
