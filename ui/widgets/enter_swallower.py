"""Takes the Enter that the habit adds to a PIN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from ui.widgets.secret_box import with_command_key

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

_HABIT_MS = 600


class EnterSwallower(QObject):
    """Takes the one Enter that follows at once, wherever the cursor is; any other key ends it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def let_go_soon(self) -> None:
        """End within the time that a finger takes."""
        QTimer.singleShot(_HABIT_MS, self, self._end)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Swallow Enter."""
        if event.type() != QEvent.Type.KeyPress:
            return False
        key: QKeyEvent = event  # type: ignore[assignment]
        self._end()
        return key.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not with_command_key(key)

    def _end(self) -> None:
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        self.deleteLater()
