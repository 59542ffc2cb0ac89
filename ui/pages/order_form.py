"""The form of a new order that no call came before: asked for at the desk, by letter, from above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal

from frontdesk.orders.register import ORDER, NewOrder
from ui.register.attempt import LookUp, attempt
from ui.register.draft_keeper import DraftKeeper
from ui.register.entry_form import EntryForm
from ui.shortcuts import shortcut
from ui.widgets.buttons import PlainButton, PrimaryButton
from ui.widgets.containers import Card
from ui.widgets.unit_box import UnitEditor

if TYPE_CHECKING:
    from frontdesk.desk import Desk

FIELDS = tuple(
    map(
        ORDER.field,
        (
            "unit_no", "customer", "telephone", "content", "category", "channel", "urgent", "at_once",
            "appointment_at", "appointment_until", "expected_cost", "materials", "remarks",
        ),
    )
)  # fmt: skip
_USUAL = {"category": "repair", "channel": "counter"}
_LETTERS = {
    "unit_no": "F",
    "customer": "R",
    "telephone": "H",
    "content": "Y",
    "category": "L",
    "channel": "S",
}


class OrderForm(Card):
    """Asks for a new order; `issue_requested` carries a `NewOrder`."""

    unit_changed = Signal(object)
    issue_requested = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__("新服务单")
        self._desk = desk
        self._unit = UnitEditor(ORDER.field("unit_no"), desk.finder.find, desk.estate.unit_by_no)
        self._unit.unit_changed.connect(self._on_unit)
        self.form = EntryForm(
            FIELDS,
            desk.context.clock,
            own_editors={"unit_no": lambda _field: self._unit},
            phrases=desk.phrases,
            letters=_LETTERS,
            reserved="K",
            name="新服务单",
        )
        self._look = LookUp(self.form.say_hindered)
        self.draft = DraftKeeper(desk, "order", self.form, _USUAL)
        button = PrimaryButton("开单", shortcut("save").shown, "orders")
        button.clicked.connect(self.save)
        clear = PlainButton("清空", shortcut("clear").shown)
        clear.clicked.connect(self.draft.clear)
        self.add_to_head(clear)
        self.body.addWidget(self.form, 1)
        self.body.addWidget(button)
        self.form.end_reached.connect(button.setFocus)

    def put_cursor(self) -> None:
        """Go to the room."""
        self.form.put_cursor()

    def unit_id(self) -> int | None:
        """The unit that is meant."""
        return self._unit.unit_id

    def is_empty(self) -> bool:
        """Whether nothing is typed but what stands there at first."""
        return not self.draft.typed()

    def save(self) -> None:
        """Emit what is typed; a refusal is shown in its place."""
        attempt(self._new_order, self.issue_requested.emit, self.form.show_refusal, self.form.notice.say)

    def _new_order(self) -> NewOrder:
        self._unit.settle()
        values: dict[str, Any] = {
            name: value for name, value in self.form.values().items() if value is not None
        }
        return NewOrder(**{"content": "", **values}, unit_id=self._unit.unit_id, draft_id=self.draft.draft_id)

    def _on_unit(self, unit_id: int | None) -> None:
        if unit_id is not None and not self.form.draft().get("customer"):
            household = self._look(lambda: self._desk.estate.household(unit_id), None)
            if household is not None and household.heading:
                self.form.fill("customer", household.heading)
        self.unit_changed.emit(unit_id)
