"""Text widgets that leave an input method alone: while it composes, no key of ours acts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from ui.rare_font import ensure_rare_font
from ui.shortcuts import SHORTCUTS, Scope

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_LEFT_ALONE = (*_ENTER, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)


class LineEdit(QLineEdit):
    """One line of text. `settled` comes with each change, but not in the middle of a composition."""

    settled = Signal(str)
    advance_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.composing = False
        self._settled_text = ""
        self.textChanged.connect(self._settle)

    def event(self, event: QEvent) -> bool:
        """Keep every shortcut from acting during a composition."""
        if event.type() == QEvent.Type.ShortcutOverride and _decided(
            event, self.composing, self.isUndoAvailable()
        ):
            return True
        return super().event(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Note whether a composition is under way."""
        self.composing = bool(event.preeditString())
        super().inputMethodEvent(event)
        self._settle()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving ends a composition."""
        super().focusOutEvent(event)
        self.composing = False
        self._settle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter moves on, unless the input method still has the word."""
        if self.composing and event.key() in _LEFT_ALONE:
            event.accept()
        elif _is_no_text(event):
            event.ignore()
        elif event.key() in _ENTER and not _command(event):
            self.advance_requested.emit()
        else:
            super().keyPressEvent(event)

    def _settle(self) -> None:
        if not self.composing and self.text() != self._settled_text:
            self._settled_text = self.text()
            ensure_rare_font(self._settled_text)
            self.settled.emit(self._settled_text)


class TextEdit(QPlainTextEdit):
    """Several lines of plain text: Enter moves on, Shift+Enter breaks the line, Tab leaves."""

    settled = Signal(str)
    advance_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.composing = False
        self._settled_text = ""
        self.setTabChangesFocus(True)
        self.textChanged.connect(self._settle)

    def event(self, event: QEvent) -> bool:
        """Keep every shortcut from acting during a composition."""
        if event.type() == QEvent.Type.ShortcutOverride and _decided(
            event, self.composing, self.document().isUndoAvailable()
        ):
            return True
        return super().event(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Note whether a composition is under way."""
        self.composing = bool(event.preeditString())
        super().inputMethodEvent(event)
        self._settle()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving ends a composition."""
        super().focusOutEvent(event)
        self.composing = False
        self._settle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter moves on, unless the input method still has the word."""
        if self.composing and event.key() in _LEFT_ALONE:
            event.accept()
        elif _is_no_text(event):
            event.ignore()
        elif event.key() in _ENTER and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.insertPlainText("\n")
        elif event.key() in _ENTER and not _command(event):
            self.advance_requested.emit()
        else:
            super().keyPressEvent(event)

    def _settle(self) -> None:
        text = self.toPlainText()
        if not self.composing and text != self._settled_text:
            self._settled_text = text
            ensure_rare_font(text)
            self.settled.emit(text)


def _command(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier))


def _is_no_text(event: QKeyEvent) -> bool:
    """Alt and a letter that is no key here: Qt would type the letter. AltGr comes as Ctrl+Alt, or without Alt."""
    pressed = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    return pressed == Qt.KeyboardModifier.AltModifier and event.text().isprintable() and bool(event.text())


def _decided(override: QEvent, composing: bool, can_undo: bool) -> bool:
    """Whether it is settled who has the key: the input method all of them, the page its own, and Ctrl+Z when
    there is nothing here to undo. Qt's editors would keep that for nothing, and Ctrl+E to go to the line's end.
    """
    if composing:
        override.accept()
        return True
    key: QKeyEvent = override  # type: ignore[assignment]
    undo = key.matches(QKeySequence.StandardKey.Undo)
    if (undo and not can_undo) or (not undo and QKeySequence(key.keyCombination()) in _page_keys()):
        override.ignore()
        return True
    return False


@cache
def _page_keys() -> frozenset[QKeySequence]:
    return frozenset(
        QKeySequence(keys) for entry in SHORTCUTS if entry.scope is Scope.PAGE for keys in entry.keys
    )
