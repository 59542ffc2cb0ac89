"""Counting the prints of many orders at once (R-ORDER-18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from frontdesk.core.errors import RefusedError, StoppedError
from frontdesk.orders import prints
from frontdesk.orders.register import NewOrder

if TYPE_CHECKING:
    from frontdesk.desk import Desk


def issued(desk: Desk, count: int) -> list[int]:
    return [desk.orders.issue(NewOrder(f"换灯泡 {number}")).id for number in range(count)]


def printed(desk: Desk, ids: list[int]) -> list[int]:
    return [desk.orders.get(order_id).prints for order_id in ids]


def test_r_order_18_every_order_of_a_batch_is_counted_with_its_own_count(desk: Desk) -> None:
    """R-ORDER-18."""
    ids = issued(desk, 2 * prints.CHUNK + 3)
    desk.orders.record_print(ids[1])
    counts = desk.orders.record_prints(ids)
    assert counts == {order_id: int(order_id == ids[1]) for order_id in ids}
    slips = desk.orders.slips(ids, counts)
    assert [slip.reprint for slip in slips] == [0, 1, *[0] * (len(ids) - 2)]
    assert [slip.text("serial")[-3:] for slip in slips[:3]] == ["001", "002", "003"]


def test_r_order_18_a_batch_that_is_stopped_leaves_nothing_counted(desk: Desk) -> None:
    """R-ORDER-18."""
    ids = issued(desk, 2 * prints.CHUNK + 3)
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(True)
        return len(asked) > 2

    with pytest.raises(StoppedError):
        desk.orders.record_prints(ids, cancelled)
    assert len(asked) == 3
    assert set(printed(desk, ids)) == {0}


def test_a_batch_with_an_order_that_there_is_not_counts_none(desk: Desk) -> None:
    ids = issued(desk, prints.CHUNK + 1)
    with pytest.raises(RefusedError):
        desk.orders.record_prints([*ids, 9_999])
    assert set(printed(desk, ids)) == {0}


def test_taking_back_leaves_alone_what_was_printed_again_meanwhile(desk: Desk) -> None:
    ids = issued(desk, 3)
    actor = desk.context.actor
    assert actor is not None
    counts = desk.orders.record_prints(ids)
    desk.orders.record_print(ids[0])
    desk.orders.take_back_prints(counts, actor)
    assert printed(desk, ids) == [2, 0, 0]


def test_more_than_two_thousand_are_not_printed_in_one_go(desk: Desk) -> None:
    with pytest.raises(RefusedError, match="先筛选"):
        desk.orders.record_prints(range(1, prints.MOST_AT_ONCE + 2))


def test_slips_come_in_the_order_that_is_asked_for_and_stop_when_told(desk: Desk) -> None:
    ids = issued(desk, 3)
    assert [slip.text("content") for slip in desk.orders.slips(ids[::-1])] == [
        "换灯泡 2", "换灯泡 1", "换灯泡 0",
    ]  # fmt: skip
    with pytest.raises(StoppedError):
        desk.orders.slips(ids, cancelled=lambda: True)
