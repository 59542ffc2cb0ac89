"""The list of whom to call back: the most pressing first, with the time left in words (R-ORDER-9, 10, 11)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from frontdesk.callbacks import rules
from frontdesk.callbacks.awaited import AWAITED, time_left
from frontdesk.callbacks.register import NewCallback
from frontdesk.core.errors import RefusedError
from frontdesk.core.query import RegisterQuery
from frontdesk.orders.register import NewOrder, OrderRow

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GOOD = NewCallback("satisfied", "satisfied", "satisfied")
BAD = NewCallback("satisfied", "dissatisfied", "satisfied", problem="夜里仍滴水")
EVERYTHING = RegisterQuery()


def finished(desk: Desk, content: str = "换灯泡", room: str = "3-2-1102", **more: object) -> OrderRow:
    order = desk.orders.issue(NewOrder(content, unit_no=room, customer="张㛃", **more))  # type: ignore[arg-type]
    desk.orders.dispatch(order.id, "李建国", "工程部")
    desk.orders.arrive(order.id)
    return desk.orders.finish(order.id, "已修好")


def cells(desk: Desk, order_id: int) -> dict[str, str]:
    (row,) = desk.callbacks.queue.rows([order_id])
    return {field.name: str(cell) for field, cell in zip(AWAITED.listed, row[1:], strict=False)}


def test_r_order_11_the_most_pressing_stands_first(desk: Desk, clock: FixedClock) -> None:
    """R-ORDER-9, R-ORDER-11: by when it is due, not by when it was finished."""
    other = finished(desk, category="other")
    leak = finished(desk, "水龙头漏水", category="other")
    clock.advance(HOUR)
    urgent = finished(desk, "跳闸", urgent=True, category="other")
    assert desk.callbacks.queue.find(EVERYTHING) == [urgent.id, other.id, leak.id]
    assert [cells(desk, order.id)["what"] for order in (urgent, other, leak)] == [
        rules.URGENT, rules.FIRST, rules.FIRST,
    ]  # fmt: skip
    desk.callbacks.record(urgent.id, GOOD)
    assert desk.callbacks.queue.find(EVERYTHING)[-1] == urgent.id
    assert cells(desk, urgent.id)["what"] == rules.AGAIN


def test_the_time_left_is_said_in_a_word_beside_its_colour(clock: FixedClock) -> None:
    """R-ORDER-9: never colour alone."""
    now = clock.now()  # 18:26
    said = {
        now - 3 * HOUR: ("超时 3 小时", "danger"),
        now - 50 * HOUR: ("超时 2 天", "danger"),
        now: ("超时 1 分钟", "danger"),
        now + 2 * HOUR: ("今天 20:26 前", "warn"),
        clock.day_bounds(clock.today())[1] - timedelta(milliseconds=1): ("今天内", "warn"),
        now + 11 * HOUR: ("还有 11 小时", "warn"),
        now + 2 * DAY: ("还有 2 天", "neutral"),
    }
    assert {at: time_left(clock, at) for at in said} == said
    assert time_left(clock, None) == ("等下雨", "neutral")


def test_it_is_filtered_by_words_kind_and_what_is_overdue(desk: Desk, clock: FixedClock) -> None:
    late = finished(desk, "换灯泡", "8-3-2004", category="other")
    clock.advance(2 * DAY)
    near = finished(desk, "修门禁", category="other")
    find = desk.callbacks.queue.find
    assert find(RegisterQuery("８-3")) == [late.id]
    assert find(RegisterQuery("李建国 门禁")) == [near.id]
    assert find(RegisterQuery(open_only=True)) == [late.id]
    assert find(RegisterQuery(choices={"what": rules.FIRST})) == [late.id, near.id]
    assert find(RegisterQuery(choices={"what": rules.URGENT})) == []
    day = clock.today() + 2 * DAY
    assert find(RegisterQuery(first_day=day, last_day=day)) == [near.id]
    assert desk.callbacks.queue.pressing() == 1


def test_who_was_not_reached_stays_and_the_calls_are_counted(desk: Desk) -> None:
    order = finished(desk, category="other")
    for _ in range(2):
        desk.callbacks.record(order.id, NewCallback(reached=False))
    row = desk.callbacks.queue.row(order.id)
    assert row is not None
    assert row.tries == 2
    assert cells(desk, order.id)["what"] == "完工回访 · 再打"
    desk.callbacks.record(order.id, BAD)
    row = desk.callbacks.queue.row(order.id)
    assert row is not None
    assert (row.tries, row.what) == (0, rules.WRITTEN)
    assert row.callback_id == desk.callbacks.of_order(order.id)[-1].id


def test_r_order_11_a_leak_waits_for_rain_apart_from_the_list(desk: Desk, clock: FixedClock) -> None:
    """R-ORDER-11: nothing can be done about it before it rains; then it stands in the list."""
    order = finished(desk, "厨房漏水", category="other")
    clock.advance(HOUR)
    desk.callbacks.record(order.id, GOOD)
    queue = desk.callbacks.queue
    assert queue.find(EVERYTHING) == []
    assert [row.serial for row in queue.for_rain()] == [order.serial]
    assert queue.last_rain() is None
    clock.advance(DAY)
    assert desk.callbacks.it_rained() == 1
    assert queue.last_rain() == clock.now()
    assert queue.for_rain() == []
    assert queue.find(EVERYTHING) == [order.id]


def test_r_order_10_the_draws_of_the_week_are_shown(desk: Desk, clock: FixedClock) -> None:
    """R-ORDER-10: what was drawn of how many, and what was finished since."""
    for at in range(6):
        finished(desk, f"换灯泡 {at}")
    assert desk.callbacks.queue.unsampled() == 6
    drawn = desk.callbacks.draw_sample()
    assert desk.callbacks.queue.samples() == [drawn]
    assert (drawn.in_urn, len(drawn.drawn), drawn.waiting) == (6, 2, 0)
    first = desk.callbacks.queue.find(EVERYTHING)[:2]
    assert sorted(first) == sorted(drawn.order_ids)
    finished(desk, "修门锁")
    (sample,) = desk.callbacks.queue.samples()
    assert (sample.in_urn, sample.waiting, desk.callbacks.queue.unsampled()) == (6, 1, 1)
    clock.advance(8 * DAY)
    assert desk.callbacks.queue.samples() == []


def test_r_order_11_what_goes_back_in_writing_is_printed_for_the_department(
    desk: Desk, clock: FixedClock
) -> None:
    """R-ORDER-11: the department gets what the customer said, what is wanted, and by when it answers."""
    order = finished(desk, "水龙头漏水<b>", category="other")
    row = desk.callbacks.record(order.id, BAD)
    with pytest.raises(RefusedError, match="还没有书面转回"):
        desk.callbacks.memo(row.id)
    desk.callbacks.refer(row.id, "换阀芯")
    memo = desk.callbacks.memo(row.id)
    assert memo["serial"] == f"{order.serial} 回访"
    assert (memo["to_department"], memo["sent_at"], memo["reply_by"]) == (
        "工程部", "2026-11-21 18:26", "2026-11-23 18:26",
    )  # fmt: skip
    assert memo["text"].splitlines() == [
        "3-2-1102 张㛃，水龙头漏水<b>（李建国 完成）。",
        "客户：水平满意 时间不满意 态度满意，夜里仍滴水",
        "要求：换阀芯",
    ]
    assert desk.paper.referral(row.id).startswith(b"%PDF")


def test_r_order_11_the_number_beside_the_tab_is_that_of_the_list(desk: Desk, clock: FixedClock) -> None:
    """Counted without reading them all, it is still the rules' own number, whatever was said before."""
    queue, counted = desk.callbacks.queue, []

    def compare() -> None:
        by_the_list = len(queue.find(RegisterQuery(last_day=clock.today())))
        assert queue.pressing() == by_the_list
        counted.append(by_the_list)

    rooms = ("1-1-101", "1-1-102", "1-1-201", "1-1-202", "1-1-301")
    silent, unreached, bad, good, leak = (
        finished(desk, "水龙头漏水" if room == rooms[-1] else "跳闸", room, urgent=room == rooms[3])
        for room in rooms
    )
    compare()
    desk.callbacks.record(unreached.id, NewCallback(reached=False))
    back = desk.callbacks.record(bad.id, BAD)
    desk.callbacks.record(good.id, GOOD)
    desk.callbacks.record(leak.id, GOOD)
    for days in range(6):
        compare()
        if days == 2:
            desk.callbacks.refer(back.id, "夜里仍滴水，请再修", "工程部")
        if days == 4:
            desk.callbacks.it_rained()
        clock.advance(DAY)
    assert len(set(counted)) > 2, silent
