"""The editor of a new PIN or password in a form: hidden, and never part of a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ui.register.editors import Editor
from ui.widgets.secret_box import PasswordBox

if TYPE_CHECKING:
    from frontdesk.core.fields import Field


class SecretEditor(Editor):
    """One hidden line; the value is taken as typed, blanks included."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.box = PasswordBox(field.label)
        self.box.setPlaceholderText(field.hint)
        self.box.textEdited.connect(lambda _text: self.edited.emit())
        self.box.advance_requested.connect(self.advance_requested)
        self.adopt(self.box)

    def value(self) -> Any:
        """The secret; None when empty."""
        return self.box.secret() or None

    def set_value(self, value: Any) -> None:
        """Empty the line: a kept secret can never be shown."""
        self.box.clear()

    def draft(self) -> str:
        """Nothing: a secret is not written down half typed."""
        return ""

    def set_draft(self, text: str) -> None:
        """Empty the line."""
        self.box.clear()

    def length(self) -> int:
        """How many characters are typed."""
        return len(self.box.secret())

    def put_cursor(self) -> None:
        """Take the cursor and select."""
        super().put_cursor()
        self.box.selectAll()
