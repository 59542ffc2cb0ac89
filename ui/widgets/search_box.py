"""A line to search in: a lens, a key, and a cross to empty it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui import theme
from ui.icons import icon
from ui.widgets.composing import LineEdit


class SearchBox(LineEdit):
    """`settled` comes as one types; ↓ asks to go on to what was found; Esc empties it before it goes back."""

    down_requested = Signal()

    def __init__(self, hint: str, key: str = "", name: str = "查找", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self.setPlaceholderText(hint)
        self.setAccessibleName(name)
        self.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self._clear = self.addAction(icon("close", "muted"), QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setToolTip("清空 Esc")
        self._clear.setVisible(False)
        self._clear.triggered.connect(self.clear)
        self.textChanged.connect(lambda text: self._clear.setVisible(bool(text)))

    def event(self, event: QEvent) -> bool:
        """Esc is ours as long as there is something to empty."""
        if event.type() == QEvent.Type.ShortcutOverride and not self.composing:
            key: QKeyEvent = event  # type: ignore[assignment]
            if key.key() == Qt.Key.Key_Escape and self.text():
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc empties, ↓ goes on."""
        if not self.composing and event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif not self.composing and event.key() == Qt.Key.Key_Down:
            self.down_requested.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show the key at the right end while the box is empty and there is room."""
        super().paintEvent(event)
        if not self._key or self.text() or self.composing or self.width() < 160:
            return
        painter = QPainter(self)
        painter.setFont(theme.text_font(theme.HINT_PX))
        painter.setPen(theme.color("muted"))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect().adjusted(0, 0, -12, 0), flags, self._key)
