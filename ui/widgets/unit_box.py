"""The unit field of each form: the finder in small. A room that the estate does not have is kept as said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal

from ui.register.attempt import LookUp
from ui.register.editors import Editor
from ui.widgets.finder_box import FinderBox
from ui.widgets.finder_model import FinderLine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from frontdesk.core.fields import Field
    from frontdesk.estate.register import Hit, UnitRow

AGAIN_MS = 2_000  # after a look-up that got no answer
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
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self._on_again)
        self._find, self._ask_unit = find, unit_by_no
        self._unit: UnitRow | None = None
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
        return lines_of([hit for hit in hits if hit.register == "unit"])

    def _unit_by_no(self, text: str) -> UnitRow | None:
        unit = self._look(lambda: self._ask_unit(text), None)
        if self._look.is_hindered:
            self._again.start()
        return unit

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
        self.advance_requested.emit()

    def _on_left(self) -> None:
        unit = self._unit_by_no(self.box.text()) if self.box.text().strip() and self._unit is None else None
        if unit is not None:
            self.set_draft(unit.unit_no)

    def _on_again(self) -> None:
        if not self.box.hasFocus():  # else it is asked when the cursor leaves
            self._on_left()

    def _on_advance(self) -> None:
        self._on_left()
        self.advance_requested.emit()
