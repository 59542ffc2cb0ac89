"""The form of a new order that no call came before: asked for at the desk, by letter, from above."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from frontdesk.core.fields import Field, Kind
from frontdesk.orders.register import ORDER, NewOrder
from ui.orders.customer import CustomerFiller
from ui.register.attempt import LookUp
from ui.register.entry_form import EntryForm
from ui.register.new_record import NewRecordCard
from ui.register.repeat_notice import RepeatNotice
from ui.shortcuts import shortcut
from ui.widgets.buttons import PrimaryButton
from ui.widgets.price_lines import PriceLinesEditor
from ui.widgets.unit_box import UnitEditor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.desk import Desk
    from frontdesk.prices.register import PriceRow

_ASKED = (
    "unit_no", "customer", "telephone", "content", "category", "channel", "urgent", "at_once",
    "appointment_at", "appointment_until",
)  # fmt: skip
_CHARGES = Field("lines", "说定的收费项目", Kind.LONG_TEXT)
_COST = replace(ORDER.field("expected_cost"), hint="空着 = 收费项目合计")
FIELDS = (*map(ORDER.field, _ASKED), _CHARGES, _COST, *map(ORDER.field, ("materials", "remarks")))
_USUAL = {"category": "repair", "channel": "counter"}
LETTERS = {
    "unit_no": "F",
    "customer": "R",
    "telephone": "H",
    "content": "Y",
    "category": "L",
    "channel": "S",
}


class OrderForm(NewRecordCard):
    """Asks for a new order; `issue_requested` carries a `NewOrder`."""

    issue_requested = Signal(object)
    remind_requested = Signal(int, str)  # the order's id, what was typed so far
    save_word = "开单"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        unit = UnitEditor(ORDER.field("unit_no"), desk.finder.find, desk.estate.unit_by_no)
        form = EntryForm(
            FIELDS,
            desk.context.clock,
            own_editors={
                "unit_no": lambda _field: unit,
                "lines": lambda field: PriceLinesEditor(field, self._prices, self._category),
            },
            phrases=desk.phrases,
            letters=LETTERS,
            reserved="K",
            name="新服务单",
        )
        super().__init__("新服务单", desk, form, "order", usual=_USUAL, unit=unit)
        self._look = LookUp(form.say_hindered)
        self._customer = CustomerFiller(desk, self._look)
        self._customer.follow(form)
        self.repeat = RepeatNotice(desk, self._look)
        self.repeat.action_requested.connect(self.remind)
        form.edited.connect(self._show_repeat)
        self.draft.changed.connect(self._show_repeat)
        unit.unit_changed.connect(self._on_unit)
        button = PrimaryButton("开单", shortcut("save").shown, "orders")
        button.clicked.connect(self.save)
        self.body.addWidget(form, 1)
        self.body.addWidget(self.repeat)
        self.body.addWidget(button)
        form.end_reached.connect(button.setFocus)

    def save(self) -> None:
        """Emit what is typed; a refusal is shown in its place."""
        self.wish(self._new_order, self.issue_requested.emit)

    def remind(self) -> None:
        """Ask for a reminder of the order that is shown, in the words typed so far."""
        matter = self.repeat.matter()
        if matter is not None:
            self.remind_requested.emit(matter.order_id, self._content())

    def _content(self) -> str:
        return self.form.draft().get("content", "")

    def _show_repeat(self) -> None:
        self.repeat.show_text(self._content())

    def _prices(self) -> Sequence[PriceRow]:
        return self._desk.prices.items_on(self._desk.context.clock.today())

    def _category(self) -> str:
        return self.form.draft().get("category", "")

    def _new_order(self) -> NewOrder:
        values = {"content": "", **self.typed_values()}
        return NewOrder(**values, unit_id=self.unit_id())

    def _on_unit(self, unit_id: int | None) -> None:
        self._customer.show_unit(unit_id)
        self.repeat.show_unit(unit_id)
        self.unit_changed.emit(unit_id)
