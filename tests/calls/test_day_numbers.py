"""序号 of the call log: without gaps, whatever happens between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from frontdesk.calls.model import Call
from frontdesk.calls.register import NewCall
from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.core.clock import FixedClock
from frontdesk.core.errors import RefusedError
from frontdesk.core.query import RegisterQuery
from frontdesk.desk import Desk
from frontdesk.orders.register import NewOrder

LEAK = NewCall("漏水", "C", unit_no="3-2-1102")


class TornError(Exception):
    """What breaks off a unit of work."""


def is_refused(desk: Desk, _clock: FixedClock) -> None:
    with pytest.raises(RefusedError):
        desk.calls.log(NewCall("漏水", "X"))


def order_is_refused(desk: Desk, _clock: FixedClock) -> None:
    with pytest.raises(RefusedError):
        desk.calls.log_with_order(LEAK, NewOrder(""))


def take_a_number_and_break(desk: Desk) -> None:
    with desk.context.transaction(Permission.WRITE_CALLS) as work:
        work.next_serial("call", work.today.isoformat())
        raise TornError


def is_torn(desk: Desk, _clock: FixedClock) -> None:
    with pytest.raises(TornError):
        take_a_number_and_break(desk)


def void_the_newest(desk: Desk, _clock: FixedClock) -> None:
    for newest in desk.calls.find(RegisterQuery())[:1]:
        if desk.calls.get(newest).voided_at is None:
            desk.calls.void(newest, "写错")


def correct_the_newest(desk: Desk, _clock: FixedClock) -> None:
    for newest in desk.calls.find(RegisterQuery())[:1]:
        if desk.calls.get(newest).voided_at is None:
            desk.calls.correct(newest, {"reason": "渗水"}, "更正")


ACTS: tuple[Callable[[Desk, FixedClock], object], ...] = (
    lambda desk, _clock: desk.calls.log(LEAK),
    lambda desk, _clock: desk.calls.log_with_order(LEAK),
    is_refused,
    order_is_refused,
    is_torn,
    void_the_newest,
    correct_the_newest,
    lambda _desk, clock: clock.advance(timedelta(days=1)),
    lambda _desk, clock: clock.advance(timedelta(days=-3)),
)


@given(acts=st.lists(st.sampled_from(ACTS), max_size=25))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_r_call_1_each_days_numbers_run_from_one_without_gaps(
    desk: Desk, clock: FixedClock, acts: list[Callable[[Desk, FixedClock], object]]
) -> None:
    """R-CALL-1."""
    desk.context.actor = PROGRAM
    for act in acts:
        act(desk, clock)
    with desk.context.read() as session:
        lines = session.execute(select(Call.day, Call.day_no).order_by(Call.id)).all()
    numbers: dict[object, list[int]] = {}
    for day, day_no in lines:
        numbers.setdefault(day, []).append(day_no)
    assert all(given == list(range(1, len(given) + 1)) for given in numbers.values())
    assert [day for day, _ in lines] == sorted(day for day, _ in lines)


def test_a_line_taken_after_the_clock_was_set_back_shows_the_day_that_it_belongs_to(
    desk: Desk, clock: FixedClock
) -> None:
    desk.calls.log(LEAK)
    clock.advance(timedelta(days=-2))
    late = desk.calls.log(LEAK)
    shown = {row[0]: row[1:3] for row in desk.calls.rows([1, late.id])}
    assert (late.day_no, shown[late.id], shown[1]) == (2, ("2", "11-21"), ("1", "11-21"))
    assert desk.calls.counts().received == 2
