"""The unit field of each form: the finder in small. A room that the estate does not have is kept as said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal

from ui.register.attempt import AskAgain, LookUp
from ui.register.editors import Editor
from ui.widgets.finder_box import FinderBox
from ui.widgets.finder_model import FinderLine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from frontdesk.core.fields import Field
    from frontdesk.estate.register import Hit, UnitRow

ICONS = {"unit": "residents", "service_order": "orders", "call": "calls"}


def lines_of(hits: Sequence[Hit]) -> list[FinderLine]:
    """The finder's hits as the box shows them."""
    return [
        FinderLine(ICONS.get(hit.register, "search"), hit.label, hit.detail, hit.why, hit) for hit in hits
    ]


class UnitEditor(Editor):
    """Takes a room, a name, pinyin or a telephone's tail; its value is the room number as text.

    `unit_changed(id)` tells the unit that is meant, None while the text names none. `find` gives the hits,
    `unit_by_no` the unit of a room number typed in full.
    """

    unit_changed = Signal(object)

    def __init__(
        self,
        field: Field,
        find: Callable[[str], Sequence[Hit]],
        unit_by_no: Callable[[str], UnitRow | None],
    ) -> None:
        super().__init__(field)
        self._look = LookUp(self.hindered.emit)
        self._again = AskAgain(self._on_again, self)
        self._find, self._ask_unit = find, unit_by_no
        self._unit: UnitRow | None = None
        self._unanswered = ""  # what the file did not tell
        self._as_said = ""  # what finds several rooms and is kept as typed, once that was said
        self.box = FinderBox(self._units)
        self.box.setPlaceholderText(field.hint or "房号、姓名、拼音或电话尾号")
        self.box.settled.connect(self._on_typed)
        self.box.line_chosen.connect(self._on_chosen)
        self.box.advance_requested.connect(self._on_advance)
        self.box.editingFinished.connect(self._on_left)
        self.adopt(self.box)

    @property
    def unit_id(self) -> int | None:
        """The unit that is meant, None for a room that the estate does not have."""
        return self._unit.id if self._unit else None

    def sought(self) -> str:
        """What is typed, as long as the file could not tell which unit it means; else ""."""
        return self._unanswered if self._unit is None and self._unanswered == self.box.text().strip() else ""

    def likeliest(self, text: str) -> UnitRow | None:
        """The unit of a room number, or the only one that is found. Raises SurroundingsError."""
        unit = self._ask_unit(text)
        if unit is None:
            hits = [hit for hit in self._find(text) if hit.register == "unit"]
            unit = self._ask_unit(hits[0].label) if len(hits) == 1 else None
        return unit

    def settle(self) -> None:
        """Mean the room that is typed, or the only one it finds. Several are shown to choose from, once."""
        text = self.box.text().strip()
        if not text or self._unit is not None or text == self._as_said:
            return
        unit = self._look(lambda: self.likeliest(text), None)
        self._note_answer(text)
        if unit is not None:
            self.set_draft(unit.unit_no)
        elif lines := self._units(text):
            self._as_said = text
            self.box.setFocus()
            self.box.show_hits(text)
            raise self.refuse(f"“{text}”有 {len(lines)} 处，请选一处；就这样记，再按一次。")

    def value(self) -> Any:
        """The room number as the estate writes it, else what was typed; None when empty."""
        return self.box.text().strip() or None

    def set_value(self, value: Any) -> None:
        """Show a room number; its unit is looked up."""
        self.set_draft("" if value is None else str(value))

    def draft(self) -> str:
        """What is typed."""
        return self.box.text()

    def set_draft(self, text: str) -> None:
        """Show a text without searching, and look its unit up."""
        self.box.show_text(text)
        self._mean(self._unit_by_no(text) if text.strip() else None)

    def put_cursor(self) -> None:
        """Take the cursor and select."""
        super().put_cursor()
        self.box.selectAll()

    def _units(self, text: str) -> list[FinderLine]:
        hits = self._look(lambda: self._find(text), ())
        self._note_answer(text)
        return lines_of([hit for hit in hits if hit.register == "unit"])

    def _unit_by_no(self, text: str) -> UnitRow | None:
        unit = self._look(lambda: self._ask_unit(text), None)
        self._note_answer(text)
        return unit

    def _note_answer(self, text: str) -> None:
        self._unanswered = text.strip() if self._look.is_hindered else ""
        if self._unanswered:
            self._again.start()

    def _mean(self, unit: UnitRow | None) -> None:
        before, self._unit = self.unit_id, unit
        if self.unit_id != before:
            self.unit_changed.emit(self.unit_id)

    def _on_typed(self, text: str) -> None:
        if self._unit is not None and text.strip() != self._unit.unit_no:
            self._mean(None)
        self.edited.emit()

    def _on_chosen(self, hit: Hit) -> None:
        self.set_draft(hit.label)
        self.edited.emit()
        self.picked.emit()

    def _on_left(self) -> None:
        if not self.box.text().strip() or self._unit is not None:
            return
        if self._unanswered:
            self._on_again()
            return
        unit = self._unit_by_no(self.box.text())
        if unit is not None:
            self.set_draft(unit.unit_no)

    def _on_again(self) -> None:
        text = self.sought()
        if not text or self.box.hasFocus():  # there it is asked when the cursor leaves
            return
        unit = self._look(lambda: self.likeliest(text), None)
        self._note_answer(text)
        if unit is not None:
            self.set_draft(unit.unit_no)

    def _on_advance(self) -> None:
        self._on_left()
        self.advance_requested.emit()
