"""The serial watch: no number is lost, and a missing one has somebody who follows it (R-ORDER-14)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.order_books.register import ORDER_DAY
from frontdesk.orders.register import NewOrder

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

TODAY = date(2026, 11, 21)
TOMORROW = date(2026, 11, 22)


def test_r_order_14_the_auditors_line(desk: Desk, issued, returned) -> None:
    orders = [issued() for _ in range(5)]
    returned()
    desk.orders.void(orders[1].id, "客户取消")
    for _ in range(3):
        desk.orders.record_print(orders[2].id)
    watch = desk.order_books.watch.watch(TODAY)
    assert watch.sentence == "0001–0006 连续，作废 1，补打 2，缺 0"
    assert (watch.issued, watch.finished, len(watch.not_returned)) == (6, 1, 4)
    assert watch.void[0].told == "客户取消"
    assert (watch.reprinted[0].serial, watch.reprinted[0].told) == (orders[2].serial, "2 次")
    assert watch.not_returned[0].told == "3-2-1102 待派工"


def test_r_order_14_each_blank_says_who_has_it(desk: Desk) -> None:
    """R-ORDER-13, R-ORDER-14: until it comes back."""
    run = desk.order_books.blanks.take(2, "李㛃")
    desk.order_books.blanks.take(1)
    assert [line.told for line in desk.order_books.watch.watch(TODAY).blank] == [
        "在李㛃手里",
        "在李㛃手里",
        "在前台",
    ]
    desk.order_books.blanks.give_back(run.id, 2)
    assert {line.told for line in desk.order_books.watch.watch(TODAY).blank} == {"在前台"}


def test_r_order_14_a_day_without_an_order_says_so(desk: Desk) -> None:
    assert desk.order_books.watch.watch(TODAY).sentence == "没有开单，作废 0，补打 0，缺 0"


def test_r_order_14_a_number_without_an_order_is_missing_until_it_is_followed_and_after(
    desk: Desk, issued, lose
) -> None:
    watch = desk.order_books.watch
    issued()
    lose()
    issued()
    lose(2)
    assert watch.watch(TODAY).sentence == "0001–0003 不连续，作废 0，补打 0，缺 3"
    assert watch.unfollowed() == ["FW2026-000002", "FW2026-000004", "FW2026-000005"]
    row = watch.list_missing("fw2026-000002", "王喆", "打印机卡纸时丢失")
    assert (row.followed_by, row.number) == ("王喆", 2)
    assert watch.unfollowed() == ["FW2026-000004", "FW2026-000005"]
    assert [one.followed_by for one in watch.watch(TODAY).missing] == ["王喆", "", ""]
    watch.settle_missing(row.id, "找到，已随当日第一联装订")
    assert watch.watch(TODAY).missing[0].note == "找到，已随当日第一联装订"


def test_r_order_14_a_listed_order_ends_to_be_missing_when_it_comes_back(desk: Desk, issued) -> None:
    watch, order = desk.order_books.watch, issued()
    desk.orders.dispatch(order.id, "李建国")
    watch.list_missing(order.serial, "王喆")
    assert watch.watch(TODAY).sentence == "0001 不连续，作废 0，补打 0，缺 1"
    watch.list_missing(order.serial, "赵䶮", "夜班接手")
    assert [row.followed_by for row in watch.missing()] == ["赵䶮"]
    desk.orders.arrive(order.id)
    desk.orders.finish(order.id, "通了")
    desk.orders.return_order(order.id)
    assert watch.missing() == []
    with pytest.raises(RefusedError, match="不是缺号"):
        watch.list_missing(order.serial, "王喆")


def test_r_order_14_a_settled_number_can_go_missing_again(desk: Desk, issued) -> None:
    watch, order = desk.order_books.watch, issued()
    row = watch.list_missing(order.serial, "王喆")
    with pytest.raises(RefusedError, match="下落"):
        watch.settle_missing(row.id, " ")
    watch.settle_missing(row.id, "夹在别的册里")
    assert watch.missing() == []
    with pytest.raises(RefusedError, match="已经有了下落"):
        watch.settle_missing(row.id, "又找到")
    assert watch.list_missing(order.serial, "赵䶮").id == row.id
    assert len(watch.missing()) == 1


@pytest.mark.parametrize(
    ("serial", "person", "field"), [("FW2026-000009", "甲", "serial"), ("FW2026-000001", " ", "followed_by")]
)
def test_r_order_14_only_a_number_that_was_taken_is_missing_and_with_somebody(
    desk: Desk, issued, serial: str, person: str, field: str
) -> None:
    issued()
    with pytest.raises(RefusedError) as refused:
        desk.order_books.watch.list_missing(serial, person)
    assert (refused.value.field, refused.value.rule) == (field, "R-ORDER-14")


def test_r_order_14_a_missing_number_is_due_with_whoever_follows_it(
    desk: Desk, issued, clock: FixedClock
) -> None:
    watch, order = desk.order_books.watch, issued()
    watch.list_missing(order.serial, "王喆")
    (item,) = watch.due(clock.now())
    assert (item.who, item.since) == ("王喆", clock.now())
    assert clock.local(item.due_at) == datetime(2026, 11, 22, tzinfo=clock.local(clock.now()).tzinfo)


def test_r_order_14_what_earlier_days_left_open_stands_on_the_days_sheet(
    desk: Desk, issued, clock: FixedClock
) -> None:
    old = issued()
    clock.advance(timedelta(days=1))
    issued()
    watch = desk.order_books.watch.watch(TOMORROW)
    assert [line.serial for line in watch.earlier_not_returned] == [old.serial]
    assert watch.sentence == "0002 连续，作废 0，补打 0，缺 0"
    assert desk.order_books.watch.watch(TODAY, TOMORROW).sentence.startswith("0001–0002 连续")


def test_the_years_are_told_apart(desk: Desk, issued, clock: FixedClock) -> None:
    clock.put(datetime(2026, 12, 31, 23, 50, tzinfo=clock.local(clock.now()).tzinfo))
    issued()
    clock.advance(timedelta(minutes=20))
    issued()
    watch = desk.order_books.watch.watch(date(2026, 12, 31), date(2027, 1, 1))
    assert watch.sentence == "2026 年 0001 连续、2027 年 0001 连续，作废 0，补打 0，缺 0"


def test_amounts_are_of_what_came_back_by_settlement_and_category(desk: Desk, returned) -> None:
    returned(6000)
    returned(1500, "cash", "bottled_water")
    returned(4000)
    returned(8000, "on_account", "housekeeping")
    returned(0)
    void = returned(9900)
    sums = [
        (line.settlement, line.category, line.count, line.amount)
        for line in desk.order_books.watch.watch(TODAY).amounts
    ]
    assert sums == [
        ("cash", "repair", 3, 19900),
        ("cash", "bottled_water", 1, 1500),
        ("on_account", "housekeeping", 1, 8000),
    ]
    from frontdesk.core.actor import PROGRAM

    desk.context.actor = PROGRAM
    desk.orders.void(void.id, "收错")
    assert desk.order_books.watch.watch(TODAY).amounts[0].amount == 10000


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["issue", "void", "blank", "backfill", "return"]), max_size=8))
def test_r_order_14_the_days_sheet_adds_up_whatever_was_done(desk: Desk, returned, steps: list[str]) -> None:
    for step in steps:
        match step:
            case "issue":
                desk.orders.issue(NewOrder("x"))
            case "void":
                desk.orders.void(desk.orders.issue(NewOrder("x")).id, "错")
            case "blank":
                desk.order_books.blanks.take(2, "甲")
            case "backfill":
                desk.orders.backfill(NewOrder("x"), desk.context.clock.now())
            case "return":
                returned()
    rows = {row[0].strip("　"): row for row in desk.order_books.watch.print_rows(TODAY)}
    parts = ("已返单", "未返单", "作废", "空白未填")
    assert int(rows["开出"][1]) == sum(int(rows[part][1]) for part in parts)
    assert rows["缺号"][1] == "0"
    assert "不连续" not in rows["编号核对"][3]


def test_f_order_day_names_what_is_to_be_followed(desk: Desk, issued, lose, clock: FixedClock) -> None:
    desk.orders.backfill(NewOrder("水管爆裂"), clock.now() - timedelta(hours=1))
    desk.order_books.blanks.take(3, "李㛃")
    lose()
    issued()
    rows = {row[0].strip("　"): row for row in desk.order_books.watch.print_rows(TODAY)}
    assert rows["空白未填"][3] == "FW2026-000002 至 FW2026-000004"
    assert rows["补单"][3] == "FW2026-000001 2026-11-21 17:26 受理，2026-11-21 18:26 补写"
    assert rows["缺号"][3] == "FW2026-000005 跟进：（无人）"
    assert all(len(row) == len(ORDER_DAY.printed) for row in rows.values())
    assert desk.paper.order_day(TODAY).startswith(b"%PDF")


def test_the_watch_is_read_by_finance_and_kept_by_the_desk(desk: Desk, issued, sign_in) -> None:
    order = issued()
    sign_in("finance")
    assert desk.order_books.watch.watch(TODAY).issued == 1
    with pytest.raises(NotAllowedError):
        desk.order_books.watch.list_missing(order.serial, "王喆")
    sign_in("mail_carrier")
    for question in ("watch", "serial_line"):
        with pytest.raises(NotAllowedError):
            getattr(desk.order_books.watch, question)(TODAY)


def test_r_order_14_the_foot_of_the_window_counts_a_blank_that_is_listed_missing(desk: Desk) -> None:
    run = desk.order_books.blanks.take(3, "李㛃")
    desk.order_books.watch.list_missing("FW2026-000002", "赵䶮", "单子湿了")
    line = desk.order_books.watch.serial_line(TODAY)
    assert line.shown == f"服务单 {run.first_serial}–000003 有缺号 · 作废 0 · 缺号 1"
    desk.orders.void(run.order_ids[1], "湿损")
    assert desk.order_books.watch.serial_line(TODAY).shown.endswith("连续 · 作废 1 · 缺号 0")


@pytest.mark.parametrize("reach", ["day", "month", "year"])
def test_r_order_14_any_day_month_or_year_is_one_line(desk: Desk, returned, issued, lose, reach) -> None:
    returned()
    desk.orders.void(issued().id, "错")
    lose()
    issued()
    desk.order_books.blanks.take(2, "李㛃")
    desk.orders.record_print(1)
    desk.orders.record_print(1)
    desk.order_books.watch.list_missing("FW2026-000003", "赵䶮")
    (line,) = desk.order_books.watch.periods(reach, TODAY)
    assert line.runs == ("0001–0006",)
    counts = (line.issued, line.returned, line.open, line.blank, line.void, line.reprints)
    assert counts == (5, 1, 1, 2, 1, 1)
    assert (line.missing, line.unfollowed) == (1, 0)
    assert line.first_day <= TODAY <= line.last_day


def test_r_order_14_each_period_has_the_gap_before_its_first_number(
    desk: Desk, issued, lose, clock: FixedClock
) -> None:
    issued()
    lose()
    clock.advance(timedelta(days=1))
    issued()
    periods = desk.order_books.watch.periods("day", TODAY)
    assert [(one.first_day, one.missing) for one in periods] == [(TOMORROW, 1), (TODAY, 0)]
    for one in periods:
        watch = desk.order_books.watch.watch(one.first_day, one.last_day)
        assert len(watch.missing) == one.missing
        assert desk.order_books.watch.serial_line(one.first_day).missing == one.missing


def test_f_order_day_is_printed_for_several_days_too(desk: Desk, issued) -> None:
    issued()
    rows = {row[0]: row for row in desk.order_books.watch.print_rows(date(2026, 11, 1), date(2026, 11, 30))}
    assert rows["编号核对"][3] == "0001 连续，作废 0，补打 0，缺 0"
    assert desk.paper.order_day(date(2026, 11, 1), date(2026, 11, 30)).startswith(b"%PDF")


def test_f_order_day_goes_to_a_sheet_with_its_purpose(desk: Desk, returned, sign_in, tmp_path) -> None:
    from openpyxl import load_workbook

    from frontdesk.exchange.export import ExportWish

    returned(6000)
    watch = desk.order_books.watch
    with pytest.raises(NotAllowedError):
        watch.export(tmp_path / "x.xlsx", TODAY, TODAY, ExportWish("月度核对"))
    sign_in("supervisor")
    count = watch.export(tmp_path / "x.xlsx", TODAY, TODAY, ExportWish("月度核对", period="2026-11-21"))
    cells = list(load_workbook(tmp_path / "x.xlsx").active.iter_rows(values_only=True))
    assert count == len(watch.print_rows(TODAY))
    assert ("开出", 1, None, "FW2026-000001") in cells
    assert ("现金合计", 1, 60, "陆拾元整") in cells
    assert "月度核对" in str(cells[:3])


def test_f_order_day_of_a_long_stretch_counts_what_it_does_not_name(desk: Desk) -> None:
    for _ in range(70):
        desk.orders.void(desk.orders.issue(NewOrder("x")).id, "错")
    rows = {row[0].strip("　"): row for row in desk.order_books.watch.print_rows(TODAY)}
    assert rows["作废"][1] == "70"
    assert rows["作废"][3].endswith("……另有 10 张")
