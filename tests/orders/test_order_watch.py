"""What is due of open orders (R-ORDER-5, 6, 8)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from frontdesk.core.errors import RefusedError
from frontdesk.orders.register import NewOrder

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def told(desk: Desk) -> list[tuple[str, str, timedelta]]:
    now = desk.context.clock.now()
    return [(item.what.split()[0], item.who, item.due_at - now) for item in desk.watch.due()]


def test_r_order_5_somebody_must_be_there_in_fifteen_minutes_or_two_hours(desk: Desk) -> None:
    desk.orders.issue(NewOrder("换锁"))
    urgent = desk.orders.issue(NewOrder("跑水", at_once=True, unit_no="3-2-1102"))
    assert told(desk) == [("派工到场", "陈晓婧", 15 * MINUTE), ("派工到场", "陈晓婧", 2 * HOUR)]
    assert (desk.watch.due()[0].record_id, desk.watch.due()[0].unit_no) == (urgent.id, "3-2-1102")
    desk.orders.dispatch(urgent.id, "李建国")
    assert told(desk)[0] == ("到场", "李建国", 15 * MINUTE)
    desk.orders.arrive(urgent.id)
    assert told(desk) == [("派工到场", "陈晓婧", 2 * HOUR)]


def test_r_order_6_at_the_agreed_time_the_desk_telephones(desk: Desk, clock: FixedClock) -> None:
    two = clock.now() + 20 * HOUR
    order = desk.orders.issue(NewOrder("保洁", category="housekeeping", appointment_at=two))
    desk.orders.dispatch(order.id, "李建国")
    clock.put(two - MINUTE)
    assert [what for what, *_ in told(desk)] == ["到场"]
    clock.put(two)
    assert [what for what, *_ in told(desk)] == ["到场", "电话确认到场和价格"]
    desk.orders.arrive(order.id)
    assert told(desk) == [("电话确认到场和价格", "李建国", timedelta(0))]
    confirmed = desk.watch.confirm(order.id, 12345)
    assert (confirmed.expected_cost, confirmed.confirmed_at) == (12345, two)
    assert told(desk) == []
    with pytest.raises(RefusedError, match="已经确认过") as refused:
        desk.watch.confirm(order.id)
    assert refused.value.rule == "R-ORDER-6"


def test_r_order_6_work_without_an_appointment_needs_no_confirming_call(desk: Desk) -> None:
    order = desk.orders.issue(NewOrder("换锁"))
    with pytest.raises(RefusedError, match="没有等着确认"):
        desk.watch.confirm(order.id)


def test_r_order_8_the_signed_order_is_awaited_the_same_day(desk: Desk, clock: FixedClock) -> None:
    """R-ORDER-8."""
    order = desk.orders.issue(NewOrder("换锁"))
    desk.orders.dispatch(order.id, "李建国")
    desk.orders.arrive(order.id)
    desk.orders.finish(order.id, "好了")
    (item,) = desk.watch.due()
    assert (item.what, item.since) == (f"返单 {order.serial}", clock.now())
    assert clock.local(item.due_at).date() == clock.today()
    assert item.due_at > clock.now()
    desk.orders.return_order(order.id)
    assert desk.watch.due() == []
