"""Notices that nobody has touched the desk for a while, so that it can be locked."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

if TYPE_CHECKING:
    from PySide6.QtCore import QCoreApplication

_ACTS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.InputMethod,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class IdleWatch(QObject):
    """Emits `became_idle` once when neither key nor pointer was used for the set minutes; 0 = never.

    It goes on watching: the next span begins with the next key or movement.
    """

    became_idle = Signal()

    def __init__(self, app: QCoreApplication, minutes: float = 0) -> None:
        super().__init__(app)
        self._app = app
        self._span = 0.0
        self._last_act = time.monotonic()
        self._told = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._on_timeout)
        app.installEventFilter(self)
        self.set_minutes(minutes)

    def set_minutes(self, minutes: float) -> None:
        """Watch for a span of so many minutes from now on; 0 stops."""
        self._span = minutes * 60
        self._last_act = time.monotonic()
        self._told = False
        if self._span:
            self._timer.start(round(self._span * 1000))
        else:
            self._timer.stop()

    def stop(self) -> None:
        """Watch no more: the window closes, and what stays of the program must not be told."""
        self.set_minutes(0)
        self._app.removeEventFilter(self)

    def quiet_seconds(self) -> float:
        """How long nobody has touched the desk."""
        return time.monotonic() - self._last_act

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note each act; nothing is ever held back."""
        # Every event of the program comes by here: only the time is noted, the timer looks at it later.
        if event.type() in _ACTS:
            self._last_act = time.monotonic()
            if self._told:
                self.set_minutes(self._span / 60)
        return False

    def _on_timeout(self) -> None:
        left = self._last_act + self._span - time.monotonic()
        if left > 0:
            self._timer.start(max(1, round(left * 1000)))
        else:
            self._told = True
            self.became_idle.emit()
