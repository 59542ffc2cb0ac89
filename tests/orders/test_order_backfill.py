"""Orders written after the work: an emergency served first, and what stands on a blank's paper."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.query import RegisterQuery
from frontdesk.orders.register import NewOrder, OrderRow

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

BURST = NewOrder("水管爆裂", unit_no="3-2-1102", customer="𬱖喆", urgent=True, remarks="已关总阀")


def blank(desk: Desk) -> OrderRow:
    with desk.context.transaction(Permission.WRITE_ORDERS) as work:
        (order,) = desk.orders.take_blanks_within(work, 1)
        return desk.orders.row_within(work, order)


def test_r_order_3_an_emergency_served_first_keeps_both_times(desk: Desk, clock: FixedClock) -> None:
    served = clock.now() - timedelta(hours=2)
    order = desk.orders.backfill(BURST, served)
    assert (order.issued_at, order.backfilled_at) == (served, clock.now())
    assert order.serial == "FW2026-000001"
    assert order.state == "issued"
    assert desk.orders.issue(BURST).backfilled_at is None


def test_r_order_3_a_backfilled_order_is_marked_on_its_paper_with_both_times(
    desk: Desk, clock: FixedClock
) -> None:
    order = desk.orders.backfill(BURST, clock.now() - timedelta(hours=2))
    (slip,) = desk.orders.slips([order.id])
    assert slip.text("remarks") == "【补单】2026-11-21 16:26 受理，2026-11-21 18:26 补写。\n已关总阀"
    assert slip.text("issued_at") == "2026-11-21 16:26"


def test_r_order_3_nothing_is_backfilled_that_has_not_been(desk: Desk, clock: FixedClock) -> None:
    with pytest.raises(RefusedError) as refused:
        desk.orders.backfill(BURST, clock.now() + timedelta(minutes=1))
    assert refused.value.field == "served_at"
    assert desk.orders.issue(BURST).serial == "FW2026-000001"


def test_r_order_14_a_number_counts_on_the_day_on_which_it_was_taken(desk: Desk, clock: FixedClock) -> None:
    desk.orders.issue(BURST)
    clock.advance(timedelta(days=1))
    desk.orders.issue(BURST)
    desk.orders.backfill(BURST, clock.now() - timedelta(days=1))
    line = desk.order_books.watch.serial_line(date(2026, 11, 21))
    assert (line.first, line.last, line.issued, line.missing) == ("FW2026-000001", "FW2026-000001", 1, 0)
    line = desk.order_books.watch.serial_line(date(2026, 11, 22))
    assert (line.first, line.last, line.issued, line.missing) == ("FW2026-000002", "FW2026-000003", 2, 0)


def test_r_order_2_a_blank_takes_a_number_and_waits_for_its_paper(desk: Desk) -> None:
    order = blank(desk)
    assert (order.serial, order.state_label, order.step) == ("FW2026-000001", "空白单", "")
    assert desk.orders.issue(BURST).serial == "FW2026-000002"
    assert desk.orders.find(RegisterQuery(open_only=True)) == [2]
    with pytest.raises(RefusedError, match="请先补填内容"):
        desk.orders.dispatch(order.id, "李建国")
    with pytest.raises(RefusedError, match="还是空白单"):
        desk.orders.correct(order.id, {"content": "x"})


def test_r_order_2_a_blank_is_printed_with_its_number_alone(desk: Desk) -> None:
    (slip,) = desk.orders.slips([blank(desk).id])
    assert (slip.values, slip.code) == ({"serial": "FW2026-000001"}, "FD:FW2026-000001")


def test_r_order_2_a_blank_is_backfilled_under_its_own_number(desk: Desk, clock: FixedClock) -> None:
    order = blank(desk)
    clock.advance(timedelta(hours=3))
    served = clock.now() - timedelta(hours=1)
    filled = desk.orders.backfill(BURST, served, blank_id=order.id)
    assert (filled.id, filled.serial, filled.state, filled.issued_at) == (
        order.id,
        "FW2026-000001",
        "issued",
        served,
    )
    assert filled.backfilled_at == clock.now()
    assert desk.orders.find(RegisterQuery(text="爆裂")) == [order.id]
    assert desk.orders.dispatch(order.id, "李建国").state == "dispatched"
    with pytest.raises(RefusedError, match="不是空白单") as refused:
        desk.orders.backfill(BURST, served, blank_id=order.id)
    assert refused.value.rule == "R-ORDER-2"


def test_r_order_2_a_blank_cannot_have_served_before_it_was_given_out(desk: Desk, clock: FixedClock) -> None:
    order = blank(desk)
    with pytest.raises(RefusedError, match="早于这张空白单取号（18:26）"):
        desk.orders.backfill(BURST, clock.now() - timedelta(minutes=1), blank_id=order.id)


def test_r_order_2_a_blank_may_have_served_in_the_minute_in_which_it_was_taken(
    desk: Desk, clock: FixedClock
) -> None:
    clock.advance(timedelta(seconds=40))
    order = blank(desk)
    clock.advance(timedelta(seconds=5))
    typed = clock.now().replace(second=0, microsecond=0)
    assert desk.orders.backfill(BURST, typed, blank_id=order.id).issued_at == typed


def test_r_order_2_a_spoilt_blank_is_voided_and_keeps_its_number(desk: Desk) -> None:
    order = blank(desk)
    assert desk.orders.void(order.id, "卡纸").state == "void"
    assert desk.orders.issue(BURST).serial == "FW2026-000002"
