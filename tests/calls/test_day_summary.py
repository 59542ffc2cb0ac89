"""The day's summary (F-SUMMARY, R-CALL-7)."""

from __future__ import annotations

from datetime import date, timedelta

from frontdesk.calls.register import SUMMARY, NewCall
from frontdesk.core.clock import FixedClock
from frontdesk.desk import Desk

TODAY = date(2026, 11, 21)


def test_r_call_7_calls_are_summed_up_by_category_and_department_with_the_open_ones_named(
    desk: Desk, clock: FixedClock
) -> None:
    """R-CALL-7."""
    old = desk.calls.log(NewCall("楼道灯不亮", "C", unit_no="1-1-203", recipient="工程部"))
    clock.advance(timedelta(days=3))
    today = clock.today()
    desk.calls.log(NewCall("夜间噪音", "A", unit_no="8-3-2004", caller="王㛃", recipient="保安部 赵队"))
    desk.calls.log(NewCall("询问停水", "B", settled=True))
    desk.calls.log(NewCall("询问装修", "B", outcome="已答复", settled=True))
    desk.calls.log_with_order(NewCall("厨房下水堵塞", "C", recipient="工程部"))
    desk.calls.void(desk.calls.log(NewCall("打错", "D")).id, "打错")
    summary = desk.calls.summary(today)
    told = [(line.category, line.department, line.received, line.settled) for line in summary.lines]
    assert told == [("A", "保安部", 1, 0), ("B", "客服部", 2, 2), ("C", "工程部", 1, 0)]
    assert [call.id for call in summary.carried] == [old.id]
    rows = desk.calls.print_summary(today)
    noise = "1 号 8-3-2004 王㛃 夜间噪音 （未完成；跟进：陈晓婧）"
    assert rows[0] == ("A 投诉", "保安部", "1", "0", "1", noise)
    assert rows[3] == ("合计", "", "4", "2", "2", "")
    assert rows[4][:5] == ("以前未完成", "", "", "", "1")
    assert rows[4][5].startswith("11-21 1 号 1-1-203 楼道灯不亮")
    assert all(len(row) == len(SUMMARY.printed) for row in rows)


def test_a_day_without_calls_has_a_total_of_nothing(desk: Desk) -> None:
    assert desk.calls.print_summary(TODAY) == [("合计", "", "0", "0", "0", "")]


def test_paper_writes_moments_that_do_not_age(desk: Desk) -> None:
    desk.calls.log(NewCall("询问装修", "B"))
    assert "承诺 11-22 18:26" in desk.calls.print_summary(TODAY)[0][5]
