"""The editors of choices and flags, and which editor a field has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from frontdesk.core.fields import Field, Kind
from ui.register.editors import (
    DateEditor,
    Editor,
    IntegerEditor,
    LineEditor,
    LongTextEditor,
    MomentEditor,
    MoneyEditor,
    PhoneEditor,
)
from ui.widgets.inputs import CheckBox, ComboBox
from ui.widgets.segmented import SegmentedChoice

if TYPE_CHECKING:
    from frontdesk.core.clock import Clock
    from ui.register.phrase_list import Phrases

MOST_SEGMENTS = 5


class SegmentEditor(Editor):
    """A choice among few. `moves_on`: its letter or figure goes on to the next field at once. `kind` is its look."""

    def __init__(
        self, field: Field, *, moves_on: bool = False, kind: type[SegmentedChoice] = SegmentedChoice
    ) -> None:
        super().__init__(field)
        self.segments = kind(field.choices, field.label, moves_on=moves_on)
        self.segments.chosen.connect(self.edited)
        self.segments.advance_requested.connect(self.advance_requested)
        self.adopt(self.segments)

    def value(self) -> Any:
        """The key chosen."""
        return self.segments.key() or None

    def set_value(self, value: Any) -> None:
        """Choose a key."""
        self.segments.set_key(value or "")

    def draft(self) -> str:
        """The key chosen."""
        return self.segments.key()

    def set_draft(self, text: str) -> None:
        """Choose a key."""
        self.segments.set_key(text)

    def length(self) -> int:
        """A key is never too long."""
        return 0

    def set_fault(self, fault: bool) -> None:
        """The sentence below says it; the segments keep their colours."""


class ComboEditor(Editor):
    """A choice among many; typing jumps to it."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.box = ComboBox()
        self.box.addItem("", "")
        for choice in field.choices:
            self.box.addItem(choice.label, choice.key)
        self.box.currentIndexChanged.connect(lambda _index: self.edited.emit())
        self.box.advance_requested.connect(self.advance_requested)
        self.adopt(self.box)

    def value(self) -> Any:
        """The key chosen."""
        return self.box.currentData() or None

    def set_value(self, value: Any) -> None:
        """Choose a key."""
        self.set_draft(value or "")

    def draft(self) -> str:
        """The key chosen."""
        return self.box.currentData() or ""

    def set_draft(self, text: str) -> None:
        """Choose a key; an unknown one chooses none."""
        self.box.blockSignals(True)
        self.box.setCurrentIndex(max(self.box.findData(text), 0))
        self.box.blockSignals(False)

    def length(self) -> int:
        """A key is never too long."""
        return 0


class FlagEditor(Editor):
    """Yes or no."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.check = CheckBox(field.hint or "是")
        self.check.setMinimumHeight(32)
        self.check.toggled.connect(lambda _on: self.edited.emit())
        self.check.advance_requested.connect(self.advance_requested)
        self.adopt(self.check)

    def value(self) -> Any:
        """A bool, never None."""
        return self.check.isChecked()

    def set_value(self, value: Any) -> None:
        """Tick or not."""
        self.check.blockSignals(True)
        self.check.setChecked(bool(value))
        self.check.blockSignals(False)

    def draft(self) -> str:
        """ "1" when ticked."""
        return "1" if self.check.isChecked() else ""

    def set_draft(self, text: str) -> None:
        """Tick for "1"."""
        self.set_value(text == "1")


_PLAIN = {
    Kind.FLAG: FlagEditor,
    Kind.PHONE: PhoneEditor,
    Kind.INTEGER: IntegerEditor,
    Kind.MONEY: MoneyEditor,
}


def editor_for(field: Field, clock: Clock, phrases: Phrases | None = None) -> Editor:
    """The editor of a field's kind."""
    match field.kind:
        case Kind.LONG_TEXT:
            return LongTextEditor(field, phrases)
        case Kind.CHOICE:
            return SegmentEditor(field) if len(field.choices) <= MOST_SEGMENTS else ComboEditor(field)
        case Kind.DATE:
            return DateEditor(field, clock)
        case Kind.TIME | Kind.MOMENT:
            return MomentEditor(field, clock)
        case kind:
            return _PLAIN.get(kind, LineEditor)(field)
