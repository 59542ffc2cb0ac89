"""Phrases while a reason is typed: a code and a blank become the phrase, the list below offers what begins so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QTextCursor

from ui.register.attempt import LookUp
from ui.widgets.finder_model import FinderLine
from ui.widgets.hit_list import HitList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QKeyEvent

    from frontdesk.calls.register import PhraseRow
    from ui.widgets.composing import TextEdit

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_MOST = 6


class Phrases(Protocol):
    """What knows the phrases: `desk.phrases`."""

    def expand(self, code: str) -> str | None:
        """The phrase of a code, its use counted; None when there is none."""
        ...

    def phrases(self, beginning: str = "", most: int = 100) -> Sequence[PhraseRow]:
        """The phrases that begin so, the most used first."""
        ...


class PhraseList(QObject):
    """Watches one text. Nothing is marked in the list until ↓ is pressed, so Enter still moves on."""

    def __init__(self, text: TextEdit, phrases: Phrases, say: Callable[[str], object]) -> None:
        super().__init__(text)
        self._text, self._phrases = text, phrases
        self._look = LookUp(say)
        self._list: HitList | None = None
        text.settled.connect(self._on_settled)
        text.installEventFilter(self)

    def lines(self) -> list[FinderLine]:
        """What is offered at present."""
        return self._list.lines() if self._list is not None else []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A blank behind a code brings its phrase; ↓ and ↑ walk the list, Enter takes, Esc puts it away."""
        if event.type() == QEvent.Type.FocusOut:
            self._hide()
        elif event.type() == QEvent.Type.ShortcutOverride and self.lines():
            if event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
                event.accept()
                return True
        elif event.type() == QEvent.Type.KeyPress and not self._text.composing:
            return self._on_key(event)  # type: ignore[arg-type]
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        key, shown = event.key(), self._list if self.lines() else None
        if key == Qt.Key.Key_Space and not event.modifiers():
            return self._expand(self._code())
        if shown is None:
            return False
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and not event.modifiers():
            shown.walk(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() and shown.has_choice():
            shown.take()
        elif key == Qt.Key.Key_Escape:
            self._hide()
        else:
            return False
        return True

    def _code(self) -> str:
        """The letters and figures right before the cursor."""
        cursor = self._text.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        return before[len(before.rstrip("".join(_LETTERS))) :]

    def _on_settled(self) -> None:
        code = self._code() if self._text.hasFocus() else ""
        rows = self._look(lambda: self._phrases.phrases(code, _MOST), ()) if code else ()
        if not rows:
            self._hide()
            return
        lines = [FinderLine("draft", row.text, "", row.code, row.code) for row in rows]
        self._popup().offer(lines, self._text.cursorRect(), begin=None)

    def _popup(self) -> HitList:
        if self._list is None or self._list.parent() is not self._text.window():
            self._list = HitList(self._text, "短语")
            self._list.line_chosen.connect(self._expand)
        return self._list

    def _hide(self) -> None:
        if self._list is not None:
            self._list.hide()

    def _expand(self, code: str) -> bool:
        """Put the phrase in the place of what is typed of its code; one undo takes it back."""
        found = self._look(lambda: self._phrases.expand(code.lower()), None) if code else None
        if found is None:
            return False
        cursor = self._text.textCursor()
        cursor.movePosition(
            QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, len(self._code())
        )
        cursor.insertText(found)
        self._text.setTextCursor(cursor)
        self._hide()
        return True
