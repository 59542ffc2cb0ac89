"""移交财务: drawn up, printed, signed for with finance's own PIN (R-ORDER-15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from frontdesk.core.actor import PROGRAM, Actor
from frontdesk.forms.printers import PrinterChoice
from frontdesk.orders.register import NewLine, NewOrder
from frontdesk.staff.permissions import role_of
from ui.books.finance import WAITING, FinanceSection

if TYPE_CHECKING:
    from collections.abc import Callable

    from frontdesk.desk import Desk

PIN = "135790"


def paid(desk: Desk, fen: int, settlement: str = "cash", category: str = "repair") -> None:
    order = desk.orders.issue(NewOrder("下水堵塞", unit_no="3-2-1102", category=category))
    desk.orders.dispatch(order.id, "李建国", "工程部")
    desk.orders.arrive(order.id)
    desk.orders.finish(order.id, "通了", [NewLine("疏通", fen)])
    desk.orders.return_order(order.id, settlement, fen if settlement == "cash" else 0)


def act_as(desk: Desk, role: str) -> None:
    desk.context.actor = Actor(None, "周赟", role, role_of(role).permissions)


@pytest.fixture
def section(desk: Desk, show_section: Callable[[type[FinanceSection]], FinanceSection]) -> FinanceSection:
    paid(desk, 6000)
    paid(desk, 8050, "on_account", "housekeeping")
    clerk = desk.context.actor
    desk.context.actor = PROGRAM
    desk.staff.add_person("𬱖赟", "finance", PIN)
    desk.context.actor = clerk
    return show_section(FinanceSection)


def answer(section: FinanceSection, **typed: str) -> None:
    form = section.record._form
    assert form is not None
    for name, text in typed.items():
        form.editor(name).set_draft(text)
    section.record.confirm()


def facts(section: FinanceSection) -> dict[str, str]:
    record = section.record_of(section.chosen())
    assert record is not None
    return {fact.label: fact.text for fact in record.facts if fact.text}


def states(section: FinanceSection) -> list[str]:
    model = section.table.model()
    return [model.index(row, 6).data() for row in range(model.rowCount())]


def test_r_order_15_what_waits_stands_first_by_category_with_its_sum(section: FinanceSection) -> None:
    assert section.chosen() == WAITING
    told = facts(section)
    assert told["合计"] == "140.50 元  壹佰肆拾元伍角整"
    assert (told["现金"], told["签单"]) == ("1 张 60.00 元", "1 张 80.50 元")
    assert (told["报修"], told["家政"]) == ("1 张 60.00 元", "1 张 80.50 元")
    assert section.print_request() is None, "what is on no list has no paper"


def test_r_order_15_the_list_is_drawn_up_by_one_key_and_printed(
    section: FinanceSection, asked_printing: Any
) -> None:
    section.record.confirm()
    assert states(section) == ["待签收"]
    assert section.chosen() > 0
    section.print_chosen()
    (request,) = asked_printing.requests
    assert request.title == "收费服务单移交清单 2026-11-21 中班"
    assert request.make(PrinterChoice(), None).startswith(b"%PDF")


def test_r_order_15_finance_signs_at_the_clerks_window_with_its_own_pin(
    section: FinanceSection, desk: Desk
) -> None:
    clerk = desk.context.actor
    section.record.confirm()
    section.record.take("receive")
    form = section.record._form
    assert form is not None
    assert form.draft()["receiver"], "the only one in finance is proposed"
    form.editor("pin").box.setText("000000")
    section.record.confirm()
    assert "PIN 码不对" in form.faults()["pin"]
    form.editor("pin").box.setText(PIN)
    section.record.confirm()
    assert states(section) == ["已签收"]
    assert facts(section)["签收"].startswith("𬱖赟")
    assert desk.context.actor is clerk, "the clerk stays at the desk"


def test_r_order_15_a_difference_is_asked_for_and_stays_on_record(
    section: FinanceSection, desk: Desk
) -> None:
    section.record.confirm()
    act_as(desk, "finance")
    section.on_shown()
    record = section.record_of(section.chosen())
    assert record is not None
    assert [step.name for step in record.steps] == ["receive"], "finance withdraws nothing"
    section.record.take("receive")
    form = section.record._form
    assert form is not None
    assert form.editor("difference").isHidden() or not form.editor("difference").isVisible()
    answer(section, count="1")
    assert "清单 2 张，实收 1 张" in form.faults()["difference"]
    answer(section, difference="家政一联没带来")
    assert states(section) == ["有差异"]
    assert facts(section)["差异"] == "家政一联没带来"


def test_r_order_15_a_list_taken_back_stands_struck_through_and_its_orders_wait(
    section: FinanceSection, desk: Desk
) -> None:
    section.record.confirm()
    section.record.take("withdraw")
    answer(section, reason="少一张")
    assert states(section) == ["未开清单", "已收回"]
    assert len(desk.order_books.finance.waiting()) == 2


def test_a_lists_lines_open_their_orders(section: FinanceSection) -> None:
    opened: list[tuple[str, int]] = []
    section.open_requested.connect(lambda name, record_id: opened.append((name, record_id)))
    section.table.record_opened.emit(section.chosen())
    assert section.lines_table.hasFocus()
    section.lines_table.record_opened.emit(section.lines_table.current_id())
    assert opened == [("service_order", 1)]


def test_a_list_goes_to_a_sheet(section: FinanceSection, desk: Desk, tmp_path: Any) -> None:
    from openpyxl import load_workbook

    from frontdesk.exchange.export import ExportWish

    section.record.confirm()
    assert section.export_sources()
    act_as(desk, "supervisor")
    path = tmp_path / "list.xlsx"
    assert desk.order_books.finance.export(path, section.chosen(), ExportWish("对账")) == 2
    cells = list(load_workbook(path).active.iter_rows(values_only=True))
    assert (1, "报修", "FW2026-000001", "3-2-1102", "疏通", 60, "现金", None) in cells


def test_without_anybody_in_finance_the_clerk_is_not_asked_for_a_signature(
    desk: Desk, show_section: Callable[[type[FinanceSection]], FinanceSection]
) -> None:
    paid(desk, 6000)
    section = show_section(FinanceSection)
    section.record.confirm()
    record = section.record_of(section.chosen())
    assert record is not None
    assert [step.name for step in record.steps] == ["withdraw"]
