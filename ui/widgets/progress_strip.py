"""How far a long job is, with a button to stop it; it stands in the page, never before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from ui.shortcuts import bind, shortcut
from ui.widgets.buttons import QuietButton
from ui.widgets.labels import ElidedLabel, PlainLabel

if TYPE_CHECKING:
    from ui.tasks import Task


class ProgressStrip(QWidget):
    """Hidden until a job starts, and again when it has ended. While it is seen Shift+Esc stops the job."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._task: Task | None = None
        self._late = QTimer(self, singleShot=True)
        self._late.timeout.connect(self.show)
        self._title = ElidedLabel("", "label")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("进度")
        self._count = PlainLabel("", "hint")
        self._cancel = QuietButton("停止", shortcut("stop").shown)
        self._cancel.clicked.connect(self._on_cancel)
        for key in bind("stop", self, self._on_stop_key):
            key.activatedAmbiguously.connect(self._on_stop_key)  # two jobs are seen: one of them
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(12)
        row.addWidget(self._title, 2)
        row.addWidget(self._bar, 3)
        row.addWidget(self._count)
        row.addWidget(self._cancel)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    def start(self, title: str, *, after_ms: int = 0) -> None:
        """Show the strip, perhaps only after a while; the bar wanders until the first figures come."""
        self._title.setText(title)
        self.setAccessibleName(title)
        self._count.setText("")
        self._bar.setRange(0, 0)
        self._cancel.setEnabled(True)
        self._cancel.set_word("停止")
        if after_ms:
            self._late.start(after_ms)
        else:
            self.show()

    def put_cursor(self) -> None:
        """Put the cursor on the button that stops."""
        self._cancel.setFocus()

    def show_progress(self, done: int, total: int) -> None:
        """Show how much is done; a total of 0 is not known yet."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._count.setText(f"{done:,} / {total:,}" if total else f"{done:,}")

    def finish(self) -> None:
        """Hide it: the page says how it ended."""
        self._let_go()
        self._late.stop()
        self.hide()

    def watch(self, task: Task, title: str, *, after_ms: int = 0, stoppable: bool = True) -> None:
        """Show a task to its end, the newest when there are several; the button cancels it where it can be stopped.

        With `after_ms` a task that is done sooner is never shown.
        """
        self._let_go()
        self._cancel.setVisible(stoppable)
        self._task = task
        task.progressed.connect(self.show_progress)
        task.ended.connect(self.finish)
        self.start(title, after_ms=after_ms)

    def _let_go(self) -> None:
        if self._task is not None:
            self._task.progressed.disconnect(self.show_progress)
            self._task.ended.disconnect(self.finish)
            self._task = None

    def count_text(self) -> str:
        """The figures shown."""
        return self._count.text()

    def _on_stop_key(self) -> None:
        if not self._cancel.isHidden():
            self._cancel.click()

    def _on_cancel(self) -> None:
        self._cancel.setEnabled(False)
        self._cancel.set_word("正在停止…")
        if self._task is not None:
            self._task.cancel()
