"""Long jobs beside the window: one worker thread, progress and a way to stop; results come back to the window."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from frontdesk.core.errors import DeskError

Work = Callable[["Task"], Any]

_SHOWN_EVERY = 0.04  # seconds between two reports: more would only keep the window busy


class TaskRunner(QObject):
    """Runs jobs one after another in a single worker thread. Make one for the program, close it at the end."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="frontdesk-task")
        self._tasks: set[Task] = set()
        self.on_behalf: Callable[[Work], Work] | None = None  # binds a job to whoever begins it

    def run(
        self,
        work: Work,
        done: Callable[[Any], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
        *,
        owner: QObject | None = None,
    ) -> Task:
        """Run `work(task)` beside the window; it reports by `task.progress(n, total)` and asks `task.cancelled()`.

        `done(result)` or `failed(error)` is called in the window's thread. Without `failed` the error is raised
        there, for the program's own hook: it never vanishes. With an `owner` that is gone by then the job is asked
        to stop and nobody is told how it ended; a bug is raised all the same.
        """
        task = Task(self.on_behalf(work) if self.on_behalf else work, done, failed, owner)
        self._tasks.add(task)
        task.ended.connect(lambda: self._tasks.discard(task))
        self._pool.submit(task.work_through)
        return task

    def is_busy(self) -> bool:
        """Whether a job runs or waits."""
        return bool(self._tasks)

    def close(self) -> None:
        """Ask every job to stop and wait until all have: one that had not begun may have something to take back."""
        for task in self._tasks:
            task.cancel()
        self._pool.shutdown(wait=True)


class Task(QObject):
    """One job. Its signals come in the window's thread; `ended` comes last, however it ended."""

    progressed = Signal(int, int)
    ended = Signal()

    _reported = Signal(int, int)
    _returned = Signal(object, object)

    def __init__(
        self,
        work: Work,
        done: Callable[[Any], object] | None,
        failed: Callable[[Exception], object] | None,
        owner: QObject | None,
    ) -> None:
        super().__init__()
        self._work, self._done, self._failed, self._owner = work, done, failed, owner
        if owner is not None:
            owner.destroyed.connect(self.cancel)
        self._stop = threading.Event()
        self._last_report = 0.0
        self._reported.connect(self._on_reported, Qt.ConnectionType.QueuedConnection)
        self._returned.connect(self._on_returned, Qt.ConnectionType.QueuedConnection)

    def cancel(self) -> None:
        """Ask the job to stop; it ends when it next looks."""
        self._stop.set()

    def cancelled(self) -> bool:
        """Whether it was asked to stop. For the job."""
        return self._stop.is_set()

    def progress(self, done: int, total: int) -> None:
        """Report how much is done. For the job; it may be called as often as it likes."""
        now = monotonic()
        if done >= total or now - self._last_report >= _SHOWN_EVERY:
            self._last_report = now
            self._reported.emit(done, total)

    def work_through(self) -> None:
        """Do the job and hand back how it ended. Runs in the worker."""
        try:
            result, error = self._work(self), None
        except Exception as caught:
            result, error = None, caught
        self._returned.emit(result, error)

    def _on_reported(self, done: int, total: int) -> None:
        self.progressed.emit(done, total)

    def _on_returned(self, result: Any, error: Exception | None) -> None:
        gone = self._owner is not None and not isValid(self._owner)
        try:
            if gone:
                if error is not None and not isinstance(error, DeskError):
                    raise error
            elif error is None:
                if self._done is not None:
                    self._done(result)
            elif self._failed is not None:
                self._failed(error)
            else:
                raise error
        finally:
            self.ended.emit()
