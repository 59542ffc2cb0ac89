"""What an order's priced lines have to do with the price list of its day (R-ORDER-7)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from frontdesk.core.actor import PROGRAM
from frontdesk.core.errors import RefusedError
from frontdesk.orders.register import NewLine, NewOrder
from frontdesk.prices.register import NewPrice
from frontdesk.prices.rules import matching

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

TODAY = date(2026, 11, 21)


@pytest.fixture
def priced(desk: Desk) -> Desk:
    """A desk whose list asks 60 yuan for 疏通下水, and 80 from December on."""
    clerk, desk.context.actor = desk.context.actor, PROGRAM
    for valid_from, fen in ((date(2026, 7, 1), 6000), (date(2026, 12, 1), 8000)):
        for line in desk.prices.lines(desk.prices.begin_revision().id):
            desk.prices.strike_line(line.id, "改价")
        desk.prices.add_line(NewPrice("疏通下水", fen))
        desk.prices.publish(valid_from)
    desk.context.actor = clerk
    return desk


def arrived(desk: Desk) -> int:
    order = desk.orders.issue(NewOrder("下水堵塞", unit_no="3-2-1102"))
    desk.orders.dispatch(order.id, "李建国")
    return desk.orders.arrive(order.id).id


def test_r_order_7_a_line_keeps_item_price_and_revision_of_the_orders_day(priced: Desk) -> None:
    (picked,) = matching(priced.prices.items_on(TODAY), "stxs")
    order = priced.orders.finish(
        arrived(priced), "通了", [NewLine(picked.name, picked.unit_price, 1000, picked.unit, picked.id)]
    )
    (line,) = order.lines
    assert (line.price_item_id, line.list_price, line.price_revision) == (picked.id, 6000, 1)


def test_r_order_7_the_list_of_the_day_of_issue_holds_not_that_of_the_day_of_payment(
    priced: Desk, clock: FixedClock
) -> None:
    order_id = arrived(priced)
    clock.advance(timedelta(days=20))
    (newer,) = priced.prices.items_on(clock.today())
    assert (newer.unit_price, newer.revision) == (8000, 2)
    (line,) = priced.orders.finish(
        order_id, "通了", [NewLine("疏通下水", 6000, price_item_id=newer.id)]
    ).lines
    assert (line.list_price, line.price_revision) == (6000, 1)


def test_r_order_7_another_price_needs_a_reason_which_stays_on_the_line(priced: Desk) -> None:
    order_id = arrived(priced)
    with pytest.raises(RefusedError, match=r"价目表上是 60\.00 元") as refused:
        priced.orders.finish(order_id, "通了", [NewLine("疏通下水", 5000)])
    assert (refused.value.rule, refused.value.field) == ("R-ORDER-7", "price_reason")
    assert priced.orders.get(order_id).state == "arrived"
    order = priced.orders.finish(order_id, "通了", [NewLine("疏通下水", 5000, price_reason="老住户优惠")])
    assert (order.lines[0].price_reason, order.lines[0].list_price) == ("老住户优惠", 6000)
    # a correction of the quantity does not ask again
    corrected = priced.orders.correct(order_id, {"lines": [NewLine("疏通下水", 5000, 2000)]})
    assert (corrected.lines[0].price_reason, corrected.due_amount) == ("老住户优惠", 10000)
    with pytest.raises(RefusedError, match="别的价"):
        priced.orders.correct(order_id, {"lines": [NewLine("疏通下水", 4000)]})


def test_r_order_7_a_listed_service_typed_by_hand_has_its_price_too(priced: Desk) -> None:
    order = priced.orders.finish(
        arrived(priced), "通了", [NewLine(" 疏通 下水", 6000), NewLine("软管", 1800)]
    )
    assert [line.list_price for line in order.lines] == [6000, None]
    assert order.lines[1].price_item_id is None


def test_a_reason_without_another_price_is_not_kept(priced: Desk) -> None:
    order = priced.orders.finish(arrived(priced), "通了", [NewLine("疏通下水", 6000, price_reason="优惠")])
    assert order.lines[0].price_reason == ""


def test_an_item_that_the_days_list_does_not_have_is_refused(priced: Desk, clock: FixedClock) -> None:
    order_id = arrived(priced)
    with pytest.raises(RefusedError, match="2026-11-21 的价目表里没有“换锁”") as refused:
        priced.orders.finish(order_id, "通了", [NewLine("换锁", 1, price_item_id=99)])
    assert refused.value.rule == "R-ORDER-7"


def test_a_desk_without_a_price_list_writes_any_price(desk: Desk) -> None:
    order = desk.orders.finish(arrived(desk), "通了", [NewLine("疏通下水", 1)])
    assert order.lines[0].list_price is None


def test_r_order_4_charges_agreed_at_issue_are_the_expected_cost_and_nothing_is_due_yet(priced: Desk) -> None:
    """R-ORDER-4: material and cost are agreed before dispatch."""
    agreed = (NewLine("疏通下水", 6000), NewLine("软管", 1800, 2000))
    order = priced.orders.issue(NewOrder("下水堵塞", unit_no="3-2-1102", lines=agreed))
    assert (order.expected_cost, order.due_amount) == (9600, 0)
    assert [(line.item, line.list_price, line.amount) for line in order.lines] == [
        ("疏通下水", 6000, 6000),
        ("软管", None, 3600),
    ]
    named = priced.orders.issue(NewOrder("下水堵塞", lines=agreed, expected_cost=9000))
    assert named.expected_cost == 9000
    with pytest.raises(RefusedError, match="别的价"):
        priced.orders.issue(NewOrder("下水堵塞", lines=(NewLine("疏通下水", 1),)))
    changed = priced.orders.correct(order.id, {"lines": [NewLine("疏通下水", 6000, 2000)]})
    assert (changed.expected_cost, changed.due_amount) == (12000, 0)
    priced.orders.dispatch(order.id, "李建国")
    priced.orders.arrive(order.id)
    done = priced.orders.finish(order.id, "通了", [NewLine("疏通下水", 6000)])
    assert ([line.amount for line in done.lines], done.due_amount, done.expected_cost) == (
        [6000],
        6000,
        12000,
    )
    with priced.context.acting(PROGRAM):
        assert priced.verify().findings == ()


def test_r_order_4_an_order_back_filled_from_a_blank_keeps_its_charges(priced: Desk) -> None:
    """R-ORDER-4: what stands on the paper of a blank goes into the register with its price."""
    order = priced.orders.backfill(
        NewOrder("下水堵塞", lines=(NewLine("疏通下水", 6000),)), priced.context.clock.now()
    )
    assert [line.list_price for line in order.lines] == [6000]


def test_r_order_7_the_reason_for_another_price_stands_on_the_paper(priced: Desk) -> None:
    """R-ORDER-7: whoever signs the order reads why; a line at its list price says nothing."""
    order_id = arrived(priced)
    lines = [NewLine("疏通下水", 4500, price_reason="老住户䶮家，主管同意"), NewLine("存水弯", 2550)]
    priced.orders.finish(order_id, "通了", lines)
    (slip,) = priced.orders.slips([order_id])
    assert slip.values["remarks"] == "【另定价格】疏通下水 价目表 60.00 元，老住户䶮家，主管同意。"
    priced.orders.correct(order_id, {"lines": [NewLine("疏通下水", 6000)]}, "照价")
    assert priced.orders.slips([order_id])[0].values["remarks"] == ""
