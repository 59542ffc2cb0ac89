"""F-REPAIR-SUM: the month's work with its cost and what was said of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from pypdfium2 import PdfDocument

from frontdesk.callbacks.register import NewCallback
from frontdesk.orders.register import NewLine, NewOrder

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

NOVEMBER = date(2026, 11, 30)


def test_a_month_lists_its_work_with_cost_and_satisfaction(desk: Desk, clock: FixedClock) -> None:
    done = desk.orders.issue(NewOrder("厨房漏水<b>", unit_no="3-2-1102"))
    desk.orders.dispatch(done.id, "马㛃")
    desk.orders.arrive(done.id)
    desk.orders.finish(done.id, "好了", [NewLine("角阀", 3500)])
    desk.callbacks.record(done.id, NewCallback("satisfied", "satisfied", "satisfied"))
    open_one = desk.orders.issue(NewOrder("换锁"))
    desk.orders.void(desk.orders.issue(NewOrder("写错")).id, "写错")
    clock.advance(timedelta(days=12))
    desk.orders.issue(NewOrder("下个月的"))
    assert list(desk.repair_summary.print_rows(NOVEMBER)) == [
        (
            "1",
            "2026-11-21",
            "3-2-1102",
            "厨房漏水<b>",
            done.serial,
            "马㛃",
            "11-21 18:26",
            "35.00",
            "满意",
            "11-21 18:26 陈晓婧",
        ),
        ("2", "2026-11-21", "", "换锁", open_one.serial, "", "", "", "", ""),
    ]
    pdf = PdfDocument(desk.paper.repair_summary(NOVEMBER))
    text = pdf[0].get_textpage().get_text_range()
    pdf.close()
    assert "2026-11" in text
    assert done.serial in text
    assert open_one.serial in text
