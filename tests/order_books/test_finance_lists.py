"""Paid orders on their way to finance (F-FINANCE, R-ORDER-15)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.settings import SHIFT_HOURS
from frontdesk.core.shift_hours import shift_hours
from frontdesk.order_books import rules
from frontdesk.order_books.finance import LOOKED_BACK
from frontdesk.order_books.register import FINANCE

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

TODAY = date(2026, 11, 21)
HOURS = shift_hours(SHIFT_HOURS.default)


def test_r_order_15_the_list_has_the_paid_orders_by_category_with_their_totals(desk: Desk, returned) -> None:
    returned(1500, "cash", "bottled_water")
    returned(6000)
    returned(0)
    returned(8050, "on_account", "housekeeping")
    returned(4000)
    drawn = desk.order_books.finance.draw_up()
    assert (drawn.day, drawn.shift, drawn.lines) == (TODAY, "中班", 4)
    assert (drawn.cash, drawn.on_account, drawn.drawn_up_by) == (11500, 8050, "陈晓婧")
    assert desk.order_books.finance.print_rows(drawn.id) == [
        ("1", "报修", "FW2026-000002", "3-2-1102", "疏通", "60.00", "现金", ""),
        ("2", "报修", "FW2026-000005", "3-2-1102", "疏通", "40.00", "现金", ""),
        ("小计", "", "2 张", "", "报修", "100.00", "", ""),
        ("3", "家政", "FW2026-000004", "3-2-1102", "疏通", "80.50", "签单", ""),
        ("小计", "", "1 张", "", "家政", "80.50", "", ""),
        ("4", "桶装水", "FW2026-000001", "3-2-1102", "疏通", "15.00", "现金", ""),
        ("小计", "", "1 张", "", "桶装水", "15.00", "", ""),
        ("合计", "", "3 张", "", "现金", "115.00", "", ""),
        ("合计", "", "1 张", "", "签单", "80.50", "", ""),
        ("合计", "", "4 张", "", "壹佰玖拾伍元伍角整", "195.50", "", ""),
    ]


def test_r_order_15_an_order_is_on_exactly_one_list(desk: Desk, returned, issued) -> None:
    finance = desk.order_books.finance
    with pytest.raises(RefusedError, match="没有等着移交") as refused:
        finance.draw_up()
    assert refused.value.rule == "R-ORDER-15"
    first = returned()
    issued()
    assert [row.serial for row in finance.waiting()] == [first.serial]
    finance.draw_up()
    assert finance.waiting() == []
    second = returned()
    drawn = finance.draw_up()
    assert [line.serial for line in finance.lines(drawn.id)] == [second.serial]


def test_r_order_15_the_file_itself_keeps_an_order_off_a_second_list(desk: Desk, returned) -> None:
    from sqlalchemy.exc import IntegrityError

    from frontdesk.order_books.model import FinanceLine

    order = returned()
    drawn = desk.order_books.finance.draw_up()
    with pytest.raises(IntegrityError), desk.context.transaction(Permission.WRITE_ORDERS) as work:
        work.add(FinanceLine(list_id=drawn.id, order_id=order.id, position=2, serial=order.serial))


def test_r_order_15_a_list_taken_back_leaves_its_orders_waiting(desk: Desk, returned) -> None:
    finance = desk.order_books.finance
    order = returned()
    drawn = finance.draw_up()
    with pytest.raises(RefusedError, match="原因"):
        finance.withdraw(drawn.id, "")
    finance.withdraw(drawn.id, "少一张")
    assert [row.serial for row in finance.waiting()] == [order.serial]
    assert finance.lists(TODAY, TODAY)[0].void_reason == "少一张"
    with pytest.raises(RefusedError, match="已经收回"):
        finance.withdraw(drawn.id, "再一次")
    assert [line.serial for line in finance.lines(finance.draw_up().id)] == [order.serial]


def test_r_order_15_finance_signs_with_its_own_pin_while_the_clerk_stays_signed_in(
    desk: Desk, returned
) -> None:
    clerk = desk.context.actor
    desk.context.actor = PROGRAM
    accountant = desk.staff.add_person("𬱖赟", "finance", "135790")
    desk.context.actor = clerk
    returned()
    finance = desk.order_books.finance
    drawn = finance.draw_up()
    with pytest.raises(RefusedError, match="PIN 码不对"):
        desk.staff.prove(accountant.id, "000000")
    received = finance.confirm_receipt(drawn.id, desk.staff.prove(accountant.id, "135790"))
    assert (received.received_by, received.received_at) == ("𬱖赟", desk.context.clock.now())
    assert desk.context.actor is clerk
    for change in (
        lambda: finance.withdraw(drawn.id, "错"),
        lambda: finance.confirm_receipt(drawn.id, PROGRAM),
    ):
        with pytest.raises(RefusedError, match="𬱖赟已经签收"):
            change()


@pytest.mark.parametrize("role", ["clerk", "supervisor", "department_manager", "administrator"])
def test_r_order_15_nobody_but_finance_confirms_receipt(desk: Desk, returned, sign_in, role: str) -> None:
    returned()
    finance, clerk = desk.order_books.finance, desk.context.actor
    drawn = finance.draw_up()
    other = sign_in(role)
    with pytest.raises(NotAllowedError):
        finance.confirm_receipt(drawn.id)
    desk.context.actor = clerk
    with pytest.raises(NotAllowedError, match="财务本人") as refused:
        finance.confirm_receipt(drawn.id, other)
    assert refused.value.rule == "R-ORDER-15"
    sign_in("finance")
    assert finance.confirm_receipt(drawn.id).received_by == "周赟"


def test_finance_draws_up_no_list(desk: Desk, returned, sign_in) -> None:
    returned()
    sign_in("finance")
    with pytest.raises(NotAllowedError):
        desk.order_books.finance.draw_up()


@pytest.mark.parametrize(
    ("back", "due", "late"),
    [
        ("21 18:26", "22 06:00", "23 00:00"),
        ("21 23:59", "22 06:00", "23 00:00"),
        ("22 02:00", "22 06:00", "24 00:00"),
        ("22 05:59", "22 06:00", "24 00:00"),
        ("22 06:00", "23 06:00", "24 00:00"),
    ],
)
def test_r_order_15_due_when_the_night_clerk_leaves_and_red_at_the_end_of_the_next_day(
    clock: FixedClock, back: str, due: str, late: str
) -> None:
    zone = clock.local(clock.now()).tzinfo
    moments = [
        datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=zone)
        for text in (back, due, late)
    ]
    assert rules.list_due(moments[0], HOURS, clock) == (moments[1], moments[2])


def test_r_order_15_without_a_night_shift_the_end_of_the_next_day_holds(clock: FixedClock) -> None:
    due, late = rules.list_due(clock.now(), [], clock)
    assert due == late == clock.day_bounds(date(2026, 11, 22))[1]


def test_r_order_15_what_finance_has_not_got_is_due_until_it_is_signed_for(
    desk: Desk, returned, clock: FixedClock, sign_in
) -> None:
    finance = desk.order_books.finance
    assert finance.due(clock.now()) == []
    back_at = clock.now()
    returned()
    (item,) = finance.due(clock.now())
    assert (item.record_id, item.what, item.since) == (0, "1 张收费服务单要移交财务", back_at)
    assert (clock.local(item.due_at).hour, item.red_at) == (6, clock.day_bounds(date(2026, 11, 22))[1])
    clock.advance(timedelta(hours=8))
    drawn = finance.draw_up()
    (item,) = finance.due(clock.now())
    assert (item.record_id, item.who, item.since) == (drawn.id, "财务", back_at)
    sign_in("finance")
    finance.confirm_receipt(drawn.id)
    assert finance.due(clock.now()) == []


def test_the_night_clerks_list_bears_the_day_on_which_the_night_began(
    desk: Desk, returned, clock: FixedClock
) -> None:
    returned()
    clock.advance(timedelta(hours=11))
    drawn = desk.order_books.finance.draw_up()
    assert (drawn.day, drawn.shift) == (TODAY, "夜班")


def test_what_was_corrected_or_voided_since_is_told_beside_the_line(desk: Desk, returned) -> None:
    first, second = returned(6000), returned(4000)
    drawn = desk.order_books.finance.draw_up()
    desk.context.actor = PROGRAM
    desk.orders.correct(first.id, {"paid_amount": 5000}, "少收")
    desk.orders.void(second.id, "收错人")
    lines = desk.order_books.finance.lines(drawn.id)
    assert [(line.amount, line.remarks) for line in lines] == [(6000, "更正为 50.00 现金"), (4000, "已作废")]


def test_a_desk_that_begins_with_lists_sends_no_old_orders(desk: Desk, returned, clock: FixedClock) -> None:
    returned()
    clock.advance(LOOKED_BACK + timedelta(minutes=1))
    assert desk.order_books.finance.waiting() == []


def test_f_finance_prints_day_shift_lines_and_who_signs(desk: Desk, returned) -> None:
    from pypdfium2 import PdfDocument

    returned(6000)
    pdf = PdfDocument(desk.paper.finance_list(desk.order_books.finance.draw_up().id))
    text = "".join("".join(page.get_textpage().get_text_range().split()) for page in pdf)
    pdf.close()
    for said in (
        "收费服务单移交清单",
        "2026-11-21中班",
        "FW2026-000001",
        "陆拾元整",
        "移交人：",
        "财务签收：",
    ):
        assert said in text


def test_r_order_15_a_difference_is_told_when_finance_signs(desk: Desk, returned, sign_in) -> None:
    returned(6000)
    returned(4000, "on_account")
    finance = desk.order_books.finance
    drawn = finance.draw_up()
    sign_in("finance")
    with pytest.raises(RefusedError, match="清单 2 张，实收 1 张，请写明差异") as refused:
        finance.confirm_receipt(drawn.id, count=1)
    assert (refused.value.field, refused.value.rule) == ("difference", "R-ORDER-15")
    with pytest.raises(RefusedError, match=r"现金应收 60\.00，实收 50\.00"):
        finance.confirm_receipt(drawn.id, count=2, cash=5000)
    with pytest.raises(RefusedError) as refused:
        finance.confirm_receipt(drawn.id, count=-1)
    assert refused.value.field == "count"
    row = finance.confirm_receipt(drawn.id, count=1, cash=5000, difference="签单联没带来，现金少 10 元")
    assert (row.received_count, row.received_cash) == (1, 5000)
    assert row.difference == "签单联没带来，现金少 10 元"
    signed = finance.print_rows(drawn.id)[-1]
    assert signed[:3] == ("签收", "", "1 张")
    assert signed[4].endswith("差异：签单联没带来，现金少 10 元")
    assert len(signed) == len(FINANCE.printed)


def test_r_order_15_what_is_as_listed_keeps_no_difference(desk: Desk, returned, sign_in) -> None:
    returned(6000)
    drawn = desk.order_books.finance.draw_up()
    assert len(desk.order_books.finance.print_rows(drawn.id)) == 4
    sign_in("finance")
    row = desk.order_books.finance.confirm_receipt(drawn.id, difference="无")
    assert (row.received_count, row.received_cash, row.difference) == (1, 6000, "")
