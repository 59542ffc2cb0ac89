"""洗衣: the list of what was taken, its steps, its paper, and what is late (F-LAUNDRY, R-ORDER-20)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pypdfium2 import PdfDocument
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from frontdesk.laundry.register import NewGarment, NewTicket
from frontdesk.orders.register import NewOrder
from ui.books.laundry import LaundryPage
from ui.facts import DeskFacts
from ui.register.register_section import RegisterSection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk
    from ui.tasks import TaskRunner

RETURN = date(2026, 11, 23)


@pytest.fixture
def page(desk: Desk, asked_printing: Any, tasks: TaskRunner, qtbot: QtBot) -> Iterator[LaundryPage]:
    """Two coats of 张㛃, to be back on 11-23; it is 11-21."""
    order = desk.orders.issue(NewOrder("收洗衣服", unit_no="3-2-1102", customer="张㛃", category="laundry"))
    desk.laundry.receive(
        NewTicket(order.id, (NewGarment("羊毛大衣", "左袖口起球"), NewGarment("西装")), RETURN, price=9800)
    )
    section = RegisterSection(LaundryPage(desk, asked_printing, tasks))
    qtbot.addWidget(section)
    section.resize(900, 620)
    with qtbot.waitExposed(section):
        section.show()
    section.activateWindow()
    section.on_shown()
    section.put_cursor()
    desk.context.subscribe(section.on_changed)
    yield section.page  # type: ignore[misc]
    section.close()


def cells(page: LaundryPage) -> list[str]:
    model = page.panel.model
    return [model.index(0, column).data() for column in range(model.columnCount())]


def answer(page: LaundryPage, **typed: str) -> None:
    form = page.record._form
    assert form is not None
    for name, text in typed.items():
        form.editor(name).set_draft(text)
    page.record.confirm()


def test_r_order_20_a_ticket_goes_its_way_by_one_key(page: LaundryPage, desk: Desk) -> None:
    """R-ORDER-20."""
    assert cells(page)[-1] == "待送洗"
    facts = {fact.label: fact.text for fact in page.record._record.facts}
    assert facts["1-1"] == "羊毛大衣  左袖口起球"
    page.record.confirm()
    answer(page, laundry="高洁公司", signed_by="老喆")
    assert cells(page)[-1] == "洗涤中"
    assert "void" not in [step.name for step in page.record._steps()], "the garments are away"
    page.record.confirm()
    answer(page, count="2")
    page.record.confirm()
    page.record._form.fill("satisfaction", "satisfied")
    page.record.confirm()
    ticket = desk.laundry.get(1)
    assert (ticket.state, ticket.satisfaction, ticket.laundry) == ("handed", "satisfied", "高洁公司")
    assert page.record.main_step() is None


def test_r_order_20_what_is_late_stands_out_and_is_counted_at_the_tab(
    page: LaundryPage, desk: Desk, clock: FixedClock
) -> None:
    """R-ORDER-20."""
    facts = DeskFacts()
    facts.desk = desk
    before = facts.due()["order_books"]
    clock.advance(timedelta(days=2))
    assert facts.due()["order_books"] == before + 1, "it is due today"
    clock.advance(timedelta(days=1))
    page.refresh()
    assert page.record.notice.text().startswith("说好的归还日期已过 1 天")
    desk.laundry.send(1, "高洁公司")
    desk.laundry.take_back(1, 2)
    desk.laundry.hand_over(1, "satisfied")
    assert facts.due()["order_books"] == before


def test_the_ticket_and_the_register_go_on_paper(
    page: LaundryPage, desk: Desk, asked_printing: Any, qtbot: QtBot
) -> None:
    actions = {action.id: action for action in page.key_actions()}
    actions["print"].run()
    actions["print_listed"].run()
    ticket, register = asked_printing.requests
    assert ticket.title == "洗衣收据 XY2026-000001"
    assert ticket.count is not None, "a second copy is a 补打"
    with PdfDocument(register.make(None, Quiet())) as pdf:
        text = pdf[0].get_textpage().get_text_range()
    assert "羊毛大衣" in text
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    opened: list[tuple[str, int]] = []
    page.open_requested.connect(lambda name, record_id: opened.append((name, record_id)))
    page.record.take("open")
    assert opened == [("service_order", 1)]


class Quiet:
    """A job that nobody stops."""

    def progress(self, _done: int, _total: int) -> None: ...

    def cancelled(self) -> bool:
        return False
