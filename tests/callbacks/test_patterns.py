"""What comes back is found and shown to supervisors; the talk about it is recorded (R-ORDER-13)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.callbacks.patterns import Report, runs_of
from frontdesk.callbacks.register import NewCallback
from frontdesk.core.actor import Actor
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.orders.register import NewOrder
from frontdesk.staff.permissions import role_of

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

DAY = timedelta(days=1)


def act_as(desk: Desk, role: str) -> None:
    desk.context.actor = Actor(77, f"某{role}", role, role_of(role).permissions)


def served(desk: Desk, person: str, *, content: bool) -> int:
    order = desk.orders.issue(NewOrder("换锁"))
    desk.orders.dispatch(order.id, person)
    desk.orders.arrive(order.id)
    desk.orders.finish(order.id, "好了")
    attitude = "satisfied" if content else "dissatisfied"
    return desk.callbacks.record(order.id, NewCallback("satisfied", "fair", attitude)).id


def test_r_order_13_the_same_fault_in_one_place_on_days_in_a_row_is_found(
    desk: Desk, clock: FixedClock
) -> None:
    ids = []
    for words in ("电梯异响", "2号电梯又有异响", "电梯运行有异响"):
        ids.append(desk.orders.issue(NewOrder(words, unit_no="3-2-大堂")).id)
        desk.orders.issue(NewOrder("换灯泡", unit_no=f"1-1-{len(ids)}"))
        clock.advance(DAY)
    act_as(desk, "supervisor")
    (pattern,) = desk.patterns.faults()
    assert (pattern.about, pattern.count, pattern.record_ids) == ("3-2-大堂", 3, tuple(ids))
    assert (pattern.first, pattern.last, pattern.open) == (date(2026, 11, 21), date(2026, 11, 23), True)


def test_r_order_13_twice_a_day_a_void_one_or_a_day_between_makes_no_pattern(
    desk: Desk, clock: FixedClock
) -> None:
    for _ in range(3):
        desk.orders.issue(NewOrder("门禁失灵", unit_no="东门"))
    clock.advance(2 * DAY)
    desk.orders.issue(NewOrder("门禁失灵", unit_no="东门"))
    clock.advance(DAY)
    desk.orders.issue(NewOrder("门禁失灵", unit_no="东门"))
    clock.advance(DAY)
    desk.orders.void(desk.orders.issue(NewOrder("门禁失灵", unit_no="东门")).id, "重复")
    act_as(desk, "supervisor")
    assert desk.patterns.faults() == []


def test_r_order_13_repeated_bad_answers_are_found_and_the_talk_closes_them(
    desk: Desk, clock: FixedClock
) -> None:
    bad = [served(desk, "李建国", content=False) for _ in range(3)]
    served(desk, "李建国", content=True)
    for _ in range(2):
        served(desk, "马㛃", content=False)
    act_as(desk, "department_manager")
    (pattern,) = desk.patterns.people()
    assert (pattern.about, pattern.count, pattern.record_ids) == ("李建国", 3, tuple(bad))
    assert pattern.open
    talk = desk.patterns.record_talk("person", "李建国", "须提前电话，戴鞋套", "工程部经理")
    assert (talk.talked_by, talk.told) == ("某department_manager", "工程部经理")
    (pattern,) = desk.patterns.people()
    assert (pattern.talked_at, pattern.open) == (clock.now(), False)
    assert desk.patterns.talks("person", "李建国") == (talk,)
    act_as(desk, "clerk")
    clock.advance(DAY)
    served(desk, "李建国", content=False)
    act_as(desk, "department_manager")
    assert desk.patterns.people()[0].open
    clock.advance(40 * DAY)
    assert desk.patterns.people() == []


def test_r_order_13_patterns_are_for_supervisors(desk: Desk) -> None:
    for look in (desk.patterns.faults, desk.patterns.people):
        with pytest.raises(NotAllowedError):
            look()
    with pytest.raises(NotAllowedError):
        desk.patterns.record_talk("person", "李建国", "谈过")
    act_as(desk, "supervisor")
    with pytest.raises(RefusedError) as refused:
        desk.patterns.record_talk("person", "李建国", " ")
    assert (refused.value.field, refused.value.rule) == ("text", "R-ORDER-13")


@given(st.lists(st.tuples(st.integers(1, 20), st.sampled_from(["漏水", "灯不亮", "门锁坏"]))))
def test_each_report_is_in_one_run_and_no_run_has_a_gap(reports: list[tuple[int, str]]) -> None:
    given_ = [Report(at, date(2026, 11, day), text) for at, (day, text) in enumerate(reports)]
    runs = runs_of(given_)
    assert sorted(report.record_id for run in runs for report in run) == list(range(len(reports)))
    for run in runs:
        assert len({report.text for report in run}) == 1
        days = [report.day for report in run]
        assert all(later - day <= DAY for day, later in pairwise(days))
