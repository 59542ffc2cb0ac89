"""A number with its unit: typed, or stepped by ↑ and ↓ or by the two small arrows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter

from frontdesk.core.typed import fold_width
from ui import theme
from ui.icons import paint_icon
from ui.widgets.composing import LineEdit

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

_ARROWS = 24  # px at the right end
_UNIT = 40  # px before them


class NumberBox(LineEdit):
    """Tenths of a unit between two bounds. What cannot be read counts as the last number that could."""

    value_changed = Signal(int)

    def __init__(self, least: int, most: int, unit: str, name: str) -> None:
        super().__init__()
        self._least, self._most, self._unit = least, most, unit
        self._tenths = 0
        self.setAccessibleName(f"{name}（{unit}）")
        self.setTextMargins(0, 0, _ARROWS + _UNIT - 8, 0)
        self.put(0)
        self.settled.connect(self._on_typed)
        self.editingFinished.connect(lambda: self.put(self._tenths))
        self.advance_requested.connect(self.focusNextChild)

    def tenths(self) -> int:
        """The number, in tenths of the unit."""
        return self._tenths

    def put(self, tenths: int) -> None:
        """Show a number without telling of it."""
        self._tenths = max(self._least, min(self._most, tenths))
        sign, number = "-" if self._tenths < 0 else "", abs(self._tenths)
        self.setText(f"{sign}{number // 10}.{number % 10}")

    def step(self, tenths: int) -> None:
        """Go up or down."""
        before = self._tenths
        self.put(before + tenths)
        self.selectAll()
        if self._tenths != before:
            self.value_changed.emit(self._tenths)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """↑ and ↓ go by a tenth, with Shift by a whole."""
        sign = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if sign is None or self.composing:
            super().keyPressEvent(event)
        else:
            self.step(sign * (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The arrows step."""
        if event.position().x() >= self.width() - _ARROWS:
            self.step(1 if event.position().y() < self.height() / 2 else -1)
        else:
            super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint unit and arrows behind the number."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setFont(theme.text_font(theme.LABEL_PX))
        painter.setPen(theme.color("muted"))
        room = QRect(self.width() - _ARROWS - _UNIT, 0, _UNIT - 4, self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._unit)
        half = self.height() // 2
        for icon, top in (("chevron-up", half - 13), ("chevron-down", half - 1)):
            paint_icon(painter, icon, QRect(self.width() - _ARROWS + 2, top, 14, 14), "muted")

    def _on_typed(self, text: str) -> None:
        try:
            tenths = round(float(fold_width(text)) * 10)
        except (ValueError, OverflowError):
            return
        if self._least <= tenths <= self._most and tenths != self._tenths:
            self._tenths = tenths
            self.value_changed.emit(tenths)
