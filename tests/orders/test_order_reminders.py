"""Repeat calls: the like matter is shown, and one key reminds instead of writing a second order."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.callbacks.register import NewCallback
from frontdesk.calls.register import NewCall
from frontdesk.core.actor import PROGRAM, Actor
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.query import RegisterQuery
from frontdesk.estate.register import NewUnit
from frontdesk.orders.register import NewOrder
from frontdesk.orders.reminders import alike, likest
from frontdesk.staff.permissions import role_of

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk


@pytest.fixture
def unit_id(desk: Desk) -> int:
    before, desk.context.actor = desk.context.actor, PROGRAM
    unit = desk.estate.add_unit(NewUnit("3-2-1102"))
    desk.context.actor = before
    return unit.id


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("厨房漏水", "厨房水槽下方角阀漏水，地面有积水，请尽快派人上门"),
        ("漏水", "厨房漏水"),
        ("灯泡坏了", "换灯泡"),
        ("楼道灯不亮", "三楼楼道的灯不亮"),
        ("WIFI 不通", "wifi不通，已重启"),
    ],
)
def test_the_like_matter_is_known_in_other_words(typed: str, kept: str) -> None:
    assert alike(typed, kept)
    assert alike(kept, typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("厨房漏水", "厨房灯不亮"),
        ("请师傅尽快上门维修空调", "请师傅尽快上门维修马桶"),
        ("漏", "漏水"),
        ("", "漏水"),
        ("门锁坏了", "㛃䶮"),
    ],
)
def test_another_matter_is_not_taken_for_it(typed: str, kept: str) -> None:
    assert not alike(typed, kept)


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_goes_both_ways(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one)


def test_an_unfinished_order_of_the_room_is_shown_with_its_age(
    desk: Desk, clock: FixedClock, unit_id: int
) -> None:
    leak = desk.orders.issue(NewOrder("厨房漏水", unit_id=unit_id))
    desk.orders.issue(NewOrder("厨房漏水"))  # nobody's room
    lock = desk.orders.issue(NewOrder("换门锁", unit_id=unit_id))
    gone = desk.orders.issue(NewOrder("厨房漏水", unit_id=unit_id))
    desk.orders.void(gone.id, "重复")
    clock.advance(timedelta(days=3))
    desk.orders.dispatch(leak.id, "李建国")
    matters = desk.reminders.open_matters(unit_id)
    assert [matter.order_id for matter in matters] == [lock.id, leak.id]
    found = likest(matters, "厨房又漏水了")
    assert found is not None
    assert found.order_id == leak.id
    assert found.shown == "3 天前已报“厨房漏水”（FW-000001），派工中"
    assert likest(matters, "楼道灯不亮") is None
    asked_again = likest(matters, "怎么还没人来")
    assert asked_again is not None
    assert asked_again.order_id == lock.id
    assert likest((), "怎么还没人来") is None
    desk.reminders.remind(leak.id, "还在漏")
    assert desk.reminders.open_matters(unit_id)[1].shown.endswith("，已催 1 次")
    desk.orders.arrive(leak.id)
    desk.orders.finish(leak.id, "好了")
    desk.orders.return_order(leak.id)
    assert [matter.order_id for matter in desk.reminders.open_matters(unit_id)] == [lock.id]


def test_a_reminder_stands_on_the_order_and_is_counted(desk: Desk, clock: FixedClock) -> None:
    order = desk.orders.issue(NewOrder("厨房漏水"))
    first = desk.reminders.remind(order.id, "还没有人来 <b>")
    desk.reminders.remind(order.id, "")
    assert (first.text, first.reminded_by, first.reminded_at) == ("还没有人来 <b>", "陈晓婧", clock.now())
    assert [row.text for row in desk.reminders.of_order(order.id)] == ["还没有人来 <b>", ""]
    assert desk.orders.get(order.id).reminders == 2
    desk.orders.void(order.id, "取消")
    with pytest.raises(RefusedError, match="请另开服务单"):
        desk.reminders.remind(order.id, "再催")


def test_a_call_reminds_at_one_blow_and_is_settled_with_the_order(desk: Desk) -> None:
    order = desk.orders.issue(NewOrder("厨房漏水", unit_no="3-2-1102"))
    call = desk.calls.log_with_reminder(NewCall("怎么还没来人", "C", unit_no="3-2-1102"), order.id)
    assert call.order_serial == order.serial
    assert [row.text for row in desk.reminders.of_order(order.id)] == ["怎么还没来人"]
    assert list(desk.orders.find(RegisterQuery())) == [order.id]
    desk.orders.dispatch(order.id, "李建国")
    desk.orders.arrive(order.id)
    desk.orders.finish(order.id, "好了")
    desk.orders.return_order(order.id)
    assert desk.calls.get(call.id).settled_at is not None
    with pytest.raises(RefusedError):
        desk.calls.log_with_reminder(NewCall("又漏了", "C"), order.id)
    assert list(desk.calls.find(RegisterQuery())) == [call.id]


def test_who_may_not_write_orders_may_not_remind(desk: Desk) -> None:
    order = desk.orders.issue(NewOrder("厨房漏水"))
    desk.context.actor = Actor(9, "吴丽", "finance", role_of("finance").permissions)
    with pytest.raises(NotAllowedError):
        desk.reminders.remind(order.id, "快点")


def test_r_order_11_an_order_whose_customer_is_not_content_is_unfinished(desk: Desk, unit_id: int) -> None:
    """R-ORDER-11: it is back, yet somebody must come again: the repeat call finds and reminds of it."""
    order = desk.orders.issue(NewOrder("厨房漏水", unit_id=unit_id, unit_no="3-2-1102"))
    desk.orders.dispatch(order.id, "李建国")
    desk.orders.arrive(order.id)
    desk.orders.finish(order.id, "好了")
    desk.orders.return_order(order.id)
    assert desk.reminders.open_matters(unit_id) == (), "nobody has asked yet"
    bad = desk.callbacks.record(order.id, NewCallback("dissatisfied", "fair", "fair", problem="还在滴"))
    (matter,) = desk.reminders.open_matters(unit_id)
    assert matter.shown == "今天已报“厨房漏水”（FW-000001），客户不满意，等返工"
    (line,) = desk.cards.of(unit_id).sections[0].lines
    assert line.text == "厨房漏水 等返工"
    desk.callbacks.refer(bad.id, "换阀芯")
    call = desk.calls.log_with_reminder(NewCall("还在滴，没人来", "C", unit_no="3-2-1102"), order.id)
    desk.callbacks.record(order.id, NewCallback("satisfied", "satisfied", "satisfied"))
    assert desk.reminders.open_matters(unit_id) == ()
    assert desk.calls.get(call.id).settled_at is not None, "its call is settled with the customer content"
