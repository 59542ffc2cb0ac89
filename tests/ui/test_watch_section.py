"""连号: the serial watch in its section (R-ORDER-14)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt

from frontdesk.core.actor import Actor, Permission
from frontdesk.forms.printers import PrinterChoice
from frontdesk.orders.register import NewOrder
from frontdesk.staff.permissions import role_of
from ui.books.watch import WatchSection

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

    ShowSection = Callable[[type[WatchSection]], WatchSection]


@pytest.fixture
def busy_days(desk: Desk, clock: FixedClock) -> Desk:
    """Yesterday an order, a void one and a lost number; today a blank and an order."""
    desk.orders.issue(NewOrder("厨房下水堵塞", unit_no="3-2-1102"))
    desk.orders.void(desk.orders.issue(NewOrder("灯不亮")).id, "客户取消")
    with desk.context.transaction(Permission.WRITE_ORDERS) as work:
        work.next_serial("service_order", "2026")
    clock.advance(timedelta(days=1))
    desk.order_books.blanks.take(1, "李㛃")
    desk.orders.issue(NewOrder("水龙头漏水", unit_no="8-3-2004"))
    return desk


@pytest.fixture
def section(busy_days: Desk, show_section: ShowSection) -> WatchSection:
    return show_section(WatchSection)


def facts(section: WatchSection) -> dict[str, str]:
    record = section.record_of(section.chosen())
    assert record is not None
    return {fact.label: fact.text for fact in record.facts}


def actions(section: WatchSection) -> dict[str, Any]:
    return {action.id: action for action in section.key_actions()}


def steps(section: WatchSection) -> list[str]:
    record = section.record_of(section.chosen())
    return [step.name for step in record.steps] if record else []


def test_r_order_14_each_day_says_the_auditors_line_and_who_has_to_answer(section: WatchSection) -> None:
    model = section.table.model()
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["11-22", "11-21"]
    assert [model.index(0, column).data() for column in range(8)] == [
        "11-22", "0004–0005", "2", "1", "0", "0", "1", "缺号待查",
    ]  # fmt: skip
    assert facts(section)["审计"] == "0004–0005 不连续，作废 0，补打 0，缺 1"
    assert facts(section)["缺号"] == "FW2026-000003 （无人跟进）"
    lines = section.lines_table.model()
    told = [(lines.index(row, 0).data(), lines.index(row, 1).data()) for row in range(lines.rowCount())]
    assert told == [
        ("缺号", "FW2026-000003"),
        ("未返单", "FW2026-000005"),
        ("空白", "FW2026-000004"),
        ("以前未返", "FW2026-000001"),
    ]


def test_r_order_14_a_missing_number_is_followed_handed_on_and_found_by_keys(
    section: WatchSection, busy_days: Desk, qtbot: QtBot
) -> None:
    assert section.record.main_step().name == "list_missing"
    section.record.confirm()
    form = section.record._form
    assert form is not None
    assert form.draft()["serial"] == "FW2026-000003", "the one that nobody follows is proposed"
    form.editor("followed_by").set_draft("赵䶮")
    section.record.confirm()
    (row,) = busy_days.order_books.watch.missing()
    assert row.followed_by == "赵䶮"
    assert steps(section) == ["list_missing", "follow", "settle"]
    assert section.table.hasFocus()
    section.record.take("follow")
    section.record._form.editor("followed_by").set_draft("王喆")
    section.record.confirm()
    assert busy_days.order_books.watch.missing()[0].followed_by == "王喆"
    section.record.take("settle")
    section.record.confirm()
    assert facts(section)["缺号"].startswith("FW2026-000003")
    assert "已找到" in busy_days.order_books.watch.watch(busy_days.context.clock.today()).missing[0].note


def test_r_order_14_f6_goes_from_days_to_months_and_years(section: WatchSection) -> None:
    for first_cell, label in (("11 月", "按年看"), ("2026", "按日看"), ("11-22", "按月看")):
        actions(section)["turn"].run()
        assert section.table.model().index(0, 0).data() == first_cell
        assert actions(section)["turn"].label == label
    actions(section)["month_before"].run()
    assert section.table.model().rowCount() == 0
    assert section.chosen() == 0
    actions(section)["month_after"].run()
    assert section.table.model().rowCount() == 2


def test_f_order_day_prints_what_is_chosen(section: WatchSection, asked_printing: Any) -> None:
    actions(section)["print"].run()
    assert asked_printing.requests[-1].title == "服务单日统计 2026-11-22"
    actions(section)["turn"].run()
    actions(section)["print"].run()
    assert asked_printing.requests[-1].title == "服务单日统计 2026 年 11 月"
    assert asked_printing.requests[-1].make(PrinterChoice(), None).startswith(b"%PDF")


def test_enter_goes_to_the_lines_and_from_a_line_to_its_order(section: WatchSection, qtbot: QtBot) -> None:
    qtbot.keyClick(section.table, Qt.Key.Key_Return)
    assert section.lines_table.hasFocus()
    opened: list[tuple[str, int]] = []
    section.open_requested.connect(lambda name, record_id: opened.append((name, record_id)))
    qtbot.keyClick(section.lines_table, Qt.Key.Key_Return)
    assert opened == [], "a number without an order has nothing to open"
    qtbot.keyClick(section.lines_table, Qt.Key.Key_Down)
    qtbot.keyClick(section.lines_table, Qt.Key.Key_Return)
    assert opened == [("service_order", 4)]
    assert section.go_back()
    assert section.table.hasFocus()
    assert not section.go_back()


def test_a_day_opens_all_its_orders_in_their_own_page(section: WatchSection) -> None:
    opened: list[tuple[str, Any]] = []
    section.rows_requested.connect(lambda name, picked: opened.append((name, picked)))
    actions(section)["rows"].run()
    ((name, picked),) = opened
    assert (name, picked.label, picked.ids) == ("service_order", "2026-11-22", (4, 3))


def test_finance_reads_the_watch_and_changes_nothing(section: WatchSection, busy_days: Desk) -> None:
    busy_days.context.actor = Actor(None, "周赟", "finance", role_of("finance").permissions)
    section.on_shown()
    assert steps(section) == []
    assert "print" not in actions(section)
    assert "export" not in actions(section)
    busy_days.context.actor = Actor(None, "曾㛃", "supervisor", role_of("supervisor").permissions)
    actions(section)["export"].run()
    assert section.record.is_asking()
    assert section.go_back()
    assert not section.record.is_asking()
    assert facts(section)["审计"].startswith("0004–0005")


def test_a_low_section_shows_one_table_at_a_time(section: WatchSection, qtbot: QtBot) -> None:
    section.resize(460, 300)
    assert section.list_card.isVisible()
    assert not section.lines_card.isVisible()
    qtbot.keyClick(section.table, Qt.Key.Key_Return)
    assert section.lines_card.isVisible()
    assert not section.list_card.isVisible()
    assert section.go_back()
    assert section.list_card.isVisible()
