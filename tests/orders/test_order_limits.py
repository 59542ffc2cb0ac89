"""What an order refuses: amounts nobody can write out, households that are none, moments that cannot be."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from frontdesk.core.actor import PROGRAM
from frontdesk.core.errors import RefusedError
from frontdesk.core.money import MOST_FEN
from frontdesk.core.query import RegisterQuery
from frontdesk.estate.register import NewUnit
from frontdesk.orders.register import NewLine, NewOrder, OrderRow

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

HALF = "工程\ud83d部"


def arrived(desk: Desk) -> OrderRow:
    order = desk.orders.issue(NewOrder("换灯泡"))
    desk.orders.dispatch(order.id, "李建国")
    return desk.orders.arrive(order.id)


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ([NewLine("灯泡", MOST_FEN, 1001)], "lines"),
        ([NewLine("灯泡", 10**11, 10**9)], "lines"),
        ([NewLine("灯泡", MOST_FEN), NewLine("人工", 1)], "lines"),
        ([NewLine("灯泡", MOST_FEN + 1)], "unit_price"),
        ([NewLine("灯泡", None)], "unit_price"),  # type: ignore[arg-type]
        ([NewLine("灯泡", 500, None)], "quantity"),  # type: ignore[arg-type]
    ],
)
def test_an_amount_that_nobody_can_write_out_is_refused(desk: Desk, lines: list[NewLine], field: str) -> None:
    order = arrived(desk)
    with pytest.raises(RefusedError) as refusal:
        desk.orders.finish(order.id, "已换", lines)
    assert refusal.value.field == field
    assert desk.orders.get(order.id).state == "arrived"


def test_the_largest_amount_can_be_finished_printed_and_paid(desk: Desk) -> None:
    order = arrived(desk)
    assert desk.orders.finish(order.id, "已换", [NewLine("灯泡", MOST_FEN)]).due_amount == MOST_FEN
    assert desk.orders.slips([order.id])[0].text("due_capital").startswith("玖仟玖佰玖拾玖亿")
    assert desk.paper.orders([order.id]).startswith(b"%PDF")
    assert desk.orders.return_order(order.id, "cash", MOST_FEN).paid_amount == MOST_FEN


def test_half_a_character_is_looked_for_and_not_found(desk: Desk) -> None:
    desk.orders.issue(NewOrder("换灯泡", department="工程部"))
    assert desk.orders.by_serial(HALF) is None
    assert list(desk.orders.find(RegisterQuery(choices={"department": HALF}))) == []


def test_a_telephone_is_folded(desk: Desk) -> None:
    order = desk.orders.issue(NewOrder("换灯泡", telephone=" １３８ ００１３  ８０００ "))
    assert order.telephone == "138 0013 8000"
    assert list(desk.orders.find(RegisterQuery(text="13800138000"))) == [order.id]


def test_a_room_number_and_its_household_stay_together(desk: Desk) -> None:
    clerk, desk.context.actor = desk.context.actor, PROGRAM
    unit, other = (desk.estate.add_unit(NewUnit(number)).id for number in ("3-2-1102", "5-1-101"))
    desk.context.actor = clerk
    order = desk.orders.issue(NewOrder("换灯泡", unit_id=unit, unit_no="3-2-1102"))
    assert desk.orders.correct(order.id, {"unit_no": "3-2-1102", "content": "换锁"}).unit_id == unit
    assert desk.orders.correct(order.id, {"unit_no": "门岗"}).unit_id is None
    assert desk.orders.open_for_unit(unit) == ()
    assert desk.orders.correct(order.id, {"unit_no": "5-1-101", "unit_id": other}).unit_id == other
    for command in (
        lambda: desk.orders.issue(NewOrder("换灯泡", unit_id=99_999)),
        lambda: desk.orders.correct(order.id, {"unit_id": 99_999}),
    ):
        with pytest.raises(RefusedError) as refusal:
            command()
        assert refusal.value.field == "unit_no"


@pytest.mark.parametrize("minutes", [1, -60])
def test_nobody_signs_before_the_order_or_in_the_future(desk: Desk, clock: FixedClock, minutes: int) -> None:
    order = arrived(desk)
    desk.orders.finish(order.id, "已换")
    clock.advance(timedelta(minutes=30))
    signed: Any = clock.now() + timedelta(minutes=minutes)
    with pytest.raises(RefusedError) as refusal:
        desk.orders.return_order(order.id, customer_signed_at=signed)
    assert refusal.value.field == "customer_signed_at"
    desk.orders.return_order(order.id, customer_signed_at=clock.now())
    with pytest.raises(RefusedError) as refusal:
        desk.orders.correct(order.id, {"customer_signed_at": signed})
    assert refusal.value.field == "customer_signed_at"


def test_a_clock_set_back_puts_no_step_before_the_one_it_follows(desk: Desk, clock: FixedClock) -> None:
    order = desk.orders.issue(NewOrder("换灯泡"))
    clock.advance(timedelta(hours=-5))
    row = desk.orders.dispatch(order.id, "李建国")
    assert row.dispatched_at == row.issued_at
    clock.advance(timedelta(hours=6))
    assert desk.orders.arrive(order.id).arrived_at == clock.now()


@pytest.mark.parametrize("said", ["2026-11-25", "8:30", "。。"])
def test_r_order_4_what_has_no_letter_is_no_service_person(desk: Desk, said: str) -> None:
    """R-ORDER-4."""
    order = desk.orders.issue(NewOrder("换灯泡"))
    with pytest.raises(RefusedError, match="不像姓名") as refusal:
        desk.orders.dispatch(order.id, said)
    assert refusal.value.field == "service_person"
    assert desk.orders.dispatch(order.id, "外请 㛃师傅").service_person == "外请 㛃师傅"
