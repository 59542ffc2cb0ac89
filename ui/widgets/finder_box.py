"""One line that finds: hits appear below while typing, Enter takes the first, arrows another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.widgets.composing import LineEdit
from ui.widgets.hit_list import HitList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMoveEvent, QResizeEvent

    from ui.widgets.finder_model import FinderLine


class FinderBox(LineEdit):
    """Asks `find` at each settled change; a search is some milliseconds, so it runs in the gesture."""

    line_chosen = Signal(object)

    def __init__(self, find: Callable[[str], Sequence[FinderLine]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._find = find
        self._list: HitList | None = None
        self.settled.connect(self._on_settled)
        self._silent = False

    def show_text(self, text: str) -> None:
        """Show a text without searching for it."""
        self._silent = True
        self.setText(text)
        self._silent = False
        self.hide_hits()

    def hits(self) -> list[FinderLine]:
        """The hits on show."""
        return self._list.lines() if self._list is not None else []

    def show_hits(self, text: str) -> None:
        """Show what a text finds."""
        self._popup().offer(self._find(text), self.rect())

    def hide_hits(self) -> None:
        """Put the hits away; what is typed stays."""
        if self._list is not None:
            self._list.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk the hits, Enter takes one, Esc puts them away."""
        if self.composing or not self._shown() or self._list is None:
            super().keyPressEvent(event)
            return
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._list.walk(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._list.take()
        elif key == Qt.Key.Key_Escape:
            self.hide_hits()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """While hits are shown Esc belongs to them, not to the page."""
        if event.type() == QEvent.Type.ShortcutOverride and self._shown():
            key: QKeyEvent = event  # type: ignore[assignment]
            if key.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The hits go when the cursor goes."""
        super().focusOutEvent(event)
        self.hide_hits()

    def moveEvent(self, event: QMoveEvent) -> None:
        """The hits follow the box."""
        super().moveEvent(event)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The hits are at least as wide as the box."""
        super().resizeEvent(event)
        self._place()

    def _shown(self) -> bool:
        return self._list is not None and self._list.isVisible()

    def _on_settled(self, text: str) -> None:
        if self._silent or not self.hasFocus() or not text.strip():
            self.hide_hits()
            return
        self.show_hits(text)

    def _popup(self) -> HitList:
        if self._list is None or self._list.parent() is not self.window():
            self._list = HitList(self, "查找结果")
            self._list.line_chosen.connect(self.line_chosen)
        return self._list

    def _place(self) -> None:
        if self._list is not None:
            self._list.place(self.rect())


class ListBox(FinderBox):
    """One that finds in a short list: without hits ↓ opens the whole of it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """As the finder's."""
        if event.key() == Qt.Key.Key_Down and not self.hits() and not self.composing:
            self.show_hits("")
        else:
            super().keyPressEvent(event)
