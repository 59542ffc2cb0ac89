"""The finder in the top bar (F2): rooms, names, pinyin, telephones, serials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit

from ui.icons import icon
from ui.register.attempt import LookUp
from ui.widgets.finder_box import FinderBox
from ui.widgets.finder_model import FinderLine
from ui.widgets.unit_box import lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent

    from frontdesk.estate.register import Hit


_AWAY = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


class DeskFinder(FinderBox):
    """`hit_chosen(hit)` tells what to open; the box is empty again then."""

    hit_chosen = Signal(object)
    hindered = Signal(str)  # what keeps it from answering; "" when it answers again

    def __init__(self, find: Callable[[str], Sequence[Hit]]) -> None:
        super().__init__(self._lines)
        self._ask = find
        self._look = LookUp(self.hindered.emit)
        self.setPlaceholderText("F2  房号 · 姓名 · 拼音首字母 · 电话尾号 · 单号")
        self.setAccessibleName("查找")
        self.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.setMinimumHeight(38)
        self.line_chosen.connect(self._on_chosen)

    def put_cursor(self) -> None:
        """Take the cursor and select."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc empties it."""
        if event.key() == Qt.Key.Key_Escape and not self.composing:
            self.show_text("")
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What was looked for is forgotten when the cursor goes on in this window."""
        super().focusOutEvent(event)
        if event.reason() not in _AWAY:
            self.show_text("")

    def _lines(self, text: str) -> list[FinderLine]:
        lines = lines_of(self._look(lambda: self._ask(text), ()))
        if lines or self._look.is_hindered:
            return lines
        return [FinderLine("search", f"没有找到“{text.strip()}”", "换房号、姓名或电话尾号试试", "", None)]

    def _on_chosen(self, hit: Hit) -> None:
        self.show_text("")
        self.hit_chosen.emit(hit)
