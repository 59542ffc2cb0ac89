"""Who serves: the people of the setting by number, name or initials; another name is taken as typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ui.register.editors import Editor
from ui.widgets.finder_box import ListBox
from ui.widgets.finder_model import FinderLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.core.fields import Field
    from frontdesk.orders.people import ServicePerson


class PersonEditor(Editor):
    """Its value is a name: the one meant by a number, by initials that one alone has, or what was typed."""

    def __init__(self, field: Field, people: Sequence[ServicePerson]) -> None:
        super().__init__(field)
        from frontdesk.core.initials import pinyin_keys

        self._people = tuple(people)
        self._keys = {person.name: pinyin_keys(person.name) for person in people}
        self.box = ListBox(self._lines)
        self.box.setPlaceholderText(field.hint)
        self.box.settled.connect(self.edited)
        self.box.line_chosen.connect(self._on_chosen)
        self.box.advance_requested.connect(self.advance_requested)
        self.adopt(self.box)

    def value(self) -> Any:
        """The name; None when empty."""
        typed = self.box.text().strip()
        if typed.isdecimal() and 0 < int(typed) <= len(self._people):
            return self._people[int(typed) - 1].name
        meant = [name for name, keys in self._keys.items() if typed.lower() in keys]
        return meant[0] if len(meant) == 1 else typed or None

    def set_value(self, value: Any) -> None:
        """Show a name."""
        self.set_draft(value or "")

    def draft(self) -> str:
        """What is typed."""
        return self.box.text()

    def set_draft(self, text: str) -> None:
        """Show a text without opening the list."""
        self.box.show_text(text)

    def put_cursor(self) -> None:
        """Take the cursor and select."""
        super().put_cursor()
        self.box.selectAll()

    def _lines(self, text: str) -> list[FinderLine]:
        typed = text.strip().lower()
        return [
            FinderLine("visits", person.name, person.department, str(number), person.name)
            for number, person in enumerate(self._people, 1)
            if typed in person.name
            or typed == str(number)
            or any(key.startswith(typed) for key in self._keys[person.name])
        ]

    def _on_chosen(self, name: str) -> None:
        self.box.show_text(name)
        self.edited.emit()
        self.picked.emit()
