"""The editor of a list: one value a line, so Enter breaks the line here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt

from ui.register.editors import LongTextEditor

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from frontdesk.core.fields import Field


class LinesEditor(LongTextEditor):
    """The value is a list of str without empty lines."""

    def __init__(self, field: Field) -> None:
        super().__init__(field, lines=4)
        self.text.installEventFilter(self)

    def value(self) -> Any:
        """The lines, without blanks at their ends; an empty list when nothing is typed."""
        lines = (line.strip() for line in self.text.toPlainText().splitlines())
        return [line for line in lines if line]

    def set_value(self, value: Any) -> None:
        """Show one value a line."""
        self.set_draft("\n".join(value or ()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter breaks the line, unless the input method still has the word."""
        if event.type() == QEvent.Type.KeyPress and not self.text.composing:
            key: QKeyEvent = event  # type: ignore[assignment]
            if key.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not _commands(key):
                self.text.insertPlainText("\n")
                self.text.ensureCursorVisible()
                return True
        return super().eventFilter(watched, event)


def _commands(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier))
