"""A call becomes an order, and the order's return settles the call."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from frontdesk.calls.register import NewCall
from frontdesk.core import journal
from frontdesk.core.actor import Actor
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.query import RegisterQuery
from frontdesk.desk import Desk
from frontdesk.estate.register import NewResident, NewUnit
from frontdesk.orders.register import NewOrder, OrderRow

LEAK = NewCall(
    "厨房下水堵塞", "C", unit_no="3-2-1102", caller="张㛃", number="138 0013 8000", recipient="工程部 李建国"
)


def brought_back(desk: Desk, order: OrderRow) -> None:
    desk.orders.dispatch(order.id, "李建国")
    desk.orders.arrive(order.id)
    desk.orders.finish(order.id, "已通")
    desk.orders.return_order(order.id)


def journal_lines(desk: Desk) -> int:
    with desk.context.read() as session:
        return journal.head(session.connection())[0]


def test_r_call_3_one_step_writes_call_and_order_with_the_fields_carried_over(desk: Desk) -> None:
    """R-CALL-3."""
    call, order = desk.calls.log_with_order(LEAK)
    assert call.order_serial == order.serial == "FW2026-000001"
    assert (order.content, order.unit_no, order.customer) == (LEAK.reason, LEAK.unit_no, LEAK.caller)
    assert (order.department, order.channel) == ("工程部", "telephone")
    assert (call.progress, call.department) == ("待派工", "工程部")
    assert desk.orders.by_serial(call.order_serial) == order
    assert list(desk.calls.find(RegisterQuery(text="000001"))) == [call.id]


@pytest.mark.parametrize(
    ("caller", "number"),
    [("王䶮", "0551-62229275"), ("张㛃", "13800138000"), ("", "13800138000"), ("过路人", "13800138000")],
)
def test_r_call_3_without_a_number_the_order_has_the_callers_registered_one_else_the_owners(
    desk: Desk, signed_in: Callable[..., AbstractContextManager[Actor]], caller: str, number: str
) -> None:
    """R-CALL-3."""
    with signed_in("clerk"):
        unit = desk.estate.add_unit(NewUnit("3-2-1102"))
        desk.estate.add_resident(NewResident(unit.id, "王䶮", "occupant", ("0551-62229275",)))
        desk.estate.add_resident(NewResident(unit.id, "无电话"))
        desk.estate.add_resident(NewResident(unit.id, "张㛃", telephones=("13800138000", "13900139000")))
    new = NewCall("漏水", "C", unit_id=unit.id, unit_no="3-2-1102", caller=caller)
    with signed_in("clerk"):
        order = desk.calls.log_with_order(new)[1]
        made_later = desk.calls.make_order(desk.calls.log(new).id)[1]
    assert [desk.orders.get(one.id).telephone for one in (order, made_later)] == [number, number]


def test_r_call_3_what_the_clerk_wrote_into_the_order_goes_before_the_call(desk: Desk) -> None:
    """R-CALL-3."""
    call, order = desk.calls.log_with_order(LEAK, NewOrder("疏通厨房下水", category="paid_service"))
    assert (order.content, order.category) == ("疏通厨房下水", "paid_service")
    assert call.reason == LEAK.reason


def test_r_call_3_both_are_written_or_neither(desk: Desk) -> None:
    """R-CALL-3."""
    before = journal_lines(desk)
    with pytest.raises(RefusedError):
        desk.calls.log_with_order(NewCall("漏水", "X"))
    with pytest.raises(RefusedError):
        desk.calls.log_with_order(LEAK, NewOrder(""))
    assert journal_lines(desk) == before
    call, order = desk.calls.log_with_order(LEAK)
    assert (call.day_no, order.serial) == (1, "FW2026-000001")


def test_an_enquiry_with_an_order_is_followed_by_the_order_not_by_the_usual_promise(desk: Desk) -> None:
    call, _ = desk.calls.log_with_order(NewCall("询问能否上门看看", "B", settled=True))
    assert (call.promised_at, call.settled_at) == (None, None)


def test_r_call_3_a_call_that_stands_already_gets_its_order_with_the_serial_written_back(desk: Desk) -> None:
    """R-CALL-3."""
    logged = desk.calls.log(LEAK)
    call, order = desk.calls.make_order(logged.id)
    assert (call.id, call.order_serial, order.customer) == (logged.id, order.serial, "张㛃")
    assert list(desk.calls.find(RegisterQuery(text="000001"))) == [logged.id]
    with pytest.raises(RefusedError) as refusal:
        desk.calls.make_order(logged.id)
    assert "FW2026-000001" in refusal.value.message


def test_a_void_or_settled_call_gets_no_order(desk: Desk) -> None:
    settled = desk.calls.log(NewCall("漏水", "C", settled=True))
    void = desk.calls.log(LEAK)
    desk.calls.void(void.id, "错")
    for call in (settled, void):
        with pytest.raises(RefusedError):
            desk.calls.make_order(call.id)
    assert desk.calls.log_with_order(LEAK)[1].serial == "FW2026-000001"


def test_a_call_whose_order_was_voided_is_open_again_for_another(desk: Desk) -> None:
    call, order = desk.calls.log_with_order(LEAK)
    desk.orders.void(order.id, "开错")
    assert (desk.calls.get(call.id).progress, desk.calls.get(call.id).tone) == ("服务单作废", "danger")
    again, second = desk.calls.make_order(call.id)
    assert again.order_serial == second.serial == "FW2026-000002"
    assert not desk.calls.find(RegisterQuery(text="FW2026-000001"))


def test_who_may_not_write_orders_makes_none_of_a_call(desk: Desk) -> None:
    actor = desk.context.actor
    assert actor is not None
    from dataclasses import replace

    from frontdesk.core.actor import Permission

    desk.context.actor = replace(actor, permissions=actor.permissions - {Permission.WRITE_ORDERS})
    before = journal_lines(desk)
    with pytest.raises(NotAllowedError):
        desk.calls.log_with_order(LEAK)
    assert journal_lines(desk) == before


def test_the_line_shows_how_far_its_order_has_come(desk: Desk) -> None:
    call, order = desk.calls.log_with_order(LEAK)
    seen = [desk.calls.get(call.id).progress]
    for step in (
        lambda: desk.orders.dispatch(order.id, "李建国"),
        lambda: desk.orders.arrive(order.id),
        lambda: desk.orders.finish(order.id, "已通"),
    ):
        step()
        seen.append(desk.calls.get(call.id).progress)
    assert seen == ["待派工", "派工中", "服务中", "待返单"]


def test_an_appointment_is_shown_until_somebody_is_sent(desk: Desk) -> None:
    tomorrow = desk.context.clock.now() + timedelta(hours=16)
    call, order = desk.calls.log_with_order(NewCall("家政保洁", "C", appointment_at=tomorrow))
    assert (order.appointment_at, call.progress) == (tomorrow, "已预约 明天 10:26")
    assert next(iter(desk.calls.print_rows(RegisterQuery())))[9] == "已预约 11-22 10:26"


def test_the_orders_return_settles_its_call_in_the_same_unit_of_work(desk: Desk) -> None:
    call, order = desk.calls.log_with_order(LEAK)
    other, _ = desk.calls.log_with_order(LEAK)
    brought_back(desk, order)
    settled = desk.calls.get(call.id)
    assert (settled.settled_at, settled.progress) == (desk.context.clock.now(), "完成")
    assert desk.calls.get(other.id).settled_at is None


def test_a_return_that_fails_settles_no_call(desk: Desk) -> None:
    call, order = desk.calls.log_with_order(LEAK)

    def breaks(*_: object) -> None:
        raise RefusedError("后面的规则不允许。")

    desk.orders.when_settled.append(breaks)
    with pytest.raises(RefusedError):
        brought_back(desk, order)
    assert desk.calls.get(call.id).settled_at is None
    assert desk.orders.get(order.id).state == "finished"


def test_a_call_is_not_settled_while_its_order_is_out(desk: Desk) -> None:
    call, order = desk.calls.log_with_order(LEAK)
    for settle in (
        lambda: desk.calls.settle(call.id, "业主说已自行疏通"),
        lambda: desk.calls.reply(call.id),
        lambda: desk.calls.report_outside(call.id, "供水公司"),
    ):
        with pytest.raises(RefusedError, match=f"有未返单的服务单 {order.serial}"):
            settle()
    assert desk.calls.report_outside(call.id, "供水公司", settled=False).settled_at is None
    desk.orders.void(order.id, "业主取消")
    assert desk.calls.settle(call.id, "业主说已自行疏通").progress == "业主说已自行疏通"


def test_the_words_of_an_outcome_stay_when_the_order_comes_back(desk: Desk) -> None:
    call, order = desk.calls.log_with_order(LEAK)
    desk.calls.correct(call.id, {"outcome": "业主说已自行疏通"})
    brought_back(desk, order)
    assert desk.calls.get(call.id).progress == "业主说已自行疏通"
