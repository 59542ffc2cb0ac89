"""Boxes to choose and to tick, painted in the theme; Enter moves on in them as everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QCheckBox, QComboBox, QStyledItemDelegate, QWidget

from ui import theme
from ui.icons import paint_icon

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent


class ComboBox(QComboBox):
    """A closed list with our own arrow; Enter moves on, the wheel only scrolls the page."""

    advance_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(QStyledItemDelegate(self))  # Qt's own for combo boxes passes by the style sheet

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box and the arrow."""
        super().paintEvent(event)
        painter = QPainter(self)
        paint_icon(
            painter, "chevron-down", QRect(self.width() - 26, (self.height() - 16) // 2, 16, 16), "muted"
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter moves on, ↓ and typing choose."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.advance_requested.emit()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QEvent) -> None:
        """Nothing changes because a page was scrolled."""
        event.ignore()


class CheckBox(QCheckBox):
    """A check box with our own tick; Enter moves on, the blank ticks."""

    advance_requested = Signal()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint box, tick and word."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRect(2, (self.height() - 20) // 2, 20, 20)
        checked = self.isChecked()
        painter.setBrush(theme.color("accent" if checked else "surface"))
        painter.setPen(theme.color("accent" if checked else "line_strong"))
        painter.drawRoundedRect(box, 5, 5)
        if checked:
            paint_icon(painter, "check", box.adjusted(2, 2, -2, -2), "on_accent")
        if self.hasFocus():
            pen = painter.pen()
            pen.setColor(theme.color("focus"))
            pen.setWidth(2)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 6, 6)
        painter.setPen(theme.color("text" if self.isEnabled() else "disabled"))
        painter.drawText(self.rect().adjusted(30, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())

    def hitButton(self, pos: object) -> bool:
        """The word can be clicked too."""
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter moves on."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.advance_requested.emit()
        else:
            super().keyPressEvent(event)
