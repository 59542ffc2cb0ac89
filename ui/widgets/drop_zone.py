"""Where a file may be let fall: says so, and lights up while one hangs over it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import theme
from ui.icons import paint_icon
from ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPaintEvent, QResizeEvent

    from ui.widgets.buttons import KeyButton

_ICON = 40
_LOW = 200  # px of height below which there is no room for the icon


class DropZone(QWidget):
    """Takes one file with a suffix it knows, dropped here or chosen by the button."""

    file_dropped = Signal(object)  # Path

    def __init__(self, title: str, hint: str, button: KeyButton, suffixes: tuple[str, ...]) -> None:
        super().__init__()
        self._suffixes = suffixes
        self._lit = False
        self._title = PlainLabel(title, "section")
        self._hint = PlainLabel(hint, "label", wrap=True)
        for label in (self._title, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._icon_room = QWidget()
        self._icon_room.setFixedHeight(_ICON)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 8, 32, 8)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(self._icon_room)
        column.addWidget(self._title)
        column.addWidget(self._hint)
        column.addSpacing(4)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.setAcceptDrops(True)
        self.setAccessibleName(f"{title} {hint}")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Light up for a file of the right kind."""
        if self._path_of(event) is not None:
            event.acceptProposedAction()
            self._light(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It went away again."""
        self._light(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the file."""
        self._light(False)
        path = self._path_of(event)
        if path is not None:
            event.acceptProposedAction()
            self.file_dropped.emit(path)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The icon gives way first."""
        super().resizeEvent(event)
        self._icon_room.setVisible(self.height() >= _LOW)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a dashed frame and the icon above the title."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("accent" if self._lit else "line_strong"), 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(theme.color("accent_soft" if self._lit else "zebra"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        if self._icon_room.isVisible():
            top = self._icon_room.y()
            paint_icon(painter, "sheet", QRect((self.width() - _ICON) // 2, top, _ICON, _ICON), "accent")

    def _path_of(self, event: QDropEvent) -> Path | None:
        urls = event.mimeData().urls()
        if len(urls) != 1 or not urls[0].isLocalFile():
            return None
        path = Path(urls[0].toLocalFile())
        return path if path.suffix.lower() in self._suffixes else None

    def _light(self, lit: bool) -> None:
        self._lit = lit
        self.update()
