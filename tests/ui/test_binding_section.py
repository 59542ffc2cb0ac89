"""装订: what hinders a month, the volume with its cover, what is kept (R-ORDER-15, R-ORDER-17)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from frontdesk.core.actor import PROGRAM, Actor
from frontdesk.forms.printers import PrinterChoice
from frontdesk.orders.register import NewOrder
from frontdesk.staff.permissions import role_of
from ui.books.binding import BindingSection

if TYPE_CHECKING:
    from collections.abc import Callable

    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk


def act_as(desk: Desk, role: str) -> None:
    desk.context.actor = Actor(None, "周赟", role, role_of(role).permissions)


@pytest.fixture
def section(
    desk: Desk, clock: FixedClock, show_section: Callable[[type[BindingSection]], BindingSection]
) -> BindingSection:
    """November with a void order and one that never came back; it is December."""
    desk.orders.void(desk.orders.issue(NewOrder("灯不亮")).id, "客户取消")
    desk.orders.issue(NewOrder("厨房下水堵塞", unit_no="3-2-1102"))
    clock.advance(timedelta(days=10))
    return show_section(BindingSection)


def answer(section: BindingSection, **typed: str) -> None:
    form = section.record._form
    assert form is not None
    for name, text in typed.items():
        form.editor(name).set_draft(text)
    section.record.confirm()


def cells(section: BindingSection) -> list[list[str]]:
    model = section.table.model()
    return [[model.index(row, column).data() for column in (0, 1, 5)] for row in range(model.rowCount())]


def bound(section: BindingSection) -> None:
    desk = section.desk
    clerk, desk.context.actor = desk.context.actor, PROGRAM
    desk.orders.void(2, "客户搬走")
    desk.context.actor = clerk
    section.refresh()
    section.record.confirm()
    answer(section)


def test_r_order_15_what_hinders_a_month_is_listed_and_opened(section: BindingSection) -> None:
    assert cells(section) == [["2026 年 11 月", "", "差 1 张"]]
    assert section.record.main_step() is None, "what cannot be bound yet is not the next step"
    lines = section.lines_table.model()
    assert lines.index(0, 2).data() == "待派工 3-2-1102 厨房下水堵塞"
    opened: list[tuple[str, int]] = []
    section.open_requested.connect(lambda name, record_id: opened.append((name, record_id)))
    section.table.record_opened.emit(section.chosen())
    section.lines_table.record_opened.emit(section.lines_table.current_id())
    assert opened == [("service_order", 2)]
    section.record.take("bind")
    answer(section)
    assert "FW2026-000002" in section.record._form.faults()[""]


def test_r_order_15_a_whole_month_is_bound_with_its_cover(
    section: BindingSection, asked_printing: Any, desk: Desk
) -> None:
    bound(section)
    assert cells(section) == [["2026 年 11 月", "第 1 册", "已装订"]]
    assert section.chosen() == 1
    section.record.confirm()
    (request,) = asked_printing.requests
    assert request.title == "服务单装订封面 2026 年 11 月 第 1 册"
    assert request.make(PrinterChoice(), None).startswith(b"%PDF")
    lines = section.lines_table.model()
    assert [lines.index(row, 1).data() for row in range(lines.rowCount())] == [
        "FW2026-000001",
        "FW2026-000002",
    ]
    assert [lines.index(row, 0).data() for row in range(lines.rowCount())] == ["作废", "作废"]


def test_an_order_in_a_volume_is_said_to_be_bound(
    desk: Desk, clock: FixedClock, show_section: Callable[[type[BindingSection]], BindingSection]
) -> None:
    order = desk.orders.issue(NewOrder("灯不亮"))
    desk.orders.dispatch(order.id, "李建国")
    desk.orders.arrive(order.id)
    desk.orders.finish(order.id, "好了")
    desk.orders.return_order(order.id)
    clock.advance(timedelta(days=10))
    section = show_section(BindingSection)
    words = []
    for _look in ("waiting", "bound"):
        words.append(section.lines_table.model().index(0, 0).data())
        section.record.confirm()
        if section.record.is_asking():
            answer(section)
    assert words == ["已返单", "已装订"]


def test_a_volume_opens_all_its_orders_in_their_own_page(section: BindingSection) -> None:
    bound(section)
    opened: list[Any] = []
    section.rows_requested.connect(lambda _name, picked: opened.append(picked))
    section.open_rows()
    assert [(picked.label, picked.ids) for picked in opened] == [("2026 年 11 月 第 1 册", (2, 1))]


def test_r_order_17_a_young_volume_is_not_given_up(
    section: BindingSection, desk: Desk, clock: FixedClock
) -> None:
    bound(section)
    names = [step.name for step in section.record_of(section.chosen()).steps]
    assert names == ["print"], "a clerk gives nothing up"
    act_as(desk, "supervisor")
    section.on_shown()
    section.record.take("archive")
    answer(section, reason="送档案室")
    assert "到 2031-11-30 为止不能移出" in section.record._form.faults()[""]
    assert section.go_back()
    clock.put(datetime(2031, 12, 1, 9, tzinfo=clock.local(clock.now()).tzinfo))
    section.refresh()
    assert cells(section)[0][2] == "满期"
    section.record.take("archive")
    answer(section, reason="送档案室")
    assert cells(section)[0][2] == "已移出"
    assert [step.name for step in section.record_of(section.chosen()).steps] == ["print"]


def test_a_volume_is_taken_apart_by_a_supervisor_with_a_reason(section: BindingSection, desk: Desk) -> None:
    bound(section)
    act_as(desk, "supervisor")
    section.on_shown()
    section.record.take("unbind")
    answer(section, reason="漏了一张")
    assert cells(section) == [["2026 年 11 月", "", "待装订"]]
