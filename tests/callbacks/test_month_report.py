"""The month in numbers; every line names the orders behind it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from frontdesk.callbacks.register import NewCallback
from frontdesk.callbacks.report import month_before
from frontdesk.core.actor import Actor
from frontdesk.core.errors import NotAllowedError
from frontdesk.exchange.export import ExportWish
from frontdesk.orders.register import NewLine, NewOrder
from frontdesk.staff.permissions import role_of

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

NOVEMBER = date(2026, 11, 1)
MINUTE = timedelta(minutes=1)


def act_as(desk: Desk, role: str) -> None:
    desk.context.actor = Actor(77, f"某{role}", role, role_of(role).permissions)


@pytest.fixture
def month(desk: Desk, clock: FixedClock) -> list[int]:
    """Two finished repairs of 10 + 20 minutes' way, one of them dissatisfied at first, and an open order."""
    ids = []
    for minutes, attitude in ((10, "dissatisfied"), (20, "satisfied")):
        order = desk.orders.issue(NewOrder("换锁"))
        desk.orders.dispatch(order.id, "马㛃", "工程部")
        clock.advance(minutes * MINUTE)
        desk.orders.arrive(order.id)
        clock.advance(30 * MINUTE)
        desk.orders.finish(order.id, "好了", [NewLine("锁", 4500)])
        row = desk.callbacks.record(order.id, NewCallback("satisfied", "fair", attitude))
        if row.bad:
            desk.callbacks.refer(row.id, "道歉")
            clock.advance(MINUTE)
            desk.callbacks.record(order.id, NewCallback("satisfied", "satisfied", "satisfied"))
        ids.append(order.id)
    ids.append(desk.orders.issue(NewOrder("剪枝", category="gardening")).id)
    desk.orders.void(desk.orders.issue(NewOrder("写错")).id, "写错")
    act_as(desk, "supervisor")
    return ids


def test_a_month_counts_orders_money_time_and_satisfaction(desk: Desk, month: list[int]) -> None:
    repairs, garden = desk.month_report.lines(NOVEMBER, "category")
    assert (repairs.name, repairs.orders, repairs.finished, repairs.amount) == ("报修", 2, 2, 9000)
    assert (repairs.to_arrive, repairs.to_finish) == (15, 45)
    assert (repairs.asked, repairs.satisfied) == (2, 1)
    assert repairs.order_ids == tuple(month[:2])
    assert (garden.name, garden.orders, garden.to_arrive, garden.order_ids) == ("绿化", 1, None, (month[2],))


def test_every_grouping_has_the_same_orders(desk: Desk, month: list[int]) -> None:
    for grouping in ("category", "department", "service_person"):
        lines = desk.month_report.lines(NOVEMBER, grouping)
        assert sorted(number for line in lines for number in line.order_ids) == month
    people = [line.name for line in desk.month_report.lines(NOVEMBER, "service_person")]
    assert people == ["马㛃", "（未填）"]
    assert desk.month_report.lines(date(2026, 10, 5), "category") == []


def test_the_month_goes_out_as_a_sheet(desk: Desk, month: list[int], tmp_path: Path) -> None:
    assert desk.month_report.export(tmp_path / "m.xlsx", NOVEMBER, ExportWish("月报")) == 9
    book = load_workbook(tmp_path / "m.xlsx")
    assert book.sheetnames == ["服务类别", "服务部门", "服务人员"]
    sheet = book["服务类别"]
    row = [cell.value for cell in sheet[4]][:5]
    assert row == ["服务类别", "报修", 2, 2, 90]
    for each in book:
        last = each[6]
        assert [cell.value for cell in last][:5] == [each.title, "合计", 3, 2, 90]
        assert last[9].value == 50
        charts = each._charts
        assert [chart.series[0].val.numRef.f for chart in charts] == [
            f"'{each.title}'!$C$4:$C$5",
            f"'{each.title}'!$E$4:$E$5",
        ], "the total is no bar"


def test_the_report_is_for_those_who_read_reports(desk: Desk, month: list[int]) -> None:
    act_as(desk, "clerk")
    with pytest.raises(NotAllowedError):
        desk.month_report.lines(NOVEMBER, "category")


def test_every_total_names_the_orders_behind_it(desk: Desk, month: list[int]) -> None:
    sheet = desk.month_report.sheet(NOVEMBER, "department")
    assert sheet.total.behind == {
        "orders": tuple(month),
        "finished": tuple(month[:2]),
        "amount": tuple(month[:2]),
        "to_arrive": tuple(month[:2]),
        "to_finish": tuple(month[:2]),
        "asked": tuple(month[:2]),
        "satisfied": (month[1],),
        "satisfaction": tuple(month[:2]),
    }
    for name, ids in sheet.total.behind.items():
        assert sorted(number for line in sheet.lines for number in line.behind[name]) == list(ids)
        if name in ("orders", "finished", "asked", "satisfied"):
            assert getattr(sheet.total, name) == len(ids)
    assert sheet.total.satisfaction == 50


def test_the_course_has_a_total_for_each_of_twelve_months(
    desk: Desk, clock: FixedClock, month: list[int]
) -> None:
    clock.advance(timedelta(days=20))
    act_as(desk, "clerk")
    desk.orders.issue(NewOrder("十二月的"))
    act_as(desk, "supervisor")
    course = desk.month_report.course(date(2026, 12, 31))
    assert [sheet.month for sheet in course] == [
        month_before(date(2026, 12, 9), n) for n in range(11, -1, -1)
    ]
    assert [sheet.total.orders for sheet in course] == [0] * 10 + [3, 1]
    assert course[-2].total == desk.month_report.sheet(NOVEMBER, "category").total


def test_months_are_counted_over_the_year_s_end() -> None:
    assert month_before(date(2026, 1, 31), 1) == date(2025, 12, 1)
    assert month_before(date(2026, 12, 31), -1) == date(2027, 1, 1)
    assert month_before(date(2026, 3, 31), 12) == date(2025, 3, 1)
