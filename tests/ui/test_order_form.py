"""The form of a new order: its charges come from the list of the day, and their sum is the expected cost."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from frontdesk.core.actor import PROGRAM
from frontdesk.estate.register import NewResident, NewUnit
from frontdesk.orders.register import NewLine, NewOrder
from frontdesk.prices.register import NewPrice
from ui.pages.order_form import OrderForm

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from frontdesk.desk import Desk


def test_r_order_4_charges_are_agreed_while_the_order_is_typed(desk: Desk, qtbot: QtBot) -> None:
    """R-ORDER-4, R-ORDER-7: found by initials, with the price of the day."""
    clerk, desk.context.actor = desk.context.actor, PROGRAM
    desk.prices.begin_revision()
    desk.prices.add_line(NewPrice("更换角阀", 3500, "只"))
    desk.prices.publish(date(2026, 7, 1))
    desk.context.actor = clerk
    form = OrderForm(desk)
    qtbot.addWidget(form)
    form.resize(380, 640)
    with qtbot.waitExposed(form):
        form.show()
    form.activateWindow()
    form.form.fill("content", "角阀漏水")
    form.put_cursor("lines")
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClicks(focus, "ghjf")
    qtbot.keyClick(focus, Qt.Key.Key_Return)
    quantity = QApplication.focusWidget()
    assert quantity is not None
    qtbot.keyClicks(quantity, "2")
    asked: list[NewOrder] = []
    form.issue_requested.connect(asked.append)
    form.save()
    assert asked[0].lines == (NewLine("更换角阀", 3500, 2000, "只", 1),)
    order = desk.orders.issue(asked[0])
    assert (order.expected_cost, order.due_amount) == (7000, 0)
    assert "lines" in form.draft.typed()
    form.draft.clear()
    assert form.is_empty()
    form.draft.restore()
    assert [line.item for line in form.typed_values()["lines"]] == ["更换角阀"]


def test_the_customer_comes_with_the_room_and_goes_with_it_unless_somebody_typed_one(
    desk: Desk, qtbot: QtBot
) -> None:
    clerk, desk.context.actor = desk.context.actor, PROGRAM
    for room, name in (("3-2-1102", "张㛃"), ("8-3-2004", "王𬱖")):
        desk.estate.add_resident(NewResident(desk.estate.add_unit(NewUnit(room)).id, name, "owner"))
    desk.context.actor = clerk
    card = OrderForm(desk)
    qtbot.addWidget(card)
    seen = []
    for room in ("3-2-1102", "8-3-2004"):
        card.form.fill("unit_no", room)
        seen.append(card.form.draft()["customer"])
    assert seen == ["张㛃", "王𬱖"]
    card.form.fill("customer", "保姆")
    card.form.fill("unit_no", "3-2-1102")
    assert card.form.draft()["customer"] == "保姆"
